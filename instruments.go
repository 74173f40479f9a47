package otelxapi

import (
	"context"
	"errors"
	"math"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/internal/budget"
)

// instruments are the metrics of this library's own, of one meter provider and
// one app. Transports share them: rate limits are the app's, and a gauge that
// two transports observe would have two values.
type instruments struct {
	app        []attribute.KeyValue
	resources  totals
	cost       metric.Float64Counter
	problems   metric.Int64Counter
	mismatches metric.Int64Counter
	resends    metric.Int64Counter
	unknown    metric.Int64Counter
	server     metric.Float64Histogram
	shares     metric.Float64Histogram
	budgets    *budget.Store
	streams    *streams
	version    atomic.Pointer[string] // that X answered with last
	skew       atomic.Int64           // of the clock at the last answer, in ns; noSkew before it
}

// noSkew is a skew that no clock can have.
const noSkew = math.MinInt64

// maxBudgets bounds the rate limits that are kept: an operation of X's has four
// at most.
const maxBudgets = 1024

func newInstruments(m metric.Meter, app []attribute.KeyValue) *instruments {
	in := &instruments{app: app, budgets: budget.New(maxBudgets)}
	in.skew.Store(noSkew)
	b := builder{meter: m}
	in.cost = b.floatCounter(metricCost, "{USD}", "Estimated cost of calls by list price; an upper bound for reads.")
	in.problems = b.counter(metricProblems, "{problem}", "Calls that failed, and errors inside successes.")
	in.mismatches = b.counter(metricMismatches, "{request}", "Requests whose kind of authentication X does not document for the operation.")
	in.resends = b.counter(metricResends, "{request}", "Requests that were sent before: redirects and declared retries.")
	in.unknown = b.counter(metricUnknown, "{request}", "Requests to endpoints that are not in the table.")
	in.server = b.histogram(metricServer, "s", "How long X worked on answers by its own account.",
		0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10) // as the HTTP conventions have it
	in.shares = b.histogram(metricShare, "1", "Share of a user's rate limit that is left after a call.",
		0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
	in.streams = newStreams(&b)
	b.observe(in)
	if b.err != nil {
		otel.Handle(b.err)
	}
	return in
}

// enabled reports whether anybody wants metrics.
func (in *instruments) enabled(ctx context.Context) bool { return in.problems.Enabled(ctx) }

// observe registers what is read at collection: gauges, so that a window that
// has passed by then is not reported as it was, and totals.
func (b *builder) observe(in *instruments) {
	resources := b.total(metricResources, "{resource}", "Resources that X returned, which is what X bills reads by.")
	b.read(resources, func(o metric.Observer) { in.resources.observe(o, resources) })

	limit := b.gauge(metricLimit, "{request}", "Size of a rate limit's window.")
	b.read(limit, in.eachBudget(func(o metric.Observer, r *budget.Reading, at metric.ObserveOption) {
		if r.HasLimit {
			o.ObserveInt64(limit, r.Limit, at)
		}
	}))
	remaining := b.gauge(metricRemaining, "{request}", "Requests that are left in a rate limit's window; of users, in that with the lowest share.")
	b.read(remaining, in.eachBudget(func(o metric.Observer, r *budget.Reading, at metric.ObserveOption) {
		if r.HasRemaining {
			o.ObserveInt64(remaining, r.Remaining, at)
		}
	}))
	resetIn := b.floatGauge(metricResetIn, "s", "Time until a rate limit's window resets.")
	b.read(resetIn, in.eachBudget(func(o metric.Observer, r *budget.Reading, at metric.ObserveOption) {
		if r.HasReset {
			o.ObserveFloat64(resetIn, r.ResetIn.Seconds(), at)
		}
	}))
	exhaustionIn := b.floatGauge(metricExhaustionIn, "s", "Time until a rate limit's window is empty at the recent pace; absent when it resets before.")
	b.read(exhaustionIn, in.eachBudget(func(o metric.Observer, r *budget.Reading, at metric.ObserveOption) {
		if r.Exhausts {
			o.ObserveFloat64(exhaustionIn, r.ExhaustionIn.Seconds(), at)
		}
	}))

	version := b.gauge(metricVersion, "{version}", "The API version that X answered with last, next to that of the table of endpoints; always 1.")
	b.read(version, func(o metric.Observer) {
		if v := in.version.Load(); v != nil {
			o.ObserveInt64(version, 1, metric.WithAttributes(in.with(
				VersionKey.String(*v), VersionTableKey.String(endpoint.SpecVersion))...))
		}
	})
	skew := b.floatGauge(metricSkew, "s", "This machine's clock minus X's, at the last answer that had a date.")
	b.read(skew, func(o metric.Observer) {
		if d := in.skew.Load(); d != noSkew {
			o.ObserveFloat64(skew, time.Duration(d).Seconds(), metric.WithAttributes(in.app...))
		}
	})

	gap := b.floatGauge(metricStreamGap, "s", "Time without a byte of an open stream while the application waits for them; of several, the longest.")
	b.read(gap, func(o metric.Observer) {
		in.streams.observe(o, gap, func(s *session, now time.Time) float64 { return s.silence(now).Seconds() })
	})
	busy := b.floatGauge(metricStreamBusy, "1", "Share of time that the application spends outside Read; near 1, a full-buffer disconnect is coming.")
	b.read(busy, func(o metric.Observer) { in.streams.observe(o, busy, (*session).busyShare) })
}

// eachBudget returns what reports something of each rate limit as it is at
// collection.
func (in *instruments) eachBudget(report func(metric.Observer, *budget.Reading, metric.ObserveOption)) func(metric.Observer) {
	return func(o metric.Observer) {
		for _, r := range in.budgets.Snapshot(time.Now()) {
			report(o, &r, metric.WithAttributeSet(attribute.NewSet(in.with(windowAttributes(r.Key)...)...)))
		}
	}
}

// with returns attributes of a metric together with the app's name.
func (in *instruments) with(kvs ...attribute.KeyValue) []attribute.KeyValue {
	return append(kvs, in.app...)
}

func windowAttributes(k budget.Key) []attribute.KeyValue {
	return append(make([]attribute.KeyValue, 0, 5),
		RequestMethodKey.String(k.Method), URLTemplateKey.String(k.Template),
		RateLimitWindowKey.String(string(k.Kind)), RateLimitScopeKey.String(string(k.Scope)))
}

// builder makes instruments and keeps the errors.
type builder struct {
	meter metric.Meter
	err   error
}

func (b *builder) keep(err error) { b.err = errors.Join(b.err, err) }

// read has an instrument reported at collection. Each has a callback of its own:
// a meter that refuses one instrument, for a view that does not fit it, can
// refuse every other of the callback as well.
func (b *builder) read(i metric.Observable, report func(metric.Observer)) {
	if i == nil {
		return // was refused
	}
	_, err := b.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		report(o)
		return nil
	}, i)
	b.keep(err)
}

