package statspage_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"image"
	_ "image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/statspage"
)

// harness loads the page in frames of phone and desktop width, opens what can
// be opened, measures, and writes what it finds into its own document.
//
//go:embed testdata/harness.html
var harness []byte

// measured is what the harness finds in one frame.
type measured struct {
	Frame      string   // which stats, and how wide
	Overflow   int      // px that the content is wider than the frame
	Outside    []string // elements that stick out
	Contrast   []string // texts with less than 4.5 : 1 to what is behind them
	Texts      int      // how many texts were looked at
	Small      []string // what can be tapped and is less than 24 px high
	Rows       string   // CSS display of the rows
	Bars       []string // share and colour
	Budgets    int
	Hints      int
	Background string
	Scheme     string // the colour scheme that the page was asked for
	Scripted   bool   // a script ran in the page
	Foreign    bool   // a style that is not the page's was applied
	Unlabelled int    // header cells without scope, and cells of a card without a label
	Lang       string
	Headings   string
}

func TestThePageInABrowser(t *testing.T) { //nolint:tparallel // one browser at a time
	t.Parallel()
	browser := findBrowser(t)
	mux := http.NewServeMux()
	for name, s := range map[string]otelxapi.Stats{"evening": evening(), "empty": {At: noon}, "hostile": unbreakable()} {
		mux.Handle("/"+name, statspage.Handler(fixed(s)))
	}
	mux.HandleFunc("/harness", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(harness) })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)

	for scheme, flag := range map[string]string{"light": "--blink-settings=preferredColorScheme=1", "dark": "--blink-settings=preferredColorScheme=0"} {
		t.Run(scheme+" is legible, and fits its window", func(t *testing.T) {
			dom := run(t, browser, flag, "--window-size=1300,1000", "--dump-dom", srv.URL+"/harness")
			_, rest, found := strings.Cut(string(dom), `<pre id="result">`)
			result, _, _ := strings.Cut(rest, "</pre>")
			var frames []measured
			if err := json.Unmarshal([]byte(html.UnescapeString(result)), &frames); !found || err != nil {
				t.Fatalf("the harness measured nothing: %v\n%s", err, dom)
			}
			if len(frames) != 6 {
				t.Fatalf("%d frames, want 6", len(frames))
			}
			for _, f := range frames {
				check(t, f, scheme)
			}
		})
		for _, size := range []image.Point{{360, 740}, {1200, 900}} {
			t.Run(fmt.Sprintf("%s screenshot at %dx%d", scheme, size.X, size.Y), func(t *testing.T) {
				// go test -artifacts keeps the pictures.
				file := filepath.Join(t.ArtifactDir(), "page.png")
				run(t, browser, flag, fmt.Sprintf("--window-size=%d,%d", size.X, size.Y), "--hide-scrollbars", "--screenshot="+file, srv.URL+"/evening")
				checkPicture(t, file, size, scheme)
			})
		}
	}
}

func check(t *testing.T, f measured, scheme string) {
	t.Helper()
	if f.Overflow > 0 || len(f.Outside) > 0 {
		t.Errorf("%s: %d px too wide: %q", f.Frame, f.Overflow, f.Outside)
	}
	if len(f.Contrast) > 0 || f.Texts < 5 {
		t.Errorf("%s: of %d texts these lack contrast: %q", f.Frame, f.Texts, f.Contrast)
	}
	if len(f.Small) > 0 {
		t.Errorf("%s: too small to tap: %q", f.Frame, f.Small)
	}
	if f.Scripted || f.Foreign {
		t.Errorf("%s: the policy let in a script (%t) or a style (%t)", f.Frame, f.Scripted, f.Foreign)
	}
	if f.Unlabelled > 0 || f.Lang != "en" || f.Headings != "H1 H2 H2" { //nolint:dupword // the page has two H2
		t.Errorf("%s: %d cells without a label, language %q, headings %q", f.Frame, f.Unlabelled, f.Lang, f.Headings)
	}
	if f.Scheme != scheme || f.Background != map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(16, 20, 24)"}[scheme] {
		t.Errorf("%s: asked for %s, got %s on %s", f.Frame, scheme, f.Scheme, f.Background)
	}
	name, width, _ := strings.Cut(f.Frame, " ")
	want := map[string]struct{ budgets, hints int }{"evening": {6, 5}, "hostile": {1, 1}, "empty": {}}[name]
	if f.Budgets != want.budgets || f.Hints != want.hints {
		t.Errorf("%s: %d budgets and %d hints, want %+v", f.Frame, f.Budgets, f.Hints, want)
	}
	if name == "evening" {
		checkBars(t, f)
	}
	rows := map[string]string{"360": "grid", "1200": "table-row"}[width]
	if want.budgets > 0 && f.Rows != rows {
		t.Errorf("%s: rows are %q, want %q", f.Frame, f.Rows, rows)
	}
}

