package stack

import (
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"time"

	"github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/alertmanager/config"
	amcommoncfg "github.com/prometheus/alertmanager/config/common"
	"github.com/prometheus/alertmanager/config/receiver"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/eventrecorder"
	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/inhibit"
	"github.com/prometheus/alertmanager/marker"
	"github.com/prometheus/alertmanager/nflog"
	"github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/notify/webhook"
	"github.com/prometheus/alertmanager/provider/mem"
	"github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/alertmanager/template"
	"github.com/prometheus/alertmanager/timeinterval"
	"github.com/prometheus/client_golang/prometheus"
	commoncfg "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/rules"
)

// AlertmanagerOptions say how to route alerts and where to tell of them.
type AlertmanagerOptions struct {
	// Config is the file of routes, receivers and inhibitions.
	Config string
	// Inbox takes the place of all integrations: every receiver of the file
	// becomes a webhook to the inbox, under its own name.
	Inbox *Inbox
	// Speed divides the waits of the routes, as in SpeedUp.
	Speed int
	Log   *slog.Logger // nil for none
}

// Alertmanager groups, inhibits, routes and notifies in this process, with
// Alertmanager's own packages.
type Alertmanager struct {
	alerts     *mem.Alerts
	inhibitor  *inhibit.Inhibitor
	dispatcher *dispatch.Dispatcher
}

// StartAlertmanager starts with no alerts.
func StartAlertmanager(o AlertmanagerOptions) (*Alertmanager, error) {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	cfg, err := config.LoadFile(o.Config)
	if err != nil {
		return nil, err
	}
	tmpl, err := template.FromGlobs(cfg.Templates)
	if err != nil {
		return nil, err
	}
	tmpl.ExternalURL = &url.URL{Scheme: "http", Host: "127.0.0.1"} // nobody serves its pages
	receivers := map[string][]notify.Integration{}
	for _, r := range cfg.Receivers {
		if receivers[r.Name], err = receiver.BuildReceiverIntegrations(webhookTo(o.Inbox, r.Name), tmpl, log); err != nil {
			return nil, err
		}
	}
	speed := max(o.Speed, 1)
	routes := dispatch.NewRoute(cfg.Route, nil)
	routes.Walk(func(r *dispatch.Route) {
		for _, d := range []*time.Duration{&r.RouteOpts.GroupWait, &r.RouteOpts.GroupInterval, &r.RouteOpts.RepeatInterval} {
			*d = max(*d/time.Duration(speed), time.Millisecond)
		}
	})

	registry, flags, recorder := prometheus.NewRegistry(), featurecontrol.NoopFlags{}, eventrecorder.NopRecorder()
	am := &Alertmanager{}
	if am.alerts, err = mem.NewAlerts(context.Background(), time.Minute, 0, nil, log, recorder, registry, flags); err != nil {
		return nil, err
	}
	silences, err := silence.New(silence.Options{Retention: time.Hour, Logger: log, Metrics: registry, EventRecorder: recorder})
	if err != nil {
		return nil, err
	}
	sent, err := nflog.New(nflog.Options{Retention: time.Hour, Logger: log, Metrics: registry})
	if err != nil {
		return nil, err
	}
	groups := marker.NewGroupMarker()
	am.inhibitor = inhibit.NewInhibitor(am.alerts, cfg.InhibitRules, log, recorder)
	stages := notify.NewPipelineBuilder(registry, flags, recorder).New(
		receivers, func() time.Duration { return 0 }, am.inhibitor,
		silence.NewSilencer(silences, log, recorder),
		timeinterval.NewIntervener(nil), groups, sent, nil)
	am.dispatcher = dispatch.NewDispatcher(am.alerts, routes, stages, groups,
		func(d time.Duration) time.Duration { return max(d, 5*time.Second) }, time.Minute, nil, log, recorder,
		dispatch.NewDispatcherMetrics(false, registry, flags), tmpl)
	go am.inhibitor.Run()
	am.inhibitor.WaitForLoading()
	go am.dispatcher.Run(time.Now())
	am.dispatcher.WaitForLoading()
	return am, nil
}

// webhookTo is a receiver that tells the inbox.
func webhookTo(in *Inbox, name string) config.Receiver {
	return config.Receiver{Name: name, WebhookConfigs: []*webhook.WebhookConfig{{
		NotifierConfig: amcommoncfg.NotifierConfig{VSendResolved: true},
		HTTPConfig:     &commoncfg.HTTPClientConfig{},
		URL:            amcommoncfg.SecretTemplateURL(in.URL(name)),
	}}}
}

// Notify takes alerts from Prometheus's rules.
func (am *Alertmanager) Notify(ctx context.Context, alerts ...*rules.Alert) {
	now := time.Now()
	for _, a := range alerts {
		told := &alert.Alert{UpdatedAt: now, Alert: model.Alert{
			Labels:      labelSet(a.Labels),
			Annotations: labelSet(a.Annotations),
			StartsAt:    a.FiredAt,
			EndsAt:      a.ValidUntil,
		}}
		if !a.ResolvedAt.IsZero() {
			told.EndsAt = a.ResolvedAt
		}
		_ = am.alerts.Put(ctx, told)
	}
}

func labelSet(ls labels.Labels) model.LabelSet {
	set := model.LabelSet{}
	ls.Range(func(l labels.Label) { set[model.LabelName(l.Name)] = model.LabelValue(l.Value) })
	return set
}

// Stop ends notifying.
func (am *Alertmanager) Stop() {
	am.dispatcher.Stop()
	am.inhibitor.Stop()
	am.alerts.Close()
}

// Message is where an alert goes, and the labels that it has in common with what
// is in the same message.
type Message struct {
	Receiver string
	Group    model.LabelSet
}

// Route returns the names of the receivers that an alert with these labels
// goes to, by the file of routes.
func Route(file string, ls map[string]string) ([]string, error) {
	messages, err := Messages(file, ls)
	var names []string
	for _, m := range messages {
		names = append(names, m.Receiver)
	}
	return names, err
}

// Messages returns the messages that an alert with these labels is part of, by
// the file of routes.
func Messages(file string, ls map[string]string) ([]Message, error) {
	cfg, err := config.LoadFile(filepath.Clean(file))
	if err != nil {
		return nil, err
	}
	set := model.LabelSet{}
	for k, v := range ls {
		set[model.LabelName(k)] = model.LabelValue(v)
	}
	var messages []Message
	for _, r := range dispatch.NewRoute(cfg.Route, nil).Match(set) {
		m := Message{r.RouteOpts.Receiver, model.LabelSet{}}
		for name := range r.RouteOpts.GroupBy {
			m.Group[name] = set[name]
		}
		messages = append(messages, m)
	}
	return messages, nil
}
