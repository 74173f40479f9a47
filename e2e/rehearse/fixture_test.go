package main

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/e2e/scenario"
	"github.com/otelxapi/otelxapi/e2e/stack"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func capped() scenario.Scenario {
	all := scenario.All()
	return all[slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == "usage_capped" })]
}

// calm is a rehearsal of which one scenario went well and one is played.
func calm() *rehearsal {
	route, err := loadRouting("../../" + scenario.AlertmanagerFile)
	if err != nil {
		panic(err)
	}
	r := &rehearsal{began: noon, route: route}
	done := newRecord(capped())
	done.state, done.began, done.span, done.over = ok, noon, noon.Add(2*time.Second), noon.Add(3*time.Second)
	done.spans = []span{
		spanAt("t1", "a", "", "sync posts", 0, 300*time.Millisecond, nil),
		spanAt("t1", "b", "a", "GET /2/tweets/search/recent", 10*time.Millisecond, 90*time.Millisecond, map[string]any{
			"error.type": "usage_capped", "http.request.method": "GET", "url.template": "/2/tweets/search/recent",
			string(otelxapi.RateLimitLimitKey): int64(450), string(otelxapi.RateLimitRemainingKey): int64(20),
		}, event{"x_api.problem", map[string]any{
			string(otelxapi.ClassKey): "usage_capped", string(otelxapi.HintTitleKey): "Usage cap reached",
			string(otelxapi.HintTextKey):  "Raise the plan.",
			string(otelxapi.HintURLKey):   "https://docs.x.com/x-api/fundamentals/post-cap",
			string(otelxapi.HintOwnerKey): "account", string(otelxapi.RetryVerdictKey): "never",
		}}),
		spanAt("t1", "c", "a", "GET /2/users/me", 5*time.Millisecond, time.Millisecond, nil),
	}
	a := done.alert("XApiUsageCapped")
	a.metric, a.fired, a.told = noon.Add(time.Second), noon.Add(time.Second), noon.Add(2*time.Second)
	a.severity, a.summary, a.action, a.runbook = "critical", "the cap is used up", "Raise the plan.", "https://example.com/runbook"
	a.receivers = []string{"pager"}
	a.instances = []model.LabelSet{{"alertname": "XApiUsageCapped", "severity": "critical", "job": "usage_capped"}}
	done.told = []stack.Notification{{Receiver: "pager", Status: "firing", Received: noon.Add(2 * time.Second), Labels: map[string]string{"alertname": "XApiUsageCapped", "severity": "critical"}}}
	next := newRecord(capped())
	next.Name, next.state, next.began = "next", playing, noon
	r.records = []*record{done, next}
	return r
}

func spanAt(trace, id, parent, name string, after, d time.Duration, attrs map[string]any, events ...event) span {
	return span{
		trace: trace, id: id, parent: parent, name: name,
		start: noon.Add(after), end: noon.Add(after + d), attrs: attrs, events: events,
	}
}

// hostile has words that no line holds, and markup, wherever words come from
// outside.
func hostile() *rehearsal {
	r := calm()
	word := strings.Repeat("W", 300)
	attack := word + `"><script>ran=1</script><img src=x onerror="ran=1"><style>body{color:red}</style>`
	rec := r.records[0]
	rec.state, rec.problem, rec.About = missing, attack, attack
	for i := range rec.spans {
		s := &rec.spans[i]
		s.name, s.trace = attack, attack
		s.attrs = map[string]any{
			"error.type": attack, "url.template": attack, "http.request.method": 7,
			string(otelxapi.RateLimitLimitKey): int64(-1), string(otelxapi.RateLimitRemainingKey): int64(1) << 62,
			string(otelxapi.RateLimitWindowKey): attack,
		}
		s.events = []event{{attack, map[string]any{
			string(otelxapi.ClassKey): attack, string(otelxapi.HintTitleKey): attack, string(otelxapi.HintTextKey): attack,
			string(otelxapi.HintURLKey): "javascript:ran=1", string(otelxapi.HintOwnerKey): attack, string(otelxapi.RetryVerdictKey): attack,
		}}}
	}
	a := rec.alerts[1]
	a.severity, a.summary, a.action, a.runbook, a.receivers = attack, attack, attack, "javascript:ran=1", []string{attack}
	rec.told[0] = stack.Notification{Receiver: attack, Status: attack, Received: noon, Labels: map[string]string{"alertname": attack, "severity": attack}}
	return r
}
