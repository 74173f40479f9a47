package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/otelxapi/otelxapi/classify"
)

// runbookDir holds a page for each alert, with the alert's name, and an index.
const (
	runbookDir   = "monitoring/runbooks"
	runbookIndex = "README.md"
	runbookURL   = "https://github.com/otelxapi/otelxapi/blob/main/" + runbookDir + "/"
)

// runbook is the page of one alert.
type runbook struct {
	alert           string
	severity        string
	family          string
	class           string // empty: not one class
	brief           string // the first sentence of what the alert means
	hints, sections []string
}

// families are those of the alerts, in the order of the index.
var families = []string{
	"authentication", "permission", "money", "pace", "request", "server", "stream", "catalogue", "telemetry",
}

// sections are those that every page has, in this order. "Hints" is left out of
// a page whose alert is about no class.
var sections = []string{"See it", "Do", "Hints", "Tell", "When it is over"}

var (
	runbookHead = regexp.MustCompile("^Severity: (critical|warning|info|warning, then critical)\\. Family: ([a-z]+)\\.(?: Class: `([a-z0-9_]+)`\\.)?$")
	hintsRegion = regexp.MustCompile(`(?m)^` + beginMark + `(hints( [a-z0-9_]+)+)` + markTail + `$`)
	section     = regexp.MustCompile(`(?m)^## (.+)$`)
)

// runbookFiles returns the pages of runbookDir and their index.
func runbookFiles(dir string, f *facts) ([]file, error) {
	paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(runbookDir), "*.md"))
	if err != nil {
		return nil, err
	}
	known, err := knownNames(dir, f)
	if err != nil {
		return nil, err
	}
	var list []file
	var pages []runbook
	for _, p := range paths {
		name := filepath.Base(p)
		if name == runbookIndex {
			continue
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		page, err := parseRunbook(strings.TrimSuffix(name, ".md"), string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		pages = append(pages, page)
		list = append(list, file{path.Join(runbookDir, name), func(have string) (string, error) {
			return page.make(have, f.catalog, known)
		}})
	}
	index := file{path.Join(runbookDir, runbookIndex), func(have string) (string, error) {
		if err := known.check(have); err != nil {
			return "", err
		}
		return replaceRegions(have, map[string]string{"alerts": runbookTable(pages)})
	}}
	return append(list, index), nil
}

// parseRunbook reads what the index and the hints of a page need, and refuses
// a page that has not the form that all have.
func parseRunbook(alert, text string) (runbook, error) {
	r := runbook{alert: alert}
	parts := paragraphs(text)
	if len(parts) < 3 || parts[0] != "# "+alert {
		return r, fmt.Errorf("the page does not begin with %q", "# "+alert)
	}
	head := runbookHead.FindStringSubmatch(parts[1])
	if head == nil {
		return r, errors.New("the second paragraph is not of the form \"Severity: ... Family: ... Class: `...`.\"")
	}
	r.severity, r.family, r.class = head[1], head[2], head[3]
	if !slices.Contains(families, r.family) {
		return r, fmt.Errorf("family %q is not one of %q", r.family, families)
	}
	r.brief = firstSentence(parts[2])
	if m := hintsRegion.FindStringSubmatch(text); m != nil {
		r.hints = strings.Fields(m[1])[1:]
	}
	for _, m := range section.FindAllStringSubmatch(text, -1) {
		r.sections = append(r.sections, m[1])
	}
	want := slices.Clone(sections)
	if r.hints == nil {
		want = slices.DeleteFunc(want, func(s string) bool { return s == "Hints" })
	}
	if !slices.Equal(r.sections, want) {
		return r, fmt.Errorf("the sections are %q, not %q", r.sections, want)
	}
	if r.class != "" && !slices.Contains(r.hints, r.class) {
		return r, fmt.Errorf("the hints leave out the alert's own class, %s", r.class)
	}
	return r, nil
}

// make returns the page with its hints brought up to date.
func (r runbook) make(have string, catalog classify.CatalogDoc, known names) (string, error) {
	if err := known.check(have); err != nil {
		return "", err
	}
	if r.hints == nil {
		return replaceRegions(have, nil)
	}
	text, err := hintList(catalog, r.hints)
	if err != nil {
		return "", err
	}
	return replaceRegions(have, map[string]string{"hints " + strings.Join(r.hints, " "): text})
}

// hintList writes what the catalogue says to do about each class, in the words
// that the event on the span has.
func hintList(catalog classify.CatalogDoc, classes []string) (string, error) {
	var b strings.Builder
	for _, name := range classes {
		i := slices.IndexFunc(catalog.Classes, func(c classify.ClassInfo) bool { return string(c.Class) == name })
		if i < 0 {
			return "", fmt.Errorf("class %q is not in the catalogue", name)
		}
		c := catalog.Classes[i]
		fmt.Fprintf(&b, "- %s: **%s.** %s Retry: %s. Who acts: %s. [X's page](%s)\n", code(name), meaning(c),
			markdown(c.Hint.Text), cmp.Or(retry(c), "nothing to repeat"), cmp.Or(owner(c), "nobody"), c.Hint.URL)
	}
	return b.String(), nil
}

// runbookTable lists the alerts by family, the worst first.
func runbookTable(pages []runbook) string {
	pages = slices.Clone(pages)
	order := func(r runbook) int {
		return 10*slices.Index(families, r.family) + slices.Index([]string{"critical", "warning, then critical", "warning", "info"}, r.severity)
	}
	slices.SortFunc(pages, func(a, b runbook) int {
		return cmp.Or(cmp.Compare(order(a), order(b)), strings.Compare(a.alert, b.alert))
	})
	var rows [][]string
	for _, r := range pages {
		rows = append(rows, []string{r.family, fmt.Sprintf("[%s](%s.md)", r.alert, r.alert), r.severity, r.brief})
	}
	return table([]string{"Family", "Alert", "Severity", "What it means"}, rows)
}
