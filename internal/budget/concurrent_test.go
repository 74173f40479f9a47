package budget

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// 64 goroutines use one budget, as X would count it, and read it meanwhile.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	const goroutines, each = 64, 300
	start := time.Unix(2_000_000_000, 0)
	reset := start.Add(10 * time.Minute)
	store := New(2)
	var used atomic.Int64
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 3))
			app, user := store.Window(appKey), store.Window(userKey) // handles of its own
			for range each {
				n := used.Add(1)
				now := start.Add(time.Duration(n) * 100 * time.Microsecond)
				o := app.Observe(rate(20000-n, 20000, reset), now)
				if !o.HasShare || o.Share > float64(20000-n)/20000 {
					t.Errorf("%d used, got %+v", n, o)
				}
				user.Observe(rate(1+r.Int64N(1000), 1001, reset.Add(-time.Duration(r.IntN(60))*time.Second)), now)
				if n%100 == 0 {
					for _, reading := range store.Snapshot(now) {
						if why := invalid(reading); why != "" {
							t.Errorf("%s: %+v", why, reading)
						}
					}
					store.Sync(now, now.Add(time.Duration(r.IntN(3))*time.Second))
				}
			}
			user.Observe(rate(0, 1001, reset), start)
		})
	}
	wg.Wait()
	end := start.Add(goroutines * each * 100 * time.Microsecond)
	got := store.Snapshot(end)
	if len(got) != 2 || got[0].Remaining != 20000-goroutines*each || got[1].Remaining != 0 {
		t.Fatalf("got %q", show(got))
	}
	// All were used within 2 seconds of a mean over 60, each of them once.
	want := 800 / (goroutines * each / 60.)
	if r := got[0]; !r.Exhausts || !near(r.ExhaustionIn, want, 0.05) {
		t.Errorf("got %q", show(got))
	}
}

// Windows pass, are evicted and come back while many observe.
func TestConcurrentEviction(t *testing.T) {
	t.Parallel()
	start := time.Unix(2_000_000_000, 0)
	store := New(4)
	var windows []*Window
	for i := range 16 {
		windows = append(windows, store.Window(numbered(i)))
	}
	var ticks atomic.Int64
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 4))
			for range 300 {
				now := start.Add(time.Duration(ticks.Add(1)) * time.Minute)
				w := windows[r.IntN(len(windows))]
				if o := w.Observe(rate(5, 10, now.Add(10*time.Minute)), now); o.HasShare && o.Share != 0.5 {
					t.Errorf("got %+v", o)
				}
				for _, reading := range store.Snapshot(now) {
					if why := invalid(reading); why != "" {
						t.Errorf("%s: %+v", why, reading)
					}
				}
			}
		})
	}
	wg.Wait()
	store.mu.Lock()
	defer store.mu.Unlock()
	if len(store.records) > 4 {
		t.Errorf("%d records", len(store.records))
	}
	for k, r := range store.records {
		if r.word.Load() == dead {
			t.Errorf("%v is in the store and dead", k)
		}
	}
}
