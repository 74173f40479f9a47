package budget

import (
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
)

// A machine whose clock is off reads resets of X's clock right, in any step of
// the skew.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, time.Second, 7 * time.Minute, -7 * time.Minute, 3 * time.Hour, -3 * time.Hour, 400 * 24 * time.Hour, -400 * 24 * time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				xTime := func() time.Time { return time.Now().Add(-skew) }
				store := New(1)
				w := store.Window(appKey)
				reset := xTime().Add(10 * time.Minute)
				for i := range int64(10) {
					store.Sync(time.Now(), xTime().Truncate(time.Second))
					if o := w.Observe(rate(20-i, 300, reset), time.Now()); !o.Low(0.1) {
						t.Fatalf("answer %d: %+v", i, o)
					}
					time.Sleep(10 * time.Second)
				}
				got := store.Snapshot(time.Now())
				if len(got) != 1 || got[0].Remaining != 11 {
					t.Fatalf("got %q", show(got))
				}
				if d := got[0].ResetIn - time.Until(reset.Add(skew)); d.Abs() > dateTolerance {
					t.Errorf("reset is off by %v", d)
				}
				time.Sleep(10 * time.Minute)
				if got := show(store.Snapshot(time.Now())); got != "300/300" {
					t.Errorf("after the reset: %q", got)
				}
			})
		})
	}
}

// Our clock is set while a window is under way. Until the next answer, a
// reading can be gone or full, and never out of range; with the next answer it
// is right.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{time.Minute, -time.Minute, 12 * time.Minute, -12 * time.Minute, 5 * time.Hour, -5 * time.Hour, 30 * 24 * time.Hour, -30 * 24 * time.Hour, 4000 * 24 * time.Hour, -4000 * 24 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				off := time.Duration(0)
				ours := func() time.Time { return time.Now().Add(off) }
				store := New(1)
				w := store.Window(appKey)
				reset := time.Now().Add(10 * time.Minute)
				observe := func(remaining int64) {
					store.Sync(ours(), time.Now())
					w.Observe(rate(remaining, 300, reset), ours())
				}
				check := func(want string) {
					t.Helper()
					got := store.Snapshot(ours())
					for _, r := range got {
						if why := invalid(r); why != "" {
							t.Errorf("%s: %+v", why, r)
						}
						if !r.HasReset && r.Remaining != 300 {
							t.Errorf("stale: %+v", r)
						}
					}
					if want != "" && show(got) != want {
						t.Errorf("got %q, want %q", show(got), want)
					}
				}
				observe(100)
				time.Sleep(time.Minute)
				observe(100)
				off = jump
				check("")
				observe(100)
				check("100/300 9m0s")
				time.Sleep(time.Minute)
				off = 0
				check("")
				observe(99)
				check("99/300 8m0s")
				time.Sleep(8 * time.Minute)
				check("300/300")
			})
		})
	}
}

// setWall returns a time whose wall clock was set by d, and whose monotonic
// clock was not: what time.Now returns after an adjustment, or with d above 0
// after a machine slept.
func setWall(t *testing.T, at time.Time, d time.Duration) time.Time {
	type layout struct { // of time.Time, as checked below
		wall uint64
		ext  int64
		loc  *time.Location
	}
	set := at.Add(d)
	(*layout)(unsafe.Pointer(&set)).ext = (*layout)(unsafe.Pointer(&at)).ext
	if set.Sub(at) != 0 || set.Round(0).Sub(at.Round(0)) != d {
		t.Skip("time.Time has another layout")
	}
	return set
}

func TestMonotonicClock(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for name, tc := range map[string]struct {
		now  time.Time
		want string
	}{
		"set back, the window does not get longer": {setWall(t, start.Add(4*time.Minute), -3*time.Hour), "0/300 6m0s, empty in 0 s"},
		"set back, it passes":                      {setWall(t, start.Add(11*time.Minute), -3*time.Hour), "300/300"},
		"after sleep, it has passed":               {setWall(t, start.Add(time.Minute), 10*time.Minute), "300/300"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := New(1)
			store.clock.base = start
			store.Sync(start, start.Truncate(time.Second))
			reset := time.Unix(start.Unix()+600, 0)
			store.Window(appKey).Observe(rate(0, 300, reset), start)
			got := store.Snapshot(tc.now)
			for i := range got {
				got[i].ResetIn = got[i].ResetIn.Round(2 * time.Second)
			}
			if s := show(got); s != tc.want {
				t.Errorf("got %q, want %q", s, tc.want)
			}
		})
	}
}

func TestSyncIgnoresWhatADateHeaderCanBeOff(t *testing.T) {
	t.Parallel()
	c := clock{base: time.Now()}
	for _, d := range []time.Duration{0, -time.Second, -3 * time.Second, 2 * time.Second} {
		if c.sync(c.base, c.base.Add(d)); c.ahead.Load() != 0 {
			t.Errorf("%v: ahead %d", d, c.ahead.Load())
		}
	}
	if c.sync(c.base, c.base.Add(-5*time.Second)); c.ahead.Load() > -4990 || c.ahead.Load() < -5010 {
		t.Errorf("ahead %d", c.ahead.Load())
	}
	s := New(1)
	if s.Sync(time.Now(), time.Time{}); s.clock.ahead.Load() != 0 {
		t.Error("a zero date was taken for X's time")
	}
}
