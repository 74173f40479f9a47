package otelxapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	mnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	tnoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/xapitest"
)

var update = flag.Bool("update", false, "write testdata/telemetry.golden anew")

// play sends the request of a scenario through a transport of ours to the
// simulator, as a call to api.x.com, and reads the answer as far as it comes.
func play(t *testing.T, srv *xapitest.Server, s xapitest.Scenario, rec *recorder, opts ...otelxapi.Option) *http.Response {
	t.Helper()
	res, _ := playOn(t, srv, s, rec, opts...)
	return res
}

// playOn is play, and returns the transport too.
func playOn(t *testing.T, srv *xapitest.Server, s xapitest.Scenario, rec *recorder, opts ...otelxapi.Option) (*http.Response, *otelxapi.Transport) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	switch {
	case s.Fault == xapitest.FaultHang:
		time.AfterFunc(20*time.Millisecond, cancel)
	case s.Status == 0 && s.Ending == xapitest.EndStall:
		// On a busy machine the request can take long to arrive. One that does
		// not in time must not leave its answer to the next.
		ctx, cancel = context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
		defer srv.Reset()
	}
	if s.Fault == xapitest.FaultNone {
		if err := srv.PlayScenario(s); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.NewRequest(ctx, "https://api.x.com")
	if err != nil {
		t.Fatal(err)
	}
	transport := rec.transport(s.Transport(srv.Transport()), opts...)
	res, err := transport.RoundTrip(r)
	if err != nil {
		return nil, transport
	}
	if s.Ending != xapitest.EndStall && s.Ending != xapitest.EndEndless && s.Ending != xapitest.EndPosts {
		io.Copy(io.Discard, res.Body)
	}
	res.Body.Close()
	return res, transport
}

