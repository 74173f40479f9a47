package xapitest

import "github.com/otelxapi/otelxapi/classify"

// edgeForbiddenBody is 93 bytes, pretty-printed, as the answer of a public
// report (github.com/plhery/node-twitter-api-v2/issues/588).
const edgeForbiddenBody = "{\n  \"title\": \"Forbidden\",\n  \"type\": \"about:blank\",\n  \"status\": 403,\n  \"detail\": \"Forbidden\"\n}"

func permissionScenarios() []Scenario {
	blank := func(name, about string, to Target, class classify.Class, detail string) Scenario {
		s := refusal(name, about, Observed, to, class, 403, `{"detail":"`+detail+`","type":"about:blank","title":"Forbidden","status":403}`)
		s.Rate = window(100, 96)
		return s
	}
	v1 := func(name, about string, evidence Evidence, class classify.Class, code, message string) Scenario {
		return v1Refusal(name, about, evidence, v1Update, class, 403, `{"errors":[{"code":`+code+`,"message":"`+message+`"}]}`)
	}
	notEnrolled := refusal("client_not_enrolled", "The app's plan does not include the endpoint; the text blames the Project.", Observed, search, classify.ClientForbidden, 403,
		`{"client_id":"10000001","detail":"When authenticating requests to the X API v2 endpoints, you must use keys and tokens from an X developer App that is attached to a Project.","registration_url":"https://developer.x.com/en/docs/projects/overview","title":"Client Forbidden","required_enrollment":"Appropriate Level of API Access","reason":"client-not-enrolled","type":"https://api.twitter.com/2/problems/client-forbidden"}`)
	notEnrolled.Rate = fallbackBucket
	replyTo := createPost
	replyTo.RequestBody = `{"text":"a reply of the simulator","reply":{"in_reply_to_tweet_id":"1111111111111111111"}}`
	readOnly := refusal("app_permissions", "The app's settings allow reading only.", Observed, createPost, classify.AppPermissions, 403,
		`{"title":"Forbidden","status":403,"detail":"Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.","type":"https://api.twitter.com/2/problems/oauth1-permissions"}`)
	readOnly.ExtraHeader = map[string]string{"X-Access-Level": "read"}

	return []Scenario{
		notEnrolled,
		refusal("client_forbidden_official", "The app is one of X's own, which may not use this endpoint.", Documented, search, classify.ClientForbidden, 403,
			`{"title":"Client Forbidden","detail":"This request must be made using an approved developer account.","reason":"official-client-forbidden","type":"https://api.x.com/2/problems/client-forbidden"}`),
		v1("v1_access_level", "Code 453: the plan covers a subset of the API.", Observed, classify.ClientForbidden, "453",
			"You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. media post, oauth) only."),
		readOnly,
		v1("v1_app_cannot_write", "Code 261: the app may not write.", Documented, classify.AppPermissions, "261", "Application cannot perform write actions."),
		{Name: "missing_scope", About: "The edge refuses a user token that lacks a scope; nothing but the headers says so.", Evidence: Observed,
			Target: uploadPart, Class: classify.MissingScope, Status: 403, Layer: LayerEdge, Body: edgeForbiddenBody},
		blank("forbidden", "The catch-all refusal of the application.", createPost, classify.Forbidden, "You are not permitted to perform this action."),
		blank("duplicate_content", "The same text was posted before.", createPost, classify.DuplicateContent, "You are not allowed to create a Tweet with duplicate content."),
		v1("v1_duplicate_content", "Code 187: the same text was posted before.", Documented, classify.DuplicateContent, "187", "Status is a duplicate."),
		blank("reply_not_allowed", "The author of the conversation has not mentioned the caller.", replyTo, classify.ReplyNotAllowed,
			"Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to."),
		v1("v1_reply_not_allowed", "Code 433: replies are restricted.", Documented, classify.ReplyNotAllowed, "433", "The original Tweet author restricted who can reply to this Tweet."),
		v1("account_locked", "Code 326: the account has to pass a check.", Documented, classify.AccountLocked, "326",
			"To protect our users from spam and other malicious activity, this account is temporarily locked."),
		v1("account_suspended", "Code 64: the caller's account is suspended.", Documented, classify.AccountSuspended, "64",
			"Your account is suspended and is not permitted to access this feature."),
		v1("automation_blocked", "Code 226: the request looks automated.", Documented, classify.AutomationBlocked, "226",
			"This request looks like it might be automated."),
		{Name: "edge_blocked", About: "Cloudflare blocks the caller with a page of HTML.", Evidence: Inferred, Target: search, Class: classify.EdgeBlocked,
			Status: 403, Layer: LayerCDN,
			Body: "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>Attention Required! | Cloudflare</title></head>\n<body><h1>Sorry, you have been blocked</h1></body>\n</html>\n"},
	}
}
