package otelxapi

import (
	_ "embed"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// maxText bounds a title or a detail, in bytes.
const maxText = 256

// scrub returns X's words without what they may repeat of the caller's: quoted
// and bracketed input, every word that X's own texts do not use, such as ids,
// handles and links, and every word that stands in the request's path or query.
func (c *call) scrub(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if c.config.resourceIDs {
		return cut(s)
	}
	input := c.input()
	words := strings.Fields(scrubQuoted(s))
	for i, w := range words {
		core := strings.TrimFunc(w, unicode.IsPunct)
		before, after, _ := strings.Cut(w, core)
		switch {
		case core == redacted:
		case strings.Contains(before+after, "_"): // a handle
			words[i] = redacted
		case core == "":
		case !plain(core) || repeats(core, input) || strings.ContainsAny(w, "@#"):
			words[i] = redacted
			if before == "" {
				words[i] += after
			}
		}
	}
	return cut(strings.Join(words, " "))
}

// repeats reports whether a part of the word is in the input, which is split in
// the same way.
func repeats(word string, input map[string]bool) bool {
	for part := range strings.FieldsFuncSeq(strings.ToLower(word), notWord) {
		if input[part] {
			return true
		}
	}
	return false
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
		if last, _ := utf8.DecodeLastRuneInString(s[:i]); open == '\'' && (unicode.IsLetter(last) || unicode.IsDigit(last)) {
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
	"OAuth", "1.0a", "2.0", "v1.1", "v2", "V2", "e.g", "application/json", "multipart/form-data",
	"CreditsDepleted", "SpendCapReached", "UsageCapExceeded", "ConnectionException",
}

// wordList has the words that X uses: of the descriptions in its OpenAPI document
// 2.167, of the table of codes in its documentation (2025-06-24), and of titles
// and details that developers published; and those of this library's own texts
// about failures. A handle that is such a word, and stands in a text without a
// mark or quotes, cannot be told from it.
//
//go:embed scrub_words.txt
var wordList string

// words is the list to look words up in, made when X first says something.
var words = sync.OnceValue(func() map[string]bool {
	list := map[string]bool{}
	for w := range strings.FieldsSeq(wordList) {
		list[w] = true
	}
	return list
})

// plain reports whether a word is X's language: words of the list, joined by
// hyphens, with capitals only at the front or throughout; or a small number.
func plain(word string) bool {
	if slices.Contains(ownWords, word) {
		return true
	}
	if strings.Trim(word, "0123456789") == "" {
		return len(word) <= 4
	}
	for part := range strings.SplitSeq(word, "-") {
		lower := strings.ToLower(part)
		if !words()[lower] || part[1:] != lower[1:] && part != strings.ToUpper(part) {
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