// The whole telemetry of every scenario of the simulator: what a reader of
// spans, events, log records and metrics gets to see.
func TestTheTelemetryOfEveryScenario(t *testing.T) {
	srv := xapitest.Start(t)
	var b strings.Builder
	for _, s := range xapitest.Scenarios() {
		rec := newRecorder()
		play(t, srv, s, rec, otelxapi.WithEvents(otelxapi.EventSpan|otelxapi.EventLog))
		fmt.Fprintf(&b, "## %s\n%s\n", s.Name, rec.text(t))
	}
	got := steady(b.String())
	const golden = "testdata/telemetry.golden"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	scenario := ""
	for i := range max(len(g), len(w)) {
		a, b := at(g, i), at(w, i)
		if strings.HasPrefix(a, "## ") {
			scenario = a
		}
		if a != b {
			t.Fatalf("%s\nline %d\n got %s\nwant %s\n(go test -run EveryScenario . -update writes the file anew)", scenario, i+1, a, b)
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// text returns everything that was recorded.
func (r *recorder) text(t *testing.T) string {
	var b strings.Builder
	for _, span := range r.spans.Ended() {
		fmt.Fprintf(&b, "span %s [%s] %s: %s\n", span.Name(), span.SpanKind(), span.Status().Code, span.Status().Description)
		lines(&b, "  ", span.Attributes())
		for _, e := range span.Events() {
			fmt.Fprintf(&b, "  event %s\n", e.Name)
			lines(&b, "    ", e.Attributes)
		}
	}
	r.checkLogs(t)
	for _, line := range r.metricLines(t) {
		fmt.Fprintf(&b, "metric %s\n", line)
	}
	return b.String()
}

// checkLogs holds the log records against the events of the spans: they say the
// same, and a record names the endpoint since it has no span around it.
func (r *recorder) checkLogs(t *testing.T) {
	t.Helper()
	var want, got []string
	template := value(r.span(t).Attributes(), otelxapi.URLTemplateKey)
	for _, s := range r.spans.Ended() {
		for _, e := range s.Events() {
			if e.Name == "x_api.rate_limit.low" {
				continue
			}
			kvs := slices.Clone(e.Attributes)
			if template != "" {
				kvs = append(kvs, otelxapi.URLTemplateKey.String(template))
			}
			want = append(want, fmt.Sprint("WARN ", e.Name, s.SpanContext().SpanID(), value(kvs, otelxapi.HintTitleKey), attributeText(kvs)))
		}
	}
	for _, l := range r.records.records {
		var kvs []attribute.KeyValue
		l.WalkAttributes(func(kv attribute.KeyValue) bool {
			kvs = append(kvs, kv)
			return true
		})
		got = append(got, fmt.Sprint(l.SeverityText(), " ", l.EventName(), l.SpanID(), l.Body().AsString(), attributeText(kvs)))
	}
	if !slices.Equal(got, want) {
		t.Errorf("log records\n%s\nevents\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func lines(b *strings.Builder, indent string, kvs []attribute.KeyValue) {
	kvs = slices.Clone(kvs)
	slices.SortFunc(kvs, func(x, y attribute.KeyValue) int { return strings.Compare(string(x.Key), string(y.Key)) })
	for _, kv := range kvs {
		fmt.Fprintf(b, "%s%s = %v\n", indent, kv.Key, kv.Value.AsInterface())
	}
}

// steady replaces what differs from one run to the next.
func steady(s string) string {
	for _, r := range [][2]string{
		{`((?:\.reset|retry\.after|clock\.skew|server\.duration|consumer\.busy|stream\.gap|stream\.lag\.p\d\d) = ).*`, "$1…"},
		{`((?:transaction_id|edge\.ray) = ).*`, "$1…"},
		{`(metric x_api\.(?:stream\.(?:consumer\.busy|gap)|clock\.skew)) \S+`, "$1 …"},
		{`(\.(?:reset|exhaustion)\.in) \S+`, "$1 …"},
		{`\d\d:\d\d:\d\d UTC`, "hh:mm:ss UTC"},
		{`\d{4}-\d\d-\d\d`, "yyyy-mm-dd"},
		{`\bin \d+[hms0-9]*`, "in …"},
		{`\d+[hms0-9]* (ahead|behind)`, "… $1"},
		{`\d+ (second|minute|hour)s?`, "n ${1}s"},
	} {
		s = regexp.MustCompile(r[0]).ReplaceAllString(s, r[1])
	}
	return s
}

// Span, metric and ResultOf never disagree on the class, over either protocol.
func TestSpanMetricAndResultAgreeOnTheClassOfEveryScenario(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"HTTP/1.1", "HTTP/2"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			var opts []xapitest.Option
			if version == "HTTP/2" {
				opts = append(opts, xapitest.WithHTTP2())
			}
			srv := xapitest.Start(t, opts...)
			for _, s := range xapitest.Scenarios() {
				rec := newRecorder()
				res := play(t, srv, s, rec)
				span := rec.span(t)
				class := value(span.Attributes(), otelxapi.ErrorTypeKey)
				if want := string(s.Class); s.Status >= 400 && class != want {
					t.Errorf("%s: error.type %q, want %q", s.Name, class, want)
				}
				failed := span.Status().Code == codes.Error
				if failed != (class != "") || failed && span.Status().Description == "" {
					t.Errorf("%s: class %q with status %+v", s.Name, class, span.Status())
				}
				// A request's body can be closed after the answer, and the metric
				// is recorded then.
				points := rec.points(t)
				for wait := time.Now().Add(5 * time.Second); len(points) == 0 && time.Now().Before(wait); points = rec.points(t) {
					time.Sleep(time.Millisecond)
				}
				if len(points) != 1 || pointClass(points[0]) != class {
					t.Errorf("%s: span %q, metric %v", s.Name, class, points)
				}
				if failed && len(span.Events()) != 1 {
					t.Errorf("%s: %d events", s.Name, len(span.Events()))
				}
				if res == nil {
					continue
				}
				result, ok := otelxapi.ResultOf(res)
				if segments := rec.segments(); len(segments) > 0 {
					last := segments[len(segments)-1]
					end := value(last.Attributes(), otelxapi.ErrorTypeKey)
					if result.Class.IsError() != (end != "") || end != "" && end != string(result.Class) {
						t.Errorf("%s: the stream's span says %q, the result %q", s.Name, end, result.Class)
					}
					continue
				}
				if !ok || result.Class.IsError() != failed || failed && string(result.Class) != class {
					t.Errorf("%s: span %q, result %q", s.Name, class, result.Class)
				}
			}
		})
	}
}

// What a program is told in other ways than by telemetry does not depend on
// whether anybody gets the telemetry.
func TestResultStatsAndLogDoNotDependOnWhoGetsTheTelemetryOfAnyScenario(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	tell := func(s xapitest.Scenario, opts ...otelxapi.Option) string {
		var logged bytes.Buffer
		rec := newRecorder()
		res, transport := playOn(t, srv, s, rec, append([]otelxapi.Option{
			otelxapi.WithStats(), otelxapi.WithLogger(slog.New(slog.NewJSONHandler(&logged, nil))), otelxapi.WithEvents(otelxapi.EventLog),
		}, opts...)...)
		var b strings.Builder
		if r, ok := otelxapi.ResultOf(res); ok {
			fmt.Fprintln(&b, "result", r.Class, r.Total, len(r.Problems), r.Retry.Verdict)
		}
		for _, c := range transport.Stats().Calls {
			fmt.Fprintln(&b, "stats", c.Method, c.Template, c.Total, c.Failed)
			for _, k := range c.Classes {
				fmt.Fprintln(&b, "  ", k.Class, k.Count, k.Hint.Title)
			}
		}
		for raw := range strings.Lines(logged.String()) {
			var r map[string]any
			if err := json.Unmarshal([]byte(raw), &r); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&b, "log", r["level"], r["msg"], r["x_api.class"], r["x_api.problem.type"], r["x_api.problem.detail"])
		}
		for _, r := range rec.records.records {
			fmt.Fprintln(&b, "record", r.EventName(), r.Body().AsString())
		}
		return steady(b.String())
	}
	without := map[string][]otelxapi.Option{
		"no span is sampled and no meter provider": {
			otelxapi.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))),
			otelxapi.WithMeterProvider(mnoop.NewMeterProvider()),
		},
		"no providers at all": {
			otelxapi.WithTracerProvider(tnoop.NewTracerProvider()), otelxapi.WithMeterProvider(mnoop.NewMeterProvider()),
		},
	}
	partial := 0
	for _, s := range xapitest.Scenarios() {
		want := tell(s)
		if strings.Contains(want, "result partial") || strings.Contains(want, "result no_data") {
			partial++
		}
		for name, opts := range without {
			if got := tell(s, opts...); got != want {
				t.Errorf("%s, %s:\n%s\nwant\n%s", s.Name, name, got, want)
			}
		}
	}
	if partial == 0 {
		t.Error("no scenario has errors inside a success")
	}
}

