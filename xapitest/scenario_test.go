package xapitest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

func TestTheCatalogueIsInOrder(t *testing.T) {
	t.Parallel()
	all := xapitest.Scenarios()
	name := regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for i, s := range all {
		if !name.MatchString(s.Name) || seen[s.Name] {
			t.Errorf("%q is not a name, or not a new one", s.Name)
		}
		seen[s.Name] = true
		if !strings.HasSuffix(s.About, ".") || strings.Contains(s.About, ". ") {
			t.Errorf("%s: About is not one sentence: %q", s.Name, s.About)
		}
		if s.Class == "" || s.Evidence == "" || s.Method == "" || s.Path == "" || s.Auth == "" {
			t.Errorf("%s: incomplete: %+v", s.Name, s)
		}
		if got, ok := xapitest.Lookup(s.Name); !ok || got.About != s.About {
			t.Errorf("Lookup(%q) = %q, %v", s.Name, got.About, ok)
		}
		if again := xapitest.Scenarios()[i]; again.Name != s.Name {
			t.Errorf("entry %d is %s, then %s", i, s.Name, again.Name)
		}
	}
	if _, ok := xapitest.Lookup("no_such_scenario"); ok {
		t.Error("Lookup finds what is not there")
	}
	all[0].Name = "changed"
	if xapitest.Scenarios()[0].Name == "changed" {
		t.Error("a caller can change the catalogue")
	}
}

func TestScenariosOfAPIv2TargetAnOperationThatAcceptsTheirAuth(t *testing.T) {
	t.Parallel()
	refusedForAuth := map[classify.Class]bool{classify.UnsupportedAuthentication: true, classify.Unauthenticated: true}
	for _, s := range xapitest.Scenarios() {
		if !strings.HasPrefix(s.Path, "/2/") || s.Name == "unknown_route" {
			continue
		}
		op, _ := endpoint.Match(s.Method, s.Path)
		if op == nil {
			t.Errorf("%s: no operation %s %s", s.Name, s.Method, s.Path)
		} else if !op.Accepts(s.Auth) && !refusedForAuth[s.Class] {
			t.Errorf("%s: %s does not accept %s", s.Name, op.ID, s.Auth)
		}
	}
}

func TestTheCatalogueCoversEveryClassThatACallCanHave(t *testing.T) {
	t.Parallel()
	covered := map[classify.Class]bool{}
	for _, s := range xapitest.Scenarios() {
		covered[s.Class], covered[s.Problem] = true, true
	}
	for _, c := range []classify.Class{
		classify.OK, classify.Partial, classify.NoData,
		classify.Unauthenticated, classify.ClockSkew, classify.UnsupportedAuthentication,
		classify.ClientForbidden, classify.AppPermissions, classify.MissingScope, classify.Forbidden,
		classify.DuplicateContent, classify.ReplyNotAllowed, classify.AccountLocked, classify.AccountSuspended,
		classify.AutomationBlocked, classify.EdgeBlocked,
		classify.CreditsDepleted, classify.SpendCapReached, classify.UsageCapped,
		classify.RateLimited, classify.DailyLimited, classify.BurstLimited, classify.ConnectionLimited,
		classify.InvalidRequest, classify.NotFound, classify.UnknownRoute, classify.Gone, classify.Conflict,
		classify.Unprocessable, classify.TooLarge, classify.NotImplemented,
		classify.NoRules, classify.RulesInvalid, classify.RuleCap, classify.DuplicateRules,
		classify.StreamDisconnected, classify.SlowConsumer, classify.ClientDisconnected, classify.StreamProvisioning, classify.Stalled,
		classify.ResourceNotFound, classify.ResourceUnauthorized, classify.FieldUnauthorized,
		classify.FieldHydrationFailure, classify.ResourceUnavailable, classify.DisallowedResource,
		classify.ServerError, classify.Unavailable,
		classify.Canceled, classify.Timeout, classify.DNS, classify.TLS, classify.ConnectionRefused,
		classify.ConnectionReset, classify.UnexpectedEOF, classify.HTTP2Stream, classify.Network,
	} {
		if !covered[c] {
			t.Errorf("no scenario of class %s", c)
		}
	}
}

