package classify

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// headers builds a header from lines "Name: value".
func headers(lines ...string) http.Header {
	h := http.Header{}
	for _, l := range lines {
		name, value, _ := strings.Cut(l, ": ")
		h.Add(name, value)
	}
	return h
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

const tooManyBody = `{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}`

func TestKindsOf429(t *testing.T) {
	t.Parallel()
	in3m := "x-rate-limit-reset: " + unix(noon.Add(200*time.Second))
	left := []string{"x-rate-limit-limit: 450", "x-rate-limit-remaining: 449", in3m}
	gone := []string{"x-rate-limit-limit: 450", "x-rate-limit-remaining: 0", in3m}
	bucket := []string{"x-rate-limit-limit: 40000", "x-rate-limit-remaining: 39995", in3m}
	tests := []struct {
		name    string
		headers []string
		body    string
		class   Class
		verdict Verdict
		after   time.Duration // 0: no At
		hint    string
	}{
		{"a window that is used up waits for its reset", gone, tooManyBody, RateLimited, VerdictAfterReset, 200 * time.Second, "It ends at 12:03:20 UTC, in 3m20s."},
		{"code 88 with a window that is used up", gone, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`, RateLimited, VerdictAfterReset, 200 * time.Second, "450 requests"},
		{"the documented type with a window that is used up", gone, `{"type":"https://api.x.com/2/problems/rate-limit-exceeded","title":"t"}`, RateLimited, VerdictAfterReset, 200 * time.Second, ""},
		{"a usage cap with budget left", left, `{"title":"UsageCapExceeded","type":"https://api.twitter.com/2/problems/usage-capped","period":"Monthly","scope":"Product"}`, UsageCapped, VerdictNever, 0, "counted monthly"},
		{"a usage cap beats a window that is used up", gone, `{"type":"https://api.twitter.com/2/problems/usage-capped"}`, UsageCapped, VerdictNever, 0, ""},
		{"a usage cap by its title only", left, `{"title":"UsageCapExceeded"}`, UsageCapped, VerdictNever, 0, ""},
		{"credits at 429", left, `{"type":"https://api.x.com/2/problems/credits-depleted"}`, CreditsDepleted, VerdictNever, 0, ""},
		{"too many connections with budget left", left, `{"title":"ConnectionException","connection_issue":"TooManyConnections","type":"https://api.twitter.com/2/problems/streaming-connection"}`, ConnectionLimited, VerdictBackoff, 0, "DELETE /2/connections/all"},
		{"too many connections beats a window that is used up", gone, `{"type":"https://api.x.com/2/problems/streaming-connection"}`, ConnectionLimited, VerdictBackoff, 0, ""},
		{"the app's day is used up", append([]string{"x-app-limit-24hour-limit: 1000", "x-app-limit-24hour-remaining: 0", "x-app-limit-24hour-reset: " + unix(noon.Add(5*time.Hour))}, left...), tooManyBody, DailyLimited, VerdictAfterReset, 5 * time.Hour, "The 24-hour limit of the app of 1000 requests is used up."},
		{"the user's day is used up", append([]string{"x-user-limit-24hour-limit: 25", "x-user-limit-24hour-remaining: 0", "x-user-limit-24hour-reset: " + unix(noon.Add(5*time.Hour))}, left...), tooManyBody, DailyLimited, VerdictAfterReset, 5 * time.Hour, "limit of the user of 25"},
		{"of two days the later reset counts", []string{"x-app-limit-24hour-remaining: 0", "x-app-limit-24hour-reset: " + unix(noon.Add(2*time.Hour)), "x-user-limit-24hour-remaining: 0", "x-user-limit-24hour-reset: " + unix(noon.Add(9*time.Hour))}, tooManyBody, DailyLimited, VerdictAfterReset, 9 * time.Hour, ""},
		{"a day beats a window", append([]string{"x-app-limit-24hour-remaining: 0", "x-app-limit-24hour-reset: " + unix(noon.Add(2*time.Hour))}, gone...), tooManyBody, DailyLimited, VerdictAfterReset, 2 * time.Hour, ""},
		{"code 88 with budget left means a burst", left, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`, BurstLimited, VerdictBackoff, 0, ""},
		{"code 88 with a day used up", []string{"x-app-limit-24hour-remaining: 0", "x-app-limit-24hour-reset: " + unix(noon.Add(2*time.Hour))}, `{"errors":[{"code":88}]}`, DailyLimited, VerdictAfterReset, 2 * time.Hour, ""},
		{"a day without a reset", []string{"x-app-limit-24hour-remaining: 0"}, tooManyBody, DailyLimited, VerdictBackoff, 0, ""},
		{"budget left means a burst", left, tooManyBody, BurstLimited, VerdictBackoff, 0, ""},
		{"budget left in the fallback bucket proves nothing", bucket, tooManyBody, RateLimited, VerdictBackoff, 0, ""},
		{"no headers", nil, tooManyBody, RateLimited, VerdictBackoff, 0, ""},
		{"no headers and no body", nil, "", RateLimited, VerdictBackoff, 0, ""},
		{"a page of the edge", nil, "<html>", RateLimited, VerdictBackoff, 0, ""},
		{"only a reset", []string{in3m}, tooManyBody, RateLimited, VerdictAfterReset, 200 * time.Second, ""},
		{"a reset in the past means now", []string{"x-rate-limit-remaining: 0", "x-rate-limit-reset: " + unix(noon.Add(-time.Hour))}, tooManyBody, RateLimited, VerdictAfterReset, -1, "in 0s"},
		{"a reset beyond the window is clamped", []string{"x-rate-limit-remaining: 0", "x-rate-limit-reset: " + unix(noon.Add(48*time.Hour))}, tooManyBody, RateLimited, VerdictAfterReset, 15 * time.Minute, ""},
		{"the largest reset is clamped", []string{"x-rate-limit-remaining: 0", "x-rate-limit-reset: 9223372036854775807"}, tooManyBody, RateLimited, VerdictAfterReset, 15 * time.Minute, ""},
		{"a daily reset beyond a day is clamped", []string{"x-user-limit-24hour-remaining: 0", "x-user-limit-24hour-reset: " + unix(noon.Add(480*time.Hour))}, tooManyBody, DailyLimited, VerdictAfterReset, 24 * time.Hour, ""},
		{"retry-after in seconds", []string{"retry-after: 7"}, tooManyBody, RateLimited, VerdictAfterReset, 7 * time.Second, "in 7s"},
		{"retry-after as a date", []string{"retry-after: " + noon.Add(time.Minute).Format(http.TimeFormat)}, tooManyBody, RateLimited, VerdictAfterReset, time.Minute, ""},
		{"retry-after is clamped to a day", []string{"retry-after: 99999999999"}, tooManyBody, RateLimited, VerdictAfterReset, 24 * time.Hour, ""},
		{"retry-after does not bring money back", []string{"retry-after: 7"}, `{"type":"https://api.x.com/2/problems/usage-capped"}`, UsageCapped, VerdictNever, 0, ""},
		{"a malformed remaining is absent", []string{"x-rate-limit-remaining: -1"}, tooManyBody, RateLimited, VerdictBackoff, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := Classify(Input{Method: "GET", Path: "/2/tweets/search/recent", Status: 429, Header: headers(tt.headers...), Body: []byte(tt.body), Now: noon})
			if r.Class != tt.class || r.Retry.Verdict != tt.verdict {
				t.Errorf("got %s, %s; want %s, %s", r.Class, r.Retry.Verdict, tt.class, tt.verdict)
			}
			switch {
			case tt.after == 0 && !r.Retry.At.IsZero():
				t.Errorf("got a time: %v", r.Retry.At)
			case tt.after != 0 && !r.Retry.At.Equal(noon.Add(max(tt.after, 0))):
				t.Errorf("got %v, want %v after noon", r.Retry.At, tt.after)
			}
			if !strings.Contains(r.Hint.Text, tt.hint) {
				t.Errorf("hint %q lacks %q", r.Hint.Text, tt.hint)
			}
		})
	}
}

