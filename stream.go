package otelxapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/internal/streamwatch"
)

// streamTick is how often at most a stream's metrics are brought up to date.
const streamTick = time.Second

// session is one connection to a stream, from the headers to its end, however
// long that takes. It is the response body that the application reads. The span
// of the call ends with the headers; that of the session is cut into segments,
// each of which is exported when it is over.
type session struct {
	call    *call
	body    io.ReadCloser
	started time.Time
	bounded bool            // a recovery request, whose stream ends by itself
	server  classify.Server // what the headers said, which are the application's now

	mu       sync.Mutex
	watch    streamwatch.Watcher
	counted  streamwatch.Counts // that are in the metrics
	ticked   time.Time
	span     trace.Span // of the segment
	ctx      context.Context
	segment  int
	cut      time.Time     // when the segment began
	waiting  time.Duration // of the segment, in Read
	busy     time.Duration // of the segment, outside Read
	silent   time.Duration // in Read, since the last byte
	turned   time.Time     // when the application entered or left Read
	reading  bool
	stall    *time.Timer
	stalled  bool
	failed   bool        // it stalled or ended in an error
	release  func() bool // stops watching the request's context
	finished bool
}

// isStream reports whether the answer is an endless one: that of a streaming
// operation, or of a path of the kind behind a host of the caller's own.
func (c *call) isStream(res *http.Response) bool {
	if res.StatusCode != http.StatusOK || res.Body == nil || res.Body == http.NoBody {
		return false
	}
	if op := c.site.operation; op != nil {
		return op.Streaming
	}
	return c.site.template == "" && c.method == http.MethodGet && endpoint.IsStreamPath(c.path)
}

// stream makes the body of the answer that of a session. c.mu is held.
func (c *call) stream(res *http.Response) {
	s := &session{call: c, body: res.Body, bounded: isRecovery(c.query), server: classify.ParseServer(res.Header, time.Now())}
	if res.Header.Get("Content-Encoding") != "" {
		return // a compressed stream has no lines to see
	}
	c.session, res.Body = s, s
}

// isRecovery reports whether the request asks for a stretch of the past, whose
// stream ends when it is delivered.
func isRecovery(query string) bool {
	q, err := url.ParseQuery(query)
	return err == nil && (q.Has("end_time") || q.Has("endTime"))
}

// begin ends the span of the call, so that it is exported while the stream
// lives, and starts the first segment.
func (s *session) begin() {
	s.call.End()
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started, s.ticked, s.turned = now, now, now
	s.watch.Start(now)
	last := s.call.site.connection.begin()
	s.startSegment(now, last)
	s.call.config.instruments.streams.opened(s, last, now)
	s.stall = time.AfterFunc(s.call.config.streamStall, s.look)
	if s.call.Done() != nil {
		s.release = context.AfterFunc(s.call.Context, func() { s.finish(s.call.Err()) })
	}
}

// startSegment starts the span of a segment, as the root of a trace of its own:
// a trace that goes on for weeks is of no use. It is linked to the span of the
// call and to what came before it. s.mu is held.
func (s *session) startSegment(now time.Time, before connection) {
	c := s.call
	kvs := append(make([]attribute.KeyValue, 0, 4), StreamSegmentKey.Int(s.segment))
	if c.site.template != "" {
		kvs = append(kvs, URLTemplateKey.String(c.site.template))
	}
	links := []trace.Link{{SpanContext: c.Span.SpanContext()}}
	if before.span.IsValid() {
		links = append(links, trace.Link{SpanContext: before.span})
	}
	if !before.ended.IsZero() {
		gap := now.Sub(before.ended)
		kvs = append(kvs, StreamReconnectGapKey.Float64(gap.Seconds()), StreamBackfillCoversKey.Bool(gap <= backfillMax))
	}
	s.ctx, s.span = c.tracer.Start(context.WithoutCancel(c.Context), streamSpan+c.site.streamName(),
		trace.WithNewRoot(), trace.WithLinks(links...), trace.WithAttributes(kvs...))
	s.cut = now
}

// streamName is the template, or nothing for a path that the table does not
// know.
func (st *site) streamName() string {
	if st.template == "" {
		return ""
	}
	return " " + st.template
}

