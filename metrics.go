package otelxapi

import (
	"context"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// The instruments that otelhttp asks for.
const (
	durationMetric = "http.client.request.duration"
	bodySizeMetric = "http.client.request.body.size"
)

// meterProvider is what otelhttp is given in place of the application's
// provider: its duration histogram records calls.
type meterProvider struct{ metric.MeterProvider }

func newMeterProvider(c *config) meterProvider { return meterProvider{c.meterProvider} }

func (p meterProvider) Meter(string, ...metric.MeterOption) metric.Meter {
	return meter{scopeMeter(p.MeterProvider)}
}

func scopeMeter(p metric.MeterProvider) metric.Meter {
	return p.Meter(ScopeName, metric.WithInstrumentationVersion(Version), metric.WithSchemaURL(semconv.SchemaURL))
}

type meter struct{ metric.Meter }

// Int64Histogram leaves the size of request bodies out: it is opt-in by the
// semantic conventions, and says nothing about X.
func (m meter) Int64Histogram(name string, opts ...metric.Int64HistogramOption) (metric.Int64Histogram, error) {
	if name == bodySizeMetric {
		return noop.Int64Histogram{}, nil
	}
	return m.Meter.Int64Histogram(name, opts...)
}

func (m meter) Float64Histogram(name string, opts ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	h, err := m.Meter.Float64Histogram(name, opts...)
	if name != durationMetric || err != nil {
		return h, err
	}
	return &durationHistogram{h}, nil
}

// durationHistogram records a call once its class is final, with the class
// that its span has, from attribute sets that are made once.
type durationHistogram struct{ metric.Float64Histogram }

// Record takes what otelhttp measured: at the response headers, or when the
// request's body is closed, which can be after the span's end.
func (h *durationHistogram) Record(ctx context.Context, seconds float64, opts ...metric.RecordOption) {
	c := callFrom(ctx)
	if c == nil {
		h.Float64Histogram.Record(ctx, seconds, opts...)
		return
	}
	m := measurement{h, seconds}
	c.mu.Lock()
	c.measured = m
	ended := c.ended
	c.mu.Unlock()
	if ended {
		m.record(c)
	}
}

// measurement is a duration that waits for the end of its call.
type measurement struct {
	histogram *durationHistogram // nil: nothing was measured
	seconds   float64
}

func (m measurement) record(c *call) {
	if m.histogram == nil {
		return
	}
	opts := c.site.record(c.point)
	if extra := c.labels(); len(extra) > 0 {
		opts = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(append(c.site.pointAttributes(c.point), extra...)...))}
	}
	m.histogram.Float64Histogram.Record(c, m.seconds, opts...)
}

// labels returns what the application added to the otelhttp labeler of the
// request's context.
func (c *call) labels() []attribute.KeyValue {
	if l, ok := c.Context.Value(labelerKey).(*otelhttp.Labeler); ok {
		return l.Get()
	}
	return nil
}

// labelerKey is the context key under which otelhttp looks for the labeler of
// a client. It is unexported there; otelhttp says it to whoever is asked.
var labelerKey = func() (key any) {
	otelhttp.ClientLabelerFromContext(keyListener{context.Background(), &key})
	return key
}()

type keyListener struct {
	context.Context
	key *any
}

func (l keyListener) Value(k any) any {
	*l.key = k
	return nil
}
