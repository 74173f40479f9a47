package jsonscan

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
		case s.at.Depth > floors[s.place]:
			i = s.at.Pass(p, i, floors[s.place])
			if s.at.Depth == 0 {
				s.state = ended
			}
		case s.at.Text:
			i = s.at.EndText(p, i)
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
		s.state, s.place, s.at.Depth = tracking, inRoot, 1
	case c == '[' && s.Count:
		s.state, s.place, s.at.Depth = tracking, elsewhere, 1
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

// readsType reports whether the string is the type of an error.
func (s *Scanner) readsType() bool { return s.place == inError && s.errors.reading }

// addText adds to the last string at place, which may be a key, or the type of
// an error. s.at.Text says whether it goes on.
func (s *Scanner) addText(text []byte) {
	if s.readsType() {
		s.errors.add(text, !s.at.Text)
		return
	}
	if len(text) > maxKey-int(s.keyLen) {
		s.keyLen = maxKey + 1
		return
	}
	s.keyLen += uint8(copy(s.key[s.keyLen:], text)) //nolint:gosec // at most maxKey
}
