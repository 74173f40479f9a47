package budget

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

func numbered(i int) Key {
	return Key{fmt.Sprintf("/2/things/%02d", i), "GET", Window15m, endpoint.ScopeApp}
}

func TestSnapshotIsSorted(t *testing.T) {
	t.Parallel()
	now := time.Now()
	store := New(100)
	var want []Key
	for _, template := range []string{"/2/a", "/2/b"} {
		for _, method := range []string{"DELETE", "GET"} {
			for _, kind := range []Kind{Window15m, App24h, User24h} {
				for _, scope := range []endpoint.Scope{endpoint.ScopeApp, endpoint.ScopeUser} {
					want = append(want, Key{template, method, kind, scope})
				}
			}
		}
	}
	for _, i := range []int{7, 3, 23, 0, 1, 2, 4, 5, 6, 22, 8, 9, 21, 20, 19, 18, 10, 11, 12, 13, 14, 15, 16, 17} {
		store.Window(want[i]).Observe(rate(int64(i), 100, now.Add(time.Minute)), now)
	}
	slices.SortFunc(want, Key.compare)
	for i, r := range store.Snapshot(now) {
		if r.Key != want[i] {
			t.Errorf("%d: %v, want %v", i, r.Key, want[i])
		}
	}
	if len(store.Snapshot(now)) != len(want) {
		t.Error("readings are missing")
	}
}

func TestHandlesOfOneKeyShareARecord(t *testing.T) {
	t.Parallel()
	now := time.Now()
	store := New(0) // holds one
	a, b := store.Window(appKey), store.Window(appKey)
	a.Observe(rate(10, 300, now.Add(time.Minute)), now)
	if o := b.Observe(rate(20, 300, now.Add(time.Minute)), now); o.Share != 10./300 {
		t.Errorf("got %+v", o)
	}
	if got := store.Snapshot(now); len(got) != 1 {
		t.Errorf("got %q", show(got))
	}
}

func TestFullStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const room = 4
		store := New(room)
		var windows []*Window
		for i := range 3 * room {
			windows = append(windows, store.Window(numbered(i)))
		}
		if n := len(store.records); n != 0 {
			t.Errorf("%d records before any answer", n)
		}
		observe := func(from, to int) {
			t.Helper()
			for _, w := range windows[from:to] {
				if o := w.Observe(rate(30, 300, time.Now().Add(10*time.Minute)), time.Now()); o.Share != 0.1 {
					t.Errorf("%v: got %+v", w.key, o)
				}
			}
		}
		reported := func(from, to int) {
			t.Helper()
			var got, want []Key
			for _, r := range store.Snapshot(time.Now()) {
				got = append(got, r.Key)
			}
			for i := from; i < to; i++ {
				want = append(want, numbered(i))
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if len(store.records) > room {
				t.Errorf("%d records", len(store.records))
			}
		}
		observe(0, room)
		observe(room, 2*room) // no room: answered, not reported
		reported(0, room)

		time.Sleep(10*time.Minute + Grace) // passed, and no longer reported
		reported(0, 0)
		observe(room, 2*room)
		reported(room, 2*room)

		observe(0, room) // evicted, and no room
		reported(room, 2*room)
		time.Sleep(10*time.Minute + Grace)
		observe(0, room) // come back, in the same handles
		reported(0, room)
		observe(0, room)
		reported(0, room)
	})
}

// A full store is tried once a minute by each limit without room, so its lock
// is not what requests wait for.
func TestLimitWithoutRoomRarelyTakesTheLock(t *testing.T) {
	t.Parallel()
	now := time.Now()
	store := New(1)
	store.Window(appKey).Observe(rate(1, 300, now.Add(time.Minute)), now)
	w := store.Window(dayKey)
	w.Observe(rate(1, 10, now.Add(time.Minute)), now)
	store.mu.Lock()
	done := make(chan Observation)
	go func() { done <- w.Observe(rate(1, 10, now.Add(time.Minute)), now.Add(time.Second)) }()
	if o := <-done; o.Share != 0.1 { // would block forever
		t.Errorf("got %+v", o)
	}
	store.mu.Unlock()
	if got := show(store.Snapshot(now)); got != "1/300 "+store.Snapshot(now)[0].ResetIn.String() {
		t.Errorf("got %q", got)
	}
}

// A word of 64 bits cannot hold any time: a record is born anew before its range
// ends, and its state goes with it.
func TestRecordLivesForYears(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := New(1)
		w := store.Window(dayKey)
		reset := time.Now()
		for i := range 500 { // 2 years in steps of 35 hours
			if i%3 == 0 {
				time.Sleep(100 * time.Hour)
			}
			for time.Until(reset) <= 0 {
				reset = reset.Add(24 * time.Hour)
			}
			w.Observe(rate(5000, 9999, reset), time.Now())
			w.Observe(without(rate(4999, 0, reset), "limit"), time.Now())
			want := "4999/9999 " + time.Until(reset).String()
			if got := show(store.Snapshot(time.Now())); got != want {
				t.Fatalf("%v: got %q, want %q", time.Now(), got, want)
			}
			time.Sleep(90 * time.Minute)
		}
		// Silence for the whole range of the word, and longer.
		for range 2000 {
			time.Sleep(time.Hour)
			got := show(store.Snapshot(time.Now()))
			if time.Until(reset) <= -Grace && got != "" {
				t.Fatalf("%v after the reset: %q", -time.Until(reset), got)
			}
		}
		reset = time.Now().Add(time.Hour)
		w.Observe(rate(7, 100, reset), time.Now())
		if got := show(store.Snapshot(time.Now())); got != "7/100 1h0m0s" {
			t.Errorf("got %q", got)
		}
	})
}

// An outgrown record hands its window over to the next one.
func TestRecordIsBornAnewInTheMiddleOfAWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := New(1)
		w := store.Window(dayKey)
		start := time.Now()
		w.Observe(rate(99, 100, start.Add(time.Hour)), start)
		time.Sleep(maxAge*time.Second - time.Hour)
		reset := time.Unix(time.Now().Unix()+20*3600, 0)
		w.Observe(rate(10, 100, reset), time.Now())
		first := w.record.Load()
		time.Sleep(2 * time.Hour)
		if o := w.Observe(rate(12, 100, reset), time.Now()); o.Share != 0.1 {
			t.Errorf("got %+v", o)
		}
		if w.record.Load() == first {
			t.Error("the record is still the first one")
		}
		if got := show(store.Snapshot(time.Now())); got != "10/100 18h0m0s" {
			t.Errorf("got %q", got)
		}
	})
}
