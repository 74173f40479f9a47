package classify

import (
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	problemBase   = "https://api.x.com/2/problems/"
	maxDetail     = 1024 // bytes
	maxText       = 256  // bytes, of every other text
	maxSlugLength = 64   // bytes
)

// canonicalType returns a problem type in its one reported form. Types are
// matched on the last path segment, any host and any case: api.twitter.com,
// api.x.com and api.X.com all occur. A type that the catalogue lacks must come
// from a problems path and look like a slug; anything else is empty.
func canonicalType(raw string) string {
	raw = strings.TrimSuffix(strings.TrimSpace(raw), "/")
	if len(raw) > maxText {
		return ""
	}
	if strings.EqualFold(raw, aboutBlank) {
		return aboutBlank
	}
	slug := raw[strings.LastIndexByte(raw, '/')+1:]
	if _, known := typeIndex[strings.ToLower(slug)]; known && !strings.EqualFold(slug, aboutBlank) {
		return problemBase + strings.ToLower(slug)
	}
	if strings.HasSuffix(raw, "/problems/"+slug) && isSlug(slug) {
		return problemBase + slug
	}
	return ""
}

func isSlug(s string) bool {
	if s == "" || len(s) > maxSlugLength || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// ProblemOf returns a problem of which only the type is known, as its body gives
// it: one of many inside a success. Its class is Unknown if the type says
// nothing by itself or is not in the catalogue.
func ProblemOf(typ string) Problem {
	p := Problem{Type: canonicalType(typ)}
	p.Class, _ = classOf(&p, 0)
	return p
}

// slug returns the last segment of the problem's type, or "about:blank".
func (p *Problem) slug() string { return strings.TrimPrefix(p.Type, problemBase) }

// truncate cuts s to at most limit bytes, on the border of a rune, and makes it
// valid UTF-8.
func truncate(s string, limit int) string {
	if len(s) > limit {
		for limit > 0 && !utf8.RuneStart(s[limit]) {
			limit--
		}
		s = s[:limit]
	}
	return strings.ToValidUTF8(s, "")
}

// classOf returns the class of a problem by itself. specific is false if only
// a status led there. status is that of the answer, 0 on a stream.
func classOf(p *Problem, status int) (c Class, specific bool) {
	if c := byMember(p, status); c != "" {
		return c, true
	}
	if i, ok := typeIndex[p.slug()]; ok && typeTable[i].Class != Unknown && typeTable[i].Class != Forbidden {
		return typeTable[i].Class, true
	}
	if i, ok := codeIndex[p.Code]; ok {
		return codeTable[i].Class, true
	}
	if p.Error != "" {
		if i, ok := oauthIndex[p.Error]; ok {
			return oauthClass(p, oauthTable[i].Class), true
		}
	}
	if c := byText(p.Detail); c != "" {
		return c, true
	}
	// An item of a success is told by its own status, if it has one.
	if p.Status >= 400 {
		return statusClass(p.Status), false
	}
	if status >= 400 {
		return statusClass(status), false
	}
	return Unknown, false
}

// byMember returns the class of a problem whose meaning hangs on a member
// other than its type, or "".
func byMember(p *Problem, status int) Class {
	if c, ok := titleTable[strings.ToLower(p.Title)]; ok {
		return c
	}
	switch p.slug() {
	case "credits":
		if p.ResetDate != "" || status == http.StatusForbidden || byText(p.Detail) == SpendCapReached {
			return SpendCapReached
		}
	case "streaming-connection":
		if c, ok := issueTable[p.Issue]; ok {
			return c
		}
		switch status {
		case http.StatusConflict:
			return NoRules
		case http.StatusTooManyRequests:
			return ConnectionLimited
		}
	case "operational-disconnect":
		if strings.Contains(strings.ToLower(p.Detail), "unable to keep up") {
			return SlowConsumer
		}
		return disconnectTable[p.DisconnectType]
	case "invalid-request":
		// These details repeat the caller's query, so that most texts prove
		// nothing: only the two that X wraps in its own words count.
		if c := byText(p.Detail); c == ClientForbidden || c == NotFound {
			return c
		}
	}
	return ""
}

// textTable tells problems apart whose type says nothing. X documents none of
// these texts; they were observed from 2021 to 2026. The first match wins.
var textTable = []struct {
	text  string // lower case
	class Class
}{
	{"spend cap", SpendCapReached},
	{"credits depleted", CreditsDepleted},
	{"does not have any credits", CreditsDepleted},
	{"usage cap exceeded", UsageCapped},
	{"duplicate content", DuplicateContent},
	{"already created a note", DuplicateContent},
	{"reply to this conversation is not allowed", ReplyNotAllowed},
	{"restricted who can reply", ReplyNotAllowed},
	{"looks like it might be automated", AutomationBlocked},
	{"account is temporarily locked", AccountLocked},
	{"account is suspended", AccountSuspended},
	{"cannot perform write actions", AppPermissions},
	{"oauth1 app permissions", AppPermissions},
	{"operator is not available in current product", ClientForbidden},
	{"may need a different access level", ClientForbidden},
	{"account is not permitted to access this feature", ClientForbidden},
	{"maximum allowed connection limit", ConnectionLimited},
	{"unable to keep up with us", SlowConsumer},
}

// byText returns the class that a detail names, or "".
func byText(detail string) Class {
	if detail == "" {
		return ""
	}
	lower := strings.ToLower(detail)
	// The whole text: the words alone could be an echo of the caller's input.
	if lower == "badrequest: not found" {
		return NotFound
	}
	for _, t := range textTable {
		if strings.Contains(lower, t.text) {
			return t.class
		}
	}
	return ""
}

// oauthClass corrects the class of an OAuth 2.0 error for X's use of it: a
// wrong code or a used refresh token comes as invalid_request, where RFC 6749
// has invalid_grant (observed 2023 to 2026).
func oauthClass(p *Problem, c Class) Class {
	if p.Error == "invalid_request" {
		lower := strings.ToLower(p.Detail)
		if strings.Contains(lower, "value passed for the token was invalid") ||
			strings.Contains(lower, "value passed for the authorization code was invalid") {
			return Unauthenticated
		}
	}
	return c
}

// resetDate returns the date of a spend cap's reset.
func (p *Problem) resetDate() (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, p.ResetDate)
	return t, err == nil
}
