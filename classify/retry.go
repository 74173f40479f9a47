package classify

import (
	"strings"
	"time"
)

const (
	window15m = 15 * time.Minute
	window24h = 24 * time.Hour
	// longestCycle bounds the reset of a spend cap: billing cycles are months.
	longestCycle = 366 * 24 * time.Hour
)

// retry says whether and when to repeat a request that ended with class c. The
// class's default holds unless the answer says better.
func (a *answer) retry(c Class) Retry {
	info, _ := Describe(c)
	r := Retry{Verdict: info.Verdict, Backoff: info.Backoff}
	switch c {
	case RateLimited:
		w := a.limits.Window
		if !w.HasReset || w.Fallback && !w.exhausted() || !a.waitFor(&r, w.Reset, window15m) {
			r.Verdict = VerdictBackoff
		}
	case DailyLimited:
		if reset, ok := a.dailyReset(); ok {
			a.waitFor(&r, reset, window24h)
		}
	case SpendCapReached:
		a.waitForCycle(&r)
	case UnsupportedAuthentication:
		// "Authenticating with Unknown" comes and goes for good credentials
		// (10up/autoshare-for-twitter#387).
		if p := a.decisive(); p != nil && strings.HasPrefix(p.Detail, "Authenticating with Unknown") {
			r.Verdict, r.Backoff = VerdictBackoff, backoffHTTP
		}
	}
	a.waitAsTold(&r, info.Family)
	if r.Verdict == VerdictAfterReset && r.At.IsZero() {
		// A program that waits until a time that is not known does not wait at
		// all.
		r.Verdict = VerdictNever
		if r.Backoff.Kind != BackoffNone {
			r.Verdict = VerdictBackoff
		}
	}
	return r
}

// waitFor sets r to wait for a reset in X's time. It reports false if the time
// is not known.
func (a *answer) waitFor(r *Retry, reset int64, longest time.Duration) bool {
	if a.clock.x.IsZero() {
		return false
	}
	r.At, a.resetOnX = a.clock.until(reset, longest)
	return true
}

// dailyReset returns the latest reset of the 24-hour windows that are used up.
func (a *answer) dailyReset() (reset int64, ok bool) {
	for _, w := range []RateLimit{a.limits.App24h, a.limits.User24h} {
		if w.exhausted() && w.HasReset {
			reset, ok = max(reset, w.Reset), true
		}
	}
	return reset, ok
}

// waitForCycle sets r to wait for the next billing cycle, if the body names it.
func (a *answer) waitForCycle(r *Retry) {
	p := a.decisive()
	if p == nil {
		return
	}
	date, ok := p.resetDate()
	switch {
	case !ok:
	case a.clock.x.IsZero():
		r.At, a.resetOnX = date, date
	case date.Sub(a.clock.x) <= longestCycle:
		a.waitFor(r, date.Unix(), longestCycle)
	}
}

// waitAsTold sets r to wait for what Retry-After says. Money does not come back
// by waiting, and what is never to be repeated stays so.
func (a *answer) waitAsTold(r *Retry, family string) {
	if a.in.Status < 400 || family == familyMoney || r.Verdict == VerdictNever || a.clock.now.IsZero() {
		return
	}
	if wait, ok := retryAfter(a.in.Header, a.clock); ok {
		r.Verdict = VerdictAfterReset
		r.At, a.resetOnX = a.clock.now.Add(wait), a.clock.x.Add(wait)
	}
}

// decisive returns the problem that decided the class, the first one if the
// status did, or nil.
func (a *answer) decisive() *Problem {
	switch {
	case a.primary >= 0:
		return &a.body.problems[a.primary]
	case len(a.body.problems) > 0:
		return &a.body.problems[0]
	}
	return nil
}
