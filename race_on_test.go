//go:build race

package otelxapi_test

const raceEnabled = true
