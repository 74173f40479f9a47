package otelxapi

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/internal/budget"
)

// Stats is what a [Transport] has seen, for programs and people without a
// metrics backend. It is a copy: it does not change.
//
// A call counts when its span ends, so a stream does when it is connected. Its
// stalls and its end count later, and do not change how many calls there were.
type Stats struct {
	At      time.Time // when the copy was made
	Since   time.Time // when the transport was made
	App     string    // by WithAppName
	Budgets []Budget  // the rate-limit windows in use, the emptiest first
	Calls   []Calls   // by operation, those with most calls first
	Version string    // the API version that X answered with last, empty if unknown
}

// Budget is one rate-limit window of one operation.
type Budget struct {
	Method, Template string
	Window           string // "15m" or "24h"
	Scope            string // "app" or "user"; for users, the one with the lowest share left
	Limit, Remaining int64  // requests; Limit is 0 when X did not say
	Reset            time.Time
	// Exhaustion is when the window will be empty at the recent pace, zero when
	// it will reset before.
	Exhaustion time.Time
}

// Calls is how the calls of one operation ended.
type Calls struct {
	Method, Template string // Template is empty for endpoints that the table does not know
	Total            int64  // of a streaming operation, the connections and the attempts at them
	// Failed is how many of them failed wholly. A stream that stalls, or ends in
	// an error, is one of them, from the first time on and once.
	Failed int64
	// Classes are those of calls that failed, wholly or in parts, most first. A
	// stream has one for each stall, even if it goes on, and one for an end that
	// is an error, unless the program ended it in a stall: together they can be
	// more than Failed, and more than Total. Calls and streams that the program
	// canceled, and streams that it closed, have none.
	Classes []ClassCount
}

// ClassCount is how often an operation met a class.
type ClassCount struct {
	Class classify.Class
	Count int64
	Last  time.Time
	Hint  classify.Hint // of the last one
}

// Stats returns what the transport has seen, as far as [WithStats] has it kept.
// Budgets are those of all transports with the same meter provider and the same
// app, which share them.
func (t *Transport) Stats() Stats {
	now := time.Now()
	s := Stats{At: now, Since: t.since, App: t.config.appName}
	if v := t.config.instruments.version.Load(); v != nil {
		s.Version = *v
	}
	for _, r := range t.config.instruments.budgets.Snapshot(now) {
		s.Budgets = append(s.Budgets, budgetOf(r, now))
	}
	slices.SortStableFunc(s.Budgets, func(a, b Budget) int { return cmp.Compare(a.share(), b.share()) })
	s.Calls = t.sites.calls()
	return s
}

func budgetOf(r budget.Reading, now time.Time) Budget {
	b := Budget{
		Method: r.Method, Template: r.Template,
		Window: window15m, Scope: string(r.Scope),
		Limit: r.Limit, Remaining: r.Remaining,
	}
	if r.Kind != budget.Window15m {
		b.Window = window24h
	}
	if r.HasReset {
		b.Reset = now.Add(r.ResetIn)
	}
	if r.Exhausts {
		b.Exhaustion = now.Add(r.ExhaustionIn)
	}
	return b
}

// The windows of [Budget].
const (
	window15m = "15m"
	window24h = "24h"
)

// share is how much is left; a window of unknown size counts as full.
func (b Budget) share() float64 {
	if b.Limit == 0 {
		return 1
	}
	return float64(b.Remaining) / float64(b.Limit)
}

// tally counts the calls of one site, for Stats.
type tally struct {
	mu      sync.Mutex
	total   int64
	failed  int64
	classes map[classify.Class]*ClassCount
}

// add counts a call that ended in r, or well if r is nil.
func (t *tally) add(r *classify.Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total++
	if r == nil || r.Class == classify.Canceled {
		return
	}
	if r.Class.IsError() {
		t.failed++
	}
	t.count(r)
}

// fail counts a stall or an end of a stream whose call was counted when it was
// connected; first says that it is the first of the stream.
func (t *tally) fail(r *classify.Result, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if first {
		t.failed++
	}
	t.count(r)
}

// count counts a class. t.mu is held.
func (t *tally) count(r *classify.Result) {
	if t.classes == nil {
		t.classes = map[classify.Class]*ClassCount{}
	}
	c := t.classes[r.Class]
	if c == nil {
		c = &ClassCount{Class: r.Class}
		t.classes[r.Class] = c
	}
	c.Count++
	c.Last, c.Hint = time.Now(), r.Hint
}

// calls returns the tallies by operation, whatever the host.
func (s *sites) calls() []Calls {
	type operation struct{ method, template string }
	byOperation := map[operation]*Calls{}
	for k, st := range s.table.all() {
		op := operation{k.method, k.template}
		c := byOperation[op]
		if c == nil {
			c = &Calls{Method: k.method, Template: k.template}
			byOperation[op] = c
		}
		st.tally.addTo(c)
	}
	var calls []Calls
	for _, c := range byOperation {
		if c.Total == 0 {
			continue
		}
		slices.SortFunc(c.Classes, func(a, b ClassCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Class, b.Class))
		})
		calls = append(calls, *c)
	}
	slices.SortFunc(calls, func(a, b Calls) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Template, b.Template), cmp.Compare(a.Method, b.Method))
	})
	return calls
}

func (t *tally) addTo(c *Calls) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c.Total += t.total
	c.Failed += t.failed
	for class, count := range t.classes {
		i := slices.IndexFunc(c.Classes, func(k ClassCount) bool { return k.Class == class })
		if i < 0 {
			c.Classes = append(c.Classes, *count)
			continue
		}
		c.Classes[i].Count += count.Count
		if count.Last.After(c.Classes[i].Last) {
			c.Classes[i].Last, c.Classes[i].Hint = count.Last, count.Hint
		}
	}
}
