package budget

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

// model is what the package says about one limit, written for reading: it keeps
// every answer of the windows that it has seen and derives the state from them
// each time.
type model struct {
	key   Key
	limit *int64 // the last one known
	seen  []seen // that count
}

type seen struct {
	limit, remaining *int64
	reset            int64
}

func (m *model) counts(s seen, now time.Time) bool {
	in := time.Unix(s.reset, 0).Sub(now)
	return in > 0 && in <= m.key.Kind.Length()+SkewAllowance
}

func (m *model) observe(l classify.RateLimit, now time.Time) {
	if l.Fallback {
		return
	}
	s := seen{}
	if l.HasLimit && l.Limit > 0 && l.Limit <= MaxCount {
		s.limit = &l.Limit
	}
	if l.HasRemaining && l.Remaining >= 0 && l.Remaining <= MaxCount {
		s.remaining = &l.Remaining
	}
	if s.limit == nil && s.remaining == nil {
		return
	}
	current, known := m.current()
	if m.read(now) == "" && !m.recent(now) {
		m.limit = nil // forgotten
	}
	live := known && m.counts(current, now)
	switch {
	case l.HasReset && l.Reset > 0:
		s.reset = l.Reset
	case live && m.key.Scope == endpoint.ScopeApp:
		s.reset = current.reset
	default:
		return
	}
	if s.limit == nil {
		s.limit = m.limit
	}
	if s.limit != nil && s.remaining != nil && *s.remaining > *s.limit {
		s.remaining = s.limit
	}
	if !m.counts(s, now) {
		return
	}
	if m.key.Scope == endpoint.ScopeUser && s.remaining == nil {
		return
	}
	if !live {
		m.seen = nil
	}
	m.seen = append(m.seen, s)
	current, _ = m.current()
	m.limit = current.limit
}

// recent reports whether the last window has passed a short time ago.
func (m *model) recent(now time.Time) bool {
	c, ok := m.current()
	in := time.Unix(c.reset, 0).Sub(now)
	return ok && in <= 0 && in > -Grace
}

// current returns the state, and whether there is one.
func (m *model) current() (seen, bool) {
	if len(m.seen) == 0 {
		return seen{}, false
	}
	if m.key.Scope == endpoint.ScopeUser {
		return slices.MinFunc(m.seen, func(a, b seen) int {
			if (a.limit == nil) != (b.limit == nil) {
				return cmp.Compare(number(b.limit), number(a.limit)) // the known one
			}
			return cmp.Or(share(a).Cmp(share(b)), cmp.Compare(b.reset, a.reset), cmp.Compare(number(a.limit), number(b.limit)))
		}), true
	}
	last := slices.MaxFunc(m.seen, func(a, b seen) int { return cmp.Compare(a.reset, b.reset) }).reset
	c := seen{reset: last}
	for _, s := range m.seen {
		if s.reset != last {
			continue
		}
		if s.limit != nil && (c.limit == nil || *s.limit < *c.limit) {
			c.limit = s.limit
		}
		if s.remaining != nil && (c.remaining == nil || *s.remaining < *c.remaining) {
			c.remaining = s.remaining
		}
	}
	if c.limit != nil && c.remaining != nil && *c.remaining > *c.limit {
		c.remaining = c.limit
	}
	return c, true
}

func number(p *int64) int64 {
	if p == nil {
		return -1
	}
	return *p
}

func share(s seen) *big.Rat {
	limit := int64(1)
	if s.limit != nil {
		limit = *s.limit
	}
	return big.NewRat(*s.remaining, limit)
}

// read returns what show says of the reading, without the forecast.
func (m *model) read(now time.Time) string {
	c, ok := m.current()
	in := time.Unix(c.reset, 0).Sub(now)
	app := m.key.Scope == endpoint.ScopeApp
	text := func(p *int64) string { return count(number(p), p != nil) }
	switch {
	case !ok:
		return ""
	case m.counts(c, now):
		return text(c.remaining) + "/" + text(c.limit) + " " + in.String()
	case app && c.limit != nil && in <= 0 && in > -Grace:
		return text(c.limit) + "/" + text(c.limit)
	}
	return ""
}

// withoutForecast removes what the model does not know.
func withoutForecast(readings []Reading) []Reading {
	for i := range readings {
		readings[i].Exhausts = false
	}
	return readings
}

// randomAnswer returns an answer around now, mostly sane.
func randomAnswer(r *rand.Rand, now time.Time, key Key) classify.RateLimit {
	length := int64(key.Kind.Length() / time.Second)
	window := now.Unix() / length * length
	resets := []int64{window + length, window + length, window + length, window, window + 2*length, now.Unix() + r.Int64N(length), now.Unix() - r.Int64N(60)}
	l := rate(r.Int64N(30), []int64{20, 20, 20, 25, 0, -3, 1 << 40}[r.IntN(7)], time.Unix(resets[r.IntN(len(resets))], 0))
	for _, name := range []string{"limit", "remaining", "reset"} {
		if r.IntN(8) == 0 {
			l = without(l, name)
		}
	}
	l.Fallback = r.IntN(20) == 0
	return l
}

func TestStoreAgreesWithTheModel(t *testing.T) {
	t.Parallel()
	for _, kind := range []Kind{Window15m, App24h} {
		for _, scope := range []endpoint.Scope{endpoint.ScopeApp, endpoint.ScopeUser} {
			t.Run(fmt.Sprintf("%s of %s", kind, scope), func(t *testing.T) {
				t.Parallel()
				for seed := range uint64(80) {
					r := rand.New(rand.NewPCG(seed, 1))
					key := Key{"/2/tweets", "GET", kind, scope}
					store, m := New(1), model{key: key}
					w := store.Window(key)
					now := time.Unix(2_000_000_000+r.Int64N(1000), 0)
					for i := range 200 {
						if r.IntN(3) == 0 {
							now = now.Add(time.Duration(r.Int64N(int64(kind.Length()/10/time.Millisecond))) * time.Millisecond)
						}
						if r.IntN(60) == 0 {
							now = now.Add(time.Duration(r.IntN(30)) * 24 * time.Hour)
						}
						l := randomAnswer(r, now, key)
						w.Observe(l, now)
						m.observe(l, now)
						readings := store.Snapshot(now)
						for _, reading := range readings {
							if why := invalid(reading); why != "" {
								t.Fatalf("seed %d, step %d: %s: %+v", seed, i, why, reading)
							}
						}
						if got, want := show(withoutForecast(readings)), m.read(now); got != want {
							t.Fatalf("seed %d, step %d, after %+v at %v: got %q, want %q", seed, i, l, now, got, want)
						}
					}
				}
			})
		}
	}
}

// Complete answers to concurrent requests arrive in any order, and the state is
// the same.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		key := []Key{appKey, userKey}[r.IntN(2)]
		now := time.Unix(2_000_000_000, 0)
		var answers []classify.RateLimit
		for range 1 + r.IntN(30) {
			limit := int64(10 * (1 + r.IntN(4)))
			answers = append(answers, rate(r.Int64N(limit+1), limit, now.Add(time.Duration(1+r.IntN(5))*time.Minute)))
		}
		var first string
		for i := range 5 {
			store := New(1)
			w := store.Window(key)
			for _, l := range answers {
				w.Observe(l, now)
			}
			got := show(withoutForecast(store.Snapshot(now)))
			if i == 0 {
				first = got
			}
			if got != first {
				t.Fatalf("seed %d: got %q, want %q after %+v", seed, got, first, answers)
			}
			r.Shuffle(len(answers), func(i, j int) { answers[i], answers[j] = answers[j], answers[i] })
		}
	}
}
