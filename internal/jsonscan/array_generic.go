//go:build !amd64 || purego

package jsonscan

// nextArray returns what searchArray does.
func nextArray(p []byte, i int) int { return searchArray(p, i) }

// lastArray returns what searchLast does.
func lastArray(p []byte) int { return searchLast(p) }
