package otelxapi

import (
	"sync"
	"time"
	"weak"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/internal/streamwatch"
)

// streams are the metrics of streams.
type streams struct {
	active      metric.Int64UpDownCounter
	messages    metric.Int64Counter
	keepAlives  metric.Int64Counter
	bytes       metric.Int64Counter
	lag         metric.Float64Histogram
	duration    metric.Float64Histogram
	disconnects metric.Int64Counter
	stalls      metric.Int64Counter
	reconnects  metric.Float64Histogram

	mu   sync.Mutex
	open map[weak.Pointer[session]]struct{} // a session that nobody closes must not live on here
}

func newStreams(b *builder) *streams {
	st := &streams{open: map[weak.Pointer[session]]struct{}{}}
	st.active = b.upDownCounter(metricStreamActive, "{stream}", "Streams that are open.")
	st.messages = b.counter(metricStreamMessages, "{message}", "Posts, or what else a stream carries as data.")
	st.keepAlives = b.counter(metricStreamKeepAlives, "{keepalive}", "Keep-alives of streams.")
	st.bytes = b.counter(metricStreamIO, "By", "Bytes of streams that the application read.")
	st.lag = b.histogram(metricStreamLag, "s", "Median age of the posts of a segment when they were read.",
		0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
	st.duration = b.histogram(metricStreamDuration, "s", "Time from the headers of a stream to its end.",
		1, 5, 15, 60, 300, 900, 3600, 4*3600, 12*3600, 24*3600, 72*3600, 168*3600)
	st.disconnects = b.counter(metricStreamDisconnects, "{disconnect}", "Ends of streams.")
	st.stalls = b.counter(metricStreamStalls, "{stall}", "Silences that were longer than two keep-alives and grace.")
	st.reconnects = b.histogram(metricStreamReconnect, "s", "Time without a connection between two sessions of a stream.",
		0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
	return st
}

// observe reports what is said of each stream, by operation; of several streams,
// whatever transports they are of, the worst.
func (st *streams) observe(o metric.Observer, gauge metric.Float64Observable, of func(*session, time.Time) float64) {
	now := time.Now()
	worst := map[attribute.Distinct]float64{}
	at := map[attribute.Distinct]metric.ObserveOption{}
	for _, s := range st.sessions() {
		set := attribute.NewSet(s.call.site.operationAttributes()...)
		k := set.Equivalent()
		s.mu.Lock()
		if !s.finished {
			worst[k] = max(worst[k], of(s, now))
			at[k] = metric.WithAttributeSet(set)
		}
		s.mu.Unlock()
	}
	for k, v := range worst {
		o.ObserveFloat64(gauge, v, at[k])
	}
}

// sessions returns the streams that are open. A session locks st while it is
// locked itself, so that st must be free before anybody locks a session.
func (st *streams) sessions() []*session {
	st.mu.Lock()
	defer st.mu.Unlock()
	open := make([]*session, 0, len(st.open))
	for w := range st.open {
		if s := w.Value(); s != nil {
			open = append(open, s)
		} else {
			delete(st.open, w)
		}
	}
	return open
}

func (st *streams) opened(s *session, last connection, now time.Time) {
	ctx, site := s.ctx, s.call.site
	st.active.Add(ctx, 1, site.counts...)
	if !last.ended.IsZero() {
		st.reconnects.Record(ctx, now.Sub(last.ended).Seconds(), metric.WithAttributes(site.operationAttributes()...))
	}
	st.mu.Lock()
	st.open[weak.Make(s)] = struct{}{}
	st.mu.Unlock()
}

// seen counts what came since the last time.
func (st *streams) seen(s *session, before, after streamwatch.Counts) {
	opts := s.call.site.counts
	st.messages.Add(s.ctx, after.Posts-before.Posts, opts...)
	s.bill(after.Posts - before.Posts)
	st.keepAlives.Add(s.ctx, after.KeepAlives-before.KeepAlives, opts...)
	st.bytes.Add(s.ctx, after.Bytes-before.Bytes, opts...)
}

// cut records what is known of a segment when it is over.
func (st *streams) cut(s *session, seen *streamwatch.Segment) {
	if seen.Lag.Count > 0 {
		st.lag.Record(s.ctx, seen.Lag.Quantile(0.5).Seconds(), metric.WithAttributes(s.call.site.operationAttributes()...))
	}
}

func (st *streams) stalled(s *session) { st.stalls.Add(s.ctx, 1, s.call.site.counts...) }

func (st *streams) closed(s *session, r *classify.Result, reason string, now time.Time) {
	ctx, site := s.ctx, s.call.site
	kvs := append(site.operationAttributes(), StreamReasonKey.String(reason))
	if s.call.config.isError(r.Class) {
		kvs = append(kvs, ErrorTypeKey.String(string(r.Class)))
	}
	at := metric.WithAttributeSet(attribute.NewSet(kvs...))
	st.active.Add(ctx, -1, site.counts...)
	st.disconnects.Add(ctx, 1, at)
	st.duration.Record(ctx, now.Sub(s.started).Seconds(), at)
	st.mu.Lock()
	delete(st.open, weak.Make(s))
	st.mu.Unlock()
}

func (b *builder) upDownCounter(name, unit, what string) metric.Int64UpDownCounter {
	c, err := b.meter.Int64UpDownCounter(name, metric.WithUnit(unit), metric.WithDescription(what))
	b.keep(err)
	return c
}
