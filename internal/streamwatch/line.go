package streamwatch

import (
	"bytes"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/internal/jsonwalk"
)

// A line is what is known of the line under way, and where in it the next byte
// is. The rest of it is zero while state is starting.
type line struct {
	state   state
	place   place
	key     name
	value   bool // a colon came, and no comma after it
	assumed bool // depth holds if what was found is at the top level
	object  bool // the document is an object
	member  bool // which has a member
	hasData bool
	partial bool
	legacy  bool // it is an object with an id_str
	at      jsonwalk.Walker
	items   int      // the posts of an array
	hasID   bool     // of the post under way
	created int64    // of the post under way, in Unix milliseconds; 0 if not known
	date    [32]byte // its created_at
	dateLen uint8
	last    byte   // the last byte of the chunk before that is not blank
	word    window // the last bytes of a string or a search that began in a chunk before
}

// complete reports whether the document may have ended. Behind the id its depth
// is not known.
func (l *line) complete() bool {
	return l.state == ended || (l.state != tracking && l.last == '}')
}

// undecided reports whether the line may yet turn out to be a problem.
func (l *line) undecided() bool { return l.object && !l.hasData && !l.legacy }

// hold keeps what is needed of the last, unfinished line of a chunk.
func (w *Watcher) hold(p []byte) {
	if t := bytes.TrimRight(p, blanks); len(t) > 0 {
		w.line.last = t[len(t)-1]
	}
	if !w.line.undecided() {
		w.release()
		return
	}
	if len(w.held) == 0 {
		p = bytes.TrimLeft(p, blanks)
	}
	w.keep(p)
}

// keep adds to what is held, in at most two allocations.
func (w *Watcher) keep(p []byte) {
	p = p[:min(len(p), MaxLine-len(w.held))]
	if n := len(w.held) + len(p); n > cap(w.held) {
		size := idleHold
		if n > idleHold {
			size = MaxLine
		}
		w.held = append(make([]byte, 0, size), w.held...)
	}
	w.held = append(w.held, p...)
}

func (w *Watcher) release() {
	if w.held = w.held[:0]; cap(w.held) > idleHold {
		w.held = nil
	}
}

// endLine counts a line. P is what came of it with the last chunk.
func (w *Watcher) endLine(p []byte) {
	l, s := &w.line, &w.segment
	if l.state == starting {
		s.KeepAlives++
		l.last = 0
		return
	}
	switch {
	case l.hasData, l.legacy:
		w.addPost()
		if l.partial {
			s.Partial++
		}
	case l.items > 0: // counted as they ended
	case l.object && !l.member && l.state == ended:
		s.KeepAlives++
	case l.object && w.isProblem(p):
		s.Problems++
	default:
		s.Other++
	}
	w.release()
	*l = line{}
}

// isProblem classifies the line under way, whose last bytes are in p.
func (w *Watcher) isProblem(p []byte) bool {
	if len(w.held) == 0 {
		p = bytes.TrimLeft(p, blanks)
		p = p[:min(len(p), MaxLine)]
	} else {
		w.keep(p)
		p = w.held
	}
	r, ok := classify.StreamLine(p)
	if ok {
		problem := r // so that r of other lines need not be allocated
		w.problem = &problem
	}
	return ok
}

// addPost counts a post that is complete.
func (w *Watcher) addPost() {
	l, s := &w.line, &w.segment
	s.Posts++
	created := l.created
	if !l.hasID && l.dateLen > 0 {
		var t time.Time
		if t.UnmarshalText(l.date[:l.dateLen]) == nil {
			created = t.UnixMilli()
		}
	}
	l.hasID, l.created, l.dateLen = false, 0, 0
	if created == 0 {
		return
	}
	if w.lag == nil {
		w.lag = new(Histogram)
	}
	w.lag.add(time.Duration(max(0, w.last.UnixMilli()-created)) * time.Millisecond)
	if t := time.UnixMilli(created); t.After(s.Newest) {
		s.Newest = t
	}
}

// The epoch of X's snowflakes, in Unix milliseconds, and how many bits of an id
// are below its time (github.com/twitter-archive/snowflake, 2010).
const (
	snowflakeEpoch = 1288834974657
	snowflakeShift = 22
)

// minSnowflake is the least id that is taken for a snowflake: it is twelve days
// younger than the epoch, and longer than other numbers that X uses as ids.
const minSnowflake = 1 << 52

// createdAt returns when the thing with this id was created, in Unix
// milliseconds, and 0 if the id is no snowflake.
func createdAt(id []byte) int64 {
	if len(id) > 19 { // digits of the largest
		return 0
	}
	n := uint64(0)
	for _, c := range id {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + uint64(c-'0')
	}
	if n < minSnowflake || n >= 1<<63 {
		return 0
	}
	return int64(n>>snowflakeShift) + snowflakeEpoch
}
