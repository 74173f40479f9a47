package xapitest

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// play answers r as sc says. It returns early, by aborting the answer, when
// the client goes away or the server closes.
func (s *Server) play(w http.ResponseWriter, r *http.Request, sc Scenario, seq uint64) {
	s.pause(r, sc.Delay)
	if sc.Status == 0 {
		s.end(w, r, sc.Ending)
		return
	}
	body := []byte(sc.Body)
	h := s.head(w, sc, seq)
	if sc.Gzip && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = compress(body)
		h.Set("Content-Encoding", "gzip")
	}
	switch {
	case sc.Stream || sc.Status == http.StatusNoContent:
	case sc.Ending == EndClean:
		h.Set("Content-Length", strconv.Itoa(len(body)))
	case sc.Ending == EndCut || sc.Ending == EndReset:
		h.Set("Content-Length", strconv.Itoa(2*len(body)+1)) // a promise to break
	}
	w.WriteHeader(sc.Status)
	if sc.Stream {
		s.flush(w)
		for line := range bytes.Lines(body) {
			s.write(w, line)
			s.pause(r, sc.Pace)
		}
	} else if len(body) > 0 {
		_, _ = w.Write(body)
	}
	s.end(w, r, sc.Ending)
}

// head sets the headers of an answer.
func (s *Server) head(w http.ResponseWriter, sc Scenario, seq uint64) http.Header {
	h := w.Header()
	maps.Copy(h, sc.header(s.now(), seq))
	if h.Get("Content-Type") == "" {
		h["Content-Type"] = nil // or net/http would guess one
	}
	return h
}

// end ends an answer; for an answer that is not complete it does not return.
func (s *Server) end(w http.ResponseWriter, r *http.Request, e Ending) {
	switch e {
	case EndClean:
		return
	case EndEndless:
		for more := bytes.Repeat([]byte("and more of it\n"), 1024); ; {
			s.write(w, more)
			s.pause(r, 0)
		}
	case EndPosts:
		p := newPlayer(s.posts(), s.now, s.number)
		for step := p.next(); p.wait(r.Context()) == nil; step = p.next() {
			s.write(w, p.bytes(step))
		}
		panic(http.ErrAbortHandler)
	}
	// Nothing is flushed in place of an answer: that would send headers.
	if w.Header().Get("Date") != "" {
		s.flush(w)
	}
	switch e {
	case EndStall:
		<-r.Context().Done()
	case EndReset:
		reset(r.Context(), w)
	}
	panic(http.ErrAbortHandler)
}

// reset resets the TCP connection, where it has one to itself.
func reset(ctx context.Context, w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		return
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		return
	}
	tcp := conn
	if t, ok := conn.(*tls.Conn); ok {
		tcp = t.NetConn()
	}
	drain(ctx, tcp)
	resetConn(tcp)
}

// drain waits, 10 s at most, until the client's system has what was written,
// which a reset would destroy.
func drain(ctx context.Context, conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for ctx.Err() == nil && unsent(tcp) > 0 {
		time.Sleep(time.Millisecond)
	}
}

// resetConn closes conn with a TCP reset instead of a FIN.
func resetConn(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// write writes and flushes, and aborts the answer when nobody reads it.
func (s *Server) write(w http.ResponseWriter, b []byte) {
	if _, err := w.Write(b); err != nil {
		panic(http.ErrAbortHandler)
	}
	s.flush(w)
}

func (s *Server) flush(w http.ResponseWriter) {
	if err := http.NewResponseController(w).Flush(); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// pause waits, and aborts the answer when the client goes away or the server
// closes.
func (s *Server) pause(r *http.Request, d time.Duration) {
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
	}
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler)
	}
}

func compress(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b) // a bytes.Buffer does not fail
	_ = z.Close()
	return out.Bytes()
}
