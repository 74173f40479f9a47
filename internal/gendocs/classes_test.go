package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

var catalog = classify.CatalogDoc{
	Classes: []classify.ClassInfo{
		{Class: classify.OK, Family: "ok"},
		{
			Class: classify.RateLimited, Family: "pace", Verdict: classify.VerdictAfterReset,
			Backoff: classify.Backoff{Kind: classify.BackoffExponential, Initial: time.Minute},
			Hint:    classify.Hint{Title: "Rate limit reached", Text: "Wait.", URL: "https://docs.x.com/b", Owner: classify.OwnerAppSettings},
		},
	},
	Statuses: []classify.StatusInfo{
		{Status: 200, Text: "OK", Class: classify.OK, Means: "Success."},
		{Status: 429, Text: "Too Many Requests", Class: classify.RateLimited, Means: "Too much."},
	},
	Types:       []classify.TypeInfo{{Slug: "rate-limit-exceeded", Class: classify.RateLimited, Means: "Rare."}},
	Codes:       []classify.CodeInfo{{Code: 88, Class: classify.RateLimited, Means: "Used up."}},
	OAuthErrors: []classify.OAuthErrorInfo{{Error: "slow_down", Class: classify.RateLimited, Means: "Slower."}},
	Issues:      []classify.MemberInfo{{Value: "TooMany", Class: classify.RateLimited}},
	Disconnects: []classify.MemberInfo{{Value: "Force", Class: classify.RateLimited}},
}

func TestBriefClasses(t *testing.T) {
	t.Parallel()
	const want = "| Class | Meaning | Retry | Who acts |\n|---|---|---|---|\n" +
		"| [`ok`](docs/classes.md#ok) | Success |  |  |\n" +
		"| [`rate_limited`](docs/classes.md#rate_limited) | Rate limit reached | after the reset, else back-off, exponential from 1 min | app settings |\n"
	if got := briefClasses(&facts{catalog: catalog}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFullClasses(t *testing.T) {
	t.Parallel()
	want := strings.Join([]string{
		"| Class | Family | Who acts | Retry | What it means |",
		"|---|---|---|---|---|",
		"| [`ok`](#ok) | ok |  |  | Success |",
		"| [`rate_limited`](#rate_limited) | pace | app settings | after the reset, else back-off, exponential from 1 min | Rate limit reached |",
		"",
		"## Family: ok",
		"",
		"### `ok`",
		"",
		"**Success.** Spans of this class have no `error.type`.",
		"",
		"Retry: nothing to repeat. Who acts: nobody.",
		"",
		"- Status `200 OK`: Success.",
		"",
		"## Family: pace",
		"",
		"### `rate_limited`",
		"",
		"**Rate limit reached.** Wait. [X's documentation](https://docs.x.com/b)",
		"",
		"Retry: after the reset, else back-off, exponential from 1 min. Who acts: app settings.",
		"",
		"- Status `429 Too Many Requests`: Too much.",
		"- Problem type `rate-limit-exceeded`: Rare.",
		"- `connection_issue` `TooMany`",
		"- `disconnect_type` `Force`",
		"- Code `88`: Used up.",
		"- OAuth error `slow_down`: Slower.",
		"",
	}, "\n")
	if got := fullClasses(&facts{catalog: catalog}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Links to a class work only if its heading has an anchor of its own.
func TestEveryClassHasAnAnchorOfItsOwn(t *testing.T) {
	t.Parallel()
	text := fullClasses(&facts{catalog: classify.Catalog()})
	seen := map[string]int{}
	for _, m := range regexp.MustCompile("(?m)^#+ (.*)$").FindAllStringSubmatch(text, -1) {
		anchor := strings.NewReplacer("`", "", ":", "", " ", "-").Replace(strings.ToLower(m[1]))
		seen[anchor]++
	}
	for _, c := range classify.Catalog().Classes {
		if n := seen[string(c.Class)]; n != 1 {
			t.Errorf("%d headings have the anchor #%s", n, c.Class)
		}
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]classify.ClassInfo{
		"":                {},
		"never":           {Verdict: classify.VerdictNever},
		"after the reset": {Verdict: classify.VerdictAfterReset},
		"reconnect, linear from 250 ms to 16 s": {Verdict: classify.VerdictReconnect,
			Backoff: classify.Backoff{Kind: classify.BackoffLinear, Initial: 250 * time.Millisecond, Max: 16 * time.Second}},
		"back-off, exponential from 5 s to 320 s": {Verdict: classify.VerdictBackoff,
			Backoff: classify.Backoff{Kind: classify.BackoffExponential, Initial: 5 * time.Second, Max: 320 * time.Second}},
	} {
		if got := retry(c); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
