package otelxapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	mnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	tnoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

// windowed is an X in memory whose rate limit the test sets.
type windowed struct {
	mu               sync.Mutex
	limit, remaining int64
	reset            time.Time
	names            string // of the headers, "x-rate-limit" or another
	status           int
}

func (x *windowed) RoundTrip(r *http.Request) (*http.Response, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	names := x.names
	if names == "" {
		names = "x-rate-limit"
	}
	h := http.Header{}
	h.Set(names+"-limit", strconv.FormatInt(x.limit, 10))
	h.Set(names+"-remaining", strconv.FormatInt(x.remaining, 10))
	h.Set(names+"-reset", strconv.FormatInt(x.reset.Unix(), 10))
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	h.Set("Api-Version", "2.167")
	return &http.Response{StatusCode: max(x.status, 200), ProtoMajor: 2, Header: h, Body: http.NoBody, Request: r}, nil
}

func (x *windowed) set(remaining int64) { x.mu.Lock(); x.remaining = remaining; x.mu.Unlock() }

// gauges returns the points of the budget gauges, without the common
// attributes.
func (r *recorder) gauges(t testing.TB) []string {
	t.Helper()
	var got []string
	for _, l := range r.metricLines(t) {
		if l, ok := strings.CutPrefix(l, "x_api.rate_limit."); ok && !strings.HasPrefix(l, "user.share") {
			got = append(got, strings.TrimSpace(regexp.MustCompile(`(http.request.method|url.template|x_api.rate_limit.scope)=\S+ ?`).ReplaceAllString(l, "")))
		}
	}
	return got
}

func TestABudgetIsReportedAsItIsAtCollection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder()
		x := &windowed{limit: 450, remaining: 100, reset: time.Now().Add(10 * time.Minute)}
		transport := rec.transport(x)
		exchange(t, transport, newGet(t, benchURL))
		want := []string{"limit 450 x_api.rate_limit.window=15m", "remaining 100 x_api.rate_limit.window=15m", "reset.in 600 x_api.rate_limit.window=15m"}
		if got := rec.gauges(t); !slices.Equal(got, want) {
			t.Errorf("at once: %v", got)
		}
		time.Sleep(4 * time.Minute)
		want[2] = "reset.in 360 x_api.rate_limit.window=15m"
		if got := rec.gauges(t); !slices.Equal(got, want) {
			t.Errorf("4 minutes later: %v", got)
		}
		time.Sleep(7 * time.Minute)
		want = []string{"limit 450 x_api.rate_limit.window=15m", "remaining 450 x_api.rate_limit.window=15m"}
		if got := rec.gauges(t); !slices.Equal(got, want) {
			t.Errorf("after the reset: %v", got)
		}
		time.Sleep(time.Hour)
		if got := rec.gauges(t); len(got) != 0 {
			t.Errorf("long after the reset: %v", got)
		}
	})
}

func TestTheFallbackBucketIsNotTheEndpointsBudget(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	exchange(t, rec.transport(&windowed{limit: 40000, remaining: 39999, reset: time.Now().Add(time.Minute), status: 403}), newGet(t, benchURL))
	if got := rec.gauges(t); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestACallWarnsOfABudgetThatRunsLow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder()
		x := &windowed{limit: 450, remaining: 450, reset: time.Now().Add(15 * time.Minute)}
		transport := rec.transport(x, otelxapi.WithLowBudget(0.2))
		warned := func(remaining int64) []string {
			x.set(remaining)
			exchange(t, transport, newGet(t, benchURL))
			ended := rec.spans.Ended()
			var got []string
			for _, e := range ended[len(ended)-1].Events() {
				word := e.Name
				if value(e.Attributes, otelxapi.RateLimitExhaustionInKey) != "" {
					word += " exhausts"
				}
				got = append(got, word)
			}
			return got
		}
		if got := warned(400); got != nil {
			t.Errorf("400 of 450 left: %v", got)
		}
		time.Sleep(14 * time.Minute)
		if got := warned(89); !slices.Equal(got, []string{"x_api.rate_limit.low"}) {
			t.Errorf("89 of 450 left: %v", got)
		}
		// 60 seconds before the reset, ten requests a second.
		for left := int64(80); left > 50; left -= 10 {
			time.Sleep(time.Second)
			warned(left)
		}
		if got := warned(40); !slices.Equal(got, []string{"x_api.rate_limit.low exhausts"}) {
			t.Errorf("40 of 450 left, 10 a second: %v", got)
		}
		if got := rec.gauges(t); len(got) != 4 || !strings.HasPrefix(got[0], "exhaustion.in ") {
			t.Errorf("gauges %v", got)
		}
	})
}

