package xapitest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// Server is a simulator of the X API on a loopback address. With nothing to
// play it behaves like a small and honest X, see the package's documentation.
// All methods are safe for concurrent use.
type Server struct {
	// URL is the base URL, without a slash at the end. It does not change.
	URL string

	server   *httptest.Server
	now      func() time.Time
	limits   []endpoint.Limit
	override bool // limits replaces the documented ones
	interval time.Duration
	http2    bool

	maxStreams int
	slowReader time.Duration

	answers atomic.Uint64
	numbers atomic.Uint64      // of posts
	base    context.Context    // of all requests
	stop    context.CancelFunc // ends it
	close   sync.Once
	budgets budgets
	journal journal
	streams streamLogs
	scripts scripts

	mu    sync.Mutex
	queue map[route][]Scenario
	held  map[route]Scenario
}

// route is an operation, or a method and path that are none.
type route struct{ method, path string }

func routeOf(method, path string) (route, *endpoint.Operation) {
	op, template := endpoint.Match(method, path)
	if op != nil {
		return route{op.Method, op.Template}, op
	}
	if template != "" {
		path = template
	}
	return route{method, path}, nil
}

// NewServer starts a server on a free port of 127.0.0.1. The caller closes it.
// It panics when there is no loopback interface to listen on.
func NewServer(opts ...Option) *Server {
	s := &Server{
		now: time.Now, interval: time.Second,
		queue: map[route][]Scenario{}, held: map[route]Scenario{},
	}
	for _, o := range opts {
		o(s)
	}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.base, s.stop = context.WithCancel(context.Background())
	s.server.Config.BaseContext = func(net.Listener) context.Context { return s.base }
	if s.slowReader > 0 {
		s.server.Config.ConnContext = shrink
	}
	// Broken handshakes and aborted answers are what this server is for.
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if s.http2 {
		s.server.EnableHTTP2 = true
		s.server.StartTLS()
	} else {
		s.server.Start()
	}
	s.URL = s.server.URL
	return s
}

// TB is the part of testing.TB that [Start] needs.
type TB interface {
	Helper()
	Cleanup(func())
}

// Start starts a server that is closed when the test ends.
func Start(t TB, opts ...Option) *Server {
	t.Helper()
	s := NewServer(opts...)
	t.Cleanup(s.Close)
	return s
}

// Client returns a client of the server at URL. It trusts the server's
// certificate. Its transport is an *http.Transport that all clients of the
// server share.
func (s *Server) Client() *http.Client {
	c := *s.server.Client()
	return &c
}

// Transport returns a transport that sends every request to the server,
// whatever its URL says: for a program that knows X's address and no other,
// and for a transport that tells X by its host.
func (s *Server) Transport() http.RoundTripper {
	return &redirect{base: s.server.Client().Transport, to: s.server.Listener.Addr().String(), secure: s.http2}
}

// Close ends all answers, stalled ones too, closes all connections and waits
// for their goroutines. It may be called more than once.
func (s *Server) Close() {
	s.close.Do(func() {
		s.stop()
		// No connection may come in between the next two steps: an answer
		// that its client does not read would block the last one.
		_ = s.server.Listener.Close()
		s.server.CloseClientConnections()
		s.server.Close()
	})
}

// Play makes the next requests to the operations of the named scenarios
// answer with them. Each scenario is played once; those of one operation are
// played in order. Any path and query of the operation will do. Play reports
// a name that is not in the catalogue, or one that only the network can play,
// and then plays none.
func (s *Server) Play(names ...string) error {
	scenarios, err := lookupAll(names)
	if err != nil {
		return err
	}
	return s.PlayScenario(scenarios...)
}

// PlayScenario is Play for scenarios that are not in the catalogue: changed
// copies, or the caller's own.
func (s *Server) PlayScenario(scenarios ...Scenario) error {
	for _, sc := range scenarios {
		if err := sc.playable(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sc := range scenarios {
		r, _ := routeOf(sc.Method, sc.Path)
		s.queue[r] = append(s.queue[r], sc)
	}
	return nil
}

// Hold makes all requests to the operations of the named scenarios answer
// with them, once nothing is left of what Play queued, until [Server.Reset].
// It is how to rehearse an alert. It fails as Play does.
func (s *Server) Hold(names ...string) error {
	scenarios, err := lookupAll(names)
	if err != nil {
		return err
	}
	return s.HoldScenario(scenarios...)
}

// HoldScenario is Hold for scenarios that are not in the catalogue.
func (s *Server) HoldScenario(scenarios ...Scenario) error {
	for _, sc := range scenarios {
		if err := sc.playable(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sc := range scenarios {
		r, _ := routeOf(sc.Method, sc.Path)
		s.held[r] = sc
	}
	return nil
}

// Reset forgets what Play, PlayStreams and their like asked for, the state of
// the rate limits, the requests received and the streams that have ended.
// Answers under way go on.
func (s *Server) Reset() {
	s.mu.Lock()
	clear(s.queue)
	clear(s.held)
	s.mu.Unlock()
	s.budgets.reset()
	s.journal.reset()
	s.scripts.reset()
	s.streams.reset()
}

// Pending returns how many queued scenarios and scripts no request has come for.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.scripts.pending()
	for _, q := range s.queue {
		n += len(q)
	}
	return n
}

// Requests returns what the server received, in order, at most the last 1000.
func (s *Server) Requests() []Request { return s.journal.list() }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.journal.add(r)
	at, op := routeOf(r.Method, r.URL.EscapedPath())
	sc, ok := s.next(at)
	if !ok {
		sc = s.honest(r, op)
	}
	seq := s.answers.Add(1)
	if !ok && sc.Ending == EndPosts {
		s.stream(w, r, at, sc, seq)
		return
	}
	s.play(w, r, sc, seq)
}

// next takes the scenario for a request from the queue.
func (s *Server) next(at route) (Scenario, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queue[at]
	if len(q) == 0 {
		sc, ok := s.held[at]
		return sc, ok
	}
	if len(q) == 1 {
		delete(s.queue, at)
	} else {
		s.queue[at] = q[1:]
	}
	return q[0], true
}

func lookupAll(names []string) ([]Scenario, error) {
	scenarios := make([]Scenario, 0, len(names))
	for _, name := range names {
		sc, ok := Lookup(name)
		if !ok {
			return nil, fmt.Errorf("xapitest: no scenario %q", name)
		}
		scenarios = append(scenarios, sc)
	}
	return scenarios, nil
}

// playable reports why a server cannot play the scenario.
func (s Scenario) playable() error {
	switch {
	case s.Fault != FaultNone:
		return fmt.Errorf("xapitest: scenario %q needs a FaultTransport: a server cannot play fault %q", s.Name, s.Fault)
	case s.Status == 0 && (s.Ending == EndClean || s.Ending == EndEndless || s.Ending == EndPosts):
		return fmt.Errorf("xapitest: scenario %q has no status", s.Name)
	case s.Status != 0 && (s.Status < 200 || s.Status > 599):
		return fmt.Errorf("xapitest: scenario %q has status %d, which no final answer has", s.Name, s.Status)
	case s.Method == "" || s.Path == "":
		return errors.New("xapitest: scenario without a method or path")
	}
	return nil
}
