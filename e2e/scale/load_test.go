package scale

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const (
	senders        = 2
	tracesARequest = 5
	spansATrace    = 10
	// Half of a trace comes from one sender, the other half so many requests
	// later from the other: nothing but the trace id brings them together.
	lag             = 4
	spansARequest   = tracesARequest * spansATrace
	betweenRequests = 50 * time.Millisecond
)

// spanKey is the id of a trace and of a span.
type spanKey struct {
	trace pcommon.TraceID
	span  pcommon.SpanID
}

// load is what two programs send to an agent.
type load struct {
	agent  string // OTLP/gRPC
	rounds int    // of requests, for each sender

	acked atomic.Int64 // requests
	done  chan struct{}
	errs  [senders]error

	mu      sync.Mutex
	started []spanKey // in the order in which they were sent for the first time
}

// startLoad begins to send; done is closed when the agent has taken all of it.
func startLoad(ctx context.Context, agent string, rounds int) *load {
	l := &load{agent: agent, rounds: rounds, done: make(chan struct{})}
	var wg sync.WaitGroup
	for sender := range senders {
		wg.Go(func() { l.errs[sender] = l.send(ctx, sender) })
	}
	go func() {
		wg.Wait()
		close(l.done)
	}()
	return l
}

func (l *load) send(ctx context.Context, sender int) error {
	conn, err := grpc.NewClient(l.agent, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithConnectParams(grpc.ConnectParams{MinConnectTimeout: time.Second}))
	if err != nil {
		return err
	}
	defer conn.Close()
	client := ptraceotlp.NewGRPCClient(conn)
	for round := range l.rounds + lag {
		traces := ptrace.NewTraces()
		rs := traces.ResourceSpans().AppendEmpty()
		rs.Resource().Attributes().PutStr("service.name", "svc")
		rs.Resource().Attributes().PutStr("service.instance.id", string(rune('a'+sender)))
		ss := rs.ScopeSpans().AppendEmpty()
		ss.Scope().SetName("github.com/otelxapi/otelxapi")
		var keys []spanKey
		if round < l.rounds {
			keys = appendHalf(ss.Spans(), keys, sender, round, 0)
		}
		if round >= lag {
			keys = appendHalf(ss.Spans(), keys, 1-sender, round-lag, spansATrace/2)
		}
		l.mu.Lock()
		l.started = append(l.started, keys...)
		l.mu.Unlock()
		if err := insist(ctx, func() error {
			_, err := client.Export(ctx, ptraceotlp.NewExportRequestFromTraces(traces))
			return err
		}); err != nil {
			return err
		}
		l.acked.Add(1)
		time.Sleep(betweenRequests)
	}
	return nil
}

// insist does what an SDK's exporter does about an error: it tries again.
func insist(ctx context.Context, export func() error) error {
	for {
		err := export()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// appendHalf appends the spans from first on, half as many as a trace has, of
// every trace that sender began in round.
func appendHalf(to ptrace.SpanSlice, keys []spanKey, sender, round, first int) []spanKey {
	for n := range tracesARequest {
		id := sha256.Sum256([]byte{byte(sender), byte(round), byte(round >> 8), byte(n)})
		for i := first; i < first+spansATrace/2; i++ {
			var k spanKey
			copy(k.trace[:], id[:16])
			binary.BigEndian.PutUint64(k.span[:], uint64(i+1))
			addSpan(to, k)
			keys = append(keys, k)
		}
	}
	return keys
}

// addSpan adds a call to X that went well.
func addSpan(to ptrace.SpanSlice, k spanKey) {
	s := to.AppendEmpty()
	s.SetTraceID(k.trace)
	s.SetSpanID(k.span)
	s.SetName("GET /2/tweets/{id}")
	s.SetKind(ptrace.SpanKindClient)
	now := time.Now()
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(now.Add(-80 * time.Millisecond)))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(now))
	a := s.Attributes()
	a.PutStr("http.request.method", "GET")
	a.PutStr("url.template", "/2/tweets/{id}")
	a.PutStr("server.address", "api.x.com")
	a.PutInt("http.response.status_code", 200)
	a.PutInt("x_api.rate_limit.limit", 900)
	a.PutInt("x_api.rate_limit.remaining", 500)
	a.PutInt("x_api.rate_limit.reset", now.Unix()+600)
	a.PutStr("x_api.auth.kind", "app_only")
}

// sentSoFar returns the spans that have been sent, or are being.
func (l *load) sentSoFar() []spanKey {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.started[:len(l.started):len(l.started)]
}

// reach waits until the agent has taken so many rounds of requests.
func (l *load) reach(t testing.TB, round int) {
	t.Helper()
	await(t, func() bool { return l.acked.Load() >= int64(round*senders) })
}

// finish waits until everything is sent, and returns it.
func (l *load) finish(t testing.TB) []spanKey {
	t.Helper()
	select {
	case <-l.done:
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	case <-time.After(time.Minute):
		t.Fatal("the agent does not take everything")
	}
	for _, err := range l.errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return l.sentSoFar()
}

// await waits for something that has to happen.
func await(t testing.TB, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !happened(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not happen")
		}
	}
}
