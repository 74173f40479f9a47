package main

import (
	"slices"
	"strings"

	"github.com/otelxapi/otelxapi/classify"
)

// rows are the rows of the dashboard, from "is anything wrong" to "is it us".
func rows(f *facts) []row {
	return []row{
		overview(), budgets(), classRow(f.catalog), latency(), streams(), money(), drift(),
	}
}

// The labels by which most panels tell series apart.
const (
	byEndpoint     = "http_request_method, url_template"
	legendEndpoint = "{{http_request_method}} {{url_template}}"
)

// failing is the share of calls from which on the panels are not green.
var failing = []limit{{0.01, "yellow"}, {0.05, "red"}}

func overview() row {
	return row{"Overview", []panel{
		{title: "Calls", kind: "stat", width: 4, height: 4, unit: "reqps",
			queries: []query{{`sum(rate(<http.client.request.duration count>[$__rate_interval]))`, ""}},
			note:    "Calls a second.", alerts: []string{"XApiNoData"}},
		{title: "Failing", kind: "stat", width: 4, height: 4, unit: "percentunit", limits: failing,
			queries: []query{{`(sum(` + events(`<http.client.request.duration count{error_type!=""}>`, interval) + `) or vector(0))` +
				` / sum(` + events(`<http.client.request.duration count>`, interval) + `)`, ""}},
			note: "The share of calls that failed, whoever's fault it is.", alerts: []string{"XApiUnavailable", "XApiErrorBudgetBurnFast", "XApiErrorBudgetBurnSlow"}},
		{title: "Smallest budget left", kind: "stat", width: 4, height: 4, unit: "percentunit",
			limits:  []limit{{0.1, "yellow"}, {0.25, "green"}},
			queries: []query{{`min(<x_api.rate_limit.remaining> / <x_api.rate_limit.limit>)`, ""}},
			note:    "The rate limit with the lowest share left.", alerts: []string{"XApiBudgetLow"}},
		{title: "Open streams", kind: "stat", width: 4, height: 4,
			queries: []query{{`sum(<x_api.stream.active>)`, ""}}, alerts: []string{"XApiStreamDown"}},
		{title: "Cost, 24 hours", kind: "stat", width: 4, height: 4, unit: "currencyUSD",
			queries: []query{{`sum(` + events("<x_api.cost.estimated>", "1d") + `)`, ""}},
			note:    "Needs WithPriceTable.", alerts: []string{"XApiCostPace"}},
		{title: "Clock skew", kind: "stat", width: 4, height: 4, unit: "s", limits: []limit{{30, "red"}},
			queries: []query{{`max(abs(<x_api.clock.skew>))`, ""}}, alerts: []string{"XApiClockSkew"}},
		{title: "Alerts that fire", kind: "table", width: 24, height: 6,
			queries: []query{{`max by (severity, alertname, job, x_api_class, url_template, x_api_rate_limit_window)` +
				` (ALERTS{alertname=~"XApi.+", alertstate="firing", job=~"$job"})`, "Firing"}},
			note: "Needs the alert rules of monitoring/prometheus in the same Prometheus. Each name leads to its runbook.",
			columns: []column{
				{name: "alertname", link: runbookURL + "${__value.text}.md"},
			}},
		{title: "Calls by class", kind: "timeseries", width: 8, height: 9, unit: "reqps", stacked: true,
			queries: []query{{`label_replace(sum by (error_type) (rate(<http.client.request.duration count>[$__rate_interval])), ` +
				`"error_type", "no error", "error_type", "")`, "{{error_type}}"}},
			note: "Calls a second by the class of the answer. A program that instruments other clients with otelhttp counts those here as well."},
		{title: "Failures by class", kind: "timeseries", width: 8, height: 9, stacked: true,
			queries: []query{{`sum by (error_type) (` + events(`<http.client.request.duration count{error_type!=""}>`, interval) + `) > 0`, "{{error_type}}"}},
			note:    eventsNote + " What each class means and who acts: docs/classes.md.",
			alerts:  []string{"XApiAuthenticationFailing", "XApiPermissionLost", "XApiUnavailable"}},
		{title: "Duration", kind: "timeseries", width: 8, height: 9, unit: "s",
			queries: []query{
				{`histogram_quantile(0.5, sum by (le) (rate(<http.client.request.duration bucket>[$__rate_interval])))`, "p50"},
				{`histogram_quantile(0.99, sum by (le) (rate(<http.client.request.duration bucket>[$__rate_interval])))`, "p99"},
			},
			note: "The time to the headers of the answer.", alerts: []string{"XApiLatencyOfX", "XApiLatencyOfUs"}},
	}}
}

