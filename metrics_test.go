package otelxapi_test

import (
	"errors"
	"io"
	"log"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelxapi/otelxapi"
)

// withHeader is an X that answers with a status, a body and one header more.
func withHeader(status int, body, name string, values ...string) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		res, err := answer(status, text(body))(r)
		res.Header.Set("Content-Type", "application/json")
		if len(values) > 0 {
			res.Header[name] = values
		}
		return res, err
	}
}

// linesOf returns the points of one metric as text.
func (r *recorder) linesOf(t testing.TB, metric string) []string {
	return slices.DeleteFunc(r.metricLines(t), func(l string) bool { return !strings.HasPrefix(l, metric+" ") })
}

func TestXsOwnTimeIsRecordedForEveryAnswerThatTellsIt(t *testing.T) {
	t.Parallel()
	const header = "X-Response-Time"
	for name, rec := range map[string]*recorder{
		"sampled":     newRecorder(),
		"not sampled": newRecorder(sdktrace.WithSampler(sdktrace.NeverSample())),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, x := range []roundTripper{
				withHeader(200, `{}`, header, "42"),
				withHeader(200, `{}`, header, " 0 "),
				withHeader(503, ``, header, "1500"),
				withHeader(200, `{}`, header),
				withHeader(200, `{}`, header, "1", "2"),
				withHeader(200, `{}`, header, "-1"),
				withHeader(200, `{}`, header, "3600001"),
				func(*http.Request) (*http.Response, error) { return nil, errors.New("broken") },
			} {
				r := newGet(t, benchURL)
				if res, err := rec.transport(x, otelxapi.WithAppName("bot")).RoundTrip(r); err == nil {
					res.Body.Close()
				}
			}
			for _, m := range rec.metrics(t) {
				if m.Name != "x_api.server.duration" {
					continue
				}
				points := m.Data.(metricdata.Histogram[float64]).DataPoints
				const want = "http.request.method=GET url.template=/2/tweets/{id} x_api.app.name=bot"
				if p := points[0]; len(points) != 1 || p.Count != 3 || p.Sum != 1.542 || attributeText(p.Attributes.ToSlice()) != want {
					t.Errorf("points %+v", points)
				}
				return
			}
			t.Error("no x_api.server.duration")
		})
	}
}

func TestCredentialsOfTheWrongKindAreCounted(t *testing.T) {
	t.Parallel()
	ok := withHeader(200, `{}`, "")
	const me, post = "https://api.x.com/2/users/me", "https://api.x.com/2/tweets/1" // a user's own; anybody's
	tests := []struct {
		name, url, auth string
		base            roundTripper
		want            []string
	}{
		{"an app asks for its user", me, "Bearer AAAAAAAAAAAA", ok,
			[]string{"x_api.auth.mismatches 1 http.request.method=GET url.template=/2/users/me x_api.auth.kind=app_only"}},
		{"an app asks for its user and is refused", me, "Bearer AAAAAAAAAAAA", withHeader(403, ``, ""),
			[]string{"x_api.auth.mismatches 1 http.request.method=GET url.template=/2/users/me x_api.auth.kind=app_only"}},
		{"no answer to a request with the wrong kind", me, "Basic QTpC", func(*http.Request) (*http.Response, error) { return nil, errors.New("broken") },
			[]string{"x_api.auth.mismatches 1 http.request.method=GET url.template=/2/users/me x_api.auth.kind=basic"}},
		{"an app asks for its user and gets a part", me, "Bearer AAAAAAAAAAAA", withHeader(200, `{"data":{},"errors":[`+notFound+`]}`, ""),
			[]string{"x_api.auth.mismatches 1 http.request.method=GET url.template=/2/users/me x_api.auth.kind=app_only"}},
		{"an app asks for its user and the answer breaks off", me, "Bearer AAAAAAAAAAAA", answer(200, io.NopCloser(iotest.ErrReader(errors.New("broken")))),
			[]string{"x_api.auth.mismatches 1 http.request.method=GET url.template=/2/users/me x_api.auth.kind=app_only"}},
		{"none, and refused", me, "", withHeader(401, ``, ""),
			[]string{"x_api.auth.mismatches 1 http.request.method=GET url.template=/2/users/me x_api.auth.kind=none"}},
		{"none that are seen, and answered", me, "", ok, nil},
		{"none that are seen, and answered in part", me, "", withHeader(200, `{"data":{},"errors":[`+notFound+`]}`, ""), nil},
		{"none that are seen, and no answer", me, "", func(*http.Request) (*http.Response, error) { return nil, errors.New("broken") }, nil},
		{"the right kind", post, "Bearer AAAAAAAAAAAA", ok, nil},
		{"an endpoint that nobody knows", "https://api.x.com/2/what", "Basic QTpC", ok, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sampled, unsampled := newRecorder(), newRecorder(sdktrace.WithSampler(sdktrace.NeverSample()))
			for _, rec := range []*recorder{sampled, unsampled} {
				r := newGet(t, tt.url)
				r.Header.Del("Authorization")
				if tt.auth != "" {
					r.Header.Set("Authorization", tt.auth)
				}
				if res, err := rec.transport(tt.base).RoundTrip(r); err == nil {
					io.Copy(io.Discard, res.Body)
					res.Body.Close()
					if r, _ := otelxapi.ResultOf(res); r.AuthMismatch != (tt.want != nil) || r.Auth.Kind == "" {
						t.Errorf("the result of %s says %t, %q", r.Class, r.AuthMismatch, r.Auth.Kind)
					}
				}
				if got := rec.linesOf(t, "x_api.auth.mismatches"); !slices.Equal(got, tt.want) {
					t.Errorf("%q, want %q", got, tt.want)
				}
			}
			if on := value(sampled.span(t).Attributes(), otelxapi.AuthMismatchKey); (on == "true") != (tt.want != nil) {
				t.Errorf("the span says %q", on)
			}
		})
	}
}

