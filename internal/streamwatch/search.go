package streamwatch

import (
	"bytes"
	"encoding/binary"
)

// A window holds the last bytes of something that passes by.
type window struct {
	b [32]byte
	n uint8
}

func (w *window) clear()        { w.n = 0 }
func (w *window) bytes() []byte { return w.b[:w.n] }

func (w *window) add(p []byte) {
	if len(p) >= len(w.b) {
		w.n = uint8(copy(w.b[:], p[len(p)-len(w.b):])) //nolint:gosec // at most 32
		return
	}
	if excess := int(w.n) + len(p) - len(w.b); excess > 0 {
		w.n = uint8(copy(w.b[:], w.b[excess:w.n])) //nolint:gosec // at most 32
	}
	w.n += uint8(copy(w.b[w.n:], p)) //nolint:gosec // at most 32
}

const (
	errorsKey  = `"errors"`
	errorsWord = '"' | 'e'<<8 | 'r'<<16 | 'r'<<24 | 'o'<<32 | 'r'<<40 | 's'<<48 | '"'<<56
)

// reach is how much before a '[' is looked at: the key, a byte before it, the
// colon, and blanks around that.
const reach = 1 + len(errorsKey) + 1 + 14

// search looks for an array that is the value of "errors", and assumes that it
// is at the top level.
func (l *line) search(p []byte, from int) int {
	for i := from; i < len(p); i++ {
		if p[i] != '[' {
			k := bytes.IndexByte(p[i:], '[')
			if k < 0 {
				break
			}
			i += k
		}
		if l.errorsBefore(p, from, i) {
			l.state, l.place, l.at.Depth = tracking, inErrors, floors[inErrors]
			l.assumed, l.value, l.key = true, true, nameOther
			return i + 1
		}
	}
	l.word.add(p[from:])
	return len(p)
}

// errorsBefore reports whether "errors" and a colon stand before p[i]. The
// search goes on at p[from]: before it, only word is looked at.
func (l *line) errorsBefore(p []byte, from, i int) bool {
	if i-from >= reach {
		if p[i-1] == ':' && p[i-2] == '"' {
			return binary.LittleEndian.Uint64(p[i-9:]) == errorsWord && p[i-10] != '\\'
		}
		if p[i-1] != ':' && !isBlank(p[i-1]) || isLetter(p[i-2]) {
			return false
		}
	}
	joined := l.word
	joined.add(p[max(from, i-reach):i])
	b := joined.bytes()
	b, colon := bytes.CutSuffix(trimBlanks(b[max(0, len(b)-reach):]), []byte(":"))
	b, key := bytes.CutSuffix(trimBlanks(b), []byte(errorsKey))
	return colon && key && len(b) > 0 && b[len(b)-1] != '\\'
}

// trimBlanks returns b without the blanks at its end.
func trimBlanks(b []byte) []byte {
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
