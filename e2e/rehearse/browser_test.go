package main

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
	"slices"
	"strings"
	"testing"
	"time"
)

// harness loads the page in frames of phone and desktop width, measures, and
// writes what it finds into its own document.
//
//go:embed testdata/harness.html
var harness []byte

// measured is what the harness finds in one frame.
type measured struct {
	Frame      string   // which rehearsal, and how wide
	Overflow   int      // px that the content is wider than the frame
	Outside    []string // elements that stick out
	Contrast   []string // texts with less than 4.5 : 1 to what is behind them
	Texts      int      // how many texts were looked at
	Small      []string // what can be tapped and is less than 24 px high
	Bars       []string // share and colour
	Background string
	Scheme     string // the colour scheme that the page was asked for
	Scripted   bool   // a script ran in the page
	Foreign    bool   // a style that is not the page's was applied
	Columns    int    // side by side
	Lang       string
	Headings   string
}

func TestThePageInABrowser(t *testing.T) { //nolint:tparallel // one browser at a time
	t.Parallel()
	browser := findBrowser(t)
	mux := http.NewServeMux()
	for name, r := range map[string]*rehearsal{"calm": calm(), "hostile": hostile()} {
		mux.Handle("/"+name, http.StripPrefix("/"+name, atRoot(pageHandler(r.view))))
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
			if len(frames) != 4 {
				t.Fatalf("%d frames, want 4", len(frames))
			}
			for _, f := range frames {
				check(t, f, scheme)
			}
		})
		for _, size := range []image.Point{{X: 360, Y: 740}, {X: 1200, Y: 900}} {
			t.Run(fmt.Sprintf("%s screenshot at %dx%d", scheme, size.X, size.Y), func(t *testing.T) {
				// go test -artifacts keeps the pictures.
				file := filepath.Join(t.ArtifactDir(), "page.png")
				run(t, browser, flag, fmt.Sprintf("--window-size=%d,%d", size.X, size.Y), "--hide-scrollbars", "--screenshot="+file, srv.URL+"/calm")
				checkPicture(t, file, size, scheme)
			})
		}
	}
}

// atRoot serves the page where it is not at the root.
func atRoot(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = "/"
		h.ServeHTTP(w, r)
	})
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
	part := " H2 H3 H3 H3 H3 H3" // of a scenario
	if f.Lang != "en" || f.Headings != "H1"+part+part {
		t.Errorf("%s: language %q, headings %q", f.Frame, f.Lang, f.Headings)
	}
	if f.Scheme != scheme || f.Background != map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(16, 20, 24)"}[scheme] {
		t.Errorf("%s: asked for %s, got %s on %s", f.Frame, scheme, f.Scheme, f.Background)
	}
	name, width, _ := strings.Cut(f.Frame, " ")
	if want := map[string]int{"360": 1, "1200": 2}[width]; f.Columns != want {
		t.Errorf("%s: %d columns, want %d", f.Frame, f.Columns, want)
	}
	var shares []string
	for _, bar := range f.Bars {
		share, _, _ := strings.Cut(bar, " ")
		shares = append(shares, share)
	}
	if want := map[string][]string{"calm": {"4%"}, "hostile": {"0%"}}[name]; !slices.Equal(shares, want) {
		t.Errorf("%s: bars %q, want %q", f.Frame, shares, want)
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
