package pagetest

import (
	"bytes"
	"context"
	"os/exec"
	"testing"
	"time"
)

func findBrowser(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes seconds to start")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium, chromium-browser or google-chrome is installed: the page is not looked at in a browser")
	return ""
}

// run starts the browser with a profile of its own, and returns what it writes
// to standard output.
func run(t *testing.T, browser string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, append([]string{ //nolint:gosec // one that findBrowser found
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir=" + t.TempDir(),
	}, args...)...)
	cmd.WaitDelay = 5 * time.Second // a helper process of the browser may hold the output open
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v (%v)\n%s", browser, err, context.Cause(ctx), stderr.Bytes())
	}
	return stdout.Bytes()
}
