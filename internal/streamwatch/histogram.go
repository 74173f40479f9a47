package streamwatch

import (
	"iter"
	"math"
	"math/bits"
	"time"
)

// A Histogram counts durations in milliseconds. Its buckets grow by the fourth
// root of 2, as those of an OpenTelemetry exponential histogram of scale 2, so
// that a value read from it is less than 10 % off. That holds from 3 milliseconds
// to 24 days; below it is less than 1 millisecond off, and all that is longer
// falls into the last bucket. The zero value is empty.
type Histogram struct {
	Count   int64         // how many durations were added
	Max     time.Duration // the longest of them, exactly
	buckets [buckets]uint32
}

const (
	octaves = 31 // 1 ms to 2^31 ms
	buckets = 1 + 4*octaves
)

// Quarters are the fourth roots of 2, 4 and 8, as 32-bit fractions of 2: what
// a number begins with that is as far into its octave.
var quarters = [3]uint32{quarter(1), quarter(2), quarter(3)}

func quarter(n float64) uint32 { return uint32(math.Exp2(31 + n/4)) }

// add counts d, which is not negative.
func (h *Histogram) add(d time.Duration) {
	h.Count++
	h.Max = max(h.Max, d)
	if n := &h.buckets[bucketOf(d.Milliseconds())]; *n != math.MaxUint32 {
		*n++
	}
}

// bucketOf returns 0 for 0 ms, and from there on four buckets for each octave.
func bucketOf(ms int64) int {
	if ms <= 0 {
		return 0
	}
	if ms >= 1<<octaves {
		return buckets - 1
	}
	x := uint32(ms) // less than 1<<31
	octave := bits.Len32(x) - 1
	x <<= bits.LeadingZeros32(x)
	i := 1 + 4*octave
	for _, q := range quarters {
		if x >= q {
			i++
		}
	}
	return i
}

// middle returns the geometric middle of a bucket.
func middle(bucket int) time.Duration {
	if bucket == 0 {
		return 0
	}
	return time.Duration(math.Exp2(float64(bucket-1)/4+1.0/8) * float64(time.Millisecond))
}

// Quantile returns the duration that the share q of all durations do not
// exceed, 0 if there are none. A q outside 0 to 1 counts as the nearer of them.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank := uint64(max(1, math.Ceil(min(max(q, 0), 1)*float64(h.Count))))
	for d, n := range h.All() {
		if n >= rank {
			return d
		}
		rank -= n
	}
	return h.Max
}

// All returns the buckets that are not empty, the shortest duration first: a
// duration that stands for the bucket, and how many there are.
func (h *Histogram) All() iter.Seq2[time.Duration, uint64] {
	return func(yield func(time.Duration, uint64) bool) {
		for i, n := range h.buckets {
			if n > 0 && !yield(min(middle(i), h.Max), uint64(n)) {
				return
			}
		}
	}
}
