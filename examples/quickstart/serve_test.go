package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// servePage runs the simulated day with -page until the test, or the function
// that it returns, interrupts it. That function returns the exit status and the
// standard error.
func servePage(t *testing.T, address string) (url string, interrupt func() (int, string)) {
	t.Helper()
	isolate(t)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	out, stdout := io.Pipe()
	var stderr bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- start(ctx, []string{"-page", address}, stdout, &stderr, painter{})
		stdout.Close()
	}()
	lines := bufio.NewScanner(out)
	for url == "" && lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "Serving "); ok {
			url, _, _ = strings.Cut(rest, " ")
		}
	}
	if url == "" {
		t.Fatalf("nothing is served: exit status %d: %s", <-code, &stderr)
	}
	return url, func() (int, string) {
		cancel()
		return <-code, stderr.String()
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	return string(body)
}

func TestThePageShowsTheDay(t *testing.T) {
	url, interrupt := servePage(t, "127.0.0.1:0")
	page, data := get(t, url), get(t, url+"?format=json")
	for _, p := range schedule() {
		for _, a := range p.acts {
			if class := string(a.Class); a.Class.IsError() && (!strings.Contains(page, ">"+class+"<") || !strings.Contains(data, `"`+class+`"`)) {
				t.Errorf("no %s", class)
			}
		}
	}
	for _, want := range []string{
		"<code>/2/tweets/{id}</code>", "<code>/2/tweets/search/stream/rules</code>", ">partial<", ">no_data<", "Rate limit reached", "0 / 450",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, secret := range []string{"FAKE", "1111111111111111111", "golang", "Bearer", "OAuth oauth"} {
		if strings.Contains(page+data, secret) {
			t.Errorf("the page holds %q", secret)
		}
	}
	if code, stderr := interrupt(); code != 0 || stderr != "" {
		t.Errorf("exit status %d: %s", code, stderr)
	}
}

func TestAnInterruptEndsThePage(t *testing.T) {
	url, interrupt := servePage(t, "localhost:0")
	get(t, url) // and leave the connection open
	idle, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.Trim(url, "htp:/"))
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close() // one that asks for nothing
	if code, stderr := interrupt(); code != 0 {
		t.Errorf("exit status %d: %s", code, stderr)
	}
	if conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", idle.RemoteAddr().String()); err == nil {
		conn.Close()
		t.Error("it still listens")
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		if !bytes.Contains(stacks, []byte("net/http.(*conn).serve")) && !bytes.Contains(stacks, []byte("net/http.(*Server).Serve")) &&
			!bytes.Contains(stacks, []byte("quickstart.serve(")) && !bytes.Contains(stacks, []byte("quickstart.run(")) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("goroutines are left:\n%s", stacks)
		}
	}
}

func TestThePageInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes seconds to start")
	}
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil && browser == "" {
			browser = path
		}
	}
	if browser == "" {
		t.Skip("no chromium, chromium-browser or google-chrome is installed: the page is not looked at in a browser")
	}
	url, _ := servePage(t, "127.0.0.1:0")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir="+t.TempDir(), "--dump-dom", url+"?refresh=off")
	cmd.WaitDelay = 5 * time.Second // a helper process of the browser may hold the output open
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v (%v)\n%s", browser, err, context.Cause(ctx), &stderr)
	}
	for _, want := range []string{"rate_limited</code>", "<summary>Rate limit reached</summary>"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %q in\n%s", want, &stdout)
		}
	}
}

func TestThePageIsForThisMachine(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		":0":             "127.0.0.1:0",
		":8080":          "127.0.0.1:8080",
		"localhost:8080": "127.0.0.1:8080",
		"127.0.0.1:8080": "127.0.0.1:8080",
		"127.1.2.3:8080": "127.1.2.3:8080",
		"[::1]:8080":     "[::1]:8080",
	} {
		if got, err := loopback(address); got != want || err != nil {
			t.Errorf("%s: %s, %v, want %s", address, got, err, want)
		}
	}
	for address, want := range map[string]string{
		"0.0.0.0:8080":      "other machines could reach that",
		"[::]:8080":         "other machines could reach that",
		"192.0.2.1:8080":    "other machines could reach that",
		"page.example:8080": "other machines could reach that",
		"8080":              "want a host and a port",
		"127.0.0.1":         "want a host and a port",
		"::1":               "want a host and a port",
	} {
		if got, err := loopback(address); got != "" || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s, %v", address, got, err)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	isolate(t)
	busy, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"help":                  {[]string{"-h"}, 0, "-page ADDRESS"},
		"an argument":           {[]string{"now"}, 2, "Usage:"},
		"an unknown flag":       {[]string{"-now"}, 2, "-now"},
		"an address of all":     {[]string{"-page", "0.0.0.0:0"}, 2, "use 127.0.0.1:0"},
		"a port that is in use": {[]string{"-page", busy.Addr().String()}, 1, "address already in use"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := start(t.Context(), c.args, &stdout, &stderr, painter{})
			if code != c.code || !strings.Contains(flat(stderr.String()), c.want) || stdout.Len() > 0 {
				t.Errorf("exit status %d: %s%s", code, &stdout, &stderr)
			}
		})
	}
}