func TestTheClockSkewIsThatOfTheLastAnswerWithADate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // the clock stands at a whole second
		rec := newRecorder()
		expect := func(want ...string) {
			t.Helper()
			if got := rec.linesOf(t, "x_api.clock.skew"); !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		}
		get := func(ahead time.Duration, dates ...string) {
			t.Helper()
			if dates == nil {
				dates = []string{time.Now().Add(-ahead).UTC().Format(http.TimeFormat)}
			}
			x := withHeader(200, `{}`, "Date", dates...)
			exchange(t, rec.transport(x, otelxapi.WithAppName("bot")), newGet(t, benchURL))
		}
		get(0, "yesterday")
		get(0, "", "")
		expect()
		get(0)
		expect("x_api.clock.skew 0 x_api.app.name=bot")
		get(90 * time.Second)
		get(0, "yesterday")
		time.Sleep(time.Hour)
		expect("x_api.clock.skew 90 x_api.app.name=bot")
		get(-time.Minute)
		expect("x_api.clock.skew -60 x_api.app.name=bot")
	})
}

func TestAProblemTypeThatTheCatalogueLacksIsCountedAsOther(t *testing.T) {
	t.Parallel()
	const problems = "https://api.x.com/2/problems/"
	tests := []struct {
		name, body string
		status     int
		want       []string
	}{
		{"a refusal with a new type", `{"title":"New","type":"` + problems + `brand-new"}`, 403,
			[]string{"x_api.problems 1 http.request.method=GET url.template=/2/tweets/{id} x_api.class=forbidden x_api.problem.type=_OTHER"}},
		{"a refusal with a known type", usageCapped, 429,
			[]string{"x_api.problems 1 http.request.method=GET url.template=/2/tweets/{id} x_api.class=usage_capped x_api.problem.type=" + problems + "usage-capped"}},
		{"a refusal without type", `{"title":"Forbidden"}`, 403,
			[]string{"x_api.problems 1 http.request.method=GET url.template=/2/tweets/{id} x_api.class=forbidden"}},
		{"an error inside a success with a new type", `{"data":[{}],"errors":[{"title":"New","type":"` + problems + `brand-new"},` + notFound + `]}`, 200,
			[]string{
				"x_api.problems 1 http.request.method=GET url.template=/2/tweets/{id} x_api.class=resource_not_found x_api.problem.type=" + problems + "resource-not-found",
				"x_api.problems 1 http.request.method=GET url.template=/2/tweets/{id} x_api.class=unknown x_api.problem.type=_OTHER",
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			exchange(t, rec.transport(withHeader(tt.status, tt.body, "")), newGet(t, benchURL))
			if got := rec.linesOf(t, "x_api.problems"); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// picky is a meter that refuses one instrument: when it is made, or whatever is
// to be read together with it.
type picky struct {
	metric.Meter
	name    string
	atBirth bool
	asked   metric.Observable
}

type pickyProvider struct {
	metric.MeterProvider
	meter picky
}

var errPicky = errors.New("not this one")

func (p *pickyProvider) Meter(name string, opts ...metric.MeterOption) metric.Meter {
	m := p.meter
	m.Meter = p.MeterProvider.Meter(name, opts...)
	return &m
}

func (m *picky) Float64ObservableGauge(name string, opts ...metric.Float64ObservableGaugeOption) (metric.Float64ObservableGauge, error) {
	if name != m.name {
		return m.Meter.Float64ObservableGauge(name, opts...)
	}
	if m.atBirth {
		return nil, errPicky
	}
	g, err := m.Meter.Float64ObservableGauge(name, opts...)
	m.asked = g
	return g, err
}

func (m *picky) RegisterCallback(f metric.Callback, of ...metric.Observable) (metric.Registration, error) {
	if m.asked != nil && slices.Contains(of, m.asked) {
		return nil, errPicky
	}
	return m.Meter.RegisterCallback(f, of...)
}

// It sets the handler of errors, which all tests share.
func TestAMetricThatTheMeterRefusesTakesNoOtherWithIt(t *testing.T) {
	type refusal struct {
		metric string
		view   sdkmetric.Aggregation
		picky  *picky
	}
	const gap = "x_api.stream.gap"
	tests := map[string]refusal{
		"nothing is refused": {},
		"the gauge is nil":   {metric: gap, picky: &picky{name: gap, atBirth: true}},
		// The global provider hands a callback on in this way.
		"the callback is refused":                             {metric: gap, picky: &picky{name: gap}},
		"a view that makes the last value of a total of ours": {metric: "x_api.resources", view: sdkmetric.AggregationLastValue{}},
	}
	for _, gauge := range []string{
		gap, "x_api.stream.consumer.busy", "x_api.clock.skew", "x_api.version.info",
		"x_api.rate_limit.limit", "x_api.rate_limit.remaining", "x_api.rate_limit.reset.in",
	} {
		tests["a view that makes sums of "+gauge] = refusal{metric: gauge, view: sdkmetric.AggregationSum{}}
	}
	run := func(t *testing.T, r refusal) (lines []string, reported error) {
		times := 0
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
			times++
			reported = err
		}))
		defer otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Print(err) })) // as the default does
		synctest.Test(t, func(t *testing.T) {
			rec, f := newRecorder(), newFeed()
			rec.reader = sdkmetric.NewManualReader()
			opts := []sdkmetric.Option{sdkmetric.WithReader(rec.reader)}
			if r.view != nil {
				opts = append(opts, sdkmetric.WithView(sdkmetric.NewView(sdkmetric.Instrument{Name: r.metric}, sdkmetric.Stream{Aggregation: r.view})))
			}
			var p metric.MeterProvider = sdkmetric.NewMeterProvider(opts...)
			if r.picky != nil {
				p = &pickyProvider{p, *r.picky}
			}
			transport := rec.transport(roundTripper(func(req *http.Request) (*http.Response, error) {
				if strings.HasSuffix(req.URL.Path, "/stream") {
					return success(f)(req)
				}
				res, err := success(text(`{"data":` + one + `}`))(req)
				for name, value := range map[string]string{
					"X-Rate-Limit-Limit": "450", "X-Rate-Limit-Remaining": "449", "X-Rate-Limit-Reset": strconv.FormatInt(time.Now().Unix()+600, 10),
					"Date": time.Now().UTC().Format(http.TimeFormat), "Api-Version": "2.167",
				} {
					res.Header.Set(name, value)
				}
				return res, err
			}), otelxapi.WithMeterProvider(p))
			exchange(t, transport, newGet(t, benchURL))
			res := open(t, transport)
			time.Sleep(time.Second)
			lines = rec.metricLines(t)
			res.Body.Close()
		})
		if times > 1 {
			t.Errorf("%d errors were reported", times)
		}
		return lines, reported
	}
	all, _ := run(t, refusal{})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, reported := run(t, tt)
			want := slices.DeleteFunc(slices.Clone(all), func(l string) bool { return tt.metric != "" && strings.HasPrefix(l, tt.metric+" ") })
			if !slices.Equal(got, want) {
				t.Errorf("metrics\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if len(want) != len(all) != (reported != nil) || len(want) == len(all) != (tt.metric == "") {
				t.Errorf("%d of %d metrics, and the error %v", len(want), len(all), reported)
			}
		})
	}
}