func TestFallbackBucketIsMarkedOnRefusalsOnly(t *testing.T) {
	t.Parallel()
	h := headers("x-rate-limit-limit: 40000", "x-rate-limit-remaining: 39984", "x-rate-limit-reset: 1781049099")
	for status, want := range map[int]bool{200: false, 402: true, 403: true, 429: true} {
		w := Classify(Input{Status: status, Header: h}).RateLimits.Window
		if w.Fallback != want || w.Limit != 40000 || w.Remaining != 39984 || w.Reset != 1781049099 {
			t.Errorf("%d: got %+v", status, w)
		}
	}
}

func TestResetIsInTheCallersTime(t *testing.T) {
	t.Parallel()
	// The caller's clock is 7 minutes behind X's: X's reset, 5 minutes from
	// now, is at 11:58 by the caller's clock.
	x := noon.Add(7 * time.Minute)
	r := Classify(Input{Status: 429, Now: noon, Body: []byte(tooManyBody), Header: headers(
		"date: "+x.Format(http.TimeFormat), "x-rate-limit-remaining: 0", "x-rate-limit-reset: "+unix(x.Add(5*time.Minute)))})
	if want := noon.Add(5 * time.Minute); !r.Retry.At.Equal(want) {
		t.Errorf("got %v, want %v", r.Retry.At, want)
	}
	if !strings.Contains(r.Hint.Text, "It ends at 12:12:00 UTC, in 5m.") {
		t.Errorf("hint %q", r.Hint.Text)
	}
	if r.Server.ClockSkew != -7*time.Minute {
		t.Errorf("skew %v", r.Server.ClockSkew)
	}
}

