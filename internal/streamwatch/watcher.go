package streamwatch

import (
	"bytes"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// MaxLine is how many bytes of a line are kept to be classified. X's problems
// have less than 1 KiB.
const MaxLine = 2 << 10

// idleHold is how many bytes of such a line stay allocated for the next.
const idleHold = 128

// A Watcher watches one stream. Its zero value is ready. It is not safe for
// concurrent use. It takes less than 1 KiB, half of it from the first post on
// until a segment has none, and no more than [MaxLine] bytes beside that, while
// a line without data is under way. Posts and keep-alives cost no allocation.
type Watcher struct {
	segment passing
	lag     *Histogram // of the segment; nil as long as no post came
	total   Counts
	last    time.Time // when the last byte came, or when Start was called
	problem *classify.Result
	line    line
	held    []byte // the beginning of the line under way, while it has no data
}

// passing is a [Segment] under way, but for its lag.
type passing struct {
	Counts

	LargestGap time.Duration
	Newest     time.Time
}

// Counts says how many lines of each kind came. What belongs to which is in the
// documentation of the package.
type Counts struct {
	Bytes      int64 // line ends included
	Posts      int64 // posts, or what else the stream carries as data
	Partial    int64 // those of Posts that had errors
	KeepAlives int64
	Problems   int64 // posts are never counted here
	Other      int64
}

func (c *Counts) add(d Counts) {
	c.Bytes += d.Bytes
	c.Posts += d.Posts
	c.Partial += d.Partial
	c.KeepAlives += d.KeepAlives
	c.Problems += d.Problems
	c.Other += d.Other
}

// A Segment is what came between two calls of [Watcher.Take].
type Segment struct {
	Counts

	// LargestGap is the longest time without a byte. A gap belongs to the
	// segment in which it ended.
	LargestGap time.Duration
	// Lag holds how old the posts were, for those whose age is known.
	Lag Histogram
	// Newest is when the newest of these posts was created, zero if there is
	// none. It is where a recovery after a disconnect would begin.
	Newest time.Time
}

// Start sets the time from which the first gap counts, which is when the
// headers came. Without it, the first gap begins with the first byte.
func (w *Watcher) Start(now time.Time) { w.last = now }

// Feed takes the bytes of one Read, which arrived at now. It keeps no reference
// to p.
func (w *Watcher) Feed(p []byte, now time.Time) {
	if len(p) == 0 {
		return
	}
	w.segment.LargestGap = max(w.segment.LargestGap, w.SinceLast(now))
	w.segment.Bytes += int64(len(p))
	w.last = now
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			w.scan(p)
			w.hold(p)
			return
		}
		w.scan(p[:end])
		w.endLine(p[:end])
		p = p[end+1:]
	}
}

// End takes the end of the stream. A last line without a line end counts if it
// is complete, or a problem; one that was cut is other.
func (w *Watcher) End() {
	if w.line.state == starting {
		return // a line end may be missing half of itself
	}
	if (w.line.hasData || w.line.legacy) && !w.line.complete() {
		w.line = line{state: ignoring}
	}
	w.endLine(nil)
}

// SinceLast returns how long no byte has come, or how long the stream has been
// waited for after [Watcher.Start]. It is never negative, and 0 before either.
func (w *Watcher) SinceLast(now time.Time) time.Duration {
	if w.last.IsZero() {
		return 0
	}
	return max(0, now.Sub(w.last))
}

// Problem returns the last problem of the stream, and false if there was none.
func (w *Watcher) Problem() (classify.Result, bool) {
	if w.problem == nil {
		return classify.Result{}, false
	}
	return *w.problem, true
}

// Take returns what came since the last call, or since the beginning, and
// starts anew.
func (w *Watcher) Take() Segment {
	s := Segment{Counts: w.segment.Counts, LargestGap: w.segment.LargestGap, Newest: w.segment.Newest}
	switch {
	case w.lag == nil:
	case w.lag.Count == 0:
		w.lag = nil
	default:
		s.Lag, *w.lag = *w.lag, Histogram{}
	}
	w.total.add(s.Counts)
	w.segment = passing{}
	return s
}

// Total returns what came since the beginning.
func (w *Watcher) Total() Counts {
	c := w.total
	c.add(w.segment.Counts)
	return c
}
