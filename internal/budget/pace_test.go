package budget

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// drive makes calls every interval for a time, each of which uses one request,
// and returns the last observation and what remains.
func drive(w *Window, remaining, limit int64, reset time.Time, every, total time.Duration) (Observation, int64) {
	var o Observation
	for end := time.Now().Add(total); time.Now().Before(end) && remaining > 0; {
		time.Sleep(every)
		remaining--
		o = w.Observe(rate(remaining, limit, reset), time.Now())
	}
	return o, remaining
}

func near(got time.Duration, want, tolerance float64) bool {
	return math.Abs(got.Seconds()-want) <= tolerance*want
}

func TestForecast(t *testing.T) { //nolint:gocyclo // it counts the functions of the table as one
	t.Parallel()
	const m, s = time.Minute, time.Second
	for name, test := range map[string]func(t *testing.T, store *Store, w *Window, start time.Time){
		"a steady pace is known after a few minutes": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(600, 600, reset), start)
			o, left := drive(w, 600, 600, reset, s, 5*m) // 1/s
			if !o.Exhausts || !near(o.ExhaustionIn, float64(left), 0.05) {
				t.Errorf("%d left: %+v", left, o)
			}
		},
		"a pace that lasts until the reset is no forecast": func(t *testing.T, store *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(1000, 1000, reset), start)
			remaining := int64(1000)
			for remaining > 150 {
				var o Observation
				if o, remaining = drive(w, remaining, 1000, reset, s, s); o.Exhausts {
					t.Fatalf("%d left: %+v", remaining, o)
				}
			}
			if got := store.Snapshot(time.Now()); got[0].Exhausts {
				t.Errorf("got %q", show(got))
			}
		},
		"a slow steady pace does not flicker between calls": func(t *testing.T, store *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(9, 9, reset), start)
			_, left := drive(w, 9, 9, reset, m, 4*m) // 1/min: empty after 9 minutes
			for range 59 {
				time.Sleep(s)
				r := store.Snapshot(time.Now())[0]
				if !r.Exhausts || !near(r.ExhaustionIn, float64(left)*60, 0.1) {
					t.Fatalf("%v after the start, %d left: %+v", time.Since(start), left, r)
				}
			}
		},
		"a burst in the last minute is seen in time": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(300, 300, reset), start)
			o, left := drive(w, 300, 300, reset, 20*s, 14*m)
			if o.Exhausts {
				t.Fatalf("before the burst: %+v", o)
			}
			burst := time.Now()
			for !o.Exhausts && left > 0 {
				o, left = drive(w, left, 300, reset, s/10, s/10) // 10/s: empty in 26 s
			}
			if d := time.Since(burst); d > 13*s {
				t.Errorf("seen after %v, %d left", d, left)
			}
		},
		"a short burst long before the reset does not alarm, a lasting one does": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(900, 900, reset), start)
			o, left := drive(w, 900, 900, reset, s/10, 5*s)
			if o.Exhausts {
				t.Errorf("after 5 s: %+v", o)
			}
			if o, left = drive(w, left, 900, reset, s/10, 10*s); !o.Exhausts {
				t.Errorf("after 15 s, %d left: %+v", left, o)
			}
		},
		"the forecast goes when calls stop": func(t *testing.T, store *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(600, 600, reset), start)
			if o, _ := drive(w, 600, 600, reset, s/2, 2*m); !o.Exhausts {
				t.Fatal("no forecast during calls")
			}
			var last time.Duration
			for i := range 180 {
				time.Sleep(s)
				r := store.Snapshot(time.Now())[0]
				if r.Exhausts && r.ExhaustionIn < last {
					t.Fatalf("after %d s of silence the forecast fell from %v to %v", i, last, r.ExhaustionIn)
				}
				last = r.ExhaustionIn
			}
			if last != 0 {
				t.Errorf("after 3 minutes of silence: %v", last)
			}
		},
		"what other processes use counts, spread over the silence": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(900, 900, reset), start)
			time.Sleep(5 * m)
			o := w.Observe(rate(300, 900, reset), time.Now()) // 2/s
			if !o.Exhausts || !near(o.ExhaustionIn, 150, 0.05) {
				t.Errorf("got %+v", o)
			}
		},
		"a small share used by others over a long silence is no alarm": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(900, 900, reset), start)
			time.Sleep(5 * m)
			if o := w.Observe(rate(800, 900, reset), time.Now()); o.Exhausts {
				t.Errorf("got %+v", o)
			}
		},
		"the first answer has no pace": func(t *testing.T, store *Store, w *Window, start time.Time) {
			if o := w.Observe(rate(1, 900, start.Add(15*m)), start); o.Exhausts {
				t.Errorf("got %+v", o)
			}
			time.Sleep(m)
			if o := w.Observe(rate(1, 900, start.Add(15*m)), time.Now()); o.Exhausts {
				t.Errorf("again: %+v", o)
			}
			if r := store.Snapshot(time.Now())[0]; r.Exhausts {
				t.Errorf("got %+v", r)
			}
		},
		"an empty window is empty in 0 seconds, until it resets": func(t *testing.T, store *Store, w *Window, start time.Time) {
			if o := w.Observe(rate(0, 900, start.Add(m)), start); !o.Exhausts || o.ExhaustionIn != 0 {
				t.Errorf("got %+v", o)
			}
			time.Sleep(m)
			if r := store.Snapshot(time.Now())[0]; r.Exhausts {
				t.Errorf("got %+v", r)
			}
		},
		"a pace goes on in the next window": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(900, 900, reset), start)
			drive(w, 900, 900, reset, 500*time.Millisecond, 15*m-s) // 2/s: empty after half
			time.Sleep(time.Until(reset))
			w.Observe(rate(899, 900, reset.Add(15*m)), time.Now())
			o, left := drive(w, 899, 900, reset.Add(15*m), 500*time.Millisecond, 70*s)
			if !o.Exhausts {
				t.Errorf("70 s into the next window, %d left: %+v", left, o)
			}
		},
		"a request just before a reset does not alarm in the next window": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(rate(15, 15, reset), start)
			time.Sleep(15*m - s)
			w.Observe(rate(14, 15, reset), time.Now())
			w.Observe(rate(12, 15, reset), time.Now())
			time.Sleep(2 * s)
			if o := w.Observe(rate(14, 15, reset.Add(15*m)), time.Now()); o.Exhausts {
				t.Errorf("got %+v", o)
			}
		},
		"a change of the limit is no use of it": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			w.Observe(without(rate(880, 0, reset), "limit"), start)
			w.Observe(rate(870, 900, reset), start)
			if o := w.Observe(rate(300, 300, reset), start.Add(s)); o.Exhausts {
				t.Errorf("got %+v", o)
			}
		},
		"answers out of order do not count twice": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(15 * m)
			other := New(1).Window(appKey)
			for i := range int64(200) {
				time.Sleep(s)
				a, b := rate(600-2*i-1, 600, reset), rate(600-2*i-2, 600, reset)
				w.Observe(a, time.Now())
				w.Observe(b, time.Now())
				other.Observe(b, time.Now())
				other.Observe(a, time.Now())
				x, y := w.Observe(b, time.Now()), other.Observe(b, time.Now())
				if i > 60 && (!x.Exhausts || !y.Exhausts || !near(x.ExhaustionIn, y.ExhaustionIn.Seconds(), 0.03)) {
					t.Fatalf("%d: in order %+v, out of order %+v", i, x, y)
				}
			}
		},
		"users have no forecast": func(t *testing.T, store *Store, _ *Window, start time.Time) {
			k := appKey
			k.Method, k.Scope = "PUT", endpoint.ScopeUser
			w := store.Window(k)
			w.Observe(rate(600, 600, start.Add(15*m)), start)
			o, _ := drive(w, 600, 600, start.Add(15*m), s/2, 2*m)
			if o.Exhausts || store.Snapshot(time.Now())[0].Exhausts {
				t.Errorf("got %+v", o)
			}
		},
		"a 24-hour window sees a lasting burst, and forgets it": func(t *testing.T, store *Store, _ *Window, start time.Time) {
			w := store.Window(dayKey)
			reset := start.Add(24 * time.Hour)
			w.Observe(rate(10000, 10000, reset), start)
			o, _ := drive(w, 10000, 10000, reset, s, 30*m)
			if !o.Exhausts {
				t.Error("1/s for half an hour is no forecast")
			}
			time.Sleep(6 * time.Hour)
			if r := store.Snapshot(time.Now())[0]; r.Exhausts {
				t.Errorf("six hours later: %+v", r)
			}
		},
		"a clock set back does not inflate the pace": func(t *testing.T, _ *Store, w *Window, start time.Time) {
			reset := start.Add(3 * m)
			w.Observe(rate(600, 600, reset), start.Add(2*m))
			for i := range int64(100) {
				if o := w.Observe(rate(600-i, 600, reset), start.Add(time.Duration(i)*s)); o.Exhausts && o.ExhaustionIn < 100*s {
					t.Fatalf("%d: %+v", i, o)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store := New(2)
				test(t, store, store.Window(appKey), time.Now())
			})
		})
	}
}

func TestPaceWordHoldsItsRange(t *testing.T) {
	t.Parallel()
	for _, last := range []int64{-maxAge * 1000, -1, 0, 1, maxAge * 1000} {
		for _, rate := range []float64{0, 1. / 86400, 1, 12345.5, MaxCount / 10} {
			r, l := unpackPace(packPace(rate, last))
			if l != last || math.Abs(r-rate) > 1e-6*rate {
				t.Errorf("%v at %v: got %v at %v", rate, last, r, l)
			}
		}
	}
}

func TestPaceAfterAClockWasSetBack(t *testing.T) {
	t.Parallel()
	var p pace
	p.used(200_000, 0, 10)
	for at := int64(0); at <= 100_000; at += 1000 {
		p.used(at, 1, 10)
	}
	if r := p.rate(100_000, 10); math.Abs(r-1) > 0.05 {
		t.Errorf("one request a second: %v", r)
	}
	if r := p.rate(0, 10); r != 0 {
		t.Errorf("before the last one: %v", r)
	}
}
