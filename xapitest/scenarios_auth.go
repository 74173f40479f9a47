package xapitest

import (
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

// v1Update is the classic write of API v1.1, the one that most of its codes
// were reported for.
var v1Update = Target{Method: "POST", Path: "/1.1/statuses/update.json", Auth: endpoint.AuthOAuth1User, RequestBody: "status=a+post+of+the+simulator"}

// refusal is an error answer of the application layer.
func refusal(name, about string, evidence Evidence, to Target, class classify.Class, status int, body string) Scenario {
	return Scenario{Name: name, About: about, Evidence: evidence, Target: to, Class: class, Status: status, Body: body, Rate: window(450, 420)}
}

// v1Refusal is an error answer of API v1.1 or of an OAuth endpoint.
func v1Refusal(name, about string, evidence Evidence, to Target, class classify.Class, status int, body string) Scenario {
	return Scenario{Name: name, About: about, Evidence: evidence, Target: to, Class: class, Status: status, Body: body, Layer: LayerV1}
}

const unauthorizedBody = "{\n  \"title\": \"Unauthorized\",\n  \"type\": \"about:blank\",\n  \"status\": 401,\n  \"detail\": \"Unauthorized\"\n}"

func authenticationScenarios() []Scenario {
	token := Target{Method: "POST", Path: "/2/oauth2/token", Auth: endpoint.AuthBasic, RequestBody: "grant_type=authorization_code&code=FAKE&redirect_uri=http%3A%2F%2F127.0.0.1%2F&code_verifier=FAKE"}
	refresh := token
	refresh.RequestBody = "grant_type=refresh_token&refresh_token=FAKE"
	public := token
	public.Auth = endpoint.AuthNone
	appToken := Target{Method: "POST", Path: "/oauth2/token", Auth: endpoint.AuthBasic, RequestBody: "grant_type=client_credentials"}
	meAppOnly, bookmarks := getMe, Target{Method: "GET", Path: "/2/users/1000000000000000001/bookmarks", Auth: endpoint.AuthOAuth1User}
	meAppOnly.Auth = endpoint.AuthAppOnly
	v1Bare := v1Update
	v1Bare.Auth = endpoint.AuthNone

	unauthorized := func(name, about string, to Target) Scenario {
		return Scenario{Name: name, About: about, Evidence: Observed, Target: to, Class: classify.Unauthenticated, Status: 401, Layer: LayerAuth, Body: unauthorizedBody}
	}
	noAuth := getPost
	noAuth.Auth = endpoint.AuthNone
	skewed := v1Refusal("clock_skew", "The oauth_timestamp is out of bounds: the caller's clock is an hour ahead.", Documented, v1Update, classify.ClockSkew, 401,
		`{"errors":[{"code":135,"message":"Timestamp out of bounds."}]}`)
	skewed.ClockSkew = time.Hour

	return []Scenario{
		unauthorized("unauthenticated", "The token is not valid; X says no more than that.", getPost),
		unauthorized("unauthenticated_no_credentials", "A request without an Authorization header.", noAuth),
		v1Refusal("v1_invalid_token", "Code 89: the token is invalid or expired.", Observed, v1Update, classify.Unauthenticated, 401,
			`{"errors":[{"message":"Invalid or expired token.","code":89}]}`),
		v1Refusal("v1_could_not_authenticate", "Code 32: the OAuth 1.0a signature does not fit.", Observed, v1Update, classify.Unauthenticated, 401,
			`{"errors":[{"message":"Could not authenticate you.","code":32}]}`),
		v1Refusal("v1_bad_authentication_data", "Code 215, at status 400: there are no credentials to speak of.", Documented, v1Bare, classify.Unauthenticated, 400,
			`{"errors":[{"code":215,"message":"Bad Authentication data."}]}`),
		skewed,
		refusal("unsupported_authentication", "An app-only token where X wants a user.", Observed, meAppOnly, classify.UnsupportedAuthentication, 403,
			unsupportedBody("OAuth 2.0 Application-Only", "OAuth 1.0a User Context, OAuth 2.0 User Context")),
		refusal("unsupported_authentication_oauth1", "OAuth 1.0a where X wants OAuth 2.0.", Observed, bookmarks, classify.UnsupportedAuthentication, 403,
			unsupportedBody("OAuth 1.0a User Context", "OAuth 2.0 User Context")),
		refusal("unsupported_authentication_unknown", "The intermittent refusal of an authentication that X fails to recognise.", Observed, createPost, classify.UnsupportedAuthentication, 403,
			unsupportedBody("Unknown", "OAuth 1.0a User Context, OAuth 2.0 User Context")),
		v1Refusal("token_invalid_code", "The authorization code is wrong or older than 30 s.", Observed, token, classify.Unauthenticated, 400,
			`{"error_description":"Value passed for the authorization code was invalid.","error":"invalid_request"}`),
		v1Refusal("token_invalid_refresh", "The refresh token is spent: X gives out a new one with each use.", Observed, refresh, classify.Unauthenticated, 400,
			`{"error":"invalid_request","error_description":"Value passed for the token was invalid."}`),
		v1Refusal("token_unauthorized_client", "A confidential client without its Basic header.", Observed, public, classify.Unauthenticated, 401,
			`{"error_description":"Missing valid authorization header","error":"unauthorized_client"}`),
		v1Refusal("app_token_refused", "Code 99, at status 403: the keys do not buy an app-only token.", Documented, appToken, classify.Unauthenticated, 403,
			`{"errors":[{"code":99,"message":"Unable to verify your credentials"}]}`),
	}
}

// unsupportedBody has two spaces before "Supported", as X writes it.
func unsupportedBody(got, supported string) string {
	return `{"title":"Unsupported Authentication","detail":"Authenticating with ` + got +
		` is forbidden for this endpoint.  Supported authentication types are [` + supported +
		`].","type":"https://api.twitter.com/2/problems/unsupported-authentication","status":403}`
}
