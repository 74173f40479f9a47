package budget

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
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

// benchmark observes answers a millisecond apart, each of which uses one request
// of a window; when that is empty, the next one begins. Several workers use
// every nth request each.
func benchmark(b *testing.B, workers int64, window func(worker int) *Window) {
	base := time.Now()
	var started atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		n := started.Add(1)
		w := window(int(n))
		for pb.Next() {
			n += workers
			at := base.Add(time.Duration(n) * time.Millisecond)
			w.Observe(classify.RateLimit{
				Limit: MaxCount, Remaining: MaxCount - n%MaxCount, Reset: base.Unix() + 3*3600 + n/MaxCount*(MaxCount/1000),
				HasLimit: true, HasRemaining: true, HasReset: true,
			}, at)
		}
	})
}

func BenchmarkObserveOneWindow(b *testing.B) {
	w := New(1).Window(dayKey)
	benchmark(b, int64(runtime.GOMAXPROCS(0)), func(int) *Window { return w })
}

func BenchmarkObserveOneWindowOfUsers(b *testing.B) {
	k := dayKey
	k.Kind, k.Scope = User24h, endpoint.ScopeUser
	w := New(1).Window(k)
	benchmark(b, int64(runtime.GOMAXPROCS(0)), func(int) *Window { return w })
}

func BenchmarkObserveManyWindows(b *testing.B) {
	store := New(1024)
	benchmark(b, 1, func(worker int) *Window {
		k := dayKey
		k.Template = numbered(worker).Template
		return store.Window(k)
	})
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
