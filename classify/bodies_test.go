package classify

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelxapi/otelxapi/endpoint"
)

// observedBodies says what the collected bodies of X must give. The bodies are
// X's and stay outside the repository; the test runs where they are at hand.
var observedBodies = map[string]struct {
	class   Class
	verdict Verdict
	kind    endpoint.AuthKind // how the request was authenticated, if it matters
}{
	"01-credits-depleted-legacy.json":           {class: CreditsDepleted, verdict: VerdictNever},
	"02-credits-depleted-2026.json":             {class: CreditsDepleted, verdict: VerdictNever},
	"04-spend-cap-2026.json":                    {class: SpendCapReached, verdict: VerdictNever},
	"06-too-many-connections.json":              {class: ConnectionLimited, verdict: VerdictBackoff},
	"07-stream-no-rules.json":                   {class: NoRules, verdict: VerdictNever},
	"08-operational-disconnect-inband.json":     {class: StreamDisconnected, verdict: VerdictReconnect},
	"09-operational-disconnect-toplevel.json":   {class: StreamDisconnected, verdict: VerdictReconnect},
	"10-upstream-operational-disconnect.json":   {class: StreamDisconnected, verdict: VerdictReconnect},
	"11-client-not-enrolled-2021.json":          {class: ClientForbidden, verdict: VerdictNever},
	"13-client-forbidden-docs.json":             {class: ClientForbidden, verdict: VerdictNever},
	"14-unsupported-auth-app-only.json":         {class: UnsupportedAuthentication, verdict: VerdictNever, kind: endpoint.AuthAppOnly},
	"15-unsupported-auth-oauth1.json":           {class: UnsupportedAuthentication, verdict: VerdictNever, kind: endpoint.AuthOAuth1User},
	"17-forbidden-about-blank.json":             {class: MissingScope, verdict: VerdictNever, kind: endpoint.AuthOAuth2User},
	"18-unauthorized-about-blank.json":          {class: Unauthenticated, verdict: VerdictNever},
	"19-too-many-requests-about-blank.json":     {class: RateLimited, verdict: VerdictBackoff},
	"20-rate-limit-code-88.json":                {class: RateLimited, verdict: VerdictBackoff},
	"21-service-unavailable-about-blank.json":   {class: Unavailable, verdict: VerdictBackoff},
	"23-invalid-request-unknown-parameter.json": {class: InvalidRequest, verdict: VerdictNever},
	"24-invalid-request-operator.json":          {class: ClientForbidden, verdict: VerdictNever},
	"25-invalid-request-two-errors.json":        {class: InvalidRequest, verdict: VerdictNever},
	"26-media-content-type.json":                {class: InvalidRequest, verdict: VerdictNever},
	"28-media-bad-request-not-found.json":       {class: NotFound, verdict: VerdictNever},
	"29-media-type-unrecognized.txt":            {class: InvalidRequest, verdict: VerdictNever},
	"31-partial-not-authorized-no-data.json":    {class: NoData},
	"32-partial-data-and-errors.json":           {class: Partial},
	"33-v1-453-access-subset.json":              {class: ClientForbidden, verdict: VerdictNever},
	"34-v1-220-credentials.json":                {class: UnsupportedAuthentication, verdict: VerdictNever},
	"35-v1-89-invalid-token.json":               {class: Unauthenticated, verdict: VerdictNever},
	"36-v1-32-could-not-authenticate.json":      {class: Unauthenticated, verdict: VerdictNever},
	"37-v1-34-page-does-not-exist.json":         {class: NotFound, verdict: VerdictNever},
	"39-v1-request-error-string.json":           {class: ResourceUnauthorized, verdict: VerdictNever},
	"40-oauth2-invalid-request.json":            {class: Unauthenticated, verdict: VerdictNever, kind: endpoint.AuthBasic},
	"41-oauth2-unauthorized-client.json":        {class: Unauthenticated, verdict: VerdictNever, kind: endpoint.AuthNone},
	"43-callback-415.json":                      {class: AppPermissions, verdict: VerdictNever},
	"44-empty-404.txt":                          {class: UnknownRoute, verdict: VerdictNever},
	"45-cloudflare-403.html":                    {class: EdgeBlocked, verdict: VerdictNever},
	"47-community-notes-duplicate.json":         {class: DuplicateContent, verdict: VerdictNever},
	"50-forbidden-not-permitted.json":           {class: Forbidden, verdict: VerdictNever},
	"54-powerstream-connection-metadata.json":   {class: OK},
	"56-usage-tweets-ok.json":                   {class: OK},
	"57-max-results-range.json":                 {class: InvalidRequest, verdict: VerdictNever},
}

func TestEveryCollectedBody(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "..", "shared", "data", "bodies")
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Skip("no collected bodies here")
	}
	var manifest []struct {
		File        string
		Status      int
		ContentType string `json:"content_type"`
		Headers     map[string]string
		Endpoint    string
		StreamLine  bool `json:"stream_line"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	classified, absent := 0, 0
	for _, m := range manifest {
		body, err := os.ReadFile(filepath.Join(dir, m.File))
		if err != nil {
			absent++
			continue
		}
		want, ok := observedBodies[m.File]
		if !ok {
			t.Errorf("%s: nothing says what it must give", m.File)
			continue
		}
		classified++
		var r Result
		if m.StreamLine {
			r, ok = StreamLine(append(body, '\r', '\n'))
			if !ok {
				r = ResultOf(OK)
			}
		} else {
			h := http.Header{}
			for k, v := range m.Headers {
				h.Set(k, v)
			}
			h.Del("Content-Encoding") // the files are not compressed
			h.Del("Content-Length")
			if m.ContentType != "" {
				h.Set("Content-Type", m.ContentType)
			}
			// Some entries name several endpoints: the first is meant.
			first, _, _ := strings.Cut(m.Endpoint, ",")
			method, path, _ := strings.Cut(first, " ")
			path, _, _ = strings.Cut(path, "?")
			path = strings.NewReplacer("{id}", "1111111111111111111", "{username}", "somebody").Replace(path)
			r = Classify(Input{Method: method, Path: path, Status: m.Status, Header: h, Body: body, Auth: Auth{Kind: want.kind}})
		}
		t.Logf("%-44s %d %-26s %s", m.File, m.Status, r.Class, r.Retry.Verdict)
		if r.Class != want.class || r.Retry.Verdict != want.verdict {
			t.Errorf("%s: got %s, %q; want %s, %q", m.File, r.Class, r.Retry.Verdict, want.class, want.verdict)
		}
		if r.Class.IsError() && r.Hint.Text == "" {
			t.Errorf("%s: no hint", m.File)
		}
	}
	t.Logf("%d classified, %d absent", classified, absent)
	if classified == 0 {
		t.Error("the manifest named no body that is there")
	}
}
