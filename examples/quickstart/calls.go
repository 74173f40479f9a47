package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// A day is what a program does, and the X that it does it to.
type day struct {
	target       string // whom the calls go to, for the page
	notice       string // to be read before the first call
	jobs         []job
	base         http.RoundTripper
	close        func()
	needsAnswers bool // whether a call without an answer ends the day
}

// A job is a piece of work of the application: one trace.
type job struct {
	name  string
	calls []call
}

// A call is one request.
type call struct {
	request      func(context.Context) (*http.Request, error)
	givesUpAfter time.Duration // when the program loses interest; 0 for never
	want         verdict       // what the span has to say; its class is empty if only X knows
}

// A verdict is what a span says of a call.
type verdict struct {
	class   classify.Class
	problem classify.Class // the first one inside a success; empty if there is none
	failed  bool           // whether the span is an error; a success can hold problems
}

func chooseDay(token string) (*day, error) {
	if token != "" {
		return liveDay(token, http.DefaultTransport)
	}
	return simulatedDay(schedule())
}

// An act is a call together with what the simulator answers to it.
type act struct {
	xapitest.Scenario

	givesUpAfter time.Duration
}

// A plan is a job of the simulated day.
type plan struct {
	name string
	acts []act
}

// schedule returns a day on X. The last job is the trace that is shown in
// full.
func schedule() []plan {
	// The first of the searches of a window that is nearly used up.
	scarce := scenario("invalid_parameter")
	scarce.Rate = xapitest.Window{Limit: 450, Remaining: 2, ResetIn: 4*time.Minute + 12*time.Second}

	// X refuses the OAuth 1.0a signature of a machine whose clock is off in the
	// words in which it refuses any wrong credential.
	skewed := scenario("unauthenticated")
	skewed.Target, skewed.Auth = scenario("post_created").Target, endpoint.AuthOAuth1User
	skewed.ClockSkew, skewed.Class = time.Hour, classify.ClockSkew

	canceled := act{scenario("canceled"), 30 * time.Millisecond}
	return consume([]plan{
		{"nightly archive", []act{
			played("unauthenticated"), played("post_lookup"), played("not_found"), played("no_data_not_found"), {Scenario: scarce},
			played("unavailable"), played("timeout"), canceled, played("edge_blocked"),
		}},
		{"scheduled posts", []act{played("unsupported_authentication"), {Scenario: skewed}, played("daily_limited")}},
		{"end of the month", []act{played("usage_capped"), played("credits_depleted"), played("spend_cap_reached")}},
		{"listener", []act{played("duplicate_rules"), played("too_many_connections")}},
		{"morning digest", []act{played("me"), played("partial_not_found"), played("search_page"), played("rate_limited"), played("post_created")}},
	})
}

// consume has the app's own calls to an endpoint use up one 15-minute window,
// that of the first of them: each scenario comes with a window of its own. A
// window of another size is not the endpoint's.
func consume(plans []plan) []plan {
	type operation struct{ method, path string }
	windows := map[operation]xapitest.Window{}
	for _, p := range plans {
		for i := range p.acts {
			a := &p.acts[i]
			if a.Rate.Limit == 0 || a.Auth != endpoint.AuthAppOnly {
				continue
			}
			to := operation{a.Method, a.Path}
			w, ok := windows[to]
			switch {
			case !ok:
				w = a.Rate
			case w.Limit == a.Rate.Limit:
				w.Remaining = max(w.Remaining-1, 0)
				a.Rate = w
			}
			windows[to] = w
		}
	}
	return plans
}

func played(name string) act { return act{Scenario: scenario(name)} }

// scenario returns a scenario of the catalogue. A name that is not in it gives
// a scenario that simulatedDay refuses.
func scenario(name string) xapitest.Scenario {
	s, ok := xapitest.Lookup(name)
	if !ok {
		return xapitest.Scenario{Name: name}
	}
	return s
}

// simulatedDay starts a simulator that has the answers ready, in the order in
// which the calls will come. Failures of the network are played by a transport
// in front of it.
func simulatedDay(plans []plan) (*day, error) {
	srv := xapitest.NewServer()
	d := &day{target: "a simulated X", close: srv.Close}
	var faults []xapitest.Fault
	for _, p := range plans {
		j := job{name: p.name}
		for _, a := range p.acts {
			if a.Method == "" {
				srv.Close()
				return nil, fmt.Errorf("no scenario %q in the catalogue", a.Name)
			}
			if a.Fault == xapitest.FaultNone {
				if err := srv.PlayScenario(a.Scenario); err != nil {
					srv.Close()
					return nil, err
				}
			}
			faults = append(faults, a.Fault)
			j.calls = append(j.calls, call{
				request: func(ctx context.Context) (*http.Request, error) {
					return a.NewRequest(ctx, "https://api.x.com")
				},
				givesUpAfter: a.givesUpAfter,
				want:         verdict{a.Class, a.Problem, a.Class.IsError()},
			})
		}
		d.jobs = append(d.jobs, j)
	}
	d.base = xapitest.NewFaultTransport(srv.Transport(), xapitest.Sequence(faults...))
	return d, nil
}