func TestUsersHaveOneSeriesAndADistribution(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	reset := time.Now().Add(10 * time.Minute)
	x := &windowed{limit: 100, reset: reset}
	transport := rec.transport(x)
	for user := range int64(50) {
		x.set(100 - user)
		r := newGet(t, benchURL)
		r.Header.Set("Authorization", fmt.Sprintf(`OAuth oauth_token="user%d", oauth_timestamp="1"`, user))
		exchange(t, transport, r)
	}
	var got []string
	for _, l := range rec.metricLines(t) {
		if strings.Contains(l, "remaining") || strings.Contains(l, "share") {
			got = append(got, l)
		}
	}
	want := []string{
		"x_api.rate_limit.remaining 51 http.request.method=GET url.template=/2/tweets/{id} x_api.rate_limit.scope=user x_api.rate_limit.window=15m",
		"x_api.rate_limit.user.share 50 http.request.method=GET url.template=/2/tweets/{id} x_api.rate_limit.scope=user x_api.rate_limit.window=15m",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// 10,000 random ids, users, unknown paths and hosts from 64 goroutines make as
// many series as operations, classes and windows were seen.
func TestSeriesAreAsManyAsOperationsClassesAndWindows(t *testing.T) {
	t.Parallel()
	rec := newRecorder(sdktrace.WithSampler(sdktrace.NeverSample()))
	x := &windowed{limit: 900, remaining: 800, reset: time.Now().Add(10 * time.Minute)}
	transport := rec.transport(x)
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(g), 0))
			for range 160 {
				id := rng.Int64()
				path := []string{"/2/tweets/%d", "/2/users/%d", "/2/unknown/%d/path"}[rng.IntN(3)]
				host := []string{"api.x.com", "api.twitter.com", fmt.Sprintf("host%d.example", id)}[rng.IntN(3)]
				r := newGet(t, fmt.Sprintf("https://"+host+path, id))
				r.Header.Set("Authorization", []string{"Bearer AAAAAAAAAAAAAAAA", fmt.Sprintf(`OAuth oauth_token="%d"`, id)}[rng.IntN(2)])
				exchange(t, transport, r)
			}
		})
	}
	wg.Wait()
	count := map[string]int{}
	for _, l := range rec.metricLines(t) {
		name, _, _ := strings.Cut(l, " ")
		count[name]++
	}
	const operations, hosts, scopes = 2, 2, 2
	want := map[string]int{
		"http.client.request.duration": (operations + 1) * hosts,
		"x_api.clock.skew":             1,
		"x_api.rate_limit.limit":       operations * scopes,
		"x_api.rate_limit.remaining":   operations * scopes,
		"x_api.rate_limit.reset.in":    operations * scopes,
		"x_api.rate_limit.user.share":  operations,
		"x_api.unknown_endpoints":      1,
		"x_api.version.info":           1,
	}
	if fmt.Sprint(count) != fmt.Sprint(want) {
		t.Errorf("series %v, want %v", count, want)
	}
}

func TestManyTransportsShareTheirBudgets(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	x := &windowed{limit: 450, remaining: 450, reset: time.Now().Add(10 * time.Minute)}
	for i := range int64(100) {
		x.set(450 - i)
		exchange(t, rec.transport(x), newGet(t, benchURL))
	}
	if got := rec.gauges(t); !slices.Contains(got, "remaining 351 x_api.rate_limit.window=15m") || len(got) > 4 {
		t.Errorf("%v", got)
	}
}

