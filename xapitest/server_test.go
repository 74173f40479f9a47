package xapitest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// answer is an answer that was read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) int(t *testing.T, name string) int {
	t.Helper()
	n, err := strconv.Atoi(a.header.Get(name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func send(t *testing.T, srv *xapitest.Server, target xapitest.Target) answer {
	t.Helper()
	req, err := xapitest.Scenario{Target: target}.NewRequest(t.Context(), srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

func get(path string, kind endpoint.AuthKind) xapitest.Target {
	path, query, _ := strings.Cut(path, "?")
	return xapitest.Target{Method: "GET", Path: path, Query: query, Auth: kind}
}

// clock is a clock that is set by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

func TestAWindowCountsDownEmptiesAndResets(t *testing.T) {
	t.Parallel()
	c := newClock()
	srv := xapitest.Start(t, xapitest.WithClock(c.Now),
		xapitest.WithLimits(endpoint.Limit{Scope: endpoint.ScopeApp, Requests: 3, Window: 15 * time.Minute}))
	search := get("/2/tweets/search/recent?query=go", endpoint.AuthAppOnly)
	reset := int(c.Now().Add(15 * time.Minute).Unix())
	for want := 2; want >= 0; want-- {
		a := send(t, srv, search)
		if a.status != 200 || a.int(t, "X-Rate-Limit-Limit") != 3 || a.int(t, "X-Rate-Limit-Remaining") != want || a.int(t, "X-Rate-Limit-Reset") != reset {
			t.Errorf("with %d left: %d %v", want, a.status, a.header)
		}
		c.advance(time.Minute)
	}
	a := send(t, srv, search)
	if a.status != 429 || a.int(t, "X-Rate-Limit-Remaining") != 0 || a.int(t, "X-Rate-Limit-Reset") != reset || !strings.Contains(a.body, `"about:blank"`) {
		t.Errorf("with an empty window: %d %v %s", a.status, a.header, a.body)
	}
	if a := send(t, srv, get("/2/tweets/1111111111111111111", endpoint.AuthAppOnly)); a.status != 200 {
		t.Errorf("another operation: %d", a.status)
	}
	c.advance(12 * time.Minute)
	if a := send(t, srv, search); a.status != 200 || a.int(t, "X-Rate-Limit-Remaining") != 2 {
		t.Errorf("after the reset: %d %v", a.status, a.header)
	}
}

func TestAppsAndUsersHaveWindowsOfTheirOwn(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	const path = "/2/tweets/search/recent?query=go"
	for range 2 {
		send(t, srv, get(path, endpoint.AuthAppOnly))
	}
	app := send(t, srv, get(path, endpoint.AuthAppOnly))
	if app.int(t, "X-Rate-Limit-Limit") != 450 || app.int(t, "X-Rate-Limit-Remaining") != 447 {
		t.Errorf("the app: %v", app.header)
	}
	for _, kind := range []endpoint.AuthKind{endpoint.AuthOAuth2User, endpoint.AuthOAuth1User} {
		user := send(t, srv, get(path, kind))
		if user.int(t, "X-Rate-Limit-Limit") != 300 || user.int(t, "X-Rate-Limit-Remaining") != 299 {
			t.Errorf("%s: %v", kind, user.header)
		}
	}
	create := send(t, srv, xapitest.Target{Method: "POST", Path: "/2/tweets", Auth: endpoint.AuthOAuth2User, RequestBody: `{"text":"x"}`})
	if create.status != 201 || create.int(t, "X-App-Limit-24hour-Remaining") != 9999 || create.int(t, "X-Rate-Limit-Remaining") != 99 {
		t.Errorf("a write: %d %v", create.status, create.header)
	}
}

func TestABurstIsRefusedWithRequestsRemaining(t *testing.T) {
	t.Parallel()
	c := newClock()
	srv := xapitest.Start(t, xapitest.WithClock(c.Now))
	all := get("/2/tweets/search/all?query=go", endpoint.AuthAppOnly)
	send(t, srv, all)
	if a := send(t, srv, all); a.status != 429 || a.int(t, "X-Rate-Limit-Remaining") != 299 {
		t.Errorf("within a second: %d %v", a.status, a.header)
	}
	c.advance(time.Second)
	if a := send(t, srv, all); a.status != 200 || a.int(t, "X-Rate-Limit-Remaining") != 298 {
		t.Errorf("after a second: %d %v", a.status, a.header)
	}
}

func TestAnHonestAnswer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		target xapitest.Target
		status int
		body   string // part of it; empty for an empty body
	}{
		{"to a lookup is the resource", get("/2/tweets/1234", endpoint.AuthAppOnly), 200, `{"data":{"edit_history_tweet_ids":["1234"],"id":"1234"`},
		{"to a lookup of many is a list", get("/2/users?ids=12,34", endpoint.AuthAppOnly), 200, `{"data":[{"id":"12",`},
		{"to a search is a page with its count", get("/2/tweets/search/recent?query=go&max_results=25", endpoint.AuthAppOnly), 200, `"meta":{"result_count":25}`},
		{"to a question for oneself is the user", get("/2/users/me", endpoint.AuthOAuth1User), 200, `"username":"exampledev"`},
		{"to a creation is 201", xapitest.Target{Method: "POST", Path: "/2/tweets", Auth: endpoint.AuthOAuth1User, RequestBody: "{}"}, 201, `"id":"`},
		{"to a deletion has a body", xapitest.Target{Method: "DELETE", Path: "/2/tweets/1234", Auth: endpoint.AuthOAuth2User}, 200, `{"data":{"deleted":true}}`},
		{"to a token request is a token", xapitest.Target{Method: "POST", Path: "/2/oauth2/token", Auth: endpoint.AuthBasic, RequestBody: "grant_type=x"}, 200, `"token_type":"bearer"`},
		{"to a bearer token of unknown kind is a success", get("/2/tweets/1234", endpoint.AuthBearer), 200, `{"data":`},
		{"to no credentials is 401", get("/2/tweets/1234", endpoint.AuthNone), 401, `"title": "Unauthorized"`},
		{"to the wrong credentials names the right ones", get("/2/users/me", endpoint.AuthAppOnly), 403,
			"Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context]."},
		{"to basic credentials calls them unknown", get("/2/users/me", endpoint.AuthBasic), 403, "Authenticating with Unknown"},
		{"to an unknown path is an empty 404", get("/2/no/such/path", endpoint.AuthAppOnly), 404, ""},
		{"to an unknown method is an empty 404", xapitest.Target{Method: "PATCH", Path: "/2/tweets", Auth: endpoint.AuthAppOnly}, 404, ""},
		{"to a path of API v1.1 is code 34", get("/1.1/statuses/x.json", endpoint.AuthOAuth1User), 404, `"code":34`},
		{"to a documented path that is not served is an empty 404", get("/2/usage/credits", endpoint.AuthAppOnly), 404, ""},
		{"does not repeat what the caller sent", get("/2/users/by/username/%22%3Cscript%3E", endpoint.AuthAppOnly), 200, `{"data":{"id":"1000000000000000001","name":"Example Dev","username":"exampledev"}}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			a := send(t, xapitest.Start(t), tc.target)
			if a.status != tc.status || !strings.Contains(a.body, tc.body) || tc.body == "" && a.body != "" {
				t.Errorf("%d %s, want %d %s", a.status, a.body, tc.status, tc.body)
			}
			if a.body != "" && !json.Valid([]byte(a.body)) {
				t.Errorf("not JSON: %s", a.body)
			}
		})
	}
}

func TestEveryOperationSucceedsWithItsOwnCredentials(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t, xapitest.WithStreamInterval(time.Hour))
	for _, op := range endpoint.Operations() {
		if op.ID == "getUsageCredits" {
			continue
		}
		kind := endpoint.AuthBasic
		if len(op.Auth) > 0 {
			kind = op.Auth[0].Kind
		}
		segments := strings.Split(op.Template, "/")
		for i, s := range segments {
			if strings.HasPrefix(s, "{") {
				segments[i] = "1111111111111111111"
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		req, err := xapitest.Scenario{Target: xapitest.Target{Method: op.Method, Path: strings.Join(segments, "/"), Auth: kind}}.NewRequest(ctx, srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatalf("%s: %v", op.ID, err)
		}
		if resp.StatusCode != 200 && resp.StatusCode != 201 {
			t.Errorf("%s: %s", op.ID, resp.Status)
		}
		if !op.Streaming {
			body, _ := io.ReadAll(resp.Body)
			if !op.Binary && !json.Valid(body) {
				t.Errorf("%s: not JSON: %s", op.ID, body)
			}
		}
		cancel()
		_ = resp.Body.Close()
	}
}

func TestAnHonestStreamSendsPostsAsTheyHappen(t *testing.T) {
	t.Parallel()
	c := newClock()
	srv := xapitest.Start(t, xapitest.WithClock(c.Now), xapitest.WithStreamInterval(time.Millisecond))
	req, err := xapitest.Scenario{Target: get("/2/tweets/search/stream", endpoint.AuthAppOnly)}.NewRequest(t.Context(), srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewReader(resp.Body)
	for range 3 {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		var post struct {
			Data struct {
				ID int64 `json:",string"`
			}
		}
		if err := json.Unmarshal(line, &post); err != nil || !bytes.HasSuffix(line, []byte("\r\n")) {
			t.Fatalf("%q: %v", line, err)
		}
		if at := time.UnixMilli(post.Data.ID>>22 + 1288834974657); !at.Equal(c.Now()) {
			t.Errorf("post %d is of %v", post.Data.ID, at)
		}
	}
}

func TestScenariosArePlayedInOrderAndByOperation(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	if err := srv.Play("credits_depleted", "rate_limited", "post_created"); err != nil {
		t.Fatal(err)
	}
	other := get("/2/tweets/search/recent?query=something+else", endpoint.AuthAppOnly)
	var got []int
	for range 3 {
		got = append(got, send(t, srv, other).status)
	}
	if !slices.Equal(got, []int{402, 429, 200}) {
		t.Errorf("%v", got)
	}
	if n := srv.Pending(); n != 1 {
		t.Errorf("%d pending", n)
	}
}

func TestAScenarioCanBeMovedToAnotherOperation(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	s, _ := xapitest.Lookup("credits_depleted")
	s.Target = get("/2/users/1", endpoint.AuthAppOnly)
	if err := srv.PlayScenario(s); err != nil {
		t.Fatal(err)
	}
	if a := send(t, srv, get("/2/users/22", endpoint.AuthAppOnly)); a.status != 402 {
		t.Errorf("%d", a.status)
	}
}

func TestAScenarioOfTheCallersOwnKeepsItsHeaders(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	target := get("/2/users/1", endpoint.AuthAppOnly)
	if err := srv.PlayScenario(xapitest.Scenario{
		Target: target, Status: 404, Layer: xapitest.LayerRouter, Body: "<p>not here</p>",
		ExtraHeader: map[string]string{"Retry-After": "7"},
	}); err != nil {
		t.Fatal(err)
	}
	a := send(t, srv, target)
	if a.status != 404 || a.body != "<p>not here</p>" || a.header.Get("Retry-After") != "7" {
		t.Errorf("%+v", a)
	}
	if kind, ok := a.header["Content-Type"]; ok {
		t.Errorf("content type %q, which the layer does not send", kind)
	}
}

func TestAHeldScenarioIsPlayedUntilReset(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	if err := errors.Join(srv.Hold("unavailable"), srv.Play("rate_limited")); err != nil {
		t.Fatal(err)
	}
	search := get("/2/tweets/search/recent", endpoint.AuthAppOnly)
	var got []int
	for range 3 {
		got = append(got, send(t, srv, search).status)
	}
	srv.Reset()
	if len(srv.Requests()) != 0 {
		t.Error("Reset kept the requests")
	}
	got = append(got, send(t, srv, search).status)
	if !slices.Equal(got, []int{429, 503, 503, 200}) {
		t.Errorf("%v", got)
	}
}

func TestWhatCannotBePlayedIsReported(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	if srv.Play("rate_limited", "no_such_scenario") == nil || srv.Hold("no_such_scenario") == nil {
		t.Error("an unknown name")
	}
	if srv.Play("rate_limited", "dns_failure") == nil {
		t.Error("a fault of the network")
	}
	target := get("/2/tweets", endpoint.AuthAppOnly)
	for _, s := range []xapitest.Scenario{
		{},
		{Status: 200},
		{Target: target},
		{Target: target, Status: 99},
		{Target: target, Status: 1000},
		{Target: target, Ending: xapitest.EndEndless},
	} {
		if srv.PlayScenario(s) == nil || srv.HoldScenario(s) == nil {
			t.Errorf("%+v", s)
		}
	}
	if n := srv.Pending(); n != 0 {
		t.Errorf("%d pending", n)
	}
}

func TestConcurrentRequestsGetOneScenarioEach(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	const n = 50
	var wg sync.WaitGroup
	statuses := make(chan int, 2*n)
	for range n {
		wg.Go(func() {
			if err := srv.Play("credits_depleted"); err != nil {
				t.Error(err)
			}
			s, _ := xapitest.Lookup("credits_depleted")
			req, _ := s.NewRequest(context.Background(), srv.URL)
			resp, err := srv.Client().Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			statuses <- resp.StatusCode
			srv.Requests()
		})
	}
	wg.Wait()
	close(statuses)
	for status := range statuses {
		if status != 402 {
			t.Errorf("status %d", status)
		}
	}
	if srv.Pending() != 0 || len(srv.Requests()) != n {
		t.Errorf("%d pending, %d received", srv.Pending(), len(srv.Requests()))
	}
}

func TestTheJournalIsBounded(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	for range 1005 {
		send(t, srv, get("/2/no/such/route", endpoint.AuthNone))
	}
	if n := len(srv.Requests()); n != 1000 {
		t.Errorf("%d requests", n)
	}
}

func TestTheJournalNamesHeadersAndNoValues(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	send(t, srv, get("/2/tweets/1", endpoint.AuthAppOnly))
	got := srv.Requests()[0]
	if !slices.Contains(got.HeaderNames, "Authorization") || slices.Contains(got.HeaderNames, "Traceparent") || !slices.IsSorted(got.HeaderNames) {
		t.Errorf("%v", got.HeaderNames)
	}
}

func TestCloseEndsWhatHangs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"hang", "stalled_error_body", "endless_error_body", "stream_stalled"} {
		for _, opts := range [][]xapitest.Option{nil, {xapitest.WithHTTP2()}} {
			t.Run(name+" "+strconv.Itoa(len(opts)), func(t *testing.T) {
				t.Parallel()
				srv := xapitest.NewServer(opts...)
				if err := srv.Play(name); err != nil {
					t.Fatal(err)
				}
				s, _ := xapitest.Lookup(name)
				req, err := s.NewRequest(t.Context(), srv.URL)
				if err != nil {
					t.Fatal(err)
				}
				ended := make(chan error)
				go func() {
					resp, err := srv.Client().Do(req)
					if err == nil { // the body is left unread: the server must not wait for us
						ended <- nil
						_, err = io.Copy(io.Discard, resp.Body)
						_ = resp.Body.Close()
					}
					ended <- err
				}()
				if name == "hang" {
					for len(srv.Requests()) == 0 {
						time.Sleep(time.Millisecond)
					}
				} else if err := <-ended; err != nil {
					t.Fatal(err)
				}
				closed := make(chan struct{})
				go func() {
					srv.Close()
					srv.Close()
					close(closed)
				}()
				select {
				case <-closed:
				case <-time.After(10 * time.Second):
					t.Error("Close hangs")
				}
				if err := <-ended; err == nil {
					t.Error("the client saw a proper end")
				}
			})
		}
	}
}

func TestHTTP2ResetsTheStreamWhereHTTP1ClosesTheConnection(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t, xapitest.WithHTTP2())
	if a := send(t, srv, get("/2/tweets/1", endpoint.AuthAppOnly)); a.status != 200 || srv.Requests()[0].Proto != "HTTP/2.0" {
		t.Errorf("%d over %s", a.status, srv.Requests()[0].Proto)
	}
	for _, name := range []string{"cut_body", "reset_body", "stream_cut", "closed_before_answer"} {
		s, _ := xapitest.Lookup(name)
		if err := srv.Play(name); err != nil {
			t.Fatal(err)
		}
		req, _ := s.NewRequest(t.Context(), srv.URL)
		resp, err := srv.Client().Do(req)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "stream error") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if a := send(t, srv, get("/2/tweets/1", endpoint.AuthAppOnly)); a.status != 200 {
		t.Errorf("the connection did not survive: %d", a.status)
	}
}

func TestAProgramThatKnowsOnlyXsAddressReachesTheServer(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]xapitest.Option{nil, {xapitest.WithHTTP2()}} {
		srv := xapitest.Start(t, opts...)
		client := &http.Client{Transport: srv.Transport()}
		const url = "https://api.x.com/2/tweets/1"
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", xapitest.Credential(endpoint.AuthAppOnly, time.Now()))
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		client.CloseIdleConnections()
		if got := srv.Requests()[0]; resp.StatusCode != 200 || got.Host != "api.x.com" || got.Path != "/2/tweets/1" {
			t.Errorf("%s for %+v", resp.Status, got)
		}
		if resp.Request != req || req.URL.String() != url {
			t.Errorf("the request was changed: %s, %s", resp.Request.URL, req.URL)
		}
	}
}

func TestAClientIsACopy(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	srv.Client().Transport = nil
	if srv.Client().Transport == nil {
		t.Error("a caller can change the client of others")
	}
}
