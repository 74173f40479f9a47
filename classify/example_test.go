package classify_test

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// Two answers with the same status mean different things.
func ExampleClassify() {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	header := http.Header{}
	header.Set("x-rate-limit-limit", "450")
	header.Set("x-rate-limit-remaining", "0")
	header.Set("x-rate-limit-reset", strconv.FormatInt(now.Add(3*time.Minute).Unix(), 10))
	for _, body := range []string{
		`{"title":"Too Many Requests","type":"about:blank","status":429}`,
		`{"title":"UsageCapExceeded","type":"https://api.twitter.com/2/problems/usage-capped"}`,
	} {
		r := classify.Classify(classify.Input{
			Method: "GET", Path: "/2/tweets/search/recent",
			Status: 429, Header: header, Body: []byte(body), Now: now,
		})
		wait, known := r.Retry.After(now)
		fmt.Println(r.Class, r.Retry.Verdict, wait, known)
	}
	// Output:
	// rate_limited after_reset 3m0s true
	// usage_capped never 0s false
}

func ExampleStreamLine() {
	line := []byte(`{"errors":[{"title":"operational-disconnect","disconnect_type":"SlowReader",` +
		`"type":"https://api.x.com/2/problems/operational-disconnect"}]}` + "\r\n")
	if r, ok := classify.StreamLine(line); ok {
		fmt.Println(r.Class, r.Retry.Verdict, r.Retry.Backoff.Delay(1))
	}
	// Output: slow_consumer reconnect 250ms
}

func ExampleClassifyError() {
	_, err := http.Get("http://127.0.0.1:1/")
	fmt.Println(classify.ClassifyError(err).Class)
	// Output: connection_refused
}
