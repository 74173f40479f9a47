package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
)

// columns is how wide the output is at most.
const columns = 100

// printer writes lines that no text from outside breaks or makes too wide. It
// is safe for concurrent use.
type printer struct {
	mu sync.Mutex
	w  io.Writer
}

// line tells of an event, at a time since the beginning of the scenario.
func (p *printer) line(r *record, at time.Duration, what, text string) {
	p.print(fmt.Sprintf("%-22s %5.1fs  %-6s %s", r.Name, at.Seconds(), what, text))
}

// print writes a line, cut to the width.
func (p *printer) print(text string) {
	text = strings.TrimRight(strings.Map(printable, text), " ")
	if r := []rune(text); len(r) > columns {
		text = string(r[:columns-1]) + "…"
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = fmt.Fprintln(p.w, text)
}

// printable replaces what could move a terminal's cursor.
func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsPrint(r):
		return r
	}
	return '\uFFFD'
}

// table sums up what was seen, an alert a row.
func (p *printer) table(records []*record, route *routing) {
	p.print("")
	p.print(row("scenario", "alert", "span", "metric", "alert", "told", "told whom, or why not"))
	for _, r := range records {
		name := r.Name
		for _, a := range r.alerts {
			told := strings.Replace(r.fate(a, route), "inhibited by", "inhib. by", 1)
			if !a.expected {
				told += " (not expected)"
			}
			p.print(row(name, strings.TrimPrefix(a.name, "XApi"),
				r.since(r.span), r.since(a.metric), r.since(a.fired), r.since(a.told), told))
			name = ""
		}
		if r.state != ok {
			p.print(fmt.Sprintf("%-22s %s: %s", name, strings.ToUpper(r.state), r.problem))
		}
	}
}

func row(name, alert, span, metric, fired, told, who string) string {
	return fmt.Sprintf("%-22s %-26s %5s %6s %5s %4s  %s", name, alert, span, metric, fired, told, strings.ReplaceAll(who, "XApi", ""))
}

// since is a time in seconds of the scenario, or a dash if it has not come.
func (r *record) since(t time.Time) string {
	if t.IsZero() || r.began.IsZero() {
		return "-"
	}
	return fmt.Sprintf("%.1f", t.Sub(r.began).Seconds())
}

// short is a duration without what is zero: 5m, not 5m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	return s
}

func join(words []string) string { return strings.Join(words, ", ") }

// joinWith joins what is not empty.
func joinWith(sep string, words ...string) string {
	var some []string
	for _, w := range words {
		if w != "" {
			some = append(some, w)
		}
	}
	return strings.Join(some, sep)
}
