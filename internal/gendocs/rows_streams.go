package main

func streams() row {
	return row{"Streams", []panel{
		{title: "Open streams by endpoint", kind: "timeseries", width: 6, height: 8,
			queries: []query{{`sum by (url_template) (<x_api.stream.active>)`, "{{url_template}}"}}, alerts: []string{"XApiStreamDown"}},
		{title: "Messages", kind: "timeseries", width: 6, height: 8, unit: "cps",
			queries: []query{{`sum by (url_template) (rate(<x_api.stream.messages>[$__rate_interval]))`, "{{url_template}}"}}},
		{title: "Keep-alives", kind: "timeseries", width: 6, height: 8, unit: "cps",
			queries: []query{{`sum by (url_template) (rate(<x_api.stream.keepalives>[$__rate_interval]))`, "{{url_template}}"}},
			note:    "X sends one at least every 20 s (docs.x.com x-api/fundamentals/consuming-streaming-data, 2026-08), so a silent stream has 0.05 a second."},
		{title: "Bytes read", kind: "timeseries", width: 6, height: 8, unit: "Bps",
			queries: []query{{`sum by (url_template) (rate(<x_api.stream.io>[$__rate_interval]))`, "{{url_template}}"}}},
		{title: "Silence", kind: "timeseries", width: 8, height: 8, unit: "s", limits: []limit{{50, "red"}},
			queries: []query{{`max by (url_template) (<x_api.stream.gap>)`, "{{url_template}}"}}, alerts: []string{"XApiStreamStalled"}},
		{title: "Lag", kind: "timeseries", width: 8, height: 8, unit: "s", limits: []limit{{60, "red"}},
			queries: []query{
				{`histogram_quantile(0.5, sum by (le, url_template) (rate(<x_api.stream.lag bucket>[15m])))`, "p50 {{url_template}}"},
				{`histogram_quantile(0.9, sum by (le, url_template) (rate(<x_api.stream.lag bucket>[15m])))`, "p90 {{url_template}}"},
			},
			note: "Over 15 minutes, since a segment tells of it when it ends.", alerts: []string{"XApiStreamLag"}},
		{title: "Consumer busy", kind: "timeseries", width: 8, height: 8, unit: "percentunit", most: 1, limits: []limit{{0.9, "red"}},
			queries: []query{{`max by (url_template) (<x_api.stream.consumer.busy>)`, "{{url_template}}"}},
			note:    "Near 1, X cuts the stream because its buffer runs full.", alerts: []string{"XApiStreamSlowConsumer"}},
		{title: "Ends by reason and class", kind: "timeseries", width: 6, height: 8, stacked: true,
			queries: []query{{`sum by (x_api_stream_reason, error_type) (` + events(`<x_api.stream.disconnects>`, interval) + `) > 0`,
				"{{x_api_stream_reason}} {{error_type}}"}},
			note:   eventsNote,
			alerts: []string{"XApiStreamReconnectLoop", "XApiStreamDown"}},
		{title: "Time without a connection, p90", kind: "timeseries", width: 6, height: 8, unit: "s", limits: []limit{{300, "red"}},
			queries: []query{{`histogram_quantile(0.9, sum by (le, url_template) (rate(<x_api.stream.reconnect.gap bucket>[1h])))`, "{{url_template}}"}},
			note:    "backfill_minutes (Enterprise) covers 5 minutes at most (docs.x.com x-api/fundamentals/recovery-and-redundancy, 2026-08).", alerts: []string{"XApiStreamReconnectLoop"}},
		{title: "Stalls", kind: "timeseries", width: 6, height: 8, stacked: true,
			queries: []query{{`sum by (url_template) (` + events(`<x_api.stream.stalls>`, interval) + `) > 0`, "{{url_template}}"}}, note: eventsNote,
			alerts: []string{"XApiStreamStalled"}},
		{title: "Length of a session, p50", kind: "timeseries", width: 6, height: 8, unit: "s",
			queries: []query{{`histogram_quantile(0.5, sum by (le, url_template) (rate(<x_api.stream.duration bucket>[1d])))`, "{{url_template}}"}},
			note:    "Of the sessions that ended within a day.", alerts: []string{"XApiStreamReconnectLoop"}},
	}}
}

// costBudget is the recording rule that holds what a month may cost, in US
// dollars.
const costBudget = "x_api:cost_budget_usd:month"

