package endpoint_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/otelxapi/otelxapi/endpoint"
)

// TestTableIsTheOpenAPIDocument compares the table with X's own document, which
// is not part of this repository, where a copy lies beside it.
func TestTableIsTheOpenAPIDocument(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "openapi.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no copy of X's OpenAPI document beside the repository")
	} else if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(document); hex.EncodeToString(sum[:]) != endpoint.SpecSHA256 {
		t.Errorf("SpecSHA256 = %s, the document's is %x", endpoint.SpecSHA256, sum)
	}
	var spec struct {
		Info  struct{ Version string }
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Streaming   bool   `json:"x-twitter-streaming"`
			Security    []map[string][]string
			Responses   map[string]struct{ Content map[string]any }
		}
	}
	if err := json.Unmarshal(document, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.Info.Version != endpoint.SpecVersion {
		t.Errorf("SpecVersion = %s, the document's is %s", endpoint.SpecVersion, spec.Info.Version)
	}
	kinds := map[string]endpoint.AuthKind{
		"BearerToken": endpoint.AuthAppOnly, "OAuth2UserToken": endpoint.AuthOAuth2User, "UserToken": endpoint.AuthOAuth1User,
	}
	seen := make(map[string]bool)
	for path, item := range spec.Paths {
		for method, want := range item {
			op, template := endpoint.Match(strings.ToUpper(method), fill(path, "1111111111111111111"))
			if op == nil || template != path {
				t.Errorf("%s %s matches %q", method, path, template)
				continue
			}
			seen[op.ID] = true
			if op.ID != want.OperationID || op.Streaming != want.Streaming || op.Source != "" {
				t.Errorf("%s: ID %q, streaming %t, source %q, want %q, %t", op.Name, op.ID, op.Streaming, op.Source, want.OperationID, want.Streaming)
			}
			_, binary := want.Responses["200"].Content["application/octet-stream"]
			if op.Binary != binary {
				t.Errorf("%s: Binary = %t", op.Name, op.Binary)
			}
			if len(op.Auth) != len(want.Security) {
				t.Errorf("%s: %d ways to authenticate, want %d", op.Name, len(op.Auth), len(want.Security))
				continue
			}
			for i, alternative := range want.Security {
				for scheme, scopes := range alternative {
					slices.Sort(scopes)
					if a := op.Auth[i]; a.Kind != kinds[scheme] || !slices.Equal(a.Scopes, scopes) {
						t.Errorf("%s: way %d is %+v, want %s with %q", op.Name, i+1, a, scheme, scopes)
					}
				}
			}
		}
	}
	for _, op := range endpoint.Operations() {
		if !seen[op.ID] && op.Source == "" {
			t.Errorf("%s is not in the document and has no source", op.Name)
		}
	}
	if len(seen) != 178 {
		t.Errorf("the document has %d operations, want 178", len(seen))
	}
}

// TestLimitsAndPricesAreTheDocumentedOnes compares the hand-kept files with the
// collected tables beside the repository, where they are.
func TestLimitsAndPricesAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	type window struct {
		Limit   int `json:"limit"`
		Seconds int `json:"window_seconds"`
	}
	var limits struct {
		Current []struct {
			Method  string   `json:"method"`
			Path    string   `json:"openapi_path"`
			PerApp  []window `json:"per_app"`
			PerUser []window `json:"per_user"`
		}
	}
	var prices struct {
		PerResource map[string]float64 `json:"read_per_resource"`
		PerRequest  map[string]float64 `json:"write_per_request"`
	}
	for name, into := range map[string]any{"ratelimits.json": &limits, "pricing.json": &prices} {
		content, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", name))
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("no collected tables beside the repository")
		} else if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(content, into); err != nil {
			t.Fatal(err)
		}
	}
	type key struct {
		scope             endpoint.Scope
		requests, seconds int
	}
	documented := make(map[string]map[key]bool)
	for _, row := range limits.Current {
		if row.Path == "" {
			continue // not an operation of the OpenAPI document
		}
		all := make(map[key]bool)
		for _, w := range row.PerApp {
			all[key{endpoint.ScopeApp, w.Limit, w.Seconds}] = true
		}
		for _, w := range row.PerUser {
			all[key{endpoint.ScopeUser, w.Limit, w.Seconds}] = true
		}
		documented[row.Method+" "+row.Path] = all
	}
	for _, op := range endpoint.Operations() {
		if op.Source == "" {
			have := make(map[key]bool)
			for _, l := range op.Limits {
				have[key{l.Scope, l.Requests, int(l.Window.Seconds())}] = true
			}
			if !maps.Equal(have, documented[op.Name]) {
				t.Errorf("%s: limits %v, documented %v", op.Name, have, documented[op.Name])
			}
		}
		if unit := op.Billing.Unit; unit != "" {
			table := prices.PerRequest
			if op.Billing.PerResource {
				table = prices.PerResource
			}
			if _, priced := table[unit]; !priced {
				t.Errorf("%s: no documented price for %+v", op.Name, op.Billing)
			}
		}
	}
}
