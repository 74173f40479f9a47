package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// page is one of an alert about a class, quietPage one about none.
const (
	page = "# XApiGone\n\nSeverity: critical. Family: request. Class: `gone`.\n\n" +
		"X has turned an endpoint off. It stays so,\nfor ever.\n\n" +
		"## See it\n\nTags `error.type=gone`, event `x_api.problem`.\n\n## Do\n\n1. Move.\n\n## Hints\n\n" +
		beginMark + "hints gone" + markTail + "\n" + endMark + "hints gone" + markTail + "\n\n" +
		"## Tell\n\nNobody.\n\n## When it is over\n\nNever.\n"

	quietPage = "# XApiQuiet\n\nSeverity: info. Family: telemetry.\n\nNothing is heard.\n\n" +
		"## See it\n\nNo.\n\n## Do\n\n1. Listen.\n\n## Tell\n\nNobody.\n\n## When it is over\n\nSoon.\n"
)

func TestRunbookGetsTheHintsOfItsClasses(t *testing.T) {
	t.Parallel()
	r, err := parseRunbook("XApiGone", page)
	if err != nil {
		t.Fatal(err)
	}
	doc := classify.CatalogDoc{Classes: []classify.ClassInfo{{
		Class: classify.Gone, Verdict: classify.VerdictBackoff,
		Backoff: classify.Backoff{Kind: classify.BackoffLinear, Initial: time.Second},
		Hint:    classify.Hint{Title: "Retired", Text: "Use <v2>.", URL: "https://docs.x.com/a", Owner: classify.OwnerAppSettings},
	}}}
	got, err := r.make(page, doc, names{"x_api.problem": true})
	if err != nil {
		t.Fatal(err)
	}
	const want = "\n\n- `gone`: **Retired.** Use &lt;v2&gt;. Retry: back-off, linear from 1 s. Who acts: app settings. [X's page](https://docs.x.com/a)\n\n"
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant it to hold %q", got, want)
	}
	if again, err := r.make(got, doc, names{"x_api.problem": true}); err != nil || again != got {
		t.Errorf("a second run changes the page: %v\n%s", err, again)
	}
	if _, err := r.make(page, classify.CatalogDoc{}, names{"x_api.problem": true}); err == nil || !strings.Contains(err.Error(), `class "gone" is not in the catalogue`) {
		t.Errorf("a class that the catalogue lacks: %v", err)
	}
	if _, err := r.make(page, doc, names{}); err == nil || !strings.Contains(err.Error(), `line 10: there is no attribute, event, metric or label "x_api.problem"`) {
		t.Errorf("a name that nothing has: %v", err)
	}
}

func TestParseRunbookRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ alert, text, want string }{
		"an empty page":                     {"XApiGone", "", "does not begin"},
		"the page of another alert":         {"XApiOther", page, "does not begin"},
		"a severity that does not exist":    {"XApiGone", strings.Replace(page, "critical", "urgent", 1), "second paragraph"},
		"a family that does not exist":      {"XApiGone", strings.Replace(page, "request", "requests", 1), `family "requests"`},
		"sections in another order":         {"XApiGone", strings.Replace(page, "## Tell", "## Do", 1), "the sections are"},
		"a section too many":                {"XApiQuiet", quietPage + "\n## More\n", "the sections are"},
		"hints without a class":             {"XApiQuiet", strings.Replace(quietPage, "## Tell", "## Hints\n\n## Tell", 1), "the sections are"},
		"a class whose hint is not there":   {"XApiGone", strings.Replace(page, "`gone`", "`conflict`", 1), "the alert's own class, conflict"},
		"hints outside of a section for it": {"XApiGone", strings.Replace(page, "## Hints\n\n", "", 1), "the sections are"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r, err := parseRunbook(tt.alert, tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %+v, %v; want an error with %q", r, err, tt.want)
			}
		})
	}
}

