package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/e2e/scenario"
)

// view is what the page shows.
type view struct {
	Pace    string // how time passes
	Summary string
	Over    bool
	Began   time.Time
	Plays   []playView
	Refresh bool // the page loads itself again
}

// playView is a scenario on the page.
type playView struct {
	Name, About, State, Problem string
	Times                       string // when it began and ended
	First                       string // when its first span arrived
	Trace                       string // the ID of the last trace
	Spans                       []spanView
	Hints                       []hintView
	Budgets                     []budgetView
	Alerts                      []alertView
	Told                        []toldView
}

type (
	spanView struct {
		Depth                 int // 0 to maxDepth
		Name, Duration, Class string
		Bad                   bool
	}
	hintView struct {
		Event, Class, Title, Text, Link, Owner, Verdict string
		Times                                           int
	}
	budgetView struct {
		Endpoint, Window string
		Left, Limit      int64
		Width, Level     string // of the bar
	}
	alertView struct {
		Name, Severity, Summary, Action, Runbook string
		Metric, Fired, Told                      string
		Fate                                     string
		Expected, HasFired, HasTold              bool
	}
	toldView struct {
		At, Clock, Receiver, Status, Alert, Severity, Summary string
	}
)

// pace says how time passes in scenarios, and with it in rules and routes.
var pace = fmt.Sprintf("Time passes %d times faster than in life: a minute of a scenario takes %v.", scenario.Speed, scenario.Minute)

// view is what the page shows now. It is safe for concurrent use.
func (r *rehearsal) view() view {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := view{Pace: pace, Over: r.over, Began: r.began}
	count := map[string]int{}
	for _, rec := range r.records {
		count[rec.state]++
		v.Plays = append(v.Plays, r.viewOf(rec))
	}
	var parts []string
	for _, state := range []string{ok, missing, stopped, playing, waiting} {
		if n := count[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	v.Summary = fmt.Sprintf("%d scenarios: %s.", len(r.records), strings.Join(parts, ", "))
	return v
}

func (r *rehearsal) viewOf(rec *record) playView {
	p := playView{
		Name: rec.Name, About: rec.About, State: rec.state, Problem: rec.problem,
		First: rec.since(rec.span), Hints: hints(rec.spans), Budgets: budgets(rec.spans),
	}
	if !rec.began.IsZero() {
		p.Times = "began at " + clock(rec.began)
		if !rec.over.IsZero() {
			p.Times += ", over after " + rec.since(rec.over) + " s"
		}
	}
	if n := len(rec.spans); n > 0 {
		p.Trace = rec.spans[n-1].trace
		p.Spans = tree(rec.spans, p.Trace)
	}
	for _, a := range rec.alerts {
		p.Alerts = append(p.Alerts, alertView{
			Name: a.name, Severity: a.severity, Summary: a.summary, Action: a.action, Runbook: webLink(a.runbook),
			Metric: rec.since(a.metric), Fired: rec.since(a.fired), Told: rec.since(a.told),
			Fate: rec.fate(a, r.route), Expected: a.expected, HasFired: !a.fired.IsZero(), HasTold: !a.told.IsZero(),
		})
	}
	for _, n := range rec.told {
		p.Told = append(p.Told, toldView{
			At: rec.since(n.Received), Clock: clock(n.Received), Receiver: n.Receiver, Status: n.Status,
			Alert: n.Labels["alertname"], Severity: n.Labels["severity"], Summary: n.Annotations["summary"],
		})
	}
	return p
}

// hints are the events that say what to do, each once, the latest first.
func hints(spans []span) []hintView {
	var all []hintView
	for _, s := range slices.Backward(spans) {
		for _, e := range s.events {
			if str(e.attrs, string(otelxapi.HintTitleKey)) == "" {
				continue
			}
			h := hintView{
				Event:   e.name,
				Class:   str(e.attrs, string(otelxapi.ClassKey)),
				Title:   str(e.attrs, string(otelxapi.HintTitleKey)),
				Text:    str(e.attrs, string(otelxapi.HintTextKey)),
				Link:    webLink(str(e.attrs, string(otelxapi.HintURLKey))),
				Owner:   str(e.attrs, string(otelxapi.HintOwnerKey)),
				Verdict: str(e.attrs, string(otelxapi.RetryVerdictKey)),
			}
			// The latest text stands for all: it names the time of a reset.
			if i := slices.IndexFunc(all, func(o hintView) bool {
				return o.Event == h.Event && o.Class == h.Class && o.Title == h.Title
			}); i >= 0 {
				all[i].Times++
				continue
			}
			h.Times = 1
			all = append(all, h)
		}
	}
	return all
}

// budgetKeys are the attributes of a span that tell of a window.
var budgetKeys = []struct{ window, limit, remaining string }{
	{"", string(otelxapi.RateLimitLimitKey), string(otelxapi.RateLimitRemainingKey)},
	{"app, 24 h", string(otelxapi.RateLimitApp24hLimitKey), string(otelxapi.RateLimitApp24hRemainingKey)},
	{"user, 24 h", string(otelxapi.RateLimitUser24hLimitKey), string(otelxapi.RateLimitUser24hRemainingKey)},
}

// budgets are what the spans say last of each endpoint's windows.
func budgets(spans []span) []budgetView {
	var all []budgetView
	for _, s := range slices.Backward(spans) {
		endpoint := strings.TrimSpace(str(s.attrs, "http.request.method") + " " + str(s.attrs, "url.template"))
		for _, k := range budgetKeys {
			limit, has := s.attrs[k.limit].(int64)
			left, also := s.attrs[k.remaining].(int64)
			if !has || !also {
				continue
			}
			b := budgetView{Endpoint: endpoint, Window: k.window, Left: left, Limit: limit}
			if b.Window == "" {
				b.Window = str(s.attrs, string(otelxapi.RateLimitWindowKey))
			}
			if b.Window == "" {
				b.Window = "15m"
			}
			if slices.ContainsFunc(all, func(o budgetView) bool { return o.Endpoint == b.Endpoint && o.Window == b.Window }) {
				continue
			}
			share := 0.0
			if limit > 0 {
				share = min(max(float64(left)/float64(limit), 0), 1)
			}
			b.Width = fmt.Sprintf("%.1f%%", 100*share)
			b.Level = level(share)
			all = append(all, b)
		}
	}
	slices.SortFunc(all, func(a, b budgetView) int {
		return strings.Compare(a.Endpoint+"\n"+a.Window, b.Endpoint+"\n"+b.Window)
	})
	return all
}

// level has the borders of the alerts: 10 % is low.
func level(share float64) string {
	switch {
	case share == 0:
		return "empty"
	case share < 0.1:
		return "low"
	}
	return "fine"
}

// webLink is a link that a browser may follow, or "".
func webLink(s string) string {
	if strings.HasPrefix(s, "https://") {
		return s
	}
	return ""
}

func clock(t time.Time) string { return t.UTC().Format("15:04:05.0") }
