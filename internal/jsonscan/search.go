package jsonscan

import (
	"bytes"
	"encoding/binary"

	"github.com/otelxapi/otelxapi/internal/jsonwalk"
)

const (
	errorsKey = `"errors"`
	metaKey   = `"meta"`

	// window is how far back a key is looked for: the key, the colon, the byte
	// before them, and 14 blanks for the longer one.
	window = 24

	// The eight bytes before a '[' or '{' without blanks, as little-endian words:
	// of "meta" the last seven.
	errorsWord = 'e' | 'r'<<8 | 'r'<<16 | 'o'<<24 | 'r'<<32 | 's'<<40 | '"'<<48 | ':'<<56
	metaWord   = '"' | 'm'<<8 | 'e'<<16 | 't'<<24 | 'a'<<32 | '"'<<40 | ':'<<48

	// nextKey is the least distance from a '[' to that of an "errors" behind it.
	nextKey = 1 + len(errorsKey) + 1
)

// search looks for "errors" arrays in p[i:], and for "meta" behind the last '['.
// It returns len(p), or the index of the '[' from which on to track.
func (s *Scanner) search(p []byte, i int) int {
	k := nextArray(p, i)
	for k < len(p) && !s.keyBefore(p, k, errorsKey) {
		k = nextArray(p, k+nextKey)
	}
	s.searchMeta(p[:k], i, i+1+lastArray(p[i:k]))
	if k == len(p) {
		return k
	}
	if s.state != tracking { // else from "meta", and the key has been read
		if end := refuted(p, k); end > 0 {
			s.forget()
			return end
		}
		s.begin(nameErrors)
	}
	s.origin = fromErrors
	return k
}

// searchArray returns the index of the first '[' of p[i:] before which
// "errors" may stand, as mayFollow has it, or len(p).
func searchArray(p []byte, i int) int {
	for i < len(p) {
		k := bytes.IndexByte(p[i:], '[')
		if k < 0 {
			break
		}
		k += i
		if mayFollow(p, k, errorsWord, 0) {
			return k
		}
		i = k + nextKey
	}
	return len(p)
}

// searchLast returns the index of the last '[' of p, or -1. It is quick where
// there is none, or one near the end, and few: it looks with [bytes.IndexByte].
func searchLast(p []byte) int {
	const few = 8
	for size := 256; len(p) > 0; size *= 4 {
		from := max(0, len(p)-size)
		k := bytes.IndexByte(p[from:], '[')
		if k < 0 {
			p = p[:from]
			continue
		}
		last := from + k
		for range few {
			if k = bytes.IndexByte(p[last+1:], '['); k < 0 {
				return last
			}
			last += 1 + k
		}
		return last + max(0, bytes.LastIndexByte(p[last:], '['))
	}
	return -1
}

// searchMeta looks for a "meta" object in p[gap:], and tracks it; gap is behind
// the last '[' of p[i:].
func (s *Scanner) searchMeta(p []byte, i, gap int) {
	if gap > i && s.origin == fromMeta {
		s.forget()
	}
	for gap < len(p) && !s.known {
		if s.origin == fromMeta {
			gap = s.track(p, gap)
			continue
		}
		k := bytes.IndexByte(p[gap:], '{')
		if k < 0 {
			return
		}
		k += gap
		if mayFollow(p, k, metaWord, 8) && s.keyBefore(p, k, metaKey) {
			if end := refuted(p, k); end > 0 {
				gap = end
				continue
			}
			s.begin(nameMeta)
			s.origin = fromMeta
			gap = k
			continue
		}
		gap = k + 1 + len(metaKey)
	}
}

// begin starts to track at the value of a key, which is taken for the root's.
func (s *Scanner) begin(value name) {
	s.forget()
	s.state, s.place, s.at.Depth, s.value = tracking, inRoot, floors[inRoot], value
}

// forget drops what was taken to be at the top level, and is not.
func (s *Scanner) forget() {
	s.state, s.origin = searching, fromNowhere
	s.at.Leave()
	s.value = nameOther
	s.found = false
	if !s.known {
		s.total = numberNone
	}
}

// mayFollow reports whether p[i] may be the value of a key: the key and a colon
// stand before it, as a word of which the lowest bits are left out, or there
// are blanks. It is small enough to be inlined, and its branches are easy to
// predict.
func mayFollow(p []byte, i int, key uint64, skip uint) bool {
	if i < 8 {
		return true
	}
	before := binary.LittleEndian.Uint64(p[i-8:])
	return before>>skip == key || spacing[before>>48&0xff]
}

// spacing tells the bytes that are second to last before a value which has
// blanks before it.
var spacing = [256]bool{':': true, ' ': true, '\n': true, '\r': true, '\t': true}

// refuted returns the index behind the object that holds the value at p[k], if
// that ends soon and the document goes on: then it is not the top level. Else
// it returns 0. Tracking would tell as well, but takes its time, and an answer
// may have such a value in each of its items.
func refuted(p []byte, k int) int {
	const soon = 48
	depth := 1
	for end := min(len(p)-1, k+soon); k < end; {
		c := p[k]
		k++
		if c == '"' {
			if k = jsonwalk.ShortText(p, k); k == 0 {
				return 0
			}
		} else if depth += int(jsonwalk.Nesting[c]); depth == 0 {
			if k < len(p) && (p[k] == ',' || p[k] == ']' || p[k] == '}') {
				return k
			}
			return 0
		}
	}
	return 0
}

// keyBefore reports whether key stands before p[i], with a colon and any blanks
// around it. A backslash before the key makes it the end of a longer one.
func (s *Scanner) keyBefore(p []byte, i int, key string) bool {
	if k := i - 1 - len(key); k > 0 && p[i-1] == ':' && p[i-2] == '"' {
		return string(p[k:i-1]) == key && p[k-1] != '\\'
	}
	var joined [window]byte
	w := joined[:]
	if i >= window {
		w = p[i-window : i]
	} else {
		copy(w, s.behind[i:])
		copy(w[window-i:], p[:i])
	}
	w = trimBlanks(w)
	if len(w) == 0 || w[len(w)-1] != ':' {
		return false
	}
	w = trimBlanks(w[:len(w)-1])
	k := len(w) - len(key)
	return k > 0 && string(w[k:]) == key && w[k-1] != '\\'
}

// trimBlanks returns w without the blanks at its end.
func trimBlanks(w []byte) []byte {
	for len(w) > 0 && isBlank(w[len(w)-1]) {
		w = w[:len(w)-1]
	}
	return w
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
