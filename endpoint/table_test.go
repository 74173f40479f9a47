package endpoint_test

import (
	"cmp"
	"go/build"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

func TestOperationsAreSortedAndWhole(t *testing.T) {
	t.Parallel()
	operations := endpoint.Operations()
	if !slices.IsSortedFunc(operations, func(a, b *endpoint.Operation) int {
		return cmp.Or(cmp.Compare(a.Template, b.Template), cmp.Compare(a.Method, b.Method))
	}) {
		t.Error("Operations are not sorted by template, then method")
	}
	ids := make(map[string]bool)
	for _, op := range operations {
		if ids[op.ID] {
			t.Errorf("two operations have the ID %q", op.ID)
		}
		ids[op.ID] = true
		if endpoint.ByID(op.ID) != op {
			t.Errorf("ByID(%q) is another operation", op.ID)
		}
		if op.Name != op.Method+" "+op.Template {
			t.Errorf("%s: Name = %q", op.ID, op.Name)
		}
		for _, a := range op.Auth {
			if !slices.Contains([]endpoint.AuthKind{endpoint.AuthAppOnly, endpoint.AuthOAuth2User, endpoint.AuthOAuth1User}, a.Kind) {
				t.Errorf("%s: kind %q", op.ID, a.Kind)
			}
			if len(a.Scopes) > 0 && a.Kind != endpoint.AuthOAuth2User {
				t.Errorf("%s: %q has scopes", op.ID, a.Kind)
			}
			if !slices.IsSorted(a.Scopes) {
				t.Errorf("%s: scopes %q are not sorted", op.ID, a.Scopes)
			}
		}
		for _, l := range op.Limits {
			if l.Requests <= 0 || l.Scope != endpoint.ScopeApp && l.Scope != endpoint.ScopeUser ||
				l.Window != time.Second && l.Window != 15*time.Minute && l.Window != 24*time.Hour {
				t.Errorf("%s: limit %+v", op.ID, l)
			}
		}
		if op.Billing.PerResource && (op.Billing.Unit == "" || op.Method != "GET") {
			t.Errorf("%s: billing %+v", op.ID, op.Billing)
		}
	}
}

func TestOperationsIsTheCallersSlice(t *testing.T) {
	t.Parallel()
	endpoint.Operations()[0] = nil
	if endpoint.Operations()[0] == nil {
		t.Error("writing to the result of Operations changes the table")
	}
}

func TestByIDOfNoOperation(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "getpostsbyid", "nothing"} {
		if op := endpoint.ByID(id); op != nil {
			t.Errorf("ByID(%q) = %s, want nil", id, op.ID)
		}
	}
}

func TestDocumentedFactsOfOperations(t *testing.T) {
	t.Parallel()
	tests := []struct {
		id     string
		auth   []endpoint.AuthKind
		scopes []string
		limits []endpoint.Limit
		unit   endpoint.Billing
	}{
		{
			id:     "getPostsById",
			auth:   []endpoint.AuthKind{endpoint.AuthOAuth2User, endpoint.AuthOAuth1User, endpoint.AuthAppOnly},
			scopes: []string{"tweet.read", "users.read"},
			limits: []endpoint.Limit{
				{Scope: endpoint.ScopeApp, Requests: 450, Window: 15 * time.Minute},
				{Scope: endpoint.ScopeUser, Requests: 900, Window: 15 * time.Minute},
			},
			unit: endpoint.Billing{Unit: "post", PerResource: true},
		},
		{
			id:     "createPosts",
			auth:   []endpoint.AuthKind{endpoint.AuthOAuth2User, endpoint.AuthOAuth1User},
			scopes: []string{"tweet.read", "tweet.write", "users.read"},
			limits: []endpoint.Limit{
				{Scope: endpoint.ScopeApp, Requests: 10000, Window: 24 * time.Hour},
				{Scope: endpoint.ScopeUser, Requests: 100, Window: 15 * time.Minute},
			},
			unit: endpoint.Billing{Unit: "post_create"},
		},
		{
			id:   "searchPostsAll",
			auth: []endpoint.AuthKind{endpoint.AuthAppOnly},
			limits: []endpoint.Limit{
				{Scope: endpoint.ScopeApp, Requests: 1, Window: time.Second},
				{Scope: endpoint.ScopeApp, Requests: 300, Window: 15 * time.Minute},
				{Scope: endpoint.ScopeUser, Requests: 1, Window: time.Second},
			},
			unit: endpoint.Billing{Unit: "post", PerResource: true},
		},
		{
			id:   "createWebhooks",
			auth: []endpoint.AuthKind{endpoint.AuthOAuth1User, endpoint.AuthAppOnly},
			limits: []endpoint.Limit{
				{Scope: endpoint.ScopeApp, Requests: 450, Window: 15 * time.Minute},
			},
		},
		{id: "getOpenApiSpec"},
		{id: "createOAuth2Token"},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			op := endpoint.ByID(test.id)
			if op == nil {
				t.Fatal("no such operation")
			}
			var kinds []endpoint.AuthKind
			var scopes []string
			for _, a := range op.Auth {
				kinds, scopes = append(kinds, a.Kind), append(scopes, a.Scopes...)
			}
			if !slices.Equal(kinds, test.auth) || !slices.Equal(scopes, test.scopes) {
				t.Errorf("Auth = %+v, want %q with scopes %q", op.Auth, test.auth, test.scopes)
			}
			if !slices.Equal(op.Limits, test.limits) {
				t.Errorf("Limits = %+v, want %+v", op.Limits, test.limits)
			}
			if op.Billing != test.unit {
				t.Errorf("Billing = %+v, want %+v", op.Billing, test.unit)
			}
		})
	}
}

