// Package budget keeps what X's answers say about rate limits, one record for
// each limit, so that it can be read at collection time: how large the limit
// is, how much is left, when it resets, and when it will be used up at the
// recent pace.
//
// # What counts
//
// A limit belongs to an operation, a window and a scope, see [Key]. X counts
// requests with the app's bearer token and with each user's token separately
// (docs.x.com, "Rate limits", 2026-08), and reports the limit of the request at
// hand in x-rate-limit-*, x-app-limit-24hour-* and x-user-limit-24hour-*
// (classify.RateLimits). An answer counts if it has a limit or a remainder and
// its window is under way: the reset lies after now, and no further away than
// the window is long plus [SkewAllowance]. What does not fit is ignored:
//
//   - the fallback bucket of refused requests (classify.RateLimit.Fallback);
//   - a window that has passed, or one that is too far ahead to be true;
//   - an answer without a reset, unless there is a window under way that it can
//     be counted in;
//   - negative values, a limit of 0, and counts above [MaxCount]: each counts
//     as absent, which is never the same as 0.
//
// A remainder above the limit is read as the limit. A missing limit is taken
// from what was known of the same Key.
//
// # One budget: scope app
//
// All requests share the budget, those of other processes included, so the
// answers tell one story, out of order:
//
//   - the same reset: the lowest remainder wins;
//   - a later reset: the next window has begun and replaces the last one;
//   - an earlier reset: a late answer of a window that is over is ignored.
//
// If a program uses the tokens of several apps, the window that resets last is
// shown; values of two windows are never mixed.
//
// # Many budgets: scope user
//
// Every token has a budget of its own, and telling tokens apart would take a
// series or a hash for each user. The record holds the lowest share among the
// windows that it has seen and that are still under way. When that window
// passes, it is forgotten, and the next answer counts. The share of each answer
// is in its [Observation], for a histogram.
//
// # Windows that have passed
//
// A passed window of scope app reads as full (the remainder is the limit, there
// is no reset) for [Grace], and is then not reported; a passed window of scope
// user is not reported at all, since other users may have used theirs. So a
// limit that nothing was heard of for its window plus Grace is gone, and its
// room is free for others.
//
// # Clocks
//
// A reset is a time of X's clock. [Store.Sync] takes X's Date header to know
// how far our clock is off; without it, our clock is taken to be right. Time
// goes by the machine's monotonic clock, or by the wall clock where that is
// ahead: the monotonic clock stands still while a machine sleeps, and a clock
// set back must not make a window longer. A clock set forward can make a window
// look passed until the next answer, and never the reverse.
//
// # Forecast
//
// The pace is how fast the remainder falls within a window, an exponentially
// weighted mean over about a quarter of the time to the reset, between 10
// seconds and a fifteenth of the window (60 seconds, or 96 minutes): shortly
// before a reset a short burst matters, long before it does not. A fall
// between two answers counts as spread evenly between them. In the next window
// the pace goes on, but for the time being no faster than the mean of the last
// one. When answers stop, the pace falls, at first not at all, since a gap of
// the usual size means nothing, then as if one request came right now.
// The forecast is absent when the pace is unknown or 0, when the reset comes
// first, and in scope user. A window with nothing left is empty in 0 seconds.
//
// # Cost
//
// Observing takes no lock and does not allocate, except for the first answer of
// a Key: the state of a limit is one word, swapped atomically. There is no
// goroutine and no finalizer, and no more records than New allows.
package budget
