package main

import (
	"slices"
	"strings"
	"testing"
)

func TestPromName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		m    metricDoc
		want string
	}{
		{"a counter of things has no unit", metricDoc{name: "x_api.problems", instrument: "counter", unit: "{problem}"}, "x_api_problems_total"},
		{"a unit comes before total", metricDoc{name: "x_api.stream.io", instrument: "counter", unit: "By"}, "x_api_stream_io_bytes_total"},
		{"total is never there twice", metricDoc{name: "a.total.b", instrument: "counter", unit: "{b}"}, "a_b_total"},
		{"a gauge of seconds", metricDoc{name: "x_api.clock.skew", instrument: "gauge", unit: "s"}, "x_api_clock_skew_seconds"},
		{"a unit that the name says", metricDoc{name: "a.seconds.left", instrument: "gauge", unit: "s"}, "a_seconds_left"},
		{"a gauge of things", metricDoc{name: "x_api.rate_limit.limit", instrument: "gauge", unit: "{request}"}, "x_api_rate_limit_limit"},
		{"a share is a ratio", metricDoc{name: "x_api.stream.consumer.busy", instrument: "gauge", unit: "1"}, "x_api_stream_consumer_busy_ratio"},
		{"a histogram of shares is none", metricDoc{name: "x_api.rate_limit.user.share", instrument: "histogram", unit: "1"}, "x_api_rate_limit_user_share"},
		{"an updowncounter is no counter", metricDoc{name: "x_api.stream.active", instrument: "updowncounter", unit: "{stream}"}, "x_api_stream_active"},
	} {
		if got, err := promName(tt.m); got != tt.want || err != nil {
			t.Errorf("%s: got %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
	if got, err := promName(metricDoc{name: "a", instrument: "gauge", unit: "min"}); err == nil {
		t.Errorf("an unknown unit gives %q", got)
	}
}

// The examples in the comments were run against a real exporter.
func TestPromNamesAreThoseOfTheExamples(t *testing.T) {
	t.Parallel()
	f, err := readFacts("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range f.allMetrics() {
		series, err := promSeries(m)
		if err != nil {
			t.Error(err)
			continue
		}
		used := named.FindAllString(m.query, -1)
		if !slices.ContainsFunc(series, func(s string) bool { return slices.Contains(used, s) }) {
			t.Errorf("%s: none of %q is in its example %s", m.name, series, m.query)
		}
		for key := range strings.SplitSeq(m.attributes, ", ") {
			if !slices.ContainsFunc(f.attributes, func(a attributeDoc) bool { return a.key == key }) {
				t.Errorf("%s: there is no attribute %q", m.name, key)
			}
		}
	}
}
