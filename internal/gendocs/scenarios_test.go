package main

import (
	"testing"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

func TestScenarioTables(t *testing.T) {
	t.Parallel()
	f := &facts{scenarios: []xapitest.Scenario{
		{Name: "rate_limited", About: "The window is empty.", Target: xapitest.Target{Method: "GET", Path: "/2/a"}, Status: 429, Class: classify.RateLimited},
		{Name: "partly", About: "One of two.", Target: xapitest.Target{Method: "GET", Path: "/2/b"}, Status: 200, Class: classify.Partial, Problem: classify.NotFound},
		{Name: "hang", About: "No answer.", Target: xapitest.Target{Method: "POST", Path: "/2/c"}, Class: classify.Timeout},
		{Name: "dns_failure", About: "No such host.", Class: classify.DNS, Fault: xapitest.FaultDNS},
	}}
	for name, c := range map[string]struct{ got, want string }{
		"answers": {answerTable(f), "| Scenario | Request | Status | Class | What |\n|---|---|---|---|---|\n" +
			"| `rate_limited` | `GET /2/a` | 429 | [`rate_limited`](classes.md#rate_limited) | The window is empty. |\n" +
			"| `partly` | `GET /2/b` | 200 | [`partial`](classes.md#partial), [`not_found`](classes.md#not_found) | One of two. |\n" +
			"| `hang` | `POST /2/c` | none | [`timeout`](classes.md#timeout) | No answer. |\n"},
		"failures": {failureTable(f), "| Scenario | Fault | Class | What |\n|---|---|---|---|\n" +
			"| `dns_failure` | `dns` | [`dns`](classes.md#dns) | No such host. |\n"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, c.got, c.want)
		}
	}
}
