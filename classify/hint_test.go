package classify

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

func TestHintsOfTheContext(t *testing.T) {
	t.Parallel()
	const unsupported = `{"title":"Unsupported Authentication","detail":"Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].","type":"https://api.twitter.com/2/problems/unsupported-authentication","status":403}`
	tests := []struct {
		name string
		in   Input
		want []string
	}{
		{"what the operation takes and what the request carried",
			Input{Method: "POST", Path: "/2/tweets", Status: 403, Auth: Auth{Kind: endpoint.AuthAppOnly}, Body: []byte(unsupported)},
			[]string{"This operation takes ", "OAuth 2.0 user context with scopes ", "tweet.write", "; the request carried an app-only token.", "X names as supported: OAuth 1.0a user context or OAuth 2.0 user context."}},
		{"scopes of the operation where one may be missing",
			Input{Method: "POST", Path: "/2/media/upload", Status: 403, Auth: Auth{Kind: endpoint.AuthBearer}, Header: headers("content-type: application/problem+json")},
			[]string{"media.write", "the request carried an OAuth 2.0 bearer token."}},
		{"no credentials",
			Input{Method: "GET", Path: "/2/users/me", Status: 401, Auth: Auth{Kind: endpoint.AuthNone}},
			[]string{"the request carried no credentials."}},
		{"an access level that cannot write",
			Input{Method: "POST", Path: "/2/tweets", Status: 403, Header: headers("x-access-level: read")},
			[]string{"The access level that X reports is read, and this request writes."}},
		{"a machine that is behind",
			Input{Status: 401, Now: noon, Header: headers("date: " + noon.Add(7*time.Minute).Format(http.TimeFormat))},
			[]string{"This machine's clock is 7m behind X's."}},
		{"a machine that is ahead",
			Input{Status: 401, Now: noon, Header: headers("date: " + noon.Add(-2*time.Hour).Format(http.TimeFormat)), Body: []byte(`{"errors":[{"code":135}]}`)},
			[]string{"This machine's clock is 2h ahead of X's.", "Code 135: The OAuth timestamp is out of bounds."}},
		{"an app that is not enrolled",
			Input{Status: 403, Body: []byte(`{"type":"https://api.x.com/2/problems/client-forbidden","reason":"client-not-enrolled"}`)},
			[]string{"Reason given: the app is not enrolled in what this endpoint needs."}},
		{"a cap's period and scope",
			Input{Status: 429, Body: []byte(`{"type":"https://api.x.com/2/problems/usage-capped","period":"Daily","scope":"Account"}`)},
			[]string{"The cap is counted daily. It belongs to the account."}},
		{"a write that X broke off",
			Input{Method: "POST", Path: "/2/tweets", Status: 503},
			[]string{"A write may have taken effect: check before repeating."}},
		{"both days",
			Input{Status: 429, Now: noon, Header: headers("x-app-limit-24hour-remaining: 0", "x-user-limit-24hour-remaining: 0", "x-user-limit-24hour-reset: "+unix(noon.Add(90*time.Minute)))},
			[]string{"The 24-hour limit of the app is used up. The 24-hour limit of the user is used up. It ends at 13:30:00 UTC, in 1h30m."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := Classify(tt.in)
			for _, want := range tt.want {
				if !strings.Contains(r.Hint.Text, want) {
					t.Errorf("hint %q lacks %q", r.Hint.Text, want)
				}
			}
		})
	}
}

func TestAuthMismatch(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		request string
		kind    endpoint.AuthKind
		want    bool
	}{
		"a user's endpoint with an app-only token":   {"GET /2/users/me", endpoint.AuthAppOnly, true},
		"a user's endpoint with a user's token":      {"GET /2/users/me", endpoint.AuthOAuth2User, false},
		"a user's endpoint with any bearer token":    {"GET /2/users/me", endpoint.AuthBearer, false},
		"a user's endpoint with nothing":             {"GET /2/users/me", endpoint.AuthNone, true},
		"an app's stream with OAuth 1.0a":            {"GET /2/tweets/search/stream", endpoint.AuthOAuth1User, true},
		"an endpoint nobody knows":                   {"GET /2/nothing/here", endpoint.AuthAppOnly, false},
		"a request of which the kind is not told":    {"GET /2/users/me", "", false},
		"an endpoint that takes requests without it": {"GET /2/openapi.json", endpoint.AuthNone, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method, path := request(t, tt.request)
			for _, status := range []int{200, 304, 401, 429, 503} {
				r := Classify(Input{Method: method, Path: path, Status: status, Auth: Auth{Kind: tt.kind}})
				if r.AuthMismatch != tt.want {
					t.Errorf("%d: got %v", status, r.AuthMismatch)
				}
			}
		})
	}
}

