package e2e

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// sender sends spans as the library's, in batches, without an SDK whose queue
// could be full.
type sender struct{ client ptraceotlp.GRPCClient }

func newSender(t *testing.T, address string) sender {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return sender{ptraceotlp.NewGRPCClient(conn)}
}

// send sends n spans; the i-th has the template and the class that of gives.
func (s sender) send(ctx context.Context, first, n int, of func(i int) (template, class string)) error {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "svc")
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("github.com/otelxapi/otelxapi")
	now := time.Now()
	for i := first; i < first+n; i++ {
		sp := ss.Spans().AppendEmpty()
		sp.SetTraceID(pcommon.TraceID{1, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
		sp.SetSpanID(pcommon.SpanID{1, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
		sp.SetKind(ptrace.SpanKindClient)
		sp.SetStartTimestamp(pcommon.NewTimestampFromTime(now.Add(-50 * time.Millisecond)))
		sp.SetEndTimestamp(pcommon.NewTimestampFromTime(now))
		template, class := of(i)
		sp.SetName("GET " + template)
		a := sp.Attributes()
		a.PutStr("url.template", template)
		a.PutStr("http.request.method", "GET")
		a.PutInt("x_api.rate_limit.limit", 450)
		a.PutInt("x_api.rate_limit.remaining", int64(450-i%400))
		if class != "ok" {
			a.PutStr("error.type", class)
			sp.Status().SetCode(ptrace.StatusCodeError)
		}
	}
	_, err := s.client.Export(ctx, ptraceotlp.NewExportRequestFromTraces(td))
	return err
}

// sendAll sends so many spans from 4 goroutines in batches of 500.
func (s sender) sendAll(t *testing.T, total int, of func(i int) (template, class string)) {
	t.Helper()
	const batch = 500
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for first := worker * batch; first < total; first += 4 * batch {
				if err := s.send(t.Context(), first, batch, of); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// combination is one of 20 templates and 10 classes.
func combination(i int) (template, class string) {
	classes := []string{"ok", "rate_limited", "usage_capped", "unauthenticated", "not_found", "server_error", "unavailable", "timeout", "invalid_request", "forbidden"}
	return fmt.Sprintf("/2/template_%02d/{id}", i%200/10), classes[i%10]
}

// keepNothing turns the way to Jaeger off: what metrics cost is of interest.
const keepNothing = `yaml:{processors: {tail_sampling: {policies: [{name: none, type: probabilistic, probabilistic: {sampling_percentage: 0}}]}}}`

func TestAHundredThousandSpansAreCountedExactly(t *testing.T) {
	const total = 100_000
	ports := startCollector(t, startStore(t), nil, keepNothing)
	s := newSender(t, ports.OTLPgRPC)
	s.sendAll(t, 1000, combination) // connections, pools, caches
	before := cpuTime(t)
	s.sendAll(t, total-1000, combination)
	page := scrape(t, "http://"+ports.Spans+"/metrics", func(page string) bool {
		return sum(t, page, "x_api_spans_calls_total") >= total
	})
	t.Logf("%.0f µs of CPU for a span, with sending it", float64((cpuTime(t)-before).Microseconds())/total)

	for i := range 200 {
		template, class := combination(i)
		if n := countOf(page, template, class); n != total/200 {
			t.Errorf("%s %s: %d calls, want %d", template, class, n, total/200)
		}
	}
	if n := count(page, "x_api_spans_calls_total"); n != 200 {
		t.Errorf("%d series of calls", n)
	}
}

// The file states the bound: 2,000 combinations a service, and one for the rest.
func TestSeriesStayWithinTheBoundThatTheFileStates(t *testing.T) {
	const total = 6000
	ports := startCollector(t, startStore(t), nil, keepNothing)
	newSender(t, ports.OTLPgRPC).sendAll(t, total, func(i int) (string, string) {
		return fmt.Sprintf("/2/endless/%d", i), "ok"
	})
	page := scrape(t, "http://"+ports.Spans+"/metrics", func(page string) bool {
		return sum(t, page, "x_api_spans_calls_total") >= total
	})
	if n := count(page, "x_api_spans_calls_total"); n > 2001 {
		t.Errorf("%d series of calls", n)
	}
	if n := count(page, "x_api_spans_duration_seconds_count"); n > 2001 {
		t.Errorf("%d series of durations", n)
	}
	if n := sum(t, page, "x_api_spans_calls_total"); n != total {
		t.Errorf("%v calls, want %d: none may be lost, only its labels", n, total)
	}
}

// countOf returns the calls of a template and a class.
func countOf(page, template, class string) (n int) {
	for _, m := range sample.FindAllStringSubmatch(page, -1) {
		if m[1] == "x_api_spans_calls_total" && hasLabel(m[2], "url_template", template) && hasLabel(m[2], "x_api_class", class) {
			var v float64
			_, _ = fmt.Sscan(m[3], &v)
			n += int(v)
		}
	}
	return n
}

// cpuTime is the CPU time of this process, which the collector runs in.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
