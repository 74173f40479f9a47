package endpoint_test

import (
	"fmt"
	"net/http"

	"github.com/otelxapi/otelxapi/endpoint"
)

func ExampleMatch() {
	req, err := http.NewRequest("GET", "https://api.x.com/2/tweets/1111111111111111111?expansions=author_id", nil)
	if err != nil {
		panic(err)
	}
	op, template := endpoint.Match(req.Method, req.URL.EscapedPath())
	fmt.Println(template)
	fmt.Println(op.ID, op.Accepts(endpoint.AuthBearer))
	for _, limit := range op.Limits {
		fmt.Printf("%d requests per %v for each %s\n", limit.Requests, limit.Window, limit.Scope)
	}
	// Output:
	// /2/tweets/{id}
	// getPostsById true
	// 450 requests per 15m0s for each app
	// 900 requests per 15m0s for each user
}

// A path that X has, called with a method that it has not, still has a template.
func ExampleMatch_otherMethod() {
	op, template := endpoint.Match("PATCH", "/2/users/me")
	fmt.Println(op == nil, template)
	// Output: true /2/users/me
}

func ExampleOperations() {
	for _, op := range endpoint.Operations() {
		if op.Binary {
			fmt.Println(op.Name)
		}
	}
	// Output:
	// GET /2/chat/media/{id}/{media_hash_key}
	// GET /2/dm_conversations/media/{dm_id}/{media_id}/{resource_id}
}
