package e2e

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi/xapitest"
)

// secrets are credentials in the forms that X has, all of them invented.
var secrets = map[string]string{
	"app-only token":      "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI",
	"header":              "Bearer ZXhhbXBsZS1pbnZlbnRlZC10b2tlbjoxMjM0",
	"basic credentials":   "Basic aW52ZW50ZWQ6c2VjcmV0LXNlY3JldA==",
	"OAuth 1.0a token":    "1111111111-inventedInventedInventedInventedInvent",
	"OAuth 1.0a header":   `OAuth oauth_consumer_key="inventedkey", oauth_signature="aW52ZW50ZWQ%3D"`,
	"refresh token":       "refresh_token=aW52ZW50ZWRyZWZyZXNo",
	"query of a redirect": "https://api.x.com/2/users/me?access_token=aW52ZW50ZWRhY2Nlc3M&max_results=5",
	"client secret":       `{"client_secret":"aW52ZW50ZWRzZWNyZXQ"}`,
	"user token":          base64.RawURLEncoding.EncodeToString([]byte("invented-invented-invented:1700000000000:1:1:at:1")),
	"user token, longer":  base64.RawURLEncoding.EncodeToString([]byte("invented-invented-invented-:1700000000000:1:1:at:1")),
	"user's refresh":      base64.RawURLEncoding.EncodeToString([]byte("invented-invented-invented--:1700000000000:1:1:rt:1")),
	"session cookie":      "auth_token=0123456789abcdef0123456789abcdef01234567",
}

// pieces are what must be found nowhere.
var pieces = []string{
	"aW52ZW50ZWQtaW52", "MLheAAAAAAA0", "ZXhhbXBsZS1p", "aW52ZW50", "inventedInvented", "inventedkey", "0123456789abcdef",
	"swordfish",
}

// Somebody may put a credential on a span next to the library's, or turn the
// library's own care off.
func TestSecretsDoNotPassTheCollector(t *testing.T) {
	store := startStore(t)
	ports := startCollector(t, store, nil, `yaml:{processors: {tail_sampling: {policies: [{name: all, type: always_sample}]}}}`)
	p := startProgram(t, ports, xapitest.Start(t))
	tracer := p.Tracers.Tracer("github.com/otelxapi/otelxapi")
	for what, secret := range secrets {
		_, span := tracer.Start(t.Context(), "GET "+secret, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
			attribute.String("note", "before "+secret+" after"), attribute.String("url.full", secret),
			attribute.StringSlice("list", []string{"one", secret}), attribute.String("url.template", "/2/tweets"),
		))
		span.AddEvent("told", trace.WithAttributes(attribute.String("exception.message", secret)))
		span.SetStatus(codes.Error, "failed with "+secret)
		span.SetAttributes(attribute.String("what", what))
		span.End()
	}
	for i, key := range []string{"http.request.header.authorization", "db.password", "x.api_key", "cookie", "oauth_token", "http.request.header.set-cookie", "x-api-key", "accessToken", "user.token"} {
		_, span := tracer.Start(t.Context(), fmt.Sprint("key ", i))
		span.SetAttributes(attribute.String(key, "swordfish"))
		span.AddEvent("told", trace.WithAttributes(attribute.String(key, "swordfish")))
		span.End()
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := len(secrets) + 9
	for deadline := time.Now().Add(time.Minute); len(store.Spans()) < want; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d spans came", len(store.Spans()), want)
		}
	}
	pages := get(t, "http://"+ports.Spans+"/metrics") + get(t, "http://"+ports.Prometheus+"/metrics")
	for _, piece := range pieces {
		if strings.Contains(pages, piece) {
			t.Errorf("%q is on the metrics' pages", piece)
		}
	}
	for _, s := range store.Spans() {
		text := fmt.Sprint(s.Name(), s.Status().Message(), s.Attributes().AsRaw())
		for _, e := range s.Events().All() {
			text += fmt.Sprint(e.Name(), e.Attributes().AsRaw())
		}
		for _, piece := range pieces {
			if strings.Contains(text, piece) {
				t.Errorf("%q passed:\n%s", piece, text)
			}
		}
	}
}
