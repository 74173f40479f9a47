package xapitest

import "github.com/otelxapi/otelxapi/classify"

// partialScenarios answer 200 with errors in the body. A lookup of several
// posts bills and counts what it returns, and lists what it could not.
func partialScenarios() []Scenario {
	partial := func(name, about string, problem classify.Class, body string) Scenario {
		return Scenario{Name: name, About: about, Evidence: Inferred, Target: getPosts, Class: classify.Partial, Problem: problem,
			Status: 200, Rate: window(3500, 3490), Body: body}
	}
	noData := func(name, about string, to Target, problem classify.Class, body string) Scenario {
		return Scenario{Name: name, About: about, Evidence: Observed, Target: to, Class: classify.NoData, Problem: problem,
			Status: 200, Rate: window(450, 430), Body: body}
	}
	one := `{"data":[{"edit_history_tweet_ids":["1111111111111111111"],"id":"1111111111111111111","text":"One."}],"errors":[`

	missing := partial("partial_not_found", "One of two posts does not exist.", classify.ResourceNotFound,
		one+`{"value":"2222222222222222222","detail":"Could not find tweet with ids: [2222222222222222222].","title":"Not Found Error","resource_type":"tweet","parameter":"ids","resource_id":"2222222222222222222","type":"https://api.x.com/2/problems/resource-not-found"}]}`)
	missing.Evidence = Documented
	hidden := partial("partial_unauthorized", "One of two posts is not for the caller to see.", classify.ResourceUnauthorized,
		one+`{"value":"2222222222222222222","detail":"Sorry, you are not authorized to see the Tweet with ids: [2222222222222222222].","title":"Authorization Error","section":"data","resource_type":"tweet","parameter":"ids","resource_id":"2222222222222222222","type":"https://api.twitter.com/2/problems/not-authorized-for-resource"}]}`)
	hidden.Evidence = Observed

	return []Scenario{
		missing,
		hidden,
		partial("partial_field_unauthorized", "A post comes without a field that the caller may not see.", classify.FieldUnauthorized,
			one+`{"resource_id":"1111111111111111111","field":"non_public_metrics.impression_count","detail":"Sorry, you are not authorized to access 'non_public_metrics.impression_count' on the Tweet with ids : [1111111111111111111].","title":"Field Authorization Error","section":"data","resource_type":"tweet","parameter":"ids","value":"1111111111111111111","type":"https://api.x.com/2/problems/not-authorized-for-field"}]}`),
		partial("partial_field_hydration_failure", "A post comes without a field that X failed to fill.", classify.FieldHydrationFailure,
			one+`{"field":"public_metrics","detail":"A field could not be filled.","title":"Field Hydration Failure","section":"data","resource_type":"tweet","type":"https://api.x.com/2/problems/field-hydration-failure"}]}`),
		partial("partial_resource_unavailable", "One of two posts is not available at present.", classify.ResourceUnavailable,
			one+`{"parameter":"ids","resource_id":"2222222222222222222","resource_type":"tweet","detail":"The resource is not available.","title":"Resource Unavailable","type":"https://api.x.com/2/problems/resource-unavailable"}]}`),
		partial("partial_disallowed_resource", "One of two posts is one that X does not give out.", classify.DisallowedResource,
			one+`{"resource_id":"2222222222222222222","resource_type":"tweet","section":"data","detail":"The resource is not allowed.","title":"Disallowed Resource","type":"https://api.x.com/2/problems/disallowed-resource"}]}`),
		noData("no_data_not_found", "A single post that does not exist: 200, errors and no data.", getPost, classify.ResourceNotFound,
			`{"errors":[{"value":"1111111111111111111","detail":"Could not find tweet with id: [1111111111111111111].","title":"Not Found Error","resource_type":"tweet","parameter":"id","resource_id":"1111111111111111111","type":"https://api.twitter.com/2/problems/resource-not-found"}]}`),
		noData("no_data_unauthorized", "A single post of a protected account: 200, errors and no data.", getPost, classify.ResourceUnauthorized,
			`{"errors":[{"resource_id":"1111111111111111111","parameter":"id","resource_type":"tweet","section":"data","title":"Authorization Error","value":"1111111111111111111","detail":"Sorry, you are not authorized to see the Tweet with id: [1111111111111111111].","type":"https://api.twitter.com/2/problems/not-authorized-for-resource"}]}`),
		noData("no_data_user_not_found", "A user name that nobody has.", getUser, classify.ResourceNotFound,
			`{"errors":[{"value":"exampledev","detail":"Could not find user with username: [exampledev].","title":"Not Found Error","resource_type":"user","parameter":"username","resource_id":"exampledev","type":"https://api.x.com/2/problems/resource-not-found"}]}`),
	}
}
