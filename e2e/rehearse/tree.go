package main

import (
	"slices"
	"time"
)

// maxDepth is how far the page indents.
const maxDepth = 6

// tree puts the spans of a trace in order, children below their parents by when
// they began. A span whose parent is not there begins a tree of its own, and so
// does one of spans that are each other's parents.
func tree(spans []span, trace string) []spanView {
	children, present := map[string][]span{}, map[string]bool{}
	var own []span
	for _, s := range spans {
		if s.trace == trace {
			own = append(own, s)
			present[s.id] = true
		}
	}
	slices.SortStableFunc(own, func(a, b span) int { return a.start.Compare(b.start) })
	var roots []span
	for _, s := range own {
		if present[s.parent] {
			children[s.parent] = append(children[s.parent], s)
		} else {
			roots = append(roots, s)
		}
	}
	var rows []spanView
	done := map[string]bool{}
	var visit func(s span, depth int)
	visit = func(s span, depth int) {
		if done[s.id] {
			return
		}
		done[s.id] = true
		rows = append(rows, spanView{
			Depth: min(depth, maxDepth), Name: s.name, Duration: rounded(s.end.Sub(s.start)),
			Class: s.class(), Bad: str(s.attrs, "error.type") != "",
		})
		for _, c := range children[s.id] {
			visit(c, depth+1)
		}
	}
	for _, s := range slices.Concat(roots, own) {
		visit(s, 0)
	}
	return rows
}

// rounded is a duration with three digits or so.
func rounded(d time.Duration) string {
	unit := time.Nanosecond
	for d.Abs() >= 1000*unit {
		unit *= 10
	}
	return d.Round(unit).String()
}
