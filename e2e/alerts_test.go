package e2e

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/otelxapi/otelxapi/e2e/scenario"
	"github.com/otelxapi/otelxapi/e2e/stack"
)

var only = flag.String("only", "", "comma-separated names of the scenarios to play; all if empty")

// playing is how long every scenario is played: what takes longest is a program
// whose span metrics are missed, after 36 minutes.
const playing = 48 * scenario.Minute

// Each scenario is a program (a job) of its own, and all of them run at once,
// through one collector, as many programs of a company would. On a machine that
// has no time for a while calls really take seconds, and streams really break
// off: scenarios that did not go as they should are played once more, with less
// going on beside them, and then have to.
func TestEveryAlertFiresFromItsScenarioAndFromNothingElse(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	stack.Alone(t)
	scenarios := scenario.All()
	if *only != "" {
		scenarios = slices.DeleteFunc(scenarios, func(s scenario.Scenario) bool {
			return !slices.Contains(strings.Split(*only, ","), s.Name)
		})
	}
	exposed := map[string]map[string]bool{}
	first := perform(t, scenarios, exposed)
	again := slices.DeleteFunc(slices.Clone(scenarios), func(s scenario.Scenario) bool { return len(first[s.Name]) == 0 })
	if len(again) > 0 {
		for _, s := range again {
			t.Logf("once more, %s: %s", s.Name, strings.Join(first[s.Name], "; "))
		}
		for name, wrong := range perform(t, again, exposed) {
			for _, w := range wrong {
				t.Errorf("%s: %s", name, w)
			}
		}
	}
	if *only == "" {
		checkNames(t, exposed)
	}
}

// perform plays scenarios and returns what was wrong, by scenario. It adds the
// names of the metrics and labels that it saw to exposed.
func perform(t *testing.T, scenarios []scenario.Scenario, exposed map[string]map[string]bool) map[string][]string {
	t.Helper()
	files := []string{scenario.MetricsRules, scenario.SpansRules}
	stage, err := scenario.StartStage(t.Context(), "..", files...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stage.Stop(); err != nil {
			t.Error(err)
		}
	}()

	ctx, cancel := context.WithTimeout(t.Context(), playing+time.Duration(len(scenarios))*stagger)
	defer cancel()
	var plays sync.WaitGroup
	for _, s := range scenarios {
		time.Sleep(stagger)
		plays.Go(func() {
			if err := stage.Play(ctx, s); err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
		})
	}
	fired := watch(ctx, stage)
	told, _ := stage.Inbox.Notifications()
	for _, p := range stage.Prometheus {
		for rule, err := range p.Failures() {
			t.Errorf("rule %s cannot be evaluated: %v", rule, err)
		}
		addSeries(t, exposed, p)
	}
	cancel()
	plays.Wait()

	wrong := map[string][]string{}
	for _, s := range scenarios {
		for i, file := range files {
			want := slices.Concat(s.Alerts, [][]string{s.OnlyMetrics, s.OnlySpans}[i])
			slices.Sort(want)
			if have := slices.Sorted(maps.Keys(fired[i][s.Name])); !slices.Equal(have, want) {
				wrong[s.Name] = append(wrong[s.Name], fmt.Sprintf("by %s there fired %q, want %q", file, have, want))
			}
		}
		if len(s.Alerts) > 0 && !slices.ContainsFunc(told, func(n stack.Notification) bool {
			return n.Labels["job"] == s.Name && n.Status == "firing" && slices.Contains(s.Alerts, n.Labels["alertname"]) &&
				n.Annotations["summary"] != "" && n.Annotations["action"] != "" && n.Annotations["runbook_url"] != ""
		}) {
			wrong[s.Name] = append(wrong[s.Name], "nobody was told")
		}
	}
	return wrong
}

// stagger keeps programs from all beginning in one moment.
const stagger = 50 * time.Millisecond

// watch returns the alerts that fired until shortly before ctx ends (the end of
// a program is an alert of its own), by file of rules and job.
func watch(ctx context.Context, stage *scenario.Stage) []map[string]map[string]bool {
	fired := make([]map[string]map[string]bool, len(stage.Prometheus))
	for i := range fired {
		fired[i] = map[string]map[string]bool{}
	}
	deadline, _ := ctx.Deadline()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for time.Until(deadline) > 2*scenario.Minute {
		for i, p := range stage.Prometheus {
			for _, a := range p.Firing() {
				job := a.Labels.Get("job")
				if fired[i][job] == nil {
					fired[i][job] = map[string]bool{}
				}
				fired[i][job][a.Labels.Get("alertname")] = true
			}
		}
		<-tick.C
	}
	return fired
}

// addSeries adds the names of all metrics, and of the labels on each.
func addSeries(t *testing.T, names map[string]map[string]bool, p *stack.Prometheus) {
	t.Helper()
	series, err := p.Series(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, all := range series {
		if names[name] == nil {
			names[name] = map[string]bool{}
		}
		for _, ls := range all {
			ls.Range(func(l labels.Label) { names[name][l.Name] = true })
		}
	}
}
