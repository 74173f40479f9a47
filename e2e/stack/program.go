package stack

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelxapi/otelxapi"
)

// ProgramOptions say which program to be.
type ProgramOptions struct {
	Service   string            // service.name, the job of its series
	Collector string            // OTLP/gRPC, "127.0.0.1:4317"
	Base      http.RoundTripper // what the instrumented transport calls
	Interval  time.Duration     // between exports of metrics, and of spans
	Options   []otelxapi.Option // of the transport, beside the providers
}

// Program is an application that calls X through an instrumented client and
// exports by OTLP, set up as a README would have it.
type Program struct {
	Service string
	Client  *http.Client
	Tracers *sdktrace.TracerProvider

	meters *sdkmetric.MeterProvider
	logs   *sdklog.LoggerProvider
	once   sync.Once
	err    error
}

// StartProgram sets the program up. It succeeds whether or not a collector
// listens.
func StartProgram(ctx context.Context, o ProgramOptions) (*Program, error) {
	res := resource.NewSchemaless(
		attribute.String("service.name", o.Service),
		attribute.String("service.instance.id", o.Service+"-1"),
	)
	traces, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpoint(o.Collector), otlptracegrpc.WithInsecure())
	if err != nil {
		return nil, err
	}
	metrics, err := otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpoint(o.Collector), otlpmetricgrpc.WithInsecure())
	if err != nil {
		return nil, err
	}
	logs, err := otlploggrpc.New(ctx, otlploggrpc.WithEndpoint(o.Collector), otlploggrpc.WithInsecure())
	if err != nil {
		return nil, err
	}
	p := &Program{
		Service: o.Service,
		Tracers: sdktrace.NewTracerProvider(sdktrace.WithResource(res), sdktrace.WithBatcher(traces, sdktrace.WithBatchTimeout(o.Interval))),
		meters:  sdkmetric.NewMeterProvider(sdkmetric.WithResource(res), sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metrics, sdkmetric.WithInterval(o.Interval)))),
		logs:    sdklog.NewLoggerProvider(sdklog.WithResource(res), sdklog.WithProcessor(sdklog.NewBatchProcessor(logs, sdklog.WithExportInterval(o.Interval)))),
	}
	p.Client = &http.Client{Transport: otelxapi.NewTransport(o.Base, append([]otelxapi.Option{
		otelxapi.WithTracerProvider(p.Tracers),
		otelxapi.WithMeterProvider(p.meters),
		otelxapi.WithLoggerProvider(p.logs),
		otelxapi.WithHosts("127.0.0.1"),
	}, o.Options...)...)}
	return p, nil
}

// Stop exports what is left and ends the providers.
func (p *Program) Stop(ctx context.Context) error {
	p.once.Do(func() {
		p.Client.CloseIdleConnections()
		p.err = errors.Join(p.Tracers.Shutdown(ctx), p.meters.Shutdown(ctx), p.logs.Shutdown(ctx))
	})
	return p.err
}
