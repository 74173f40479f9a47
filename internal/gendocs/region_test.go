package main

import (
	"strings"
	"testing"
)

func TestReplaceRegions(t *testing.T) {
	t.Parallel()
	const doc = "# T\n<!-- begin generated: a -->\nold\n<!-- end generated: a -->\nkept\n" +
		"<!-- begin generated: b -->\n<!-- end generated: b -->"
	const want = "# T\n<!-- begin generated: a -->\n\nnew\n\n<!-- end generated: a -->\nkept\n" +
		"<!-- begin generated: b -->\n\nx\ny\n\n<!-- end generated: b -->"
	text := map[string]string{"a": "new\n", "b": "x\ny"}
	got, err := replaceRegions(doc, text)
	if err != nil || got != want {
		t.Fatalf("got %q, %v\nwant %q", got, err, want)
	}
	if again, err := replaceRegions(got, text); err != nil || again != got {
		t.Errorf("a second run changes the result: %q, %v", again, err)
	}
}

func TestReplaceRegionsRefuses(t *testing.T) {
	t.Parallel()
	begin := func(n string) string { return beginMark + n + markTail + "\n" }
	end := func(n string) string { return endMark + n + markTail + "\n" }
	for name, tt := range map[string]struct{ doc, want string }{
		"a region that is missing":              {"text\n", `region "a" is missing`},
		"a region of another name":              {begin("z") + end("z"), `unknown region "z"`},
		"a region that occurs twice":            {begin("a") + end("a") + begin("a") + end("a"), "occurs twice"},
		"a region that has no end":              {begin("a") + "text\n", `region "a" has no end`},
		"a region that ends under another name": {begin("a") + end("b"), `the open region is "a"`},
		"an end without a begin":                {end("a"), `the open region is ""`},
		"a region within a region":              {begin("a") + begin("b") + end("b") + end("a"), `within region "a"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := replaceRegions(tt.doc, map[string]string{"a": "text"}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, %v; want an error with %q", got, err, tt.want)
			}
		})
	}
}

func TestPrintDifferenceShowsOnlyWhatDiffers(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	printDifference(&b, "same\nold\nsame\n", "same\nnew\nnewer\nsame\n")
	if want := "@@ line 2 @@\n-old\n+new\n+newer\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestPrintDifferenceIsBounded(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	printDifference(&b, "", strings.Repeat("line\n", 1000))
	if n := strings.Count(b.String(), "\n"); n > 40 {
		t.Errorf("%d lines", n)
	}
	if !strings.Contains(b.String(), "970 more lines") {
		t.Errorf("the number of lines left out is missing:\n%s", b.String())
	}
}