func pointClass(point string) string {
	for word := range strings.FieldsSeq(point) {
		if class, ok := strings.CutPrefix(word, "error.type="); ok {
			return class
		}
	}
	return ""
}

// sampler keeps what it was asked.
type sampler struct{ asked *sdktrace.SamplingParameters }

func (s sampler) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	*s.asked = p
	return sdktrace.SamplingResult{Decision: sdktrace.RecordAndSample}
}

func (sampler) Description() string { return "keeps what it was asked" }

func TestASamplerSeesTheEndpoint(t *testing.T) {
	t.Parallel()
	var asked sdktrace.SamplingParameters
	rec := newRecorder(sdktrace.WithSampler(sampler{&asked}))
	exchange(t, rec.transport(newCannedX(), otelxapi.WithAppName("bot"),
		otelxapi.WithAttributes(attribute.String("team", "a"))), newGet(t, benchURL))
	const want = "http.request.method=GET server.address=api.x.com team=a " +
		"url.template=/2/tweets/{id} x_api.app.name=bot x_api.operation=getPostsById"
	if got := attributeText(asked.Attributes); got != want || asked.Name != "GET /2/tweets/{id}" {
		t.Errorf("%s: %s", asked.Name, got)
	}
	if p := rec.points(t); len(p) != 1 || !strings.Contains(p[0], "x_api.app.name=bot") || strings.Contains(p[0], "team") {
		t.Errorf("metric %v", p)
	}
}

func TestSpansGoToTheProviderOfTheParentSpan(t *testing.T) {
	t.Parallel()
	for _, p := range []*recorder{newRecorder(), newRecorder()} {
		ctx, parent := p.traces.Tracer("app").Start(t.Context(), "parent")
		transport := otelxapi.NewTransport(newCannedX())
		for range 2 {
			exchange(t, transport, newGet(t, benchURL).WithContext(ctx))
		}
		parent.End()
		ended := p.spans.Ended()
		if len(ended) != 3 || ended[0].Parent().SpanID() != parent.SpanContext().SpanID() ||
			ended[0].InstrumentationScope().Name != otelxapi.ScopeName {
			t.Errorf("%d spans", len(ended))
		}
		if len(ended[2].Attributes()) != 0 {
			t.Errorf("the parent has attributes: %v", ended[2].Attributes())
		}
	}
}

