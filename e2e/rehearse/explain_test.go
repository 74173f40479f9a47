package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/otelxapi/otelxapi/e2e/scenario"
)

const root = "../.."

func shippedSelectors(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, scenario.MetricsRules))
	if err != nil {
		t.Fatal(err)
	}
	all, err := selectors(text)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheSeriesBehindAnAlertAreFoundThroughRecordingRules(t *testing.T) {
	t.Parallel()
	have := shippedSelectors(t)
	for alert, want := range map[string]string{
		"XApiUsageCapped":    `x_api_problems_total{x_api_class="usage_capped"}`,
		"XApiClockSkew":      `x_api_clock_skew_seconds`,
		"XApiStreamStalled":  `x_api_stream_gap_seconds`,
		"XApiNoData":         `http_client_request_duration_seconds_count{url_template!=""}`,
		"XApiLatencyOfX":     `x_api_server_duration_seconds_bucket`,
		"XApiCostPace":       `x_api_cost_estimated_total`,
		"XApiNewProblemType": `x_api_problems_total`,
	} {
		if !slices.Contains(have[alert], want) {
			t.Errorf("%s is made from %q, want %s among them", alert, have[alert], want)
		}
	}
	for _, s := range scenario.All() {
		for _, a := range s.Alerts {
			if len(have[a]) == 0 {
				t.Errorf("%s is made from nothing", a)
			}
		}
	}
}

func TestRecordingRulesThatNeedEachOtherEnd(t *testing.T) {
	t.Parallel()
	have, err := selectors([]byte(`groups: [ { name: g, rules: [
  { record: "a:b", expr: 'c:d{x_api_class="k"} or raw' }, { record: "c:d", expr: 'a:b{job="j"} + inner{x_api_app_name="n"}' },
  { alert: A, expr: 'a:b > 0' } ] } ]`))
	if err != nil || !slices.Contains(have["A"], `inner{x_api_app_name="n",x_api_class="k"}`) {
		t.Errorf("%q, %v", have, err)
	}
	if _, err := selectors([]byte("groups: [ { name: g, rules: [ { alert: A, expr: 'sum(' } ] } ]")); err == nil {
		t.Error("an expression that does not parse is no error")
	}
}

func TestASelectorIsRestrictedToAJob(t *testing.T) {
	t.Parallel()
	if q, err := ofJob(`m{a="b"}`, `quote"d`); err != nil || q != `m{a="b",job="quote\"d"}` {
		t.Error(q, err)
	}
	for _, bad := range []string{"", "sum(m)", "m{"} {
		if q, err := ofJob(bad, "j"); err == nil {
			t.Errorf("%q gives %s", bad, q)
		}
	}
}

func TestWhyNobodyWasToldYet(t *testing.T) {
	t.Parallel()
	route, err := loadRouting(filepath.Join(root, scenario.AlertmanagerFile))
	if err != nil {
		t.Fatal(err)
	}
	fired := func(r *record, name, severity, class string) *alert {
		a := r.alert(name)
		a.fired = time.Now()
		a.instances = append(a.instances, model.LabelSet{
			"alertname": model.LabelValue(name), "job": "j", "severity": model.LabelValue(severity), "x_api_class": model.LabelValue(class),
		})
		return a
	}
	r := newRecord(capped())
	cause, effect := r.alert("XApiUsageCapped"), fired(r, "XApiNewProblemType", "info", "usage_capped")
	for _, step := range []struct {
		do    func()
		alert *alert
		want  string
	}{
		{func() {}, cause, "did not fire"},
		{func() {}, effect, "waits for digest (5m)"},
		{func() { fired(r, "XApiUsageCapped", "critical", "usage_capped") }, effect, "inhibited by XApiUsageCapped"},
		{func() {}, cause, "waits for pager (10s)"},
		{func() { cause.told, cause.receivers = time.Now(), []string{"pager", "account"} }, cause, "pager, account"},
	} {
		step.do()
		if have := r.fate(step.alert, route); have != step.want {
			t.Errorf("%s: %q, want %q", step.alert.name, have, step.want)
		}
	}
	if lacks := r.lacks(); len(lacks) > 0 || r.settled(route) {
		t.Errorf("lacks %q, settled without a span: %t", lacks, r.settled(route))
	}
	if r.span = time.Now(); !r.settled(route) {
		t.Error("not settled with a span, an alert told of and one inhibited")
	}
}
