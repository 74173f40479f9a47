package main

import (
	"strings"
	"testing"
)

func TestKnownNames(t *testing.T) {
	t.Parallel()
	f, err := readFacts("../..")
	if err != nil {
		t.Fatal(err)
	}
	known, err := knownNames("../..", f)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"an attribute":                     "`x_api.transaction_id`",
		"an attribute at a sentence's end": "See x_api.transaction_id.",
		"a value of an attribute":          "`x_api.class=partial`",
		"an event":                         "the event `x_api.stream.ended`",
		"the name of a span":               "x_api.stream /2/tweets/search/stream",
		"a key of logs":                    "`x_api.support`",
		"a metric":                         "`x_api.stream.lag`",
		"a series":                         "sum(rate(x_api_stream_lag_seconds_bucket[5m]))",
		"a label":                          `up{x_api_class="gone"}`,
		"a series made from spans":         "x_api_spans_calls_total",
		"a series of otelhttp":             "http_client_request_duration_seconds_count",
		"a recording rule":                 "x_api:cost_budget_usd:month",
		"a word of another kind":           "x_apiary, xx_api.class",
	} {
		if err := known.check(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"an attribute that is not there": "`x_api.transaction`",
		"a part of an attribute":         "`x_api.rate_limit`",
		"a histogram without its suffix": "x_api_stream_lag_seconds > 1",
		"a counter without its suffix":   "rate(x_api_problems[5m])",
		"a label that is not there":      `up{x_api_status="1"}`,
		"a recording rule that is not":   "x_api:nothing:rate5m",
	} {
		if err := known.check("fine\n" + text); err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
			t.Errorf("%s: got %v, want an error about line 2", name, err)
		}
	}
}
