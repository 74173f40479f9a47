package jsonscan

import (
	"encoding/json"
	"math"
)

// MaxErrors is how many bytes of an "errors" array are kept.
const MaxErrors = 1 << 10

// MaxListed is for how many elements of an "errors" array the "type" is known
// one by one. From there on elements are counted by type.
const MaxListed = 8

const (
	maxTypes = 12  // that are told apart
	maxType  = 112 // bytes: the longest of X's, with every slash escaped
)

// A TypeCount is how many elements of an "errors" array have a type.
type TypeCount struct {
	Type string
	N    int
}

// errorList is what is kept of an "errors" array. It is allocated when the
// first one is found, and used again for those that follow.
type errorList struct {
	beginning [MaxErrors]byte
	captured  uint16 // bytes of it
	listed    uint8  // elements that can be errors: objects and texts; at most MaxListed+1
	first     [MaxListed]uint8
	used      uint8 // of types
	types     [maxTypes]typeCount
	reading   bool // the value of "type"
	open      typeText
}

// typeCount is a type, and how many elements behind the first ones have it.
type typeCount struct {
	typeText
	n int32
}

// typeText is the value of "type" as the document spells it.
type typeText struct {
	len  uint8 // more than maxType: too long
	text [maxType]byte
}

// begin makes room for an array, and keeps its bracket.
func (l *errorList) begin() {
	l.beginning[0], l.captured = '[', 1
	l.listed, l.used, l.reading = 0, 0, false
}

// capture keeps p, as far as there is room.
func (l *errorList) capture(p []byte) {
	if len(p) == 1 && l.captured < MaxErrors { // a bracket or a comma: without a call
		l.beginning[l.captured] = p[0]
		l.captured++
		return
	}
	l.captured += uint16(copy(l.beginning[l.captured:], p)) //nolint:gosec // at most MaxErrors
}

// element begins an element, of which c is the first byte.
func (l *errorList) element(c byte) {
	l.open.len, l.reading = 0, false
	if (c == '{' || c == '"') && l.listed <= MaxListed {
		if l.listed++; l.listed <= MaxListed {
			l.first[l.listed-1] = 0
		}
	}
}

// member begins the value of "type", of which c is the first byte.
func (l *errorList) member(c byte) { l.open.len, l.reading = 0, c == '"' }

// add adds to the value of "type", and ends it with its quote.
func (l *errorList) add(text []byte, ends bool) {
	if ends {
		l.reading = false
		text = text[:len(text)-1]
	}
	t := &l.open
	if len(text) > maxType-int(t.len) {
		t.len = maxType + 1
		return
	}
	t.len += uint8(copy(t.text[t.len:], text)) //nolint:gosec // at most maxType
}

// leave ends an element that is an object.
func (l *errorList) leave() {
	k := l.indexOf(&l.open)
	if l.listed <= MaxListed {
		l.first[l.listed-1] = k
	} else if k > 0 && l.types[k-1].n < math.MaxInt32 {
		l.types[k-1].n++
	}
}

// indexOf returns the index of a type, from 1, or 0 for none and for one too
// many.
func (l *errorList) indexOf(t *typeText) uint8 {
	if t.len == 0 || t.len > maxType {
		return 0
	}
	for i := range l.used {
		if string(l.types[i].bytes()) == string(t.bytes()) {
			return i + 1
		}
	}
	if l.used == maxTypes {
		return 0
	}
	l.types[l.used] = typeCount{typeText: *t}
	l.used++
	return l.used
}

func (t *typeText) bytes() []byte { return t.text[:t.len] }

// String returns the value without its escapes.
func (t *typeText) String() (s string) {
	if json.Unmarshal([]byte(`"`+string(t.bytes())+`"`), &s) != nil {
		return ""
	}
	return s
}

// Errors returns the top-level "errors" array: its first MaxErrors bytes, valid
// until the next Feed, and the number of elements so far. It is not found
// before the document has ended, unless it is known to be at the top level. An
// "errors" that is no array is not found.
func (s *Scanner) Errors() (array []byte, n int, found bool) {
	if !s.found || !s.sure() {
		return nil, 0, false
	}
	return s.errors.beginning[:s.errors.captured], int(s.errorsLen), true
}

// ErrorTypes returns what the elements of the array that Errors returns have as
// "type": that of the first MaxListed one by one, in their order, "" for an
// element whose type is missing, no text, longer than 112 bytes, or not
// complete yet; of the rest, how many have each. Elements that are neither
// objects nor texts are left out. No more than 12 types are told apart: further
// ones count as missing.
func (s *Scanner) ErrorTypes() (first []string, rest []TypeCount) {
	if !s.found || !s.sure() {
		return nil, nil
	}
	l := s.errors
	var types [1 + maxTypes]string
	for i := range l.used {
		t := &l.types[i]
		types[i+1] = t.String()
		if t.n > 0 {
			rest = append(rest, TypeCount{types[i+1], int(t.n)})
		}
	}
	for _, k := range l.first[:min(l.listed, MaxListed)] {
		first = append(first, types[k])
	}
	return first, rest
}
