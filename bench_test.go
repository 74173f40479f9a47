package otelxapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/metric"
	mnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tnoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/endpoint"
)

// cannedX answers every request in memory with a 200, rate-limit headers and a
// body of 2 KB.
type cannedX struct {
	header http.Header
	body   string
}

func newCannedX() *cannedX {
	return newCannedAnswer(`{"data":{"id":"1111111111111111111","text":"` + strings.Repeat("lorem ipsum ", 165) + `"}}`)
}

func newCannedAnswer(body string) *cannedX {
	return &cannedX{
		body: body,
		header: http.Header{
			"Content-Type":           {"application/json; charset=utf-8"},
			"Date":                   {time.Now().UTC().Format(http.TimeFormat)},
			"X-Rate-Limit-Limit":     {"450"},
			"X-Rate-Limit-Remaining": {"449"},
			"X-Rate-Limit-Reset":     {strconv.FormatInt(time.Now().Unix()+900, 10)},
			"X-Transaction-Id":       {"0123456789abcdef"},
			"X-Response-Time":        {"42"},
			"Api-Version":            {"2.167"},
		},
	}
}

// searchPage returns an answer of the size of a full search page, 98 KB:
// a hundred posts with entities, and their authors.
func searchPage() string {
	var b strings.Builder
	b.WriteString(`{"data":[`)
	for i := range 100 {
		fmt.Fprintf(&b, `{"id":"%[1]d","conversation_id":"%[1]d","edit_history_tweet_ids":["%[1]d"],"author_id":"%[2]d","created_at":"2026-01-01T00:00:00.000Z","lang":"en","possibly_sensitive":false,`+
			`"text":"A post that quotes \"errors\":[{}] and a path C:\\x, number %[3]d, with words enough to fill two lines of a screen and a bit more of a third one",`+
			`"entities":{"hashtags":[{"start":1,"end":9,"tag":"otel"}],"urls":[{"start":9,"end":32,"url":"https://t.co/abcdefghij","expanded_url":"https://example.com/a/rather/long/path"}]},`+
			`"public_metrics":{"retweet_count":1,"reply_count":2,"like_count":3,"quote_count":0,"bookmark_count":1,"impression_count":12345}},`,
			int64(1111111111111111111)+int64(i), int64(2222222222222222222)+int64(i), i)
	}
	b.WriteString(`{"id":"1"}],"includes":{"users":[`)
	for i := range 70 {
		fmt.Fprintf(&b, `{"id":"%d","name":"Name %d","username":"user_%d","description":"Says \"hello\" [often] and little else that would be of interest to anybody","location":"Somewhere","created_at":"2020-02-02T02:02:02.000Z",`+
			`"public_metrics":{"followers_count":1234,"following_count":123,"tweet_count":12345,"listed_count":1},"profile_image_url":"https://example.com/images/%d/a_normal.jpg","verified":false,"protected":false},`,
			int64(2222222222222222222)+int64(i), i, i, i)
	}
	b.WriteString(`{"id":"1"}]},"meta":{"newest_id":"1","oldest_id":"1","result_count":101,"next_token":"b26v89c19zqg8o3f"}}`)
	return b.String()
}

func (x *cannedX) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		Status: "200 OK", StatusCode: 200, Proto: "HTTP/2.0", ProtoMajor: 2,
		Header: x.header, Body: io.NopCloser(strings.NewReader(x.body)),
		ContentLength: int64(len(x.body)), Request: r,
	}, nil
}

// discard is a span processor that takes a snapshot of each span, as every
// exporter's processor does, and drops it.
type discard struct{}

func (discard) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (discard) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (discard) Shutdown(context.Context) error                  { return nil }
func (discard) ForceFlush(context.Context) error                { return nil }

