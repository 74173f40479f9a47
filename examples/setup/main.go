// Command setup is a whole program that calls X: it sets OpenTelemetry up to
// export spans and metrics by OTLP over gRPC, searches once, and says what the
// answer means.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

func main() {
	ctx := context.Background()
	shutdown, err := setUp(ctx)
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Transport: otelxapi.NewTransport(nil)}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.x.com/2/tweets/search/recent?query=golang", http.NoBody)
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("X_BEARER_TOKEN"))
	r := send(client, req)
	log.Print("class ", r.Class, ", retry ", r.Retry.Verdict, ": ", r.Hint.Text)
	if err := shutdown(ctx); err != nil { // exports what was not exported yet
		log.Fatal(err)
	}
}

// send sends a request and returns what its outcome means. Neither this function
// nor the transport waits: when to send again is up to whoever reads Retry.
func send(client *http.Client, req *http.Request) classify.Result {
	resp, err := client.Do(req)
	if err != nil {
		// X did not answer, and so there is no response to ask ResultOf about.
		return classify.ClassifyError(err)
	}
	defer resp.Body.Close()
	// The verdict on a success is final at the end of its body: there can be
	// errors in it, and it can break off.
	_, _ = io.Copy(io.Discard, resp.Body)
	r, _ := otelxapi.ResultOf(resp)
	return r
}

// setUp sets the global providers, to which NewTransport's spans and metrics go.
// OTEL_EXPORTER_OTLP_ENDPOINT says where they export to.
func setUp(ctx context.Context) (shutdown func(context.Context) error, err error) {
	res, err := resource.New(ctx,
		resource.WithService(), // a service.instance.id for each process
		resource.WithAttributes(semconv.ServiceName("bot")),
		resource.WithFromEnv(), // OTEL_SERVICE_NAME goes before
	)
	if err != nil {
		return nil, err
	}
	spans, err := otlptracegrpc.New(ctx)
	if err != nil {
		return nil, err
	}
	metrics, err := otlpmetricgrpc.New(ctx)
	if err != nil {
		return nil, err
	}
	tracers := trace.NewTracerProvider(trace.WithResource(res), trace.WithBatcher(spans))
	meters := metric.NewMeterProvider(metric.WithResource(res), metric.WithReader(metric.NewPeriodicReader(metrics)))
	otel.SetTracerProvider(tracers)
	otel.SetMeterProvider(meters)
	return func(ctx context.Context) error {
		return errors.Join(tracers.Shutdown(ctx), meters.Shutdown(ctx))
	}, nil
}
