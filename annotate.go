package otelxapi

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

// skewTolerance is the clock skew that is not worth reporting: X tells the
// time in whole seconds, and an answer takes a while.
const skewTolerance = 30 * time.Second

// gatherAuth notes how the request was authenticated. c.mu is held.
func (c *call) gatherAuth(a classify.Auth) {
	c.put(AuthKindKey.String(string(a.Kind)))
	if c.isMismatch(a.Kind) {
		c.put(AuthMismatchKey.Bool(true))
		c.config.instruments.mismatches.Add(c, 1, c.site.mismatch(a.Kind)...)
	}
}

// isMismatch reports whether the operation does not take the kind of
// authentication that the request shows. c.mu is held.
func (c *call) isMismatch(k endpoint.AuthKind) bool {
	op := c.site.operation
	if op == nil || op.Accepts(k) {
		return false
	}
	// A request that shows none may get its credentials from a layer below: only
	// a refusal tells that it had none.
	return k != endpoint.AuthNone || c.point.status >= 400
}

// mismatch returns the options that count a mismatch, made once for each kind.
func (st *site) mismatch(k endpoint.AuthKind) []metric.AddOption {
	if opts, ok := st.mismatches.get(k); ok {
		return opts
	}
	kvs := append(st.operationAttributes(), AuthKindKey.String(string(k)))
	return st.mismatches.add(k, []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(kvs...))})
}

// gatherRateLimits notes the windows that the headers tell of. c.mu is held.
func (c *call) gatherRateLimits(l classify.RateLimits) {
	if l.Window.Fallback {
		l.Window = classify.RateLimit{} // not the endpoint's
	}
	c.gatherRateLimit(l.Window, RateLimitLimitKey, RateLimitRemainingKey, RateLimitResetKey)
	c.gatherRateLimit(l.App24h, RateLimitApp24hLimitKey, RateLimitApp24hRemainingKey, RateLimitApp24hResetKey)
	c.gatherRateLimit(l.User24h, RateLimitUser24hLimitKey, RateLimitUser24hRemainingKey, RateLimitUser24hResetKey)
}

func (c *call) gatherRateLimit(l classify.RateLimit, limit, remaining, reset attribute.Key) {
	if l.HasLimit {
		c.put(limit.Int64(l.Limit))
	}
	if l.HasRemaining {
		c.put(remaining.Int64(l.Remaining))
	}
	if l.HasReset {
		c.put(reset.Int64(l.Reset))
	}
}

// gatherServer notes what the headers say about X's side of the call. c.mu is
// held.
func (c *call) gatherServer() {
	failed := c.result != nil && c.result.Class.IsError()
	if c.header == nil || !failed && !c.config.serverInfo {
		return
	}
	s := classify.ParseServer(c.header, time.Time{})
	c.putString(TransactionIDKey, s.TransactionID)
	c.putString(EdgeRayKey, s.EdgeRay)
	c.putString(VersionKey, s.Version)
	c.putString(AccessLevelKey, s.AccessLevel)
	if s.Duration > 0 {
		c.put(ServerDurationKey.Float64(s.Duration.Seconds()))
	}
}

func (c *call) putString(k attribute.Key, v string) {
	if v != "" {
		c.put(k.String(v))
	}
}

// flush writes what was gathered to the real span. c.mu is held.
func (c *call) flush() {
	c.put(URLFullKey.String(c.fullURL()))
	if c.resend > 0 {
		c.put(ResendCountKey.Int(c.resend))
	}
	c.gatherServer()
	if r := c.result; r != nil {
		c.gatherResult(r)
	}
	c.Span.SetAttributes(c.attrs...)
}

// gatherResult notes the verdict on a call that failed, wholly or in parts.
// c.mu is held.
func (c *call) gatherResult(r *classify.Result) {
	if c.config.isError(r.Class) {
		c.put(ErrorTypeKey.String(string(r.Class)))
		c.Span.SetStatus(codes.Error, r.Hint.Title)
	}
	if r.Class.IsError() {
		c.gatherRetry(r.Retry)
	} else if r.Total > 0 {
		c.put(ClassKey.String(string(r.Class)))
		c.put(ErrorsCountKey.Int(r.Total))
	}
	if len(r.Problems) > 0 {
		c.gatherProblem(&r.Problems[0])
	}
}

// isError reports whether a call of this class is an error to the application.
func (c *config) isError(class classify.Class) bool {
	return class.IsError() || c.partialIsError && (class == classify.Partial || class == classify.NoData)
}

func (c *call) gatherRetry(r classify.Retry) {
	c.put(RetryVerdictKey.String(string(r.Verdict)))
	if after, ok := r.After(time.Now()); ok {
		c.put(RetryAfterKey.Float64(after.Seconds()))
	}
}

func (c *call) gatherProblem(p *classify.Problem) {
	c.putString(ProblemTypeKey, p.Type)
	c.putString(ProblemTitleKey, c.scrub(p.Title))
	c.putString(ProblemDetailKey, c.scrub(p.Detail))
	c.putString(ProblemReasonKey, identifier(p.Reason))
	c.putString(ProblemDisconnectTypeKey, identifier(p.DisconnectType))
	c.putString(ProblemConnectionIssueKey, identifier(p.Issue))
	c.putString(ProblemPeriodKey, identifier(p.Period))
	c.putString(ProblemScopeKey, identifier(p.Scope))
	c.putString(ProblemResourceTypeKey, identifier(p.ResourceType))
	c.putString(ProblemParameterKey, identifier(p.Parameter))
	if p.Code != 0 {
		c.put(ProblemCodeKey.Int(p.Code))
	}
}
