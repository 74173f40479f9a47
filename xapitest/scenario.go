package xapitest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

// Scenario is one request to X and the answer it gets, or the way in which the
// network fails it. A Scenario is a value: change a copy, its [Target] above
// all, and hand it to [Server.PlayScenario] to get the same answer elsewhere.
type Scenario struct {
	Name  string // snake_case, unique in the catalogue
	About string // one sentence
	// Evidence says how well the answer is known.
	Evidence Evidence

	Target

	// Class is what the call comes to: the class of the answer, of the error,
	// or, for a stream, of the last problem among its lines.
	Class classify.Class
	// Problem is the class of the first problem in the body of a partial
	// answer, empty for the others.
	Problem classify.Class

	Status      int // HTTP status; 0 when no answer comes
	Layer       Layer
	ContentType string // replaces the one that Layer gives
	// Rate, App24h and User24h are the windows that the headers report. A zero
	// Window has no headers.
	Rate, App24h, User24h Window
	ExtraHeader           map[string]string
	Body                  string
	// Gzip compresses Body for a request that asks for it, and makes
	// NewRequest ask, so that net/http hands the body on compressed.
	Gzip bool
	// ClockSkew is how far the caller's clock is ahead of X's: the Date header
	// and all resets are that much earlier.
	ClockSkew time.Duration

	Delay  time.Duration // time before the headers
	Stream bool          // Body is lines, flushed one by one
	Pace   time.Duration // time between the lines of a stream
	Ending Ending        // what comes after Body

	// Fault is the failure of the network, which a server cannot play: send
	// the request through Transport.
	Fault Fault
}

// Target is the request that a [Scenario] answers.
type Target struct {
	Method string
	Path   string // escaped, with ids filled in: "/2/tweets/1111111111111111111"
	Query  string // encoded, without "?"
	// Auth is how the request authenticates.
	Auth        endpoint.AuthKind
	RequestBody string // JSON or a form; empty for none
}

// Evidence says how well a fact about X is known.
type Evidence string

// The kinds of evidence.
const (
	Observed   Evidence = "observed"   // pasted from a live call in a public report
	Documented Evidence = "documented" // in X's documentation or OpenAPI document
	Inferred   Evidence = "inferred"   // a reading of documents, not seen in an answer
)

// Ending is what comes after the body of an answer. With Status 0 it happens
// in place of an answer.
type Ending string

// The endings.
const (
	EndClean   Ending = ""        // the answer is complete
	EndStall   Ending = "stall"   // silence until the client goes away or the server closes
	EndCut     Ending = "cut"     // the connection is closed (HTTP/2: the stream is reset) before the end
	EndReset   Ending = "reset"   // a TCP reset (HTTP/2: the stream is reset)
	EndEndless Ending = "endless" // more bytes, without end
	EndPosts   Ending = "posts"   // a stream's posts, at the interval of [WithStreamInterval], without end
)

// The endings in a [StreamLog] only: these end a stream before its script does.
const (
	EndClient Ending = "client"      // the client went away
	EndSlow   Ending = "slow_reader" // the client read too slowly, see [WithSlowReaders]
	EndClosed Ending = "closed"      // the server was closed
)

var catalogue = sync.OnceValue(func() []Scenario {
	return slices.Concat(
		successScenarios(), partialScenarios(), authenticationScenarios(),
		permissionScenarios(), moneyScenarios(), paceScenarios(),
		requestScenarios(), serverScenarios(), bodyScenarios(),
		ruleScenarios(), streamScenarios(), networkScenarios(),
	)
})

// Scenarios returns the catalogue, in an order that does not change from one
// call to the next. The caller may change the result.
func Scenarios() []Scenario { return slices.Clone(catalogue()) }

// Lookup returns the scenario of the catalogue that has this name.
func Lookup(name string) (Scenario, bool) {
	for _, s := range catalogue() {
		if s.Name == name {
			return s, true
		}
	}
	return Scenario{}, false
}

// NewRequest returns the request of the scenario, for the server at baseURL
// ("http://127.0.0.1:8080", see [Server]). It authenticates as Auth says, with
// credentials that are fakes: right in form, worthless anywhere.
func (s Scenario) NewRequest(ctx context.Context, baseURL string) (*http.Request, error) {
	url := strings.TrimSuffix(baseURL, "/") + s.Path
	if s.Query != "" {
		url += "?" + s.Query
	}
	req, err := http.NewRequestWithContext(ctx, s.Method, url, nil)
	if s.RequestBody != "" {
		req, err = http.NewRequestWithContext(ctx, s.Method, url, strings.NewReader(s.RequestBody))
	}
	if err != nil {
		return nil, err
	}
	switch {
	case s.RequestBody == "":
	case strings.HasPrefix(s.RequestBody, "{"):
		req.Header.Set("Content-Type", "application/json")
	default:
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if value := Credential(s.Auth, time.Now()); value != "" {
		req.Header.Set("Authorization", value)
	}
	if s.Gzip {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	return req, nil
}

// Transport returns base for a scenario that a [Server] plays, and base behind
// a [FaultTransport] that injects Fault for one that the network fails.
func (s Scenario) Transport(base http.RoundTripper) http.RoundTripper {
	if s.Fault == FaultNone {
		return base
	}
	return NewFaultTransport(base, Always(s.Fault))
}
