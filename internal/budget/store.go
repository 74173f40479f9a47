package budget

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// Grace is how long a window of scope app that has passed reads as full. Then
// its record may be evicted.
const Grace = 15 * time.Minute

// Store holds the rate limits of one program. It is safe for concurrent use.
type Store struct {
	max   int
	clock clock

	mu      sync.Mutex // taken for a Key's first answer, and to read all
	records map[Key]*record
}

// record is the state of one limit. It fills a cache line, so that limits do
// not slow each other down.
type record struct {
	birth int64 // X's unix seconds
	word  atomic.Uint64
	pace  pace
	_     [40]byte
}

// New returns a Store that holds at most size limits, at least one. 1024 is
// enough for each of X's operations in both scopes.
func New(size int) *Store {
	s := &Store{max: max(size, 1), records: map[Key]*record{}}
	s.clock.base = time.Now()
	return s
}

// Window returns a handle to one limit, for the caller to keep. It takes no
// room in the store before the first answer; handles of one Key share a record.
func (s *Store) Window(k Key) *Window {
	w := &Window{store: s, key: k, length: k.Kind.Length(), shared: k.Scope != endpoint.ScopeUser}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.record.Store(s.records[k])
	return w
}

// Sync tells the store X's time: date is the Date header of an answer that
// arrived at now. It is to be called before that answer is observed. A zero
// date does nothing.
func (s *Store) Sync(now, date time.Time) {
	if !date.IsZero() {
		s.clock.sync(now, date)
	}
}

// attach returns the record of a limit, and makes it if there is room, evicting
// what is forgotten. It returns nil if there is none.
func (s *Store) attach(k Key, now int64) *record {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.renewed(k, now); r != nil {
		return r
	}
	if len(s.records) >= s.max && !s.evict(now) {
		return nil
	}
	r := &record{birth: now / 1000}
	s.records[k] = r
	return r
}

// find returns the record of a limit, or nil if it was evicted.
func (s *Store) find(k Key, now int64) *record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.renewed(k, now)
}

// renewed returns the record of a limit, born anew if need be, or nil if there
// is none. s.mu is held.
func (s *Store) renewed(k Key, now int64) *record {
	old := s.records[k]
	if old == nil || !old.outgrown(now) {
		return old
	}
	r := &record{birth: now / 1000}
	if st := unpack(old.word.Swap(dead), old.birth); !st.forgotten(now, k.Kind.Length()) {
		r.word.Store(st.pack(r.birth))
	}
	s.records[k] = r
	return r
}

// evict removes all records that are no longer reported, and reports whether
// there were any. s.mu is held.
func (s *Store) evict(now int64) bool {
	before := len(s.records)
	for k, r := range s.records {
		word := r.word.Load()
		st := unpack(word, r.birth)
		if st.known() && st.forgotten(now, k.Kind.Length()) && r.word.CompareAndSwap(word, dead) {
			delete(s.records, k)
		}
	}
	return len(s.records) < before
}

// outgrown reports whether the times that count no longer fit in the record's
// word.
func (r *record) outgrown(now int64) bool {
	age := now/1000 - r.birth
	return age > maxAge || age < -maxAge
}
