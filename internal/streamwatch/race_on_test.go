//go:build race

package streamwatch

const raceEnabled = true
