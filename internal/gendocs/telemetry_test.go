package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

func parse(t *testing.T, source string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

const declarations = `
const (
	// ErrorTypeKey is the class, "ok" or worse. See [Class] for
	// all of them.
	//
	// Type: string. When: the class is an error. On: span, metric.
	ErrorTypeKey = semconv.ErrorTypeKey
)

const prefix = "x_api."

const (
	// ReasonKey says why X refused, as <slug>|none.
	//
	// It is scrubbed.
	//
	// Type: string. When: the verdict is not "never" and
	// the delay is known. On: span,
	// event.
	ReasonKey = attribute.Key(prefix + "problem.reason")
)

// eventProblem says what a call means.
const eventProblem = prefix + "problem"

// metricProblems counts problems.
//
// Instrument: counter. Unit: {problem}. Attributes: error.type, url.template.
// Query: rate(x_api_problems_total[5m]) > 0.1
const metricProblems = prefix + "problems"

const otherMethod = "_OTHER"
`

func TestTablesOfTelemetry(t *testing.T) {
	t.Parallel()
	telemetry, err := readTelemetry(parse(t, declarations))
	if err != nil {
		t.Fatal(err)
	}
	f := &facts{telemetry: telemetry}
	for _, tt := range []struct{ name, got, want string }{
		{"brief attributes have the first sentence", briefAttributes(f), strings.Join([]string{
			"| Attribute | Type | On | When | What |",
			"|---|---|---|---|---|",
			"| `error.type` | string | span, metric | the class is an error | The class, `ok` or worse. |",
			"| `x_api.problem.reason` | string | span, event | the verdict is not `never` and the delay is known | Why X refused, as &lt;slug&gt;\\|none. |",
			"",
		}, "\n")},
		{"full attributes have every sentence and are split", fullAttributes(f), strings.Join([]string{
			"### OpenTelemetry's own",
			"",
			"| Attribute | Type | On | When | What |",
			"|---|---|---|---|---|",
			"| `error.type` | string | span, metric | the class is an error | The class, `ok` or worse. See `Class` for all of them. |",
			"",
			"### X's",
			"",
			"| Attribute | Type | On | When | What |",
			"|---|---|---|---|---|",
			"| `x_api.problem.reason` | string | span, event | the verdict is not `never` and the delay is known | Why X refused, as &lt;slug&gt;\\|none. It is scrubbed. |",
			"",
		}, "\n")},
		{"events", eventTable(f), strings.Join([]string{
			"| Event | What |",
			"|---|---|",
			"| `x_api.problem` | What a call means. |",
			"",
			"Attributes of the events: `x_api.problem.reason`.",
			"",
		}, "\n")},
		{"metrics begin with otelhttp's", metricTable(f), strings.Join([]string{
			"| Metric | Instrument | Unit | Attributes | What | Example (PromQL) |",
			"|---|---|---|---|---|---|",
			"| `http.client.request.duration` | histogram | `s` | `error.type` | Duration of HTTP client requests. | `histogram_quantile(0.99, sum by (le, url_template) (rate(http_client_request_duration_seconds_bucket{url_template!=\"\"}[5m])))` |",
			"| `x_api.problems` | counter | `{problem}` | `error.type`, `url.template` | Counts problems. | `rate(x_api_problems_total[5m]) > 0.1` |",
			"",
		}, "\n")},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, tt.got, tt.want)
		}
	}
}

func TestReadTelemetryRefuses(t *testing.T) {
	t.Parallel()
	const fields = "\n//\n// Type: string. When: always. On: span.\n"
	for name, tt := range map[string]struct{ source, want string }{
		"an unknown key of the semantic conventions": {
			"// AKey is a." + fields + "const AKey = semconv.NoSuchKey", "AKey: semconv.NoSuchKey is not in semconvKeys"},
		"a key without a comment": {
			`const AKey = attribute.Key("a")`, "AKey: the comment does not end"},
		"a key without columns": {
			"// AKey is a.\nconst AKey = semconv.URLFullKey", "does not end with a paragraph"},
		"a type that OpenTelemetry lacks": {
			"// AKey is a.\n//\n// Type: number. When: always. On: span.\nconst AKey = semconv.URLFullKey", "does not end with a paragraph"},
		"a signal that does not exist": {
			"// AKey is a.\n//\n// Type: int. When: always. On: spam.\nconst AKey = semconv.URLFullKey", "does not end with a paragraph"},
		"a comment about another name": {
			"// BKey is a." + fields + "const AKey = semconv.URLFullKey", "does not begin with the name"},
		"a comment of columns only": {
			"// Type: int. When: always. On: span.\nconst AKey = semconv.URLFullKey", "does not begin with the name"},
		"a key that is not a key": {
			"// AKey is a." + fields + `const AKey = "a"`, "neither semconv.XKey nor"},
		"a key made of something else": {
			"// AKey is a." + fields + "const AKey = attribute.Key(other + \"a\")", "not made of string literals"},
		"a prefix that is declared too late": {
			"// AKey is a." + fields + "const AKey = attribute.Key(prefix + \"a\")\nconst prefix = \"p.\"", "not made of string literals"},
		"two keys with one comment": {
			"// AKey is a." + fields + "const AKey, BKey = semconv.URLFullKey, semconv.URLFullKey", "declare it alone"},
		"a metric without a unit": {
			"// metricA counts.\n//\n// Instrument: counter.\nconst metricA = \"a\"", `metricA: the comment does not end`},
		"a file without keys": {
			"const a = 1", "no constant whose name ends in Key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := readTelemetry(parse(t, tt.source)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestFirstSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                   "",
		"No period":                          "No period",
		"One. Two.":                          "One.",
		"Sends it to X. The default is not.": "Sends it to X.",
		"Hosts of api.x.com, e.g. one. Two.": "Hosts of api.x.com, e.g. one.",
		"What f returns. f must not change.": "What f returns.",
	} {
		if got := firstSentence(text); got != want {
			t.Errorf("firstSentence(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"a_b", "https://x/<slug>" or "two words"`: "`a_b`, `https://x/<slug>` or \"two words\"",
		"see [WithHosts] and [1]":                  "see `WithHosts` and [1]",
		`"*.fields" but 2 * 3 < 7`:                 "`*.fields` but 2 \\* 3 &lt; 7",
	} {
		if got := markdown(text); got != want {
			t.Errorf("markdown(%q) = %q, want %q", text, got, want)
		}
	}
}
