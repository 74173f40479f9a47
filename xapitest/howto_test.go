package xapitest_test

import (
	"bufio"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// mentions stands for your program: it asks for mentions once, and says what it
// would do next.
func mentions(client *http.Client, base string) (next string) {
	req, err := http.NewRequest(http.MethodGet, base+"/2/users/1000000000000000001/mentions", http.NoBody)
	if err != nil {
		return err.Error()
	}
	req.Header.Set("Authorization", xapitest.Credential(endpoint.AuthAppOnly, time.Now()))
	var r classify.Result
	if resp, err := client.Do(req); err != nil {
		r = classify.ClassifyError(err)
	} else {
		defer resp.Body.Close()
		_, _ = io.Copy(io.Discard, resp.Body)
		r, _ = otelxapi.ResultOf(resp)
	}
	switch r.Retry.Verdict {
	case classify.VerdictNone:
		return "go on"
	case classify.VerdictNever:
		return "stop"
	case classify.VerdictAfterReset:
		return "wait until the reset"
	default:
		return "try again soon"
	}
}

// In the catalogue it is a search that gets the 429. A copy with another path
// is the same answer to another endpoint.
func TestMentionsThatMeetAnEmptyWindow(t *testing.T) {
	x := xapitest.Start(t)
	limited, ok := xapitest.Lookup("rate_limited")
	if !ok {
		t.Fatal("no such scenario")
	}
	limited.Path = "/2/users/1/mentions" // any id will do
	if err := x.PlayScenario(limited); err != nil {
		t.Fatal(err)
	}

	// The simulator's address is none of X's, so the transport has to be told.
	client := &http.Client{Transport: otelxapi.NewTransport(x.Client().Transport, otelxapi.WithHosts(x.URL))}
	for _, want := range []string{"wait until the reset", "go on"} {
		if got := mentions(client, x.URL); got != want {
			t.Errorf("the program would %s, want %s", got, want)
		}
	}
}

// The connection is reset, the name does not resolve, and then all is well.
func TestMentionsOverABadNetwork(t *testing.T) {
	x := xapitest.Start(t)
	network := xapitest.NewFaultTransport(x.Transport(), xapitest.Sequence(xapitest.FaultReset, xapitest.FaultDNS))
	client := &http.Client{Transport: otelxapi.NewTransport(network)}
	for _, want := range []string{"try again soon", "try again soon", "go on"} {
		if got := mentions(client, "https://api.x.com"); got != want {
			t.Errorf("the program would %s, want %s", got, want)
		}
	}
}

// follow stands for your program: it reads a stream to its end, and says how
// many posts there were and what the end means.
func follow(client *http.Client) (posts int, end classify.Result) {
	req, err := http.NewRequest(http.MethodGet, "https://api.x.com/2/tweets/search/stream", http.NoBody)
	if err != nil {
		return 0, classify.ClassifyError(err)
	}
	req.Header.Set("Authorization", xapitest.Credential(endpoint.AuthAppOnly, time.Now()))
	resp, err := client.Do(req)
	if err != nil {
		return 0, classify.ClassifyError(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			end, _ = otelxapi.ResultOf(resp)
			return posts, end
		}
		if _, problem := classify.StreamLine(line); !problem && len(line) > len("\r\n") {
			posts++
		}
	}
}

// The first connection ends with X's word, the second in the middle of a post.
func TestStreamsThatEnd(t *testing.T) {
	x := xapitest.Start(t)
	err := x.PlayStreams("/2/tweets/search/stream",
		xapitest.Script{
			xapitest.Posts(10, time.Millisecond),
			xapitest.KeepAlives(2, time.Millisecond),
			xapitest.Problem(xapitest.DisconnectOperational),
		},
		xapitest.Script{xapitest.Burst(3), xapitest.HalfPost(), xapitest.End(xapitest.EndCut)},
	)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: otelxapi.NewTransport(x.Transport())}
	for _, want := range []struct {
		posts int
		class classify.Class
	}{
		{10, classify.StreamDisconnected},
		{3, classify.UnexpectedEOF},
	} {
		posts, end := follow(client)
		if posts != want.posts || end.Class != want.class || end.Retry.Verdict != classify.VerdictReconnect {
			t.Errorf("%d posts, %s, %s", posts, end.Class, end.Retry.Verdict)
		}
	}
}
