package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/otelxapi/otelxapi/classify"
)

// grafana is the part of Grafana's model that the tests look at.
type grafana struct {
	Panels []struct {
		ID          int
		Type, Title string
		Description string
		GridPos     gridPos
		Links       []struct{ URL string }
		Targets     []struct{ RefID, Expr string }
		FieldConfig struct {
			Defaults struct {
				Unit       string
				Thresholds struct {
					Steps []struct{ Value *float64 }
				}
			}
		}
	}
}

func committed(t *testing.T) (f *facts, text string, d grafana) {
	t.Helper()
	f, err := readFacts("../..")
	if err != nil {
		t.Fatal(err)
	}
	if text, err = dashboard(f, rows(f)); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	return f, text, d
}

func TestEveryMetricIsOnTheDashboard(t *testing.T) {
	t.Parallel()
	f, _, d := committed(t)
	var used []string
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			used = append(used, named.FindAllString(q.Expr, -1)...)
		}
	}
	for _, m := range f.allMetrics() {
		series, err := promSeries(m)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(series, func(s string) bool { return slices.Contains(used, s) }) {
			t.Errorf("%s is in no panel", m.name)
		}
	}
}

func TestPanelsUseOnlyNamesThatExist(t *testing.T) {
	t.Parallel()
	f, _, d := committed(t)
	known, err := knownNames("../..", f)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			if err := known.check(q.Expr); err != nil {
				t.Errorf("%s: %s: %v", p.Title, q.Expr, err)
			}
			if metricRef.MatchString(q.Expr) {
				t.Errorf("%s: %s has a metric that is not expanded", p.Title, q.Expr)
			}
		}
		if p.Type != "row" && p.Description == "" {
			t.Errorf("%s has no description", p.Title)
		}
	}
}

func TestEveryAlertHasAPanelAndEveryLinkAPage(t *testing.T) {
	t.Parallel()
	_, _, d := committed(t)
	all := pages(t)
	linked := map[string]bool{}
	for _, p := range d.Panels {
		for _, l := range p.Links {
			name, ok := strings.CutPrefix(l.URL, runbookURL)
			if _, exists := all[name]; !ok || !exists {
				t.Errorf("%s links to %s, which is no page", p.Title, l.URL)
			}
			linked[name] = true
		}
	}
	for name := range all {
		if !linked[name] && name != runbookIndex {
			t.Errorf("no panel links to %s", name)
		}
	}
}

func TestPanelsDoNotOverlap(t *testing.T) {
	t.Parallel()
	_, _, d := committed(t)
	taken := map[[2]int]string{}
	ids := map[int]string{}
	titles := map[string]int{}
	for _, p := range d.Panels {
		if other, ok := ids[p.ID]; ok {
			t.Errorf("%q and %q have the id %d", p.Title, other, p.ID)
		}
		ids[p.ID] = p.Title
		if titles[p.Title]++; titles[p.Title] > 1 {
			t.Errorf("two panels are called %q", p.Title)
		}
		g := p.GridPos
		if g.W < 1 || g.H < 1 || g.X < 0 || g.X+g.W > gridWidth {
			t.Errorf("%q is not on the grid: %+v", p.Title, g)
		}
		for x := g.X; x < g.X+g.W; x++ {
			for y := g.Y; y < g.Y+g.H; y++ {
				if other, ok := taken[[2]int{x, y}]; ok {
					t.Fatalf("%q lies on %q", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}

func TestThresholdsAscend(t *testing.T) {
	t.Parallel()
	_, _, d := committed(t)
	for _, p := range d.Panels {
		steps := p.FieldConfig.Defaults.Thresholds.Steps
		for i, s := range steps {
			if (s.Value == nil) != (i == 0) || i > 1 && *s.Value <= *steps[i-1].Value {
				t.Errorf("%q: threshold %d does not ascend", p.Title, i)
			}
		}
	}
}

func TestDashboardIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	_, first, _ := committed(t)
	_, second, _ := committed(t)
	if first != second {
		t.Error("two runs differ")
	}
}

func TestPlaceFillsLinesFromTheLeft(t *testing.T) {
	t.Parallel()
	places, below := place([]panel{
		{width: 12, height: 4}, {width: 12, height: 6}, {width: 8, height: 2}, {width: 24, height: 3},
	}, 10)
	want := []gridPos{{X: 0, Y: 10, W: 12, H: 4}, {X: 12, Y: 10, W: 12, H: 6}, {X: 0, Y: 16, W: 8, H: 2}, {X: 0, Y: 18, W: 24, H: 3}}
	if !slices.Equal(places, want) || below != 21 {
		t.Errorf("got %+v and %d, want %+v and 21", places, below, want)
	}
}

func TestDashboardRefusesAPanelThatAsksForNoMetric(t *testing.T) {
	t.Parallel()
	_, err := dashboard(&facts{}, []row{{"R", []panel{{title: "P", kind: "stat", width: 1, height: 1, queries: []query{{"<x_api.nothing>", ""}}}}}})
	if err == nil || !strings.Contains(err.Error(), `panel "P": there is no metric "x_api.nothing"`) {
		t.Errorf("got %v", err)
	}
}

// Every class that fails a call has a verdict; the panel that splits problems
// by verdict must not lose one.
func TestTheVerdictPanelHasEveryClass(t *testing.T) {
	t.Parallel()
	doc := classify.Catalog()
	var all strings.Builder
	for _, p := range classRow(doc).panels {
		if strings.HasPrefix(p.title, "Is it of use") {
			for _, q := range p.queries {
				all.WriteString("|" + strings.NewReplacer(`"`, "|").Replace(q.expr))
			}
		}
	}
	for _, c := range doc.Classes {
		if got := strings.Contains(all.String(), "|"+string(c.Class)+"|"); got != c.Class.IsError() {
			t.Errorf("%s: in the panel is %v, an error is %v", c.Class, got, c.Class.IsError())
		}
	}
}
