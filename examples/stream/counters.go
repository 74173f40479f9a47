package main

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelxapi/otelxapi"
)

// counters are what the metrics of the library say at one moment. A backend
// such as Prometheus has no more.
type counters struct {
	active, posts, keepAlives, bytes, stalls int64

	silent time.Duration // without a byte, while the consumer waits for one
	busy   float64       // share of time outside Read, of the segment
	lag    distribution  // medians of segments
	gaps   distribution  // without a connection
	ends   map[outcome]int64
	fails  map[outcome]int64 // of connecting
}

// A distribution is what is used of a histogram.
type distribution struct {
	count uint64
	sum   float64 // seconds
}

// since returns the mean of what came after an earlier moment.
func (d distribution) since(before distribution) time.Duration {
	if d.count == before.count {
		return 0
	}
	return seconds((d.sum - before.sum) / float64(d.count-before.count))
}

// An outcome is the reason and the class of an end; of a refusal, the class.
type outcome struct{ reason, class string }

// read collects the metrics.
func read(ctx context.Context, r *sdkmetric.ManualReader) (counters, error) {
	c := counters{ends: map[outcome]int64{}, fails: map[outcome]int64{}}
	var all metricdata.ResourceMetrics
	if err := r.Collect(ctx, &all); err != nil {
		return c, err
	}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			c.add(m)
		}
	}
	return c, nil
}

func (c *counters) add(m metricdata.Metrics) {
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			c.count(m.Name, p)
		}
	case metricdata.Gauge[float64]:
		for _, p := range data.DataPoints {
			switch m.Name {
			case "x_api.stream.gap":
				c.silent = seconds(p.Value)
			case "x_api.stream.consumer.busy":
				c.busy = p.Value
			}
		}
	case metricdata.Histogram[float64]:
		for _, p := range data.DataPoints {
			switch d := (distribution{p.Count, p.Sum}); m.Name {
			case "x_api.stream.lag":
				c.lag = d
			case "x_api.stream.reconnect.gap":
				c.gaps = d
			}
		}
	}
}

func (c *counters) count(name string, p metricdata.DataPoint[int64]) {
	switch name {
	case "x_api.stream.active":
		c.active += p.Value
	case "x_api.stream.messages":
		c.posts += p.Value
	case "x_api.stream.keepalives":
		c.keepAlives += p.Value
	case "x_api.stream.io":
		c.bytes += p.Value
	case "x_api.stream.stalls":
		c.stalls += p.Value
	case "x_api.stream.disconnects":
		c.ends[outcome{text(p, otelxapi.StreamReasonKey), text(p, otelxapi.ErrorTypeKey)}] += p.Value
	case "x_api.problems":
		c.fails[outcome{class: text(p, otelxapi.ClassKey)}] += p.Value
	}
}

// text returns an attribute of a point, "" if it is not set.
func text(p metricdata.DataPoint[int64], k attribute.Key) string {
	v, _ := p.Attributes.Value(k)
	return v.String()
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
