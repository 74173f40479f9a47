package xapitest

import (
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

// fallbackBucket is what X reports as the window of requests that it refuses
// for money, connections or enrolment. It is not the endpoint's limit.
var fallbackBucket = window(40000, 39984)

// moneyScenarios come in both generations of X's bodies, which changed in
// July 2026. Their windows are healthy: waiting for the reset does not help.
func moneyScenarios() []Scenario {
	money := func(name, about string, evidence Evidence, to Target, class classify.Class, status int, body string) Scenario {
		s := refusal(name, about, evidence, to, class, status, body)
		s.Rate = fallbackBucket
		return s
	}
	token := Target{Method: "POST", Path: "/2/oauth2/token", Auth: endpoint.AuthBasic, RequestBody: "grant_type=refresh_token&refresh_token=FAKE"}
	tokenCap := v1Refusal("spend_cap_reached_token", "The spend cap stops the token endpoint as well.", Observed, token, classify.SpendCapReached, 403,
		`{"title":"Forbidden","type":"https://api.x.com/2/problems/spend-cap-reached","detail":"Your monthly spend cap has been reached."}`)

	return []Scenario{
		money("credits_depleted", "The prepaid credits are used up (402), in the words of July 2026 and later.", Observed, search, classify.CreditsDepleted, 402,
			`{"title":"Payment Required","detail":"credits depleted","type":"https://api.x.com/2/problems/credits-depleted","status":402}`),
		money("credits_depleted_legacy", "The prepaid credits are used up (402), in the words of early 2026.", Observed, search, classify.CreditsDepleted, 402,
			`{"title":"CreditsDepleted","detail":"Your enrolled account [1000000000000000003] does not have any credits to fulfill this request.","type":"https://api.twitter.com/2/problems/credits","account_id":1000000000000000003}`),
		money("spend_cap_reached", "The spend limit of the billing cycle is reached (403, not 402), in the words of July 2026 and later.", Observed, search, classify.SpendCapReached, 403,
			`{"title":"Forbidden","type":"https://api.x.com/2/problems/spend-cap-reached","detail":"Your monthly spend cap has been reached."}`),
		money("spend_cap_reached_legacy", "The spend limit of the billing cycle is reached (403), in the words of early 2026, with the date of its reset.", Observed, search, classify.SpendCapReached, 403,
			`{"title":"SpendCapReached","detail":"Your enrolled account [1000000000000000003] has reached its billing cycle spend cap. API requests will be blocked until the next cycle begins on 2026-12-14.","type":"https://api.twitter.com/2/problems/credits","reset_date":"2026-12-14","account_id":1000000000000000003}`),
		tokenCap,
		money("usage_capped", "The monthly cap on posts read is reached: a 429 that no window explains.", Observed, search, classify.UsageCapped, 429,
			`{"account_id":1000000000000000003,"product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly","scope":"Product","detail":"Usage cap exceeded: Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped"}`),
		money("usage_capped_daily", "The daily cap on posts read is reached.", Documented, search, classify.UsageCapped, 429,
			`{"title":"UsageCapExceeded","period":"Daily","scope":"Account","detail":"Usage cap exceeded: Daily account cap","type":"https://api.x.com/2/problems/usage-capped"}`),
	}
}
