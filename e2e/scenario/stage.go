package scenario

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/e2e/stack"
	"github.com/otelxapi/otelxapi/xapitest"
)

// The files that a stage runs, from the root of the repository.
const (
	CollectorFile    = "otel-collector.yaml"
	MetricsRules     = "monitoring/prometheus/x-api.rules.yml"
	SpansRules       = "monitoring/prometheus/x-api-spans.rules.yml"
	AlertmanagerFile = "monitoring/alertmanager/alertmanager.yml"
)

// scrapeInterval is 15 s, in the scenarios' time.
const scrapeInterval = 15 * time.Second / Speed

// pace makes the collector forget the library's metrics as much faster as time
// passes. What is made of spans stays for a day, which no scenario lasts.
var pace = fmt.Sprintf(`yaml:
exporters:
  prometheus: { metric_expiration: %s }
`, 5*Minute)

// Stage is everything that scenarios play on: the shipped collector file,
// Prometheus with the shipped rules, sped up, and the shipped Alertmanager file.
type Stage struct {
	Ports        stack.Ports
	Traces       *stack.TraceStore
	Inbox        *stack.Inbox
	Collector    *stack.Collector
	Alertmanager *stack.Alertmanager
	// Prometheus are the servers, one for each file of rules.
	Prometheus []*stack.Prometheus

	dir string
}

// StartStage starts the parts. root is the root of the repository, rules the
// files of rules, from there. The context is that of the start only.
func StartStage(ctx context.Context, root string, rules ...string) (_ *Stage, err error) {
	s := &Stage{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "x-api-stage-"); err != nil {
		return nil, err
	}
	if s.Traces, err = stack.StartTraceStore(""); err != nil {
		return nil, err
	}
	if s.Ports, err = stack.FreePorts(); err != nil {
		return nil, err
	}
	if s.Collector, err = stack.StartCollector(ctx, stack.CollectorOptions{Config: []string{
		"file:" + filepath.Join(root, CollectorFile),
		s.Ports.Overlay(filepath.Join(s.dir, "queue"), s.Traces.Addr), stack.Fast, pace,
	}}); err != nil {
		return nil, err
	}
	s.Inbox = stack.StartInbox()
	if s.Alertmanager, err = stack.StartAlertmanager(stack.AlertmanagerOptions{
		Config: filepath.Join(root, AlertmanagerFile), Inbox: s.Inbox, Speed: Speed,
	}); err != nil {
		return nil, err
	}
	for i, file := range rules {
		p, err := s.startPrometheus(filepath.Join(root, file), filepath.Join(s.dir, fmt.Sprint("prometheus-", i)))
		if err != nil {
			return nil, err
		}
		s.Prometheus = append(s.Prometheus, p)
	}
	return s, nil
}

func (s *Stage) startPrometheus(file, dir string) (*stack.Prometheus, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	fast, err := stack.SpeedUp(text, Speed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return stack.StartPrometheus(stack.PrometheusOptions{
		Dir: dir, Targets: []string{s.Ports.Prometheus, s.Ports.Spans}, Interval: scrapeInterval,
		Rules: [][]byte{fast}, Notify: s.Alertmanager.Notify,
	})
}

// Play plays a scenario as the program of that name, until it is over or ctx
// ends, and then ends the program.
func (s *Stage) Play(ctx context.Context, sc Scenario) error {
	x := xapitest.NewServer(sc.Simulator...)
	defer x.Close()
	p, err := stack.StartProgram(ctx, stack.ProgramOptions{
		Service: sc.Name, Collector: s.Ports.OTLPgRPC, Base: x.Transport(),
		Interval: scrapeInterval, Options: append([]otelxapi.Option{otelxapi.WithAppName("rehearsal")}, sc.Transport...),
	})
	if err != nil {
		return err
	}
	w := World{Client: p.Client, X: x, stop: p.Stop}
	err = sc.Run(ctx, w)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, p.Stop(ending))
}

// Stop stops what was started, in the order of the data.
func (s *Stage) Stop() error {
	var err error
	if s.Collector != nil {
		err = s.Collector.Stop()
	}
	for _, p := range s.Prometheus {
		p.Stop()
	}
	if s.Alertmanager != nil {
		s.Alertmanager.Stop()
	}
	if s.Inbox != nil {
		s.Inbox.Stop()
	}
	if s.Traces != nil {
		s.Traces.Stop()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}
