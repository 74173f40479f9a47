//go:build !purego

package jsonscan

import "golang.org/x/sys/cpu"

var hasAVX2 = cpu.X86.HasAVX2

// block is how many bytes are looked at in a step.
const block = 32

// nextArray returns what searchArray does, though not each '[' with blanks before
// it. That one stops at every '[', for which branches are hard to predict; this
// one stops where a key ends like "errors", which hardly any other does.
func nextArray(p []byte, i int) int {
	if !hasAVX2 || len(p)-i < window+block {
		return searchArray(p, i)
	}
	// The key of one that is further away than the window is behind p[i].
	if k := searchArray(p[:i+window], i); k < i+window {
		return k
	}
	for i += 2; len(p)-i >= block; i++ {
		if i = endOfKey(p, i); i == len(p) {
			return i
		}
		if k := arrayBehind(p, i+1); k < len(p) {
			return k
		}
	}
	return searchArray(p, i)
}

// lastArray returns what searchLast does.
func lastArray(p []byte) int {
	if !hasAVX2 || len(p) < block {
		return searchLast(p)
	}
	return lastBracket(p)
}

// arrayBehind returns the index of the '[' that is the value of the key which
// ends before p[i], or len(p).
func arrayBehind(p []byte, i int) int {
	for _, c := range []byte(":[") {
		for i < len(p) && isBlank(p[i]) {
			i++
		}
		if i == len(p) || p[i] != c {
			return len(p)
		}
		i++
	}
	return i - 1
}

// endOfKey returns the index of the first '"' of p[i:] that has "rs" before it,
// or len(p). Before p[i] there have to be 2 bytes, and from it on 32.
//
//go:noescape
func endOfKey(p []byte, i int) int

// lastBracket returns the index of the last '[' of p, which has 32 bytes or
// more, or -1.
//
//go:noescape
func lastBracket(p []byte) int
