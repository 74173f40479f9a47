package xapitest

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// PlayStreams makes the next connections to streaming operations play the
// scripts, each once, in the order in which the connections come. path is
// that of one operation ("/2/tweets/search/stream"), or empty for all of them;
// scripts for one go before those for all. After the last one, and the one
// that [Server.HoldStreams] set, streams send posts until the client goes
// away, at the interval of [WithStreamInterval].
//
// A script is what a successful answer streams. Whether it comes to that is
// decided as ever: scenarios that Play queued come first, and credentials,
// rate limits and [WithMaxStreams] are checked. A filtered stream allows 50
// connections in 15 minutes, see [WithLimits].
//
// PlayStreams reports a path that is not of a streaming operation and a script
// that cannot be played, and then plays none.
func (s *Server) PlayStreams(path string, scripts ...Script) error {
	at, err := streamRoute(path)
	if err != nil {
		return err
	}
	return s.scripts.add(at, scripts)
}

// HoldStreams makes all connections play the script, once nothing is left of
// what PlayStreams queued, until [Server.Reset]. A script for one operation
// goes before one for all. It fails as PlayStreams does.
func (s *Server) HoldStreams(path string, script Script) error {
	at, err := streamRoute(path)
	if err != nil {
		return err
	}
	return s.scripts.hold(at, script)
}

// Streams returns what streams were sent, in the order in which connections
// came, at most the last 10000: all that were answered with a stream, but for
// those of scenarios. See [Server.WaitStreams].
func (s *Server) Streams() []StreamLog { return s.streams.list() }

// WaitStreams waits until no stream is open, or until ctx ends, whose error it
// returns. A stream is open from before its client has the headers.
func (s *Server) WaitStreams(ctx context.Context) error { return s.streams.wait(ctx) }

// number is the number of the server's next post.
func (s *Server) number() uint64 { return s.numbers.Add(1) }

// posts is what a stream without a script sends.
func (s *Server) posts() Script {
	const beat = 20 * time.Second
	post := Burst(1).Size(0)
	post.prompt = true
	beats := int((s.interval - 1) / beat)
	return Script{post, KeepAlives(beats, beat), Silence(s.interval - time.Duration(beats)*beat), Forever()}
}

// stream answers with a stream. Its log is final before the client can see the
// end.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, at route, sc Scenario, seq uint64) {
	_, who := identify(r.Header)
	to := stream{at, r.URL.Query().Get("partition"), who}
	l, ok := s.streams.add(to, StreamLog{
		Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, RemoteAddr: r.RemoteAddr, Started: s.now(),
	}, s.maxStreams)
	if !ok {
		s.play(w, r, must("too_many_connections"), seq)
		return
	}
	script, number, ok := s.scripts.next(at)
	if !ok {
		script = s.posts()
	}
	h := s.head(w, sc, seq)
	s.streams.update(func() { l.Script, l.TransactionID = number, h.Get("X-Transaction-Id") })
	w.WriteHeader(sc.Status)
	e, whole := s.run(w, r, newPlayer(script, s.now, s.number), l)
	s.streams.end(to, l, e, s.now())
	if whole {
		return
	}
	if e == EndReset {
		reset(r.Context(), w)
	}
	panic(http.ErrAbortHandler)
}

// run plays a script. It returns how the stream ended, before the client sees
// it, and whether the answer is whole.
func (s *Server) run(w http.ResponseWriter, r *http.Request, p *player, l *StreamLog) (e Ending, whole bool) {
	out := http.NewResponseController(w)
	if out.Flush() != nil {
		return s.gone(), false
	}
	for {
		step := p.next()
		switch {
		case step.kind == stepEnd && step.ending == EndStall:
			<-r.Context().Done()
			return EndStall, false
		case step.kind == stepEnd:
			return step.ending, step.ending == EndClean
		case p.wait(r.Context()) != nil:
			return s.gone(), false
		case step.kind == stepSilence:
			continue
		}
		b := p.bytes(step)
		slow, err := s.send(w, out, b)
		if err == nil {
			s.streams.sent(l, step, len(b))
		}
		switch {
		case slow:
			return EndSlow, err == nil && s.dismiss(w, out, l)
		case err != nil:
			return s.gone(), false
		}
	}
}

// gone is how a stream ends whose client cannot be reached.
func (s *Server) gone() Ending {
	if s.base.Err() != nil {
		return EndClosed
	}
	return EndClient
}

// send writes a line, and reports whether that took longer than a client may
// take.
func (s *Server) send(w http.ResponseWriter, out *http.ResponseController, b []byte) (slow bool, err error) {
	if s.slowReader > 0 {
		fired := make(chan struct{})
		timer := time.AfterFunc(s.slowReader, func() {
			defer close(fired)
			_ = out.SetWriteDeadline(time.Now().Add(s.slowReader))
		})
		defer func() {
			if !timer.Stop() {
				<-fired // it must not touch an answer that is over
				slow = true
			}
		}()
	}
	if _, err = w.Write(b); err == nil {
		err = out.Flush()
	}
	return slow, err
}

// dismiss tells a slow client why its stream ends.
func (s *Server) dismiss(w http.ResponseWriter, out *http.ResponseController, l *StreamLog) bool {
	step := Problem(DisconnectSlowReader)
	_ = out.SetWriteDeadline(time.Now().Add(s.slowReader))
	_, err := w.Write([]byte(step.line))
	if err != nil || out.Flush() != nil {
		return false
	}
	s.streams.sent(l, step, len(step.line))
	return true
}

// streamRoute is the route of a path, or the zero route for an empty path.
func streamRoute(path string) (route, error) {
	if path == "" {
		return route{}, nil
	}
	at, op := routeOf(http.MethodGet, path)
	if op == nil || !op.Streaming {
		return route{}, errNoStream(path)
	}
	return at, nil
}

// shrink makes a connection buffer little of what it sends. With less than a
// segment, of 64 KiB on loopback, it would block on readers that are not slow.
func shrink(ctx context.Context, conn net.Conn) context.Context {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(64 << 10)
	}
	return ctx
}
