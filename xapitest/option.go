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
