package otelxapi_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
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