func TestWithoutAClockNothingDependsOnTime(t *testing.T) {
	t.Parallel()
	h := headers("x-rate-limit-remaining: 0", "x-rate-limit-reset: "+unix(noon.Add(time.Minute)), "retry-after: 9")
	r := Classify(Input{Status: 429, Header: h})
	if r.Class != RateLimited || r.Retry.Verdict != VerdictBackoff || !r.Retry.At.IsZero() || r.Retry.Backoff.Initial != time.Minute {
		t.Errorf("got %s, %+v", r.Class, r.Retry)
	}
	h = headers("x-rate-limit-remaining: 0", "x-rate-limit-reset: "+unix(noon.Add(time.Minute)), "date: "+noon.Format(http.TimeFormat))
	r = Classify(Input{Status: 429, Header: h})
	if !r.Retry.At.Equal(noon.Add(time.Minute)) {
		t.Errorf("with a Date: got %+v", r.Retry)
	}
}

func TestKindsOf403(t *testing.T) {
	t.Parallel()
	const blank = `{"title":"Forbidden","type":"about:blank","status":403,"detail":"Forbidden"}`
	detail := func(d string) string {
		return `{"title":"Forbidden","type":"about:blank","status":403,"detail":"` + d + `"}`
	}
	edge := []string{"content-type: application/problem+json"}
	app := []string{"content-type: application/json; charset=utf-8", "x-rate-limit-limit: 75", "x-rate-limit-remaining: 74"}
	tests := []struct {
		name    string
		request string
		kind    endpoint.AuthKind
		headers []string
		body    string
		class   Class
	}{
		{"edge refusal of a user's token lacks a scope", "POST /2/media/upload", endpoint.AuthOAuth2User, edge, blank, MissingScope},
		{"edge refusal of a bearer token lacks a scope", "GET /2/users/me", endpoint.AuthBearer, edge, blank, MissingScope},
		{"edge refusal without a body lacks a scope", "GET /2/users/me", endpoint.AuthBearer, edge, "", MissingScope},
		{"an app-only token has no scopes", "GET /2/users/me", endpoint.AuthAppOnly, edge, blank, Forbidden},
		{"OAuth 1.0a has no scopes", "GET /2/users/me", endpoint.AuthOAuth1User, edge, blank, Forbidden},
		{"an app-only endpoint has no scopes", "GET /2/tweets/search/stream", endpoint.AuthBearer, edge, blank, Forbidden},
		{"with rate limits it is no edge refusal", "GET /2/users/me", endpoint.AuthOAuth2User, app, blank, Forbidden},
		{"with an access level it is no edge refusal", "GET /2/users/me", endpoint.AuthOAuth2User, append([]string{"x-access-level: read-write"}, edge...), blank, Forbidden},
		{"with a reason it is no edge refusal", "GET /2/users/me", endpoint.AuthOAuth2User, edge, detail("You are not permitted to perform this action."), Forbidden},
		{"a read-only app that writes", "POST /2/tweets", endpoint.AuthOAuth1User, append([]string{"x-access-level: read"}, app...), blank, AppPermissions},
		{"a read-only app that reads", "GET /2/users/me", endpoint.AuthOAuth1User, append([]string{"x-access-level: read"}, app...), blank, Forbidden},
		{"a read-write app that writes", "POST /2/tweets", endpoint.AuthOAuth1User, append([]string{"x-access-level: read-write"}, app...), blank, Forbidden},
		{"a web page", "GET /2/users/me", endpoint.AuthOAuth2User, []string{"content-type: text/html"}, "\r\n<!DOCTYPE html><title>Attention Required!</title>", EdgeBlocked},
		{"no body", "GET /2/users/me", endpoint.AuthAppOnly, nil, "", Forbidden},
		{"duplicate content", "POST /2/tweets", endpoint.AuthOAuth1User, app, detail("You are not allowed to create a Tweet with duplicate content."), DuplicateContent},
		{"not permitted", "POST /2/tweets", endpoint.AuthOAuth1User, app, detail("You are not permitted to perform this action."), Forbidden},
		{"reply not allowed", "POST /2/tweets", endpoint.AuthOAuth1User, app, detail("Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged."), ReplyNotAllowed},
		{"feature not in the account", "POST /2/tweets", endpoint.AuthOAuth1User, app, detail("Your account is not permitted to access this feature."), ClientForbidden},
		{"suspended account", "POST /2/tweets", endpoint.AuthOAuth1User, app, detail("Your account is suspended and is not permitted to access this feature."), AccountSuspended},
		{"OAuth 1.0a permissions", "POST /2/tweets", endpoint.AuthOAuth1User, app, `{"title":"Forbidden","type":"https://api.twitter.com/2/problems/oauth1-permissions","status":403,"detail":"Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."}`, AppPermissions},
		{"not enrolled", "GET /2/tweets/search/stream", endpoint.AuthAppOnly, app, `{"title":"Client Forbidden","reason":"client-not-enrolled","type":"https://api.twitter.com/2/problems/client-forbidden"}`, ClientForbidden},
		{"unsupported authentication", "GET /2/users/me", endpoint.AuthAppOnly, app, `{"title":"Unsupported Authentication","type":"https://api.twitter.com/2/problems/unsupported-authentication","status":403}`, UnsupportedAuthentication},
		{"code 226", "POST /2/tweets", endpoint.AuthOAuth1User, app, `{"errors":[{"code":226,"message":"m"}]}`, AutomationBlocked},
		{"code 326", "POST /2/tweets", endpoint.AuthOAuth1User, app, `{"errors":[{"code":326,"message":"m"}]}`, AccountLocked},
		{"code 64", "POST /2/tweets", endpoint.AuthOAuth1User, app, `{"errors":[{"code":64,"message":"m"}]}`, AccountSuspended},
		{"code 453", "POST /2/tweets", endpoint.AuthOAuth1User, app, `{"errors":[{"code":453,"message":"m"}]}`, ClientForbidden},
		{"code 185 is a daily limit", "POST /2/tweets", endpoint.AuthOAuth1User, app, `{"errors":[{"code":185,"message":"m"}]}`, DailyLimited},
		{"the simulator's forbidden", "GET /2/users/me", endpoint.AuthAppOnly, app, `{"type":"https://api.x.com/2/problems/forbidden","title":"Forbidden"}`, Forbidden},
		{"a protected resource", "GET /2/users/1/tweets", endpoint.AuthAppOnly, app, `{"type":"https://api.x.com/2/problems/not-authorized-for-resource"}`, ResourceUnauthorized},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			method, path := request(t, tt.request)
			r := Classify(Input{Method: method, Path: path, Status: 403, Header: headers(tt.headers...), Body: []byte(tt.body), Auth: Auth{Kind: tt.kind}, Now: noon})
			if r.Class != tt.class {
				t.Errorf("got %s, want %s", r.Class, tt.class)
			}
		})
	}
}

