package main

import (
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// width is that of the page, in columns.
const width = 100

// A style is the parameter of an SGR escape sequence (ECMA-48).
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
)

// painter colours text, or leaves it as it is.
type painter struct {
	colour bool
}

func (p painter) paint(s style, text string) string {
	if !p.colour || s == plain || strings.TrimSpace(text) == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// coloured reports whether f is a terminal whose user wants colours
// (no-color.org).
func coloured(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 &&
		os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// pad fills text with spaces to n columns, and cuts what is longer.
func pad(text string, n int) string {
	have := utf8.RuneCountInString(text)
	switch {
	case have <= n:
		return text + strings.Repeat(" ", n-have)
	case n <= 0:
		return ""
	}
	return string([]rune(text)[:n-1]) + "…"
}

// shorten makes a call fit n columns, if it can, without the first segments of
// its path: the last ones tell more.
func shorten(call string, n int) string {
	method, path, _ := strings.Cut(call, " ")
	for short := call; ; short = method + " …" + path {
		next := strings.Index(strings.TrimPrefix(path, "/"), "/")
		if utf8.RuneCountInString(short) <= n || next < 0 {
			return short
		}
		path = path[1+next:]
	}
}

// gutter is between two columns.
const gutter = "  "

// wrap breaks text into lines of at most columns. All but the first leave room
// for an indent. A word that is too long for a line is cut.
func wrap(text string, columns, indent int) []string {
	var lines []string
	line, room := "", columns
	next := func(finished string) {
		lines, line, room = append(lines, finished), "", columns-indent
	}
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line+" "+word) > room {
			next(line)
		}
		if line != "" {
			line += " "
		}
		for utf8.RuneCountInString(word) > room {
			var piece string
			piece, word = split(word, room)
			next(piece)
		}
		line += word
	}
	return append(lines, line)
}

// split cuts a word that is longer than n columns, where a URL can be cut if
// there is such a place.
func split(word string, n int) (piece, rest string) {
	piece = string([]rune(word)[:n])
	if i := strings.LastIndexAny(piece, "/?&"); i > 0 {
		piece = piece[:i+1]
	}
	return piece, word[len(piece):]
}

// brief returns a duration for people: its two largest units, or the days.
func brief(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	d = d.Round(time.Second)
	if d > 48*time.Hour {
		return fmt.Sprintf("%dd", d.Round(24*time.Hour)/(24*time.Hour))
	}
	days, hours, minutes, seconds := d/(24*time.Hour), d/time.Hour%24, d/time.Minute%60, d/time.Second%60
	switch {
	case days > 0 && hours > 0:
		return fmt.Sprintf("%dd%dh", days, hours)
	case days > 0:
		return fmt.Sprintf("%dd", days)
	case hours > 0 && minutes > 0:
		return fmt.Sprintf("%dh%dm", hours, minutes)
	case hours > 0:
		return fmt.Sprintf("%dh", hours)
	case minutes > 0 && seconds > 0:
		return fmt.Sprintf("%dm%ds", minutes, seconds)
	case minutes > 0:
		return fmt.Sprintf("%dm", minutes)
	}
	return fmt.Sprintf("%ds", seconds)
}
