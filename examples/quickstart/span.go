package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

// attributes are those of a span or an event.
type attributes map[attribute.Key]attribute.Value

func newAttributes(kvs []attribute.KeyValue) attributes {
	as := attributes{}
	for _, kv := range kvs {
		as[kv.Key] = kv.Value
	}
	return as
}

// text returns an attribute as text, "" if it is not set.
func (as attributes) text(k attribute.Key) string {
	v, ok := as[k]
	if !ok {
		return ""
	}
	return fmt.Sprint(v.AsInterface())
}

// A span is a span that ended, with its attributes at hand.
type span struct {
	sdktrace.ReadOnlySpan
	attributes
}

func newSpan(s sdktrace.ReadOnlySpan) span { return span{s, newAttributes(s.Attributes())} }

// calls returns the client spans.
func calls(spans []span) []span {
	var cs []span
	for _, s := range spans {
		if s.SpanKind() == trace.SpanKindClient {
			cs = append(cs, s)
		}
	}
	return cs
}

// failed reports whether the span says that the call failed.
func (s span) failed() bool { return s.text(otelxapi.ErrorTypeKey) != "" }

// class returns what the span says that the answer means: the class of the
// failed call, or of a success with errors inside. A call without error and
// without answer was canceled.
func (s span) class() classify.Class {
	if s.failed() {
		return classify.Class(s.text(otelxapi.ErrorTypeKey))
	}
	if class := s.text(otelxapi.ClassKey); class != "" {
		return classify.Class(class)
	}
	if _, answered := s.attributes[otelxapi.StatusCodeKey]; !answered {
		return classify.Canceled
	}
	return classify.OK
}

// verdict returns what the span says of the call.
func (s span) verdict() verdict {
	v := verdict{class: s.class(), failed: s.failed()}
	if p, ok := s.problem(); ok && !v.failed {
		v.problem = classify.Class(p.text(otelxapi.ClassKey))
	}
	return v
}

// An event is one of a span, with its attributes at hand.
type event struct {
	name string
	attributes
}

// low returns what a warning of a rate limit says: how much of which window is
// left, and for how long at the recent pace.
func (e event) low() string {
	text := fmt.Sprintf("%s/%s left of %s", e.text(otelxapi.RateLimitRemainingKey), e.text(otelxapi.RateLimitLimitKey), e.text(otelxapi.RateLimitWindowKey))
	if in := seconds(e.attributes[otelxapi.RateLimitExhaustionInKey]); in > 0 {
		text += ", empty in " + brief(in)
	}
	return text
}

// isProblem tells what went wrong from warnings of what may.
func (e event) isProblem() bool { return e.text(otelxapi.ClassKey) != "" }

// advice returns the events that say what to do: the warnings of rate limits
// that run low, and the first problem.
func (s span) advice() []event {
	var es []event
	seen := false
	for _, raw := range s.Events() {
		e := event{raw.Name, newAttributes(raw.Attributes)}
		if e.text(otelxapi.HintTextKey) == "" || e.isProblem() && seen {
			continue
		}
		seen = seen || e.isProblem()
		es = append(es, e)
	}
	return es
}

// problem returns the event that says what went wrong first, and false if
// nothing did.
func (s span) problem() (event, bool) {
	for _, e := range s.advice() {
		if e.isProblem() {
			return e, true
		}
	}
	return event{}, false
}

// retry returns the verdict and, where it is known, when. The problem in a
// success has a verdict of its own.
func (s span) retry() string {
	problem, _ := s.problem()
	verdict := cmp.Or(s.text(otelxapi.RetryVerdictKey), problem.text(otelxapi.RetryVerdictKey))
	if after, ok := s.attributes[otelxapi.RetryAfterKey]; ok {
		return verdict + " " + brief(seconds(after))
	}
	return verdict
}

// seconds returns the duration that an attribute gives in seconds.
func seconds(v attribute.Value) time.Duration {
	return time.Duration(v.AsFloat64() * float64(time.Second))
}

// A window is one rate limit that the span tells of.
type window struct {
	name             string
	remaining, limit int64
	resetsIn         time.Duration // as of the span's end
}

// window15m is the name of the window that every endpoint has.
const window15m = "15 min"

// windowKeys are the keys of the three windows.
var windowKeys = []struct {
	name                    string
	remaining, limit, reset attribute.Key
}{
	{window15m, otelxapi.RateLimitRemainingKey, otelxapi.RateLimitLimitKey, otelxapi.RateLimitResetKey},
	{"app 24 h", otelxapi.RateLimitApp24hRemainingKey, otelxapi.RateLimitApp24hLimitKey, otelxapi.RateLimitApp24hResetKey},
	{"user 24 h", otelxapi.RateLimitUser24hRemainingKey, otelxapi.RateLimitUser24hLimitKey, otelxapi.RateLimitUser24hResetKey},
}

// windows returns the rate limits that the span tells of, the 15-minute window
// first.
func (s span) windows() []window {
	var ws []window
	for _, k := range windowKeys {
		remaining, ok := s.attributes[k.remaining]
		limit, ok2 := s.attributes[k.limit]
		if !ok || !ok2 {
			continue
		}
		ws = append(ws, window{k.name, remaining.AsInt64(), limit.AsInt64(), s.resetsIn(k.reset)})
	}
	return ws
}

// resetsIn returns how long after the span's end a window resets. X names the
// time by its own clock.
func (s span) resetsIn(k attribute.Key) time.Duration {
	onX := s.EndTime()
	if skew, ok := s.attributes[otelxapi.ClockSkewKey]; ok {
		onX = onX.Add(-seconds(skew))
	}
	return max(time.Unix(s.attributes[k].AsInt64(), 0).Sub(onX), 0)
}

// scarcest returns the window of which the least is left, and false if the
// span tells of none.
func (s span) scarcest() (window, bool) {
	ws := s.windows()
	if len(ws) == 0 {
		return window{}, false
	}
	return slices.MinFunc(ws, func(a, b window) int { return cmp.Compare(a.share(), b.share()) }), true
}

// left returns "remaining/limit".
func (w window) left() string { return fmt.Sprintf("%d/%d", w.remaining, w.limit) }

// share returns the part that is left, from 0 to 1.
func (w window) share() float64 {
	if w.limit <= 0 {
		return 0
	}
	return min(max(float64(w.remaining)/float64(w.limit), 0), 1)
}