func TestMoneyOfBothGenerations(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		class  Class
		at     time.Time
	}{
		{"credits until mid-2026", 402, `{"account_id":2222222222222222222,"title":"CreditsDepleted","detail":"Your enrolled account [2222222222222222222] does not have any credits to fulfill this request.","type":"https://api.twitter.com/2/problems/credits"}`, CreditsDepleted, time.Time{}},
		{"credits since mid-2026", 402, `{"detail":"credits depleted","status":402,"title":"Payment Required","type":"https://api.x.com/2/problems/credits-depleted"}`, CreditsDepleted, time.Time{}},
		{"402 without a body", 402, "", CreditsDepleted, time.Time{}},
		{"credits at 403 by the detail", 403, `{"title":"Forbidden","type":"about:blank","detail":"credits depleted"}`, CreditsDepleted, time.Time{}},
		{"spend cap until mid-2026", 403, `{"title":"SpendCapReached","detail":"d","type":"https://api.twitter.com/2/problems/credits","reset_date":"2026-12-14"}`, SpendCapReached, time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC)},
		{"spend cap without a title", 403, `{"type":"https://api.twitter.com/2/problems/credits","reset_date":"2026-12-14"}`, SpendCapReached, time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC)},
		{"spend cap since mid-2026", 403, `{"title":"Forbidden","detail":"Your monthly spend cap has been reached.","type":"https://api.x.com/2/problems/spend-cap-reached"}`, SpendCapReached, time.Time{}},
		{"spend cap whose date is past", 403, `{"title":"SpendCapReached","reset_date":"2026-01-14"}`, SpendCapReached, noon},
		{"spend cap whose date is nonsense", 403, `{"title":"SpendCapReached","reset_date":"9026-01-14"}`, SpendCapReached, time.Time{}},
		{"spend cap whose date is no date", 403, `{"title":"SpendCapReached","reset_date":"soon"}`, SpendCapReached, time.Time{}},
		{"spend cap at the token endpoint", 403, `{"title":"SpendCapReached","type":"https://api.twitter.com/2/problems/credits","reset_date":"2026-12-14"}`, SpendCapReached, time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC)},
		{"money decides wherever it stands", 403, `{"errors":[{"code":150,"message":"m"},{"type":"https://api.x.com/2/problems/credits-depleted"},{"code":64}]}`, CreditsDepleted, time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := Classify(Input{Status: tt.status, Body: []byte(tt.body), Now: noon, Header: headers("x-rate-limit-remaining: 0", "x-rate-limit-reset: "+unix(noon.Add(time.Minute)))})
			if r.Class != tt.class || !r.Retry.At.Equal(tt.at) {
				t.Errorf("got %s at %v, want %s at %v", r.Class, r.Retry.At, tt.class, tt.at)
			}
			if r.Retry.Verdict == VerdictBackoff {
				t.Error("money does not come back by trying")
			}
			if !tt.at.IsZero() && tt.at.After(noon) && !strings.Contains(r.Hint.Text, "2026-12-14") {
				t.Errorf("hint %q lacks the date", r.Hint.Text)
			}
			for i, p := range r.Problems {
				if p.Class == "" {
					t.Errorf("problem %d has no class", i)
				}
			}
		})
	}
}

