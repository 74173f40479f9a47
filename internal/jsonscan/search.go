package jsonscan

import (
	"bytes"
	"encoding/binary"
)

const (
	errorsKey = `"errors"`
	metaKey   = `"meta"`

	// window is how far back a key is looked for: the key, the colon, the byte
	// before them, and 14 blanks for the longer one.
	window = 24

	errorsWord = 0x2273726f72726522 // errorsKey as a little-endian word
)

// search looks for "errors" arrays in p[i:], and for "meta" behind the last '['.
// It returns len(p), or the index of the '[' from which on to track.
func (s *Scanner) search(p []byte, i int) int {
	gap := i // no "errors" fits between a '[' and the next few bytes: they are skipped
	for off := i; off < len(p); off = gap + len(errorsKey) {
		k := bytes.IndexByte(p[off:], '[')
		if k < 0 {
			break
		}
		k += off
		if !isOtherKey(p, k) && s.keyBefore(p, k, errorsKey) {
			s.searchMeta(p[:k], i, gap)
			if s.state != tracking { // else from "meta", and the key has been read
				s.begin(nameErrors)
			}
			s.origin = fromErrors
			return k
		}
		gap = k + 1
	}
	s.searchMeta(p, i, gap)
	return len(p)
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
		if s.keyBefore(p, k, metaKey) {
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
	s.state, s.place, s.depth, s.value = tracking, inRoot, floors[inRoot], value
}

// forget drops what was taken to be at the top level, and is not.
func (s *Scanner) forget() {
	s.state, s.origin = searching, fromNowhere
	s.text, s.escape, s.value = false, false, nameOther
	s.found = false
	if !s.known {
		s.total = numberNone
	}
}

// isOtherKey reports whether a key other than "errors" stands before p[i], with
// one byte between them. It is small enough to be inlined.
func isOtherKey(p []byte, i int) bool {
	return i >= 9 && p[i-2] == '"' && binary.LittleEndian.Uint64(p[i-9:]) != errorsWord
}

// keyBefore reports whether key stands before p[i], with a colon and any blanks
// around it. A backslash before the key makes it the end of a longer one.
func (s *Scanner) keyBefore(p []byte, i int, key string) bool {
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