func TestWithoutAMeterProviderNothingIsKept(t *testing.T) {
	t.Parallel()
	for _, stats := range []bool{false, true} {
		opts := []otelxapi.Option{
			otelxapi.WithTracerProvider(tnoop.NewTracerProvider()), otelxapi.WithMeterProvider(mnoop.NewMeterProvider()),
			otelxapi.WithAppName(fmt.Sprintf("%s %t", t.Name(), stats)),
		}
		if stats {
			opts = append(opts, otelxapi.WithStats())
		}
		transport := otelxapi.NewTransport(&windowed{limit: 450, remaining: 449, reset: time.Now().Add(time.Minute)}, opts...)
		exchange(t, transport, newGet(t, benchURL))
		got := transport.Stats()
		for what, kept := range map[string]bool{"budgets": len(got.Budgets) > 0, "calls": len(got.Calls) > 0, "the version": got.Version != ""} {
			if kept != stats {
				t.Errorf("WithStats %t: kept %s %t", stats, what, kept)
			}
		}
	}
}

func TestStatsTellBudgetsAndClasses(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	rec := newRecorder()
	transport := rec.transport(srv.Transport(), otelxapi.WithStats(), otelxapi.WithAppName("bot"))
	for _, name := range []string{"search_page", "rate_limited", "rate_limited", "usage_capped", "post_created", "partial_not_found"} {
		s, ok := xapitest.Lookup(name)
		if !ok {
			t.Fatal(name)
		}
		if err := srv.PlayScenario(s); err != nil {
			t.Fatal(err)
		}
		r, err := s.NewRequest(t.Context(), "https://api.x.com")
		if err != nil {
			t.Fatal(err)
		}
		exchange(t, transport, r)
	}
	got := transport.Stats()
	if got.App != "bot" || got.Version != "2.167" || got.Since.After(got.At) {
		t.Errorf("%+v", got)
	}
	if b := got.Budgets[0]; b.Template != "/2/tweets/search/recent" || b.Remaining != 0 || b.Limit != 450 || b.Window != "15m" || b.Scope != "app" {
		t.Errorf("the emptiest budget is %+v", b)
	}
	c := got.Calls[0]
	if c.Template != "/2/tweets/search/recent" || c.Total != 4 || len(c.Classes) != 2 ||
		c.Classes[0].Class != classify.RateLimited || c.Classes[0].Count != 2 || c.Classes[0].Hint.Text == "" || c.Classes[0].Last.IsZero() {
		t.Errorf("most calls: %+v", c)
	}
}

func TestARecordOfTheApplicationsLogSaysWhatToDo(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	tests := []struct{ scenario, level, class string }{
		{"rate_limited", "WARN", "rate_limited"},
		{"usage_capped", "ERROR", "usage_capped"},
		{"partial_not_found", "INFO", "partial"},
		{"post_lookup", "", ""},
	}
	for _, tt := range tests {
		s, _ := xapitest.Lookup(tt.scenario)
		var b bytes.Buffer
		rec := newRecorder()
		play(t, srv, s, rec, otelxapi.WithLogger(slog.New(slog.NewJSONHandler(&b, nil))))
		if tt.level == "" {
			if b.Len() > 0 {
				t.Errorf("%s: %s", tt.scenario, b.String())
			}
			continue
		}
		var got map[string]any
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v in %s", tt.scenario, err, b.String())
		}
		span := rec.span(t).SpanContext()
		if got["level"] != tt.level || got["x_api.class"] != tt.class || got["x_api.hint.text"] == nil || got["msg"] == "" ||
			got["trace_id"] != span.TraceID().String() || got["span_id"] != span.SpanID().String() {
			t.Errorf("%s: %v", tt.scenario, got)
		}
		line := fmt.Sprint(got["x_api.support"])
		for _, part := range []string{"x-transaction-id=", "cf-ray=", "api-version=2.167", "x-time=", "utc=", "operation=", "status=", "class=" + tt.class} {
			if !strings.Contains(line, part) || strings.Contains(line, "\n") {
				t.Errorf("%s: no %s in %q", tt.scenario, part, line)
			}
		}
	}
}

func TestTheEnvironmentChoosesWhereEventsGo(t *testing.T) {
	tests := []struct {
		value       string
		spans, logs int
	}{{"", 1, 0}, {"logs", 0, 1}, {"logs/dup", 1, 1}, {"other", 1, 0}}
	for _, tt := range tests {
		t.Setenv("OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN", tt.value)
		rec := newRecorder()
		exchange(t, rec.transport(answer(503, http.NoBody)), newGet(t, benchURL))
		if spans, logs := len(rec.span(t).Events()), len(rec.records.records); spans != tt.spans || logs != tt.logs {
			t.Errorf("%q: %d events, %d log records", tt.value, spans, logs)
		}
	}
}

