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
		"money that will be gone goes to the owner of the account": {
			map[string]string{"alertname": "XApiCostPace", "severity": "warning", "family": "money"},
			[]string{"account"},
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

func alert(name, job, severity string, more ...string) rules.Alert {
	return rules.Alert{Labels: labels.FromStrings(append([]string{"alertname", name, "job", job, "severity", severity}, more...)...)}
}

func identity(a rules.Alert) string {
	return a.Labels.Get("alertname") + a.Labels.Get("job") + a.Labels.Get("url_template") + a.Labels.Get("severity") + a.Labels.Get("source")
}
