package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/otelxapi/otelxapi/e2e/stack"
)

var promQL = parser.NewParser(parser.Options{})

// checkNames fails for each metric, and each label of a selector or a grouping,
// that a rule, a panel of the dashboard or a query of a runbook names and that
// the run did not expose.
func checkNames(t *testing.T, exposed map[string]map[string]bool) {
	t.Helper()
	recorded := recordedSeries(t)
	for where, exprs := range queries(t) {
		for _, text := range exprs {
			expr, err := promQL.ParseExpr(text)
			if err != nil {
				t.Errorf("%s: %v in\n%s", where, err, text)
				continue
			}
			for _, unknown := range unknownNames(expr, exposed, recorded) {
				t.Errorf("%s: no run exposes %s of\n%s", where, unknown, text)
			}
		}
	}
}

// unknownNames returns the metrics and labels of an expression that are not
// among those exposed. What a rule records may be about something that did not
// happen in the run; the rule itself is looked at where it stands.
func unknownNames(expr parser.Expr, exposed map[string]map[string]bool, recorded map[string]bool) (unknown []string) {
	var known map[string]bool // labels of all metrics in the expression
	all := true               // whether known has them all
	parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
		selector, ok := n.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		labelsOf, ok := exposed[selector.Name]
		if !ok && recorded[selector.Name] {
			all = false
			return nil
		}
		if !ok {
			unknown = append(unknown, "metric "+selector.Name)
			return nil
		}
		if known == nil {
			known = map[string]bool{}
		}
		for l := range labelsOf {
			known[l] = true
		}
		for _, m := range selector.LabelMatchers {
			if !labelsOf[m.Name] && m.Name != labels.MetricName {
				unknown = append(unknown, "label "+m.Name+" of "+selector.Name)
			}
		}
		return nil
	})
	parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
		if by, ok := n.(*parser.AggregateExpr); ok && !by.Without && all {
			for _, l := range by.Grouping {
				if !known[l] && l != "le" {
					unknown = append(unknown, "label "+l)
				}
			}
		}
		return nil
	})
	return slices.Compact(unknown)
}

// recordedSeries returns the names that rules record.
func recordedSeries(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range ruleFiles(t) {
		groups, err := stack.ParseRules(readFile(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range groups.Groups {
			for _, r := range g.Rules {
				if r.Record != "" {
					names[r.Record] = true
				}
			}
		}
	}
	return names
}

// queries returns all PromQL that is shipped, by where it stands.
func queries(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, file := range ruleFiles(t) {
		groups, err := stack.ParseRules(readFile(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range groups.Groups {
			for _, r := range g.Rules {
				all[file+": "+r.Alert+r.Record] = []string{r.Expr}
			}
		}
	}
	for _, file := range glob(t, "../monitoring/runbooks/*.md") {
		for _, block := range fenced.FindAllStringSubmatch(string(readFile(t, file)), -1) {
			all[file] = append(all[file], strings.TrimSpace(block[1]))
		}
	}
	for _, file := range glob(t, "../monitoring/grafana/*.json") {
		var dashboard any
		if err := json.Unmarshal(readFile(t, file), &dashboard); err != nil {
			t.Fatal(err)
		}
		all[file] = panelQueries(dashboard)
	}
	return all
}

var fenced = regexp.MustCompile("(?s)```promql\n(.*?)```")

// panelQueries returns every "expr" of a dashboard as Grafana would send it.
func panelQueries(v any) (exprs []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			exprs = append(exprs, panelQueries(e)...)
		}
	case map[string]any:
		for key, e := range v {
			if text, ok := e.(string); ok && key == "expr" {
				exprs = append(exprs, grafanaVariables.ReplaceAllStringFunc(text, func(variable string) string {
					if strings.Contains(variable, "interval") || strings.Contains(variable, "range") {
						return "5m"
					}
					return ".*"
				}))
				continue
			}
			exprs = append(exprs, panelQueries(e)...)
		}
	}
	return exprs
}

var grafanaVariables = regexp.MustCompile(`\$(\{[^}]*\}|\w+)`)

func ruleFiles(t *testing.T) []string { return glob(t, "../monitoring/prometheus/*.rules.yml") }

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files are like %s (%v)", pattern, err)
	}
	return files
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
