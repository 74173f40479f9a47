package otelxapi_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A stream ends under its own lock and leaves the list of open ones; a
// collection walks the list and looks at each stream.
func TestStreamsEndWhileMetricsAreCollected(t *testing.T) {
	t.Parallel()
	r := newRecorder()
	transport := r.transport(roundTripper(func(req *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: req,
			Header: http.Header{"Content-Type": {"application/json"}},
			Body:   io.NopCloser(strings.NewReader("{\"data\":{\"id\":\"1111111111111111111\"}}\r\n\r\n")),
		}, nil
	}))
	done := make(chan struct{})
	var collecting sync.WaitGroup
	collecting.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				r.metrics(t)
			}
		}
	})
	var reading sync.WaitGroup
	for range 8 {
		reading.Go(func() {
			for range 500 {
				res := open(t, transport)
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
		})
	}
	reading.Wait()
	close(done)
	collecting.Wait()
}

// Transports of one provider share their points, and so do the hosts of X. Not
// parallel: among the providers of many other tests, of which only so many are
// remembered, this one could be forgotten between two transports.
func TestOfStreamsOfSeveralTransportsTheWorstIsReported(t *testing.T) { //nolint:paralleltest // as it says
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder()
		for i := range 8 {
			f := newFeed()
			res := open(t, rec.transport(feeds(f)))
			defer res.Body.Close()
			f.send(keepAlive)
			if _, err := res.Body.Read(make([]byte, 10)); err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 { // the others are busy
				consumeStream(res.Body)
			}
			time.Sleep(time.Second)
		}
		for range 20 {
			if got, want := rec.metricValue(t, "x_api.stream.gap"), "8"; got != want {
				t.Fatalf("gap %q, want %q", got, want)
			}
			if got := rec.metricValue(t, "x_api.stream.consumer.busy"); got != "1" {
				t.Fatalf("busy %q", got)
			}
		}
	})
}