// errClosed stands for the application's Close.
var errClosed = errors.New("otelxapi: closed by the application")

// Read reads from the base's body and watches what comes by.
func (s *session) Read(p []byte) (int, error) {
	s.turn(true)
	n, err := s.body.Read(p)
	s.see(p[:min(max(n, 0), len(p))])
	if err != nil {
		s.finish(err)
	}
	return n, err
}

// Close closes the base's body. The session ends first, since closing can
// block.
func (s *session) Close() error {
	s.finish(errClosed)
	return s.body.Close()
}

// turn notes that the application enters or leaves Read.
func (s *session) turn(reading bool) {
	s.mu.Lock()
	s.turnAt(time.Now(), reading)
	s.mu.Unlock()
}

func (s *session) turnAt(now time.Time, reading bool) {
	if spent := now.Sub(s.turned); s.reading {
		s.waiting += spent
		s.silent += spent
	} else {
		s.busy += spent
	}
	s.turned, s.reading = now, reading
}

// see takes what a Read returned.
func (s *session) see(p []byte) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turnAt(now, false)
	if len(p) == 0 || s.finished {
		return
	}
	s.watch.Feed(p, now)
	s.silent = 0
	if s.stalled {
		s.stalled = false
		s.call.judge(nil)
		s.stall.Reset(s.call.config.streamStall)
	}
	if now.Sub(s.ticked) >= streamTick {
		s.tick(now)
	}
}

// tick brings the metrics up to date, and cuts the span when its time is over.
// s.mu is held.
func (s *session) tick(now time.Time) {
	total := s.watch.Total()
	s.call.config.instruments.streams.seen(s, s.counted, total)
	s.counted, s.ticked = total, now
	if now.Sub(s.cut) >= s.call.config.streamSegment && !s.finished {
		s.nextSegment(now)
	}
}

// nextSegment ends the segment, so that it is exported, and begins the next,
// unless the whole session is to be one. s.mu is held.
func (s *session) nextSegment(now time.Time) {
	if s.call.config.streamSegment == 0 {
		return
	}
	before := connection{span: s.span.SpanContext()}
	s.endSegment(now)
	s.segment++
	s.startSegment(now, before)
}

// endSegment writes what the segment saw and ends its span. s.mu is held.
func (s *session) endSegment(now time.Time) {
	seen := s.watch.Take()
	s.call.config.instruments.streams.cut(s, &seen)
	kvs := append(s.call.site.operationAttributes(),
		StreamMessagesKey.Int64(seen.Posts), StreamKeepAlivesKey.Int64(seen.KeepAlives), StreamBytesKey.Int64(seen.Bytes),
		StreamGapKey.Float64(seen.LargestGap.Seconds()), StreamBusyKey.Float64(s.busyShare(now)))
	if op := s.call.site.operation; op != nil {
		kvs = append(kvs, OperationKey.String(op.ID))
	}
	if usd := s.price(seen.Posts); usd > 0 {
		kvs = append(kvs, CostEstimatedKey.Float64(usd))
	}
	if seen.Partial > 0 {
		kvs = append(kvs, StreamPartialKey.Int64(seen.Partial))
	}
	if seen.Lag.Count > 0 {
		kvs = append(kvs, StreamLagP50Key.Float64(seen.Lag.Quantile(0.5).Seconds()), StreamLagP99Key.Float64(seen.Lag.Quantile(0.99).Seconds()))
	}
	s.span.SetAttributes(kvs...)
	s.span.End()
	s.waiting, s.busy = 0, 0
}

// silence is how long the application, if it is in Read, has waited for a byte.
// What it spends outside says nothing of the connection: bytes may be there. s.mu
// is held.
func (s *session) silence(now time.Time) time.Duration {
	s.turnAt(now, s.reading)
	if !s.reading {
		return 0
	}
	return s.silent
}

// busyShare is the share of the segment's time that the application spent
// outside Read, from 0 to 1. Near 1, X's buffer for the connection fills up.
// s.mu is held.
func (s *session) busyShare(now time.Time) float64 {
	s.turnAt(now, s.reading)
	if all := s.busy + s.waiting; all > 0 {
		return s.busy.Seconds() / all.Seconds()
	}
	return 0
}
