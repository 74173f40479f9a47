package budget

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

var (
	appKey  = Key{"/2/tweets/{id}", "GET", Window15m, endpoint.ScopeApp}
	userKey = Key{"/2/tweets/{id}", "GET", Window15m, endpoint.ScopeUser}
	dayKey  = Key{"/2/tweets", "POST", App24h, endpoint.ScopeApp}
)

// rate is a complete rate limit.
func rate(remaining, limit int64, reset time.Time) classify.RateLimit {
	return classify.RateLimit{
		Limit: limit, Remaining: remaining, Reset: reset.Unix(),
		HasLimit: true, HasRemaining: true, HasReset: true,
	}
}

// without removes the named values of a rate limit.
func without(l classify.RateLimit, names string) classify.RateLimit {
	if strings.Contains(names, "limit") {
		l.Limit, l.HasLimit = 0, false
	}
	if strings.Contains(names, "remaining") {
		l.Remaining, l.HasRemaining = 0, false
	}
	if strings.Contains(names, "reset") {
		l.Reset, l.HasReset = 0, false
	}
	return l
}

// show writes readings without their keys: "remaining/limit reset", with "?"
// for what is absent, and the forecast in whole seconds.
func show(readings []Reading) string {
	var all []string
	for _, r := range readings {
		s := count(r.Remaining, r.HasRemaining) + "/" + count(r.Limit, r.HasLimit)
		if r.HasReset {
			s += " " + r.ResetIn.String()
		}
		if r.Exhausts {
			s += fmt.Sprintf(", empty in %.0f s", r.ExhaustionIn.Seconds())
		}
		all = append(all, s)
	}
	return strings.Join(all, "; ")
}

func count(n int64, known bool) string {
	if !known {
		return "?"
	}
	return strconv.FormatInt(n, 10)
}

// invalid says what no reading may be, or nothing.
func invalid(r Reading) string {
	switch share, ok := r.Share(); {
	case r.HasLimit && (r.Limit <= 0 || r.Limit > MaxCount):
		return "limit out of range"
	case r.Remaining < 0, r.Remaining > MaxCount:
		return "remaining out of range"
	case r.HasLimit && r.Remaining > r.Limit:
		return "more remaining than the limit"
	case !r.HasLimit && !r.HasRemaining:
		return "nothing known"
	case ok && !(share >= 0 && share <= 1):
		return "share out of range"
	case r.HasReset && (r.ResetIn <= 0 || r.ResetIn > r.Kind.Length()+SkewAllowance):
		return "reset out of range"
	case !r.HasReset && (r.Reset != 0 || r.ResetIn != 0 || r.Remaining != r.Limit || r.Exhausts || r.Scope == endpoint.ScopeUser):
		return "a passed window that is not full"
	case r.Exhausts && (r.Scope == endpoint.ScopeUser || !r.HasRemaining || r.ExhaustionIn < 0 || r.ExhaustionIn >= r.ResetIn):
		return "forecast out of range"
	case r.Fallback:
		return "fallback"
	}
	return ""
}

func endpointAuth(s string) endpoint.AuthKind { return endpoint.AuthKind(s) }