func TestAccepts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		id   string
		kind endpoint.AuthKind
		want bool
	}{
		{"searchPostsAll", endpoint.AuthAppOnly, true},
		{"searchPostsAll", endpoint.AuthBearer, true},
		{"searchPostsAll", endpoint.AuthOAuth2User, false},
		{"searchPostsAll", endpoint.AuthOAuth1User, false},
		{"searchPostsAll", endpoint.AuthNone, false},
		{"createUsersBookmark", endpoint.AuthBearer, true},
		{"createUsersBookmark", endpoint.AuthAppOnly, false},
		{"createUsersBookmark", endpoint.AuthBasic, false},
		{"mediaUploadV1", endpoint.AuthBearer, false},
		{"createOAuth2Token", endpoint.AuthBasic, true},
		{"createOAuth2Token", endpoint.AuthNone, true},
		{"createOAuth1AccessToken", endpoint.AuthOAuth1User, true},
		{"getOpenApiSpec", endpoint.AuthNone, true},
	}
	for _, test := range tests {
		if got := endpoint.ByID(test.id).Accepts(test.kind); got != test.want {
			t.Errorf("%s: Accepts(%q) = %t, want %t", test.id, test.kind, got, test.want)
		}
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	want := []string{"api.x.com", "api.twitter.com", "upload.x.com", "upload.twitter.com"}
	endpoint.Hosts()[0] = "changed"
	if got := endpoint.Hosts(); !slices.Equal(got, want) {
		t.Errorf("Hosts() = %q, want %q", got, want)
	}
}

func TestStreamRuleAgreesWithTheTable(t *testing.T) {
	t.Parallel()
	streams := 0
	for _, op := range endpoint.Operations() {
		if op.Method != "GET" {
			continue
		}
		if op.Streaming {
			streams++
		}
		if got := endpoint.IsStreamPath(op.Template); got != op.Streaming {
			t.Errorf("IsStreamPath(%q) = %t, but the operation's Streaming is %t", op.Template, got, op.Streaming)
		}
	}
	if streams < 16 {
		t.Errorf("the table has %d streams, want the 15 of X's OpenAPI 2.167 and powerstream", streams)
	}
}

func TestIsStreamPath(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path string
		want bool
	}{
		{"/2/tweets/new/stream", true},
		{"/2/tweets/new/stream/", true},
		{"/2/tweets/new/stream/lang/de", true},
		{"/2/powerstream", true},
		{"/2/tweets/new/stream/rules", false},
		{"/2/tweets/new/stream/rules/counts", false},
		{"/2/powerstream/rules", false},
		{"/2/livestream", false},
		{"/2/tweets/stream/lang", false},
		{"/2/tweets/streams", false},
		{"/", false},
		{"", false},
	}
	for _, test := range tests {
		if got := endpoint.IsStreamPath(test.path); got != test.want {
			t.Errorf("IsStreamPath(%q) = %t, want %t", test.path, got, test.want)
		}
	}
}

func TestImportsTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "../internal/genendpoint"} {
		p, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range p.Imports {
			// Only the standard library has paths whose first element has no dot.
			if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") || path == "C" {
				t.Errorf("%s imports %s", p.Name, path)
			}
		}
	}
}
