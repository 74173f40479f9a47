package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/otelxapi/otelxapi/e2e/scenario"
	"github.com/otelxapi/otelxapi/e2e/stack"
)

// alerts returns the alerts of a file of rules by name. A second rule of a name is
// of a worse severity, and must not differ in other labels.
func alerts(t *testing.T, file string) map[string][]rulefmt.Rule {
	t.Helper()
	groups, err := stack.ParseRules(readFile(t, file))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]rulefmt.Rule{}
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" {
				continue
			}
			all[r.Alert] = append(all[r.Alert], r)
			first := all[r.Alert][0]
			if len(all[r.Alert]) == 1 {
				continue
			}
			same := maps.Clone(first.Labels)
			same["severity"] = r.Labels["severity"]
			if !maps.Equal(same, r.Labels) || first.Annotations["runbook_url"] != r.Annotations["runbook_url"] || r.Labels["severity"] != "critical" {
				t.Errorf("%s: the second %s has the labels %v, the first %v", file, r.Alert, r.Labels, first.Labels)
			}
		}
	}
	return all
}

func TestEveryAlertHasAUnitTestARunbookAndAScenario(t *testing.T) {
	played := map[string]bool{}
	for _, s := range scenario.All() {
		for _, a := range slices.Concat(s.Alerts, s.OnlyMetrics, s.OnlySpans) {
			played[a] = true
		}
	}
	for _, file := range ruleFiles(t) {
		tested := unitTests(t, file)
		for name, rules := range alerts(t, file) {
			switch n := tested[name]; {
			case n.fires == 0:
				t.Errorf("%s: no unit test has %s fire", file, name)
			case n.quiet == 0:
				t.Errorf("%s: no unit test has %s not fire", file, name)
			}
			if !played[name] {
				t.Errorf("no scenario makes %s fire", name)
			}
			runbook := "monitoring/runbooks/" + name + ".md"
			if _, err := os.Stat(filepath.Join("..", runbook)); err != nil {
				t.Errorf("%s has no runbook: %v", name, err)
			}
			for _, a := range rules {
				if want := "https://github.com/otelxapi/otelxapi/blob/main/" + runbook; a.Annotations["runbook_url"] != want {
					t.Errorf("%s: runbook_url of %s is %q, want %q", file, name, a.Annotations["runbook_url"], want)
				}
				for _, key := range []string{"summary", "action"} {
					if a.Annotations[key] == "" {
						t.Errorf("%s: %s has no %s", file, name, key)
					}
				}
				if !slices.Contains([]string{"critical", "warning", "info"}, a.Labels["severity"]) || a.Labels["family"] == "" {
					t.Errorf("%s: %s has the labels %v", file, name, a.Labels)
				}
			}
		}
	}
}

func TestNoRunbookIsOfAnAlertThatIsGone(t *testing.T) {
	known := alerts(t, "../"+scenario.MetricsRules)
	for _, file := range glob(t, "../monitoring/runbooks/*.md") {
		name := strings.TrimSuffix(filepath.Base(file), ".md")
		if _, ok := known[name]; !ok && name != "README" {
			t.Errorf("%s: there is no such alert", file)
		}
	}
}

func TestBothFilesOfRulesHaveTheSameAlerts(t *testing.T) {
	metrics, spans := alerts(t, "../"+scenario.MetricsRules), alerts(t, "../"+scenario.SpansRules)
	for name, rules := range metrics {
		if len(spans[name]) == 0 {
			t.Errorf("%s is not among those from span metrics", name)
		}
		// Spans may not tell what makes an alert better or worse. All else is equal but
		// for the source, by which the one silences the other (TestACauseSilencesItsEffects).
		for _, b := range spans[name] {
			twin := maps.Clone(b.Labels)
			delete(twin, "source")
			if b.Labels["source"] != "spans" || !slices.ContainsFunc(rules, func(a rulefmt.Rule) bool { return maps.Equal(a.Labels, twin) }) {
				t.Errorf("%s: %v from spans has no twin from metrics: whoever loads both files gets two alerts", name, b.Labels)
			}
		}
	}
	for name := range spans {
		if _, ok := metrics[name]; !ok {
			t.Errorf("%s is not among those from the library's metrics", name)
		}
	}
}

// tests is how often promtool's unit tests expect an alert, and expect none.
type tests struct{ fires, quiet int }

// unitTests reads the files of unit tests that load a file of rules.
func unitTests(t *testing.T, rules string) map[string]tests {
	t.Helper()
	counts := map[string]tests{}
	for _, file := range glob(t, "../monitoring/prometheus/tests/*_test.yml") {
		var suite struct {
			RuleFiles []string `yaml:"rule_files"`
			Tests     []struct {
				Alerts []struct {
					Name string `yaml:"alertname"`
					Want []any  `yaml:"exp_alerts"`
				} `yaml:"alert_rule_test"`
			} `yaml:"tests"`
		}
		if err := yaml.Unmarshal(readFile(t, file), &suite); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if !slices.ContainsFunc(suite.RuleFiles, func(f string) bool { return filepath.Base(f) == filepath.Base(rules) }) {
			continue
		}
		for _, test := range suite.Tests {
			for _, a := range test.Alerts {
				n := counts[a.Name]
				if len(a.Want) > 0 {
					n.fires++
				} else {
					n.quiet++
				}
				counts[a.Name] = n
			}
		}
	}
	return counts
}
