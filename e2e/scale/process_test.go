package scale

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/e2e/stack"
)

// asCollector is the variable that makes this test binary a collector; its
// value is the configuration, as a JSON list of URIs.
const asCollector = "OTELXAPI_E2E_SCALE_COLLECTOR"

func TestMain(m *testing.M) {
	if config := os.Getenv(asCollector); config != "" {
		if err := beCollector(config); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// beCollector runs a collector until SIGTERM, or until the parent is gone.
func beCollector(config string) error {
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	var uris []string
	if err := json.Unmarshal([]byte(config), &uris); err != nil {
		return err
	}
	c, err := stack.StartCollector(context.Background(), stack.CollectorOptions{
		Config: uris,
		Log: func(line string) {
			if !strings.Contains(line, "\tinfo\t") {
				fmt.Fprint(os.Stderr, line)
			}
		},
	})
	if err != nil {
		return err
	}
	orphaned := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(orphaned)
	}()
	fmt.Println("ready")
	select {
	case <-terminated:
	case <-orphaned:
	}
	return c.Stop()
}

// process is a collector in a process of its own, which a test can kill.
type process struct {
	name   string
	config []string
	env    []string

	cmd   *exec.Cmd
	stdin io.Closer
	log   safeBuffer
}

// start starts the process, or starts it again, and returns when it is ready.
// It ends with the test, whatever becomes of that.
func (p *process) start(t testing.TB) {
	t.Helper()
	config, err := json.Marshal(p.config)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(exe)
	p.cmd.Env = append(append(os.Environ(), asCollector+"="+string(config)), p.env...)
	p.cmd.Stderr = &p.log
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.end(t, os.Kill)
		}
		if t.Failed() {
			t.Logf("%s logged, at the end:\n%s", p.name, p.log.tail(3000))
		}
	})
	if ready, _ := io.ReadAll(io.LimitReader(stdout, 6)); string(ready) != "ready\n" {
		t.Fatalf("%s did not start:\n%s", p.name, p.log.tail(3000))
	}
}

// end sends a signal to the process and waits for its end.
func (p *process) end(t testing.TB, with os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(with); err != nil {
		t.Errorf("%s: %v", p.name, err)
	}
	giveUp := time.AfterFunc(20*time.Second, func() { _ = p.cmd.Process.Kill() })
	err := p.cmd.Wait()
	if !giveUp.Stop() {
		t.Errorf("%s did not end", p.name)
	}
	_ = p.stdin.Close()
	if err != nil && with != os.Kill {
		t.Errorf("%s: %v", p.name, err)
	}
}

// cpu returns the time that the process has used of the processors, as Linux
// tells it, in steps of 10 ms.
func (p *process) cpu(t testing.TB) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		t.Skip("the use of processors is read from /proc")
	}
	// Behind the name in parentheses: field 14 is utime, 15 stime (proc(5)).
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// safeBuffer is a bytes.Buffer for several goroutines.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// tail returns the last n bytes or fewer.
func (b *safeBuffer) tail(n int) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.buf.String()
	return s[max(0, len(s)-n):]
}
