package budget

import (
	"slices"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

// Reading is a limit at a moment. A value whose Has is false is absent.
type Reading struct {
	Key
	// RateLimit has the limit, the remainder and the reset, which is absent
	// when the window has passed. Remaining is never above a known Limit.
	classify.RateLimit
	// ResetIn is the time to the reset, above 0, if HasReset.
	ResetIn time.Duration
	// ExhaustionIn is when nothing will remain at the recent pace, if
	// Exhausts. It is less than ResetIn.
	ExhaustionIn time.Duration
	Exhausts     bool
}

// Share returns the share of the limit that remains, from 0 to 1, and false if
// it is unknown.
func (r Reading) Share() (float64, bool) {
	if !r.HasLimit || !r.HasRemaining {
		return 0, false
	}
	return float64(r.Remaining) / float64(r.Limit), true
}

// Snapshot returns what is known at a moment, sorted by template, method, kind
// and scope. It does not hold up answers.
func (s *Store) Snapshot(now time.Time) []Reading {
	t := s.clock.now(now)
	s.mu.Lock()
	readings := make([]Reading, 0, len(s.records))
	for k, r := range s.records {
		if reading, ok := r.read(k, t); ok {
			readings = append(readings, reading)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(readings, func(a, b Reading) int { return a.Key.compare(b.Key) })
	return readings
}

func (r *record) read(k Key, now int64) (Reading, bool) {
	st := unpack(r.word.Load(), r.birth)
	length := k.Kind.Length()
	reading := Reading{Key: k}
	switch {
	case st.live(now, length):
		reading.Reset, reading.HasReset = st.reset, true
		reading.ResetIn = st.resetIn(now)
		if k.Scope != endpoint.ScopeUser {
			reading.ExhaustionIn, reading.Exhausts = r.exhaustion(st, now, length)
		}
	case st.passed(now) && st.limit > 0 && k.Scope != endpoint.ScopeUser:
		st.remaining = st.limit
	default:
		return reading, false
	}
	reading.Limit, reading.HasLimit = st.limit, st.limit > 0
	reading.Remaining, reading.HasRemaining = max(st.remaining, 0), st.remaining >= 0
	return reading, true
}

// exhaustion returns when a window under way will be empty at the recent pace.
// It reports false if the reset comes first.
func (r *record) exhaustion(st state, now int64, length time.Duration) (time.Duration, bool) {
	if st.remaining <= 0 {
		return 0, st.remaining == 0
	}
	resetIn := st.resetIn(now)
	rate := r.pace.rate(now-r.birth*1000, horizon(resetIn, length))
	seconds := float64(st.remaining) / rate // +Inf without a pace
	if !(seconds < resetIn.Seconds()) {
		return 0, false
	}
	return min(time.Duration(seconds*float64(time.Second)), resetIn-1), true
}
