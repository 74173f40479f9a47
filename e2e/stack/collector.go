package stack

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/otelcol"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// CollectorOptions say how to run a collector.
type CollectorOptions struct {
	// Config are the files and other URIs that make up the configuration, the
	// later over the earlier: "file:../otel-collector.yaml".
	Config []string
	// Log takes what the collector logs, one line an entry; nil for nobody. It
	// is called from several goroutines at once.
	Log func(line string)
}

// Collector is an OpenTelemetry Collector in this process.
type Collector struct {
	col  *otelcol.Collector
	done chan error
	once sync.Once
	err  error
}

// StartCollector starts a collector and returns when all of its pipelines run.
// It does not handle signals: those are the process's.
func StartCollector(ctx context.Context, o CollectorOptions) (*Collector, error) {
	col, err := otelcol.NewCollector(otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{Command: "otelcol", Description: "in-process collector", Version: "0.161.0"},
		Factories: Components,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: confmap.ResolverSettings{
			URIs: o.Config,
			ProviderFactories: []confmap.ProviderFactory{
				envprovider.NewFactory(), fileprovider.NewFactory(), yamlprovider.NewFactory(),
			},
			DefaultScheme: "env",
		}},
		LoggingOptions:          []zap.Option{zap.WrapCore(func(zapcore.Core) zapcore.Core { return lineCore(o.Log) })},
		DisableGracefulShutdown: true,
		SkipSettingGRPCLogger:   true,
	})
	if err != nil {
		return nil, err
	}
	c := &Collector{col: col, done: make(chan error, 1)}
	// The collector lives until Stop, not until ctx ends: what is in its
	// pipelines has to get out.
	go func() { c.done <- col.Run(context.WithoutCancel(ctx)) }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for col.GetState() != otelcol.StateRunning {
		select {
		case err := <-c.done:
			return nil, fmt.Errorf("collector: %w", err)
		case <-ctx.Done():
			go func() { _ = c.Stop() }()
			return nil, fmt.Errorf("collector is not up: %w", ctx.Err())
		case <-tick.C:
		}
	}
	return c, nil
}

// Stop drains the pipelines, stops the collector and waits for its end.
func (c *Collector) Stop() error {
	c.once.Do(func() {
		c.col.Shutdown()
		c.err = <-c.done
	})
	return c.err
}

// lineCore is a zap core that hands whole lines to log.
func lineCore(log func(string)) zapcore.Core {
	if log == nil {
		return zapcore.NewNopCore()
	}
	return zapcore.NewCore(zapcore.NewConsoleEncoder(zap.NewProductionEncoderConfig()), lineWriter(log), zapcore.InfoLevel)
}

type lineWriter func(string)

func (w lineWriter) Write(line []byte) (int, error) {
	w(string(line))
	return len(line), nil
}

func (w lineWriter) Sync() error { return nil }

// Ports are the loopback addresses that the shipped file's components listen
// on in a test, "127.0.0.1:12345" each.
type Ports struct {
	OTLPgRPC, OTLPHTTP string
	Prometheus, Spans  string // pages with the library's metrics, and with those made of spans
	Health             string
}

// FreePorts returns addresses that nobody listens on at the moment.
func FreePorts() (Ports, error) {
	var p Ports
	for _, a := range []*string{&p.OTLPgRPC, &p.OTLPHTTP, &p.Prometheus, &p.Spans, &p.Health} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return p, err
		}
		defer l.Close() // after all, so that they differ
		*a = l.Addr().String()
	}
	return p, nil
}

// Overlay returns the URI of a layer over otel-collector.yaml that moves what
// cannot stay the same when several collectors run on one machine: addresses,
// the folder of the queue, and the port of the collector's own metrics. jaeger
// is the address of an OTLP/gRPC receiver. Everything else stays as shipped.
func (p Ports) Overlay(stateDir, jaeger string) string {
	return fmt.Sprintf(`yaml:
extensions:
  health_check: { endpoint: %q }
  file_storage/queue: { directory: %q }
receivers:
  otlp: { protocols: { grpc: { endpoint: %q }, http: { endpoint: %q } } }
exporters:
  otlp_grpc/jaeger: { endpoint: %q }
  prometheus: { endpoint: %q }
  prometheus/spans: { endpoint: %q }
service:
  telemetry: { metrics: { level: none, readers: [] } }
`, p.Health, stateDir, p.OTLPgRPC, p.OTLPHTTP, jaeger, p.Prometheus, p.Spans)
}

// Fast is a layer that makes spans and metrics come through within a fraction
// of a second, where a person or a test waits for them.
const Fast = `yaml:
connectors:
  span_metrics/x_api: { metrics_flush_interval: 200ms }
processors:
  tail_sampling: { decision_wait: 500ms }
  batch: { timeout: 50ms }
`
