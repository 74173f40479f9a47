package statspage_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/statspage"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// evening is what a bot has seen on a bad day. The order is not the page's.
func evening() otelxapi.Stats {
	class := func(c classify.Class, n int64, before time.Duration) otelxapi.ClassCount {
		info, _ := classify.Describe(c)
		return otelxapi.ClassCount{Class: c, Count: n, Last: noon.Add(-before), Hint: info.Hint}
	}
	return otelxapi.Stats{
		At: noon.In(time.FixedZone("", 2*60*60)), Since: noon.Add(-26*time.Hour - 30*time.Minute), App: "newsbot", Version: "2.167",
		Budgets: []otelxapi.Budget{
			{Method: "GET", Template: "/2/users/{id}/mentions", Window: "15m", Scope: "app", Limit: 450, Remaining: 402,
				Reset: noon.Add(9 * time.Minute)},
			{Method: "POST", Template: "/2/tweets", Window: "24h", Scope: "user", Limit: 100, Remaining: 0,
				Reset: noon.Add(7*time.Hour + 20*time.Minute)},
			{Method: "GET", Template: "/2/tweets/search/recent", Window: "15m", Scope: "app", Limit: 450, Remaining: 12,
				Reset: noon.Add(4*time.Minute + 12*time.Second), Exhaustion: noon.Add(89500 * time.Millisecond)},
			{Method: "GET", Template: "/2/tweets/{id}", Window: "15m", Scope: "user", Limit: 900, Remaining: 251,
				Reset: noon.Add(30 * time.Second)},
			{Method: "GET", Template: "/2/users/me", Window: "15m", Scope: "user", Limit: 75, Remaining: 0,
				Reset: noon.Add(-time.Minute), Exhaustion: noon.Add(-5 * time.Minute)},
			{Method: "DELETE", Template: "/2/users/{source_user_id}/following/{target_user_id}", Window: "15m", Scope: "user", Remaining: 40000,
				Reset: noon.Add(14 * time.Minute)},
		},
		Calls: []otelxapi.Calls{
			{Method: "GET", Total: 3},
			{Method: "GET", Template: "/2/tweets/search/recent", Total: 12345, Failed: 212, Classes: []otelxapi.ClassCount{
				class(classify.RateLimited, 210, 12*time.Minute), class(classify.Partial, 44, 70*time.Second), class(classify.Unavailable, 2, 25*time.Hour)}},
			{Method: "POST", Template: "/2/tweets", Total: 104, Failed: 4, Classes: []otelxapi.ClassCount{
				class(classify.DailyLimited, 4, 3*time.Minute)}},
			{Method: "GET", Template: "/2/tweets/search/stream", Total: 2, Failed: 1, Classes: []otelxapi.ClassCount{
				class(classify.Stalled, 3, 9*time.Minute), class(classify.StreamDisconnected, 1, 0)}},
			{Method: "DELETE", Template: "/2/users/{source_user_id}/following/{target_user_id}", Total: 1},
		},
	}
}

// many is n budgets and n operations, each of them failing.
func many(n int) otelxapi.Stats {
	s := otelxapi.Stats{At: noon, Since: noon.Add(-time.Hour)}
	for i := range n {
		template := fmt.Sprintf("/2/things/%d/{id}", i)
		s.Budgets = append(s.Budgets, otelxapi.Budget{Method: "GET", Template: template, Window: "15m", Scope: "app",
			Limit: int64(n), Remaining: int64(n - i), Reset: noon.Add(time.Minute)})
		s.Calls = append(s.Calls, otelxapi.Calls{Method: "GET", Template: template, Total: int64(i + 1), Failed: 1,
			Classes: []otelxapi.ClassCount{{Class: classify.RateLimited, Count: 1, Last: noon}}})
	}
	return s
}

func fixed(s otelxapi.Stats) func() otelxapi.Stats { return func() otelxapi.Stats { return s } }

// get sends one request to a handler; accept may be empty.
func get(s otelxapi.Stats, target, accept string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, target, http.NoBody)
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	rec := httptest.NewRecorder()
	statspage.Handler(fixed(s)).ServeHTTP(rec, req)
	return rec
}
