package budget

import (
	"math"
	"sync/atomic"
	"time"
)

const (
	// minHorizon is the shortest time that a pace is a mean over.
	minHorizon = 10 * time.Second

	// disorder is how far answers may be out of order. A larger step back is
	// a clock that was set back.
	disorder = 5000 // milliseconds
)

// horizon returns the time that the pace is a mean over.
func horizon(resetIn, length time.Duration) float64 {
	return max(min(resetIn/4, length/15), minHorizon).Seconds()
}

// pace is how fast a limit is used: an exponentially weighted mean in one word,
// the rate in requests a second and the time of the last fall.
type pace struct{ word atomic.Uint64 }

// used adds requests that were used between the last call and at, which is in
// milliseconds from the record's birth. horizon is in seconds.
func (p *pace) used(at, requests int64, horizon float64) {
	p.update(at, float64(requests), horizon, math.Inf(1))
}

// carry takes the pace, which must not be above most, into a new window. A
// pace just before a reset is a mean over so short a time that a single request
// would count for many.
func (p *pace) carry(at int64, horizon, most float64) { p.update(at, 0, horizon, most) }

func (p *pace) update(at int64, requests, horizon, most float64) {
	for {
		word := p.word.Load()
		rate, last := unpackPace(word)
		since := at - last
		switch {
		case word == 0:
			rate, last, since = 0, at, 0 // how long these requests took is unknown
		case since < -disorder:
			last, since = at, 0
		case since < 0:
			since = 0
		default:
			last = at
		}
		decay, weight := weights(since, horizon)
		rate = min(rate*decay+requests*weight, most)
		if p.word.CompareAndSwap(word, packPace(rate, last)) {
			return
		}
	}
}

// rate returns the pace at a time, in requests a second: the last one, or if
// that is less, the one that a request right now would leave.
func (p *pace) rate(at int64, horizon float64) float64 {
	word := p.word.Load()
	rate, last := unpackPace(word)
	since := at - last
	switch {
	case word == 0, since < -disorder:
		return 0
	case since <= 0:
		return rate
	}
	decay, weight := weights(since, horizon)
	return min(rate, rate*decay+weight)
}

// weights returns the weight of the pace before a span of time (milliseconds),
// and that of each request in it, spread evenly.
func weights(span int64, horizon float64) (decay, request float64) {
	if span == 0 {
		return 1, 1 / horizon
	}
	seconds := float64(span) / 1000
	decay = math.Exp(-seconds / horizon)
	return decay, (1 - decay) / seconds
}

func packPace(rate float64, last int64) uint64 {
	return uint64(math.Float32bits(float32(rate)))<<32 | uint64(uint32(last+math.MaxInt32)) //nolint:gosec // ±1<<30 ms at most: a record is replaced at maxAge
}

func unpackPace(word uint64) (rate float64, last int64) {
	return float64(math.Float32frombits(uint32(word >> 32))), int64(word&math.MaxUint32) - math.MaxInt32
}
