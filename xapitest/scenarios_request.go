package xapitest

import (
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

func requestScenarios() []Scenario {
	invalid := func(name, about string, to Target, errors string) Scenario {
		return refusal(name, about, Observed, to, classify.InvalidRequest, 400,
			`{"errors":[`+errors+`],"title":"Invalid Request","detail":"One or more parameters to your request was invalid.","type":"https://api.twitter.com/2/problems/invalid-request"}`)
	}
	blank := func(name, about string, evidence Evidence, to Target, class classify.Class, status int, code, text string) Scenario {
		return refusal(name, about, evidence, to, class, status, `{"title":"`+text+`","detail":"`+text+`","type":"about:blank","status":`+code+`}`)
	}
	tooFew := search
	tooFew.Query = "query=golang&max_results=4"
	operator := search
	operator.Query = "query=golang%20fake_operator%3A1"
	badID := Target{Method: "GET", Path: "/2/tweets/not-an-id", Auth: endpoint.AuthAppOnly}
	jobs := Target{Method: "POST", Path: "/2/compliance/jobs", Auth: endpoint.AuthAppOnly, RequestBody: `{"type":"tweets"}`}
	note := Target{Method: "POST", Path: "/2/notes", Auth: endpoint.AuthOAuth2User, RequestBody: `{"post_id":"1111111111111111111"}`}
	finalize := Target{Method: "POST", Path: "/2/media/upload/1111111111111111111/finalize", Auth: endpoint.AuthOAuth2User}
	v1Show := Target{Method: "GET", Path: "/1.1/statuses/show.json", Query: "id=1111111111111111111", Auth: endpoint.AuthOAuth1User}

	typed := invalid("invalid_parameter_2026", "A parameter is out of range, on X's host of 2026.", tooFew, "")
	typed.Body = `{"errors":[{"parameters":{"max_results":["4"]},"message":"The ` + "`max_results`" + ` query parameter value [4] is not between 10 and 100"}],"title":"Invalid Request","detail":"One or more parameters to your request was invalid.","type":"https://api.x.com/2/problems/invalid-request"}`
	notInPlan := invalid("invalid_operator", "An operator that the plan does not include: a 400 about the plan rather than the request.", operator,
		`{"parameters":{"query":["golang fake_operator:1"]},"message":"There were errors processing your request: Reference to invalid operator 'fake_operator'. Operator is not available in current product or product packaging. (at position 8)"}`)
	notInPlan.Class = classify.ClientForbidden
	text := refusal("plain_text_error", "A refusal in plain text.", Observed, finalize, classify.InvalidRequest, 400, "media type unrecognized")
	text.ContentType = "text/plain; charset=utf-8"
	large := Scenario{Name: "too_large", About: "The request's body is too large.", Evidence: Inferred, Target: uploadPart, Class: classify.TooLarge,
		Status: 413, Layer: LayerEdge, Body: "{\n  \"title\": \"Payload Too Large\",\n  \"type\": \"about:blank\",\n  \"status\": 413,\n  \"detail\": \"Payload Too Large\"\n}"}
	headers := Scenario{Name: "too_large_headers", About: "The request's URL or headers are too large, as with media sent in the query.", Evidence: Observed, Target: uploadPart,
		Class: classify.TooLarge, Status: 431, Layer: LayerRouter}

	return []Scenario{
		invalid("invalid_parameter", "A parameter that the endpoint does not know.", search,
			`{"parameters":{"fake_token":["abc123"]},"message":"The query parameter [fake_token] is not one of [query,start_time,end_time,since_id,until_id,max_results]"}`),
		typed,
		notInPlan,
		invalid("invalid_two_errors", "Two errors in one body.", badID,
			`{"parameters":{"id":["not-an-id"]},"message":"The `+"`id`"+` query parameter value [not-an-id] is not valid"},{"parameters":{"id":["not-an-id"]},"message":"Duplicate parameters are not allowed: the `+"`id`"+` query parameter"}`),
		invalid("invalid_media_content_type", "An error that has a message and nothing else.", uploadPart,
			`{"message":"Requests with bodies must have content-type application/json."}`),
		text,
		refusal("message_only", "A community note that exists already: a body of one message.", Documented, note, classify.DuplicateContent, 400,
			`{"message":"User already created a note for this post."}`),
		refusal("not_found", "A resource that does not exist, at status 404.", Inferred, getPost, classify.NotFound, 404,
			`{"value":"1111111111111111111","detail":"Could not find tweet with id: [1111111111111111111].","title":"Not Found Error","resource_type":"tweet","parameter":"id","resource_id":"1111111111111111111","type":"https://api.x.com/2/problems/resource-not-found"}`),
		v1Refusal("v1_not_found", "Code 144: no such post.", Documented, v1Show, classify.NotFound, 404, `{"errors":[{"code":144,"message":"No status found with that ID."}]}`),
		v1Refusal("v1_unknown_route", "Code 34: no such page, which is what API v1.1 says of routes too.", Observed,
			Target{Method: "GET", Path: "/1.1/no/such/page.json", Auth: endpoint.AuthOAuth1User}, classify.NotFound, 404, `{"errors":[{"code":34,"message":"Sorry, that page does not exist"}]}`),
		{Name: "unknown_route", About: "A path that X does not serve: a 404 of zero bytes.", Evidence: Observed,
			Target: Target{Method: "GET", Path: "/2/no/such/route", Auth: endpoint.AuthAppOnly}, Class: classify.UnknownRoute, Status: 404, Layer: LayerRouter},
		{Name: "unrolled_route", About: "A documented path that X does not serve yet: the same 404 of zero bytes.", Evidence: Observed,
			Target: Target{Method: "GET", Path: "/2/usage/credits", Auth: endpoint.AuthAppOnly}, Class: classify.UnknownRoute, Status: 404, Layer: LayerRouter},
		v1Refusal("gone", "Code 68: API v1 is retired.", Documented, Target{Method: "GET", Path: "/1/statuses/user_timeline.json", Auth: endpoint.AuthOAuth1User}, classify.Gone, 410,
			`{"errors":[{"code":68,"message":"The X REST API v1 is no longer active. Please migrate to API v1.1."}]}`),
		refusal("conflict", "A compliance job is running already.", Documented, jobs, classify.Conflict, 409,
			`{"title":"Conflict","detail":"You cannot create a new job if one is already in progress.","type":"https://api.twitter.com/2/problems/conflict"}`),
		blank("unprocessable", "The request's data cannot be processed.", Documented, createPost, classify.Unprocessable, 422, "422", "Unprocessable Entity"),
		large,
		headers,
		blank("not_implemented", "X does not support the endpoint.", Documented, getPost, classify.NotImplemented, 501, "501", "Not Implemented"),
	}
}
