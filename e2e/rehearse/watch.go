package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/rules"

	"github.com/otelxapi/otelxapi/e2e/stack"
)

// watch looks at what the stage has, again and again, until ctx ends.
func (r *rehearsal) watch(ctx context.Context) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.look(ctx)
		}
	}
}

// look takes what is new, in the order in which it comes to be: spans, metrics,
// alerts, notifications.
func (r *rehearsal) look(ctx context.Context) {
	spans := r.stage.Traces.Spans()
	sampled := r.sampled(ctx)
	firing := r.stage.Prometheus[0].Firing()
	told, _ := r.stage.Inbox.Notifications()
	now := time.Now()

	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range spans[r.spans:] {
		service, _ := s.Resource["service.name"].(string)
		if rec := r.playing(service); rec != nil {
			r.arrived(rec, spanOf(s), now)
		}
	}
	r.spans = len(spans)
	for _, s := range sampled {
		r.say.line(s.rec, now.Sub(s.rec.began), "metric", s.metric+" → "+strings.TrimPrefix(s.alert.name, "XApi"))
		s.alert.metric = now
	}
	for _, a := range firing {
		if rec := r.playing(a.Labels.Get("job")); rec != nil {
			r.fires(rec, a, now)
		}
	}
	for _, n := range told[r.told:] {
		if rec := r.playing(n.Labels["job"]); rec != nil {
			r.notified(rec, n)
		}
	}
	r.told = len(told)
	for _, rec := range r.records {
		r.mayEnd(rec, now)
	}
}

// mayEnd lets a scenario end when all has come, and what may still come has had
// its time.
func (r *rehearsal) mayEnd(rec *record, now time.Time) {
	if rec.state != playing || len(rec.lacks()) > 0 {
		return
	}
	if rec.complete.IsZero() {
		rec.complete = now
	}
	if !rec.settled(r.route) && now.Sub(rec.complete) < grace {
		return
	}
	select {
	case <-rec.enough:
	default:
		close(rec.enough)
	}
}

// playing returns the record of the scenario of that name while it is played.
// What comes later is the end of its program, and no part of it.
func (r *rehearsal) playing(name string) *record {
	for _, rec := range r.records {
		if rec.Name == name && rec.state == playing {
			return rec
		}
	}
	return nil
}

func (r *rehearsal) arrived(rec *record, s span, now time.Time) {
	if rec.span.IsZero() {
		rec.span = now
		r.say.line(rec, now.Sub(rec.began), "span", joinWith(" · ", s.name, s.class(), s.hint()))
	}
	if len(rec.spans) >= keptSpans {
		rec.spans = slices.Delete(rec.spans, 0, keptSpans/4)
	}
	rec.spans = append(rec.spans, s)
}

// sample is the first of the series behind an alert.
type sample struct {
	rec    *record
	alert  *alert
	metric string
}

// sampled asks Prometheus for the series behind the alerts that have none yet.
func (r *rehearsal) sampled(ctx context.Context) []sample {
	var want []sample
	r.mu.Lock()
	for _, rec := range r.records {
		for _, a := range rec.alerts {
			if rec.state == playing && a.metric.IsZero() {
				want = append(want, sample{rec: rec, alert: a})
			}
		}
	}
	r.mu.Unlock()
	var have []sample
	for _, s := range want {
		for _, selector := range r.behind[s.alert.name] {
			query, err := ofJob(selector, s.rec.Name)
			if err != nil {
				continue // the alert fires or it does not; only this line is lost
			}
			if v, err := r.stage.Prometheus[0].Query(ctx, query); err == nil && len(v) > 0 {
				s.metric = selector
				have = append(have, s)
				break
			}
		}
	}
	return have
}

func (r *rehearsal) fires(rec *record, a *rules.Alert, now time.Time) {
	seen := rec.alert(a.Labels.Get("alertname"))
	set := model.LabelSet{}
	a.Labels.Range(func(l labels.Label) { set[model.LabelName(l.Name)] = model.LabelValue(l.Value) })
	if !slices.ContainsFunc(seen.instances, set.Equal) {
		seen.instances = append(seen.instances, set)
	}
	if !seen.fired.IsZero() {
		return
	}
	seen.fired = now
	seen.severity = a.Labels.Get("severity")
	seen.summary = a.Annotations.Get("summary")
	seen.action = a.Annotations.Get("action")
	seen.runbook = a.Annotations.Get("runbook_url")
	// The line begins with the job, and so do summaries.
	text := seen.name + " " + seen.severity + ": " + strings.TrimPrefix(seen.summary, rec.Name+": ")
	if !seen.expected {
		text = "(not expected) " + text
	}
	r.say.line(rec, now.Sub(rec.began), "alert", text)
}

func (r *rehearsal) notified(rec *record, n stack.Notification) {
	rec.told = append(rec.told, n)
	if n.Status == "firing" {
		a := rec.alert(n.Labels["alertname"])
		if a.told.IsZero() {
			a.told = n.Received
		}
		if slices.Contains(a.receivers, n.Receiver) {
			return // of another endpoint, or a repetition
		}
		a.receivers = append(a.receivers, n.Receiver)
	}
	r.say.line(rec, n.Received.Sub(rec.began), "told", n.Receiver+": "+n.Status+" "+n.Labels["alertname"])
}
