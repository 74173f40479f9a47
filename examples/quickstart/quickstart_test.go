package main

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// isolate takes the settings of the machine's user away from a test.
func isolate(t *testing.T) {
	t.Helper()
	for _, name := range []string{"X_BEARER_TOKEN", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		t.Setenv(name, "")
	}
}

// play runs a simulated day and returns what it writes.
func play(t *testing.T, p painter, plans []plan) (stdout, stderr string, code int) {
	t.Helper()
	d, err := simulatedDay(plans)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	return runDay(t.Context(), p, d)
}

func runDay(ctx context.Context, p painter, d *day) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	code = run(ctx, &out, &errs, p, d)
	return out.String(), errs.String(), code
}

// flat takes the line breaks out of a message.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestTheSimulatedDay(t *testing.T) {
	isolate(t)
	var stdout, stderr bytes.Buffer
	if code := start(t.Context(), &stdout, &stderr, painter{}); code != 0 {
		t.Fatalf("exit status %d: %s", code, &stderr)
	}
	page := stdout.String()
	if stderr.Len() > 0 {
		t.Errorf("standard error: %s", &stderr)
	}

	t.Run("fits its width", func(t *testing.T) {
		for line := range strings.Lines(page) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns: %s", n, line)
			}
		}
		if n := strings.Count(page, "\n"); n > 66 {
			t.Errorf("%d lines", n)
		}
	})
	t.Run("has no escape codes without a terminal", func(t *testing.T) {
		if strings.Contains(page, "\x1b") {
			t.Error(page)
		}
	})
	t.Run("names the class of every call", func(t *testing.T) {
		lines := strings.Split(page, "\n")[3:]
		for _, p := range schedule() {
			for _, a := range p.acts {
				if fields := " " + strings.Join(strings.Fields(lines[0]), " ") + " "; !strings.Contains(fields, " "+string(cmp.Or(a.Problem, a.Class))+" ") {
					t.Errorf("want %s in %s", a.Class, lines[0])
				}
				lines = lines[1:]
			}
		}
	})
	t.Run("shows what belongs to a day", func(t *testing.T) {
		for _, want := range []classify.Class{
			classify.OK, classify.ResourceNotFound, classify.NotFound, classify.InvalidRequest, classify.UnsupportedAuthentication, classify.Unauthenticated,
			classify.ClockSkew, classify.RateLimited, classify.UsageCapped, classify.CreditsDepleted, classify.SpendCapReached,
			classify.ConnectionLimited, classify.Unavailable, classify.EdgeBlocked, classify.Timeout, classify.Canceled,
		} {
			if !strings.Contains(page, " "+string(want)+" ") && !strings.Contains(page, " "+string(want)+"\n") {
				t.Errorf("no %s", want)
			}
		}
	})
	t.Run("shows a trace with hints and the budget of each window", func(t *testing.T) {
		for _, want := range []string{
			"\nmorning digest ", "├─ GET /2/users/me ", "└─ POST /2/tweets ", "x_api.problem  Rate limit reached\n",
			"x_api.retry.verdict         after_reset\n", "https://docs.x.com/x-api/fundamentals/rate-limits\n",
			"\nGET /2/tweets/search/recent  15 min     0/450 ", "\nPOST /2/tweets               user 24 h  88/100 ",
			"\nPOST /2/tweets               app 24 h   9980/10000 ", "otelxapi.NewTransport(nil)",
		} {
			if !strings.Contains(page, want) {
				t.Errorf("no %q", want)
			}
		}
	})
	t.Run("holds no credential, id or query", func(t *testing.T) {
		for _, secret := range []string{"FAKE", "1111111111111111111", "golang", "Bearer", "OAuth oauth"} {
			if strings.Contains(page, secret) {
				t.Errorf("the page holds %q", secret)
			}
		}
	})
}

