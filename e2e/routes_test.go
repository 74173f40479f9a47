package e2e

import (
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/rules"

	"github.com/otelxapi/otelxapi/e2e/scenario"
	"github.com/otelxapi/otelxapi/e2e/stack"
)

func TestAlertsGoToWhoCanAct(t *testing.T) {
	for name, test := range map[string]struct {
		labels map[string]string
		want   []string
	}{
		"money that is gone goes to the owner of the account and to the pager": {
			map[string]string{"alertname": "XApiCreditsDepleted", "severity": "critical", "family": "money", "x_api_class": "credits_depleted"},
			[]string{"account", "pager"},
		},
		"money that will be gone goes to the owner of the account, and to the team that spends it": {
			map[string]string{"alertname": "XApiCostPace", "severity": "warning", "family": "money"},
			[]string{"account", "team"},
		},
		"what is critical goes to the pager": {
			map[string]string{"alertname": "XApiStreamDown", "severity": "critical", "family": "stream"},
			[]string{"pager"},
		},
		"a warning goes to the team": {
			map[string]string{"alertname": "XApiBudgetLow", "severity": "warning", "family": "pace"},
			[]string{"team"},
		},
		"what is only worth knowing goes to the digest": {
			map[string]string{"alertname": "XApiCatalogueDrift", "severity": "info", "family": "catalogue"},
			[]string{"digest"},
		},
		"an alert of somebody else's goes to the team": {
			map[string]string{"alertname": "DiskFull"}, []string{"team"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			have, err := stack.Route("../"+scenario.AlertmanagerFile, test.labels)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(have, test.want) {
				t.Errorf("goes to %q, want %q", have, test.want)
			}
		})
	}
}