func TestOtherStatuses(t *testing.T) {
	t.Parallel()
	problem := func(slug string) string { return `{"title":"t","type":"https://api.x.com/2/problems/` + slug + `"}` }
	tests := []struct {
		name    string
		status  int
		request string
		headers []string
		body    string
		class   Class
		verdict Verdict
	}{
		{"201", 201, "POST /2/tweets", nil, `{"data":{"id":"1"}}`, OK, VerdictNone},
		{"204", 204, "POST /2/tweets", nil, "", OK, VerdictNone},
		{"304", 304, "GET /2/tweets", nil, "", OK, VerdictNone},
		{"307", 307, "GET /2/tweets", nil, "", OK, VerdictNone},
		{"101 is no answer", 101, "GET /2/tweets", nil, "", Unknown, VerdictNever},
		{"0 is no answer", 0, "GET /2/tweets", nil, "", Unknown, VerdictNever},
		{"999 is no status", 999, "GET /2/tweets", nil, problem("credits"), Unknown, VerdictNever},
		{"-1 is no status", -1, "GET /2/tweets", nil, "", Unknown, VerdictNever},
		{"an unknown 4xx counts as 400", 418, "GET /2/tweets", nil, "", InvalidRequest, VerdictNever},
		{"an unknown 5xx counts as 500", 599, "GET /2/tweets", nil, "", ServerError, VerdictBackoff},
		{"420 of API v1.1", 420, "GET /1.1/x", nil, "", RateLimited, VerdictBackoff},
		{"408", 408, "GET /2/tweets", nil, "", Timeout, VerdictBackoff},
		{"410", 410, "GET /2/tweets", nil, "", Gone, VerdictNever},
		{"413", 413, "POST /2/media/upload", nil, "", TooLarge, VerdictNever},
		{"422", 422, "GET /2/tweets", nil, "", Unprocessable, VerdictNever},
		{"431", 431, "POST /2/media/upload", nil, "", TooLarge, VerdictNever},
		{"502 with a page", 502, "GET /2/tweets", nil, "<html>", Unavailable, VerdictBackoff},
		{"504", 504, "GET /2/tweets", nil, "", Unavailable, VerdictBackoff},
		{"503 with retry-after", 503, "GET /2/tweets", []string{"retry-after: 30"}, "", Unavailable, VerdictAfterReset},
		{"retry-after does not make a refusal worth repeating", 403, "GET /2/tweets", []string{"retry-after: 30"}, "", Forbidden, VerdictNever},
		{"500 with a problem of its own", 500, "GET /2/tweets", nil, problem("internal-error"), ServerError, VerdictBackoff},
		{"an empty 404 without limits is an unknown route", 404, "GET /2/usage/credits", nil, "", UnknownRoute, VerdictNever},
		{"an empty 404 with limits is a missing resource", 404, "GET /2/tweets/1", []string{"x-rate-limit-limit: 900"}, "", NotFound, VerdictNever},
		{"a 404 whose body was not read is not empty", 404, "GET /2/tweets/1", []string{"content-length: 120"}, "", NotFound, VerdictNever},
		{"a 404 whose body is opaque is not empty", 404, "GET /2/tweets/1", []string{"content-encoding: br"}, "\x0b\x02", NotFound, VerdictNever},
		{"a 404 with a problem", 404, "GET /2/tweets/1", nil, problem("resource-not-found"), NotFound, VerdictNever},
		{"409 on a filtered stream", 409, "GET /2/tweets/search/stream", nil, "", NoRules, VerdictNever},
		{"409 with an issue", 409, "GET /x", nil, `{"type":"https://api.x.com/2/problems/streaming-connection","connection_issue":"RuleConfigurationIssue"}`, NoRules, VerdictNever},
		{"409 with another issue", 409, "GET /2/tweets/search/stream", nil, `{"type":"https://api.x.com/2/problems/streaming-connection","connection_issue":"RulesInvalidIssue"}`, RulesInvalid, VerdictNever},
		{"409 while provisioning", 409, "GET /2/tweets/search/stream", nil, `{"type":"https://api.x.com/2/problems/streaming-connection","connection_issue":"ProvisioningSubscription"}`, StreamProvisioning, VerdictReconnect},
		{"409 without an issue", 409, "GET /x", nil, problem("streaming-connection"), NoRules, VerdictNever},
		{"409 elsewhere", 409, "POST /2/compliance/jobs", nil, problem("conflict"), Conflict, VerdictNever},
		{"409 elsewhere without a body", 409, "POST /2/compliance/jobs", nil, "", Conflict, VerdictNever},
		{"400 that is an entitlement", 400, "GET /2/tweets/search/recent", nil, `{"errors":[{"parameters":{"query":["q"]},"message":"Reference to invalid operator 'x'. Operator is not available in current product or product packaging."}],"title":"Invalid Request","detail":"One or more parameters to your request was invalid.","type":"https://api.x.com/2/problems/invalid-request"}`, ClientForbidden, VerdictNever},
		{"400 whose detail repeats the query", 400, "GET /2/tweets/search/recent", nil, `{"errors":[{"message":"no viable alternative at 'spend cap duplicate content'"}],"title":"Invalid Request","type":"https://api.x.com/2/problems/invalid-request"}`, InvalidRequest, VerdictNever},
		{"400 by a missing authentication", 400, "GET /1.1/x", nil, `{"errors":[{"code":215,"message":"Bad Authentication data."}]}`, Unauthenticated, VerdictNever},
		{"400 in plain text", 400, "POST /2/media/upload", nil, "media type unrecognized", InvalidRequest, VerdictNever},
		{"400 with only a message", 400, "POST /2/notes", nil, `{"message": "User already created a note for this post."}`, DuplicateContent, VerdictNever},
		{"401 of a protected timeline", 401, "GET /1.1/statuses/user_timeline.json", nil, `{"request":"\/1.1\/statuses\/user_timeline.json","error":"Not authorized."}`, ResourceUnauthorized, VerdictNever},
		{"401 with code 135", 401, "GET /2/tweets", nil, `{"errors":[{"code":135,"message":"m"}]}`, ClockSkew, VerdictNever},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			method, path := request(t, tt.request)
			r := Classify(Input{Method: method, Path: path, Status: tt.status, Header: headers(tt.headers...), Body: []byte(tt.body), Now: noon})
			if r.Class != tt.class || r.Retry.Verdict != tt.verdict || r.Status != tt.status {
				t.Errorf("got %s, %s; want %s, %s", r.Class, r.Retry.Verdict, tt.class, tt.verdict)
			}
			if r.Class.IsError() != (r.Hint.Text != "") {
				t.Errorf("hint %q", r.Hint.Text)
			}
		})
	}
}

