package e2e

import (
	"compress/gzip"
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/e2e/stack"
	"github.com/otelxapi/otelxapi/xapitest"
)

// gunzip unpacks what a client sends packed.
func gunzip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, err := gzip.NewReader(r.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			r.Body = body
		}
		next.ServeHTTP(w, r)
	})
}

// silentListener accepts connections and never says a word.
func silentListener(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
		}
	}()
	return l.Addr().String()
}

// The exporters of the SDK work in the background with queues that drop what
// does not fit. What is shown here is that nothing of ours waits for them.
func TestCallsNeitherFailNorWaitWhenTheCollectorIsAway(t *testing.T) {
	ports := startCollector(t, startStore(t), nil)
	nobody, err := stack.FreePorts()
	if err != nil {
		t.Fatal(err)
	}
	x := xapitest.Start(t, xapitest.WithLimits())
	lookup, _ := xapitest.Lookup("post_lookup")
	const calls = 3000 // more than the SDK's queue holds
	took := map[string]time.Duration{}
	for _, test := range []struct{ name, address string }{
		{"there", ports.OTLPgRPC}, {"down", nobody.OTLPgRPC}, {"silent", silentListener(t)},
	} {
		p, err := stack.StartProgram(t.Context(), stack.ProgramOptions{
			Service: test.name, Collector: test.address, Base: x.Transport(), Interval: 100 * time.Millisecond,
		})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for range calls {
			r, err := lookup.NewRequest(t.Context(), x.URL)
			if err != nil {
				t.Fatal(err)
			}
			res, err := p.Client.Do(r)
			if err != nil {
				t.Fatalf("collector %s: a call failed: %v", test.name, err)
			}
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Fatalf("collector %s: %s", test.name, res.Status)
			}
		}
		took[test.name] = time.Since(began)
		// What is left cannot be sent; the program does not wait for that either.
		ending, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		_ = p.Stop(ending)
		cancel()
	}
	for name, d := range took {
		t.Logf("collector %s: %v a call, %.2f of that with a collector", name, d/calls, d.Seconds()/took["there"].Seconds())
	}
}

// A Jaeger that is away costs nothing either: the queue is on disk, and
// survives the collector.
func TestSpansWaitOnDiskForAJaegerThatIsAway(t *testing.T) {
	ports, err := stack.FreePorts()
	if err != nil {
		t.Fatal(err)
	}
	nobody, err := stack.FreePorts()
	if err != nil {
		t.Fatal(err)
	}
	config := []string{
		shippedCollector, ports.Overlay(t.TempDir(), nobody.OTLPgRPC), stack.Fast,
		`yaml:{processors: {tail_sampling: {policies: [{name: all, type: always_sample}]}}}`,
	}
	start := func() *stack.Collector {
		c, err := stack.StartCollector(t.Context(), stack.CollectorOptions{Config: config})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := start()
	x := xapitest.Start(t)
	p := startProgram(t, ports, x)
	const calls = 20
	for range calls {
		s, _ := xapitest.Lookup("usage_capped")
		call(t, p, x, s)
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}

	store, err := stack.StartTraceStore(nobody.OTLPgRPC)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Stop()
	second := start()
	defer func() { _ = second.Stop() }()
	for deadline := time.Now().Add(time.Minute); len(store.Spans()) < calls; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d spans came", len(store.Spans()), calls)
		}
	}
	if n := len(store.Spans()); n != calls {
		t.Errorf("%d spans, want %d", n, calls)
	}
}
