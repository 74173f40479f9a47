// Package otelxapi is OpenTelemetry instrumentation for the X (Twitter) API.
//
// A program that calls X wraps the transport of its http.Client:
//
//	client := &http.Client{Transport: otelxapi.NewTransport(nil)}
//
// From then on every call to X is one client span that says which endpoint was
// called (by path template), what X answered, what the answer means (a stable
// class, not a status code), whether and when to retry, what to do about it,
// and how much of the rate limit is left. Any client library that takes an
// *http.Client works unchanged; requests to other hosts pass through untouched.
//
// # What it does not do
//
// It retries nothing and waits for nothing, changes no request and no byte of
// a response, and needs no global set-up beyond OpenTelemetry's own. It sends
// no trace context to X unless [WithPropagators] asks for it. Credentials, ids,
// handles, query values and the text of posts never leave in telemetry; see
// [WithQueryValues] and [WithResourceIDs] for what can be opened.
//
// # When a span ends
//
// The span of a call ends when its response body is read to the end or closed,
// or inside RoundTrip when there is no response. The duration metric,
// http.client.request.duration, is recorded at that moment too, with the class
// that the span has; its value is the time to the response headers.
//
// # How to act on a class
//
// [ResultOf] returns the verdict that was made for a response, so that a
// program can act on it without a second look at the body:
//
//	if r, ok := otelxapi.ResultOf(resp); ok && r.Retry.Verdict == classify.VerdictNever { ... }
//
// Without a response there is an error, and [classify.ClassifyError] gives the
// verdict on it.
//
// The packages below stand alone: endpoint knows X's operations, classify says
// what an answer means, and xapitest simulates X for tests.
package otelxapi
