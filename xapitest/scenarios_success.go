package xapitest

import (
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

// The requests that most scenarios answer.
var (
	getPost    = Target{Method: "GET", Path: "/2/tweets/1111111111111111111", Auth: endpoint.AuthAppOnly}
	getPosts   = Target{Method: "GET", Path: "/2/tweets", Query: "ids=1111111111111111111,2222222222222222222", Auth: endpoint.AuthAppOnly}
	getUser    = Target{Method: "GET", Path: "/2/users/by/username/exampledev", Auth: endpoint.AuthAppOnly}
	getMe      = Target{Method: "GET", Path: "/2/users/me", Auth: endpoint.AuthOAuth2User}
	search     = Target{Method: "GET", Path: "/2/tweets/search/recent", Query: "query=golang&max_results=10", Auth: endpoint.AuthAppOnly}
	createPost = Target{Method: "POST", Path: "/2/tweets", Auth: endpoint.AuthOAuth2User, RequestBody: `{"text":"a post of the simulator"}`}
	deletePost = Target{Method: "DELETE", Path: "/2/tweets/1111111111111111111", Auth: endpoint.AuthOAuth2User}
	uploadPart = Target{Method: "POST", Path: "/2/media/upload/1111111111111111111/append", Auth: endpoint.AuthOAuth2User, RequestBody: `{"segment_index":0,"media":"RkFLRQ=="}`}
)

// window is a healthy 15-minute window, 9 minutes before its reset.
func window(limit, remaining int) Window {
	return Window{Limit: limit, Remaining: remaining, ResetIn: 9 * time.Minute}
}

// daily is a 24-hour window, 5 hours before its reset.
func daily(limit, remaining int) Window {
	return Window{Limit: limit, Remaining: remaining, ResetIn: 5 * time.Hour}
}

const postBody = `{"data":{"edit_history_tweet_ids":["1111111111111111111"],"id":"1111111111111111111","text":"Hello from the simulator."}}`

func successScenarios() []Scenario {
	ok := func(name, about string, to Target, rate Window, body string) Scenario {
		return Scenario{Name: name, About: about, Evidence: Documented, Target: to, Class: classify.OK, Status: 200, Rate: rate, Body: body}
	}
	created := ok("post_created", "A post is created; writes report 24-hour windows besides the 15-minute one.", createPost, window(100, 99),
		`{"data":{"edit_history_tweet_ids":["3333333333333333333"],"id":"3333333333333333333","text":"a post of the simulator"}}`)
	created.Status, created.App24h, created.User24h = 201, daily(10000, 9980), daily(100, 88)

	skewed := ok("date_skewed", "A success whose Date header shows that the caller's clock is five minutes ahead.", getPost, window(450, 440), postBody)
	skewed.ClockSkew = 5 * time.Minute

	compressed := ok("gzip_success", "A success, compressed for a caller that asks for gzip itself.", getPost, window(450, 441), postBody)
	compressed.Gzip = true

	slow := ok("slow_answer", "A success that takes 300 ms: long enough for a short timeout, short enough for a test.", getPost, window(450, 442), postBody)
	slow.Delay = 300 * time.Millisecond

	appended := ok("media_appended", "A chunk of media is accepted, without a body.", uploadPart, window(1875, 1874), "")
	appended.Status, appended.Evidence = 204, Observed

	return []Scenario{
		ok("post_lookup", "A single post.", getPost, window(450, 449), postBody),
		ok("posts_lookup", "Two posts by their ids.", getPosts, window(3500, 3499),
			`{"data":[{"edit_history_tweet_ids":["1111111111111111111"],"id":"1111111111111111111","text":"One."},`+
				`{"edit_history_tweet_ids":["2222222222222222222"],"id":"2222222222222222222","text":"Two."}]}`),
		ok("user_lookup", "A user by name.", getUser, window(300, 299), `{"data":{"id":"1000000000000000001","name":"Example Dev","username":"exampledev"}}`),
		ok("me", "The authenticated user.", getMe, window(75, 74), `{"data":{"id":"1000000000000000001","name":"Example Dev","username":"exampledev"}}`),
		ok("search_page", "A page of search results, with the count that bills are made of and the token of the next page.", search, window(450, 448),
			`{"data":[{"author_id":"1000000000000000001","edit_history_tweet_ids":["1111111111111111111"],"id":"1111111111111111111","text":"golang, one"},`+
				`{"author_id":"1000000000000000001","edit_history_tweet_ids":["2222222222222222222"],"id":"2222222222222222222","text":"golang, two"}],`+
				`"includes":{"users":[{"id":"1000000000000000001","name":"Example Dev","username":"exampledev"}]},`+
				`"meta":{"newest_id":"2222222222222222222","next_token":"faketokenofthenextpage","oldest_id":"1111111111111111111","result_count":2}}`),
		ok("search_empty", "A search that finds nothing: neither data nor errors.", search, window(450, 447), `{"meta":{"result_count":0}}`),
		created,
		ok("post_deleted", "A post is deleted, with a body rather than 204.", deletePost, window(50, 49), `{"data":{"deleted":true}}`),
		ok("usage", "The usage of the project; its figures are strings.", Target{Method: "GET", Path: "/2/usage/tweets", Auth: endpoint.AuthAppOnly}, window(50, 49),
			`{"data":{"cap_reset_day":14,"project_cap":"3000000","project_id":"4444444444444444444","project_usage":"1234567"}}`),
		ok("low_budget", "A success with 2 of 450 requests left in the window.", search, window(450, 2), `{"meta":{"result_count":0}}`),
		appended, skewed, compressed, slow,
	}
}
