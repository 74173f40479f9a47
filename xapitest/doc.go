// Package xapitest simulates the X API, and the network between it and its
// callers, for tests, examples and rehearsals of alerts.
//
// A [Server] listens on a loopback address and answers as X does: with the
// same statuses, headers and bodies, in both generations of X's errors, and
// with bodies that stall, break off or never end. Programs under test send it
// their ordinary requests; what it answers is chosen beside them:
//
//	srv := xapitest.Start(t)
//	err := srv.Play("credits_depleted") // the next search
//	err = srv.Hold("rate_limited")      // all searches, until srv.Reset
//
// A program that can be told X's address is given srv.URL; for one that cannot
// there is [Server.Transport].
//
// Each entry of the catalogue, see [Scenarios], is an answer together with a
// request that may get it, the class that package classify gives it, and the
// evidence that X answers so. A [FaultTransport] adds what no server can play:
// names that do not resolve, ports that are closed, certificates that are not
// to be trusted.
//
// # With nothing to play
//
// The server behaves like a small and honest X towards a caller whose plan
// allows everything and whose input is valid:
//
//   - An operation of package endpoint succeeds, with a body of X's shape and
//     invented content. A stream sends posts until the client goes away, or
//     what its [Script] says.
//   - Requests count against the documented rate limits, by operation and by
//     app or user, in windows that start with their first request. The headers
//     count down, and an empty window is a 429. See [WithLimits], [WithClock].
//   - A request without credentials is a 401, one with the wrong kind of
//     credentials a 403 in X's words. Credentials are told apart by their form
//     and never checked.
//   - Any other path is a 404 of zero bytes, and so is another method on a
//     known path, for which X's answer is not documented.
//
// # Streams
//
// A [Script] is what a stream sends, and when: posts at a rate and in bursts,
// keep-alives, silence, problems in a line, half a line, and an end. Each
// connection takes a script of its own from [Server.PlayStreams]; what it was
// sent in fact is in [Server.Streams], exact to the byte and found by the
// x-transaction-id that the client received. [Script.Reader] plays the same
// script without a server, in a bubble of testing/synctest too.
//
// As with X, lines end with CRLF, a keep-alive is a bare CRLF, a post's id
// tells when it was created, and a client that reads slowly finds posts late.
// The server does not throw posts away: whoever does not read blocks it, for
// good or until [WithSlowReaders] ends it, and then gets all there is. How much
// X buffers and for how long, whether it resets or closes connections that it
// drops, how posts are spread over time and which of their members come first
// is not documented: scripts say it, and posts have all their members, in
// changing order. Nor are duplicates or backfill simulated; [Line] sends them.
//
// # What is known, and what is not
//
// The simulator was made from X's documentation (docs.x.com, in the state of
// github.com/xdevplatform/docs of 2026-08-22), from X's OpenAPI document 2.167
// (2026-08-07), which describes no error status and no response header, and
// from answers that developers published. No live call was made for it.
// [Scenario.Evidence] grades each answer. In particular:
//
//   - Observed: which headers the layers of X send and omit
//     (github.com/plhery/node-twitter-api-v2/issues/588, 499;
//     github.com/tryethernal/ethernal/issues/1324); the window of 40000 on
//     refusals for money and connections (github.com/xdevplatform/xdk/issues/25);
//     the empty 404 (github.com/xdevplatform/docs/issues/395); 24-hour headers
//     on writes (github.com/plhery/node-twitter-api-v2/issues/495); gzip.
//   - Inferred: the content type of a 401; the statuses of rule-cap,
//     rule-length and invalid-rules; the bodies of internal-error,
//     field-hydration-failure, resource-unavailable and disallowed-resource;
//     rate-limit headers on 5xx; a 404 for a single missing resource, which
//     was only ever seen as a 200 with errors; Cloudflare's block page, which
//     was seen on x.com and not on api.x.com; headers of API v1.1.
//   - Not simulated: validation of input; plans, credits and caps that count
//     down (play them instead); rules that select posts, and the refusal of
//     streams without rules (play it) or, without [WithMaxStreams], of one
//     connection too many; tokens that expire; webhooks; compression other
//     than in the gzip scenarios, where X compresses whatever a caller asks it
//     to; media that is processed; TLS and HTTP/2 without [WithHTTP2];
//     x-response-time and perf, which are constants. Operations without a
//     documented limit answer without x-rate-limit headers, where X sends some.
//   - Measured limits differ from documented ones for some operations. The
//     server follows the documents.
package xapitest
