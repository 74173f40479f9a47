package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/otelxapi/otelxapi"
)

// columns are those of the table of calls.
var columns = [...]struct {
	heading string
	gutter  string // to the right
	cell    func(span) string
	style   func(span) style
}{
	{"CALL", " ", span.Name, nil},
	{"HTTP", "  ", status, nil},
	{"CLASS", "  ", func(s span) string { return string(s.class()) }, classStyle},
	{"RETRY", "  ", span.retry, nil},
	{"ACTS", "  ", owner, nil},
	{"LEFT", "", left, nil},
}

// status returns the status code, below the end of the heading.
func status(s span) string { return fmt.Sprintf("%4s", s.text(otelxapi.StatusCodeKey)) }

// owner returns who has to act.
func owner(s span) string {
	_, hint := s.problem()
	return hint.text(otelxapi.HintOwnerKey)
}

// left returns what is left of the scarcest window, which is a 15-minute one
// unless it says otherwise.
func left(s span) string {
	w, ok := s.scarcest()
	switch {
	case !ok:
		return ""
	case w.name == window15m:
		return w.left()
	}
	return w.left() + " 24h"
}

// table writes a line for each call.
func table(w io.Writer, p painter, calls []span) {
	var widths [len(columns)]int
	total := 0
	for i, c := range columns {
		widths[i] = len(c.heading)
		for _, s := range calls {
			widths[i] = max(widths[i], utf8.RuneCountInString(c.cell(s)))
		}
		total += widths[i] + len(c.gutter)
	}
	widths[0] -= max(total-width, 0) // whatever is too wide costs the call its end

	heading := ""
	for i, c := range columns {
		heading += pad(c.heading, widths[i]) + c.gutter
	}
	fmt.Fprintln(w, p.paint(dim, strings.TrimRight(heading, " ")))
	for _, s := range calls {
		line := ""
		for i, c := range columns {
			cell := pad(c.cell(s), widths[i])
			if c.style != nil {
				cell = p.paint(c.style(s), cell)
			}
			line += cell + c.gutter
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}
