package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// flushTimeout bounds how long the collector may take at the end.
const flushTimeout = 5 * time.Second

// telemetry is the program's OpenTelemetry: it keeps spans and metrics to show
// them, and sends the spans to a collector when the environment names one.
type telemetry struct {
	traces   *sdktrace.TracerProvider
	metrics  *sdkmetric.MeterProvider
	recorder *tracetest.SpanRecorder
	reader   *sdkmetric.ManualReader
	endpoint string // of the collector, fit to print; empty for none
	exporter *exporter
}

func newTelemetry(ctx context.Context) (*telemetry, error) {
	res, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(semconv.ServiceName("otelxapi-stream")),
		resource.WithFromEnv(), // comes last, and so wins
	)
	if err != nil {
		return nil, err
	}
	t := &telemetry{recorder: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader()}
	if t.endpoint, err = collector(); err != nil {
		return nil, err
	}
	opts := []sdktrace.TracerProviderOption{
		sdktrace.WithResource(res),
		sdktrace.WithSampler(sdktrace.AlwaysSample()), // what is not sampled could not be shown
		sdktrace.WithSpanProcessor(t.recorder),
	}
	if t.endpoint != "" {
		otlp, err := otlptracegrpc.New(ctx, otlptracegrpc.WithRetry(otlptracegrpc.RetryConfig{Enabled: false}))
		if err != nil {
			return nil, err
		}
		t.exporter = &exporter{SpanExporter: otlp}
		otel.SetErrorHandler(otel.ErrorHandlerFunc(t.exporter.fail))
		opts = append(opts, sdktrace.WithBatcher(t.exporter, sdktrace.WithBatchTimeout(time.Second)))
	}
	t.traces = sdktrace.NewTracerProvider(opts...)
	t.metrics = sdkmetric.NewMeterProvider(sdkmetric.WithReader(t.reader), sdkmetric.WithResource(res))
	return t, nil
}

// collector returns where the environment says that traces go, without
// credentials, or "" if it does not say.
func collector() (string, error) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"} {
		value := os.Getenv(name)
		if value == "" {
			continue
		}
		u, err := url.Parse(value)
		if err != nil {
			return "", fmt.Errorf("%s is no URL such as http://localhost:4317", name)
		}
		if u.Host != "" {
			return u.Scheme + "://" + u.Host, nil
		}
		return u.Redacted(), nil
	}
	return "", nil
}

// spans returns the spans that ended, in that order.
func (t *telemetry) spans() []span {
	var spans []span
	for _, s := range t.recorder.Ended() {
		spans = append(spans, newSpan(s))
	}
	return spans
}

// flush sends what was not yet sent, and reports an error unless the collector
// took all spans.
func (t *telemetry) flush(ctx context.Context) (sent int, err error) {
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	err = errors.Join(t.traces.ForceFlush(ctx), t.traces.Shutdown(ctx))
	sent = int(t.exporter.sent.Load())
	if want := len(t.recorder.Ended()); sent != want {
		return sent, fmt.Errorf("the collector at %s took %d of %d spans; it has to speak OTLP over gRPC: %w", t.endpoint, sent, want, cmp.Or(t.exporter.failure(), err))
	}
	return sent, nil
}

// exporter counts what another one exports.
type exporter struct {
	sdktrace.SpanExporter

	sent atomic.Int64
	err  atomic.Pointer[error] // the last
}

func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := e.SpanExporter.ExportSpans(ctx, spans)
	if err != nil {
		e.fail(err)
		return err
	}
	e.sent.Add(int64(len(spans)))
	return nil
}

// fail keeps an error. Without it the SDK would log it into the page.
func (e *exporter) fail(err error) { e.err.Store(&err) }

func (e *exporter) failure() error {
	if err := e.err.Load(); err != nil {
		return *err
	}
	return nil
}
