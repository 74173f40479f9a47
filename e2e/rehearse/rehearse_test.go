package main

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/otelxapi/otelxapi/e2e/scenario"
)

func TestARehearsalShowsTheWayFromTheSpanToWhoIsTold(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var out, complaints bytes.Buffer
	code := command(t.Context(), []string{"-root", "../..", "-only", "usage_capped", "-page", "127.0.0.1:0"}, &out, &complaints)
	if code != exitOK || complaints.Len() > 0 {
		t.Errorf("exit code %d, %s", code, complaints.Bytes())
	}
	lines := strings.Split(out.String(), "\n")
	if !strings.Contains(lines[0], fmt.Sprintf("%d times faster", scenario.Speed)) {
		t.Errorf("the first line does not say how time passes: %q", lines[0])
	}
	for _, want := range [][]string{
		{"usage_capped", "span", "GET /2/tweets/search/recent · usage_capped · Usage cap reach"},
		{"usage_capped", "metric", `x_api_problems_total{x_api_class="usage_capped"} → UsageCapped`},
		{"usage_capped", "alert", "XApiUsageCapped critical"},
		{"usage_capped", "told", "pager: firing XApiUsageCapped"},
		{"usage_capped", "told", "account: firing XApiUsageCapped"},
		{"usage_capped", "quiet", "XApiNewProblemType: inhibited by XApiUsageCapped"},
		{"usage_capped", "ok"},
		{"UsageCapped", "pager, account"},
		{"1 of 1 ok"},
	} {
		if !slices.ContainsFunc(lines, func(line string) bool {
			return !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(line, w) })
		}) {
			t.Errorf("no line has all of %q", want)
		}
	}
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > columns {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if t.Failed() {
		t.Log(out.String())
	}
	nothingRuns(t)
}

func TestAnInterruptedRehearsalEndsAndSaysWhatItLacks(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, complaints bytes.Buffer
	// Interrupted as soon as the first scenario is played; the second never is.
	w := writerFunc(func(b []byte) (int, error) {
		if bytes.Contains(b, []byte(" play ")) {
			cancel()
		}
		return out.Write(b)
	})
	code := command(ctx, []string{"-root", "../..", "-only", "partial_errors,no_data", "-parallel", "1"}, w, &complaints)
	if code != exitInterrupted || complaints.Len() > 0 {
		t.Errorf("exit code %d, %s", code, complaints.Bytes())
	}
	for _, want := range []string{"STOPPED: XApiNewProblemType, XApiPartialErrorsHigh, a notification", "0 of 2 ok"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	nothingRuns(t)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// nothingRuns wants no goroutine of this command's but the tests.
func nothingRuns(t *testing.T) {
	t.Helper()
	buffer := make([]byte, 8<<20)
	for stack := range strings.SplitSeq(string(buffer[:runtime.Stack(buffer, true)]), "\n\n") {
		if strings.Contains(stack, "e2e/rehearse.(*") || strings.Contains(stack, "scenario.(*Stage)") {
			t.Errorf("this still runs:\n%s", stack)
		}
	}
}

func TestWrongUseIsRefused(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"a scenario that does not exist":   {"-only", "nonsense"},
		"a scenario without an alert":      {"-only", "healthy"},
		"none at once":                     {"-parallel", "0"},
		"a page to keep that is not there": {"-keep"},
		"a page for other machines":        {"-page", "0.0.0.0:8081"},
		"an argument":                      {"usage_capped"},
		"an unknown flag":                  {"-nonsense"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, complaints bytes.Buffer
			if code := command(t.Context(), args, &out, &complaints); code != exitUsage || complaints.Len() == 0 || out.Len() > 0 {
				t.Errorf("exit code %d, output %q, complaints %q", code, out.String(), complaints.String())
			}
		})
	}
}

func TestTheListHasEveryAlert(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if code := command(t.Context(), []string{"-list"}, &out, &out); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	scenarios, err := choose(options{parallel: 1})
	if err != nil || len(scenarios) == 0 {
		t.Fatal(len(scenarios), err)
	}
	for _, s := range scenarios {
		for _, want := range append(slices.Clone(s.Alerts), s.Name) {
			if !strings.Contains(out.String(), want) {
				t.Errorf("no %s in the list", want)
			}
		}
	}
}

func TestALineCannotBeBrokenFromOutside(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := newRecord(capped())
	(&printer{w: &out}).line(r, time.Second, "alert", "one\ntwo\x1b[2J\u202e"+strings.Repeat("ü", 200))
	line := strings.TrimSuffix(out.String(), "\n")
	if strings.ContainsAny(line, "\n\x1b\u202e") || utf8.RuneCountInString(line) != columns || !strings.HasSuffix(line, "…") {
		t.Errorf("%q", line)
	}
}