func TestClockSkewOfOAuth1(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind   endpoint.AuthKind
		signed time.Duration
		body   string
		class  Class
	}{
		"seven minutes behind":       {endpoint.AuthOAuth1User, -7 * time.Minute, "", ClockSkew},
		"seven minutes ahead":        {endpoint.AuthOAuth1User, 7 * time.Minute, "", ClockSkew},
		"within the tolerance":       {endpoint.AuthOAuth1User, 4 * time.Minute, "", Unauthenticated},
		"with code 32":               {endpoint.AuthOAuth1User, 7 * time.Minute, `{"errors":[{"code":32}]}`, ClockSkew},
		"a suspended app stays so":   {endpoint.AuthOAuth1User, 7 * time.Minute, `{"errors":[{"code":416}]}`, ClientForbidden},
		"OAuth 2.0 has no timestamp": {endpoint.AuthOAuth2User, 7 * time.Minute, "", Unauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Classify(Input{Status: 401, Header: headers("date: " + noon.Format(http.TimeFormat)), Body: []byte(tt.body),
				Auth: Auth{Kind: tt.kind, Timestamp: noon.Add(tt.signed)}})
			if r.Class != tt.class {
				t.Errorf("got %s, want %s", r.Class, tt.class)
			}
			if r.Class == ClockSkew && !strings.Contains(r.Hint.Text, "OAuth timestamp is 7m ") {
				t.Errorf("hint %q", r.Hint.Text)
			}
		})
	}
}

