package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Tool is a program that a module of e2e/tools pins.
type Tool struct {
	Module  string // its folder in e2e/tools
	Package string
	Tags    string // build tags, as of go build -tags
}

// The tools. Prometheus is built without its service discoveries, which most
// of its dependencies are for.
var (
	Jaeger       = Tool{"jaeger", "github.com/jaegertracing/jaeger/cmd/jaeger", ""}
	Prometheus   = Tool{"prometheus", "github.com/prometheus/prometheus/cmd/prometheus", "remove_all_sd"}
	Promtool     = Tool{"prometheus", "github.com/prometheus/prometheus/cmd/promtool", "remove_all_sd"}
	Alertmanager = Tool{"alertmanager", "github.com/prometheus/alertmanager/cmd/alertmanager", ""}
	Amtool       = Tool{"alertmanager", "github.com/prometheus/alertmanager/cmd/amtool", ""}
)

// building lets one build run at a time: linking two of these programs at once
// needs several GiB.
var building sync.Mutex

// Build builds a tool and returns the path of the program, which is kept in the
// user's cache directory: a tool that is up to date there is not linked again,
// and one whose packages are in go's build cache takes seconds. The first build
// of Jaeger takes minutes and some 4 GiB. toolsDir is e2e/tools. Build is safe
// for concurrent use.
func Build(ctx context.Context, toolsDir string, t Tool) (string, error) {
	building.Lock()
	defer building.Unlock()
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(cache, "otelxapi-e2e", filepath.Base(t.Package))
	if err := os.MkdirAll(filepath.Dir(bin), 0o755); err != nil {
		return "", err
	}
	// -s -w: without symbols, linking takes half the memory.
	cmd := exec.CommandContext(ctx, "go", "build", "-C", filepath.Join(toolsDir, t.Module),
		"-p", "2", "-tags", t.Tags, "-ldflags", "-s -w", "-o", bin, t.Package)
	// A workspace above would replace the pinned versions by its own.
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", t.Package, errors.Join(err, ctx.Err()), out)
	}
	return bin, nil
}
