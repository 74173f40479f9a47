package stack

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/scrape"
	"github.com/prometheus/prometheus/tsdb"
)

// PrometheusOptions say what to scrape and which rules to evaluate.
type PrometheusOptions struct {
	Dir      string        // for samples and rules; the caller removes it
	Targets  []string      // the collector's pages, "127.0.0.1:8889"
	Interval time.Duration // between scrapes, and between evaluations of rules
	Rules    [][]byte      // files of rules
	Log      *slog.Logger  // nil for none
	// Notify takes alerts that have begun or ceased to fire, and those that
	// still do now and then; nil for nobody.
	Notify func(ctx context.Context, alerts ...*rules.Alert)
}

// Prometheus scrapes, stores and evaluates rules in this process, with
// Prometheus's own packages.
type Prometheus struct {
	db     *tsdb.DB
	engine *promql.Engine
	scrape *scrape.Manager
	rules  *rules.Manager
	cancel context.CancelFunc
}

// StartPrometheus starts scraping and evaluating.
func StartPrometheus(o PrometheusOptions) (_ *Prometheus, err error) {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &Prometheus{cancel: cancel}
	defer func() {
		if err != nil {
			p.Stop()
		}
	}()
	if p.db, err = tsdb.Open(filepath.Join(o.Dir, "samples"), log, prometheus.NewRegistry(), tsdb.DefaultOptions(), nil); err != nil {
		return nil, err
	}
	p.engine = promql.NewEngine(promql.EngineOpts{
		Logger: log, MaxSamples: 50_000_000, Timeout: time.Minute,
		EnableAtModifier: true, EnableNegativeOffset: true, Parser: promQL,
	})
	if err = p.startScraping(o, log); err != nil {
		return nil, err
	}
	if err = p.startRules(ctx, o, log); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Prometheus) startScraping(o PrometheusOptions, log *slog.Logger) error {
	cfg, err := config.Load(fmt.Sprintf(`
global: { scrape_interval: %[1]dms, scrape_timeout: %[1]dms }
scrape_configs: [ { job_name: otel-collector, honor_labels: true } ]
`, o.Interval.Milliseconds()), log)
	if err != nil {
		return err
	}
	if p.scrape, err = scrape.NewManager(&scrape.Options{
		DiscoveryReloadOnStartup: true, // else it waits for seconds

	}, log, nil, p.db, nil, prometheus.NewRegistry()); err != nil {
		return err
	}
	if err := p.scrape.ApplyConfig(cfg); err != nil {
		return err
	}
	group := &targetgroup.Group{Source: "static"}
	for _, t := range o.Targets {
		group.Targets = append(group.Targets, model.LabelSet{model.AddressLabel: model.LabelValue(t)})
	}
	targets := make(chan map[string][]*targetgroup.Group, 1)
	targets <- map[string][]*targetgroup.Group{"otel-collector": {group}}
	go func() { _ = p.scrape.Run(targets) }()
	return nil
}

func (p *Prometheus) startRules(ctx context.Context, o PrometheusOptions, log *slog.Logger) error {
	var files []string
	for i, text := range o.Rules {
		name := filepath.Join(o.Dir, fmt.Sprintf("rules-%d.yml", i))
		if err := os.WriteFile(name, text, 0o600); err != nil {
			return err
		}
		files = append(files, name)
	}
	p.rules = rules.NewManager(&rules.ManagerOptions{
		Appendable: p.db, Queryable: p.db, QueryFunc: rules.EngineQueryFunc(p.engine, p.db),
		NameValidationScheme: model.UTF8Validation, Context: ctx, Logger: log, Parser: promQL, Registerer: prometheus.NewRegistry(),
		ResendDelay: o.Interval,
		NotifyFunc: func(ctx context.Context, _ string, alerts ...*rules.Alert) {
			if o.Notify != nil {
				o.Notify(ctx, alerts...)
			}
		},
	})
	if err := p.rules.Update(o.Interval, files, labels.EmptyLabels(), "", nil); err != nil {
		return err
	}
	go p.rules.Run()
	return nil
}

// Query evaluates an expression at the present time.
func (p *Prometheus) Query(ctx context.Context, expr string) (promql.Vector, error) {
	q, err := p.engine.NewInstantQuery(ctx, p.db, nil, expr, time.Now())
	if err != nil {
		return nil, err
	}
	defer q.Close()
	r := q.Exec(ctx)
	if r.Err != nil {
		return nil, r.Err
	}
	if s, err := r.Scalar(); err == nil {
		return promql.Vector{{F: s.V, T: s.T}}, nil
	}
	v, err := r.Vector()
	return append(promql.Vector(nil), v...), err
}

// Series returns the labels of all series that were stored, by metric name.
func (p *Prometheus) Series(ctx context.Context) (map[string][]labels.Labels, error) {
	q, err := p.db.Querier(0, time.Now().UnixMilli())
	if err != nil {
		return nil, err
	}
	defer q.Close()
	all := map[string][]labels.Labels{}
	set := q.Select(ctx, false, nil, labels.MustNewMatcher(labels.MatchNotEqual, model.MetricNameLabel, ""))
	for set.Next() {
		l := set.At().Labels()
		name := l.Get(model.MetricNameLabel)
		all[name] = append(all[name], l)
	}
	return all, set.Err()
}

// Firing returns the alerts that fire now.
func (p *Prometheus) Firing() []*rules.Alert {
	var firing []*rules.Alert
	for _, r := range p.rules.AlertingRules() {
		for _, a := range r.ActiveAlerts() {
			if a.State == rules.StateFiring {
				firing = append(firing, a)
			}
		}
	}
	return firing
}

// Failures returns the errors of rules that cannot be evaluated.
func (p *Prometheus) Failures() map[string]error {
	failed := map[string]error{}
	for _, r := range p.rules.Rules() {
		if err := r.LastError(); err != nil {
			failed[r.Name()] = err
		}
	}
	return failed
}

// Stop ends scraping and evaluating, and closes the storage.
func (p *Prometheus) Stop() {
	p.cancel()
	if p.rules != nil {
		p.rules.Stop()
	}
	if p.scrape != nil {
		p.scrape.Stop()
	}
	if p.db != nil {
		_ = p.db.Close()
	}
}