func TestColoursAreForTerminals(t *testing.T) {
	isolate(t)
	stdout, stderr, code := play(t, painter{colour: true}, schedule())
	if code != 0 {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	if !strings.Contains(stdout, "\x1b[31mcredits_depleted") || !strings.Contains(stdout, "\x1b[32mok") {
		t.Error("classes have no colours")
	}
	if strings.Count(stdout, "\x1b[0m")*2 != strings.Count(stdout, "\x1b[") {
		t.Error("a colour does not end")
	}
}

func TestAWrongClassIsReported(t *testing.T) {
	isolate(t)
	broken := scenario("not_found")
	broken.Class = classify.Gone
	_, stderr, code := play(t, painter{}, []plan{{"job", []act{played("me"), {Scenario: broken}}}})
	if code != 1 || !strings.Contains(flat(stderr), "GET /2/tweets/{id}: the span says not_found (error: true), the answer was gone (error: true)") {
		t.Errorf("exit status %d: %s", code, stderr)
	}
}

func TestAnErrorWhereSuccessWasExpectedIsReported(t *testing.T) {
	isolate(t)
	broken := scenario("not_found")
	broken.Class = classify.OK
	_, stderr, code := play(t, painter{}, []plan{{"job", []act{{Scenario: broken}}}})
	if code != 1 || !strings.Contains(flat(stderr), "the span says not_found (error: true), the answer was ok (error: false)") {
		t.Errorf("exit status %d: %s", code, stderr)
	}
}

func TestACallWithoutSpanIsReported(t *testing.T) {
	isolate(t)
	d, err := simulatedDay([]plan{{"job", []act{played("me"), played("post_lookup")}}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	request := d.jobs[0].calls[0].request
	d.jobs[0].calls[0].request = func(ctx context.Context) (*http.Request, error) {
		r, err := request(ctx)
		r.URL.Host = "not-x.example" // passes through the instrumentation untouched
		return r, err
	}
	_, stderr, code := runDay(t.Context(), painter{}, d)
	if code != 1 || !strings.Contains(flat(stderr), "2 requests were sent, but there are 1 client spans") {
		t.Errorf("exit status %d: %s", code, stderr)
	}
}

func TestALeakIsReportedAndNotShown(t *testing.T) {
	isolate(t)
	leaky := played("post_lookup")
	leaky.Path = "/2/tweets/1111111111111111111"
	stdout, stderr, code := play(t, painter{}, []plan{{"job about 1111111111111111111", []act{leaky}}})
	if code != 1 || !strings.Contains(flat(stderr), "the page shows a credential") {
		t.Errorf("exit status %d: %s", code, stderr)
	}
	if !strings.Contains(flat(stderr), "span 2 shows a credential") {
		t.Errorf("the span of the job leaks as well: %s", stderr)
	}
	if strings.Contains(stdout+stderr, "1111111111111111111") {
		t.Error("the leak is shown")
	}
}

func TestWhatARequestCarriesIsLookedFor(t *testing.T) {
	isolate(t)
	s := scenario("search_page")
	s.Query = "query=from%3Aexampledev%20cats"
	s.Auth = endpoint.AuthOAuth1User
	r, err := s.NewRequest(t.Context(), "https://api.x.com")
	if err != nil {
		t.Fatal(err)
	}
	post, err := scenario("post_created").NewRequest(t.Context(), "https://api.x.com")
	if err != nil {
		t.Fatal(err)
	}
	srv := xapitest.Start(t)
	w := &witness{base: srv.Transport()}
	for _, r := range []*http.Request{r, post} {
		resp, err := w.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	secrets := strings.Join(w.secrets(), "\n")
	for _, want := range []string{"1000000000000000001-FAKE", "from:exampledev cats", "from%3Aexampledev+cats", "\n" + strings.TrimPrefix(post.Header.Get("Authorization"), "Bearer ")} {
		if !strings.Contains("\n"+secrets, want) {
			t.Errorf("%q is not looked for", want)
		}
	}
	if w.count() != 2 {
		t.Errorf("%d requests", w.count())
	}
}

func TestAnUnknownScenarioIsRefused(t *testing.T) {
	isolate(t)
	if _, err := simulatedDay([]plan{{"job", []act{played("no_such_thing")}}}); err == nil || !strings.Contains(err.Error(), "no_such_thing") {
		t.Error(err)
	}
}

func TestAnInterruptEndsTheDay(t *testing.T) {
	isolate(t)
	d, err := simulatedDay([]plan{{"job", []act{{Scenario: scenario("canceled")}, played("me")}}}) // hangs until somebody gives up
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	ctx, interrupt := context.WithCancel(t.Context())
	base := d.base
	d.base = roundTripper(func(r *http.Request) (*http.Response, error) {
		interrupt()
		return base.RoundTrip(r)
	})
	stdout, stderr, code := runDay(ctx, painter{}, d)
	if code != 130 || stdout != "" || stderr != "interrupted\n" {
		t.Errorf("exit status %d: %s%s", code, stdout, stderr)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
