package main

import (
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/otelxapi/otelxapi/e2e/scenario"
	"github.com/otelxapi/otelxapi/e2e/stack"
)

// The states of a scenario.
const (
	waiting = "waiting" // for its turn
	playing = "playing"
	ok      = "ok"
	missing = "missing" // something did not come in time
	stopped = "stopped" // by Ctrl-C
)

// keptSpans is how many spans of a scenario are kept for the page.
const keptSpans = 200

// record is what was seen of a scenario. The rehearsal's lock guards it.
type record struct {
	scenario.Scenario

	state       string
	began, over time.Time
	span        time.Time // when the first span arrived
	spans       []span    // the last ones
	alerts      []*alert  // in the order of the scenario, others behind
	told        []stack.Notification
	problem     string        // what is missing, or why the scenario could not be played
	complete    time.Time     // when all that the scenario is for had come
	enough      chan struct{} // closed when the scenario may end
}

// alert is what was seen of the alerts of one name.
type alert struct {
	name     string
	expected bool // by the scenario

	metric, fired, told time.Time // zero if it has not come

	severity, summary, action, runbook string
	instances                          []model.LabelSet // that fired
	receivers                          []string         // that were told, in order
}

func newRecord(s scenario.Scenario) *record {
	r := &record{Scenario: s, state: waiting, enough: make(chan struct{})}
	for _, name := range slices.Sorted(slices.Values(slices.Concat(s.Alerts, s.OnlyMetrics))) {
		r.alerts = append(r.alerts, &alert{name: name, expected: true})
	}
	return r
}

// alert returns what is known of the alerts of that name.
func (r *record) alert(name string) *alert {
	for _, a := range r.alerts {
		if a.name == name {
			return a
		}
	}
	a := &alert{name: name}
	r.alerts = append(r.alerts, a)
	return a
}

// lacks says what has not come yet of what a scenario is for: its alerts, and
// that somebody is told.
func (r *record) lacks() []string {
	var lacks []string
	told := false
	for _, a := range r.alerts {
		if a.expected && a.fired.IsZero() {
			lacks = append(lacks, a.name)
		}
		told = told || a.expected && !a.told.IsZero()
	}
	if !told {
		lacks = append(lacks, "a notification")
	}
	return lacks
}

// settled says whether nothing more is worth a wait: there is a trace, and all
// who hear of its alerts were told, but for those that are inhibited.
func (r *record) settled(route *routing) bool {
	for _, a := range r.alerts {
		if !a.expected || r.inhibitor(a, route) != nil {
			continue
		}
		for _, ls := range a.instances {
			for _, to := range route.route.Match(ls) {
				if !slices.Contains(a.receivers, to.RouteOpts.Receiver) {
					return false
				}
			}
		}
	}
	return !r.span.IsZero()
}

// inhibitor returns an alert that keeps another one back, or nil.
func (r *record) inhibitor(a *alert, route *routing) *alert {
	for _, target := range a.instances {
		for _, other := range r.alerts {
			for _, source := range other.instances {
				if other != a && route.inhibits(source, target) {
					return other
				}
			}
		}
	}
	return nil
}

// fate says who was told of an alert, or why nobody was.
func (r *record) fate(a *alert, route *routing) string {
	switch {
	case a.fired.IsZero():
		return "did not fire"
	case !a.told.IsZero():
		return join(a.receivers)
	}
	if by := r.inhibitor(a, route); by != nil {
		return "inhibited by " + by.name
	}
	receiver, wait := route.waits(a.instances[0])
	return "waits for " + receiver + " (" + short(wait) + ")"
}
