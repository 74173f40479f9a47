package process

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/e2e/stack"
	"github.com/otelxapi/otelxapi/xapitest"
)

const (
	root  = "../.."
	tools = "../tools"
)

// build builds a tool, or skips the test where that would take too long.
func build(t *testing.T, tool Tool) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds " + tool.Package)
	}
	holdAlone(t)
	bin, err := Build(t.Context(), tools, tool)
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

func start(t *testing.T, o Options) *Process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("%s wrote:\n%s", p.name, p.Output())
		}
	})
	return p
}

func freeAddrs(t *testing.T, n int) []string {
	t.Helper()
	addrs, err := FreeAddrs(n)
	if err != nil {
		t.Fatal(err)
	}
	return addrs
}

// startCollector runs the shipped file in this process, faster, on free ports.
func startCollector(t *testing.T, jaeger string) stack.Ports {
	t.Helper()
	t.Setenv("X_API_KEEP_PERCENT", "100") // whether a call that went well is kept must not be chance
	ports, err := stack.FreePorts()
	if err != nil {
		t.Fatal(err)
	}
	c, err := stack.StartCollector(t.Context(), stack.CollectorOptions{Config: []string{
		"file:" + root + "/otel-collector.yaml", ports.Overlay(t.TempDir(), jaeger), stack.Fast,
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return ports
}

func startProgram(t *testing.T, service string, ports stack.Ports, x *xapitest.Server, options ...otelxapi.Option) *stack.Program {
	t.Helper()
	p, err := stack.StartProgram(t.Context(), stack.ProgramOptions{
		Service: service, Collector: ports.OTLPgRPC, Base: x.Transport(), Interval: 100 * time.Millisecond, Options: options,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := p.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return p
}

// call plays a scenario of the simulator once and reads the answer to its end.
func call(t *testing.T, p *stack.Program, x *xapitest.Server, scenario string) {
	t.Helper()
	s, ok := xapitest.Lookup(scenario)
	if !ok {
		t.Fatalf("no scenario is called %s", scenario)
	}
	if err := x.PlayScenario(s); err != nil {
		t.Fatal(err)
	}
	r, err := s.NewRequest(t.Context(), x.URL)
	if err != nil {
		t.Fatal(err)
	}
	send(t, p, r)
}

func send(t *testing.T, p *stack.Program, r *http.Request) {
	t.Helper()
	res, err := p.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
}

// getJSON decodes what an API answers, and returns the answer as it came.
func getJSON(t *testing.T, url string, into any) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s\n%s", url, res.Status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("%s: %v\n%s", url, err, body)
	}
	return body
}

// until repeats a look at another process until it is content. The limit is
// there for a run that never will be.
func until(t *testing.T, what string, content func() bool) {
	t.Helper()
	limit := time.After(time.Minute)
	for !content() {
		select {
		case <-limit:
			t.Fatalf("waited a minute for %s", what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func readFile(t *testing.T, elem ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

var alone sync.Map // the tests that have the machine to themselves

// holdAlone takes the machine once a test, however many programs it builds.
func holdAlone(t *testing.T) {
	t.Helper()
	if _, held := alone.LoadOrStore(t, true); !held {
		stack.Alone(t)
	}
}
