package e2e

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/e2e/stack"
	"github.com/otelxapi/otelxapi/xapitest"
)

const shippedCollector = "file:../otel-collector.yaml"

// startCollector runs the shipped file, faster, on free ports.
func startCollector(t *testing.T, store *stack.TraceStore, log func(string), layers ...string) stack.Ports {
	t.Helper()
	ports, err := stack.FreePorts()
	if err != nil {
		t.Fatal(err)
	}
	config := append([]string{shippedCollector, ports.Overlay(t.TempDir(), store.Addr), stack.Fast}, layers...)
	c, err := stack.StartCollector(t.Context(), stack.CollectorOptions{Config: config, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return ports
}

func startStore(t *testing.T) *stack.TraceStore {
	t.Helper()
	s, err := stack.StartTraceStore("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func startProgram(t *testing.T, ports stack.Ports, x *xapitest.Server, opts ...otelxapi.Option) *stack.Program {
	t.Helper()
	p, err := stack.StartProgram(t.Context(), stack.ProgramOptions{
		Service: "svc", Collector: ports.OTLPgRPC, Base: x.Transport(), Interval: 100 * time.Millisecond, Options: opts,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lines collects what a collector logs.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, line)
}

func (l *lines) like(pattern *regexp.Regexp) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.all {
		// The process's SDK has one handler of errors, and the collector has set it:
		// the program's exporter speaks through it when it is stopped.
		if pattern.MatchString(line) && !strings.Contains(line, "OpenTelemetry internal telemetry error") {
			found = append(found, line)
		}
	}
	return found
}

// warning is a line of the collector's log that somebody should read: a level
// from warn on, or a name of a component that is on its way out, which the
// collector says at run time only, and at level info.
var warning = regexp.MustCompile(`\t(warn|error|fatal|panic)\t|deprecated`)

func TestTheShippedCollectorRunsWithoutAWordOfWarning(t *testing.T) {
	var log lines
	store := startStore(t)
	ports := startCollector(t, store, log.add)
	x := xapitest.Start(t)
	p := startProgram(t, ports, x, otelxapi.WithAppName("demo"))
	calls := 0
	for _, s := range xapitest.Scenarios() {
		if s.Stream || s.Fault != "" || s.Ending == xapitest.EndEndless || s.Ending == xapitest.EndStall || s.Status == 0 {
			continue
		}
		call(t, p, x, s)
		calls++
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	scrape(t, "http://"+ports.Spans+"/metrics", func(page string) bool {
		return sum(t, page, "x_api_spans_calls_total") == float64(calls)
	})
	scrape(t, "http://"+ports.Prometheus+"/metrics", func(page string) bool {
		return sum(t, page, "http_client_request_duration_seconds_count") == float64(calls)
	})
	if warned := log.like(warning); len(warned) > 0 {
		t.Errorf("the collector warns:\n%s", strings.Join(warned, ""))
	}
}

func TestADeprecatedAliasWouldBeNoticed(t *testing.T) {
	var log lines
	startCollector(t, startStore(t), log.add, `yaml:{exporters: {otlphttp/old: {endpoint: "http://127.0.0.1:1"}}, service: {pipelines: {logs: {exporters: [otlphttp/old]}}}}`)
	if len(log.like(warning)) == 0 {
		t.Error("the log has no word of the alias otlphttp")
	}
}
