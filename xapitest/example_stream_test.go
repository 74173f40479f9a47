package xapitest_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// consume reads a stream to its end, and says what it was.
func consume(resp *http.Response) string {
	posts, reason := 0, "the end"
	lines := bufio.NewReader(resp.Body)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			_ = resp.Body.Close()
			if err.Error() != "EOF" {
				reason = err.Error()
			}
			return fmt.Sprintf("%d posts, then %s", posts, reason)
		}
		if r, problem := classify.StreamLine(line); problem {
			reason = string(r.Class)
		} else if len(line) > len("\r\n") {
			posts++
		}
	}
}

// A consumer that connects again, and what X sent to each of its connections.
func ExampleServer_PlayStreams() {
	srv := xapitest.NewServer()
	defer srv.Close()
	err := srv.PlayStreams("/2/tweets/search/stream",
		xapitest.Script{xapitest.Posts(10, time.Millisecond), xapitest.Problem(xapitest.DisconnectOperational)},
		xapitest.Script{xapitest.Burst(3), xapitest.KeepAlives(2, time.Millisecond), xapitest.HalfPost(), xapitest.End(xapitest.EndCut)},
	)
	if err != nil {
		fmt.Println(err)
	}
	for range 2 {
		req, _ := http.NewRequest(http.MethodGet, srv.URL+"/2/tweets/search/stream", nil)
		req.Header.Set("Authorization", xapitest.Credential(endpoint.AuthAppOnly, time.Now()))
		resp, err := srv.Client().Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("received", consume(resp))
	}
	for _, l := range srv.Streams() {
		fmt.Printf("sent %d posts, %d keep-alives, %d problems; ending %q\n", l.Posts, l.KeepAlives, l.Problems, l.Ending)
	}
	// Output:
	// received 10 posts, then stream_disconnected
	// received 3 posts, then unexpected EOF
	// sent 10 posts, 0 keep-alives, 1 problems; ending ""
	// sent 3 posts, 2 keep-alives, 0 problems; ending "cut"
}

// streaming is a transport that needs no server: all it answers is a stream.
type streaming xapitest.Script

func (s streaming) RoundTrip(req *http.Request) (*http.Response, error) {
	sc, _ := xapitest.Lookup("stream_posts")
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1,
		Header: sc.Header(time.Now()), Body: xapitest.Script(s).Reader(req.Context(), time.Now), Request: req,
	}, nil
}

// A stream without a server, for a test in a bubble of testing/synctest.
func ExampleScript_Reader() {
	client := &http.Client{Transport: streaming{xapitest.Burst(5), xapitest.End(xapitest.EndReset)}}
	req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://api.x.com/2/tweets/search/stream", nil)
	resp, err := client.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(consume(resp))
	// Output:
	// 5 posts, then read tcp: read: connection reset by peer
}
