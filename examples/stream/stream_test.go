package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// isolate takes the settings of the machine's user away from a test.
func isolate(t *testing.T) {
	t.Helper()
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		t.Setenv(name, "")
	}
}

func play(ctx context.Context, out *screen) (stdout, stderr string, code int) {
	var page, errs bytes.Buffer
	out.w = &page
	code = run(ctx, out, &errs)
	return page.String(), errs.String(), code
}

// inOrder reports the first of the texts that does not follow the one before.
func inOrder(page string, texts ...string) (missing string) {
	for _, text := range texts {
		i := strings.Index(page, text)
		if i < 0 {
			return text
		}
		page = page[i+len(text):]
	}
	return ""
}

func TestTheStream(t *testing.T) {
	isolate(t)
	page, stderr, code := play(t.Context(), &screen{})
	if code != 0 || stderr != "" {
		t.Fatalf("exit status %d: %s\n%s", code, stderr, page)
	}
	t.Run("fits its width, without escape codes", func(t *testing.T) {
		for line := range strings.Lines(page) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns: %s", n, line)
			}
		}
		if strings.ContainsAny(page, "\x1b\r") {
			t.Error("it has escape codes")
		}
		if n := strings.Count(page, "\n"); n > 80 {
			t.Errorf("%d lines", n)
		}
	})
	t.Run("tells of the sessions in their order", func(t *testing.T) {
		if missing := inOrder(page,
			"connected  1 stream is open", "stalled    no byte for 1",
			"ended      reason canceled, class stalled, 20 posts and 4 keep-alives",
			"stalled: reconnect in 250ms, attempt 1", "connected  again, after ",
			"ended      reason problem, class stream_disconnected, 35 posts and 5 keep-alives",
			"stream_disconnected: reconnect in 250ms, attempt 1",
			"refused    class connection_limited", "connection_limited: backoff in 1m0s, attempt 1",
			"connected  again, after ", "class slow_consumer", "slow_consumer: reconnect in 250ms",
			"connected  again, after ", "ended      reason canceled, class canceled", "canceled: stops",
		); missing != "" {
			t.Errorf("no %q in its place in\n%s", missing, page)
		}
	})
	t.Run("has a row for each segment", func(t *testing.T) {
		var rows [][]string
		for line := range strings.Lines(page) {
			// A segment without posts has no lag before its busy share.
			if f := strings.Fields(line); len(f) >= 8 && (strings.HasSuffix(f[7], "%") || strings.HasSuffix(f[6], "%")) {
				rows = append(rows, f)
			}
		}
		for session, want := range []string{"canceled stalled", "problem stream_disconnected", " slow_consumer", string(classify.Canceled)} {
			of := slices.DeleteFunc(slices.Clone(rows), func(f []string) bool { return f[0] != string(rune('1'+session)) })
			if len(of) == 0 {
				t.Fatalf("no session %d in %v", session+1, rows)
			}
			last := of[len(of)-1]
			if end := strings.Join(last[len(last)-2:], " "); !strings.HasSuffix(end, want) {
				t.Errorf("session %d ends with %s", session+1, end)
			}
			if session == 0 && len(of) < 2 {
				t.Error("session 1 was not cut")
			}
		}
	})
	t.Run("says what to do", func(t *testing.T) {
		if missing := inOrder(page, "\nWhat to do\n",
			"! x_api.stream.stalled  session 1, stalled: Stream silent", "reconnect",
			"! x_api.stream.ended  session 1, stalled", "As above.",
			"! x_api.stream.reconnect.gap  session 2, ", "backfill_minutes",
			"! x_api.stream.ended  session 2, stream_disconnected", "Reconnect at once",
			"! x_api.problem  connecting, connection_limited", "close the other connection",
			"! x_api.stream.reconnect.gap  session 3, ", "As above.",
			"! x_api.stream.ended  session 3, slow_consumer", "put lines into a queue",
			"! x_api.stream.reconnect.gap  session 4, ", "As above.",
			"\nJaeger ", "\nPrometheus ", "\nChecked: ",
		); missing != "" {
			t.Errorf("no %q in its place in\n%s", missing, page)
		}
	})
}

