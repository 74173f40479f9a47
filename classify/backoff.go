package classify

import (
	"encoding/json"
	"math"
	"time"
)

// Backoff is a way to space attempts, as X documents it for the case at hand
// (docs.x.com, "Handling disconnections", 2026-08).
type Backoff struct {
	Kind    BackoffKind
	Initial time.Duration // delay before the first repetition
	Max     time.Duration // longest delay; 0 means no bound is documented
}

// BackoffKind says how the delay grows from one attempt to the next.
type BackoffKind string

// The kinds of back-off.
const (
	BackoffNone        BackoffKind = ""
	BackoffLinear      BackoffKind = "linear"      // grows by Initial each time
	BackoffExponential BackoffKind = "exponential" // doubles each time
)

// Delay returns how long to wait before a repetition, without jitter. Attempt 1
// is the first repetition; a smaller attempt counts as 1. The result is never
// negative and never above Max, if Max is set. It is 0 for BackoffNone.
func (b Backoff) Delay(attempt int) time.Duration {
	if b.Kind == BackoffNone || b.Initial <= 0 {
		return 0
	}
	limit := time.Duration(math.MaxInt64)
	if b.Max > 0 {
		limit = b.Max
	}
	n := int64(max(attempt, 1))
	switch b.Kind {
	case BackoffLinear:
		if n > int64(limit/b.Initial) {
			return limit
		}
		return time.Duration(n) * b.Initial
	case BackoffExponential:
		d := min(b.Initial, limit)
		for ; n > 1 && d < limit; n-- {
			if d > limit/2 {
				return limit
			}
			d *= 2
		}
		return d
	}
	return 0
}

// After returns how long to wait from now before the request is sent again,
// never less than 0. It reports false if the time is unknown or if there is
// nothing to repeat. Without an At the answer is the first step of Backoff.
func (r Retry) After(now time.Time) (time.Duration, bool) {
	switch r.Verdict {
	case VerdictAfterReset, VerdictBackoff, VerdictReconnect:
	default:
		return 0, false
	}
	if !r.At.IsZero() {
		return max(r.At.Sub(now), 0), true
	}
	if r.Backoff.Kind == BackoffNone {
		return 0, false
	}
	return r.Backoff.Delay(1), true
}

// MarshalJSON writes the back-off with its durations in seconds.
func (b Backoff) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Kind    BackoffKind `json:"kind"`
		Initial float64     `json:"initial_seconds"`
		Max     float64     `json:"max_seconds,omitempty"`
	}{b.Kind, b.Initial.Seconds(), b.Max.Seconds()})
}

// The back-offs that X documents for streams in "Handling disconnections".
// They suit plain requests as well.
var (
	// backoffNetwork is for TCP/IP errors: linear, 250 ms more each time, up to 16 s.
	backoffNetwork = Backoff{BackoffLinear, 250 * time.Millisecond, 16 * time.Second}
	// backoffHTTP is for HTTP errors: exponential from 5 s, up to 320 s.
	backoffHTTP = Backoff{BackoffExponential, 5 * time.Second, 320 * time.Second}
	// backoffPace is for a 429 without a usable reset: exponential from one
	// minute. X names no bound.
	backoffPace = Backoff{BackoffExponential, time.Minute, 0}
	// backoffBurst is for the limit of one request a second, which no header
	// shows. X documents no spacing for it: a few seconds are enough.
	backoffBurst = Backoff{BackoffExponential, 2 * time.Second, 16 * time.Second}
)
