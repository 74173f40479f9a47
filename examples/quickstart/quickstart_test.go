package main

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// isolate takes the settings of the machine's user away from a test, and the
// budgets that tests before it have used: those belong to a meter provider.
func isolate(t *testing.T) {
	t.Helper()
	for _, name := range []string{"X_BEARER_TOKEN", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		t.Setenv(name, "")
	}
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider())
	t.Cleanup(func() { otel.SetMeterProvider(before) })
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
	code = run(ctx, &out, &errs, p, d, nil)
	return out.String(), errs.String(), code
}

// flat takes the line breaks out of a message.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestTheSimulatedDay(t *testing.T) {
	isolate(t)
	var stdout, stderr bytes.Buffer
	if code := start(t.Context(), nil, &stdout, &stderr, painter{}); code != 0 {
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
		if n := strings.Count(page, "\n"); n > 76 {
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
				want := string(a.Class)
				if a.Problem != "" {
					want += ": " + string(a.Problem)
				}
				if fields := " " + strings.Join(strings.Fields(lines[0]), " ") + " "; !strings.Contains(fields, " "+want+" ") {
					t.Errorf("want %s in %s", want, lines[0])
				}
				lines = lines[1:]
			}
		}
	})
	t.Run("shows what belongs to a day", func(t *testing.T) {
		for _, want := range []classify.Class{
			classify.OK, classify.ResourceNotFound, classify.DuplicateRules, classify.NotFound, classify.InvalidRequest, classify.UnsupportedAuthentication, classify.Unauthenticated,
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
			"\nGET /2/tweets/search/recent         15 min     0/450 ", "\nPOST /2/tweets                      user 24 h  88/100 ",
			" 200 partial\n", "x_api.problem  Resource does not exist\n", "x_api.rate_limit.low  0/450 left of 15m\n", "otelxapi.NewTransport(nil)",
		} {
			if !strings.Contains(page, want) {
				t.Errorf("no %q", want)
			}
		}
	})
	t.Run("says what the calls cost", func(t *testing.T) {
		// A user is $0.010, a post $0.005; the search has two posts and a user.
		for _, want := range []string{
			"\nCost $0.055 estimated by X's list prices of 2026-08-22, 5 resources returned: the dearest 3 of 5\n",
			"\nGET /2/tweets/search/recent  $0.020  2 resources\n", "\nPOST /2/tweets               $0.015\n",
			"\nGET /2/users/me              $0.010  1 resource\n", " upper bound",
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

func TestAWrongProblemInsideASuccessIsReported(t *testing.T) {
	isolate(t)
	for name, spoil := range map[string]func(*xapitest.Scenario){
		"its class":             func(s *xapitest.Scenario) { s.Problem = classify.ResourceUnauthorized },
		"the class of the call": func(s *xapitest.Scenario) { s.Class = classify.NoData },
		"that there is one":     func(s *xapitest.Scenario) { s.Class, s.Problem = classify.OK, "" },
	} {
		t.Run(name, func(t *testing.T) {
			broken := scenario("partial_not_found")
			spoil(&broken)
			_, stderr, code := play(t, painter{}, []plan{{"job", []act{{Scenario: broken}}}})
			if code != 1 || !strings.Contains(flat(stderr), "GET /2/tweets: the span says partial: resource_not_found (error: false), the answer was ") {
				t.Errorf("exit status %d: %s", code, stderr)
			}
		})
	}
}

func TestTheBudgetOfEachWindow(t *testing.T) {
	isolate(t)
	stdout, stderr, code := play(t, painter{}, []plan{{"job", []act{played("post_created")}}})
	if code != 0 {
		t.Errorf("exit status %d: %s", code, stderr)
	}
	for _, want := range []string{
		"Budget as the last call to each endpoint left it\n",
		"\nPOST /2/tweets  user 24 h  88/100 ", "\nPOST /2/tweets  15 min     99/100 ", "\nPOST /2/tweets  app 24 h   9980/10000 ",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
}

func TestADayWithoutCost(t *testing.T) {
	isolate(t)
	stdout, _, _ := play(t, painter{}, []plan{{"job", []act{played("not_found"), played("no_data_not_found")}}})
	if !strings.Contains(stdout, "\nCost $0.000 estimated by X's list prices of 2026-08-22, 0 resources returned\nWith includes") {
		t.Error(stdout)
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

func TestAWarningOfALowRateLimit(t *testing.T) {
	t.Parallel()
	left := []attribute.KeyValue{otelxapi.RateLimitWindowKey.String("app_24h"), otelxapi.RateLimitRemainingKey.Int(90), otelxapi.RateLimitLimitKey.Int(1000)}
	for want, kvs := range map[string][]attribute.KeyValue{
		"90/1000 left of app_24h":                 left,
		"90/1000 left of app_24h, empty in 1h1m":  append(left[:3:3], otelxapi.RateLimitExhaustionInKey.Float64(3660)),
		"90/1000 left of app_24h, empty in 2m5s":  append(left[:3:3], otelxapi.RateLimitExhaustionInKey.Float64(125)),
		"90/1000 left of app_24h, empty in 1m5s":  append(left[:3:3], otelxapi.RateLimitExhaustionInKey.Float64(64.9)),
		"90/1000 left of app_24h, empty in 1d6h":  append(left[:3:3], otelxapi.RateLimitExhaustionInKey.Float64(108000)),
		"90/1000 left of app_24h, empty in 500ms": append(left[:3:3], otelxapi.RateLimitExhaustionInKey.Float64(0.5)),
	} {
		if got := (event{attributes: newAttributes(kvs)}).low(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