func TestRunbookTableIsSortedByFamilyAndSeverity(t *testing.T) {
	t.Parallel()
	const want = "| Family | Alert | Severity | What it means |\n|---|---|---|---|\n" +
		"| money | [B](B.md) | critical | Two. |\n| money | [A](A.md) | warning | One. |\n" +
		"| money | [C](C.md) | info | Three. |\n| pace | [D](D.md) | info | Four. |\n"
	got := runbookTable([]runbook{
		{alert: "D", family: "pace", severity: "info", brief: "Four."},
		{alert: "A", family: "money", severity: "warning", brief: "One."},
		{alert: "C", family: "money", severity: "info", brief: "Three."},
		{alert: "B", family: "money", severity: "critical", brief: "Two."},
	})
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// pages reads the pages of this repository.
func pages(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../" + runbookDir + "/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatal("no pages:", err)
	}
	m := map[string]string{}
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		m[filepath.Base(p)] = string(text)
	}
	return m
}

func TestPagesAreShort(t *testing.T) {
	t.Parallel()
	for name, text := range pages(t) {
		if n := strings.Count(text, "\n"); n > 80 && name != runbookIndex {
			t.Errorf("%s has %d lines; who is woken at night reads less", name, n)
		}
	}
}

func TestLinksBetweenPagesLeadSomewhere(t *testing.T) {
	t.Parallel()
	all := pages(t)
	relative := regexp.MustCompile(`\]\(([^):#]+)(?:#([^)]+))?\)`)
	for name, text := range all {
		for _, m := range relative.FindAllStringSubmatch(text, -1) {
			target, err := os.ReadFile(filepath.Join("../..", runbookDir, m[1]))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if m[2] != "" && !slices.Contains(anchors(string(target)), m[2]) {
				t.Errorf("%s: %s has no heading #%s", name, m[1], m[2])
			}
		}
	}
}

// anchors returns those that GitHub gives to the headings of a page.
func anchors(text string) (list []string) {
	for _, m := range regexp.MustCompile("(?m)^#+ (.*)$").FindAllStringSubmatch(text, -1) {
		list = append(list, strings.NewReplacer("`", "", "'", "", " ", "-").Replace(strings.ToLower(m[1])))
	}
	return list
}

// alertRule is what a rule file says of an alert, in the words of a page.
type alertRule struct {
	name, severity string
	labels         map[string]string
}

var staticLabel = regexp.MustCompile(`\b(severity|family|x_api_class): (\w+)`)

func alertRules(t *testing.T, path string) (list []alertRule) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(string(text), "- alert: ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		_, rest, _ = strings.Cut(rest, "labels:")
		rest, _, _ = strings.Cut(rest, "annotations:")
		labels := map[string]string{}
		for _, m := range staticLabel.FindAllStringSubmatch(rest, -1) {
			labels[m[1]] = m[2]
		}
		name = strings.TrimSpace(name)
		if n := len(list) - 1; n >= 0 && list[n].name == name { // its second rule, for what has got worse
			labels["severity"] = list[n].severity + ", then " + labels["severity"]
			list = list[:n]
		}
		list = append(list, alertRule{name, labels["severity"], labels})
	}
	return list
}

func TestThereIsAPageForEachAlertAndItSaysTheSame(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../" + ruleFiles)
	if err != nil || len(paths) == 0 {
		t.Fatal("no rules:", err)
	}
	all := pages(t)
	whole := map[string]bool{} // severities of a page that a file has all of
	for _, path := range paths {
		left := map[string]bool{}
		for name := range all {
			left[strings.TrimSuffix(name, ".md")] = name != runbookIndex
		}
		for _, a := range alertRules(t, path) {
			left[a.name] = false
			text, ok := all[a.name+".md"]
			if !ok {
				t.Errorf("%s: alert %s has no page", path, a.name)
				continue
			}
			r, err := parseRunbook(a.name, text)
			if err != nil {
				t.Fatal(err)
			}
			labels := map[string]string{"severity": a.severity, "family": r.family}
			if r.class != "" {
				labels["x_api_class"] = r.class
			}
			// Spans may not tell what makes an alert better or worse.
			if !maps.Equal(a.labels, labels) || !strings.Contains(r.severity, a.severity) {
				t.Errorf("%s: alert %s has the labels %q, its page %q and severity %s", path, a.name, a.labels, labels, r.severity)
			}
			whole[a.name] = whole[a.name] || r.severity == a.severity
		}
		for name, is := range left {
			if is {
				t.Errorf("%s: the page %s is about no alert", path, name)
			}
		}
	}
	for name, is := range whole {
		if !is {
			t.Errorf("no rule of %s has all severities of its page", name)
		}
	}
}
