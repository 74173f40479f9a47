package budget

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// FuzzObserve runs a program of answers, clock steps and readings, 26 bytes
// each, on limits of each kind.
func FuzzObserve(f *testing.F) {
	op := func(flags, which byte, limit, remaining, reset int64) []byte {
		b := []byte{flags, which}
		for _, n := range []int64{limit, remaining, reset} {
			b = binary.LittleEndian.AppendUint64(b, uint64(n))
		}
		return b
	}
	f.Add(int64(2_000_000_000_000), append(op(7, 0, 300, 299, 900), op(7, 0, 300, 0, 900)...))
	f.Add(int64(2_000_000_000_000), append(op(7, 1, 300, 10, 900), op(0x47, 1, 300, 299, 900_000)...))
	f.Add(int64(2_000_000_000_000), append(op(7, 2, MaxCount, MaxCount, 86400), op(0x47, 2, 1, 1, 3_000_000_000)...))
	f.Add(int64(-1), op(0x87, 0, 1, 1, -1<<63))
	f.Add(int64(1<<63-1), append(op(0x47, 0, 1, 1, 1<<63-1), op(3, 3, 1, 5, 1)...))
	f.Add(int64(0), append(op(0x80, 0, 5, 5, 5), op(6, 1, 1<<62, 1, 60)...))
	keys := []Key{appKey, userKey, dayKey, {"/2/tweets", "POST", User24h, "user"}}
	f.Fuzz(func(t *testing.T, millis int64, program []byte) {
		store := New(3) // too small for all
		var windows []*Window
		for _, k := range keys {
			windows = append(windows, store.Window(k))
		}
		now := time.UnixMilli(millis)
		for ; len(program) >= 26; program = program[26:] {
			flags, which := program[0], program[1]
			n := func(i int) int64 { return int64(binary.LittleEndian.Uint64(program[2+8*i:])) }
			switch {
			case flags&0x40 != 0: // time passes, or jumps
				now = now.Add(time.Duration(n(2)) * time.Millisecond)
			case flags&0x80 != 0: // X's clock is elsewhere
				store.Sync(now, now.Add(time.Duration(n(2))*time.Millisecond))
			}
			reset := n(2)
			if flags&0x20 == 0 {
				reset += store.clock.now(now) / 1000
			}
			o := windows[which%4].Observe(classify.RateLimit{
				Limit: n(0), Remaining: n(1), Reset: reset,
				HasLimit: flags&1 != 0, HasRemaining: flags&2 != 0, HasReset: flags&4 != 0,
				Fallback: flags&8 != 0,
			}, now)
			if !(o.Share >= 0 && o.Share <= 1) || o.ExhaustionIn < 0 || flags&8 != 0 && o != (Observation{}) {
				t.Fatalf("got %+v", o)
			}
			readings := store.Snapshot(now)
			if len(readings) > 3 {
				t.Fatalf("%d readings", len(readings))
			}
			for _, r := range readings {
				if why := invalid(r); why != "" {
					t.Fatalf("%s: %+v", why, r)
				}
			}
		}
	})
}
