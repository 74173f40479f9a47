package xapitest

import (
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// Option configures a [Server].
type Option func(*Server)

// WithClock makes the server tell the time by now: for Date, for resets, and
// for when a window starts anew. Delays are always real. now must be safe for
// concurrent use. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(s *Server) {
		if now != nil {
			s.now = now
		}
	}
}

// WithLimits replaces the documented limits of every operation, each of which
// then counts by itself. Without arguments no operation has a limit.
func WithLimits(limits ...endpoint.Limit) Option {
	return func(s *Server) { s.limits, s.override = limits, true }
}

// WithStreamInterval sets the time between two posts of a stream that no
// scenario plays. The default is one second.
func WithStreamInterval(d time.Duration) Option {
	return func(s *Server) {
		if d > 0 {
			s.interval = d
		}
	}
}

// WithHTTP2 makes the server speak TLS and HTTP/2, and HTTP/1.1 with clients
// that know no better. Its certificate is known to [Server.Client].
func WithHTTP2() Option { return func(s *Server) { s.http2 = true } }

// WithMaxStreams makes the server refuse a connection to a stream to which n
// are open, as X does (429, "too_many_connections" of the catalogue). X counts
// by app; the server by token, operation and partition. A connection is open
// until the server notices that the client has gone, which takes it a moment,
// and X up to minutes or a day
// (github.com/xdevplatform/Twitter-API-v2-sample-code/issues/140). Without this
// option, or with an n below 1, there is no limit.
func WithMaxStreams(n int) Option { return func(s *Server) { s.maxStreams = n } }

// WithSlowReaders makes the server drop the client of a stream that blocks the
// server's writing for d, as X drops clients that fill its buffer. If the
// client reads on within another d, it finds [DisconnectSlowReader] and the
// end of the stream; if not, the connection is closed in the middle of it all.
// X's message may not reach its client either (docs.x.com, consuming streaming
// data, 2026-08).
//
// So that it does not take megabytes of posts, the server then buffers little,
// and a client of HTTP/1.1 blocks it with some hundred KiB unread; one of
// HTTP/2, by net/http, with 4 MiB. With a d below 250 ms or so, pauses that TCP
// itself makes may count. Without this option a slow client blocks the stream
// for as long as it likes.
func WithSlowReaders(d time.Duration) Option {
	return func(s *Server) { s.slowReader = max(d, 0) }
}
