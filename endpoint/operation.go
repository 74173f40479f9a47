package endpoint

import "time"

// AuthKind names a way to authenticate with X: one that an [Operation]
// accepts, or one that a request carries. It never holds any part of a
// credential.
type AuthKind string

// The kinds. An operation accepts AuthAppOnly, AuthOAuth2User and
// AuthOAuth1User only; the other three describe requests.
const (
	AuthAppOnly    AuthKind = "app_only"    // OAuth 2.0 app-only bearer token; "BearerToken" in X's OpenAPI
	AuthOAuth2User AuthKind = "oauth2_user" // OAuth 2.0 user context (authorization code with PKCE); "OAuth2UserToken"
	AuthOAuth1User AuthKind = "oauth1_user" // OAuth 1.0a user context; "UserToken"
	AuthBearer     AuthKind = "bearer"      // a bearer token of either OAuth 2.0 kind: the header does not tell which
	AuthBasic      AuthKind = "basic"       // HTTP basic, as the token endpoints take it
	AuthNone       AuthKind = "none"        // no Authorization header
)

// Auth is one way to authenticate that an operation accepts.
type Auth struct {
	Kind   AuthKind `json:"kind"`
	Scopes []string `json:"scopes,omitempty"` // OAuth 2.0 scopes that the token needs, all of them; user context only
}

// Scope says whose requests share a rate limit.
type Scope string

// The scopes of X's rate limits.
const (
	ScopeApp  Scope = "app"  // all requests with the app's bearer token
	ScopeUser Scope = "user" // all requests with one user's access token
)

// Limit is a documented rate limit: at most Requests requests in each Window.
// X's response headers are the truth; the documented figure and the header
// differ for some operations. The figures are those of X's rate-limit page for
// pay-per-usage (2026-08-22), which has none for 72 of the 178 operations of X's
// OpenAPI document.
type Limit struct {
	Scope    Scope         `json:"scope"`
	Requests int           `json:"requests"`
	Window   time.Duration `json:"window"` // 1 second, 15 minutes or 24 hours
}

// Billing is what X charges for a call on the pay-per-usage plan, by the price
// items of X's pricing page (2026-08-22). X does not publish which operation is
// which item: the mapping is this package's (billing.json), and an operation
// that fits none, or more than one, has no item.
type Billing struct {
	// Unit is X's price item ("post", "user", "post_create", ...); empty when
	// no price is documented.
	Unit string `json:"unit,omitempty"`
	// PerResource reports whether each returned resource is billed (reads)
	// rather than each request (writes).
	PerResource bool `json:"per_resource,omitempty"`
}

// Operation is one operation of the X API: a method on a path template.
// Operations are shared and must not be modified.
type Operation struct {
	ID        string  `json:"id"`                  // operationId; for operations that X's OpenAPI lacks, one in the same style
	Method    string  `json:"method"`              // upper case
	Template  string  `json:"template"`            // "/2/tweets/{id}"
	Name      string  `json:"-"`                   // Method and Template with a space between: the span's name
	Auth      []Auth  `json:"auth,omitempty"`      // any one of them; empty where none is documented and for the token endpoints, which take basic or none
	Streaming bool    `json:"streaming,omitempty"` // the response is an endless stream of lines
	Binary    bool    `json:"binary,omitempty"`    // the response is a binary download
	Limits    []Limit `json:"limits,omitempty"`
	Billing   Billing `json:"billing,omitzero"`
	Source    string  `json:"source,omitempty"` // where it is documented, when not in X's OpenAPI document
}

// Accepts reports whether the operation accepts a request of kind k. An
// operation without documented kinds accepts all; AuthBearer is accepted where
// either OAuth 2.0 kind is.
func (o *Operation) Accepts(k AuthKind) bool {
	if len(o.Auth) == 0 {
		return true
	}
	for i := range o.Auth {
		a := o.Auth[i].Kind
		if a == k || k == AuthBearer && (a == AuthAppOnly || a == AuthOAuth2User) {
			return true
		}
	}
	return false
}