func TestAFilteredOrForeignRequestIsLeftAlone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		url    string
		filter func(*http.Request) bool
	}{
		"filter says no":           {benchURL, func(*http.Request) bool { return false }},
		"another host":             {"https://example.com/2/tweets/1", nil},
		"X's name in another host": {"https://api.x.com.example.com/2/tweets/1", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			r := newGet(t, tt.url)
			ctx, parent := rec.traces.Tracer("app").Start(t.Context(), "parent")
			r = r.WithContext(ctx)
			base := roundTripper(func(got *http.Request) (*http.Response, error) {
				if got != r {
					t.Error("the base gets another request")
				}
				return newCannedX().RoundTrip(got)
			})
			exchange(t, rec.transport(base, otelxapi.WithFilter(tt.filter)), r)
			parent.End()
			if span := rec.span(t); len(span.Attributes()) != 0 || len(span.Events()) != 0 {
				t.Errorf("the parent is written on: %v", span.Attributes())
			}
			if ms := rec.metrics(t); len(ms) != 0 {
				t.Errorf("metrics %v", ms)
			}
		})
	}
}

func TestHostsMatchWithAnyCaseAndPort(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"https://API.X.com/2/tweets/1", "https://api.x.com:443/2/tweets/1", "https://api.twitter.com/2/tweets/1",
		"http://sim.example:8080/2/tweets/1", "https://upload.x.com/1.1/media/upload.json", "http://[::1]:9/2/tweets/1",
		"http://named.example:8081/2/tweets/1",
	} {
		rec := newRecorder()
		exchange(t, rec.transport(newCannedX(), otelxapi.WithHosts("SIM.example", "[::1]:9", "http://named.example:8081/base")), newGet(t, url))
		if name := rec.span(t).Name(); !strings.HasPrefix(name, "GET /") {
			t.Errorf("%s: span %q", url, name)
		}
	}
}

func TestAHostOfTheOptionsStandsForItsPortOrForEvery(t *testing.T) {
	t.Parallel()
	const plain, tls, other = "http://proxy.example", "https://proxy.example", "http://proxy.example:8080"
	all := []string{plain, plain + ":80", tls, tls + ":443", other, "HTTP://Proxy.Example:8080"}
	tests := []struct {
		hosts  []string
		covers []string // of all; X's own are covered in any case
	}{
		{[]string{"proxy.example", "proxy.example:", "PROXY.example/", plain, tls + "/base", "https://user:password@proxy.example"}, all},
		{[]string{"proxy.example:443", tls + ":443", tls + ":443/base?a=b#c", "https://user@proxy.example:443"}, []string{tls, tls + ":443"}},
		{[]string{"proxy.example:80", plain + ":80", plain + ":80/", "//proxy.example:80"}, []string{plain, plain + ":80"}},
		{[]string{
			"proxy.example:8080", "proxy.example:8080/", other, other + "/", other + "?query", other + "#fragment", "//proxy.example:8080/",
			"http://user:password@proxy.example:8080/base?a=b", "user:password@proxy.example:8080", "tcp://proxy.example:8080",
		}, []string{other, "HTTP://Proxy.Example:8080"}},
		{[]string{
			"", " ", "/", "//", "://", "http://", "http://:8080", ":8080", "?", "#", "@", "[", "]", "[::1", "http://[", "::::", "%", "%zz",
			"http://proxy.example:port", "proxy.example:port", "http:proxy.example", "proxy .example", "proxy.example\n", "\x00", "*",
			"http://proxy.example@other.example", "other.example/proxy.example", "other.example?proxy.example",
		}, nil},
	}
	covered := func(t *testing.T, url string, hosts ...string) bool {
		t.Helper()
		rec := newRecorder()
		exchange(t, rec.transport(newCannedX(), otelxapi.WithHosts(hosts...)), newGet(t, url+"/2/tweets/1"))
		return len(rec.spans.Ended()) == 1
	}
	for _, tt := range tests {
		for _, host := range tt.hosts {
			for _, url := range all {
				if got := covered(t, url, host); got != slices.Contains(tt.covers, url) {
					t.Errorf("%q covers %s: %t", host, url, got)
				}
			}
			if !covered(t, "https://api.x.com", host) {
				t.Errorf("%q takes X's own host away", host)
			}
		}
	}
	for host, covers := range map[string]bool{"::1": true, "[::1]": true, "http://[::1]": true, "[::1]:99": true, "http://[::1]:99/": true, "[::1]:9": false, "[::2]": false} {
		if got := covered(t, "http://[::1]:99", host); got != covers {
			t.Errorf("%q covers [::1]:99: %t", host, got)
		}
	}
}

