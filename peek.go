package otelxapi

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	peekMax  = 16 << 10               // bytes of an error body that are read ahead
	peekWait = 250 * time.Millisecond // how long RoundTrip waits for them
)

// peek reads the beginning of an error body ahead of the application, and
// returns a body that still yields every byte in order. It waits until the
// body ends, peekMax bytes have come, peekWait is over or ctx is done.
//
// A Read cannot be interrupted, so it runs in a goroutine, which ends with the
// first Read that returns after the wait: at the latest when the body is
// closed, the request's context ends or the connection breaks.
func peek(ctx context.Context, res *http.Response) (io.ReadCloser, []byte) {
	p := &peekedBody{raw: res.Body, inflated: res.Uncompressed, done: make(chan struct{})}
	p.more.L = &p.mu
	go p.readAhead()
	timer := time.NewTimer(peekWait)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
	case <-ctx.Done():
	}
	return p, p.leave()
}

// peekedBody is a body whose beginning was read ahead.
type peekedBody struct {
	raw      io.ReadCloser
	inflated bool // by http.Transport
	done     chan struct{}

	mu     sync.Mutex
	more   sync.Cond // buf has grown, or reading ahead is over
	buf    []byte
	off    int   // how much of buf the application has
	err    error // that ended buf
	panics any   // that ended buf
	leaves bool  // nobody waits for more of buf
	over   bool  // nobody reads ahead
	closed bool
}

func (p *peekedBody) readAhead() {
	defer close(p.done)
	// A panic of the base's body belongs to the application's goroutine, which
	// can recover from it.
	defer func() {
		if v := recover(); v != nil {
			p.grow(nil, nil, v)
		}
	}()
	buf := make([]byte, 0, 2<<10)
	for more := true; more; {
		if len(buf) == cap(buf) {
			buf = append(make([]byte, 0, min(4*cap(buf), peekMax)), buf...)
		}
		n, err := p.raw.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		more = p.grow(buf, err, nil)
	}
}

// grow publishes what was read, and reports whether to go on.
func (p *peekedBody) grow(buf []byte, err error, panics any) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if panics == nil {
		p.buf = buf
	}
	p.err, p.panics = err, panics
	p.over = err != nil || panics != nil || p.leaves || len(buf) == peekMax
	p.more.Broadcast()
	return !p.over
}

// leave returns what was read so far.
func (p *peekedBody) leave() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leaves = true
	return slices.Clip(p.buf)
}

// Read yields what was read ahead, then what ended it, then the rest.
func (p *peekedBody) Read(b []byte) (int, error) {
	p.mu.Lock()
	for !p.over && (p.closed || p.off == len(p.buf)) {
		p.more.Wait()
	}
	defer p.mu.Unlock()
	if !p.closed {
		if n := copy(b, p.buf[p.off:]); n > 0 || len(b) == 0 {
			p.off += n
			return n, nil
		}
		if p.panics != nil {
			panic(p.panics)
		}
		if p.err != nil {
			return 0, p.err
		}
	}
	p.mu.Unlock()
	defer p.mu.Lock()
	return p.raw.Read(b)
}

// Close closes the base's body, which ends a Read that is under way.
func (p *peekedBody) Close() error {
	p.mu.Lock()
	p.closed = true
	busy := !p.over
	p.mu.Unlock()
	if busy && p.inflated {
		// http.Transport's gzip reader holds its lock while it waits for the
		// gzip header, and Close would wait with it.
		go p.raw.Close()
		return nil
	}
	return p.raw.Close()
}
