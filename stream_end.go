package otelxapi

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi/classify"
)

const (
	// stallAfter is the silence that is reported by default. X sends a keep-alive at least
	// every 20 seconds, and they do arrive at 20 seconds
	// (docs.x.com/x-api/fundamentals/consuming-streaming-data, 2026-08): two
	// beats and some grace.
	stallAfter = 50 * time.Second

	// backfillMax is the longest gap that backfill_minutes covers
	// (docs.x.com/x-api/fundamentals/recovery-and-redundancy, 2026-08).
	backfillMax = 5 * time.Minute

	// slowShare is the share of time outside Read from which on a stream that
	// breaks off without a word is taken to have been cut for slowness.
	slowShare = 0.9
)

// The reasons why a session ends.
const (
	reasonProblem  = "problem"  // X said why
	reasonEOF      = "eof"      // X ended it without a word
	reasonBroken   = "broken"   // the connection
	reasonTimeout  = "timeout"  // the caller's
	reasonCanceled = "canceled" // by the caller's context
	reasonClosed   = "closed"   // by the application
	reasonComplete = "complete" // all of a recovery request was delivered
)

// look is called when bytes have been missing for a while. It reports a silence
// once, while it lasts, and only if the application waits for bytes: then
// nobody else would notice. It never cuts.
func (s *session) look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.finished || s.stalled {
		return
	}
	now := time.Now()
	silence := s.silence(now)
	if after := s.call.config.streamStall; silence < after {
		s.stall.Reset(after - silence)
		return
	}
	s.stalled = true
	r := s.answered(classify.ResultOf(classify.Stalled))
	s.call.judge(&r)
	s.span.SetAttributes(s.ids()...)
	s.event(eventStreamStalled, &r, StreamGapKey.Float64(silence.Seconds()))
	s.report(&r)
	s.call.config.instruments.streams.stalled(s)
	s.nextSegment(now) // the event is of use only if it is exported now
}

// answered adds to a verdict what is known of the answer that connected.
func (s *session) answered(r classify.Result) classify.Result {
	r.Status, r.Server = http.StatusOK, s.server
	return r
}

// ids are those that X's support finds the connection by.
func (s *session) ids() (kvs []attribute.KeyValue) {
	for _, id := range [...]struct {
		key   attribute.Key
		value string
	}{
		{TransactionIDKey, s.server.TransactionID}, {EdgeRayKey, s.server.EdgeRay}, {VersionKey, s.server.Version},
	} {
		if id.value != "" {
			kvs = append(kvs, id.key.String(id.value))
		}
	}
	return kvs
}

// report logs what went wrong, and counts it for Stats. s.mu is held.
func (s *session) report(r *classify.Result) {
	s.call.log(r)
	if s.call.config.stats {
		s.call.site.tally.fail(r, !s.failed)
	}
	s.failed = true
}

// judge replaces the verdict that ResultOf returns; nil stands for a stream
// that is well. A session locks the call while it is locked itself.
func (c *call) judge(r *classify.Result) {
	c.mu.Lock()
	c.result = r
	c.mu.Unlock()
}

// event writes an event of the stream, with its hint. s.mu is held.
func (s *session) event(name string, r *classify.Result, kvs ...attribute.KeyValue) {
	kvs = append(kvs, ClassKey.String(string(r.Class)), HintTitleKey.String(r.Hint.Title), HintTextKey.String(r.Hint.Text))
	for k, v := range map[attribute.Key]string{
		HintURLKey: r.Hint.URL, HintOwnerKey: string(r.Hint.Owner), RetryVerdictKey: string(r.Retry.Verdict),
	} {
		if v != "" {
			kvs = append(kvs, k.String(v))
		}
	}
	s.call.tell(s.ctx, s.span, name, r.Hint.Title, kvs)
}

