package classify

import (
	"net/http"
	"net/textproto"
	"strings"
	"time"
)

// fallbackLimit is the size of the bucket that X reports on requests which it
// refused for a reason other than a rate limit (observed 2023 to 2026 on 402,
// on 429 for caps and connections, and on 403 for apps without access).
const fallbackLimit = 40000

// ParseRateLimits reads the rate limits from response headers. A value that is
// missing, repeated, negative, no decimal number or beyond int64 is absent. It
// does not allocate.
func ParseRateLimits(h http.Header) RateLimits {
	return RateLimits{
		Window: rateLimit(h["X-Rate-Limit-Limit"], h["X-Rate-Limit-Remaining"], h["X-Rate-Limit-Reset"]),
		App24h: rateLimit(h["X-App-Limit-24hour-Limit"], h["X-App-Limit-24hour-Remaining"], h["X-App-Limit-24hour-Reset"]),
		User24h: rateLimit(h["X-User-Limit-24hour-Limit"], h["X-User-Limit-24hour-Remaining"],
			h["X-User-Limit-24hour-Reset"]),
	}
}

func rateLimit(limit, remaining, reset []string) (r RateLimit) {
	r.Limit, r.HasLimit = parseCount(limit)
	r.Remaining, r.HasRemaining = parseCount(remaining)
	r.Reset, r.HasReset = parseCount(reset)
	return r
}

func (r RateLimit) present() bool { return r.HasLimit || r.HasRemaining || r.HasReset }

func (r RateLimit) exhausted() bool { return r.HasRemaining && r.Remaining == 0 }

func (r RateLimits) present() bool {
	return r.Window.present() || r.App24h.present() || r.User24h.present()
}

// parseCount reads the one value of a header as a non-negative decimal number.
func parseCount(values []string) (int64, bool) {
	if len(values) != 1 {
		return 0, false
	}
	return parseDecimal(textproto.TrimString(values[0]))
}

func parseDecimal(s string) (int64, bool) {
	const maxInt64 = 1<<63 - 1
	if s == "" || len(s) > 20 {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		d := int64(s[i]) - '0'
		if d < 0 || d > 9 || n > (maxInt64-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, true
}

// ParseServer reads what the response headers say about X's side of the call.
// Ids and versions with other characters than [A-Za-z0-9._:-], or more than 64
// of them, are absent. A zero now leaves ClockSkew 0.
func ParseServer(h http.Header, now time.Time) Server {
	s := Server{
		TransactionID: safeValue(h["X-Transaction-Id"]),
		EdgeRay:       safeValue(h["Cf-Ray"]),
		Version:       safeValue(h["Api-Version"]),
		AccessLevel:   safeValue(h["X-Access-Level"]),
	}
	s.Duration, _ = ServerDurationOf(h)
	s.ClockSkew = ClockSkewOf(h, now)
	return s
}

// ClockSkewOf returns now minus the time that the Date header gives, which has
// whole seconds; 0 if the header is absent or malformed, or now is zero. It
// does not allocate.
func ClockSkewOf(h http.Header, now time.Time) time.Duration {
	date, ok := DateOf(h)
	if !ok || now.IsZero() {
		return 0
	}
	return now.Sub(date)
}

// DateOf returns X's time from the Date header, which has whole seconds. It
// reports false if the header is absent, repeated or malformed, and does not
// allocate.
func DateOf(h http.Header) (time.Time, bool) { return parseDate(h["Date"]) }

// ServerDurationOf returns how long X worked on the answer by its own account:
// the header x-response-time, in milliseconds. It reports false if the header
// is absent, repeated or malformed, or says more than an hour, which is noise.
// It does not allocate.
func ServerDurationOf(h http.Header) (time.Duration, bool) {
	ms, ok := parseCount(h["X-Response-Time"])
	if !ok || ms > int64(time.Hour/time.Millisecond) {
		return 0, false
	}
	return time.Duration(ms) * time.Millisecond, true
}

// safeValue returns a header value that is fit to be exported.
func safeValue(values []string) string {
	if len(values) != 1 || !isToken(values[0], "._:-") {
		return ""
	}
	return values[0]
}

// isToken reports whether s is 1 to 64 ASCII letters, digits and characters of
// extra.
func isToken(s, extra string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && strings.IndexByte(extra, c) < 0 {
			return false
		}
	}
	return true
}

// parseDate reads a Date header. Older answers of X end in "UTC", which
// http.ParseTime does not take.
func parseDate(values []string) (time.Time, bool) {
	if len(values) != 1 || len(values[0]) > 64 {
		return time.Time{}, false
	}
	v := values[0]
	if utc, ok := strings.CutSuffix(v, "UTC"); ok {
		v = utc + "GMT"
	}
	t, err := http.ParseTime(v)
	return t, err == nil
}

// maxRetryAfter bounds Retry-After: nothing of X that a client can wait for
// lasts longer than a day.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads Retry-After: seconds, or an HTTP date. X does not document
// the header for API v2 but is free to send it (RFC 9110, section 10.2.3).
func retryAfter(h http.Header, clock clock) (time.Duration, bool) {
	values := h["Retry-After"]
	if s, ok := parseCount(values); ok {
		return time.Duration(min(s, int64(maxRetryAfter/time.Second))) * time.Second, true
	}
	if t, ok := parseDate(values); ok && !clock.x.IsZero() {
		return min(max(t.Sub(clock.x), 0), maxRetryAfter), true
	}
	return 0, false
}

// clock is the time of an answer on both sides. Zero means unknown.
type clock struct {
	now time.Time // the caller's
	x   time.Time // X's
}

// skewTolerance is how far the clocks may be apart before it counts. Date has
// whole seconds and the network takes its time.
const skewTolerance = 30 * time.Second

func newClock(now time.Time, h http.Header) clock {
	now = now.Round(0) // resets are wall clock times
	date, ok := parseDate(h["Date"])
	switch {
	case now.IsZero():
		return clock{date, date}
	case !ok:
		return clock{now, now}
	case now.Sub(date).Abs() <= skewTolerance:
		return clock{now, now}
	}
	return clock{now, date}
}

// until returns when a reset that X names in its own time comes, on both
// clocks: never in the past, and never further away than longest.
func (c clock) until(reset int64, longest time.Duration) (at, onX time.Time) {
	wait := longest // a reset beyond the longest window cannot be right
	if reset < maxUnix {
		wait = min(max(time.Unix(reset, 0).Sub(c.x), 0), longest)
	}
	return c.now.Add(wait), c.x.Add(wait)
}
