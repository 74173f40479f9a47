package budget

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

func TestObserveDoesNotAllocate(t *testing.T) {
	now := time.Now()
	store := New(2)
	full := store.Window(userKey)
	app, day := store.Window(appKey), store.Window(dayKey)
	n := int64(0)
	observe := func(w *Window) func() {
		return func() {
			n++
			at := now.Add(time.Duration(n) * time.Millisecond)
			store.Sync(at, at.Add(-time.Duration(n%2)*10*time.Second))
			w.Observe(rate(MaxCount-n, MaxCount, now.Add(10*time.Minute)), at)
		}
	}
	observe(app)() // the first answers make the records
	observe(day)()
	for name, w := range map[string]*Window{"app": app, "day": day, "no room": full} {
		if allocs := testing.AllocsPerRun(1000, observe(w)); allocs != 0 {
			t.Errorf("%s: %v allocations", name, allocs)
		}
	}
}

// benchmark observes answers that each use one request of a window which lasts
// as long as the benchmark.
func benchmark(b *testing.B, store *Store, window func(worker int) *Window) {
	now := time.Now()
	reset := now.Add(10 * time.Minute).Unix()
	var workers, used atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		worker := int(workers.Add(1))
		w := window(worker)
		n := used.Add(1)
		for pb.Next() {
			n++
			w.Observe(classify.RateLimit{
				Limit: MaxCount, Remaining: MaxCount - n%MaxCount, Reset: reset,
				HasLimit: true, HasRemaining: true, HasReset: true,
			}, now)
		}
	})
}

func BenchmarkObserveOneWindow(b *testing.B) {
	store := New(1)
	w := store.Window(appKey)
	benchmark(b, store, func(int) *Window { return w })
}

func BenchmarkObserveOneWindowOfUsers(b *testing.B) {
	store := New(1)
	w := store.Window(userKey)
	benchmark(b, store, func(int) *Window { return w })
}

func BenchmarkObserveManyWindows(b *testing.B) {
	store := New(1024)
	benchmark(b, store, func(worker int) *Window { return store.Window(numbered(worker)) })
}

func BenchmarkSnapshot(b *testing.B) {
	now := time.Now()
	store := New(512)
	for i := range 512 {
		store.Window(numbered(i)).Observe(rate(10, 300, now.Add(10*time.Minute)), now)
	}
	b.ReportAllocs()
	for b.Loop() {
		store.Snapshot(now)
	}
}
