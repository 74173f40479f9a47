package main

import (
	"strings"
	"testing"
)

func TestPromQL(t *testing.T) {
	t.Parallel()
	metrics := []metricDoc{
		{name: "x_api.unknown_endpoints", instrument: "counter", unit: "{request}", attributes: "http.request.method, x_api.app.name"},
		{name: "x_api.stream.lag", instrument: "histogram", unit: "s", attributes: "url.template"},
		{name: "x_api.plain", instrument: "gauge", unit: "1"},
		{name: "http.client.request.duration", instrument: "histogram", unit: "s"},
	}
	for _, tt := range []struct {
		name, template, want string
		used                 int
	}{
		{"the variables of the labels that a metric has", `rate(<x_api.unknown_endpoints>[5m]) < 1`,
			`rate(x_api_unknown_endpoints_total{job=~"$job", x_api_app_name=~"$app"}[5m]) < 1`, 1},
		{"a series of a histogram", `<x_api.stream.lag bucket>`, `x_api_stream_lag_seconds_bucket{job=~"$job", url_template=~"$url_template"}`, 1},
		{"more matchers", `<x_api.stream.lag count{le!=""}>`, `x_api_stream_lag_seconds_count{job=~"$job", url_template=~"$url_template", le!=""}`, 1},
		{"each metric counts once", `<x_api.plain> / <x_api.plain> <= <x_api.stream.lag sum>`,
			`x_api_plain_ratio{job=~"$job"} / x_api_plain_ratio{job=~"$job"} <= x_api_stream_lag_seconds_sum{job=~"$job", url_template=~"$url_template"}`, 2},
		{"calls to X only", `<http.client.request.duration count>`, `http_client_request_duration_seconds_count{job=~"$job", url_template!=""}`, 1},
		{"no metric of ours", `sum(up) < 1`, `sum(up) < 1`, 0},
	} {
		got, used, err := promQL(tt.template, metrics)
		if got != tt.want || len(used) != tt.used || err != nil {
			t.Errorf("%s: got %s with %d metrics, %v; want %s with %d", tt.name, got, len(used), err, tt.want, tt.used)
		}
	}
	for name, template := range map[string]string{
		"a metric that is not there":  `<x_api.nothing>`,
		"a histogram without a part":  `<x_api.stream.lag>`,
		"a part of what has no parts": `<x_api.plain bucket>`,
	} {
		if got, _, err := promQL(template, metrics); err == nil {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestEventsCountTheFirstOneOfASeries(t *testing.T) {
	t.Parallel()
	const want = "last_over_time(c[5m]) - (last_over_time(c[15m] offset 5m) <= last_over_time(c[5m]) or 0 * last_over_time(c[5m]))"
	if got := events("c", "5m"); got != want {
		t.Errorf("got %s", got)
	}
	if strings.Contains(events("<x_api.problems>", interval), "increase") {
		t.Error("increase does not see the first event")
	}
}
