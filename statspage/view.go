package statspage

import (
	"cmp"
	"slices"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

// Below these shares a budget is critical, or low.
const (
	criticalShare = 0.1
	lowShare      = 0.3
)

// view is what both the page and the JSON show. Its JSON form is documented in
// doc.go. A nil is something that is not known.
type view struct {
	App        string      `json:"app"`
	At         *time.Time  `json:"at"`
	Since      *time.Time  `json:"since"`
	APIVersion string      `json:"api_version"`
	Budgets    []budget    `json:"budgets"`
	Calls      []operation `json:"calls"`
}

type budget struct {
	Method          string     `json:"method"`
	Template        string     `json:"template"`
	Window          string     `json:"window"`
	Scope           string     `json:"scope"`
	Limit           *int64     `json:"limit"`
	Remaining       int64      `json:"remaining"`
	ShareLeft       *float64   `json:"share_left"`
	Level           level      `json:"level"`
	Reset           *time.Time `json:"reset"`
	ResetsInSeconds *int64     `json:"resets_in_seconds"`
	Exhaustion      *time.Time `json:"exhaustion"`
	EmptyInSeconds  *int64     `json:"empty_in_seconds"`
}

type level string

const (
	levelEmpty    level = "empty"
	levelCritical level = "critical"
	levelLow      level = "low"
	levelOK       level = "ok"
	levelUnknown  level = "unknown"
)

type operation struct {
	Method   string       `json:"method"`
	Template string       `json:"template"`
	Total    int64        `json:"total"`
	Failed   int64        `json:"failed"`
	Classes  []classCount `json:"classes"`
}

type classCount struct {
	Class string     `json:"class"`
	Count int64      `json:"count"`
	Error bool       `json:"error"`
	Last  *time.Time `json:"last"`
	Hint  hint       `json:"hint"`

	at *time.Time
}

type hint struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	URL   string `json:"url"`
	Owner string `json:"owner"`
}

func newView(s otelxapi.Stats) view {
	v := view{
		App:        s.App,
		At:         known(s.At),
		Since:      known(s.Since),
		APIVersion: s.Version,
		Budgets:    make([]budget, 0, len(s.Budgets)),
		Calls:      make([]operation, 0, len(s.Calls)),
	}
	for i := range s.Budgets {
		v.Budgets = append(v.Budgets, newBudget(&s.Budgets[i], s.At))
	}
	slices.SortStableFunc(v.Budgets, func(a, b budget) int { return cmp.Compare(a.order(), b.order()) })
	for i := range s.Calls {
		v.Calls = append(v.Calls, newOperation(&s.Calls[i], v.At))
	}
	slices.SortStableFunc(v.Calls, func(a, b operation) int { return cmp.Compare(b.Total, a.Total) })
	return v
}

func newBudget(b *otelxapi.Budget, at time.Time) budget {
	v := budget{
		Method: b.Method, Template: b.Template, Window: b.Window, Scope: b.Scope,
		Remaining:       max(b.Remaining, 0),
		Level:           levelUnknown,
		Reset:           known(b.Reset),
		ResetsInSeconds: until(at, b.Reset),
		Exhaustion:      known(b.Exhaustion),
		EmptyInSeconds:  until(at, b.Exhaustion),
	}
	if b.Limit <= 0 {
		return v
	}
	limit := b.Limit
	v.Limit = &limit
	if v.ResetsInSeconds != nil && *v.ResetsInSeconds == 0 {
		v.Remaining, v.Exhaustion, v.EmptyInSeconds = limit, nil, nil
	}
	share := min(float64(v.Remaining)/float64(b.Limit), 1)
	v.ShareLeft = &share
	switch {
	case v.Remaining == 0:
		v.Level, v.Exhaustion, v.EmptyInSeconds = levelEmpty, nil, nil // it is no forecast any more
	case share < criticalShare:
		v.Level = levelCritical
	case share < lowShare:
		v.Level = levelLow
	default:
		v.Level = levelOK
	}
	return v
}

// order puts the emptiest first, and those that are not known last.
func (b budget) order() float64 {
	if b.ShareLeft == nil {
		return 2
	}
	return *b.ShareLeft
}

func newOperation(c *otelxapi.Calls, at *time.Time) operation {
	v := operation{
		Method: c.Method, Template: c.Template, Total: c.Total, Failed: c.Failed,
		Classes: make([]classCount, 0, len(c.Classes)),
	}
	for _, k := range c.Classes {
		h := k.Hint
		if h == (classify.Hint{}) {
			info, _ := classify.Describe(k.Class)
			h = info.Hint
		}
		v.Classes = append(v.Classes, classCount{
			Class: string(k.Class), Count: k.Count, Error: k.Class.IsError(), Last: known(k.Last),
			Hint: hint{h.Title, h.Text, h.URL, string(h.Owner)},
			at:   at,
		})
	}
	return v
}

// known returns t in UTC, cut to seconds, or nil for a zero t and for a year
// that RFC 3339 cannot express: a reset comes from a header, which can hold
// any number.
func known(t time.Time) *time.Time {
	t = t.UTC().Truncate(time.Second)
	if t.IsZero() || t.Year() < 0 || t.Year() > 9999 {
		return nil
	}
	return &t
}

// until returns the whole seconds from at to t, rounded up, 0 when t has
// passed, nil when either is not known.
func until(at, t time.Time) *int64 {
	if known(at) == nil || known(t) == nil {
		return nil
	}
	d := max(t.Sub(at), 0)
	seconds := int64(d / time.Second)
	if d%time.Second > 0 {
		seconds++
	}
	return &seconds
}
