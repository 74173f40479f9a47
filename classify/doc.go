// Package classify says what an answer of the X API means: a stable [Class]
// instead of a status code, whether and when to repeat the request, and a
// [Hint] for somebody on call.
//
// X reports different things with one status, and one thing with different
// statuses. A 429 can be a 15-minute window, a 24-hour limit, a burst, a cap of
// the plan, or too many stream connections; only the first is over at
// x-rate-limit-reset. A 403 has a dozen causes. A 200 can hold nothing but
// problems. [Classify] tells them apart by the body, in every shape that X
// sends, and by the headers; [ClassifyError] does the same for errors of the
// network, [StreamLine] for lines of a stream.
//
// All functions are pure: they do no I/O, read no clock, keep no state, and are
// safe for concurrent use. They never panic, and look at no more than 64 KiB of
// a body. Input that they do not know becomes [Unknown] or is absent.
//
// Hints never repeat anything that the caller sent. Problems can: their details
// echo ids, queries and handles, so redact them before they leave the process.
//
// What is known about X, with sources, is in the catalogue: [Catalog], and
// catalog.json beside this file.
package classify
