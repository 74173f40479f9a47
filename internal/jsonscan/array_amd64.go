//go:build !purego

package jsonscan

import "golang.org/x/sys/cpu"

var hasAVX2 = cpu.X86.HasAVX2

// block is how many bytes candidate looks at in a step.
const block = 32

// nextArray returns what searchArray does. That one stops at every '[', for
// which branches are hard to predict; this one does at hardly any.
func nextArray(p []byte, i int) int {
	if !hasAVX2 {
		return searchArray(p, i)
	}
	for ; i < min(8, len(p)); i++ {
		if p[i] == '[' {
			return i
		}
	}
	for len(p)-i >= block {
		k := candidate(p, i)
		if k == len(p) || mayFollow(p, k, errorsWord, 0) {
			return k
		}
		i = k + nextKey
	}
	return searchArray(p, i)
}

// candidate returns the index of the first '[' of p[i:] that has the 'r' of
// "errors": before it, or blanks, or len(p). Before p[i] there have to be 4
// bytes, and from it on 32.
//
//go:noescape
func candidate(p []byte, i int) int