func (b *builder) counter(name, unit, what string) metric.Int64Counter {
	c, err := b.meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(what))
	b.keep(err)
	return c
}

func (b *builder) total(name, unit, what string) metric.Int64ObservableCounter {
	c, err := b.meter.Int64ObservableCounter(name, metric.WithUnit(unit), metric.WithDescription(what))
	b.keep(err)
	return c
}

func (b *builder) floatCounter(name, unit, what string) metric.Float64Counter {
	c, err := b.meter.Float64Counter(name, metric.WithUnit(unit), metric.WithDescription(what))
	b.keep(err)
	return c
}

func (b *builder) histogram(name, unit, what string, bounds ...float64) metric.Float64Histogram {
	h, err := b.meter.Float64Histogram(name, metric.WithUnit(unit), metric.WithDescription(what),
		metric.WithExplicitBucketBoundaries(bounds...))
	b.keep(err)
	return h
}

func (b *builder) gauge(name, unit, what string) metric.Int64ObservableGauge {
	g, err := b.meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(what))
	b.keep(err)
	return g
}

func (b *builder) floatGauge(name, unit, what string) metric.Float64ObservableGauge {
	g, err := b.meter.Float64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(what))
	b.keep(err)
	return g
}

// shared are the instruments of the latest meter providers and apps. A program
// has one or two; one that makes a transport for every user must not register
// gauges for each. maxShared bounds what tests with many providers leave here.
var shared struct {
	mu   sync.Mutex
	list []sharedInstruments
}

const maxShared = 16

type sharedInstruments struct {
	provider metric.MeterProvider
	app      string
	*instruments
}

// instrumentsOf returns the instruments of a provider and an app.
func instrumentsOf(p metric.MeterProvider, app string) *instruments {
	var kvs []attribute.KeyValue
	if app != "" {
		kvs = append(kvs, AppNameKey.String(app))
	}
	if !reflect.TypeOf(p).Comparable() {
		return newInstruments(scopeMeter(p), kvs)
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	for _, s := range shared.list {
		if s.provider == p && s.app == app {
			return s.instruments
		}
	}
	in := newInstruments(scopeMeter(p), kvs)
	if len(shared.list) == maxShared {
		shared.list = append(shared.list[:0:0], shared.list[1:]...)
	}
	shared.list = append(shared.list, sharedInstruments{p, app, in})
	return in
}