func TestEveryOAuthError(t *testing.T) {
	t.Parallel()
	for _, row := range Catalog().OAuthErrors {
		r := Classify(Input{Method: "POST", Path: "/2/oauth2/token", Status: 400, Body: []byte(`{"error":"` + row.Error + `","error_description":"d"}`)})
		if r.Class != row.Class || len(r.Problems) != 1 || r.Problems[0].Error != row.Error || r.Problems[0].Detail != "d" {
			t.Errorf("%s: got %s, %+v; want %s", row.Error, r.Class, r.Problems, row.Class)
		}
	}
	for _, what := range []string{"token", "authorization code"} {
		r := Classify(Input{Status: 400, Body: []byte(`{"error":"invalid_request","error_description":"Value passed for the ` + what + ` was invalid."}`)})
		if r.Class != Unauthenticated || r.Hint.URL != docAuthOAuth2 {
			t.Errorf("%s: got %s, %s", what, r.Class, r.Hint.URL)
		}
	}
}

func TestEveryNumericCode(t *testing.T) {
	t.Parallel()
	for _, row := range Catalog().Codes {
		t.Run(strconv.Itoa(row.Code), func(t *testing.T) {
			t.Parallel()
			for _, code := range []string{strconv.Itoa(row.Code), `"` + strconv.Itoa(row.Code) + `"`} {
				r := Classify(Input{Status: row.HTTP, Body: []byte(`{"errors":[{"message":"m","code":` + code + `}]}`)})
				if r.Class != row.Class || len(r.Problems) != 1 || r.Problems[0].Code != row.Code {
					t.Errorf("got %s, %+v; want %s", r.Class, r.Problems, row.Class)
				}
				if !strings.Contains(r.Hint.Text, row.Means) {
					t.Errorf("hint %q does not say what the code means", r.Hint.Text)
				}
				if r.Status != row.HTTP || r.Problems[0].Status != 0 {
					t.Errorf("the code was taken for a status: %+v", r)
				}
			}
		})
	}
}

// TestCodesAgreeWithTheTableOfX compares with X's own table where it is at hand.
func TestCodesAgreeWithTheTableOfX(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "v1codes.json"))
	if err != nil {
		t.Skip("no copy of X's table here")
	}
	var doc struct{ Codes []struct{ Code, HTTP int } }
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Codes) != 62 {
		t.Errorf("%d codes", len(doc.Codes))
	}
	for _, c := range doc.Codes {
		i, ok := codeIndex[c.Code]
		if !ok || codeTable[i].HTTP != c.HTTP {
			t.Errorf("code %d, HTTP %d is not in the catalogue like this", c.Code, c.HTTP)
		}
	}
}
