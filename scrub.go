package otelxapi

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText bounds a title or a detail, in bytes.
const maxText = 256

// scrub returns X's words without what they may repeat of the caller's: quoted
// and bracketed input, ids, handles and links, and every word that stands in
// the request's own path or query.
func (c *call) scrub(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if c.config.resourceIDs {
		return cut(s)
	}
	input := c.input()
	words := strings.Fields(scrubQuoted(s))
	for i, w := range words {
		core := strings.TrimFunc(w, unicode.IsPunct)
		if core == "" || plain(w, core) && !input[strings.ToLower(core)] {
			continue
		}
		words[i] = strings.Replace(w, core, redacted, 1)
		if core != redacted && w[0] != core[0] {
			words[i] = redacted
		}
	}
	return cut(strings.Join(words, " "))
}

// input returns the words of what the request's URL has of the caller's, in
// lower case: the path where the template has parameters, and the query's
// values. Words of one or two letters tell nothing.
func (c *call) input() map[string]bool {
	words := map[string]bool{}
	add := func(s string) {
		for w := range strings.FieldsFuncSeq(strings.ToLower(unescape(s)), notWord) {
			if len(w) > 2 {
				words[w] = true
			}
		}
	}
	template := strings.Split(c.site.template, "/")
	for i, segment := range strings.Split(c.path, "/") {
		if i >= len(template) || strings.HasPrefix(template[i], "{") {
			add(segment)
		}
	}
	for pair := range strings.SplitSeq(c.query, "&") {
		_, value, _ := strings.Cut(pair, "=")
		add(value)
	}
	return words
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// scrubQuoted replaces quoted and bracketed text, up to the last closing mark
// since the input may hold some itself, or all the rest where the answer was
// cut off within.
func scrubQuoted(s string) string {
	const quotes = "[\"`'“‘"
	closing := map[rune]string{'[': "]", '"': "\"", '`': "`", '\'': "'", '“': "”", '‘': "’"}
	for from := 0; ; {
		i := strings.IndexAny(s[from:], quotes)
		if i < 0 {
			return s
		}
		i += from
		open, size := utf8.DecodeRuneInString(s[i:])
		if open == '\'' && i > 0 && !unicode.IsSpace(rune(s[i-1])) {
			from = i + size // an apostrophe
			continue
		}
		rest := ""
		if j := strings.LastIndex(s[i+size:], closing[open]); j >= 0 {
			rest = s[i+size+j+len(closing[open]):]
		}
		s = s[:i] + redacted + rest
		from = i + len(redacted)
	}
}

// ownWords are words of X's texts that do not look like language.
var ownWords = []string{
	"OAuth", "1.0a", "2.0", "v1.1", "v2",
	"CreditsDepleted", "SpendCapReached", "UsageCapExceeded", "ConnectionException",
}

// plain reports whether a word is language rather than a name, an id or a
// link: letters with inner apostrophes or hyphens, capitals only at the front
// or throughout, of ordinary length; or a small number.
func plain(w, core string) bool {
	if slices.Contains(ownWords, core) {
		return true
	}
	if w[0] == '@' || w[0] == '#' || len(core) > 24 {
		return false
	}
	if strings.Trim(core, "0123456789") == "" {
		return len(core) <= 4
	}
	upper := strings.ToUpper(core) == core
	for i, r := range core {
		switch {
		case r >= 'a' && r <= 'z':
		case r >= 'A' && r <= 'Z':
			if i > 0 && !upper && core[i-1] != '-' {
				return false
			}
		case r == '\'' || r == '-':
		default:
			return false
		}
	}
	return true
}

// cut bounds s to maxText bytes, on the border of a rune.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	i := maxText
	for !utf8.RuneStart(s[i]) {
		i--
	}
	return s[:i]
}
