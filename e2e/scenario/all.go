package scenario

import (
	"context"
	"net/http"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// often is the pause between two calls of most scenarios.
const often = 200 * time.Millisecond

// All returns the scenarios: a healthy program first, then one for each alert.
func All() []Scenario {
	segments := []otelxapi.Option{otelxapi.WithStreamSegment(2 * time.Second), otelxapi.WithStreamStall(2 * time.Second)}
	posts := xapitest.Script{xapitest.Posts(1, 50*time.Millisecond), xapitest.Forever()}
	return []Scenario{
		{
			Name:  "healthy",
			About: "A program looks posts and users up, searches, and nothing is wrong.",
			Run:   calls(often, "post_lookup", "posts_lookup", "user_lookup", "me", "search_page"),
		},
		{
			Name:  "declared_retries",
			About: "A program says that it sends some requests again.",
			Run: func(ctx context.Context, w World) error {
				return calls(often, "post_lookup")(otelxapi.ContextWithResendCount(ctx, 1), w)
			},
		},
		{
			Name:      "healthy_stream",
			About:     "A program reads a stream that X sends posts on.",
			Transport: segments,
			Run:       stream(posts, 0, Minute),
		},

		// Pace.
		{
			Name:   "budget_low",
			About:  "A search has 2 of 450 requests left.",
			Alerts: []string{"XApiBudgetLow"},
			Run:    calls(often, "low_budget"),
		},
		{
			Name:      "budget_forecast",
			About:     "A program calls so often that its window will be empty minutes before it resets.",
			Alerts:    []string{"XApiBudgetExhaustedBeforeReset"},
			Simulator: []xapitest.Option{xapitest.WithLimits(endpoint.Limit{Scope: endpoint.ScopeApp, Requests: 2500, Window: 15 * time.Minute})},
			Run: func(ctx context.Context, w World) error {
				for {
					if err := w.send(ctx, lookup("post_lookup")); err != nil {
						return err
					}
					if err := wait(ctx, often/2); err != nil {
						return err
					}
				}
			},
		},
		{
			Name:   "rate_limited",
			About:  "A search is refused until its 15-minute window resets.",
			Alerts: []string{"XApiBudgetLow", "XApiNewProblemType", "XApiRateLimited"},
			Run:    calls(often, "rate_limited"),
		},
		{
			Name:   "daily_limited",
			About:  "A user has posted as often as X allows in 24 hours.",
			Alerts: []string{"XApiBudgetLow", "XApiDailyLimited", "XApiNewProblemType"},
			Run:    calls(often, "daily_limited"),
		},
		{
			Name:   "burst_limited",
			About:  "Requests come faster than X takes them in a second, with budget left.",
			Alerts: []string{"XApiBurstLimited", "XApiNewProblemType"},
			Run:    calls(often, "burst_limited"),
		},
		{
			Name:   "connection_limited",
			About:  "A stream is refused because another one is still open.",
			Alerts: []string{"XApiConnectionLimited", "XApiNewProblemType"},
			Run:    calls(often, "too_many_connections"),
		},

		// Money.
		{
			Name:   "usage_capped",
			About:  "The plan's posts of the month are used up.",
			Alerts: []string{"XApiNewProblemType", "XApiUsageCapped"},
			Run:    calls(often, "usage_capped"),
		},
		{
			Name:   "credits_depleted",
			About:  "The account's credits are used up.",
			Alerts: []string{"XApiCreditsDepleted", "XApiNewProblemType"},
			Run:    calls(often, "credits_depleted"),
		},
		{
			Name:   "spend_cap_reached",
			About:  "The spending cap of the billing cycle is reached.",
			Alerts: []string{"XApiNewProblemType", "XApiSpendCapReached"},
			Run:    calls(often, "spend_cap_reached"),
		},
		{
			Name:      "cost_pace",
			About:     "A program reads posts at a pace that the month's money will not last for.",
			Alerts:    []string{"XApiCostPace"},
			Transport: []otelxapi.Option{otelxapi.WithPriceTable(otelxapi.DefaultPriceTable())},
			Run:       calls(often/5, "search_page"), // a day's share within a quarter of a minute
		},

		// Authentication and permission.
		{
			Name:   "unauthenticated",
			About:  "X does not accept the token any more.",
			Alerts: []string{"XApiAuthenticationFailing", "XApiNewProblemType"},
			Run:    calls(often, "unauthenticated"),
		},
		{
			Name:   "auth_mismatch",
			About:  "A release asks for the authenticated user with an app-only token.",
			Alerts: []string{"XApiAuthMismatch", "XApiNewProblemType"},
			Run:    calls(often, "unsupported_authentication"),
		},
		{
			Name:   "clock_skew",
			About:  "The machine's clock is 5 minutes ahead of X's.",
			Alerts: []string{"XApiClockSkew"},
			Run:    calls(often, "date_skewed"),
		},
		{
			Name:   "permission_lost",
			About:  "A program that could post has lost the permission to.",
			Alerts: []string{"XApiNewProblemType", "XApiPermissionLost"},
			Run:    first(5*Minute, calls(often, "post_created"), calls(often, "app_permissions")),
		},

		// Requests, and what X has new.
		{
			Name:   "new_problem_type",
			About:  "X refuses in a way in which it has not refused this program before.",
			Alerts: []string{"XApiNewProblemType"},
			Run:    calls(often, "conflict"),
		},
		{
			Name:   "partial_errors",
			About:  "Posts that a program looks up begin to be missing.",
			Alerts: []string{"XApiNewProblemType", "XApiPartialErrorsHigh"},
			Run:    first(20*Minute, calls(often, "posts_lookup"), calls(often, "partial_not_found")),
		},
		{
			Name:   "unknown_route",
			About:  "A program calls a path that X does not have.",
			Alerts: []string{"XApiCatalogueDrift", "XApiNewProblemType", "XApiUnknownRoute"},
			Run:    calls(often, "unknown_route"),
		},
		{
			Name:   "catalogue_drift",
			About:  "X has a new endpoint, which the library's table does not have.",
			Alerts: []string{"XApiCatalogueDrift"},
			Run:    play(often, at(lookup("post_lookup"), http.MethodGet, "/2/brand_new")),
		},

		// X, and the way there.
		{
			Name:   "error_budget_burn_slow",
			About:  "X fails 3 % of the calls, for days.",
			Alerts: []string{"XApiErrorBudgetBurnSlow", "XApiNewProblemType"},
			Run:    play(often/4, mostly("post_lookup", 32, "server_error")...),
		},
		{
			Name:   "error_budget_burn_fast",
			About:  "X fails a third of the calls.",
			Alerts: []string{"XApiErrorBudgetBurnFast", "XApiErrorBudgetBurnSlow", "XApiNewProblemType"},
			Run:    play(often, mostly("post_lookup", 2, "server_error")...),
		},
		{
			Name:   "unavailable",
			About:  "X fails all calls.",
			Alerts: []string{"XApiErrorBudgetBurnFast", "XApiErrorBudgetBurnSlow", "XApiNewProblemType", "XApiUnavailable"},
			Run:    calls(often, "unavailable"),
		},
		{
			Name:      "latency_of_x",
			About:     "X takes seconds for an answer, and says so.",
			Alerts:    []string{"XApiLatencyOfX"},
			Transport: []otelxapi.Option{otelxapi.WithServerInfo()},
			Run:       busy(8, slow(lookup("post_lookup"), 2600*time.Millisecond, "2590")),
		},
		{
			Name:      "latency_of_us",
			About:     "Answers take long, but X did not: it is the network, a proxy, or this program.",
			Alerts:    []string{"XApiLatencyOfUs"},
			Transport: []otelxapi.Option{otelxapi.WithServerInfo()},
			Run:       busy(8, slow(lookup("post_lookup"), 1500*time.Millisecond, "8")),
		},

		// Streams.
		{
			Name:      "stream_down",
			About:     "X ends a stream, and the program does not connect again.",
			Alerts:    []string{"XApiStreamDown"},
			OnlySpans: []string{"XApiNoData"}, // the program does nothing else
			Transport: segments,
			Run:       stream(xapitest.Script{xapitest.Posts(60, 50*time.Millisecond), xapitest.Problem(xapitest.DisconnectOperational), xapitest.End(xapitest.EndClean)}, 0, 0),
		},
		{
			Name:      "stream_stalled",
			About:     "A stream is open, and nothing comes, not even keep-alives.",
			Alerts:    []string{"XApiStreamStalled"},
			Transport: segments,
			Run:       stream(xapitest.Script{xapitest.Posts(5, 50*time.Millisecond), xapitest.Silence(6 * time.Second), xapitest.Forever()}, 0, Minute),
		},
		{
			Name:      "stream_given_up",
			About:     "A stream falls silent again and again; the program ends it each time and connects again.",
			Alerts:    []string{"XApiStreamStalled"},
			Simulator: []xapitest.Option{xapitest.WithLimits()},
			Transport: segments,
			Run:       watched(xapitest.Script{xapitest.Posts(10, 50*time.Millisecond), xapitest.End(xapitest.EndStall)}, Minute/10),
		},
		{
			Name:      "stream_reconnect_loop",
			About:     "A stream breaks off again and again.",
			Alerts:    []string{"XApiStreamReconnectLoop"},
			Simulator: []xapitest.Option{xapitest.WithLimits()},
			Transport: segments,
			Run:       stream(xapitest.Script{xapitest.Posts(10, 100*time.Millisecond), xapitest.End(xapitest.EndCut)}, 0, Minute/10),
		},
		{
			Name:      "stream_slow_consumer",
			About:     "A program takes longer for a post than X for the next.",
			Alerts:    []string{"XApiStreamSlowConsumer"},
			Transport: segments,
			Run:       stream(xapitest.Script{xapitest.Posts(1, 80*time.Millisecond), xapitest.Forever()}, 100*time.Millisecond, Minute),
		},
		{
			Name:      "stream_lag",
			About:     "Posts come minutes after they were written.",
			Alerts:    []string{"XApiStreamLag"},
			Transport: segments,
			Run:       stream(xapitest.Script{xapitest.Posts(1, 50*time.Millisecond).Lag(3 * time.Minute), xapitest.Forever()}, 0, Minute),
		},

		// Telemetry.
		{
			Name:   "no_data",
			About:  "A program that called X is gone.",
			Alerts: []string{"XApiNoData"},
			Run: func(ctx context.Context, w World) error {
				early, cancel := context.WithTimeout(ctx, 5*Minute)
				defer cancel()
				_ = calls(often, "post_lookup")(early, w)
				if err := w.stop(ctx); err != nil {
					return err
				}
				<-ctx.Done()
				return ctx.Err()
			},
		},
	}
}

// at moves a scenario of the simulator to another endpoint.
func at(s xapitest.Scenario, method, path string) xapitest.Scenario {
	s.Method, s.Path, s.Query = method, path, ""
	return s
}

// slow makes X take long, and say that it worked for that many milliseconds.
func slow(s xapitest.Scenario, delay time.Duration, says string) xapitest.Scenario {
	s.Delay = delay
	s.ExtraHeader = map[string]string{"X-Response-Time": says}
	return s
}

// mostly has n calls that succeed before each that fails.
func mostly(good string, n int, bad string) []xapitest.Scenario {
	var turns []xapitest.Scenario
	for range n {
		turns = append(turns, lookup(good))
	}
	return append(turns, lookup(bad))
}
