package classify

import (
	"strconv"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// hint returns the class's hint, with sentences for what is known about this
// answer. Nothing that the caller sent goes into it, nor any text of the body:
// only texts of the catalogue, enumerations, scopes, numbers and times.
func (a *answer) hint(c Class) Hint {
	info, _ := Describe(c)
	h := info.Hint
	if h.Text == "" {
		return h
	}
	var parts []string
	if p := a.decisive(); p != nil && c.IsError() {
		parts = append(parts, means(p, c)...)
		if p.Error != "" && info.Family == familyAuth {
			h.URL = docAuthOAuth2
		}
	}
	switch info.Family {
	case familyAuth:
		parts = append(parts, a.skewHint(c))
	case familyServer:
		if a.isWrite() {
			parts = append(parts, "A write may have taken effect: check before repeating.")
		}
	}
	if c == AppPermissions && a.readOnly() {
		parts = append(parts, "The access level that X reports is read, and this request writes.")
	}
	parts = append(parts, a.authHint(c), a.windowHint(c), a.resetHint())
	var text strings.Builder
	text.WriteString(h.Text)
	for _, part := range parts {
		if part != "" {
			text.WriteByte(' ')
			text.WriteString(part)
		}
	}
	h.Text = text.String()
	return h
}

// means says what the members of a problem mean that have a fixed meaning.
func means(p *Problem, c Class) (parts []string) {
	if i, ok := codeIndex[p.Code]; ok {
		parts = append(parts, "Code "+strconv.Itoa(p.Code)+": "+codeTable[i].Means)
	}
	if i, ok := oauthIndex[p.Error]; ok {
		parts = append(parts, "OAuth error "+p.Error+": "+oauthTable[i].Means)
	}
	switch p.Reason {
	case "client-not-enrolled":
		parts = append(parts, "Reason given: the app is not enrolled in what this endpoint needs.")
	case "official-client-forbidden":
		parts = append(parts, "Reason given: the endpoint is closed to this kind of client.")
	}
	if _, ok := disconnectTable[p.DisconnectType]; ok {
		parts = append(parts, "Reason given: "+p.DisconnectType+".")
	}
	if _, ok := issueTable[p.Issue]; ok {
		parts = append(parts, "Reason given: "+p.Issue+".")
	}
	switch c {
	case UsageCapped:
		if p.Period == "Daily" || p.Period == "Monthly" {
			parts = append(parts, "The cap is counted "+strings.ToLower(p.Period)+".")
		}
		if p.Scope == "Account" || p.Scope == "Product" {
			parts = append(parts, "It belongs to the "+strings.ToLower(p.Scope)+".")
		}
	case UnsupportedAuthentication:
		parts = append(parts, supportedHint(p.Detail))
	}
	return parts
}

// supportedHint names the kinds of authentication that X says it takes. The
// detail lists them in brackets; only known names are repeated.
func supportedHint(detail string) string {
	_, list, ok := strings.Cut(detail, "Supported authentication types are [")
	if !ok {
		return ""
	}
	list, _, _ = strings.Cut(list, "]")
	var kinds []string
	for _, k := range []struct {
		name string
		kind endpoint.AuthKind
	}{
		{"OAuth 1.0a User Context", endpoint.AuthOAuth1User},
		{"OAuth 2.0 User Context", endpoint.AuthOAuth2User},
		{"OAuth 2.0 Application-Only", endpoint.AuthAppOnly},
	} {
		if strings.Contains(list, k.name) {
			kinds = append(kinds, authWords(k.kind))
		}
	}
	if len(kinds) == 0 {
		return ""
	}
	return "X names as supported: " + strings.Join(kinds, " or ") + "."
}

// authHint says what the operation takes and what the request carried.
func (a *answer) authHint(c Class) string {
	if a.op == nil || len(a.op.Auth) == 0 {
		return ""
	}
	switch info, _ := Describe(c); {
	case c == UnsupportedAuthentication, c == MissingScope:
	case a.mismatch && (info.Family == familyAuth || info.Family == familyPermission || info.Family == familyRequest):
	default:
		return ""
	}
	var kinds []string
	for _, k := range a.op.Auth {
		words := authWords(k.Kind)
		if len(k.Scopes) > 0 {
			words += " with scopes " + strings.Join(k.Scopes, ", ")
		}
		kinds = append(kinds, words)
	}
	text := "This operation takes " + strings.Join(kinds, " or ")
	if carried := authWords(a.in.Auth.Kind); carried != "" {
		text += "; the request carried " + carried
	}
	return text + "."
}

func authWords(k endpoint.AuthKind) string {
	switch k {
	case endpoint.AuthAppOnly:
		return "an app-only token"
	case endpoint.AuthOAuth2User:
		return "OAuth 2.0 user context"
	case endpoint.AuthOAuth1User:
		return "OAuth 1.0a user context"
	case endpoint.AuthBearer:
		return "an OAuth 2.0 bearer token"
	case endpoint.AuthBasic:
		return "HTTP basic credentials"
	case endpoint.AuthNone:
		return "no credentials"
	}
	return ""
}

// skewHint says how far the clocks are apart, where that can be the cause.
func (a *answer) skewHint(c Class) string {
	if c != ClockSkew && c != Unauthenticated {
		return ""
	}
	if skew := a.server.ClockSkew; skew.Abs() > skewTolerance {
		return "This machine's clock is " + apart(skew) + " X's."
	}
	if off, ok := a.timestampOff(); ok && off.Abs() > skewTolerance {
		return "The request's OAuth timestamp is " + apart(off) + " X's clock."
	}
	return ""
}

// apart says "7m ahead of" or "7m behind".
func apart(d time.Duration) string {
	if d < 0 {
		return words(d.Abs()) + " behind"
	}
	return words(d) + " ahead of"
}

// words writes a duration in whole seconds, without zero tails.
func words(d time.Duration) string {
	s := d.Round(time.Second).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// windowHint names the limit that is used up.
func (a *answer) windowHint(c Class) string {
	var parts []string
	switch c {
	case RateLimited:
		if w := a.limits.Window; w.exhausted() && w.HasLimit && !w.Fallback {
			parts = append(parts, "The window allows "+strconv.FormatInt(w.Limit, 10)+" requests.")
		}
	case DailyLimited:
		parts = append(parts, dailyHint("the app", a.limits.App24h), dailyHint("the user", a.limits.User24h))
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

func dailyHint(of string, w RateLimit) string {
	if !w.exhausted() {
		return ""
	}
	limit := ""
	if w.HasLimit {
		limit = " of " + strconv.FormatInt(w.Limit, 10) + " requests"
	}
	return "The 24-hour limit of " + of + limit + " is used up."
}

// resetHint says when the wait is over, by X's clock.
func (a *answer) resetHint() string {
	at := a.resetOnX
	if at.IsZero() {
		return ""
	}
	at = at.UTC()
	text := at.Format("15:04:05") + " UTC"
	left := at.Sub(a.clock.x)
	if a.clock.x.IsZero() || left >= window24h {
		text = at.Format("2006-01-02 15:04") + " UTC"
	}
	if a.clock.x.IsZero() {
		return "It ends at " + text + "."
	}
	return "It ends at " + text + ", in " + words(left) + "."
}
