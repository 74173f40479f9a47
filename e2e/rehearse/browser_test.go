package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/otelxapi/otelxapi/internal/webpage/pagetest"
)

func TestThePageInABrowser(t *testing.T) {
	t.Parallel()
	pagetest.InBrowser(t, pagetest.Site{
		Pages:   map[string]http.Handler{"calm": pageHandler(calm().view), "hostile": pageHandler(hostile().view)},
		Picture: "calm",
		Styles:  map[string]string{".columns": "grid-template-columns"},
	}, check)
}

func check(t *testing.T, f pagetest.Frame) {
	part := " H2 H3 H3 H3 H3 H3" // of a scenario
	if f.Headings != "H1"+part+part {
		t.Errorf("headings %q", f.Headings)
	}
	have := len(strings.Fields(f.Styles[".columns"]))
	if want := map[int]int{360: 1, 1200: 2}[f.Width]; have != want {
		t.Errorf("%d columns, want %d", have, want)
	}
	share := map[string]string{"calm": "4%", "hostile": "0%"}[f.Page]
	if len(f.Bars) != 1 || f.Bars[0].Share != share {
		t.Errorf("bars %q, want one of %s", f.Bars, share)
	}
}
