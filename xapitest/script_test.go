package xapitest_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

func TestAScriptThatCannotBePlayedIsReported(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	for name, script := range map[string]xapitest.Script{
		"fewer than no posts":         {xapitest.Posts(-1, time.Second)},
		"a pause before the present":  {xapitest.KeepAlives(1, -time.Second)},
		"silence before the present":  {xapitest.Silence(-1)},
		"a post of negative size":     {xapitest.Burst(1).Size(-1)},
		"a post beyond 1 MiB":         {xapitest.Burst(1).Size(1<<20 + 1)},
		"a line that is two":          {xapitest.Line("one\ntwo")},
		"a problem without a name":    {xapitest.Problem("")},
		"an end that is for answers":  {xapitest.End(xapitest.EndEndless)},
		"an end that is for logs":     {xapitest.End(xapitest.EndClient)},
		"steps after the end":         {xapitest.End(xapitest.EndCut), xapitest.Burst(1)},
		"steps after forever":         {xapitest.Burst(1), xapitest.Forever(), xapitest.Burst(1)},
		"a line after half a post":    {xapitest.HalfPost(), xapitest.Burst(1)},
		"half a post, forever":        {xapitest.HalfPost(), xapitest.Forever()},
		"nothing, forever":            {xapitest.Forever()},
		"no posts, forever":           {xapitest.Posts(0, time.Second), xapitest.Forever()},
		"silence of no time, forever": {xapitest.Silence(0), xapitest.Forever()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := xapitest.Script{xapitest.Burst(1)}
			if srv.PlayStreams("", good, script) == nil || srv.HoldStreams("", script) == nil || srv.Pending() != 0 {
				t.Errorf("accepted; %d pending", srv.Pending())
			}
			body := script.Reader(t.Context(), nil)
			if n, err := body.Read(make([]byte, 1)); n != 0 || err == nil || errors.Is(err, io.EOF) {
				t.Errorf("Reader: %d, %v", n, err)
			}
			if body.Log().Open {
				t.Error("Reader is open")
			}
		})
	}
	for _, path := range []string{"/2/tweets", "/2/tweets/search/stream/rules", "/no/such/path", "x"} {
		if srv.PlayStreams(path) == nil || srv.HoldStreams(path, xapitest.Script{}) == nil {
			t.Errorf("%s is no stream", path)
		}
	}
}

// post is what a client needs of a post.
type post struct {
	Data struct {
		ID        int64     `json:",string"`
		CreatedAt time.Time `json:"created_at"`
	}
	Errors []any
}

func (p post) created() time.Time { return time.UnixMilli(p.Data.ID>>22 + 1288834974657) }

func TestPostsAreOfTheSizeAndTheTimeAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepTo2026()
		const each = 50
		ids := map[int64]bool{}
		for _, size := range []int{0, 200, 500, 2000, 2500, 4000, 1 << 20} {
			n := each
			if size == 1<<20 {
				n = 2
			}
			script := xapitest.Script{xapitest.Posts(n, time.Second).Size(size).Lag(3 * time.Second)}
			start := time.Now()
			orders := map[string]bool{}
			lines := bufio.NewReader(script.Reader(t.Context(), nil))
			for i := range n {
				line, err := lines.ReadBytes('\n')
				if err != nil {
					t.Fatal(err)
				}
				if size > 0 && len(line) != size || size == 0 && len(line) > 200 {
					t.Errorf("a post of %d bytes, want %d", len(line), size)
				}
				var p post
				if err := json.Unmarshal(line, &p); err != nil || !bytes.HasSuffix(line, []byte("\r\n")) {
					t.Fatalf("%s: %v", line, err)
				}
				want := start.Add(time.Duration(i+1)*time.Second - 3*time.Second).Truncate(time.Millisecond)
				if !p.created().Equal(want) || size >= 2000 && !p.Data.CreatedAt.Equal(want) {
					t.Fatalf("post %d is of %v and %v, want %v", i, p.created(), p.Data.CreatedAt, want)
				}
				if _, is := classify.StreamLine(line); is || len(p.Errors) > 0 {
					t.Errorf("a problem: %s", line)
				}
				ids[p.Data.ID] = true
				orders[string(line[:20])] = true
			}
			if size >= 2000 && n == each && len(orders) < 5 {
				t.Errorf("%d orders of members", len(orders))
			}
			if got := time.Since(start); got != script.Duration() {
				t.Errorf("took %v, want %v", got, script.Duration())
			}
		}
		if len(ids) != 6*each+2 {
			t.Errorf("%d ids", len(ids))
		}
	})
}