func TestACauseSilencesItsEffects(t *testing.T) {
	const endpoint = "/2/tweets/search/recent"
	for name, test := range map[string]struct{ cause, effect, other rules.Alert }{
		"a usage cap silences being rate limited": {
			alert("XApiUsageCapped", "svc", "critical"), alert("XApiRateLimited", "svc", "warning", "url_template", endpoint),
			alert("XApiRateLimited", "another", "warning", "url_template", endpoint),
		},
		"an X that is unavailable silences the burnt error budget": {
			alert("XApiUnavailable", "svc", "critical"), alert("XApiErrorBudgetBurnFast", "svc", "critical"),
			alert("XApiUsageCapped", "svc", "critical"),
		},
		"an alert from metrics silences its twin from spans, and no other": {
			alert("XApiRateLimited", "svc", "warning", "url_template", endpoint, "x_api_class", "rate_limited"),
			alert("XApiRateLimited", "svc", "warning", "url_template", endpoint, "x_api_class", "rate_limited", "source", "spans"),
			alert("XApiRateLimited", "svc", "warning", "url_template", "/2/users/me", "x_api_class", "rate_limited", "source", "spans"),
		},
		"a silence that pages silences the warning of it": {
			alert("XApiStreamStalled", "svc", "critical", "url_template", "/2/tweets/search/stream"),
			alert("XApiStreamStalled", "svc", "warning", "url_template", "/2/tweets/search/stream"),
			alert("XApiStreamStalled", "svc", "warning", "url_template", "/2/tweets/sample/stream"),
		},
		"a stream that is down silences the warning of fewer streams": {
			alert("XApiStreamDown", "svc", "critical", "url_template", "/2/tweets/search/stream"),
			alert("XApiStreamDown", "svc", "warning", "url_template", "/2/tweets/search/stream"),
			alert("XApiStreamDown", "svc", "warning", "url_template", "/2/tweets/sample/stream"),
		},
		"without a collector no program and no stream is told of, and what is known is": {
			alert("XApiNoData", "otel-collector", "critical"), alert("XApiStreamDown", "svc", "critical", "url_template", "/2/tweets/search/stream"),
			alert("XApiUsageCapped", "svc", "critical"),
		},
		"without a collector no program is told of": {
			alert("XApiNoData", "otel-collector", "critical"), alert("XApiNoData", "svc", "warning"),
			alert("XApiAuthenticationFailing", "svc", "critical"),
		},
		"fewer streams than usual silence no stream that is silent": {
			alert("XApiStreamDown", "svc", "warning", "url_template", "/2/tweets/search/stream"),
			alert("XApiStreamDown", "svc", "warning", "url_template", "/2/tweets/search/stream", "source", "spans"),
			alert("XApiStreamStalled", "svc", "critical", "url_template", "/2/tweets/search/stream"),
		},
		"a refusal silences the warning of it, on its own endpoint": {
			alert("XApiRateLimited", "svc", "warning", "url_template", endpoint),
			alert("XApiBudgetLow", "svc", "warning", "url_template", endpoint, "x_api_rate_limit_window", "15m"),
			alert("XApiBudgetLow", "svc", "warning", "url_template", "/2/users/me", "x_api_rate_limit_window", "15m"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inbox := stack.StartInbox()
			defer inbox.Stop()
			am, err := stack.StartAlertmanager(stack.AlertmanagerOptions{Config: "../" + scenario.AlertmanagerFile, Inbox: inbox, Speed: 20})
			if err != nil {
				t.Fatal(err)
			}
			defer am.Stop()
			// From now on, or else the wait of their groups, in which Alertmanager
			// gets to know the cause, would be over when they come.
			for _, a := range []*rules.Alert{&test.cause, &test.effect, &test.other} {
				now := time.Now()
				a.State, a.ActiveAt, a.FiredAt, a.ValidUntil = rules.StateFiring, now, now, now.Add(time.Hour)
				am.Notify(t.Context(), a)
			}
			// Once the cause and the other have been told of, in groups of their
			// own, the effect would have been as well.
			for want := 2; ; {
				all, more := inbox.Notifications()
				told := map[string]bool{}
				for _, n := range all {
					told[identity(rules.Alert{Labels: labels.FromMap(n.Labels)})] = true
				}
				if told[identity(test.effect)] {
					t.Fatalf("the effect was told of: %v", told)
				}
				if len(told) >= want {
					if !told[identity(test.cause)] || !told[identity(test.other)] {
						t.Errorf("told of %v", told)
					}
					return
				}
				select {
				case <-more:
				case <-time.After(time.Minute):
					t.Fatalf("told of %v only", told)
				}
			}
		})
	}
}

// What all programs have in common is one page, and what each has is one of its own.
func TestPagesAreGrouped(t *testing.T) {
	for name, test := range map[string]struct {
		alert rules.Alert
		want  int
	}{
		"an X that is unavailable to all programs": {alert("XApiUnavailable", "", "critical", "family", "server"), 1},
		"an account without credits":               {alert("XApiCreditsDepleted", "", "critical", "family", "money"), 1},
		"tokens that X does not accept":            {alert("XApiAuthenticationFailing", "", "critical", "family", "authentication"), 2},
	} {
		t.Run(name, func(t *testing.T) {
			pages := map[string]bool{}
			for _, job := range []string{"one", "another"} {
				ls := test.alert.Labels.Map()
				ls["job"] = job
				messages, err := stack.Messages("../"+scenario.AlertmanagerFile, ls)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range messages {
					if m.Receiver == "pager" {
						pages[m.Group.String()] = true
					}
				}
			}
			if len(pages) != test.want {
				t.Errorf("the pages are %v, want %d", pages, test.want)
			}
		})
	}
}

func alert(name, job, severity string, more ...string) rules.Alert {
	return rules.Alert{Labels: labels.FromStrings(append([]string{"alertname", name, "job", job, "severity", severity}, more...)...)}
}

func identity(a rules.Alert) string {
	return a.Labels.Get("alertname") + a.Labels.Get("job") + a.Labels.Get("url_template") + a.Labels.Get("severity") + a.Labels.Get("source")
}
