package main

import (
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

// isTerminal reports whether f is one that knows escape sequences.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// pad fills text with spaces to n columns.
func pad(text string, n int) string {
	return text + strings.Repeat(" ", max(n-utf8.RuneCountInString(text), 0))
}

// wrap breaks text into lines of at most columns. A longer word has a line of
// its own.
func wrap(text string, columns int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line+" "+word) > columns:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// brief returns a duration for people.
func brief(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return d.Round(time.Millisecond / 10).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second / 10).String()
}
