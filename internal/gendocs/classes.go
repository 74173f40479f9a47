package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

func briefClasses(f *facts) string {
	var rows [][]string
	for _, c := range f.catalog.Classes {
		rows = append(rows, []string{
			fmt.Sprintf("[%s](docs/classes.md#%s)", code(string(c.Class)), c.Class),
			meaning(c), retry(c), owner(c),
		})
	}
	return table([]string{"Class", "Meaning", "Retry", "Who acts"}, rows)
}

func fullClasses(f *facts) string {
	var b strings.Builder
	var rows [][]string
	for _, c := range f.catalog.Classes {
		rows = append(rows, []string{
			fmt.Sprintf("[%s](#%s)", code(string(c.Class)), c.Class),
			c.Family, owner(c), retry(c), meaning(c),
		})
	}
	b.WriteString(table([]string{"Class", "Family", "Who acts", "Retry", "What it means"}, rows))
	family := ""
	for _, c := range f.catalog.Classes {
		if c.Family != family {
			family = c.Family
			// Not the bare name: GitHub would give it the anchor that a class of
			// that name has.
			fmt.Fprintf(&b, "\n## Family: %s\n", family)
		}
		writeClass(&b, c, origins(f.catalog, c.Class))
	}
	return b.String()
}

// writeClass writes the section of one class.
func writeClass(b *strings.Builder, c classify.ClassInfo, origins []string) {
	fmt.Fprintf(b, "\n### %s\n\n**%s.**", code(string(c.Class)), meaning(c))
	if text := markdown(c.Hint.Text); text != "" {
		b.WriteString(" " + text)
	}
	if !c.Class.IsError() {
		b.WriteString(" Spans of this class have no `error.type`.")
	}
	if c.Hint.URL != "" { // a success has no page
		fmt.Fprintf(b, " [X's documentation](%s)", c.Hint.URL)
	}
	fmt.Fprintf(b, "\n\nRetry: %s. Who acts: %s.\n", cmp.Or(retry(c), "nothing to repeat"), cmp.Or(owner(c), "nobody"))
	if len(origins) == 0 {
		return
	}
	b.WriteString("\n")
	for _, o := range origins {
		b.WriteString("- " + o + "\n")
	}
}

// origins lists what leads to a class, as far as single facts of X's
// documentation go.
func origins(doc classify.CatalogDoc, class classify.Class) (list []string) {
	add := func(c classify.Class, kind, value, means string) {
		if c != class {
			return
		}
		text := kind + " " + code(value)
		if means != "" {
			text += ": " + markdown(means)
		}
		list = append(list, text)
	}
	for _, s := range doc.Statuses {
		add(s.Class, "Status", fmt.Sprint(s.Status, " ", s.Text), s.Means)
	}
	for _, t := range doc.Types {
		add(t.Class, "Problem type", t.Slug, t.Means)
	}
	for _, i := range doc.Issues {
		add(i.Class, "`connection_issue`", i.Value, "")
	}
	for _, d := range doc.Disconnects {
		add(d.Class, "`disconnect_type`", d.Value, "")
	}
	for _, c := range doc.Codes {
		add(c.Class, "Code", strconv.Itoa(c.Code), c.Means)
	}
	for _, o := range doc.OAuthErrors {
		add(o.Class, "OAuth error", o.Error, o.Means)
	}
	return list
}

func meaning(c classify.ClassInfo) string {
	return markdown(cmp.Or(c.Hint.Title, "Success"))
}

func owner(c classify.ClassInfo) string {
	switch o := c.Hint.Owner; o {
	case classify.OwnerX:
		return "X"
	default:
		return strings.ReplaceAll(string(o), "_", " ")
	}
}

// retry says the verdict and how to space attempts, such as "back-off,
// exponential from 5s to 5m20s".
func retry(c classify.ClassInfo) string {
	verdict := string(c.Verdict)
	switch c.Verdict {
	case classify.VerdictAfterReset:
		verdict = "after the reset"
	case classify.VerdictBackoff:
		verdict = "back-off"
	}
	b := c.Backoff
	if b.Kind == classify.BackoffNone {
		return verdict
	}
	if c.Verdict == classify.VerdictAfterReset {
		verdict += ", else back-off"
	}
	text := fmt.Sprintf("%s, %s from %s", verdict, b.Kind, duration(b.Initial))
	if b.Max > 0 {
		text += " to " + duration(b.Max)
	}
	return text
}

// duration writes whole seconds and milliseconds without zero tails.
func duration(d time.Duration) string {
	switch {
	case d%time.Second != 0:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d%time.Minute == 0 && d >= time.Minute:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d s", int(d.Seconds()))
}
