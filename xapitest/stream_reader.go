package xapitest

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// StreamReader is the body of a stream without a server: see [Script.Reader].
type StreamReader struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	player *player

	step Step   // what rest is of
	rest []byte // made and not read yet
	err  error  // of the end

	mu      sync.Mutex
	log     StreamLog
	stalled bool // the script has come to EndStall
}

// Reader returns a body that sends what a [Server] would, in an
// [http.Response] of the caller's own making. It needs neither a connection
// nor a goroutine, makes each line when it is read, and waits as package time
// does: in a bubble of testing/synctest a day takes seconds. Posts are created
// by the clock now, time.Now if it is nil. A bubble begins in the year 2000,
// before X's first id (2010-11-04), and ids do not go back further: sleep until
// a later date first.
//
// Read returns one line, or a part of it, at a time, and what net/http returns
// at the end: io.EOF, io.ErrUnexpectedEOF for EndCut, and for EndReset a
// *net.OpError of ECONNRESET. When ctx ends, that of the request, it returns
// the cause, and after Close http.ErrBodyReadAfterClose. A script that
// cannot be played fails the first Read. One goroutine may read; Close and Log
// are safe for concurrent use.
func (s Script) Reader(ctx context.Context, now func() time.Time) *StreamReader {
	if now == nil {
		now = time.Now
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var number uint64
	r := &StreamReader{ctx: ctx, cancel: cancel, log: StreamLog{Open: true, Started: now()}}
	r.player = newPlayer(slices.Clone(s), now, func() uint64 { number++; return number })
	if err := s.check(); err != nil {
		r.end(err, EndClean)
	}
	return r
}

// Read implements io.Reader.
func (r *StreamReader) Read(b []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.err == nil && context.Cause(r.ctx) != nil {
			r.end(context.Cause(r.ctx), EndClient)
		}
		if r.err != nil {
			return 0, r.err
		}
		if len(b) == 0 {
			return 0, nil
		}
		step := r.player.next()
		if step.kind == stepEnd {
			r.finish(step.ending)
		} else if r.player.wait(r.ctx) == nil {
			r.step, r.rest = step, r.player.bytes(step)
		}
	}
	if err := context.Cause(r.ctx); err != nil { // what is left of a line goes with the rest
		r.rest = nil
		r.end(err, EndClient)
		return 0, err
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log.Bytes += int64(n)
	if len(r.rest) == 0 {
		r.log.count(r.step)
	}
	return n, nil
}

// finish ends as the script says.
func (r *StreamReader) finish(e Ending) {
	switch e {
	case EndStall:
		r.mu.Lock()
		r.stalled = true
		r.mu.Unlock()
		<-r.ctx.Done()
		r.end(context.Cause(r.ctx), e)
	case EndCut:
		r.end(io.ErrUnexpectedEOF, e)
	case EndReset:
		r.end(&net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, e)
	default:
		r.end(io.EOF, e)
	}
}

// end ends the reading with err.
func (r *StreamReader) end(err error, e Ending) {
	r.err = err
	r.cancel(err)
	r.close(e)
}

// close makes the log final, once.
func (r *StreamReader) close(e Ending) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.log.Open {
		return
	}
	if r.stalled {
		e = EndStall
	}
	r.log.end(e, r.player.now())
}

// Close ends the stream, a Read under way too. It returns nil.
func (r *StreamReader) Close() error {
	r.cancel(http.ErrBodyReadAfterClose)
	r.close(EndClient)
	return nil
}

// Log returns what was read so far. It is final after Close, and after a Read
// that returned an error.
func (r *StreamReader) Log() StreamLog {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log
}
