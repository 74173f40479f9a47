package xapitest

import (
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

const tooManyRequestsBody = `{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"Too Many Requests"}`

// paceScenarios are the answers to asking too often. Apart from the v1.1 ones
// they have one body: the headers alone tell the windows apart.
func paceScenarios() []Scenario {
	limited := func(name, about string, evidence Evidence, to Target, class classify.Class, rate Window) Scenario {
		return Scenario{Name: name, About: about, Evidence: evidence, Target: to, Class: class, Status: 429, Rate: rate, Body: tooManyRequestsBody}
	}
	user := limited("daily_limited", "The user's 24-hour window is empty while the 15-minute one is not.", Observed, createPost, classify.DailyLimited, window(100, 81))
	user.App24h, user.User24h = daily(10000, 9980), daily(100, 0)
	app := limited("daily_limited_app", "The app's 24-hour window is empty.", Inferred, createPost, classify.DailyLimited, window(100, 81))
	app.App24h, app.User24h = daily(10000, 0), daily(100, 40)
	v1 := v1Refusal("v1_rate_limited", "Code 88, the body that the documentation prints.", Documented,
		Target{Method: "GET", Path: "/1.1/statuses/show.json", Query: "id=1111111111111111111", Auth: endpoint.AuthOAuth1User},
		classify.RateLimited, 429, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`)
	v1.Rate = window(900, 0)
	typed := limited("rate_limited_typed", "The window is empty, with the problem type that the documentation lists.", Documented, search, classify.RateLimited, window(450, 0))
	typed.Body = `{"title":"Rate Limit Exceeded","detail":"Too Many Requests","type":"https://api.x.com/2/problems/rate-limit-exceeded","status":429}`
	bare := limited("rate_limited_no_headers", "A 429 that does not say which window is empty.", Inferred, search, classify.RateLimited, Window{})
	bare.Layer, bare.ContentType = LayerEdge, "application/problem+json"

	return []Scenario{
		limited("rate_limited", "The 15-minute window is empty.", Observed, search, classify.RateLimited, window(450, 0)),
		typed,
		bare,
		v1,
		user,
		app,
		v1Refusal("v1_daily_limited", "Code 185, a rate limit at status 403: the day's posts are used up.", Documented, v1Update, classify.DailyLimited, 403,
			`{"errors":[{"code":185,"message":"User is over daily status update limit."}]}`),
		limited("burst_limited", "More than one request a second to the full archive, which no header reports.", Documented,
			Target{Method: "GET", Path: "/2/tweets/search/all", Query: "query=golang", Auth: endpoint.AuthAppOnly}, classify.BurstLimited, window(300, 280)),
	}
}
