//go:build !race

package streamwatch

// raceEnabled says that the race detector is on, which makes a test ten times
// as slow.
const raceEnabled = false