// finish ends the session, once, with the error that ended it.
func (s *session) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.finished {
		return
	}
	s.finished = true
	s.stall.Stop()
	if s.release != nil {
		s.release()
	}
	now := time.Now()
	s.turnAt(now, false)
	s.watch.End()
	s.tick(now)
	r, reason, inferred := s.verdict(err)
	r = s.answered(r)
	s.span.SetAttributes(StreamReasonKey.String(reason))
	if s.call.config.isError(r.Class) {
		s.fail(&r, inferred)
	}
	s.endSegment(now)
	lost := now
	if s.stalled {
		lost = now.Add(-s.watch.SinceLast(now)) // what came since is missing too
	}
	s.call.site.connection.end(lost, s.span.SpanContext())
	s.call.config.instruments.streams.closed(s, &r, reason, now)
	s.call.judge(&r)
}

// fail writes why the stream failed. s.mu is held.
func (s *session) fail(r *classify.Result, inferred bool) {
	kvs := []attribute.KeyValue{ErrorTypeKey.String(string(r.Class)), RetryVerdictKey.String(string(r.Retry.Verdict))}
	if after, ok := r.Retry.After(time.Now()); ok {
		kvs = append(kvs, RetryAfterKey.Float64(after.Seconds()))
	}
	if inferred {
		kvs = append(kvs, StreamInferredKey.Bool(true))
	}
	if len(r.Problems) > 0 {
		p := &r.Problems[0]
		kvs = append(kvs, ProblemTypeKey.String(p.Type))
		if d := identifier(p.DisconnectType); d != "" {
			kvs = append(kvs, ProblemDisconnectTypeKey.String(d))
		}
	}
	s.span.SetAttributes(append(kvs, s.ids()...)...)
	s.span.SetStatus(codes.Error, r.Hint.Title)
	s.event(eventStreamEnded, r)
	if r.Class != classify.Stalled { // that was reported when it began
		s.report(r)
	}
}

// verdict says why the stream ended, and whether that is inferred. s.mu is held.
func (s *session) verdict(err error) (r classify.Result, reason string, inferred bool) {
	if p, ok := s.watch.Problem(); ok && !errors.Is(err, errClosed) {
		return p, reasonProblem, false
	}
	switch {
	case errors.Is(err, errClosed):
		return s.givenUp(), reasonClosed, false
	case isEOF(err) && s.bounded:
		return classify.ResultOf(classify.OK), reasonComplete, false
	case isEOF(err):
		r, reason = classify.ResultOf(classify.StreamDisconnected), reasonEOF
	default:
		r, reason = s.call.classifyError(err), reasonBroken
	}
	switch r.Class {
	case classify.Canceled:
		return s.givenUp(), reasonCanceled, false
	case classify.Timeout:
		r.Hint.Text = "A timeout of this program cut the stream: http.Client.Timeout, or a deadline of the request's context, counts the time in which the body is read. Set neither for streams; end them by canceling the context. " + r.Hint.Text
		reason = reasonTimeout
	default:
		if s.busyShare(time.Now()) >= slowShare && s.busy >= s.call.config.streamStall/5 {
			r, inferred = classify.ResultOf(classify.SlowConsumer), true
		}
	}
	if r.Retry.Verdict == classify.VerdictBackoff {
		r.Retry.Verdict = classify.VerdictReconnect
	}
	return r, reason, inferred
}

// givenUp is the verdict on a stream that the application ends. One that is
// silent at the time is as good as lost: whoever ends it did not want it to end.
// s.mu is held.
func (s *session) givenUp() classify.Result {
	if s.stalled {
		return classify.ResultOf(classify.Stalled)
	}
	return classify.ResultOf(classify.Canceled)
}

// connections remembers the last session of a site, so that the next one can be
// linked to it.
type connections struct {
	mu   sync.Mutex
	last connection
}

// connection is a session that ended.
type connection struct {
	span  trace.SpanContext // its last segment
	ended time.Time         // or, in a stall, had its last byte
}

// begin returns the session before the one that begins, and forgets it.
func (c *connections) begin() connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.last
	c.last = connection{}
	return last
}

func (c *connections) end(at time.Time, span trace.SpanContext) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = connection{span, at}
}
