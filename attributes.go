package otelxapi

import (
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// The keys of this library, and the standard ones that it sets. This is the
// only file that spells a key. The tables of attributes in the documentation
// are generated from the comments here: the first sentence says what the value
// is, "Type" and "When" are columns.
const (
	// URLTemplateKey is the path template of the endpoint, such as
	// "/2/tweets/{id}".
	//
	// Type: string. When: the endpoint is known. On: span, metric.
	URLTemplateKey = semconv.URLTemplateKey

	// URLFullKey is the URL with the path template in place of the path and
	// REDACTED in place of each query value.
	//
	// Type: string. When: always. On: span.
	URLFullKey = semconv.URLFullKey

	// ErrorTypeKey is the class of the answer, the same on the span and on the
	// duration metric.
	//
	// Type: string. When: the class is an error. On: span, metric.
	ErrorTypeKey = semconv.ErrorTypeKey

	// RequestMethodKey is the request method, or "_OTHER".
	//
	// Type: string. When: always. On: span, metric.
	RequestMethodKey = semconv.HTTPRequestMethodKey

	// RequestMethodOriginalKey is the request method as the caller wrote it.
	//
	// Type: string. When: it is not a standard method. On: span.
	RequestMethodOriginalKey = semconv.HTTPRequestMethodOriginalKey

	// ResendCountKey is how many times the request was sent before: redirects,
	// and retries that [ContextWithResendCount] declares.
	//
	// Type: int. When: not the first time. On: span.
	ResendCountKey = semconv.HTTPRequestResendCountKey

	// StatusCodeKey is the HTTP status code.
	//
	// Type: int. When: X answered. On: span, metric.
	StatusCodeKey = semconv.HTTPResponseStatusCodeKey

	// ProtocolNameKey is the protocol's name, when it is not "http".
	//
	// Type: string. When: the protocol is not HTTP. On: span.
	ProtocolNameKey = semconv.NetworkProtocolNameKey

	// ProtocolVersionKey is the HTTP version that was negotiated, "1.1" or "2".
	//
	// Type: string. When: always. On: span, metric.
	ProtocolVersionKey = semconv.NetworkProtocolVersionKey

	// ServerAddressKey is the host of the URL.
	//
	// Type: string. When: always. On: span, metric.
	ServerAddressKey = semconv.ServerAddressKey

	// ServerPortKey is the port of the URL.
	//
	// Type: int. When: it is not the scheme's default. On: span, metric.
	ServerPortKey = semconv.ServerPortKey

	// URLSchemeKey is the scheme of the URL.
	//
	// Type: string. When: always. On: metric.
	URLSchemeKey = semconv.URLSchemeKey
)

// prefix is the namespace of the attributes, events and metrics that no
// semantic convention covers.
const prefix = "x_api."

// The keys of the x_api namespace.
const (
	// OperationKey is the operationId of X's OpenAPI document.
	//
	// Type: string. When: the operation is known. On: span.
	OperationKey = attribute.Key(prefix + "operation")

	// ClassKey is the class of the problem that an event is about, and on a
	// span the class of a success with errors inside, "partial" or "no_data".
	//
	// Type: string. When: always on events; on spans with errors inside a
	// success. On: span, event.
	ClassKey = attribute.Key(prefix + "class")

	// AuthKindKey is how the request was authenticated: "app_only",
	// "oauth2_user", "oauth1_user", "bearer" (either of the first two), "basic"
	// or "none".
	//
	// Type: string. When: always. On: span.
	AuthKindKey = attribute.Key(prefix + "auth.kind")

	// AuthMismatchKey is true when X's documentation does not list the
	// request's kind of authentication for the operation.
	//
	// Type: bool. When: true. On: span.
	AuthMismatchKey = attribute.Key(prefix + "auth.mismatch")

	// RateLimitLimitKey is the size of the 15-minute window, in requests.
	//
	// Type: int. When: the header is present. On: span.
	RateLimitLimitKey = attribute.Key(prefix + "rate_limit.limit")

	// RateLimitRemainingKey is how many requests are left in the 15-minute
	// window.
	//
	// Type: int. When: the header is present. On: span.
	RateLimitRemainingKey = attribute.Key(prefix + "rate_limit.remaining")

	// RateLimitResetKey is when the 15-minute window resets, in unix seconds.
	//
	// Type: int. When: the header is present. On: span.
	RateLimitResetKey = attribute.Key(prefix + "rate_limit.reset")

	// RateLimitApp24hLimitKey is the size of the app's 24-hour window, in
	// requests.
	//
	// Type: int. When: the header is present. On: span.
	RateLimitApp24hLimitKey = attribute.Key(prefix + "rate_limit.app_24h.limit")

	// RateLimitApp24hRemainingKey is how many requests are left in the app's
	// 24-hour window.
	//
	// Type: int. When: the header is present. On: span.
	RateLimitApp24hRemainingKey = attribute.Key(prefix + "rate_limit.app_24h.remaining")

	// RateLimitApp24hResetKey is when the app's 24-hour window resets, in unix
	// seconds.
	//
	// Type: int. When: the header is present. On: span.
	RateLimitApp24hResetKey = attribute.Key(prefix + "rate_limit.app_24h.reset")

	// RateLimitUser24hLimitKey is the size of the user's 24-hour window, in
	// requests.
	//
	// Type: int. When: the header is present. On: span.
	RateLimitUser24hLimitKey = attribute.Key(prefix + "rate_limit.user_24h.limit")

	// RateLimitUser24hRemainingKey is how many requests are left in the user's
	// 24-hour window.
	//
	// Type: int. When: the header is present. On: span.
	RateLimitUser24hRemainingKey = attribute.Key(prefix + "rate_limit.user_24h.remaining")

	// RateLimitUser24hResetKey is when the user's 24-hour window resets, in
	// unix seconds.
	//
	// Type: int. When: the header is present. On: span.
	RateLimitUser24hResetKey = attribute.Key(prefix + "rate_limit.user_24h.reset")

	// RateLimitWindowKey is the rate limit that a metric or an event is about:
	// "15m", "app_24h" or "user_24h".
	//
	// Type: string. When: always. On: event, x_api metric.
	RateLimitWindowKey = attribute.Key(prefix + "rate_limit.window")

	// RateLimitScopeKey is whose requests share the rate limit, "app" or "user".
	//
	// Type: string. When: always. On: event, x_api metric.
	RateLimitScopeKey = attribute.Key(prefix + "rate_limit.scope")

	// RateLimitExhaustionInKey is when a rate limit will be used up at the
	// recent pace, in seconds.
	//
	// Type: float. When: it will be before it resets. On: event.
	RateLimitExhaustionInKey = attribute.Key(prefix + "rate_limit.exhaustion.in")

	// ProblemTypeKey is the problem type in its canonical form,
	// "https://api.x.com/2/problems/<slug>" or "about:blank"; on metrics "_OTHER"
	// for one that the catalogue of package classify lacks.
	//
	// Type: string. When: the body names one. On: span, event, x_api metric.
	ProblemTypeKey = attribute.Key(prefix + "problem.type")

	// ProblemTitleKey is the problem's title, scrubbed.
	//
	// Type: string. When: the body has one. On: span, event.
	ProblemTitleKey = attribute.Key(prefix + "problem.title")

	// ProblemDetailKey is the problem's detail with ids, handles and quoted
	// input scrubbed, at most 256 bytes.
	//
	// Type: string. When: the body has one. On: span.
	ProblemDetailKey = attribute.Key(prefix + "problem.detail")

	// ProblemReasonKey is the reason of a client-forbidden problem.
	//
	// Type: string. When: the body has one. On: span.
	ProblemReasonKey = attribute.Key(prefix + "problem.reason")

	// ProblemDisconnectTypeKey says why X ended a stream.
	//
	// Type: string. When: the body has one. On: span.
	ProblemDisconnectTypeKey = attribute.Key(prefix + "problem.disconnect_type")

	// ProblemConnectionIssueKey says what is wrong with a stream's connection.
	//
	// Type: string. When: the body has one. On: span.
	ProblemConnectionIssueKey = attribute.Key(prefix + "problem.connection_issue")

	// ProblemPeriodKey is the period of a usage cap, "Daily" or "Monthly".
	//
	// Type: string. When: the body has one. On: span.
	ProblemPeriodKey = attribute.Key(prefix + "problem.period")

	// ProblemScopeKey is the scope of a usage cap, "Account" or "Product".
	//
	// Type: string. When: the body has one. On: span.
	ProblemScopeKey = attribute.Key(prefix + "problem.scope")

	// ProblemParameterKey is the name of the request parameter that X refused.
	//
	// Type: string. When: the body names one. On: span, event.
	ProblemParameterKey = attribute.Key(prefix + "problem.parameter")

	// ProblemCodeKey is X's numeric error code (API v1.1); never an HTTP status.
	//
	// Type: int. When: the body has one. On: span.
	ProblemCodeKey = attribute.Key(prefix + "problem.code")

	// ErrorsCountKey is how many errors a success holds.
	//
	// Type: int. When: the class is partial or no_data. On: span.
	ErrorsCountKey = attribute.Key(prefix + "errors.count")

	// ProblemResourceTypeKey is the type of the resource that an error inside a
	// success is about, in X's words.
	//
	// Type: string. When: the error names one. On: span, event.
	ProblemResourceTypeKey = attribute.Key(prefix + "problem.resource_type")

	// BodyIncompleteKey is true when the application closed the body of a
	// success before its end, so that errors in the rest went unseen.
	//
	// Type: bool. When: true. On: span.
	BodyIncompleteKey = attribute.Key(prefix + "body.incomplete")

	// ResourcesReturnedKey is how many resources the answer's data holds,
	// counted or by meta.result_count.
	//
	// Type: int. When: a read whose number is known. On: span.
	ResourcesReturnedKey = attribute.Key(prefix + "resources.returned")

	// ResourceTypeKey is the type of the resources that a metric counts: X's
	// price item, such as "post" or "user", the kind of an include, or "other".
	//
	// Type: string. When: always. On: x_api metric.
	ResourceTypeKey = attribute.Key(prefix + "resource.type")

	// ResourceIncludedKey is true for resources of "includes".
	//
	// Type: bool. When: always. On: x_api metric.
	ResourceIncludedKey = attribute.Key(prefix + "resource.included")

	// CostEstimatedKey is what the call, or the segment of a stream, costs by list
	// price, in US dollars; an upper bound for reads.
	//
	// Type: float. When: [WithPriceTable] is set and the price known. On: span,
	// stream.
	CostEstimatedKey = attribute.Key(prefix + "cost.estimated")

	// RetryVerdictKey says whether to send the request again: "never",
	// "after_reset", "backoff" or "reconnect".
	//
	// Type: string. When: the class is an error. On: span, event.
	RetryVerdictKey = attribute.Key(prefix + "retry.verdict")

	// RetryAfterKey is how long to wait before the next attempt, in seconds.
	//
	// Type: float. When: the verdict is not "never" and the delay is known.
	// On: span.
	RetryAfterKey = attribute.Key(prefix + "retry.after")

	// HintTitleKey is the title of the hint, a constant of the catalogue.
	//
	// Type: string. When: always. On: event.
	HintTitleKey = attribute.Key(prefix + "hint.title")

	// HintTextKey says what the answer means and what to do.
	//
	// Type: string. When: always. On: event.
	HintTextKey = attribute.Key(prefix + "hint.text")

	// HintURLKey is where that is documented.
	//
	// Type: string. When: a page is known. On: event.
	HintURLKey = attribute.Key(prefix + "hint.url")

	// HintOwnerKey is who has to act: "caller", "app_settings", "account", "x"
	// or "network".
	//
	// Type: string. When: somebody has to. On: event.
	HintOwnerKey = attribute.Key(prefix + "hint.owner")

	// TransactionIDKey is the id that X's support asks for; of a stream, that of
	// the answer that connected it.
	//
	// Type: string. When: errors and stalls; successes with [WithServerInfo]. On:
	// span, stream.
	TransactionIDKey = attribute.Key(prefix + "transaction_id")

	// EdgeRayKey is the id of the request at the edge in front of X.
	//
	// Type: string. When: errors and stalls; successes with [WithServerInfo]. On:
	// span, stream.
	EdgeRayKey = attribute.Key(prefix + "edge.ray")

	// VersionKey is the version of the API that answered, such as "2.167".
	//
	// Type: string. When: errors and stalls; successes with [WithServerInfo]. On:
	// span, stream.
	VersionKey = attribute.Key(prefix + "version")

	// VersionTableKey is the version of X's OpenAPI document that the table of
	// endpoints was made from.
	//
	// Type: string. When: always. On: x_api metric.
	VersionTableKey = attribute.Key(prefix + "version.table")

	// AccessLevelKey is what the token may do: "read", "read-write" or
	// "read-write-directmessages".
	//
	// Type: string. When: errors; successes with [WithServerInfo]. On: span.
	AccessLevelKey = attribute.Key(prefix + "access_level")

	// ServerDurationKey is how long X worked on the answer by its own account,
	// in seconds.
	//
	// Type: float. When: errors; successes with [WithServerInfo]. On: span.
	ServerDurationKey = attribute.Key(prefix + "server.duration")

	// ClockSkewKey is this machine's clock minus X's, in seconds.
	//
	// Type: float. When: more than 30 s. On: span.
	ClockSkewKey = attribute.Key(prefix + "clock.skew")

	// StreamSegmentKey is the number of the segment of a stream's span, from 0.
	//
	// Type: int. When: always. On: stream.
	StreamSegmentKey = attribute.Key(prefix + "stream.segment")

	// StreamMessagesKey is how many posts, or what else the stream carries as
	// data, came in the segment.
	//
	// Type: int. When: always. On: stream.
	StreamMessagesKey = attribute.Key(prefix + "stream.messages")

	// StreamPartialKey is how many of them had errors beside their data.
	//
	// Type: int. When: there were any. On: stream.
	StreamPartialKey = attribute.Key(prefix + "stream.partial")

	// StreamKeepAlivesKey is how many keep-alives came in the segment.
	//
	// Type: int. When: always. On: stream.
	StreamKeepAlivesKey = attribute.Key(prefix + "stream.keepalives")

	// StreamBytesKey is how many bytes the application read in the segment.
	//
	// Type: int. When: always. On: stream.
	StreamBytesKey = attribute.Key(prefix + "stream.io")

	// StreamGapKey is the longest time without a byte that ended in the segment,
	// or that of a stall, in seconds.
	//
	// Type: float. When: always. On: stream, event.
	StreamGapKey = attribute.Key(prefix + "stream.gap")

	// StreamLagP50Key is the median age of the segment's posts when they were
	// read, in seconds, less than 10 % off.
	//
	// Type: float. When: their age is known. On: stream.
	StreamLagP50Key = attribute.Key(prefix + "stream.lag.p50")

	// StreamLagP99Key is the age that 99 % of the segment's posts did not exceed
	// when they were read, in seconds, less than 10 % off.
	//
	// Type: float. When: their age is known. On: stream.
	StreamLagP99Key = attribute.Key(prefix + "stream.lag.p99")

	// StreamBusyKey is the share of the segment's time that the application
	// spent outside Read, from 0 to 1. Near 1, a full-buffer disconnect is
	// coming.
	//
	// Type: float. When: always. On: stream.
	StreamBusyKey = attribute.Key(prefix + "stream.consumer.busy")

	// StreamReasonKey is why the stream ended: "problem" (X said why), "eof",
	// "broken", "timeout" (this program's), "canceled", "closed", or "complete"
	// (a recovery request).
	//
	// Type: string. When: the last segment. On: stream, x_api metric.
	StreamReasonKey = attribute.Key(prefix + "stream.reason")

	// StreamInferredKey is true when the class of the end is inferred, not said
	// by X.
	//
	// Type: bool. When: true. On: stream.
	StreamInferredKey = attribute.Key(prefix + "stream.inferred")

	// StreamReconnectGapKey is how long there was no connection before this
	// session, in seconds; from the last byte of one that ended in a stall.
	//
	// Type: float. When: the first segment after a session before. On: stream.
	StreamReconnectGapKey = attribute.Key(prefix + "stream.reconnect.gap")

	// StreamBackfillCoversKey is whether backfill_minutes covers that gap.
	//
	// Type: bool. When: the first segment after a session before. On: stream.
	StreamBackfillCoversKey = attribute.Key(prefix + "stream.backfill.covers")

	// AppNameKey is the name that [WithAppName] gives to the app whose
	// credentials are used.
	//
	// Type: string. When: the option is set. On: span, metric.
	AppNameKey = attribute.Key(prefix + "app.name")
)

// The keys of log records that the semantic conventions do not name as
// attributes.
const (
	logTraceID = "trace_id"         // as the OpenTelemetry log data model spells it outside OTLP
	logSpanID  = "span_id"          // likewise
	logSupport = prefix + "support" // one line to paste into a ticket with X
)

// otherMethod is the value of [RequestMethodKey] for a method that the HTTP
// semantic conventions do not know.
const otherMethod = "_OTHER"

// otherType is the value of [ProblemTypeKey] on metrics for a problem type that
// the catalogue lacks.
const otherType = "_OTHER"