// telemetries are the ways in which an application can have set up
// OpenTelemetry.
func telemetries() []telemetry {
	meters := func() metric.MeterProvider {
		return sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	}
	return []telemetry{
		{"sampled", sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(discard{})), meters()},
		{"not sampled", sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(discard{}),
			sdktrace.WithSampler(sdktrace.NeverSample())), meters()},
		{"off", tnoop.NewTracerProvider(), mnoop.NewMeterProvider()},
	}
}

type telemetry struct {
	name   string
	traces trace.TracerProvider
	meters metric.MeterProvider
}

// rivals are the transports to compare, around the same base.
func (tel telemetry) rivals(base http.RoundTripper) []rival {
	return []rival{
		{"bare", base},
		{"otelhttp", tel.otelhttp(base)},
		{"otelxapi", otelxapi.NewTransport(base,
			otelxapi.WithTracerProvider(tel.traces), otelxapi.WithMeterProvider(tel.meters))},
	}
}

func (tel telemetry) otelhttp(base http.RoundTripper) http.RoundTripper {
	return otelhttp.NewTransport(base, otelhttp.WithTracerProvider(tel.traces), otelhttp.WithMeterProvider(tel.meters))
}

type rival struct {
	name      string
	transport http.RoundTripper
}

func newGet(tb testing.TB, url string) *http.Request {
	tb.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer AAAAAAAAAAAAAAAAAAAAAFAKE")
	return r
}

const benchURL = "https://api.x.com/2/tweets/1111111111111111111?tweet.fields=created_at,author_id&expansions=author_id"

// exchange sends a request and reads its body to the end.
func exchange(tb testing.TB, t http.RoundTripper, r *http.Request) {
	res, err := t.RoundTrip(r)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		tb.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkTransport prints what a call costs bare, with otelhttp, and with
// this library, for each way to set up OpenTelemetry.
func BenchmarkTransport(b *testing.B) {
	for _, tel := range telemetries() {
		for _, rival := range tel.rivals(newCannedX()) {
			b.Run(tel.name+"/"+rival.name, func(b *testing.B) {
				r := newGet(b, benchURL)
				b.ReportAllocs()
				for b.Loop() {
					exchange(b, rival.transport, r)
				}
			})
		}
	}
}

// BenchmarkSearchPage prints what a page of 98 KB costs, next to the way in
// which programs look for errors inside a success: read all of it and decode
// it.
func BenchmarkSearchPage(b *testing.B) {
	tel, page := telemetries()[0], newCannedAnswer(searchPage())
	rivals := append(tel.rivals(page),
		rival{"otelxapi, counting", otelxapi.NewTransport(page, otelxapi.WithResourceCounts(),
			otelxapi.WithTracerProvider(tel.traces), otelxapi.WithMeterProvider(tel.meters))},
		rival{"otelhttp and decode", decoder{tel.otelhttp(page)}})
	for _, rival := range rivals {
		b.Run(rival.name, func(b *testing.B) {
			r := newGet(b, benchURL)
			b.SetBytes(int64(len(page.body)))
			b.ReportAllocs()
			for b.Loop() {
				exchange(b, rival.transport, r)
			}
		})
	}
}

// BenchmarkCollect collects the metrics of a program that has called 20 endpoints.
func BenchmarkCollect(b *testing.B) {
	reader := sdkmetric.NewManualReader()
	transport := otelxapi.NewTransport(newCannedX(), otelxapi.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))))
	gets := slices.DeleteFunc(slices.Clone(endpoint.Operations()), func(op *endpoint.Operation) bool { return op.Method != http.MethodGet || op.Streaming })
	for _, op := range gets[:20] {
		exchange(b, transport, newGet(b, "https://api.x.com"+op.Template))
	}
	var data metricdata.ResourceMetrics
	b.ReportAllocs()
	for b.Loop() {
		if err := reader.Collect(b.Context(), &data); err != nil {
			b.Fatal(err)
		}
	}
}

// decoder reads and decodes every body, as a program does that wants to know
// of errors inside a success.
type decoder struct{ base http.RoundTripper }

func (d decoder) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := d.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	var v struct {
		Errors []json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, err
	}
	res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}
