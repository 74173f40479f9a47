package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

const (
	streamPath = "/2/tweets/search/stream"

	// slowReader is how long a consumer may block the simulator. What X
	// tolerates is not documented.
	slowReader = time.Second

	// The consumer works on the first posts of the third session between two
	// Reads, and then it waits, as for a database. It reads on in time to be
	// told why it was dropped.
	slowPosts = 110
	slowWork  = 10 * time.Millisecond
	slowWait  = slowReader * 3 / 2

	lastPosts = 30 // of the fourth session
)

// scripts are what the simulator sends, one for each connection.
func scripts() []xapitest.Script {
	const beat, apart = 100 * time.Millisecond, 40 * time.Millisecond
	return []xapitest.Script{
		{
			xapitest.KeepAlives(2, beat),
			xapitest.Posts(20, apart).Lag(400 * time.Millisecond),
			xapitest.KeepAlives(2, beat),
			xapitest.End(xapitest.EndStall),
		},
		{
			xapitest.KeepAlives(1, beat),
			xapitest.Posts(15, apart).Lag(400 * time.Millisecond),
			xapitest.Problem(xapitest.DisconnectOperational),
		},
		{xapitest.Posts(1000, 500*time.Microsecond).Size(8000), xapitest.Forever()},
		{
			xapitest.KeepAlives(3, beat),
			xapitest.Posts(lastPosts, apart).Lag(400 * time.Millisecond),
			xapitest.End(xapitest.EndStall),
		},
	}
}

// ends are how the sessions end, in their order.
var ends = []end{
	{"canceled", classify.Stalled, xapitest.EndStall}, // by the consumer
	{"problem", classify.StreamDisconnected, xapitest.EndClean},
	{"problem", classify.SlowConsumer, xapitest.EndSlow},
	{"canceled", classify.Canceled, xapitest.EndStall},
}

// An end is that of a session: what its last segment has to say, and how the
// simulator ended it.
type end struct {
	reason string
	class  classify.Class
	ending xapitest.Ending
}

// director is the application that the consumer hands posts to, and makes
// things happen in time.
type director struct {
	server *xapitest.Server
	cancel func()

	slow    int // posts of the third session
	last    int // of the fourth
	refused bool
	err     atomic.Pointer[error]
}

// handle takes a post.
func (d *director) handle([]byte) {
	switch len(d.server.Streams()) {
	case 1:
	case 2:
		// Another instance will be there first when this one comes back.
		if !d.refused {
			d.refused = true
			if err := d.server.Play("too_many_connections"); err != nil {
				d.err.Store(&err)
				d.cancel()
			}
		}
	case 3:
		switch d.slow++; { // such work belongs behind a queue
		case d.slow < slowPosts:
			time.Sleep(slowWork)
		case d.slow == slowPosts:
			time.Sleep(slowWait)
		}
	default:
		if d.last++; d.last == lastPosts {
			d.cancel()
		}
	}
}

func (d *director) failed() error {
	if err := d.err.Load(); err != nil {
		return *err
	}
	return nil
}

// patience is the longest wait of the demonstration. A program waits as long as
// X asks for.
const patience = 600 * time.Millisecond

func hurried(ctx context.Context, d time.Duration) { sleep(ctx, min(d, patience)) }
