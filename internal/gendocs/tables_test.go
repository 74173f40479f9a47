package main

import (
	"testing"

	"github.com/otelxapi/otelxapi/endpoint"
)

func TestOptionTable(t *testing.T) {
	t.Parallel()
	options, err := readOptions(parse(t, `
// WithHosts adds hosts to X. A host
// without a port stands for all.
func WithHosts(hosts ...string) Option { return nil }

func newConfig() {}

// WithFilter leaves out what f refuses.
func WithFilter(f func(*http.Request) bool) Option { return nil }
`))
	if err != nil {
		t.Fatal(err)
	}
	const want = "| Option | What it does |\n|---|---|\n" +
		"| `WithHosts(hosts ...string)` | Adds hosts to X. |\n" +
		"| `WithFilter(f func(*http.Request) bool)` | Leaves out what f refuses. |\n"
	if got := optionTable(&facts{options: options}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestEndpointCount(t *testing.T) {
	t.Parallel()
	got := endpointCount(&facts{operations: []*endpoint.Operation{
		{Template: "/2/tweets"},
		{Template: "/2/tweets", Method: "POST"},
		{Template: "/2/tweets/search/stream", Streaming: true},
		{Template: "/1.1/a", Source: "a page"},
	}})
	if want := "3 operations of X's OpenAPI document " + endpoint.SpecVersion +
		" and 1 more that X documents elsewhere or that clients still use: 3 path templates, 1 streams.\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