// outcome is what a client made of a scenario.
type outcome struct {
	resp *http.Response
	body []byte // as far as it came, as it came
	err  error  // of Do or of reading the body; nil where the test itself gave up
}

// exchange sends the request of s and reads what comes, as far as it comes.
func exchange(t *testing.T, client *http.Client, s xapitest.Scenario, baseURL string) (o outcome, sent *http.Request) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	neverAnswers := s.Status == 0 && s.Ending == xapitest.EndStall
	if neverAnswers {
		var stop func()
		ctx, stop = context.WithTimeout(ctx, 50*time.Millisecond)
		defer stop()
	}
	if s.Fault == xapitest.FaultHang {
		time.AfterFunc(10*time.Millisecond, cancel)
	}
	req, err := s.NewRequest(ctx, baseURL)
	if err != nil {
		t.Fatal(err)
	}
	c := *client
	c.Transport = s.Transport(client.Transport)
	if o.resp, o.err = c.Do(req); o.err != nil {
		return o, req
	}
	defer func() { _ = o.resp.Body.Close() }()
	switch s.Ending {
	case xapitest.EndStall:
		o.body = make([]byte, len(s.Body))
		if _, err := io.ReadFull(o.resp.Body, o.body); err != nil {
			t.Fatalf("before the stall: %v", err)
		}
		cancel()
		if _, err := o.resp.Body.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
			t.Errorf("after the stall: %v, want canceled", err)
		}
	case xapitest.EndEndless:
		o.body, o.err = io.ReadAll(io.LimitReader(o.resp.Body, 1<<20))
		if len(o.body) != 1<<20 {
			t.Errorf("an endless body ended after %d bytes", len(o.body))
		}
	default:
		o.body, o.err = io.ReadAll(o.resp.Body)
	}
	return o, req
}

func TestEveryScenarioAnswersAsItPromises(t *testing.T) {
	t.Parallel()
	for _, s := range xapitest.Scenarios() {
		if s.Fault != xapitest.FaultNone {
			continue // see TestFaultsAreTheErrorsOfNetHTTP
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			now := time.Now()
			srv := xapitest.Start(t, xapitest.WithClock(func() time.Time { return now }))
			if err := srv.Play(s.Name); err != nil {
				t.Fatal(err)
			}
			o, req := exchange(t, srv.Client(), s, srv.URL)
			checkEnding(t, s, o)
			if o.resp != nil {
				checkAnswer(t, s, now, o)
			}
			got := srv.Requests()
			if len(got) != 1 || got[0].Method != s.Method || got[0].Path != s.Path || got[0].Query != s.Query ||
				got[0].Auth != s.Auth || got[0].BodyLength != int64(len(s.RequestBody)) {
				t.Errorf("the server received %+v for %s %s", got, req.Method, req.URL)
			}
			if n := srv.Pending(); n != 0 {
				t.Errorf("%d scenarios left", n)
			}
		})
	}
}

func checkEnding(t *testing.T, s xapitest.Scenario, o outcome) {
	t.Helper()
	var want error
	switch {
	case s.Ending == xapitest.EndReset:
		want = syscall.ECONNRESET
	case s.Ending == xapitest.EndCut && s.Status == 0:
		want = io.EOF
	case s.Ending == xapitest.EndCut:
		want = io.ErrUnexpectedEOF
	case s.Ending == xapitest.EndStall && s.Status == 0:
		want = context.DeadlineExceeded
	}
	if !errors.Is(o.err, want) {
		t.Errorf("error %v, want %v", o.err, want)
	}
	if (o.resp == nil) != (s.Status == 0) {
		t.Errorf("answer %v, want status %d", o.resp, s.Status)
	}
}