// checkBars wants bars as long as the share left, in a colour for each level.
func checkBars(t *testing.T, f measured) {
	t.Helper()
	shares := []string{"0%", "3%", "28%", "89%", "100%"}
	if len(f.Bars) != len(shares) {
		t.Fatalf("%s: bars %q, want %q", f.Frame, f.Bars, shares)
	}
	colours := map[string]bool{}
	for i, bar := range f.Bars {
		share, colour, _ := strings.Cut(bar, " ")
		if share != shares[i] {
			t.Errorf("%s: bar %d is %s long, want %s", f.Frame, i, share, shares[i])
		}
		if share != "0%" {
			colours[colour] = true
		}
	}
	if len(colours) != 3 {
		t.Errorf("%s: three levels in %d colours: %q", f.Frame, len(colours), f.Bars)
	}
}

// unbreakable has words that no line holds, and markup.
func unbreakable() otelxapi.Stats {
	word := strings.Repeat("W", 300)
	attack := word + `"><script>ran=1</script><img src=x onerror="ran=1"><style>body{color:red}</style>`
	return otelxapi.Stats{
		At: noon, Since: noon.Add(-time.Hour), App: attack, Version: attack,
		Budgets: []otelxapi.Budget{{Method: "GET", Template: attack, Window: attack, Scope: attack, Limit: 1 << 62, Remaining: 1 << 58, Reset: noon.Add(1 << 60)}},
		Calls: []otelxapi.Calls{{Method: "GET", Template: attack, Total: 1 << 62, Classes: []otelxapi.ClassCount{{
			Class: classify.Class(attack), Count: 1 << 62, Hint: classify.Hint{Title: attack, Text: attack, URL: "https://docs.x.com/" + word, Owner: classify.OwnerX},
		}}}},
	}
}

// checkPicture wants a picture of the right size with more on it than one
// colour, and mostly as bright as the scheme says.
func checkPicture(t *testing.T, file string, size image.Point, scheme string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	img, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Size() != size {
		t.Errorf("the picture is %v, want %v", img.Bounds().Size(), size)
	}
	colours, bright, all := map[[3]uint32]bool{}, 0, 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 3 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x += 3 {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
			if all++; r+g+b > 3*0x8000 {
				bright++
			}
		}
	}
	if len(colours) < 20 || (bright > all/2) != (scheme == "light") {
		t.Errorf("%d colours, %d of %d pixels bright in the %s scheme", len(colours), bright, all, scheme)
	}
}

func findBrowser(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes seconds to start")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium, chromium-browser or google-chrome is installed: the page is not looked at in a browser")
	return ""
}

// run starts the browser with a profile of its own, and returns what it writes
// to standard output.
func run(t *testing.T, browser string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir=" + t.TempDir(),
	}, args...)...)
	cmd.WaitDelay = 5 * time.Second // a helper process of the browser may hold the output open
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v (%v)\n%s", browser, err, context.Cause(ctx), stderr.Bytes())
	}
	return stdout.Bytes()
}
