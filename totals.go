package otelxapi

import (
	"slices"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// totals are the points of a counter that is read at collection: adding to one
// costs next to nothing, where a counter of the SDK looks at its attributes each
// time. For what nearly every call counts.
type totals struct {
	mu  sync.Mutex
	all []*total
}

// total is the number at one point.
type total struct {
	atomic.Int64

	set attribute.Set
	at  metric.ObserveOption
}

// of returns the total at these attributes, the same one whoever asks. They are
// from bounded tables.
func (t *totals) of(kvs ...attribute.KeyValue) *total {
	set := attribute.NewSet(kvs...)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, known := range t.all {
		if known.set.Equals(&set) {
			return known
		}
	}
	made := &total{set: set, at: metric.WithAttributeSet(set)}
	t.all = append(t.all, made)
	return made
}

// observe reports all totals as those of c.
func (t *totals) observe(o metric.Observer, c metric.Int64Observable) {
	t.mu.Lock()
	all := slices.Clone(t.all)
	t.mu.Unlock()
	for _, known := range all {
		o.ObserveInt64(c, known.Load(), known.at)
	}
}
