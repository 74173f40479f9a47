package otelxapi_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/metric"
	mnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tnoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/otelxapi/otelxapi"
)

// cannedX answers every request in memory with a 200, rate-limit headers and a
// body of 2 KB.
type cannedX struct {
	header http.Header
	body   string
}

func newCannedX() *cannedX {
	return &cannedX{
		header: http.Header{
			"Content-Type":           {"application/json; charset=utf-8"},
			"Date":                   {time.Now().UTC().Format(http.TimeFormat)},
			"X-Rate-Limit-Limit":     {"450"},
			"X-Rate-Limit-Remaining": {"449"},
			"X-Rate-Limit-Reset":     {"1790000000"},
			"X-Transaction-Id":       {"0123456789abcdef"},
			"X-Response-Time":        {"42"},
			"Api-Version":            {"2.167"},
		},
		body: `{"data":{"id":"1111111111111111111","text":"` + strings.Repeat("lorem ipsum ", 165) + `"}}`,
	}
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

// rivals are the transports to compare, each around its own base.
func (tel telemetry) rivals() []rival {
	return []rival{
		{"bare", newCannedX()},
		{"otelhttp", otelhttp.NewTransport(newCannedX(),
			otelhttp.WithTracerProvider(tel.traces), otelhttp.WithMeterProvider(tel.meters))},
		{"otelxapi", otelxapi.NewTransport(newCannedX(),
			otelxapi.WithTracerProvider(tel.traces), otelxapi.WithMeterProvider(tel.meters))},
	}
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
		for _, rival := range tel.rivals() {
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
