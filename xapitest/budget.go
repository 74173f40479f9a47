package xapitest

import (
	"sync"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// budgets counts requests against limits, in windows that start with the
// first request, as X's 15-minute windows do.
type budgets struct {
	mu      sync.Mutex
	windows map[budget]*usage
}

// budget is one limit of one operation, for the app or for one user.
type budget struct {
	route
	endpoint.Limit
	who string
}

type usage struct {
	remaining int
	reset     time.Time
}

// reported is the state of the limits after a request, as headers report it.
type reported struct{ rate, app24h, user24h Window }

const (
	quarter = 15 * time.Minute
	day     = 24 * time.Hour
)

// take counts a request and returns the state of the limits. It counts
// nothing and reports false when a window is empty.
func (b *budgets) take(now time.Time, at route, limits []endpoint.Limit, kind endpoint.AuthKind, who string) (state reported, ok bool) {
	user := kind == endpoint.AuthOAuth1User || kind == endpoint.AuthOAuth2User
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.windows == nil {
		b.windows = map[budget]*usage{}
	}
	type counter struct {
		endpoint.Limit
		*usage
	}
	var counters []counter
	ok = true
	for _, l := range limits {
		key := budget{route: at, Limit: l}
		switch {
		case l.Scope == endpoint.ScopeUser && user:
			key.who = who
		case l.Scope == endpoint.ScopeApp && (!user || l.Window == day):
		default:
			continue // the limit of another kind of token
		}
		u := b.windows[key]
		if u == nil || !now.Before(u.reset) {
			u = &usage{remaining: l.Requests, reset: now.Add(l.Window)}
			b.windows[key] = u
		}
		ok = ok && u.remaining > 0
		counters = append(counters, counter{l, u})
	}
	for _, c := range counters {
		if ok {
			c.remaining--
		}
		state.set(c.Limit, *c.usage, now)
	}
	return state, ok
}

// set enters a limit where X reports it. One-second limits are in no header.
func (r *reported) set(l endpoint.Limit, u usage, now time.Time) {
	w := Window{Limit: l.Requests, Remaining: u.remaining, ResetIn: u.reset.Sub(now)}
	switch {
	case l.Window == quarter:
		r.rate = w
	case l.Window == day && l.Scope == endpoint.ScopeApp:
		r.app24h = w
	case l.Window == day:
		r.user24h = w
	}
}

func (b *budgets) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.windows)
}
