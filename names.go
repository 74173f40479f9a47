package otelxapi

// The events, spans and metrics of this library. Their tables in the
// documentation are generated from the comments here, as those of attributes
// are from attributes.go.

// The names of the events.
const (
	// eventProblem says what a failed call, or an error inside a success, means
	// and what to do.
	eventProblem = prefix + "problem"

	// eventRateLimitLow warns of a rate limit that is nearly used up, or will be
	// before it resets.
	eventRateLimitLow = prefix + "rate_limit.low"

	// eventStreamStalled tells of a silence of a stream, while it lasts.
	eventStreamStalled = prefix + "stream.stalled"

	// eventStreamEnded tells why a stream ended and what to do.
	eventStreamEnded = prefix + "stream.ended"
)

// streamSpan begins the name of the spans of streams, before the template.
const streamSpan = prefix + "stream"

// The names of the metrics of this library's own.
const (
	// metricResources counts the resources that X returned, which is what X
	// bills reads by. Those of type "post" count toward the monthly cap of the
	// plan; an upper bound, since X counts a Post once in a UTC day. The messages
	// of streams count as they come, what is included in them does not. It is an
	// observable counter, read at collection.
	//
	// Instrument: counter. Unit: {resource}. Attributes: http.request.method,
	// url.template, x_api.resource.type, x_api.resource.included, x_api.app.name.
	// Query: sum(increase(x_api_resources_total{x_api_resource_type="post"}[30d])) / 3e6
	metricResources = prefix + "resources"

	// metricCost counts what calls and the messages of streams cost by list price,
	// in US dollars; an upper bound for reads.
	//
	// Instrument: counter. Unit: {USD}. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: sum by (url_template) (increase(x_api_cost_estimated_total[1d]))
	metricCost = prefix + "cost.estimated"

	// metricProblems counts calls that failed, and each error inside a success. A
	// problem type that the catalogue lacks is "_OTHER"; where the body names
	// none, x_api.problem.type is absent.
	//
	// Instrument: counter. Unit: {problem}. Attributes: http.request.method,
	// url.template, x_api.class, x_api.problem.type, x_api.app.name.
	// Query: sum by (x_api_class) (rate(x_api_problems_total[5m])) > 0
	metricProblems = prefix + "problems"

	// metricServer is how long X worked on answers by its own account, the header
	// x-response-time, to hold against http.client.request.duration: what is
	// between the two is the network and this program.
	//
	// Instrument: histogram. Unit: s. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: histogram_quantile(0.95, sum by (le, url_template) (rate(x_api_server_duration_seconds_bucket[5m])))
	metricServer = prefix + "server.duration"

	// metricMismatches counts requests whose kind of authentication X's
	// documentation does not list for the operation.
	//
	// Instrument: counter. Unit: {request}. Attributes: http.request.method,
	// url.template, x_api.auth.kind, x_api.app.name.
	// Query: sum by (url_template, x_api_auth_kind) (increase(x_api_auth_mismatches_total[15m])) > 0
	metricMismatches = prefix + "auth.mismatches"

	// metricSkew is this machine's clock minus X's, at the last answer that had
	// a date; X tells whole seconds.
	//
	// Instrument: gauge. Unit: s. Attributes: x_api.app.name.
	// Query: abs(x_api_clock_skew_seconds) > 30
	metricSkew = prefix + "clock.skew"

	// metricResends counts requests that were sent before: redirects, and
	// retries that [ContextWithResendCount] declares.
	//
	// Instrument: counter. Unit: {request}. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: sum by (url_template) (rate(x_api_resends_total[5m]))
	metricResends = prefix + "resends"

	// metricUnknown counts requests to endpoints that are not in the table.
	//
	// Instrument: counter. Unit: {request}. Attributes: http.request.method,
	// x_api.app.name.
	// Query: increase(x_api_unknown_endpoints_total[1h]) > 0
	metricUnknown = prefix + "unknown_endpoints"

	// metricLimit is the size of a rate limit's window.
	//
	// Instrument: gauge. Unit: {request}. Attributes: http.request.method,
	// url.template, x_api.rate_limit.window, x_api.rate_limit.scope,
	// x_api.app.name.
	// Query: min by (url_template) (x_api_rate_limit_remaining / x_api_rate_limit_limit) < 0.1
	metricLimit = prefix + "rate_limit.limit"

	// metricRemaining is how many requests are left in a rate limit's window; of
	// users, in that with the lowest share.
	//
	// Instrument: gauge. Unit: {request}. Attributes: http.request.method,
	// url.template, x_api.rate_limit.window, x_api.rate_limit.scope,
	// x_api.app.name.
	// Query: x_api_rate_limit_remaining{x_api_rate_limit_window="user_24h"} < 5
	metricRemaining = prefix + "rate_limit.remaining"

	// metricResetIn is the time until a rate limit's window resets.
	//
	// Instrument: gauge. Unit: s. Attributes: http.request.method,
	// url.template, x_api.rate_limit.window, x_api.rate_limit.scope,
	// x_api.app.name.
	// Query: x_api_rate_limit_reset_in_seconds and x_api_rate_limit_remaining == 0
	metricResetIn = prefix + "rate_limit.reset.in"

	// metricExhaustionIn is the time until a rate limit's window is empty at the
	// recent pace; absent when it resets before.
	//
	// Instrument: gauge. Unit: s. Attributes: http.request.method,
	// url.template, x_api.rate_limit.window, x_api.rate_limit.scope,
	// x_api.app.name.
	// Query: x_api_rate_limit_exhaustion_in_seconds < 120
	metricExhaustionIn = prefix + "rate_limit.exhaustion.in"

	// metricShare is the distribution of the share of a user's rate limit that
	// is left after a call, from 0 to 1.
	//
	// Instrument: histogram. Unit: 1. Attributes: http.request.method,
	// url.template, x_api.rate_limit.window, x_api.rate_limit.scope,
	// x_api.app.name.
	// Query: histogram_quantile(0.05, sum by (le, url_template) (rate(x_api_rate_limit_user_share_bucket[15m])))
	metricShare = prefix + "rate_limit.user.share"

	// metricVersion is always 1; its attributes are the API version that X
	// answered with last and that of the table of endpoints.
	//
	// Instrument: gauge. Unit: {version}. Attributes: x_api.version,
	// x_api.version.table, x_api.app.name.
	// Query: count(x_api_version_info{x_api_version!="2.167"}) > 0
	metricVersion = prefix + "version.info"

	// metricStreamActive is how many streams are open.
	//
	// Instrument: updowncounter. Unit: {stream}. Attributes:
	// http.request.method, url.template, x_api.app.name.
	// Query: sum by (url_template) (x_api_stream_active) < 1
	metricStreamActive = prefix + "stream.active"

	// metricStreamMessages counts posts, or what else a stream carries as data.
	//
	// Instrument: counter. Unit: {message}. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: sum by (url_template) (rate(x_api_stream_messages_total[5m]))
	metricStreamMessages = prefix + "stream.messages"

	// metricStreamKeepAlives counts keep-alives.
	//
	// Instrument: counter. Unit: {keepalive}. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: sum by (url_template) (rate(x_api_stream_keepalives_total[5m]))
	metricStreamKeepAlives = prefix + "stream.keepalives"

	// metricStreamIO counts the bytes that the application read.
	//
	// Instrument: counter. Unit: By. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: sum by (url_template) (rate(x_api_stream_io_bytes_total[5m]))
	metricStreamIO = prefix + "stream.io"

	// metricStreamGap is how long an open stream has had no byte while the
	// application waits for them; of several, the longest. It is 0 while the
	// application is busy outside Read, which `x_api.stream.consumer.busy` tells of.
	//
	// Instrument: gauge. Unit: s. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: x_api_stream_gap_seconds > 50
	metricStreamGap = prefix + "stream.gap"

	// metricStreamLag is the median age of the posts of a segment when they were
	// read.
	//
	// Instrument: histogram. Unit: s. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: histogram_quantile(0.9, sum by (le, url_template) (rate(x_api_stream_lag_seconds_bucket[15m])))
	metricStreamLag = prefix + "stream.lag"

	// metricStreamBusy is the share of time that the application spends outside
	// Read, from 0 to 1.
	//
	// Instrument: gauge. Unit: 1. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: max by (url_template) (x_api_stream_consumer_busy_ratio) > 0.9
	metricStreamBusy = prefix + "stream.consumer.busy"

	// metricStreamDuration is the time from the headers of a stream to its end.
	//
	// Instrument: histogram. Unit: s. Attributes: http.request.method,
	// url.template, x_api.stream.reason, error.type, x_api.app.name.
	// Query: histogram_quantile(0.5, sum by (le, url_template) (rate(x_api_stream_duration_seconds_bucket[1d])))
	metricStreamDuration = prefix + "stream.duration"

	// metricStreamDisconnects counts the ends of streams.
	//
	// Instrument: counter. Unit: {disconnect}. Attributes: http.request.method,
	// url.template, x_api.stream.reason, error.type, x_api.app.name.
	// Query: sum by (error_type) (increase(x_api_stream_disconnects_total[1h]))
	metricStreamDisconnects = prefix + "stream.disconnects"

	// metricStreamStalls counts silences that were longer than two keep-alives
	// and grace.
	//
	// Instrument: counter. Unit: {stall}. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: increase(x_api_stream_stalls_total[10m]) > 0
	metricStreamStalls = prefix + "stream.stalls"

	// metricStreamReconnect is the time without a connection between two
	// sessions of a stream, from the last byte of one that ended in a stall.
	//
	// Instrument: histogram. Unit: s. Attributes: http.request.method,
	// url.template, x_api.app.name.
	// Query: histogram_quantile(0.9, sum by (le, url_template) (rate(x_api_stream_reconnect_gap_seconds_bucket[1d])))
	metricStreamReconnect = prefix + "stream.reconnect.gap"
)
