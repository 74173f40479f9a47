package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// flushTimeout bounds how long the collector may take.
const flushTimeout = 5 * time.Second

// telemetry is the program's OpenTelemetry: it keeps the spans to show them,
// and sends them to a collector when the environment names one.
type telemetry struct {
	provider *sdktrace.TracerProvider
	recorder *tracetest.SpanRecorder
	endpoint string // of the collector, fit to print; empty for none
	exporter *exporter
}

func newTelemetry(ctx context.Context) (*telemetry, error) {
	res, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(semconv.ServiceName("otelxapi-quickstart")),
		resource.WithFromEnv(), // comes last, and so wins
	)
	if err != nil {
		return nil, err
	}
	endpoint, err := collector()
	if err != nil {
		return nil, err
	}
	t := &telemetry{recorder: tracetest.NewSpanRecorder(), endpoint: endpoint}
	opts := []sdktrace.TracerProviderOption{
		sdktrace.WithResource(res),
		sdktrace.WithSampler(sdktrace.AlwaysSample()), // what is not sampled could not be shown
		sdktrace.WithSpanProcessor(t.recorder),
	}
	if t.endpoint != "" {
		// It reads the OTEL_EXPORTER_OTLP_* variables itself. Somebody is
		// watching: better a message now than a retry.
		otlp, err := otlptracegrpc.New(ctx, otlptracegrpc.WithRetry(otlptracegrpc.RetryConfig{Enabled: false}))
		if err != nil {
			return nil, err
		}
		t.exporter = &exporter{SpanExporter: otlp}
		otel.SetErrorHandler(otel.ErrorHandlerFunc(t.exporter.failed))
		opts = append(opts, sdktrace.WithBatcher(t.exporter))
	}
	t.provider = sdktrace.NewTracerProvider(opts...)
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
func (t *telemetry) flush(ctx context.Context, want int) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	err := errors.Join(t.provider.ForceFlush(ctx), t.provider.Shutdown(ctx))
	sent, cause := t.exporter.result()
	if cause == nil {
		cause = err
	}
	if sent != want || cause != nil {
		return sent, fmt.Errorf("the collector at %s took %d of %d spans. It has to speak OTLP over gRPC (usually on port 4317), "+
			"without TLS if its URL begins with http:// and with TLS otherwise. The error was: %w", t.endpoint, sent, want, cause)
	}
	return sent, nil
}

// exporter counts what another one exports.
type exporter struct {
	sdktrace.SpanExporter

	mu   sync.Mutex
	sent int
	err  error // the first
}

func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := e.SpanExporter.ExportSpans(ctx, spans)
	if err != nil {
		e.failed(err)
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sent += len(spans)
	return nil
}

// failed keeps an error. Without it the SDK would log it into the page.
func (e *exporter) failed(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err == nil {
		e.err = err
	}
}

func (e *exporter) result() (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sent, e.err
}
