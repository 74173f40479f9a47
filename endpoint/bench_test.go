package endpoint_test

import (
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// BenchmarkMatch/worst reports as worst-ns/op the slowest operation of the
// table: for each, the fastest of several runs, since only the machine makes a
// run slower.
func BenchmarkMatch(b *testing.B) {
	operations := endpoint.Operations()
	paths := make([]string, len(operations))
	for i, op := range operations {
		paths[i] = fill(op.Template, "1111111111111111111")
	}
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			endpoint.Match(operations[i].Method, paths[i])
			if i++; i == len(paths) {
				i = 0
			}
		}
	})
	b.Run("worst", func(b *testing.B) {
		const runs, matches = 100, 200
		var worst time.Duration
		name := ""
		for b.Loop() {
			worst = 0
			for i, op := range operations {
				best := time.Hour
				for range runs {
					start := time.Now()
					for range matches {
						endpoint.Match(op.Method, paths[i])
					}
					best = min(best, time.Since(start))
				}
				if best > worst {
					worst, name = best, op.Name
				}
			}
		}
		b.ReportMetric(float64(worst)/matches, "worst-ns/op")
		b.Logf("the slowest is %s", name)
	})
	for _, bench := range []struct{ name, method, path string }{
		{"other method", "HEAD", "/2/users/1111111111111111111/followed_lists/1111111111111111111"},
		{"unknown", "GET", "/2/users/1111111111111111111/something_new"},
		{"escaped", "GET", "/2/%74weets/%73earch/recent"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				endpoint.Match(bench.method, bench.path)
			}
		})
	}
}
