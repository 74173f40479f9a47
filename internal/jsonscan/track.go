package jsonscan

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A state is what is done with the next byte.
type state uint8

const (
	starting  state = iota // the root has not begun
	tracking               // depth is known, or taken to be known
	ended                  // the root is closed, or what is taken for it
	searching              // depth is not known
	ignoring               // there is nothing to be found
)

// An origin is where tracking began, and so what depth rests on.
type origin uint8

const (
	fromStart   origin = iota // of the document: depth is known
	fromNowhere               // not tracking
	fromMeta                  // depth holds if this "meta" is at the top level
	fromErrors                // depth holds if this "errors" is at the top level
)

// A place is the innermost container that is watched. What is deeper is passed
// over until depth is back at the place's floor.
type place uint8

const (
	inRoot place = iota
	inMeta
	inIncludes
	inError  // an element of inErrors
	inErrors // from here on, arrays
	inData
	inInclude
	elsewhere // a root that is an array
)

var floors = [...]int{inRoot: 1, inMeta: 2, inIncludes: 2, inError: 3, inErrors: 2, inData: 2, inInclude: 3, elsewhere: 0}

// A name is a key that matters at its place.
type name uint8

const (
	nameOther name = iota
	nameErrors
	nameData
	nameMeta
	nameIncludes
	nameResultCount
	nameInclude // one of includeNames
	nameType    // of an error
)

const maxKey = 13 // bytes, the length of "result_count" and the quote behind it

// A number is how far "result_count" was read.
type number uint8

const (
	numberNone number = iota
	numberOpen
	numberRead
)

// track follows p[i:] exactly. It returns len(p), or the index from which on to
// search.
func (s *Scanner) track(p []byte, i int) int {
	for i < len(p) {
		from, was := i, s.place
		switch {
		case s.state == starting:
			i = s.start(p, i)
		case s.state == ended:
			i = s.end(p, i)
		case s.state != tracking:
			return i
		case s.depth > floors[s.place]:
			i = s.pass(p, i)
		case s.text:
			i = s.endText(p, i)
			s.addText(p[from:i])
		case s.total == numberOpen:
			i = s.readNumber(p, i)
		case was >= inErrors:
			i = s.watchArray(p, i)
		default:
			i = s.watchObject(p, i)
		}
		if was == inErrors || was == inError {
			s.errors.capture(p[from:i])
		}
	}
	return i
}

// start finds the root.
func (s *Scanner) start(p []byte, i int) int {
	switch c := p[i]; {
	case isBlank(c), c == 0xEF, c == 0xBB, c == 0xBF: // the byte order mark
	case c == '{':
		s.state, s.place, s.depth = tracking, inRoot, 1
	case c == '[' && s.Count:
		s.state, s.place, s.depth = tracking, elsewhere, 1
	case c == '[':
		s.state = ignoring
	default:
		s.state, s.origin = ignoring, fromNowhere
	}
	return i + 1
}

// end passes over what follows the document; if that is more than blanks, what
// was taken for the document was an object in it.
func (s *Scanner) end(p []byte, i int) int {
	if s.origin == fromStart {
		return len(p)
	}
	for i < len(p) && isBlank(p[i]) {
		i++
	}
	if i < len(p) {
		s.forget()
	}
	return i
}

// nesting is what a byte outside strings adds to the depth.
var nesting = [256]int8{'{': 1, '[': 1, '}': -1, ']': -1}

// pass goes over containers that are not watched.
func (s *Scanner) pass(p []byte, i int) int {
	depth, floor := s.depth, floors[s.place]
	if s.text {
		i = s.endText(p, i)
	}
	for i < len(p) {
		c := p[i]
		i++
		if c == '"' {
			if i < len(p) && p[i] == '"' { // nothing in it
				i++
				continue
			}
			if k := shortText(p, i); k > 0 {
				i = k
				continue
			}
			s.text = true
			i = s.endText(p, i)
		} else if depth += int(nesting[c]); depth == floor {
			break
		}
	}
	if s.depth = depth; depth == 0 {
		s.state = ended
	}
	return i
}

// shortText returns the index behind the quote that ends a string which is
// short and free of escapes at its end, or 0. It reads eight bytes at a time,
// which beats a call of [bytes.IndexByte] for the keys and ids of an answer.
func shortText(p []byte, i int) int {
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

// endText returns the index behind the quote that ends the string, or len(p).
func (s *Scanner) endText(p []byte, i int) int {
	for i < len(p) && s.text {
		if s.escape {
			i = s.endNear(p, i)
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
		s.escape = slashes%2 == 1
		if k >= 0 && !s.escape {
			s.text = false
			i++
		}
	}
	return i
}

// endNear does the same for a few bytes, one by one. Where there was one
// escape there are more, and a call for each costs too much.
func (s *Scanner) endNear(p []byte, i int) int {
	for end := min(len(p), i+32); i < end; i++ {
		switch {
		case s.escape:
			s.escape = false
		case p[i] == '\\':
			s.escape = true
		case p[i] == '"':
			s.text = false
			return i + 1
		}
	}
	return i
}

// readsType reports whether the string is the type of an error.
func (s *Scanner) readsType() bool { return s.place == inError && s.errors.reading }

// addText adds to the last string at place, which may be a key, or the type of
// an error. s.text says whether it goes on.
func (s *Scanner) addText(text []byte) {
	if s.readsType() {
		s.errors.add(text, !s.text)
		return
	}
	if len(text) > maxKey-int(s.keyLen) {
		s.keyLen = maxKey + 1
		return
	}
	s.keyLen += uint8(copy(s.key[s.keyLen:], text)) //nolint:gosec // at most maxKey
}