func TestATerminalGetsColoursAndOneStatusLine(t *testing.T) {
	isolate(t)
	page, stderr, code := play(t.Context(), &screen{live: true, painter: painter{true}})
	if code != 0 {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	if !strings.Contains(page, "\r\x1b[K") || !strings.Contains(page, "\x1b[33mstalled  \x1b[0m  posts 20 ") {
		t.Error("no status line")
	}
	if strings.Count(page, "\x1b[0m")*2 != strings.Count(page, "\x1b[")-strings.Count(page, "\x1b[K") {
		t.Error("a colour does not end")
	}
	escape := regexp.MustCompile("\x1b\\[[0-9]*m")
	for line := range strings.Lines(page) {
		for shown := range strings.SplitSeq(line, "\r\x1b[K") {
			shown = escape.ReplaceAllString(shown, "")
			text, ends := strings.CutSuffix(shown, "\n")
			most := 79 // of what has to be erased again
			if ends {
				most = width
			}
			if n := utf8.RuneCountInString(text); n > most {
				t.Errorf("%d columns: %q", n, shown)
			}
		}
	}
	if strings.Contains(page, "lag p50 0s") {
		t.Error("a lag that nobody knows is shown")
	}
}

func TestTheStatusFitsATerminalOf80ColumnsWhateverItSays(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		w    *watcher
		want string
	}{
		"nothing yet": {&watcher{started: time.Now()}, "  0.0s no stream  posts 0     keep 0   lag p50 -      busy   0%  silent 0s"},
		"much": {&watcher{started: time.Now().Add(-28 * time.Hour), stalled: true, lag: 1234567 * time.Millisecond, now: counters{
			active: 1, posts: 123456789, keepAlives: 123456, busy: 1, silent: 48*time.Hour + 1234*time.Millisecond}}, "100800.0s stalled    posts 123456789 keep 123456 lag p50 20m34.6s busy 100%  si"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.w.out = &screen{}
			if got := tt.w.status(); got != tt.want || len(got) > 79 {
				t.Errorf("%d columns: %q", len(got), got)
			}
		})
	}
}

