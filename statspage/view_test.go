package statspage_test

import (
	"encoding/json"
	"flag"
	"html"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

var update = flag.Bool("update", false, "write testdata/*.golden anew")

func TestThePageAndTheJSONOfABadDay(t *testing.T) {
	t.Parallel()
	for file, tt := range map[string]struct {
		stats  otelxapi.Stats
		target string
	}{
		"page.html.golden":  {evening(), "/x"},
		"stats.json.golden": {evening(), "/x.json"},
		"empty.json.golden": {otelxapi.Stats{}, "/x.json"},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			got := get(tt.stats, tt.target, "").Body.String()
			golden := filepath.Join("testdata", file)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
			for i := range min(len(g), len(w)) {
				if g[i] != w[i] {
					t.Fatalf("line %d (go test -update writes it anew)\n got %s\nwant %s", i+1, g[i], w[i])
				}
			}
			if len(g) != len(w) {
				t.Fatalf("%d lines, want %d", len(g), len(w))
			}
		})
	}
}

func TestNothingYetIsSaidInWords(t *testing.T) {
	t.Parallel()
	body := get(otelxapi.Stats{}, "/x", "").Body.String()
	for _, want := range []string{"No budget yet.", "No call yet.", "As of an unknown time", "<title>X API budget</title>"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "<table") {
		t.Error("the page has an empty table")
	}
	if body := get(otelxapi.Stats{At: noon, Calls: []otelxapi.Calls{{Method: "GET", Template: "/2/users/me", Total: 7}}}, "/x", "").Body.String(); !strings.Contains(body, "No failure.") {
		t.Error("the page does not say that nothing failed")
	}
}

