package budget

import (
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// MaxCount is the largest limit and remainder that a record holds. It is far
// above what X documents or sends; the fallback bucket has 40000.
const MaxCount = 1<<countBits - 2

// A state takes one word: limit, remainder plus one, and the reset in seconds
// from the record's birth, of which half a range lies before it.
const (
	countBits = 21
	resetBits = 64 - 2*countBits // 48 days

	// maxAge is when a record is replaced by one that is born anew, so that
	// every reset that counts stays in range.
	maxAge = 1 << (resetBits - 2) // seconds: 12 days

	empty = 0 // nothing observed yet
	dead  = 1 // no longer in the store; no state packs to it, nor to empty
)

// state is what is known of one limit. At least one of limit and remaining is
// known in a state that is kept.
type state struct {
	limit     int64 // 0: unknown
	remaining int64 // -1: unknown
	reset     int64 // X's unix seconds; 0: unknown
}

// nothing is the state before the first observation.
var nothing = state{remaining: -1}

// stateOf reads the headers of an answer. It reports false for what says
// nothing about the limit.
func stateOf(l classify.RateLimit) (state, bool) {
	s := nothing
	if l.Fallback {
		return s, false
	}
	if l.HasLimit && l.Limit > 0 && l.Limit <= MaxCount {
		s.limit = l.Limit
	}
	if l.HasRemaining && l.Remaining >= 0 && l.Remaining <= MaxCount {
		s.remaining = l.Remaining
	}
	if l.HasReset && l.Reset > 0 && l.Reset <= maxMillis/1000 {
		s.reset = l.Reset
	}
	return s.consistent(), s.limit > 0 || s.remaining >= 0
}

// consistent returns s with no more remaining than the limit allows.
func (s state) consistent() state {
	if s.limit > 0 {
		s.remaining = min(s.remaining, s.limit)
	}
	return s
}

// known reports whether anything was ever observed.
func (s state) known() bool { return s.reset != 0 }

// resetIn returns the time to the reset, from now in unix milliseconds.
func (s state) resetIn(now int64) time.Duration {
	return time.Duration(s.reset*1000-now) * time.Millisecond
}

// live reports whether a window of the given length is under way. One that is
// too far ahead is not: a clock was wrong.
func (s state) live(now int64, length time.Duration) bool {
	in := s.resetIn(now)
	return s.known() && in > 0 && in <= length+SkewAllowance
}

// passed reports whether the window has ended no longer than Grace ago.
func (s state) passed(now int64) bool {
	in := s.resetIn(now)
	return s.known() && in <= 0 && in > -Grace
}

// forgotten reports whether the state says nothing any more.
func (s state) forgotten(now int64, length time.Duration) bool {
	return !s.live(now, length) && !s.passed(now)
}

// share returns the share of the limit that remains.
func (s state) share() (float64, bool) {
	if s.limit == 0 || s.remaining < 0 {
		return 0, false
	}
	return float64(s.remaining) / float64(s.limit), true
}

// mean returns the mean pace over a whole window, in requests a second, 0 if it
// is unknown.
func (s state) mean(length time.Duration) float64 {
	if s.limit == 0 || s.remaining < 0 {
		return 0
	}
	return float64(s.limit-s.remaining) / length.Seconds()
}

// following returns the state after an observation in a budget that all
// requests share. Both windows are under way.
func (s state) following(old state) state {
	switch {
	case s.reset > old.reset:
		return s
	case s.reset < old.reset:
		return old
	}
	if s.limit == 0 || old.limit > 0 && old.limit < s.limit {
		s.limit = old.limit
	}
	if s.remaining < 0 || old.remaining >= 0 && old.remaining < s.remaining {
		s.remaining = old.remaining
	}
	return s.consistent()
}

// scarcer reports whether s has less left than old, another budget of the same
// kind. Both windows are under way, and both have a remainder. A known limit
// goes before an unknown one; among equals, the window that lasts longer, then
// the smaller limit.
func (s state) scarcer(old state) bool {
	if (s.limit > 0) != (old.limit > 0) {
		return s.limit > 0
	}
	a, b := s.remaining*max(old.limit, 1), old.remaining*max(s.limit, 1)
	if a != b {
		return a < b
	}
	if s.reset != old.reset {
		return s.reset > old.reset
	}
	return s.limit < old.limit
}

// pack returns the word of a state, for a record born at birth (unix seconds).
// The reset must be within 2*maxAge of it.
func (s state) pack(birth int64) uint64 {
	return uint64(s.limit)<<(countBits+resetBits) | //nolint:gosec // at least 0
		uint64(s.remaining+1)<<resetBits | //nolint:gosec // at least -1
		uint64(s.reset-birth+2*maxAge) //nolint:gosec // within 2*maxAge
}

// unpack returns the state of a word.
func unpack(word uint64, birth int64) state {
	if word == empty || word == dead {
		return nothing
	}
	return state{
		limit:     int64(word >> (countBits + resetBits)),
		remaining: int64(word>>resetBits&(1<<countBits-1)) - 1,
		reset:     int64(word&(1<<resetBits-1)) - 2*maxAge + birth,
	}
}
