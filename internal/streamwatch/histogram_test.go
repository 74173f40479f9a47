package streamwatch

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestQuantilesAreLessThanTenPercentOff(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2)) // repeatable
	for range 200 {
		var h Histogram
		all := make([]time.Duration, 1+r.IntN(3000))
		spread := r.Float64() * 20
		for i := range all {
			all[i] = time.Duration(3+math.Exp(r.Float64()*spread)) * time.Millisecond
			h.add(all[i])
		}
		slices.Sort(all)
		if h.Max != all[len(all)-1] || h.Count != int64(len(all)) {
			t.Fatalf("max %v, count %d; want %v, %d", h.Max, h.Count, all[len(all)-1], len(all))
		}
		for _, q := range []float64{-1, 0, 0.01, 0.5, 0.9, 0.99, 1, 2} {
			want := all[max(0, int(math.Ceil(min(q, 1)*float64(len(all))))-1)]
			if got := h.Quantile(q); math.Abs(float64(got-want)) > 0.1*float64(want) {
				t.Fatalf("quantile %v: got %v, want %v", q, got, want)
			}
		}
		sum := uint64(0)
		last := time.Duration(-1)
		for d, n := range h.All() {
			if d < last || n == 0 {
				t.Fatalf("%d of %v behind %v", n, d, last)
			}
			last, sum = d, sum+n
		}
		if sum != uint64(len(all)) {
			t.Fatalf("the buckets hold %d of %d", sum, len(all))
		}
	}
}

func TestEveryDurationHasItsBucket(t *testing.T) {
	t.Parallel()
	last := 0
	for ms := int64(0); ms < 1<<33; ms += 1 + ms/50 {
		b := bucketOf(ms)
		if b < last || b >= buckets {
			t.Fatalf("%d ms is in bucket %d, a shorter one in %d", ms, b, last)
		}
		last = b
		value := time.Duration(ms) * time.Millisecond
		if off := (middle(b) - value).Abs(); ms >= 3 && ms < 1<<octaves && off > value/10 || ms < 3 && off >= time.Millisecond {
			t.Fatalf("%v is taken for %v", value, middle(b))
		}
	}
	if last != buckets-1 {
		t.Errorf("the last bucket is %d", last)
	}
}

func TestAnEmptyHistogramHasNoQuantiles(t *testing.T) {
	t.Parallel()
	var h Histogram
	if d := h.Quantile(0.5); d != 0 {
		t.Errorf("got %v", d)
	}
	for d, n := range h.All() {
		t.Errorf("%d of %v", n, d)
	}
}

func TestAHistogramOfManyDoesNotWrap(t *testing.T) {
	t.Parallel()
	var h Histogram
	h.buckets[1] = math.MaxUint32
	h.add(time.Millisecond)
	if h.buckets[1] != math.MaxUint32 {
		t.Errorf("got %d", h.buckets[1])
	}
}
