package otelxapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/otelxapi/otelxapi"
)

// recorder is an application's OpenTelemetry that keeps everything it is given.
type recorder struct {
	traces *sdktrace.TracerProvider
	meters *sdkmetric.MeterProvider
	logs   *sdklog.LoggerProvider

	spans   *tracetest.SpanRecorder
	reader  *sdkmetric.ManualReader
	records *logRecorder
}

func newRecorder(opts ...sdktrace.TracerProviderOption) *recorder {
	r := &recorder{
		spans:   tracetest.NewSpanRecorder(),
		reader:  sdkmetric.NewManualReader(),
		records: &logRecorder{},
	}
	r.traces = sdktrace.NewTracerProvider(append(opts, sdktrace.WithSpanProcessor(r.spans))...)
	r.meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader))
	r.logs = sdklog.NewLoggerProvider(sdklog.WithProcessor(r.records))
	return r
}

// transport wraps base, for the hosts of test servers too.
func (r *recorder) transport(base http.RoundTripper, opts ...otelxapi.Option) *otelxapi.Transport {
	return otelxapi.NewTransport(base, append([]otelxapi.Option{
		otelxapi.WithTracerProvider(r.traces),
		otelxapi.WithMeterProvider(r.meters),
		otelxapi.WithLoggerProvider(r.logs),
		otelxapi.WithHosts("127.0.0.1"),
	}, opts...)...)
}

// span returns the only span that ended, those of streams left aside.
func (r *recorder) span(t testing.TB) sdktrace.ReadOnlySpan {
	t.Helper()
	ended := slices.DeleteFunc(r.spans.Ended(), isStreamSpan)
	if len(ended) != 1 {
		t.Fatalf("%d spans ended, want 1", len(ended))
	}
	return ended[0]
}

// segments returns the spans of streams that ended.
func (r *recorder) segments() []sdktrace.ReadOnlySpan {
	return slices.DeleteFunc(r.spans.Ended(), func(s sdktrace.ReadOnlySpan) bool { return !isStreamSpan(s) })
}

func isStreamSpan(s sdktrace.ReadOnlySpan) bool { return strings.HasPrefix(s.Name(), "x_api.stream") }

// points returns the points of the duration metric as text: the number of
// measurements and the attributes.
func (r *recorder) points(t testing.TB) []string {
	t.Helper()
	const name = "http.client.request.duration "
	var got []string
	for _, line := range r.metricLines(t) {
		if point, ok := strings.CutPrefix(line, name); ok {
			got = append(got, point)
		}
	}
	return got
}

// metricLines returns every point of every metric as text: name, value (of a
// histogram, the number of measurements) and attributes.
func (r *recorder) metricLines(t testing.TB) []string {
	t.Helper()
	var got []string
	add := func(name string, v any, attributes attribute.Set) {
		got = append(got, fmt.Sprintf("%s %v %s", name, v, attributeText(attributes.ToSlice())))
	}
	for _, m := range r.metrics(t) {
		switch data := m.Data.(type) {
		case metricdata.Histogram[float64]:
			for _, p := range data.DataPoints {
				add(m.Name, p.Count, p.Attributes)
			}
		case metricdata.Sum[int64]:
			for _, p := range data.DataPoints {
				add(m.Name, p.Value, p.Attributes)
			}
		case metricdata.Gauge[int64]:
			for _, p := range data.DataPoints {
				add(m.Name, p.Value, p.Attributes)
			}
		case metricdata.Gauge[float64]:
			for _, p := range data.DataPoints {
				add(m.Name, p.Value, p.Attributes)
			}
		case metricdata.Sum[float64]:
			for _, p := range data.DataPoints {
				add(m.Name, p.Value, p.Attributes)
			}
		default:
			t.Errorf("metric %s has data %T", m.Name, data)
		}
	}
	slices.Sort(got)
	return got
}

func (r *recorder) metrics(t testing.TB) (ms []metricdata.Metrics) {
	t.Helper()
	var rm metricdata.ResourceMetrics
	if err := r.reader.Collect(context.Background(), &rm); err != nil {
		t.Fatal(err)
	}
	for _, sm := range rm.ScopeMetrics {
		if sm.Scope.Name != otelxapi.ScopeName || sm.Scope.Version != otelxapi.Version {
			t.Errorf("metric scope %+v", sm.Scope)
		}
		ms = append(ms, sm.Metrics...)
	}
	return ms
}

// attributeText returns attributes as sorted "key=value" words.
func attributeText(kvs []attribute.KeyValue) string {
	words := make([]string, len(kvs))
	for i, kv := range kvs {
		words[i] = fmt.Sprintf("%s=%v", kv.Key, kv.Value.AsInterface())
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// value returns the value of an attribute as text, or "" when it is not set.
func value(kvs []attribute.KeyValue, k attribute.Key) string {
	for _, kv := range kvs {
		if kv.Key == k {
			return fmt.Sprint(kv.Value.AsInterface())
		}
	}
	return ""
}

// logRecorder is a log processor that keeps the records.
type logRecorder struct {
	mu      sync.Mutex
	records []sdklog.Record
}

func (l *logRecorder) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }

func (l *logRecorder) OnEmit(_ context.Context, r *sdklog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, r.Clone())
	return nil
}

func (*logRecorder) Shutdown(context.Context) error   { return nil }
func (*logRecorder) ForceFlush(context.Context) error { return nil }

// protocols runs a test against a server of each version of HTTP.
func protocols(t *testing.T, handler http.HandlerFunc, test func(t *testing.T, srv *httptest.Server)) {
	t.Helper()
	for _, version := range []string{"HTTP/1.1", "HTTP/2"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewUnstartedServer(handler)
			if version == "HTTP/2" {
				srv.EnableHTTP2 = true
				srv.StartTLS()
			} else {
				srv.Start()
			}
			t.Cleanup(srv.Close)
			test(t, srv)
		})
	}
}

// roundTripper is a base made of a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
