package pagetest

import "testing"

// Frame is what the harness finds in one frame.
type Frame struct {
	Page       string // its name
	Width      int
	Overflow   int      // px that the content is wider than the frame
	Outside    []string // elements that stick out
	Contrast   []string // texts with less than 4.5 : 1 to what is behind them
	Texts      int      // how many texts were looked at
	Small      []string // what can be tapped and is less than 24 px high
	Bars       []Bar
	Background string
	Scheme     string // the colour scheme that the page was asked for
	Scripted   bool   // a script ran in the page
	Foreign    bool   // a style that is not the page's was applied
	Lang       string
	Headings   string
	Counts     map[string]int    // by name
	Styles     map[string]string // by selector, "" if there is no such element
}

// Bar is how a bar shows a share.
type Bar struct {
	Share, Colour string
}

// check wants what every page has to be.
func (f *Frame) check(t *testing.T, scheme string) {
	if f.Overflow > 0 || len(f.Outside) > 0 {
		t.Errorf("%d px too wide: %q", f.Overflow, f.Outside)
	}
	if len(f.Contrast) > 0 || f.Texts < 5 {
		t.Errorf("of %d texts these lack contrast: %q", f.Texts, f.Contrast)
	}
	if len(f.Small) > 0 {
		t.Errorf("too small to tap: %q", f.Small)
	}
	if f.Scripted || f.Foreign {
		t.Errorf("the policy let in a script (%t) or a style (%t)", f.Scripted, f.Foreign)
	}
	if f.Lang != "en" {
		t.Errorf("language %q", f.Lang)
	}
	if f.Scheme != scheme || f.Background != map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(16, 20, 24)"}[scheme] {
		t.Errorf("asked for %s, got %s on %s", scheme, f.Scheme, f.Background)
	}
}
