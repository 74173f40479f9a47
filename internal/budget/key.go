package budget

import (
	"cmp"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// Key names a rate limit: the operation, by URL template and method, the
// window, and whose requests share it.
type Key struct {
	Template string
	Method   string
	Kind     Kind
	Scope    endpoint.Scope
}

// compare orders keys by template, method, kind and scope.
func (k Key) compare(l Key) int {
	return cmp.Or(
		cmp.Compare(k.Template, l.Template),
		cmp.Compare(k.Method, l.Method),
		cmp.Compare(k.Kind, l.Kind),
		cmp.Compare(k.Scope, l.Scope),
	)
}

// Kind is a kind of window, by the headers that report it.
type Kind string

// The kinds of windows.
const (
	Window15m Kind = "15m"      // x-rate-limit-*
	App24h    Kind = "app_24h"  // x-app-limit-24hour-*
	User24h   Kind = "user_24h" // x-user-limit-24hour-*
)

// Length returns how long the window is. An unknown kind counts as the
// 15-minute window.
func (k Kind) Length() time.Duration {
	if k == App24h || k == User24h {
		return 24 * time.Hour
	}
	return 15 * time.Minute
}

// Scope returns whose requests share a window of this kind when a request is
// authenticated by auth. The 24-hour windows are the app's or the user's by
// their name, whatever the request carries. A bearer token that can be of
// either kind counts as a user's: those rules hold for any number of budgets.
func (k Kind) Scope(auth endpoint.AuthKind) endpoint.Scope {
	switch {
	case k == App24h:
		return endpoint.ScopeApp
	case k == User24h:
		return endpoint.ScopeUser
	case auth == endpoint.AuthOAuth1User, auth == endpoint.AuthOAuth2User, auth == endpoint.AuthBearer:
		return endpoint.ScopeUser
	}
	return endpoint.ScopeApp
}