func TestExemplarsPointToTheSpan(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	rec.reader = sdkmetric.NewManualReader()
	rec.meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(rec.reader), sdkmetric.WithExemplarFilter(exemplar.TraceBasedFilter))
	exchange(t, rec.transport(newCannedX()), newGet(t, benchURL))
	id := rec.span(t).SpanContext().SpanID()
	for _, m := range rec.metrics(t) {
		if h, ok := m.Data.(metricdata.Histogram[float64]); ok {
			e := h.DataPoints[0].Exemplars
			if len(e) != 1 || !bytes.Equal(e[0].SpanID, id[:]) {
				t.Errorf("%s has exemplars %v", m.Name, e)
			}
		}
	}
}

// The documentation and the code say the same: every attribute, event and
// metric that the scenarios emit is in docs/telemetry.md, and every one that is
// there is emitted by some call.
func TestTheDocumentedTelemetryIsTheEmitted(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("docs/telemetry.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9_.]+)` \\|").FindAllStringSubmatch(string(doc), -1) {
		documented[row[1]] = true
	}
	emitted := map[string]bool{}
	note := func(rec *recorder) {
		for _, s := range rec.spans.Ended() {
			for _, kv := range s.Attributes() {
				emitted[string(kv.Key)] = true
			}
			for _, e := range s.Events() {
				emitted[e.Name] = true
				for _, kv := range e.Attributes {
					emitted[string(kv.Key)] = true
				}
			}
		}
		for _, l := range rec.metricLines(t) {
			words := strings.Fields(l)
			emitted[words[0]] = true
			for _, w := range words[2:] {
				key, _, _ := strings.Cut(w, "=")
				emitted[key] = true
			}
		}
	}
	srv := xapitest.Start(t)
	for _, s := range xapitest.Scenarios() {
		rec := newRecorder()
		play(t, srv, s, rec, otelxapi.WithServerInfo(), otelxapi.WithAppName("bot"), otelxapi.WithPriceTable(otelxapi.DefaultPriceTable()))
		note(rec)
	}
	for _, x := range []struct {
		url  string
		base http.RoundTripper
	}{
		{"http://127.0.0.1:8080/2/tweets/1", newCannedX()},                                     // a port
		{benchURL, success(io.NopCloser(strings.NewReader(`{"data":`)))},                       // incomplete
		{benchURL, &windowed{limit: 450, remaining: 1, reset: time.Now().Add(time.Minute)}},    // low
		{benchURL, answer(403, text(`{"errors":[{"code":453,"message":"no","reason":"x"}]}`))}, // a code
		{benchURL, answer(503, text(`{"title":"operational-disconnect","disconnect_type":"OperationalDisconnect","type":"https://api.x.com/2/problems/operational-disconnect"}`))},
	} {
		rec := newRecorder()
		r := newGet(t, x.url)
		r.Method = "get"
		r = r.WithContext(otelxapi.ContextWithResendCount(context.Background(), 1))
		res, err := rec.transport(x.base).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		note(rec)
	}
	synctest.Test(t, func(t *testing.T) { // a stream that stalls, and one after it that a slow reader loses
		rec := newRecorder()
		stalled, slow := newFeed(), newFeed()
		transport := rec.transport(feeds(stalled, slow))
		res := open(t, transport)
		done := consumeStream(res.Body)
		time.Sleep(time.Minute)
		stalled.end(io.EOF)
		<-done
		res.Body.Close()
		res = open(t, transport)
		time.Sleep(time.Minute)
		slow.end(io.ErrUnexpectedEOF)
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		note(rec)
	})
	// The name of a protocol that is none of HTTP's cannot come by here.
	emitted["network.protocol.name"] = true
	for name := range emitted {
		if !documented[name] {
			t.Errorf("%s is emitted and not documented", name)
		}
	}
	for name := range documented {
		if !emitted[name] {
			t.Errorf("%s is documented and not emitted", name)
		}
	}
}

// BenchmarkParallel prints how calls from several goroutines get along:
// compare -cpu 1,2 of otelhttp and of this library.
func BenchmarkParallel(b *testing.B) {
	for _, rival := range telemetries()[0].rivals(newCannedX()) {
		b.Run(rival.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				r := newGet(b, benchURL)
				for pb.Next() {
					exchange(b, rival.transport, r)
				}
			})
		})
	}
}
