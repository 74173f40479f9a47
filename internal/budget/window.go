package budget

import (
	"sync/atomic"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// retry is how long a limit waits after it found the store full.
const retry = time.Minute

// Window is a handle to one limit. It is safe for concurrent use, and stays
// good when the limit is forgotten and comes back.
type Window struct {
	store  *Store
	key    Key
	length time.Duration
	shared bool // by all requests of the scope
	record atomic.Pointer[record]

	refused atomic.Int64 // when the store was full, in X's unix milliseconds
}

// Observation is what an answer says about its own budget: in scope app what
// is known of the shared budget after the answer, in scope user what the
// answer itself says. An answer that does not count says nothing.
type Observation struct {
	// Share is the share of the limit that remains, from 0 to 1, if HasShare.
	Share    float64
	HasShare bool
	// ExhaustionIn is when nothing will remain at the recent pace, if
	// Exhausts: the reset comes later. Scope app only.
	ExhaustionIn time.Duration
	Exhausts     bool
}

// Low reports whether less than a share of the limit remains.
func (o Observation) Low(share float64) bool { return o.HasShare && o.Share < share }

// observation is what a state says without a pace.
func (s state) observation() Observation {
	var o Observation
	o.Share, o.HasShare = s.share()
	return o
}

// Observe takes the limit that an answer reports, which arrived at now. It
// takes no lock and does not allocate, unless the limit is new to the store. If
// the store is full, the answer's own share is still told, and the limit tries
// to get in once a minute.
func (w *Window) Observe(limit classify.RateLimit, now time.Time) Observation {
	answer, ok := stateOf(limit)
	if !ok {
		return Observation{}
	}
	t := w.store.clock.now(now)
	for {
		r, word, old := w.current(t)
		st := w.complete(answer, old, t)
		switch {
		case st.reset == 0:
			return st.observation()
		case !st.live(t, w.length):
			return Observation{}
		}
		next := w.choose(old, st, t)
		if r == nil && next != old {
			if w.enter(t) {
				continue
			}
			return st.observation()
		}
		if next != old && !w.advance(r, word, old, next, t) {
			continue
		}
		switch {
		case !w.shared:
			return st.observation()
		case st.reset < next.reset:
			return Observation{}
		}
		o := next.observation()
		o.ExhaustionIn, o.Exhausts = r.exhaustion(next, t, w.length)
		return o
	}
}

// current returns the record, if there is one, and its state.
func (w *Window) current(now int64) (r *record, word uint64, st state) {
	r = w.record.Load()
	if r == nil {
		return nil, empty, nothing
	}
	word = r.word.Load()
	if word == dead || r.outgrown(now) {
		r = w.store.find(w.key, now)
		w.record.Store(r)
		if r == nil {
			return nil, empty, nothing
		}
		word = r.word.Load()
	}
	if st = unpack(word, r.birth); st.forgotten(now, w.length) {
		st = nothing
	}
	return r, word, st
}

// enter gets a record from the store, and reports false if the store is full.
func (w *Window) enter(now int64) bool {
	refused := w.refused.Load()
	if since := now - refused; refused != 0 && since >= 0 && since < retry.Milliseconds() {
		return false
	}
	r := w.store.attach(w.key, now)
	if r == nil {
		w.refused.Store(now)
		return false
	}
	w.record.Store(r)
	return true
}

// complete returns an answer with what it lacks taken from the state before
// it. In scope user, that state is another's, but for the limit: X documents
// one for all users.
func (w *Window) complete(answer, old state, now int64) state {
	if answer.reset == 0 && w.shared && old.live(now, w.length) {
		answer.reset = old.reset
	}
	if answer.limit == 0 {
		answer.limit = old.limit
	}
	return answer.consistent()
}

// choose returns the state after an answer of a window under way.
func (w *Window) choose(old, answer state, now int64) state {
	switch live := old.live(now, w.length); {
	case w.shared && live:
		return answer.following(old)
	case w.shared:
		return answer
	case answer.remaining < 0, live && !answer.scarcer(old):
		return old
	}
	return answer
}

// advance replaces the state, and counts what was used since. It reports false
// if another answer was faster, or an eviction.
func (w *Window) advance(r *record, word uint64, old, next state, now int64) bool {
	if word == dead || !r.word.CompareAndSwap(word, next.pack(r.birth)) {
		return false
	}
	if !w.shared {
		return true
	}
	at, span := now-r.birth*1000, horizon(next.resetIn(now), w.length)
	switch {
	case old.reset != next.reset:
		r.pace.carry(at, span, old.mean(w.length))
	case old.remaining >= 0 && old.limit == next.limit: // else learnt, not used
		r.pace.used(at, old.remaining-next.remaining, span)
	}
	return true
}
