package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/otelxapi/otelxapi"
)

// reads are the calls to the real X: nothing that changes anything, and few.
var reads = []string{
	"/2/openapi.json",
	"/2/usage/tweets",
	"/2/users/by/username/XDevelopers",
	"/2/tweets?ids=1", // there is no such post
	"/2/tweets/search/recent?query=from%3AXDevelopers&max_results=10",
}

// liveDay calls X itself.
func liveDay(token string, base http.RoundTripper) (*day, error) {
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, errors.New("X_BEARER_TOKEN holds a space, a line break or another character " +
			"that no token has: set it to the token alone, without \"Bearer\"")
	}
	j := job{name: "morning digest"}
	for _, path := range reads {
		j.calls = append(j.calls, call{request: func(ctx context.Context) (*http.Request, error) {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.x.com"+path, nil)
			if err != nil {
				return nil, err
			}
			req.Header.Set("Authorization", "Bearer "+token)
			return req, nil
		}})
	}
	return &day{
		target: "api.x.com",
		notice: fmt.Sprintf("Calling api.x.com %d times, read-only. Reads can cost money: "+
			"docs.x.com/x-api/getting-started/pricing", len(reads)),
		jobs:         []job{j},
		base:         base,
		close:        func() {},
		needsAnswers: true,
	}, nil
}

// unreachable says why there was no answer, in the words of the last call's
// span.
func unreachable(spans []span) error {
	if len(spans) == 0 {
		return errors.New("api.x.com cannot be reached")
	}
	last := spans[len(spans)-1]
	hint, _ := last.problem()
	return fmt.Errorf("api.x.com cannot be reached: %s: %s. %s",
		last.class(), hint.text(otelxapi.HintTitleKey), hint.text(otelxapi.HintTextKey))
}
