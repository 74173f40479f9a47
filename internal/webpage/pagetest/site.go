package pagetest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"image"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// Site is what the browser looks at.
type Site struct {
	Pages   map[string]http.Handler // by name; each is asked for its root
	Picture string                  // the page that pictures are taken of
	Counts  map[string]string       // by name: the selector of what is counted
	Styles  map[string]string       // by selector: the property that is read of the first element
}

// harness loads the pages in frames of phone and desktop width, opens what can
// be opened, measures, and writes what it finds into its own document.
var (
	//go:embed harness.html
	harnessSource string

	harness = template.Must(template.New("harness").Parse(harnessSource))
)

// InBrowser looks at every page of a site at phone and desktop width, in the
// light and the dark: whether it is legible, fits its window and keeps foreign
// scripts and styles out. What holds for this site alone is left to check. The
// test is skipped where no browser is installed.
func InBrowser(t *testing.T, s Site, check func(*testing.T, Frame)) {
	t.Helper()
	browser := findBrowser(t)
	mux := http.NewServeMux()
	for name, page := range s.Pages {
		mux.Handle("/"+name+"/", http.StripPrefix("/"+name, page))
	}
	mux.HandleFunc("/harness", func(w http.ResponseWriter, _ *http.Request) {
		if err := harness.Execute(w, s); err != nil {
			t.Error(err)
		}
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)

	for scheme, flag := range map[string]string{"light": "--blink-settings=preferredColorScheme=1", "dark": "--blink-settings=preferredColorScheme=0"} {
		t.Run(scheme+" is legible, and fits its window", func(t *testing.T) {
			dom := run(t, browser, flag, "--window-size=1300,1000", "--dump-dom", srv.URL+"/harness")
			_, rest, found := strings.Cut(string(dom), `<pre id="result">`)
			result, _, _ := strings.Cut(rest, "</pre>")
			var frames []Frame
			if err := json.Unmarshal([]byte(html.UnescapeString(result)), &frames); !found || err != nil {
				t.Fatalf("the harness measured nothing: %v\n%s", err, dom)
			}
			if want := 2 * len(s.Pages); len(frames) != want {
				t.Fatalf("%d frames, want %d", len(frames), want)
			}
			for _, f := range frames {
				t.Run(fmt.Sprintf("%s at %d px", f.Page, f.Width), func(t *testing.T) {
					f.check(t, scheme)
					check(t, f)
				})
			}
		})
		for _, size := range []image.Point{{X: 360, Y: 740}, {X: 1200, Y: 900}} {
			t.Run(fmt.Sprintf("%s screenshot at %dx%d", scheme, size.X, size.Y), func(t *testing.T) {
				// go test -artifacts keeps the pictures.
				file := filepath.Join(t.ArtifactDir(), "page.png")
				run(t, browser, flag, fmt.Sprintf("--window-size=%d,%d", size.X, size.Y), "--hide-scrollbars", "--screenshot="+file, srv.URL+"/"+s.Picture+"/")
				checkPicture(t, file, size, scheme)
			})
		}
	}
}
