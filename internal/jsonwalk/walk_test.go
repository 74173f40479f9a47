package jsonwalk

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// naive is a Walker that takes one byte after the other.
type naive struct {
	depth        int
	text, escape bool
}

func (n *naive) take(c byte) {
	switch {
	case n.escape:
		n.escape = false
	case n.text && c == '\\':
		n.escape = true
	case c == '"':
		n.text = !n.text
	case !n.text:
		n.depth += int(Nesting[c])
	}
}

// document returns a document with deep containers, whose strings have brackets,
// quotes and backslashes in them.
func document(r *rand.Rand) string {
	pieces := []string{`\"`, `\\`, `\\\"`, `[`, `]`, `{`, `}`, `é`, `x`, `a text that is longer than what is read at a time`, `\u00e9`}
	var b strings.Builder
	text := func() {
		b.WriteByte('"')
		for range r.IntN(6) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		b.WriteByte('"')
	}
	var value func(deep int)
	value = func(deep int) {
		switch kind := r.IntN(4); {
		case deep > 0 && kind == 0:
			b.WriteByte('[')
			for i := range r.IntN(4) {
				if i > 0 {
					b.WriteByte(',')
				}
				value(deep - 1)
			}
			b.WriteByte(']')
		case deep > 0 && kind < 3:
			b.WriteByte('{')
			for i := range r.IntN(4) {
				if i > 0 {
					b.WriteByte(',')
				}
				text()
				b.WriteByte(':')
				value(deep - 1)
			}
			b.WriteByte('}')
		case kind == 3:
			text()
		default:
			b.WriteString("-12.5")
		}
	}
	b.WriteString(`{"":[`)
	value(6)
	b.WriteString(`]}`)
	return b.String()
}

func TestPassEndsWhereTakingByteByByteDoes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 7)) // repeatable
	for range 20_000 {
		doc := document(r)
		floor := r.IntN(3)
		want, begun := len(doc), false
		var n naive
		for i := range len(doc) {
			n.take(doc[i])
			begun = begun || n.depth > floor
			if begun && n.depth == floor {
				want = i + 1
				break
			}
		}

		// The walker begins inside, as Pass does not stop where it begins.
		var w Walker
		at := 0
		for w.Depth <= floor && at < len(doc) {
			w.Depth += int(Nesting[doc[at]]) // the first strings are empty
			at++
		}
		for at < len(doc) && w.Depth > floor {
			chunk := doc[at:min(len(doc), at+1+r.IntN(60))]
			at += w.Pass([]byte(chunk), 0, floor)
		}
		if begun && (at != want || w.Text) {
			t.Fatalf("ended at %d (in a string: %v), want %d, with floor %d in\n%s", at, w.Text, want, floor, doc)
		}
	}
}

func TestEndText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		end        int // 0: it goes on
	}{
		{"a text ends at its quote", `abc",`, 4},
		{"an empty one too", `"`, 1},
		{"an escaped quote is in it", `a\"b"`, 5},
		{"an escaped backslash escapes nothing", `a\\",`, 4},
		{"three backslashes do", `\\\"x"`, 6},
		{"many escapes", strings.Repeat(`\"`, 50) + `"`, 101},
		{"a cut behind a backslash", `abc\`, 0},
		{"no quote", strings.Repeat("x", 100), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for size := 1; size <= len(c.text); size++ {
				w, at := Walker{Text: true}, 0
				for at < len(c.text) && w.Text {
					at += w.EndText([]byte(c.text[at:min(len(c.text), at+size)]), 0)
				}
				if w.Text != (c.end == 0) || !w.Text && at != c.end {
					t.Errorf("in chunks of %d: at %d, in the text: %v", size, at, w.Text)
				}
			}
			if end := ShortText([]byte(c.text), 0); end != 0 && end != c.end {
				t.Errorf("short: at %d", end)
			}
		})
	}
}
