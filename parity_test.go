package otelxapi_test

import (
	"errors"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelxapi/otelxapi"
)

// The HTTP conventions are otelhttp's: what it says of an exchange we say too,
// but for a written list of differences.
func TestTheStandardAttributesAreThoseOfOtelhttp(t *testing.T) {
	t.Parallel()
	// Not ours: the raw URL, the status code as error.type, and what says
	// nothing (the name of a protocol that is always "http").
	differ := []attribute.Key{otelxapi.URLFullKey, otelxapi.ErrorTypeKey, otelxapi.ProtocolNameKey}
	tests := map[string]struct {
		method, url string
		base        http.RoundTripper
	}{
		"a success":                    {"GET", benchURL, newCannedX()},
		"a refusal":                    {"POST", "https://api.x.com/2/tweets", answer(403, http.NoBody)},
		"another port":                 {"GET", "http://127.0.0.1:8080/2/tweets/1", newCannedX()},
		"the scheme's own port":        {"GET", "https://api.x.com:443/2/tweets/1", newCannedX()},
		"a method in lower case":       {"get", benchURL, newCannedX()},
		"a method that HTTP has not":   {"FROBNICATE", benchURL, newCannedX()},
		"a status that HTTP has not":   {"GET", benchURL, answer(777, http.NoBody)},
		"a path that X does not know":  {"GET", "https://api.x.com/nowhere", answer(404, http.NoBody)},
		"another method on X's path":   {"PATCH", "https://api.x.com/2/tweets/1", answer(404, http.NoBody)},
		"the error that net/http gave": {"GET", benchURL, roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("no") })},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			theirs, ours := newRecorder(), newRecorder()
			for _, transport := range []http.RoundTripper{
				otelhttp.NewTransport(tt.base, otelhttp.WithTracerProvider(theirs.traces), otelhttp.WithMeterProvider(theirs.meters)),
				ours.transport(tt.base),
			} {
				r := newGet(t, tt.url)
				r.Method = tt.method
				if res, err := transport.RoundTrip(r); err == nil {
					res.Body.Close()
				}
			}
			got := ours.span(t)
			for _, want := range theirs.span(t).Attributes() {
				if !slices.Contains(differ, want.Key) && !slices.Contains(got.Attributes(), want) {
					t.Errorf("otelhttp says %s=%v, we say %s", want.Key, want.Value.AsInterface(), attributeText(got.Attributes()))
				}
			}
			if a, b := got.Status().Code, theirs.span(t).Status().Code; a != b || got.SpanKind() != theirs.span(t).SpanKind() {
				t.Errorf("status %v, otelhttp says %v", a, b)
			}
		})
	}
}

func TestMalformedHeadersAreAbsent(t *testing.T) {
	t.Parallel()
	for _, v := range []string{"-1", "1, 2", "9223372036854775808", "", " ", "1e3", "0x10", "NaN", "1;2", strings.Repeat("9", 1<<16)} {
		for _, status := range []int{200, 429} {
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				res, err := newCannedX().RoundTrip(r)
				res.StatusCode = status
				res.Header = http.Header{}
				for _, name := range []string{
					"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset", "X-App-Limit-24hour-Remaining",
					"X-User-Limit-24hour-Reset", "X-Response-Time", "Date", "Retry-After",
				} {
					res.Header.Set(name, v)
				}
				return res, err
			})
			rec := newRecorder()
			exchange(t, rec.transport(base, otelxapi.WithServerInfo()), newGet(t, benchURL))
			if got := attributeText(rec.span(t).Attributes()); strings.Contains(got, "x_api.rate_limit") || strings.Contains(got, "server.duration") || strings.Contains(got, "skew") {
				t.Errorf("%.20q, %d: %s", v, status, got)
			}
		}
	}
}

// What every user carries stays light: the OpenTelemetry API and otelhttp, and
// no SDK.
func TestProductionCodeDoesNotImportTheSDK(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".", "./classify", "./endpoint", "./statspage", "./xapitest").Output()
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(pkg, "go.opentelemetry.io/otel/sdk") || strings.HasPrefix(pkg, "google.golang.org/") || pkg == "testing" {
			t.Errorf("%s is imported", pkg)
		}
	}
}