func budgets() row {
	const window = byEndpoint + ", x_api_rate_limit_window"
	const legend = legendEndpoint + " {{x_api_rate_limit_window}}"
	return row{"Budget", []panel{
		{title: "Share of the rate limit that is left", kind: "timeseries", width: 12, height: 9, unit: "percentunit", most: 1,
			limits:  []limit{{0.1, "green"}},
			queries: []query{{`min by (` + window + `) (<x_api.rate_limit.remaining> / <x_api.rate_limit.limit>)`, legend}},
			note:    "Of several processes, what the last answer told the worst.", alerts: []string{"XApiBudgetLow", "XApiBudgetExhaustedBeforeReset"}},
		{title: "Rate limits now", kind: "table", width: 12, height: 9,
			queries: []query{
				{`min by (` + window + `) (<x_api.rate_limit.remaining>)`, "Left"},
				{`min by (` + window + `) (<x_api.rate_limit.limit>)`, "Limit"},
				{`max by (` + window + `) (<x_api.rate_limit.reset.in>)`, "Resets in"},
				{`min by (` + window + `) (<x_api.rate_limit.exhaustion.in>)`, "Empty in"},
			},
			columns: []column{{name: "Resets in", unit: "s"}, {name: "Empty in", unit: "s"}},
			alerts:  []string{"XApiBudgetLow", "XApiBudgetExhaustedBeforeReset"}},
		{title: "Reset in", kind: "timeseries", width: 8, height: 8, unit: "s",
			queries: []query{{`max by (` + window + `) (<x_api.rate_limit.reset.in>)`, legend}}},
		{title: "Empty in, where that is before the reset", kind: "timeseries", width: 8, height: 8, unit: "s",
			queries: []query{{`min by (` + window + `) (<x_api.rate_limit.exhaustion.in>)`, legend}},
			alerts:  []string{"XApiBudgetExhaustedBeforeReset"}},
		{title: "Share that users have left", kind: "timeseries", width: 8, height: 8, unit: "percentunit", most: 1,
			queries: []query{
				{`histogram_quantile(0.05, sum by (le, ` + window + `) (rate(<x_api.rate_limit.user.share bucket>[$__rate_interval])))`, "p5 " + legend},
				{`histogram_quantile(0.5, sum by (le, ` + window + `) (rate(<x_api.rate_limit.user.share bucket>[$__rate_interval])))`, "p50 " + legend},
			}},
		{title: "Refused for pace", kind: "timeseries", width: 12, height: 8, stacked: true,
			queries: []query{{`sum by (x_api_class, ` + byEndpoint + `) (` +
				events(`<x_api.problems{x_api_class=~"rate_limited|daily_limited|burst_limited|connection_limited"}>`, interval) + `) > 0`,
				"{{x_api_class}} " + legendEndpoint}},
			note:   eventsNote,
			alerts: []string{"XApiRateLimited", "XApiDailyLimited", "XApiBurstLimited", "XApiConnectionLimited"}},
		{title: "Requests sent again", kind: "timeseries", width: 12, height: 8, unit: "reqps",
			queries: []query{{`sum by (` + byEndpoint + `) (rate(<x_api.resends>[$__rate_interval]))`, legendEndpoint}},
			note:    "Each of them takes from the budget too."},
	}}
}

