package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// A balance is what the last call that told of a rate limit says of it.
type balance struct {
	call string
	window
}

// balances returns the last word on every rate limit, the scarcest first.
func balances(calls []span) []balance {
	var bs []balance
	for _, s := range calls {
		for _, w := range s.windows() {
			b := balance{s.Name(), w}
			i := slices.IndexFunc(bs, func(o balance) bool { return o.call == b.call && o.name == b.name })
			if i < 0 {
				bs = append(bs, b)
			} else {
				bs[i] = b
			}
		}
	}
	slices.SortStableFunc(bs, func(a, b balance) int {
		return cmp.Or(cmp.Compare(a.share(), b.share()), strings.Compare(a.call, b.call))
	})
	return bs
}

// scarcest is how many rate limits are shown.
const scarcest = 5

// budget writes how much is left of the scarcest rate limits.
func budget(w io.Writer, p painter, calls []span) {
	bs := balances(calls)
	all := len(bs)
	bs = bs[:min(scarcest, all)]
	nameWidth, leftWidth := len("ENDPOINT"), len("LEFT")
	for _, b := range bs {
		nameWidth = max(nameWidth, utf8.RuneCountInString(b.call))
		leftWidth = max(leftWidth, len(b.left()))
	}
	rest := len("user 24 h") + leftWidth + barWidth + len("RESETS IN") + 4*len(gutter)
	nameWidth = min(nameWidth, width-rest)

	about := "as the last call to each endpoint left it"
	if len(bs) < all {
		about += fmt.Sprintf(": the scarcest %d of %d", len(bs), all)
	}
	fmt.Fprintln(w, p.paint(bold, "Budget"), p.paint(dim, about))
	line := func(s style, call, window, left, bar, resets string) {
		text := strings.Join([]string{pad(call, nameWidth), pad(window, len("user 24 h")), pad(left, leftWidth), bar, resets}, gutter)
		fmt.Fprintln(w, p.paint(s, text))
	}
	line(dim, "ENDPOINT", "WINDOW", "LEFT", pad("", barWidth), "RESETS IN")
	for _, b := range bs {
		text := strings.Join([]string{pad(shorten(b.call, nameWidth), nameWidth), pad(b.name, len("user 24 h")), pad(b.left(), leftWidth)}, gutter)
		fmt.Fprintln(w, text+gutter+p.paint(shareStyle(b.share()), bar(b.share()))+gutter+brief(b.resetsIn))
	}
	if len(bs) == 0 {
		fmt.Fprintln(w, "No call told of a rate limit.")
	}
}

// barWidth is that of the bar, in columns.
const barWidth = 20

// bar draws a share. It is empty only when nothing is left, and full only when
// all is.
func bar(share float64) string {
	n := int(share * barWidth)
	if share > 0 {
		n = max(n, 1)
	}
	return strings.Repeat("█", n) + strings.Repeat("░", barWidth-n)
}

func shareStyle(share float64) style {
	switch {
	case share == 0:
		return red
	case share < 0.2:
		return yellow
	}
	return green
}
