package statspage_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/internal/webpage/pagetest"
	"github.com/otelxapi/otelxapi/statspage"
)

func TestThePageInABrowser(t *testing.T) {
	t.Parallel()
	pages := map[string]http.Handler{}
	for name, s := range map[string]otelxapi.Stats{"evening": evening(), "empty": {At: noon}, "hostile": unbreakable()} {
		pages[name] = statspage.Handler(fixed(s))
	}
	pagetest.InBrowser(t, pagetest.Site{
		Pages:   pages,
		Picture: "evening",
		Counts: map[string]string{
			"budgets":    "section[aria-labelledby=budgets] tbody tr",
			"hints":      "details",
			"unlabelled": "th:not([scope]), td:not([data-label]):not(.classes)", // cells of a card have a label each
		},
		Styles: map[string]string{"tbody tr": "display"},
	}, check)
}

func check(t *testing.T, f pagetest.Frame) {
	if f.Headings != "H1 H2 H2" { //nolint:dupword // the page has two H2
		t.Errorf("headings %q", f.Headings)
	}
	want := map[string]map[string]int{
		"evening": {"budgets": 6, "hints": 6, "unlabelled": 0},
		"hostile": {"budgets": 1, "hints": 1, "unlabelled": 0},
		"empty":   {"budgets": 0, "hints": 0, "unlabelled": 0},
	}[f.Page]
	if !maps.Equal(f.Counts, want) {
		t.Errorf("there are %v, want %v", f.Counts, want)
	}
	if f.Page == "evening" {
		checkBars(t, f.Bars)
	}
	rows := map[int]string{360: "grid", 1200: "table-row"}[f.Width]
	if want["budgets"] > 0 && f.Styles["tbody tr"] != rows {
		t.Errorf("rows are %q, want %q", f.Styles["tbody tr"], rows)
	}
}

// checkBars wants bars as long as the share left, in a colour for each level.
func checkBars(t *testing.T, bars []pagetest.Bar) {
	t.Helper()
	shares := []string{"0%", "3%", "28%", "89%", "100%"}
	if len(bars) != len(shares) {
		t.Fatalf("bars %q, want %q", bars, shares)
	}
	colours := map[string]bool{}
	for i, bar := range bars {
		if bar.Share != shares[i] {
			t.Errorf("bar %d is %s long, want %s", i, bar.Share, shares[i])
		}
		if bar.Share != "0%" {
			colours[bar.Colour] = true
		}
	}
	if len(colours) != 3 {
		t.Errorf("three levels in %d colours: %q", len(colours), bars)
	}
}

// unbreakable has words that no line holds, and markup.
func unbreakable() otelxapi.Stats {
	word := strings.Repeat("W", 300)
	attack := word + `"><script>ran=1</script><img src=x onerror="ran=1"><style>body{color:red}</style>`
	return otelxapi.Stats{
		At: noon, Since: noon.Add(-time.Hour), App: attack, Version: attack,
		Budgets: []otelxapi.Budget{{Method: "GET", Template: attack, Window: attack, Scope: attack, Limit: 1 << 62, Remaining: 1 << 58, Reset: noon.Add(1 << 60)}},
		Calls: []otelxapi.Calls{{Method: "GET", Template: attack, Total: 1 << 62, Failed: 1 << 62, Classes: []otelxapi.ClassCount{{
			Class: classify.Class(attack), Count: 1 << 62, Hint: classify.Hint{Title: attack, Text: attack, URL: "https://docs.x.com/" + word, Owner: classify.OwnerX},
		}}}},
	}
}