// classRow shows what went wrong: by class and type, and by what the catalogue
// says to do about it.
func classRow(catalog classify.CatalogDoc) row {
	var retry, act []query
	for _, v := range []classify.Verdict{classify.VerdictNever, classify.VerdictAfterReset, classify.VerdictBackoff, classify.VerdictReconnect} {
		retry = append(retry, problemRate(catalog, string(v), func(c classify.ClassInfo) bool { return c.Verdict == v }))
	}
	for _, o := range []classify.Owner{classify.OwnerCaller, classify.OwnerAppSettings, classify.OwnerAccount, classify.OwnerX, classify.OwnerNetwork} {
		act = append(act, problemRate(catalog, string(o), func(c classify.ClassInfo) bool { return c.Hint.Owner == o }))
	}
	items := pattern(catalog, func(c classify.ClassInfo) bool {
		return c.Family == "resources" || c.Class == classify.Partial || c.Class == classify.NoData
	})
	return row{"Classes", []panel{
		{title: "Problems by class", kind: "timeseries", width: 12, height: 9, stacked: true,
			queries: []query{{`sum by (x_api_class) (` + events(`<x_api.problems>`, interval) + `) > 0`, "{{x_api_class}}"}}, note: eventsNote,
			alerts: []string{"XApiUsageCapped", "XApiCreditsDepleted", "XApiSpendCapReached", "XApiUnknownRoute"}},
		{title: "Problems by type", kind: "timeseries", width: 12, height: 9, stacked: true,
			queries: []query{{`label_replace(sum by (x_api_problem_type) (` + events(`<x_api.problems>`, interval) + `), ` +
				`"x_api_problem_type", "none named", "x_api_problem_type", "") > 0`, "{{x_api_problem_type}}"}}, note: eventsNote,
			alerts: []string{"XApiNewProblemType"}},
		{title: "Is it of use to send them again?", kind: "timeseries", width: 8, height: 8, stacked: true, queries: retry,
			note: "Problems by the retry verdict that their class has in the catalogue."},
		{title: "Who has to act", kind: "timeseries", width: 8, height: 8, stacked: true, queries: act,
			note: "Problems by who can make their class go away: the caller (this program), the app's settings, the account (plan and bill), X, or the network."},
		{title: "Errors inside successes, for each call", kind: "timeseries", width: 8, height: 8, unit: "percentunit", limits: []limit{{0.05, "red"}},
			queries: []query{{`sum by (` + byEndpoint + `) (rate(<x_api.problems{x_api_class=~"` + items + `"}>[$__rate_interval]))` +
				` / sum by (` + byEndpoint + `) (rate(<http.client.request.duration count>[$__rate_interval])) > 0`, legendEndpoint}},
			note:   "One answer can hold many errors, so this can be more than 100 %.",
			alerts: []string{"XApiPartialErrorsHigh"}},
		{title: "What failed in the time range", kind: "table", width: 24, height: 9,
			queries: []query{{`sort_desc(round(sum by (` + byEndpoint + `, x_api_class, x_api_problem_type) (` + events(`<x_api.problems>`, timeRange) + `)) > 0)`, "Problems"}}},
	}}
}

// problemRate counts the problems of some classes.
func problemRate(catalog classify.CatalogDoc, name string, is func(classify.ClassInfo) bool) query {
	return query{
		"sum(" + events(`<x_api.problems{x_api_class=~"`+pattern(catalog, is)+`"}>`, interval) + ") > 0",
		strings.ReplaceAll(name, "_", " "),
	}
}

// pattern matches some classes.
func pattern(catalog classify.CatalogDoc, is func(classify.ClassInfo) bool) string {
	var list []string
	for _, c := range catalog.Classes {
		if is(c) {
			list = append(list, string(c.Class))
		}
	}
	slices.Sort(list)
	return strings.Join(list, "|")
}

func latency() row {
	const (
		whole = `histogram_quantile(0.95, sum by (le, ` + byEndpoint + `) (rate(<http.client.request.duration bucket>[$__rate_interval])))`
		xs    = `histogram_quantile(0.95, sum by (le, ` + byEndpoint + `) (rate(<x_api.server.duration bucket>[$__rate_interval])))`
	)
	return row{"Latency by template", []panel{
		{title: "Whole call, p50", kind: "timeseries", width: 12, height: 8, unit: "s",
			queries: []query{{strings.Replace(whole, "0.95", "0.5", 1), legendEndpoint}}},
		{title: "Whole call, p95", kind: "timeseries", width: 12, height: 8, unit: "s", queries: []query{{whole, legendEndpoint}}},
		{title: "X's own time, p95", kind: "timeseries", width: 12, height: 8, unit: "s", limits: []limit{{2, "red"}},
			queries: []query{{xs, legendEndpoint}}, alerts: []string{"XApiLatencyOfX"}},
		{title: "Network and this program, p95", kind: "timeseries", width: 12, height: 8, unit: "s", limits: []limit{{1, "red"}},
			queries: []query{{whole + " - " + xs, legendEndpoint}},
			note:    "The p95 of the whole call less that of X's own time, which is near the p95 of the difference when calls are alike.",
			alerts:  []string{"XApiLatencyOfUs"}},
	}}
}