func TestUnknownAuthenticationIsIntermittent(t *testing.T) {
	t.Parallel()
	r := Classify(Input{Status: 403, Body: []byte(`{"title":"Unsupported Authentication","detail":"Authenticating with Unknown is forbidden for this endpoint.","type":"https://api.x.com/2/problems/unsupported-authentication"}`)})
	if r.Class != UnsupportedAuthentication || r.Retry.Verdict != VerdictBackoff || r.Retry.Backoff != backoffHTTP {
		t.Errorf("got %s, %+v", r.Class, r.Retry)
	}
}

// canary is what no hint may hold. It is made to pass every check of form.
const canary = "canaryzq7"

// TestHintsNeverRepeatTheCaller plants the canary in everything that a caller
// or a body can fill and looks for it in every hint.
func TestHintsNeverRepeatTheCaller(t *testing.T) {
	t.Parallel()
	auth := headers(
		`Authorization: OAuth oauth_consumer_key="` + canary + `", oauth_token="` + canary + `", oauth_timestamp="1700000000"`)
	members := `"title":"` + canary + `","detail":"` + canary + ` Supported authentication types are [` + canary + `, OAuth 2.0 User Context].","message":"` + canary +
		`","reason":"` + canary + `","connection_issue":"` + canary + `","disconnect_type":"` + canary + `","period":"` + canary + `","scope":"` + canary +
		`","reset_date":"` + canary + `","parameter":"` + canary + `","value":"` + canary + `","field":"` + canary + `","section":"` + canary +
		`","resource_type":"` + canary + `","resource_id":"` + canary + `","account_id":"` + canary + `","client_id":"` + canary +
		`","parameters":{"` + canary + `":["` + canary + `"]},"error":"` + canary + `","error_description":"` + canary + `","status":"` + canary + `","code":"` + canary + `"`
	types := []string{"https://api.x.com/2/problems/" + canary, canary}
	for _, row := range Catalog().Types {
		types = append(types, row.URL())
	}
	bodies := []string{canary, "<html>" + canary, `{"error":"` + canary + `"}`, `{"` + canary + `":1}`}
	for _, typ := range types {
		item := `{"type":"` + typ + `",` + members + `}`
		bodies = append(bodies, item, `{"errors":[`+item+`]}`, `{"data":1,"errors":[`+item+`]}`)
	}
	for _, row := range Catalog().Codes {
		bodies = append(bodies, `{"errors":[{"code":`+strings.Repeat(" ", row.Code%2)+itoa(row.Code)+`,"message":"`+canary+`"}]}`)
	}
	h := headers("x-transaction-id: "+canary, "cf-ray: "+canary, "api-version: "+canary, "x-access-level: "+canary,
		"x-rate-limit-limit: 15", "x-rate-limit-remaining: 0", "x-rate-limit-reset: "+unix(noon), "content-type: "+canary, "retry-after: "+canary)
	leaks := func(r Result) bool {
		return strings.Contains(strings.ToLower(r.Hint.Title+r.Hint.Text+r.Hint.URL+string(r.Hint.Owner)), canary)
	}
	for _, body := range bodies {
		for _, status := range []int{200, 400, 401, 402, 403, 404, 409, 429, 500, 503} {
			r := Classify(Input{Method: "POST", Path: "/2/users/" + canary + "/likes", Status: status, Header: h, Body: []byte(body), Auth: ParseAuth(auth), Now: noon})
			if leaks(r) {
				t.Errorf("%d: %s: %+v", status, body, r.Hint)
			}
			sane(t, r)
		}
		if r, ok := StreamLine([]byte(body)); ok && leaks(r) {
			t.Errorf("stream: %s: %+v", body, r.Hint)
		}
	}
}
