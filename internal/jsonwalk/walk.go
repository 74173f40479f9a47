// Package jsonwalk goes over JSON that passes by in chunks of any size, string
// by string and container by container, without looking into them.
package jsonwalk

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A Walker is where in the containers and strings of a document the next byte
// is. The zero value is at the beginning of one. What it does is exact for a
// valid document; with an invalid one it does no harm.
type Walker struct {
	Depth  int  // containers that are open
	Text   bool // the next byte is in a string
	escape bool // and has a backslash before it
}

// Leave forgets the string that the next byte is in.
func (w *Walker) Leave() { w.Text, w.escape = false, false }

// Nesting is what a byte outside strings adds to the depth.
var Nesting = [256]int8{'{': 1, '[': 1, '}': -1, ']': -1}

// Pass goes over p[i:] until no more than floor containers are open. It returns
// the index behind the bracket that ended the last one, or len(p).
func (w *Walker) Pass(p []byte, i, floor int) int {
	depth := w.Depth
	if w.Text {
		i = w.EndText(p, i)
	}
	for i < len(p) {
		c := p[i]
		i++
		if c == '"' {
			if i < len(p) && p[i] == '"' { // nothing in it
				i++
				continue
			}
			if k := ShortText(p, i); k > 0 {
				i = k
				continue
			}
			w.Text = true
			i = w.EndText(p, i)
		} else if depth += int(Nesting[c]); depth == floor {
			break
		}
	}
	w.Depth = depth
	return i
}

// ShortText returns the index behind the quote that ends a string which begins
// at p[i], is short, and free of escapes at its end; else 0. It reads eight
// bytes at a time, which beats a call of [bytes.IndexByte] for the keys and ids
// of an answer.
func ShortText(p []byte, i int) int {
	const ones, highs, quotes = 0x0101010101010101, 0x8080808080808080, 0x2222222222222222
	for end := min(len(p), i+32) - 8; i <= end; i += 8 {
		x := binary.LittleEndian.Uint64(p[i:]) ^ quotes
		if zero := (x - ones) &^ x & highs; zero != 0 { // the lowest bit is exact
			i += bits.TrailingZeros64(zero) / 8
			if p[i-1] == '\\' {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

// EndText returns the index behind the quote that ends the string, or len(p).
func (w *Walker) EndText(p []byte, i int) int {
	for i < len(p) && w.Text {
		if w.escape {
			i = w.endNear(p, i)
			continue
		}
		k := bytes.IndexByte(p[i:], '"')
		end := i + k
		if k < 0 {
			end = len(p)
		}
		slashes := 0
		for j := end - 1; j >= i && p[j] == '\\'; j-- {
			slashes++
		}
		i = end
		w.escape = slashes%2 == 1
		if k >= 0 && !w.escape {
			w.Text = false
			i++
		}
	}
	return i
}

// endNear does the same for a few bytes, one by one. Where there was one
// escape there are more, and a call for each costs too much.
func (w *Walker) endNear(p []byte, i int) int {
	for end := min(len(p), i+32); i < end; i++ {
		switch {
		case w.escape:
			w.escape = false
		case p[i] == '\\':
			w.escape = true
		case p[i] == '"':
			w.Text = false
			return i + 1
		}
	}
	return i
}
