package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

const (
	beginMark = "<!-- begin generated: "
	endMark   = "<!-- end generated: "
	markTail  = " -->"
)

// replaceRegions returns doc with every region's content replaced by text of
// its name, with an empty line around it as Markdown's tables need. A region
// that is missing, unknown, repeated or not closed is an error.
func replaceRegions(doc string, text map[string]string) (string, error) {
	var b strings.Builder
	open := ""
	seen := map[string]bool{}
	for line := range strings.Lines(doc) {
		name, isBegin := mark(line, beginMark)
		end, isEnd := mark(line, endMark)
		switch {
		case isBegin && open != "":
			return "", fmt.Errorf("region %q begins within region %q", name, open)
		case isBegin && seen[name]:
			return "", fmt.Errorf("region %q occurs twice", name)
		case isBegin:
			content, ok := text[name]
			if !ok {
				return "", fmt.Errorf("unknown region %q; this file has %q", name, slices.Sorted(maps.Keys(text)))
			}
			open, seen[name] = name, true
			b.WriteString(line + "\n" + strings.TrimRight(content, "\n") + "\n\n")
		case isEnd && end != open:
			return "", fmt.Errorf("end of region %q, but the open region is %q", end, open)
		case isEnd:
			open = ""
			b.WriteString(line)
		case open == "":
			b.WriteString(line)
		}
	}
	if open != "" {
		return "", fmt.Errorf("region %q has no end", open)
	}
	for _, name := range slices.Sorted(maps.Keys(text)) {
		if !seen[name] {
			return "", fmt.Errorf("region %q is missing: add the lines %q and %q",
				name, beginMark+name+markTail, endMark+name+markTail)
		}
	}
	return b.String(), nil
}

// mark returns the name in a line that is a mark of that kind.
func mark(line, kind string) (name string, ok bool) {
	name, ok = strings.CutPrefix(strings.TrimSpace(line), kind)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, markTail)
}

// printDifference prints the lines between the first and the last that differ.
func printDifference(out io.Writer, have, want string) {
	const most = 30
	a, b := strings.Split(have, "\n"), strings.Split(want, "\n")
	line := 1
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b, line = a[1:], b[1:], line+1
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	fmt.Fprintf(out, "@@ line %d @@\n", line)
	for _, side := range []struct {
		mark  string
		lines []string
	}{{"-", a}, {"+", b}} {
		for _, l := range side.lines[:min(most, len(side.lines))] {
			fmt.Fprintln(out, side.mark+l)
		}
		if n := len(side.lines) - most; n > 0 {
			fmt.Fprintf(out, "%s ... %d more lines\n", side.mark, n)
		}
	}
}