func checkAnswer(t *testing.T, s xapitest.Scenario, now time.Time, o outcome) {
	t.Helper()
	if o.resp.StatusCode != s.Status {
		t.Errorf("status %d, want %d", o.resp.StatusCode, s.Status)
	}
	compressed := o.resp.Header.Get("Content-Encoding") == "gzip"
	if compressed != s.Gzip {
		t.Errorf("compressed: %v, want %v", compressed, s.Gzip)
	}
	body := o.body
	if compressed {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	if s.Ending == xapitest.EndEndless {
		body = body[:len(s.Body)]
	}
	if string(body) != s.Body {
		t.Errorf("body %q, want %q", body, s.Body)
	}
	if s.Ending == xapitest.EndClean && !s.Stream && o.resp.ContentLength != int64(len(o.body)) {
		t.Errorf("content length %d, want %d", o.resp.ContentLength, len(o.body))
	}
	got, want := o.resp.Header.Clone(), s.Header(now)
	got.Del("Content-Length")
	got.Del("Content-Encoding")
	for name, form := range map[string]string{"X-Transaction-Id": "^[0-9a-f]{16}$", "Cf-Ray": "^[0-9a-f]{16}-[A-Z]{3}$"} {
		if want.Get(name) != "" && !regexp.MustCompile(form).MatchString(got.Get(name)) {
			t.Errorf("%s: %q", name, got.Get(name))
		}
		got.Del(name)
		want.Del(name)
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("headers %v\nwant %v", got, want)
	}
}

func TestClassifyGivesEveryScenarioItsClass(t *testing.T) {
	t.Parallel()
	for _, s := range xapitest.Scenarios() {
		if s.Class == classify.Stalled {
			continue // silence has no answer to classify; whoever watches the stream decides
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			srv := xapitest.Start(t)
			if s.Fault == xapitest.FaultNone {
				if err := srv.Play(s.Name); err != nil {
					t.Fatal(err)
				}
			}
			o, req := exchange(t, srv.Client(), s, srv.URL)
			got := result(o, req, s)
			if got.Class != s.Class {
				t.Errorf("class %s, want %s (%v)", got.Class, s.Class, o.err)
			}
			if s.Problem != "" && (len(got.Problems) == 0 || got.Problems[0].Class != s.Problem) {
				t.Errorf("problems %+v, want one of class %s", got.Problems, s.Problem)
			}
		})
	}
}

// result classifies an outcome as a caller would.
func result(o outcome, req *http.Request, s xapitest.Scenario) classify.Result {
	if o.err != nil && (o.resp == nil || o.resp.StatusCode < 400) {
		return classify.ClassifyError(o.err)
	}
	got := classify.Classify(classify.Input{
		Method: req.Method, Path: req.URL.EscapedPath(), Status: o.resp.StatusCode, Header: o.resp.Header,
		Body: o.body, Auth: classify.ParseAuth(req.Header), Now: time.Now(),
	})
	if !s.Stream {
		return got
	}
	got = classify.Result{Class: classify.OK}
	for line := range bytes.Lines(o.body) {
		if r, problem := classify.StreamLine(line); problem {
			got = r
		}
	}
	return got
}

func TestARequestCarriesTheCredentialsOfItsScenario(t *testing.T) {
	t.Parallel()
	for kind, want := range map[endpoint.AuthKind]string{
		endpoint.AuthAppOnly:    "Bearer AAAAAAAA",
		endpoint.AuthOAuth2User: "Bearer ",
		endpoint.AuthBearer:     "Bearer ",
		endpoint.AuthOAuth1User: `OAuth oauth_consumer_key="`,
		endpoint.AuthBasic:      "Basic ",
		endpoint.AuthNone:       "",
	} {
		s, _ := xapitest.Lookup("post_lookup")
		s.Auth = kind
		req, err := s.NewRequest(t.Context(), "http://127.0.0.1:1/")
		if err != nil {
			t.Fatal(err)
		}
		got := req.Header.Get("Authorization")
		if !strings.HasPrefix(got, want) || (got == "") != (want == "") {
			t.Errorf("%s: Authorization %q", kind, got)
		}
		if req.URL.String() != "http://127.0.0.1:1/2/tweets/1111111111111111111" {
			t.Errorf("URL %s", req.URL)
		}
	}
	s, _ := xapitest.Lookup("post_lookup")
	if _, err := s.NewRequest(t.Context(), "://"); err == nil {
		t.Error("a request for a URL that is none")
	}
}