func TestTheConsumerComesBackFromASilence(t *testing.T) {
	t.Parallel()
	srv := xapitest.NewServer()
	defer srv.Close()
	stalls := xapitest.Script{xapitest.Posts(1, 0), xapitest.End(xapitest.EndStall)}
	if err := srv.PlayStreams(streamPath, stalls, stalls, xapitest.Script{xapitest.Posts(1, 0), xapitest.Problem(xapitest.DisconnectOperational)}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	posts := 0
	var said []string
	c := &consumer{
		client: &http.Client{Transport: otelxapi.NewTransport(srv.Transport(), otelxapi.WithStreamStall(100*time.Millisecond))},
		url:    streamURL, authorization: xapitest.Credential(endpoint.AuthAppOnly, time.Now()),
		watch: 10 * time.Millisecond, handle: func([]byte) { posts++ }, sleep: func(context.Context, time.Duration) {},
		say: func(format string, args ...any) {
			if said = append(said, fmt.Sprintf(format, args...)); len(said) == 3 {
				cancel()
			}
		},
	}
	c.follow(ctx)
	want := []string{"stalled: reconnect in 250ms, attempt 1", "stalled: reconnect in 250ms, attempt 1", "stream_disconnected: reconnect in 250ms, attempt 1"}
	if posts != 4 || !slices.Equal(said, want) {
		t.Errorf("%d lines, %q", posts, said)
	}
}

func TestWhatDiffersIsReported(t *testing.T) {
	t.Parallel()
	logs := make([]xapitest.StreamLog, len(ends))
	if wrong := check(counters{}, nil, logs[:1]); len(wrong) != 1 || !strings.Contains(wrong[0].Error(), "sessions: 1, but the simulator did 4") {
		t.Error(wrong)
	}
	if wrong := check(counters{}, nil, logs); len(wrong) != 1 || !strings.Contains(wrong[0].Error(), "sessions of the spans: 0") {
		t.Error(wrong)
	}
	var stderr bytes.Buffer
	if code := fail(&stderr, check(counters{}, nil, logs)...); code != 1 || !strings.HasPrefix(stderr.String(), "stream: ") {
		t.Errorf("exit status %d, %s", code, &stderr)
	}
}

// recorded are the spans, metrics and logs of sessions that ended as they have
// to, each with a post.
func recorded() (counters, []span, []xapitest.StreamLog) {
	now := counters{
		posts: 4, bytes: 40, stalls: 1, gaps: distribution{count: 3},
		ends: map[outcome]int64{}, fails: map[outcome]int64{{class: string(classify.ConnectionLimited)}: 1},
	}
	var spans []span
	var logs []xapitest.StreamLog
	for i, e := range ends {
		stub := tracetest.SpanStub{Name: spanName, Attributes: []attribute.KeyValue{
			otelxapi.StreamSegmentKey.Int(0), otelxapi.StreamMessagesKey.Int(1), otelxapi.StreamBytesKey.Int(10), otelxapi.StreamReasonKey.String(e.reason),
		}}
		if i > 0 {
			stub.Attributes = append(stub.Attributes, otelxapi.StreamReconnectGapKey.Float64(1))
		} else {
			stub.Events = []sdktrace.Event{{Name: "x_api.stream.stalled", Attributes: []attribute.KeyValue{otelxapi.HintTextKey.String("Reconnect.")}}}
		}
		class := ""
		if e.class.IsError() {
			class = string(e.class)
			stub.Attributes = append(stub.Attributes, otelxapi.ErrorTypeKey.String(class))
			stub.Status.Code = codes.Error
		}
		now.ends[outcome{e.reason, class}] = 1
		spans = append(spans, newSpan(stub.Snapshot()))
		logs = append(logs, xapitest.StreamLog{Posts: 1, Bytes: 10, Ending: e.ending})
	}
	return now, spans, logs
}

func TestEachDifferenceIsReported(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*counters, []span, []xapitest.StreamLog){
		"": func(*counters, []span, []xapitest.StreamLog) {},
		"posts of the metrics: 5, but the simulator did 4":                func(c *counters, _ []span, _ []xapitest.StreamLog) { c.posts++ },
		"bytes of the metrics: 41, but the simulator did 40":              func(c *counters, _ []span, _ []xapitest.StreamLog) { c.bytes++ },
		"streams that are open: 1, but the simulator did 0":               func(c *counters, _ []span, _ []xapitest.StreamLog) { c.active++ },
		"refusals: 0, but the simulator did 1":                            func(c *counters, _ []span, _ []xapitest.StreamLog) { clear(c.fails) },
		"session 3, ending: clean, but the simulator did slow_reader":     func(_ *counters, _ []span, l []xapitest.StreamLog) { l[2].Ending = "clean" },
		"session 4, keep-alives of its spans: 0, but the simulator did 1": func(c *counters, _ []span, l []xapitest.StreamLog) { l[3].KeepAlives, c.keepAlives = 1, 1 },
		"session 4, reason: eof, but the simulator did canceled": func(_ *counters, s []span, _ []xapitest.StreamLog) {
			s[3].attributes[otelxapi.StreamReasonKey] = attribute.StringValue("eof")
		},
		"session 3, class: timeout, but the simulator did slow_consumer": func(c *counters, s []span, _ []xapitest.StreamLog) {
			s[2].attributes[otelxapi.ErrorTypeKey] = attribute.StringValue("timeout")
			c.ends[outcome{"problem", "timeout"}] = 1
		},
	} {
		now, spans, logs := recorded()
		spoil(&now, spans, logs)
		var got []string
		for _, err := range check(now, spans, logs) {
			got = append(got, err.Error())
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAnInterruptEndsTheProgram(t *testing.T) {
	isolate(t)
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	if _, stderr, code := play(ctx, &screen{}); code != 130 || stderr != "interrupted\n" {
		t.Errorf("exit status %d: %s", code, stderr)
	}
}

func TestUsage(t *testing.T) {
	for args, want := range map[string]int{"-h": 0, "-no-such": 2, "more": 2} {
		var stderr bytes.Buffer
		if code := start(t.Context(), []string{args}, os.Stdout, &stderr); code != want || !strings.Contains(stderr.String(), "Usage: go run ./examples/stream") {
			t.Errorf("%s: exit status %d: %s", args, code, &stderr)
		}
	}
}

func TestACollectorThatCannotBeReachedIsReported(t *testing.T) {
	isolate(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:secret@127.0.0.1:1")
	tel, err := newTelemetry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, span := tel.traces.Tracer("test").Start(t.Context(), "span")
	span.End()
	if _, err := tel.flush(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "the collector at http://127.0.0.1:1 took 0 of 1 spans") || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// fakeCollector receives spans by OTLP over gRPC.
type fakeCollector struct {
	collectorpb.UnimplementedTraceServiceServer

	names chan string
}

func (c fakeCollector) Export(_ context.Context, req *collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
	for _, rs := range req.GetResourceSpans() {
		for _, ss := range rs.GetScopeSpans() {
			for _, s := range ss.GetSpans() {
				c.names <- s.GetName()
			}
		}
	}
	return &collectorpb.ExportTraceServiceResponse{}, nil
}

func TestACollectorReceivesTheSpans(t *testing.T) {
	isolate(t)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv, c := grpc.NewServer(), fakeCollector{names: make(chan string, 10)}
	collectorpb.RegisterTraceServiceServer(srv, c)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	defer func() {
		srv.Stop()
		<-served
	}()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+l.Addr().String())
	tel, err := newTelemetry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, span := tel.traces.Tracer("test").Start(t.Context(), spanName)
	span.End()
	if n, err := tel.flush(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d spans, %v", n, err)
	}
	if name := <-c.names; name != spanName {
		t.Error(name)
	}
}

func TestTheDelayFollowsTheVerdict(t *testing.T) {
	t.Parallel()
	for class, want := range map[classify.Class]struct {
		wait  time.Duration
		again bool
	}{
		classify.StreamDisconnected: {500 * time.Millisecond, true},
		classify.ConnectionLimited:  {2 * time.Minute, true},
		classify.NoRules:            {0, false},
		classify.Canceled:           {0, false},
	} {
		if wait, again := delay(classify.ResultOf(class).Retry, 2); wait != want.wait || again != want.again {
			t.Errorf("%s: %s, %t", class, wait, again)
		}
	}
	later := classify.Retry{Verdict: classify.VerdictAfterReset, At: time.Now().Add(time.Hour)}
	if wait, again := delay(later, 1); !again || wait <= 0 || wait > time.Hour {
		t.Errorf("after a reset: %s, %t", wait, again)
	}
}
