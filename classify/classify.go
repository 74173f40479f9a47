package classify

import (
	"net/http"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// MaxProblems is how many problems a [Result] holds at most.
const MaxProblems = 8

// Classify says what an answer of X means. It reads no clock: times come from
// Input.Now or, if that is zero, from the Date header; with neither, nothing
// in the result depends on time. It never fails: what it cannot read counts as
// absent, and an answer that fits nothing is [Unknown]. It keeps no reference
// to its input's maps and slices, and is safe for concurrent use.
func Classify(in Input) Result {
	a := newAnswer(in)
	r := Result{
		Status:       in.Status,
		Auth:         in.Auth,
		AuthMismatch: a.mismatch,
		RateLimits:   a.limits,
		Server:       a.server,
	}
	switch {
	case in.Status >= 400 && in.Status < 600:
		a.body = readBody(in.Header, in.Body)
		r.Class = a.refused()
	case in.Status >= 200 && in.Status < 300:
		a.body = readBody(in.Header, in.Body)
		r.Class = a.succeeded()
	default:
		r.Class = statusClass(in.Status)
	}
	r.Problems, r.Total = a.body.problems, a.body.total
	r.Retry = a.retry(r.Class)
	r.Hint = a.hint(r.Class)
	return r
}

// answer is an answer of X while it is being looked at.
type answer struct {
	in       Input
	op       *endpoint.Operation // nil if unknown
	mismatch bool
	clock    clock
	limits   RateLimits
	server   Server
	body     body
	primary  int       // index of the problem that decided, -1 if none did
	resetOnX time.Time // the reset that Retry.At waits for, in X's time
}

func newAnswer(in Input) *answer {
	a := &answer{
		in:      in,
		clock:   newClock(in.Now, in.Header),
		limits:  ParseRateLimits(in.Header),
		server:  ParseServer(in.Header, in.Now),
		primary: -1,
	}
	a.op, _ = endpoint.Match(in.Method, in.Path)
	a.mismatch = a.op != nil && in.Auth.Kind != "" && !a.op.Accepts(in.Auth.Kind)
	if w := &a.limits.Window; in.Status >= 400 && w.HasLimit && w.Limit == fallbackLimit {
		w.Fallback = true
	}
	return a
}

// succeeded classifies a success: it can hold problems beside or instead of
// data.
func (a *answer) succeeded() Class {
	b := &a.body
	bare := b.shape == shapeJSON && !b.hasData && b.total == 1 && b.problems[0].Type != ""
	if !b.wrapped && !bare {
		*b = body{shape: b.shape, hasData: b.hasData}
	}
	for i := range b.problems {
		b.problems[i].Class, _ = classOf(&b.problems[i], 0)
	}
	undone := a.undone(b.total > 0)
	b.problems = append(b.problems, undone[:min(len(undone), MaxProblems-len(b.problems))]...)
	b.total += len(undone)
	if b.total == 0 {
		return OK
	}
	if len(undone) > 0 {
		return Partial
	}
	if b.hasData {
		return Partial
	}
	return NoData
}

// refused classifies an answer with an error status.
func (a *answer) refused() Class {
	named := a.named()
	switch named {
	case CreditsDepleted, SpendCapReached, UsageCapped, ConnectionLimited:
		return named
	}
	switch a.in.Status {
	case http.StatusTooManyRequests:
		return a.tooMany(named)
	case http.StatusForbidden:
		return a.forbidden(named)
	case http.StatusUnauthorized:
		return a.unauthorized(named)
	}
	if named != "" {
		return named
	}
	switch a.in.Status {
	case http.StatusNotFound:
		// A missing resource has a body. A route that X does not know is
		// answered before the app is known, hence without rate limits.
		if a.body.shape == shapeEmpty && !a.limits.present() {
			return UnknownRoute
		}
	case http.StatusConflict:
		if strings.HasSuffix(a.in.Path, "/2/tweets/search/stream") {
			return NoRules
		}
	}
	return statusClass(a.in.Status)
}

// named returns the class that the body names, or "" if only the status
// speaks. Money decides wherever it stands; otherwise the first problem does.
func (a *answer) named() Class {
	var first Class
	for i := range a.body.problems {
		p := &a.body.problems[i]
		c, specific := classOf(p, a.in.Status)
		p.Class = c
		if !specific {
			continue
		}
		switch {
		case c == CreditsDepleted, c == SpendCapReached, c == UsageCapped:
			a.primary = i
			return a.rest(i, c)
		case c == ResourceNotFound && a.in.Status >= 400:
			c = NotFound // the whole answer, not an item of it
		}
		if first == "" {
			first, a.primary = c, i
		}
	}
	return first
}

// rest classifies the problems after the one that decided.
func (a *answer) rest(decided int, c Class) Class {
	for i := decided + 1; i < len(a.body.problems); i++ {
		p := &a.body.problems[i]
		p.Class, _ = classOf(p, a.in.Status)
	}
	return c
}

// tooMany tells the kinds of 429 apart. Caps, money and connections are named
// by the body and decided before; they arrive with budget left in the window.
func (a *answer) tooMany(named Class) Class {
	w := a.limits.Window
	switch {
	case named != "" && named != RateLimited:
		return named
	case a.limits.App24h.exhausted() || a.limits.User24h.exhausted():
		return DailyLimited
	case w.exhausted():
		return RateLimited
	case w.HasRemaining && !w.Fallback:
		return BurstLimited
	}
	return RateLimited
}

// forbidden tells the kinds of 403 apart that have no problem type of their own.
func (a *answer) forbidden(named Class) Class {
	switch {
	case named != "":
		return named
	case a.body.shape == shapeHTML:
		return EdgeBlocked
	case a.readOnly():
		return AppPermissions
	case a.edgeRefusal() && a.maybeScope():
		return MissingScope
	}
	return Forbidden
}

// readOnly reports whether the app may only read but the request writes.
func (a *answer) readOnly() bool {
	return a.isWrite() && a.server.AccessLevel == "read"
}

func (a *answer) isWrite() bool {
	switch a.in.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}

// edgeRefusal reports whether X's edge refused the request before the app was
// known: it sends application/problem+json, no rate limits, and no reason.
func (a *answer) edgeRefusal() bool {
	if !strings.HasPrefix(strings.ToLower(a.in.Header.Get("Content-Type")), "application/problem+json") ||
		a.limits.present() || a.in.Header.Get("X-Access-Level") != "" || a.body.total > 1 {
		return false
	}
	if a.body.total == 0 {
		return true
	}
	detail := a.body.problems[0].Detail
	return detail == "" || strings.EqualFold(detail, http.StatusText(http.StatusForbidden))
}

// maybeScope reports whether a scope can be missing: only OAuth 2.0 user
// tokens have scopes.
func (a *answer) maybeScope() bool {
	switch a.in.Auth.Kind {
	case endpoint.AuthOAuth2User, endpoint.AuthBearer:
		return a.op == nil || a.op.Accepts(endpoint.AuthOAuth2User)
	}
	return false
}

// unauthorized tells a wrong clock and a protected timeline from wrong
// credentials.
func (a *answer) unauthorized(named Class) Class {
	if named == "" && a.body.total == 1 && strings.HasPrefix(a.body.problems[0].Detail, "Not authorized") {
		return ResourceUnauthorized // API v1.1, for the timelines of protected users
	}
	if named == "" {
		named = Unauthenticated
	}
	if off, ok := a.timestampOff(); named == Unauthenticated && ok && off.Abs() > timestampTolerance {
		return ClockSkew
	}
	return named
}

// timestampTolerance is how far an OAuth 1.0a timestamp may be off. X documents
// no figure; about five minutes are accepted.
const timestampTolerance = 5 * time.Minute

// timestampOff returns how far the request's OAuth timestamp is ahead of X's
// clock.
func (a *answer) timestampOff() (time.Duration, bool) {
	date, ok := parseDate(a.in.Header["Date"])
	if !ok || a.in.Auth.Kind != endpoint.AuthOAuth1User || a.in.Auth.Timestamp.IsZero() {
		return 0, false
	}
	return a.in.Auth.Timestamp.Sub(date), true
}
