package main

import (
	"cmp"
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
	givesUpAfter time.Duration  // when the program loses interest; 0 for never
	want         classify.Class // what the span has to say; empty if only X knows
	wantError    bool           // whether it has to be an error; a success can hold a problem
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
	// The last request that the window allows, and the first one too many.
	last, refused := scenario("search_page"), scenario("rate_limited")
	last.Rate.Remaining = 0
	last.Rate.ResetIn, refused.Rate.ResetIn = 4*time.Minute+12*time.Second, 4*time.Minute+12*time.Second

	// X refuses the OAuth 1.0a signature of a machine whose clock is off in the
	// words in which it refuses any wrong credential.
	skewed := scenario("unauthenticated")
	skewed.Target, skewed.Auth = scenario("post_created").Target, endpoint.AuthOAuth1User
	skewed.ClockSkew, skewed.Class = time.Hour, classify.ClockSkew

	canceled := act{scenario("canceled"), 30 * time.Millisecond}
	return []plan{
		{"nightly archive", []act{
			played("unauthenticated"), played("post_lookup"), played("not_found"), played("invalid_parameter"), played("unavailable"),
			played("timeout"), canceled, played("edge_blocked"),
		}},
		{"scheduled posts", []act{played("unsupported_authentication"), {Scenario: skewed}, played("daily_limited")}},
		{"end of the month", []act{played("usage_capped"), played("credits_depleted"), played("spend_cap_reached")}},
		{"listener", []act{played("too_many_connections")}},
		{"morning digest", []act{played("me"), played("no_data_not_found"), {Scenario: last}, {Scenario: refused}, played("post_created")}},
	}
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
				want:         cmp.Or(a.Problem, a.Class),
				wantError:    a.Class.IsError(),
			})
		}
		d.jobs = append(d.jobs, j)
	}
	d.base = xapitest.NewFaultTransport(srv.Transport(), xapitest.Sequence(faults...))
	return d, nil
}
