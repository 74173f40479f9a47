package otelxapi_test

import (
	"fmt"
	"net/http"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

// One line makes every call to X a span.
func ExampleNewTransport() {
	x := xapitest.NewServer() // in place of api.x.com
	defer x.Close()
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))

	client := &http.Client{Transport: otelxapi.NewTransport(x.Transport(), otelxapi.WithTracerProvider(provider))}
	req, _ := http.NewRequest(http.MethodGet, "https://api.x.com/2/tweets/1111111111111111111", http.NoBody)
	req.Header.Set("Authorization", "Bearer AAAAAAAAAAAAAAAAAAAA")
	resp, err := client.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	resp.Body.Close()

	fmt.Println(spans.Ended()[0].Name())
	// Output: GET /2/tweets/{id}
}

// Without an answer there is no response to ask ResultOf about, but an error.
func Example_noAnswer() {
	unresolved := xapitest.NewFaultTransport(nil, xapitest.Always(xapitest.FaultDNS))
	client := &http.Client{Transport: otelxapi.NewTransport(unresolved)}
	_, err := client.Get("https://api.x.com/2/tweets/search/recent?query=golang")

	r := classify.ClassifyError(err)
	fmt.Println(r.Class, r.Retry.Verdict, r.Hint.Owner)
	// Output: dns backoff network
}

// A program acts on the class of an answer, not on its status code.
func ExampleResultOf() {
	x := xapitest.NewServer()
	defer x.Close()
	if err := x.Play("usage_capped"); err != nil {
		fmt.Println(err)
		return
	}

	client := &http.Client{Transport: otelxapi.NewTransport(x.Transport())}
	resp, err := client.Get("https://api.x.com/2/tweets/search/recent?query=golang")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()

	if r, ok := otelxapi.ResultOf(resp); ok {
		fmt.Println(resp.StatusCode, r.Class, r.Retry.Verdict, r.Hint.Owner)
		if r.Retry.Verdict == classify.VerdictNever {
			fmt.Println("no use in waiting for the rate limit")
		}
	}
	// Output:
	// 429 usage_capped never account
	// no use in waiting for the rate limit
}
