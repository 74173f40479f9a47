package xapitest_test

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// bot is a program that calls X.
type bot struct {
	client *http.Client
	url    string
}

// mentions reads the mentions, and tries once more when the connection breaks.
func (b bot) mentions() string {
	for range 2 {
		req, err := http.NewRequest(http.MethodGet, b.url+"/2/users/1000000000000000001/mentions", nil)
		if err != nil {
			return err.Error()
		}
		req.Header.Set("Authorization", xapitest.Credential(endpoint.AuthAppOnly, time.Now()))
		resp, err := b.client.Do(req)
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		switch resp.StatusCode {
		case http.StatusOK:
			return "read, " + resp.Header.Get("X-Rate-Limit-Remaining") + " requests left"
		case http.StatusPaymentRequired:
			return "no credits left: stop"
		default:
			return resp.Status
		}
	}
	return "X cannot be reached"
}

// A test of one's own program: X as it should be, X out of credits, and a
// network that breaks once, then for good.
func Example() {
	srv := xapitest.NewServer()
	defer srv.Close()
	b := bot{client: srv.Client(), url: srv.URL}
	fmt.Println(b.mentions())

	noCredits, _ := xapitest.Lookup("credits_depleted")
	noCredits.Target = xapitest.Target{Method: "GET", Path: "/2/users/1/mentions"}
	if err := srv.PlayScenario(noCredits); err != nil {
		fmt.Println(err)
	}
	fmt.Println(b.mentions())

	b.client = &http.Client{Transport: xapitest.NewFaultTransport(srv.Client().Transport, xapitest.Sequence(xapitest.FaultReset))}
	fmt.Println(b.mentions())
	b.client = &http.Client{Transport: xapitest.NewFaultTransport(srv.Client().Transport, xapitest.Always(xapitest.FaultDNS))}
	fmt.Println(b.mentions())
	// Output:
	// read, 449 requests left
	// no credits left: stop
	// read, 448 requests left
	// X cannot be reached
}

// The rate limits count down as X's do, on a clock of the test's own.
func ExampleWithClock() {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var elapsed atomic.Int64
	srv := xapitest.NewServer(
		xapitest.WithClock(func() time.Time { return noon.Add(time.Duration(elapsed.Load())) }),
		xapitest.WithLimits(endpoint.Limit{Scope: endpoint.ScopeApp, Requests: 1, Window: 15 * time.Minute}),
	)
	defer srv.Close()
	b := bot{client: srv.Client(), url: srv.URL}
	fmt.Println(b.mentions())
	fmt.Println(b.mentions())
	elapsed.Store(int64(15 * time.Minute))
	fmt.Println(b.mentions())
	// Output:
	// read, 0 requests left
	// 429 Too Many Requests
	// read, 0 requests left
}