func TestCredentialsThatALayerBelowAddsAreSeen(t *testing.T) {
	t.Parallel()
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", xapitest.Credential("oauth1_user", time.Now()))
		return newCannedX().RoundTrip(r)
	})
	rec := newRecorder()
	r := newGet(t, benchURL)
	r.Header.Del("Authorization")
	exchange(t, rec.transport(base), r)
	if kind := value(rec.span(t).Attributes(), otelxapi.AuthKindKey); kind != "oauth1_user" {
		t.Errorf("auth kind %q", kind)
	}
}

func TestServerInfoIsOnSuccessesOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	for _, asked := range []bool{false, true} {
		rec := newRecorder()
		var opts []otelxapi.Option
		if asked {
			opts = append(opts, otelxapi.WithServerInfo())
		}
		exchange(t, rec.transport(newCannedX(), opts...), newGet(t, benchURL))
		got := attributeText(rec.span(t).Attributes())
		const info = "x_api.server.duration=0.042 x_api.transaction_id=0123456789abcdef x_api.version=2.167"
		if strings.Contains(got, info) != asked {
			t.Errorf("asked %t: %s", asked, got)
		}
	}
}

func TestASpanNameFormatterGetsTheOperation(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	exchange(t, rec.transport(newCannedX(), otelxapi.WithSpanNameFormatter(func(op string, r *http.Request) string {
		return "X " + op + " " + r.Proto
	})), newGet(t, benchURL))
	if name := rec.span(t).Name(); name != "X GET /2/tweets/{id} HTTP/1.1" {
		t.Errorf("span %q", name)
	}
}

// Series are as many as operations and classes, whatever ids, paths, queries
// and methods a program makes up.
func TestTheNumberOfSeriesIsBounded(t *testing.T) {
	t.Parallel()
	rec := newRecorder(sdktrace.WithSampler(sdktrace.NeverSample()))
	transport := rec.transport(newCannedX())
	for i := range 2000 {
		for _, url := range []string{"https://api.x.com/2/tweets/%d", "https://api.x.com/2/%d/tweets", "https://api.x.com/2/users/me?x%d=1"} {
			r := newGet(t, fmt.Sprintf(url, i))
			if i%10 == 0 {
				r.Method = fmt.Sprintf("M%d", i)
			}
			exchange(t, transport, r)
		}
	}
	// Two templates and the unknown route, each with GET and another method.
	if p := rec.points(t); len(p) != 6 {
		t.Errorf("%d series:\n%s", len(p), strings.Join(p, "\n"))
	}
}

func TestAllocationsStayWithinTheBudget(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool forget at random")
	}
	budgets := map[string]float64{"sampled": 3, "not sampled": 0, "off": 0}
	for _, tel := range telemetries() {
		t.Run(tel.name, func(t *testing.T) {
			allocs := map[string]float64{}
			for _, rival := range tel.rivals(newCannedX()) {
				r := newGet(t, benchURL)
				allocs[rival.name] = testing.AllocsPerRun(200, func() { exchange(t, rival.transport, r) })
			}
			if extra := allocs["otelxapi"] - allocs["otelhttp"]; extra > budgets[tel.name] {
				t.Errorf("%v allocations, %v more than otelhttp alone; the budget is %v", allocs["otelxapi"], extra, budgets[tel.name])
			}
			t.Logf("allocations: %v", allocs)
		})
	}
}

func TestALongBodyAllocatesNoMoreThanAShortOne(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool forget at random")
	}
	tel := telemetries()[0]
	var allocs []float64
	for _, base := range []*cannedX{newCannedX(), newCannedAnswer(searchPage())} {
		// The last of the rivals is ours, and both answers count resources.
		rivals := tel.rivals(base)
		r := newGet(t, benchURL)
		allocs = append(allocs, testing.AllocsPerRun(100, func() { exchange(t, rivals[len(rivals)-1].transport, r) }))
	}
	if allocs[1] > allocs[0] {
		t.Errorf("%v allocations for 2 KB, %v for 97 KB", allocs[0], allocs[1])
	}
}

func TestASuccessStartsNoGoroutine(t *testing.T) {
	var during int
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		res, err := newCannedX().RoundTrip(r)
		res.Body = struct {
			io.Reader
			io.Closer
		}{roundReader(func([]byte) (int, error) {
			during = max(during, runtime.NumGoroutine())
			return 0, io.EOF
		}), res.Body}
		return res, err
	})
	transport := newRecorder().transport(base)
	before := runtime.NumGoroutine()
	for range 100 {
		exchange(t, transport, newGet(t, benchURL))
	}
	if during > before {
		t.Errorf("%d goroutines before, %d during a call", before, during)
	}
}
