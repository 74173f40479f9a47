package otelxapi

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/internal/budget"
)

// windows are the rate limits of one operation: the 15-minute window of the
// app and of a user, and the two 24-hour windows.
type windows struct {
	app15m, user15m, app24h, user24h limitWindow
}

type limitWindow struct {
	*budget.Window
	key    budget.Key
	shares []metric.RecordOption
}

func (in *instruments) windowsOf(method, template string) (w windows) {
	of := func(kind budget.Kind, scope endpoint.Scope) limitWindow {
		k := budget.Key{Template: template, Method: method, Kind: kind, Scope: scope}
		return limitWindow{in.budgets.Window(k), k, []metric.RecordOption{
			metric.WithAttributeSet(attribute.NewSet(in.with(windowAttributes(k)...)...)),
		}}
	}
	w.app15m = of(budget.Window15m, endpoint.ScopeApp)
	w.user15m = of(budget.Window15m, endpoint.ScopeUser)
	w.app24h = of(budget.App24h, endpoint.ScopeApp)
	w.user24h = of(budget.User24h, endpoint.ScopeUser)
	return w
}

// low is a rate limit that is nearly used up, or will be before it resets.
type low struct {
	window *limitWindow
	limit  classify.RateLimit
	budget.Observation
}

// observeRateLimits tells the budgets what the answer says of them. c.mu is
// held.
func (c *call) observeRateLimits(now time.Time, skew time.Duration, auth classify.Auth, l classify.RateLimits) {
	if c.site.template == "" || !c.config.keeps(c) {
		return
	}
	if skew != 0 {
		c.config.instruments.budgets.Sync(now, now.Add(-skew))
	}
	w := &c.site.windows
	window := &w.app15m
	if budget.Window15m.Scope(auth.Kind) == endpoint.ScopeUser {
		window = &w.user15m
	}
	c.observeRateLimit(window, l.Window, now)
	c.observeRateLimit(&w.app24h, l.App24h, now)
	c.observeRateLimit(&w.user24h, l.User24h, now)
}

func (c *call) observeRateLimit(w *limitWindow, l classify.RateLimit, now time.Time) {
	if !l.HasRemaining && !l.HasLimit {
		return
	}
	o := w.Observe(l, now)
	if o.HasShare && w.key.Scope == endpoint.ScopeUser {
		c.config.instruments.shares.Record(c, o.Share, w.shares...)
	}
	if c.recording && (o.Low(c.config.lowShare) || o.Exhausts) {
		c.low = append(c.low, low{w, l, o})
	}
}

// emitLow warns of a budget that is nearly used up. The event that tells of a
// refusal says as much. c.mu is held.
func (c *call) emitLow() {
	if c.config.events&EventSpan == 0 || c.result != nil && c.result.Class.IsError() {
		return
	}
	for _, l := range c.low {
		kvs := append(make([]attribute.KeyValue, 0, 8),
			RateLimitWindowKey.String(string(l.window.key.Kind)), RateLimitScopeKey.String(string(l.window.key.Scope)))
		if l.limit.HasRemaining {
			kvs = append(kvs, RateLimitRemainingKey.Int64(l.limit.Remaining))
		}
		if l.limit.HasLimit {
			kvs = append(kvs, RateLimitLimitKey.Int64(l.limit.Limit))
		}
		if l.limit.HasReset {
			kvs = append(kvs, RateLimitResetKey.Int64(l.limit.Reset))
		}
		text := "Less than the usual reserve of this rate limit is left. Slow down, or wait for the reset."
		switch {
		case l.HasShare && l.Share == 0:
			text = "This was the last request that this rate limit allows. Wait for the reset."
		case l.Exhausts:
			kvs = append(kvs, RateLimitExhaustionInKey.Float64(l.ExhaustionIn.Seconds()))
			text = "At the recent pace this rate limit is used up before it resets. Space the requests out until the reset."
		}
		c.Span.AddEvent(eventRateLimitLow, trace.WithAttributes(append(kvs, HintTextKey.String(text))...))
	}
}
