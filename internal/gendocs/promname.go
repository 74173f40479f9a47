package main

import (
	"fmt"
	"slices"
	"strings"
)

// promUnits are the units of this library's metrics as Prometheus spells them.
// Units in braces annotate and leave no suffix; "1" leaves one on gauges only.
var promUnits = map[string]string{"s": "seconds", "By": "bytes", "1": ""}

// promName returns the name that a metric has in Prometheus, as the collector's
// Prometheus exporter and Prometheus's own OTLP receiver make it
// (UnderscoreEscapingWithSuffixes; OpenTelemetry specification 1.38.0,
// "Prometheus and OpenMetrics Compatibility"): dots become underscores, then
// come the unit unless the name says it, "total" for counters, and "ratio" for
// gauges of unit 1. Histograms get their _bucket, _count and _sum behind it.
func promName(m metricDoc) (string, error) {
	unit := ""
	if !strings.HasPrefix(m.unit, "{") {
		var ok bool
		if unit, ok = promUnits[m.unit]; !ok {
			return "", fmt.Errorf("metric %s: unit %q is not in promUnits of internal/gendocs; add it", m.name, m.unit)
		}
	}
	words := strings.Split(promLabel(m.name), "_")
	if unit != "" && !slices.Contains(words, unit) {
		words = append(words, unit)
	}
	last := func(suffix string) {
		words = append(slices.DeleteFunc(words, func(w string) bool { return w == suffix }), suffix)
	}
	switch {
	case m.instrument == "counter":
		last("total")
	case m.instrument == "gauge" && m.unit == "1":
		last("ratio")
	}
	return strings.Join(words, "_"), nil
}

// promLabel returns the name that an attribute has in Prometheus.
func promLabel(key string) string { return strings.ReplaceAll(key, ".", "_") }

// promSeries returns the names of a metric's series in Prometheus.
func promSeries(m metricDoc) ([]string, error) {
	name, err := promName(m)
	if err != nil || m.instrument != "histogram" {
		return []string{name}, err
	}
	return []string{name + "_bucket", name + "_count", name + "_sum"}, nil
}
