//go:build !race

package otelxapi_test

// raceEnabled says that the race detector is on, under which pools forget and
// allocations do not count.
const raceEnabled = false
