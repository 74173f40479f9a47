package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// spanSeries are the series that the collector makes from spans, as
// otel-collector.yaml names them.
var spanSeries = []string{
	"x_api_spans_calls_total",
	"x_api_spans_duration_seconds_bucket", "x_api_spans_duration_seconds_count", "x_api_spans_duration_seconds_sum",
	"x_api_spans_events_total",
	"x_api_spans_rate_limit_limit", "x_api_spans_rate_limit_remaining",
	"x_api_spans_rate_limit_reset_time_seconds", "x_api_spans_rate_limit_utilization_ratio",
	"x_api_spans_auth_mismatches_total",
	"x_api_spans_unknown_endpoints_total",
	"x_api_spans_cost_estimated_total",
	"x_api_spans_clock_skew_seconds",
	"x_api_spans_server_duration_seconds_bucket", "x_api_spans_server_duration_seconds_count", "x_api_spans_server_duration_seconds_sum",
	"x_api_spans_resends_total", "x_api_spans_last_time_seconds",
	"x_api_spans_stream_segments_total", "x_api_spans_stream_messages_total",
	"x_api_spans_stream_gap_seconds", "x_api_spans_stream_consumer_busy_ratio", "x_api_spans_stream_lag_seconds",
	"x_api_spans_stream_ended_time_seconds", "x_api_spans_stream_connected_time_seconds",
}

// spanLabels are labels of those that no attribute of this library's is behind.
var spanLabels = []string{"x_api_event", "x_api_event_class"}

// ruleFiles hold the recording rules, whose names pages may use.
const ruleFiles = "monitoring/prometheus/*.rules.yml"

var recorded = regexp.MustCompile(`(?m)^\s*- record: (\S+)$`)

// ruleSeries returns the names of the recording rules in dir.
func ruleSeries(dir string) (list []string, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(ruleFiles)))
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		for _, m := range recorded.FindAllStringSubmatch(string(text), -1) {
			list = append(list, m[1])
		}
	}
	return list, err
}

// names are those that a page may use, in the form of OpenTelemetry and in that
// of Prometheus.
type names map[string]bool

// knownNames returns the names of attributes, events, metrics and series.
func knownNames(dir string, f *facts) (names, error) {
	known := names{}
	add := func(list ...string) {
		for _, n := range list {
			known[n] = true
		}
	}
	for _, a := range f.attributes {
		add(a.key, promLabel(a.key))
	}
	for _, e := range f.events {
		add(e.name)
	}
	add(f.others...)
	for _, m := range f.allMetrics() {
		series, err := promSeries(m)
		if err != nil {
			return nil, err
		}
		add(m.name)
		add(series...)
	}
	add(spanSeries...)
	add(spanLabels...)
	rules, err := ruleSeries(dir)
	add(rules...)
	return known, err
}

// named finds what looks like a name of this library's telemetry.
var named = regexp.MustCompile(`\bx_api\.[a-z0-9_]+(?:\.[a-z0-9_]+)*|\b(?:x_api|http_client)_[a-z0-9_]+|\bx_api:[a-z0-9_:]+`)

// check refuses a text that uses a name which nothing has.
func (n names) check(text string) error {
	for i, line := range strings.Split(text, "\n") {
		for _, name := range named.FindAllString(line, -1) {
			if !n[name] {
				return fmt.Errorf("line %d: there is no attribute, event, metric or label %q", i+1, name)
			}
		}
	}
	return nil
}
