package main

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// prose is the text of a Go comment as Markdown, without the Go name that it
// begins with.
type prose struct {
	first string // the first sentence
	all   string // every sentence
}

// newProse turns the paragraphs of the comment of name into prose: "XKey is
// the size" becomes "The size", "WithX sets the size" becomes "Sets the size".
func newProse(name string, text []string) (prose, error) {
	all, ok := strings.CutPrefix(strings.Join(text, " "), name+" ")
	if !ok {
		return prose{}, errors.New("the comment does not begin with the name")
	}
	all = leadingVerb.ReplaceAllString(all, "")
	r, size := utf8.DecodeRuneInString(all)
	all = markdown(string(unicode.ToUpper(r)) + all[size:])
	return prose{firstSentence(all), all}, nil
}

var leadingVerb = regexp.MustCompile(`^(?:is|are|says) `)

// paragraphs returns the paragraphs of a comment, each on one line.
func paragraphs(comment string) []string {
	var list []string
	for p := range strings.SplitSeq(comment, "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// firstSentence returns the text up to the first period with a space behind
// it. Unlike go/doc, it takes the letter X for the end of a sentence: here it
// is a company, not an initial.
func firstSentence(s string) string {
	for i := 0; i < len(s); {
		n := strings.Index(s[i:], ". ")
		if n < 0 {
			break
		}
		i += n + 1
		if before := s[:i]; !strings.HasSuffix(before, "e.g.") && !strings.HasSuffix(before, "i.e.") {
			return before
		}
	}
	return s
}

var (
	docLink = regexp.MustCompile(`\[([A-Z][A-Za-z0-9.]*)\]`)
	quoted  = regexp.MustCompile(`"([^"\s` + "`" + `]+)"`)
)

// markdown sets doc links and quoted words as code, and escapes what Markdown
// would take for markup.
func markdown(s string) string {
	s = docLink.ReplaceAllString(s, "`$1`")
	s = quoted.ReplaceAllString(s, "`$1`")
	parts := strings.Split(s, "`")
	for i := range parts {
		if i%2 == 0 { // outside of code
			parts[i] = markup.Replace(parts[i])
		}
	}
	return strings.Join(parts, "`")
}

var markup = strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", `\*`)

// cell is text for the cell of a table: GitHub reads "|" as the end of a cell
// even within code.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// table writes a Markdown table.
func table(header []string, rows [][]string) string {
	var b strings.Builder
	b.WriteString("| " + strings.Join(header, " | ") + " |\n")
	b.WriteString("|" + strings.Repeat("---|", len(header)) + "\n")
	for _, row := range rows {
		for _, c := range row {
			b.WriteString("| " + cell(c) + " ")
		}
		b.WriteString("|\n")
	}
	return b.String()
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}
