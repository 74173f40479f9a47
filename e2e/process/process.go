package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Options say which program to run, and how.
type Options struct {
	Program string   // its path
	Args    []string // without the program
	Env     []string // "KEY=value", beside those of this process
	Dir     string   // where it runs
	// Ready is a URL that answers 200 once the program is ready.
	Ready string
}

// Process is a program that runs.
type Process struct {
	name   string
	cmd    *exec.Cmd
	output *output
	ended  chan struct{} // closed when the program has ended
	err    error         // of the end, after ended
	once   sync.Once
}

// grace is how long a program has to end by itself.
const grace = 10 * time.Second

// Start runs a program and returns once it is ready. Where it ends before, or
// ctx does, the error has what it said. The context is that of the start only.
func Start(ctx context.Context, o Options) (*Process, error) {
	p := &Process{name: filepath.Base(o.Program), cmd: exec.Command(o.Program, o.Args...), output: &output{}, ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Env = o.Dir, append(os.Environ(), o.Env...)
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !answers(ctx, o.Ready) {
		select {
		case <-p.ended:
			return nil, fmt.Errorf("%s ended before it was ready: %w\n%s", p.name, p.err, p.output)
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("%s is not ready: %w\n%s", p.name, ctx.Err(), p.output), p.Stop())
		case <-tick.C:
		}
	}
	return p, nil
}

// Output returns what the program has written, the last 256 KiB of it.
func (p *Process) Output() string { return p.output.String() }

// Stop asks the program to end, makes it end if it does not within 10 s, and
// returns an error in the latter case. It is safe for concurrent use.
func (p *Process) Stop() (err error) {
	p.once.Do(func() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.ended:
		case <-time.After(grace):
			_ = p.cmd.Process.Kill()
			<-p.ended
			err = fmt.Errorf("%s did not end by itself within %s\n%s", p.name, grace, p.output)
		}
	})
	return err
}

func answers(ctx context.Context, url string) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// FreeAddrs returns n addresses of loopback that nobody listens on at the moment.
func FreeAddrs(n int) ([]string, error) {
	var addrs []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // after all, so that they differ
		addrs = append(addrs, l.Addr().String())
	}
	return addrs, nil
}

// output keeps the end of what is written to it. It is safe for concurrent use.
type output struct {
	mu  sync.Mutex
	end []byte
}

const outputSize = 256 << 10

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.end = append(o.end, b...)
	o.end = o.end[max(0, len(o.end)-outputSize):]
	return len(b), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.end)
}
