//go:build !race

package jsonscan

// raceEnabled says that the race detector is on, which makes a test ten times
// as slow.
const raceEnabled = false
