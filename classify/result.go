package classify

import (
	"net/http"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// Input is one answer of X, as much of it as is known.
type Input struct {
	Method string
	Path   string // the request's escaped URL path; used to look the operation up, never repeated in a Result
	Status int
	Header http.Header
	Body   []byte // the body or its beginning; may be compressed as Header says
	Auth   Auth   // how the request was authenticated, see [ParseAuth]
	Now    time.Time
}

// Auth says how a request was authenticated, without any part of the
// credential.
type Auth struct {
	Kind endpoint.AuthKind
	// Timestamp is the oauth_timestamp of an OAuth 1.0a request, zero for
	// other kinds: X refuses a request whose clock is off (code 135).
	Timestamp time.Time
}

// Result is what an answer means.
type Result struct {
	Class      Class
	Status     int       // HTTP status, 0 when there was no answer
	Problems   []Problem // in the order of the body, at most [MaxProblems]
	Total      int       // how many problems the body held, including those beyond [MaxProblems]
	Retry      Retry
	Hint       Hint
	RateLimits RateLimits
	Auth       Auth
	// AuthMismatch reports that the operation does not accept the kind of
	// authentication that the request carried.
	AuthMismatch bool
	Server       Server
}

// Problem is one problem of a body: an RFC 9457 problem of API v2, an error of
// API v1.1 or of an OAuth 2.0 endpoint, in one form. Members that the body
// lacks are zero. Its texts may repeat the caller's input: redact them before
// they leave the process.
type Problem struct {
	Type           string // canonical: "https://api.x.com/2/problems/<slug>" or "about:blank"; empty when the body names none
	Title          string
	Detail         string
	Status         int
	Code           int    // X's numeric code (API v1.1), never an HTTP status
	Error          string // OAuth 2.0 error code (RFC 6749)
	Parameter      string
	Value          string
	Field          string
	Section        string
	ResourceType   string
	ResourceID     string
	Reason         string // this and the next four are enumerations: at most 64 bytes of [A-Za-z0-9._-], else empty
	DisconnectType string
	Issue          string // connection_issue
	Period         string
	Scope          string
	ResetDate      string // of a spend cap, YYYY-MM-DD
	Class          Class  // the class of this problem by itself
}

// Retry says whether and when to send the request again.
type Retry struct {
	Verdict Verdict
	At      time.Time // when the budget is back; never zero for VerdictAfterReset
	Backoff Backoff   // how to space attempts; zero for VerdictNever
}

// Hint tells somebody on call what an answer means and what to do. Its texts
// come from the catalogue, with enumerations, scopes, numbers of limits and
// times where they help. They never repeat anything that the caller sent.
type Hint struct {
	Title string `json:"title,omitempty"`
	Text  string `json:"text,omitempty"`
	URL   string `json:"url,omitempty"`   // where it is documented
	Owner Owner  `json:"owner,omitempty"` // who has to act
}

// Server is what the response headers say about X's side of the call.
type Server struct {
	TransactionID string        // x-transaction-id, the id that X's support asks for
	EdgeRay       string        // cf-ray
	Version       string        // api-version, the version of X's OpenAPI document
	AccessLevel   string        // x-access-level
	Duration      time.Duration // x-response-time; 0 if absent
	ClockSkew     time.Duration // Input.Now minus Date; 0 if Date is absent
}

// RateLimits holds the rate limits of the response headers.
type RateLimits struct {
	Window  RateLimit // x-rate-limit-*: 15 minutes, one endpoint
	App24h  RateLimit // x-app-limit-24hour-*
	User24h RateLimit // x-user-limit-24hour-*
}

// RateLimit is one rate limit. A value whose header was missing or malformed
// is absent, which is not the same as zero.
type RateLimit struct {
	Limit, Remaining int64 // requests
	Reset            int64 // unix seconds
	HasLimit         bool
	HasRemaining     bool
	HasReset         bool
	// Fallback reports that the values belong to X's fallback bucket of 40000
	// requests, which X reports on requests that it refused for another reason
	// (billing, connections, enrolment). They say nothing about the endpoint's
	// limit. Only [Classify] sets it, since only an error status tells.
	Fallback bool
}