func TestHostileTextIsEscaped(t *testing.T) {
	t.Parallel()
	const attack = `"></td><script>alert(1)</script><img src=x onerror=alert(1)>'{{.}}` + "\x00\xff</style>"
	budget := otelxapi.Budget{Method: attack, Template: attack, Window: attack, Scope: attack, Limit: 10, Remaining: 1, Reset: noon.Add(time.Hour)}
	s := otelxapi.Stats{At: noon, App: attack, Version: attack, Budgets: []otelxapi.Budget{budget}}
	for _, url := range []string{attack, "javascript:alert(1)", "data:text/html,x", "https://docs.x.com/" + attack, "https:alert(1)", "http://docs.x.com/", "//docs.x.com/", "%"} {
		s.Calls = append(s.Calls, otelxapi.Calls{Method: attack, Template: attack, Total: 1, Failed: 1, Classes: []otelxapi.ClassCount{{
			Class: classify.Class(attack), Count: 1, Last: noon,
			Hint: classify.Hint{Title: attack, Text: attack, URL: url, Owner: classify.Owner(attack)},
		}}})
	}
	body := get(s, "/x", "").Body.String()
	for _, bad := range []string{"<script", "<img", "onerror=alert(1)>", "javascript:", "data:text", `href="http:`, `href="//`, "\x00"} {
		if strings.Contains(body, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if got := strings.Count(body, "</style>"); got != 1 {
		t.Errorf("the style ends %d times", got)
	}
	if got := strings.Count(body, "&lt;script&gt;"); got < 10 {
		t.Errorf("only %d texts are there, escaped", got)
	}
	if strings.Contains(body, "ZgotmplZ") {
		t.Error("the template refused a value that the view should have left out")
	}

	var v struct{ App string }
	raw := get(s, "/x.json", "").Body.String()
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatal(err)
	}
	if want := strings.ToValidUTF8(attack, "\uFFFD"); v.App != want {
		t.Errorf("JSON has %q, want %q", v.App, want)
	}
	if strings.Contains(raw, `\u003c`) || strings.Contains(raw, "&lt;") {
		t.Error("JSON is escaped for HTML")
	}
}

type jsonBudget struct {
	Limit     *int64     `json:"limit"`
	Remaining int64      `json:"remaining"`
	Share     *float64   `json:"share_left"`
	Level     string     `json:"level"`
	Reset     *time.Time `json:"reset"`
	ResetsIn  *int64     `json:"resets_in_seconds"`
	EmptyIn   *int64     `json:"empty_in_seconds"`
}

// show returns one budget as JSON, and its row of the page.
func show(t *testing.T, b otelxapi.Budget) (jsonBudget, string) {
	t.Helper()
	s := otelxapi.Stats{At: noon, Budgets: []otelxapi.Budget{b}}
	var v struct{ Budgets []jsonBudget }
	if err := json.Unmarshal(get(s, "/x.json", "").Body.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	_, row, _ := strings.Cut(get(s, "/x", "").Body.String(), "<tbody")
	row, _, _ = strings.Cut(row, "</tbody>")
	return v.Budgets[0], row
}

func TestHowFullABudgetIs(t *testing.T) {
	t.Parallel()
	later := noon.Add(time.Minute)
	tests := []struct {
		name      string
		in        otelxapi.Budget
		level     string
		remaining int64
		row       []string
	}{
		{"full", otelxapi.Budget{Limit: 900, Remaining: 900, Reset: later}, "ok", 900, []string{"100%", "900 / 900"}},
		{"just not low", otelxapi.Budget{Limit: 10, Remaining: 3, Reset: later}, "ok", 3, []string{`class="ok"`, "30%", `width="30.00%"`}},
		{"just low", otelxapi.Budget{Limit: 1000, Remaining: 299, Reset: later}, "low", 299, []string{`class="low"`, "29%", "<b>low</b>", "299 / 1,000"}},
		{"just not critical", otelxapi.Budget{Limit: 10, Remaining: 1, Reset: later}, "low", 1, []string{"10%"}},
		{"just critical", otelxapi.Budget{Limit: 10000, Remaining: 999, Reset: later}, "critical", 999, []string{`class="critical"`, "9.9%", "<b>nearly empty</b>"}},
		{"one of very many", otelxapi.Budget{Limit: 2000000, Remaining: 1, Reset: later}, "critical", 1, []string{"&lt;0.1%", "1 / 2,000,000"}},
		{"empty", otelxapi.Budget{Limit: 15, Reset: later}, "empty", 0, []string{`class="empty"`, ">0%", "<b>empty</b>", "0 / 15"}},
		{"a limit that X did not say", otelxapi.Budget{Remaining: 7, Reset: later}, "unknown", 7, []string{`class="unknown"`, "7 / ?", "limit unknown"}},
		{"more left than the limit", otelxapi.Budget{Limit: 10, Remaining: 20, Reset: later}, "ok", 20, []string{`width="100.00%"`, "100%"}},
		{"less than nothing left", otelxapi.Budget{Limit: 10, Remaining: -1, Reset: later}, "empty", 0, []string{"0 / 10"}},
		{"a limit below nothing", otelxapi.Budget{Limit: -10, Remaining: 5, Reset: later}, "unknown", 5, []string{"5 / ?"}},
		{"a reset that has passed reads as full", otelxapi.Budget{Limit: 15, Remaining: 0, Reset: noon, Exhaustion: noon.Add(-time.Hour)}, "ok", 15, []string{"15 / 15", ">now<", "not before"}},
		{"the largest numbers", otelxapi.Budget{Limit: math.MaxInt64, Remaining: math.MaxInt64 - 1, Reset: later}, "ok", math.MaxInt64 - 1, []string{"9,223,372,036,854,775,807"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, row := show(t, tt.in)
			if v.Level != tt.level || v.Remaining != tt.remaining {
				t.Errorf("level %q with %d left, want %q with %d", v.Level, v.Remaining, tt.level, tt.remaining)
			}
			if (v.Limit == nil) != (tt.level == "unknown") || (v.Share == nil) != (tt.level == "unknown") {
				t.Errorf("limit %v, share %v", v.Limit, v.Share)
			}
			for _, want := range tt.row {
				if !strings.Contains(row, want) {
					t.Errorf("the row lacks %q:\n%s", want, row)
				}
			}
			if strings.Contains(row, "<svg") == (tt.level == "unknown") {
				t.Error("a bar without a limit, or none with one")
			}
		})
	}
}

func TestHowLongUntil(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name              string
		reset, exhaustion time.Time
		resets, empty     int64 // -1 is null
		row               []string
		alarm             bool
	}{
		{"minutes and seconds", noon.Add(4*time.Minute + 12*time.Second), time.Time{}, 252, -1, []string{">4m 12s<", ">not before<"}, false},
		{"part of a second is rounded up", noon.Add(1500 * time.Millisecond), time.Time{}, 2, -1, []string{">2s<"}, false},
		{"a whole minute", noon.Add(time.Minute), time.Time{}, 60, -1, []string{">1m<"}, false},
		{"seconds between hours are left out", noon.Add(2*time.Hour + 30*time.Second), time.Time{}, 7230, -1, []string{">2h<"}, false},
		{"days and hours", noon.Add(50 * time.Hour), time.Time{}, 180000, -1, []string{">2d 2h<"}, false},
		{"a forecast before the reset", noon.Add(time.Hour), noon.Add(90 * time.Second), 3600, 90, []string{">1m 30s, before the reset<"}, true},
		{"a forecast after the reset", noon.Add(time.Minute), noon.Add(2 * time.Minute), 60, 120, []string{">2m<"}, false},
		{"a forecast that has passed", noon.Add(time.Hour), noon.Add(-time.Second), 3600, 0, []string{">now, before the reset<"}, true},
		{"a forecast without a reset", time.Time{}, noon.Add(time.Minute), -1, 60, []string{">?<", ">1m, before the reset<"}, true},
		{"a reset that is not known", time.Time{}, time.Time{}, -1, -1, []string{">?<"}, false},
		{"a reset of a year that RFC 3339 does not have", time.Unix(1<<40, 0), time.Time{}, -1, -1, []string{">?<"}, false},
		{"a reset at the end of time", time.Unix(math.MaxInt64, 0), time.Time{}, -1, -1, []string{">?<"}, false},
		{"a reset thousands of years away", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, 9223372037, -1, []string{">106751d 23h<"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, row := show(t, otelxapi.Budget{Limit: 10, Remaining: 9, Reset: tt.reset, Exhaustion: tt.exhaustion})
			for name, pair := range map[string][2]int64{"resets": {orNull(v.ResetsIn), tt.resets}, "empty": {orNull(v.EmptyIn), tt.empty}} {
				if pair[0] != pair[1] {
					t.Errorf("%s in %d s, want %d", name, pair[0], pair[1])
				}
			}
			if (v.Reset == nil) != (tt.resets == -1) {
				t.Errorf("reset %v", v.Reset)
			}
			for _, want := range tt.row {
				if !strings.Contains(row, want) {
					t.Errorf("the row lacks %q:\n%s", want, row)
				}
			}
			if strings.Contains(row, `class="alarm"`) != tt.alarm {
				t.Errorf("alarm is not %t:\n%s", tt.alarm, row)
			}
		})
	}
}

func orNull(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}

func TestWhichCallsFailed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		total   int64
		failed  int64
		classes []otelxapi.ClassCount
		words   string
	}{
		{"none", 7, 0, nil, ">none<"},
		{"answers in parts did not fail", 7, 0, []otelxapi.ClassCount{{Class: classify.Partial, Count: 3}, {Class: classify.NoData, Count: 1}}, ">none<"},
		{"some", 1000, 35, []otelxapi.ClassCount{{Class: classify.Timeout, Count: 30}, {Class: classify.ServerError, Count: 5}, {Class: classify.Partial, Count: 3}}, ">35 (3.5%)<"},
		{"all", 2, 2, []otelxapi.ClassCount{{Class: classify.Timeout, Count: 2}}, ">2 (100%)<"},
		{"a stream that stalled often is one call", 4, 1, []otelxapi.ClassCount{{Class: classify.Stalled, Count: 30}, {Class: classify.StreamDisconnected, Count: 1}}, ">1 (25%)<"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := otelxapi.Stats{At: noon, Calls: []otelxapi.Calls{{Method: "GET", Template: "/2/users/me", Total: tt.total, Failed: tt.failed, Classes: tt.classes}}}
			var v struct{ Calls []struct{ Failed int64 } }
			if err := json.Unmarshal(get(s, "/x.json", "").Body.Bytes(), &v); err != nil || v.Calls[0].Failed != tt.failed {
				t.Errorf("%d failed, want %d (%v)", v.Calls[0].Failed, tt.failed, err)
			}
			if body := get(s, "/x", "").Body.String(); !strings.Contains(body, tt.words) {
				t.Errorf("the page lacks %q", tt.words)
			}
		})
	}
}

func TestEveryClassThatFailsComesWithWhatToDo(t *testing.T) {
	t.Parallel()
	for _, info := range classify.Catalog().Classes {
		if info.Class == classify.OK {
			continue
		}
		// Without a hint of its own a class has the catalogue's.
		s := otelxapi.Stats{At: noon, Calls: []otelxapi.Calls{{Total: 1, Failed: 1, Classes: []otelxapi.ClassCount{{Class: info.Class, Count: 1}}}}}
		body := get(s, "/x", "").Body.String()
		if !strings.Contains(body, "<details><summary>"+html.EscapeString(info.Hint.Title)+"</summary>") {
			t.Errorf("%s has no hint", info.Class)
		}
		if info.Hint.URL != "" && !strings.Contains(body, `href="`+info.Hint.URL+`"`) {
			t.Errorf("%s has no link to %s", info.Class, info.Hint.URL)
		}
	}
}
