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
	{"CLASS", " ", func(s span) string { return s.verdict().String() }, classStyle},
	{"RETRY", "  ", span.retry, nil},
	{"ACTS", "  ", owner, nil},
	{"LEFT", "", left, nil},
}

// status returns the status code, below the end of the heading.
func status(s span) string { return fmt.Sprintf("%4s", s.text(otelxapi.StatusCodeKey)) }

// String returns the class, and what is wrong inside a success.
func (v verdict) String() string {
	if v.problem == "" {
		return string(v.class)
	}
	return string(v.class) + ": " + string(v.problem)
}

// owner returns who has to act.
func owner(s span) string {
	hint, _ := s.problem()
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

	var line strings.Builder
	end := func(st style) {
		fmt.Fprintln(w, p.paint(st, strings.TrimRight(line.String(), " ")))
		line.Reset()
	}
	for i, c := range columns {
		line.WriteString(pad(c.heading, widths[i]) + c.gutter)
	}
	end(dim)
	for _, s := range calls {
		for i, c := range columns {
			cell := c.cell(s)
			if i == 0 {
				cell = shorten(cell, widths[i])
			}
			cell = pad(cell, widths[i])
			if c.style != nil {
				cell = p.paint(c.style(s), cell)
			}
			line.WriteString(cell + c.gutter)
		}
		end(plain)
	}
}