func TestPartialPostsArePostsAndProblemsAreNot(t *testing.T) {
	t.Parallel()
	var script xapitest.Script
	for range 30 {
		script = append(script, xapitest.Partial(), xapitest.Partial().Size(0))
	}
	for line := range bytes.Lines(readAll(t, script)) {
		var p post
		if err := json.Unmarshal(line, &p); err != nil || p.Data.ID == 0 || len(p.Errors) != 1 {
			t.Errorf("%s: %v", line, err)
		}
		if r, is := classify.StreamLine(line); is {
			t.Errorf("%s: %s", r.Class, line)
		}
	}
}

func TestEachProblemIsOfItsClass(t *testing.T) {
	t.Parallel()
	for problem, want := range map[xapitest.StreamProblem]classify.Class{
		xapitest.DisconnectOperational:     classify.StreamDisconnected,
		xapitest.DisconnectUpstream:        classify.StreamDisconnected,
		xapitest.DisconnectUpstreamUnclean: classify.StreamDisconnected,
		xapitest.DisconnectForce:           classify.StreamDisconnected,
		xapitest.DisconnectSlowReader:      classify.SlowConsumer,
		xapitest.DisconnectInternalError:   classify.ServerError,
		xapitest.DisconnectInvalidRules:    classify.RulesInvalid,
		xapitest.DisconnectAppDegraded:     classify.ClientForbidden,
		xapitest.IssueTooManyConnections:   classify.ConnectionLimited,
		xapitest.IssueProvisioning:         classify.StreamProvisioning,
		xapitest.IssueInvalidRules:         classify.RulesInvalid,
		xapitest.IssueNoRules:              classify.NoRules,
		xapitest.ClientGone:                classify.ClientDisconnected,
		`New"Kind` + "\n":                  classify.StreamDisconnected,
	} {
		both := readAll(t, xapitest.Script{xapitest.Problem(problem), xapitest.BareProblem(problem)})
		if n := bytes.Count(both, []byte("\r\n")); n != 2 {
			t.Errorf("%s: %d lines", problem, n)
		}
		for line := range bytes.Lines(both) {
			if r, is := classify.StreamLine(line); !is || r.Class != want {
				t.Errorf("%s: class %q, want %q: %s", problem, r.Class, want, line)
			}
		}
	}
}

func TestALineIsSentAsItIs(t *testing.T) {
	t.Parallel()
	got := readAll(t, xapitest.Script{xapitest.Line("a"), xapitest.Line("b\n"), xapitest.Line("c\r\n"), xapitest.Line(""), {}, xapitest.KeepAlives(2, 0)})
	if want := "a\r\nb\nc\r\n\r\n\r\n\r\n"; string(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func readAll(t *testing.T, script xapitest.Script) []byte {
	t.Helper()
	all, err := io.ReadAll(script.Reader(t.Context(), nil))
	if err != nil {
		t.Error(err)
	}
	return all
}

// FuzzPost asks for posts and problems of all kinds: each must be one line of
// JSON.
func FuzzPost(f *testing.F) {
	f.Add(int64(1780000000000), 2500, int64(0), "SlowReader")
	f.Add(int64(-1), 0, int64(time.Hour), "\x00\xff")
	f.Add(int64(1<<62), 1<<20, int64(-time.Hour), "client-disconnected")
	f.Fuzz(func(t *testing.T, ms int64, size int, lag int64, problem string) {
		partial := xapitest.Partial().Size(size).Lag(time.Duration(lag))
		now := func() time.Time { return time.UnixMilli(ms) }
		all, err := io.ReadAll(xapitest.Script{
			partial, xapitest.Burst(13).Size(size).Lag(time.Duration(lag)),
			xapitest.Problem(xapitest.StreamProblem(problem)), xapitest.BareProblem(xapitest.StreamProblem(problem)),
		}.Reader(t.Context(), now))
		if err != nil {
			if size >= 0 && size <= 1<<20 && problem != "" {
				t.Error(err)
			}
			return
		}
		lines := strings.SplitAfter(string(all), "\r\n")
		if len(lines) != 17 {
			t.Fatalf("%d lines", len(lines)-1)
		}
		for _, line := range lines[:16] {
			if !json.Valid([]byte(line)) {
				t.Errorf("not JSON: %q", line)
			}
		}
	})
}
