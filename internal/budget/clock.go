package budget

import (
	"sync/atomic"
	"time"
)

const (
	// SkewAllowance is how much further away than the length of its window a
	// reset may be: X's clock and ours differ, and X may not send Date.
	SkewAllowance = 5 * time.Minute

	// dateTolerance is what a Date header can be off without any skew: it has
	// whole seconds, and the answer takes time to arrive.
	dateTolerance = 3 * time.Second

	// maxMillis bounds times (the year 3084), so that sums cannot overflow.
	maxMillis = 1 << 45
)

// clock tells X's time.
type clock struct {
	base  time.Time    // when the clock was made, by our clock
	ahead atomic.Int64 // X's clock minus ours, in milliseconds
}

// now returns X's time at a moment of ours, in unix milliseconds.
func (c *clock) now(t time.Time) int64 { return bound(c.local(t) + c.ahead.Load()) }

// local returns our time, in unix milliseconds, by the clock that has gone
// further since the base: the monotonic one stops while the machine sleeps, the
// wall clock can be set back.
func (c *clock) local(t time.Time) int64 {
	return bound(max(bound(t.UnixMilli()), c.base.UnixMilli()+t.Sub(c.base).Milliseconds()))
}

// sync takes X's time at a moment of ours. It writes only when the clocks have
// moved against each other, to leave the cache line of readers alone.
func (c *clock) sync(t, x time.Time) {
	ahead := bound(x.UnixMilli()) - c.local(t)
	if d := ahead - c.ahead.Load(); d > dateTolerance.Milliseconds() || d < -dateTolerance.Milliseconds() {
		c.ahead.Store(ahead)
	}
}

func bound(millis int64) int64 { return min(max(millis, 0), maxMillis) }