func money() row {
	month := "720 * sum(" + events("<x_api.cost.estimated>", "1h") + ")"
	return row{"Money", []panel{
		{title: "A month at this pace", kind: "stat", width: 6, height: 4, unit: "currencyUSD",
			queries: []query{{month, ""}},
			note:    "The cost of the last hour, held for 30 days. Needs WithPriceTable.", alerts: []string{"XApiCostPace"}},
		{title: "Share of the monthly budget at this pace", kind: "stat", width: 6, height: 4, unit: "percentunit",
			limits:  []limit{{0.8, "yellow"}, {1, "red"}},
			queries: []query{{month + " / sum(" + costBudget + ")", ""}},
			note:    "The budget is the recording rule " + costBudget + " of monitoring/prometheus: edit it.", alerts: []string{"XApiCostPace"}},
		{title: "Posts read in 30 days", kind: "stat", width: 6, height: 4, unit: "short",
			queries: []query{{"sum(" + events(`<x_api.resources{x_api_resource_type="post"}>`, "30d") + ")", ""}},
			note:    "To hold against the plan's cap: 3,000,000 a month on pay-per-use (docs.x.com x-api/fundamentals/post-cap, 2026-08). Prometheus has to keep 30 days (--storage.tsdb.retention.time); by default it keeps 15.", alerts: []string{"XApiUsageCapped"}},
		{title: "Refused for money", kind: "stat", width: 6, height: 4, unit: "short", limits: []limit{{1, "red"}},
			queries: []query{{`sum(` + events(`<x_api.problems{x_api_class=~"credits_depleted|spend_cap_reached|usage_capped"}>`, timeRange) + `) or 0 * sum(<http.client.request.duration count>)`, ""}},
			note:    "In the time range.", alerts: []string{"XApiCreditsDepleted", "XApiSpendCapReached", "XApiUsageCapped"}},
		{title: "Cost of a day by endpoint", kind: "timeseries", width: 8, height: 9, unit: "currencyUSD", stacked: true,
			queries: []query{{`sum by (` + byEndpoint + `) (` + events("<x_api.cost.estimated>", "1d") + `) > 0`, legendEndpoint}},
			note:    "At each moment, the 24 hours before it."},
		{title: "A month at this pace, and the budget", kind: "timeseries", width: 8, height: 9, unit: "currencyUSD",
			queries: []query{{month, "at this pace"}, {`sum(` + costBudget + `)`, "budget"}},
			alerts:  []string{"XApiCostPace"}},
		{title: "Resources by type, an hour", kind: "timeseries", width: 8, height: 9, unit: "short", stacked: true,
			queries: []query{{`sum by (x_api_resource_type, x_api_resource_included) (` + events("<x_api.resources>", "1h") + `) > 0`,
				`{{x_api_resource_type}}, included: {{x_api_resource_included}}`}},
			note: "At each moment, the hour before it."},
	}}
}

// skewed is the clock skew from which on X refuses OAuth 1.0a signatures sooner
// or later, either way.
var skewed = []limit{{-30, "green"}, {30, "red"}}

func drift() row {
	return row{"Drift", []panel{
		{title: "Calls to unknown endpoints", kind: "timeseries", width: 8, height: 8, stacked: true,
			queries: []query{{`sum by (job, http_request_method) (` + events(`<x_api.unknown_endpoints>`, interval) + `) > 0`, "{{job}} {{http_request_method}}"}}, note: eventsNote,
			alerts: []string{"XApiCatalogueDrift", "XApiUnknownRoute"}},
		{title: "Problem types and classes that the catalogue lacks", kind: "timeseries", width: 8, height: 8, stacked: true,
			queries: []query{
				{`sum by (` + byEndpoint + `) (` + events(`<x_api.problems{x_api_problem_type="_OTHER"}>`, interval) + `) > 0`, "type " + legendEndpoint},
				{`sum by (` + byEndpoint + `) (` + events(`<x_api.problems{x_api_class="unknown"}>`, interval) + `) > 0`, "class " + legendEndpoint},
			},
			note: eventsNote, alerts: []string{"XApiCatalogueDrift", "XApiNewProblemType"}},
		{title: "Versions", kind: "table", width: 8, height: 8,
			queries: []query{{`count by (job, x_api_version, x_api_version_table) (<x_api.version.info>)`, "Processes"}},
			alerts:  []string{"XApiCatalogueDrift"}},
		{title: "Clock skew by program", kind: "timeseries", width: 12, height: 8, unit: "s", limits: skewed,
			queries: []query{
				{`max by (job) (<x_api.clock.skew>)`, "most {{job}}"},
				{`min by (job) (<x_api.clock.skew>)`, "least {{job}}"},
			},
			alerts: []string{"XApiClockSkew"}},
		{title: "Requests with the wrong kind of authentication", kind: "timeseries", width: 12, height: 8, stacked: true,
			queries: []query{{`sum by (` + byEndpoint + `, x_api_auth_kind) (` + events(`<x_api.auth.mismatches>`, interval) + `) > 0`,
				legendEndpoint + " {{x_api_auth_kind}}"}},
			note:   eventsNote,
			alerts: []string{"XApiAuthMismatch"}},
	}}
}
