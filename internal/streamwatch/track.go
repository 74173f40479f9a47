package streamwatch

import "github.com/otelxapi/otelxapi/internal/jsonwalk"

// A state is what is done with the next byte of a line.
type state uint8

const (
	starting  state = iota // nothing but blanks came
	tracking               // depth is known, or assumed
	ended                  // the document has ended, or what is taken for it
	searching              // depth is not known
	ignoring               // there is nothing more to know
)

// A place is the innermost container that is watched. What is deeper is passed
// over until depth is back at the place's floor.
type place uint8

const (
	inRoot   place = iota // an object
	inData                // its "data"
	inErrors              // its "errors", before the first item
	inArray               // the document is an array
	inItem                // an object in it
)

var floors = [...]int{inRoot: 1, inData: 2, inErrors: 2, inArray: 1, inItem: 2}

// A name is a key that matters at its place.
type name uint8

const (
	nameOther name = iota
	nameData
	nameErrors
	nameID
	nameCreatedAt
)

const blanks = " \t\r\n"

func isBlank(c byte) bool { return c == ' ' || c == '\r' || c == '\t' || c == '\n' }

// scan takes the next bytes of a line, without its line end.
func (w *Watcher) scan(p []byte) {
	l := &w.line
	for i := 0; i < len(p); {
		switch l.state {
		case starting:
			i = l.start(p, i)
		case tracking:
			i = w.track(p, i)
		case searching:
			i = l.search(p, i)
		case ended:
			if !l.assumed {
				return
			}
			if isBlank(p[i]) {
				i++
			} else { // it was deeper down
				l.partial = false
				l.settle()
			}
		default:
			return
		}
	}
}

// start finds the document.
func (l *line) start(p []byte, i int) int {
	const usual = `{"data":{`
	if len(p)-i >= len(usual) && string(p[i:i+len(usual)]) == usual {
		l.state, l.place, l.at.Depth = tracking, inData, 2
		l.object, l.member, l.hasData = true, true, true
		return i + len(usual)
	}
	switch c := p[i]; {
	case isBlank(c):
	case c == '{':
		l.state, l.place, l.at.Depth, l.object = tracking, inRoot, 1, true
	case c == '[':
		l.state, l.place, l.at.Depth = tracking, inArray, 1
	default:
		l.state = ignoring
	}
	return i + 1
}

// settle ends the tracking of a post whose id is known, or will not be.
func (l *line) settle() {
	l.state, l.assumed = searching, false
	if l.partial {
		l.state = ignoring
	}
	l.at.Leave()
	l.word.clear()
}

func (w *Watcher) track(p []byte, i int) int {
	l := &w.line
	for i < len(p) && l.state == tracking {
		switch {
		case l.at.Depth > floors[l.place]:
			i = l.at.Pass(p, i, floors[l.place])
		case l.at.Text:
			from := i
			i = l.at.EndText(p, i)
			if l.at.Text {
				l.word.add(p[from:i])
			} else {
				l.word.add(p[from : i-1])
				l.read(l.word.bytes())
			}
		case l.place == inErrors:
			i = l.openErrors(p, i)
		default:
			i = w.watch(p, i)
		}
	}
	return i
}

// watch goes over the container that is watched, up to where it opens another,
// or ends.
func (w *Watcher) watch(p []byte, i int) int {
	l := &w.line
	for i < len(p) && l.state == tracking {
		c := p[i]
		i++
		switch c {
		case '"':
			from := i
			if i = jsonwalk.ShortText(p, from); i == 0 {
				l.at.Text = true
				if i = l.at.EndText(p, from); l.at.Text {
					l.word.clear()
					l.word.add(p[from:i])
					return i
				}
			}
			l.read(p[from : i-1])
		case ':':
			l.value = true
		case ',':
			l.value = false
		case '{', '[':
			l.open(c)
			return i
		case '}', ']':
			w.close()
			return i
		case 'n': // null is as good as no value
			if l.value {
				l.key = nameOther
			}
		default:
			if l.isData() && !isBlank(c) {
				l.foundData()
			}
		}
	}
	return i
}

func (l *line) foundData() {
	l.hasData = true
	l.created = 0 // of an id_str beside it
}

func (l *line) isData() bool { return l.place == inRoot && l.value && l.key == nameData }

// read takes a string of the place that is watched, or its last bytes if it is
// longer than the window: then it is none that matters.
func (l *line) read(s []byte) {
	if !l.value {
		l.member = true
		l.key = l.nameOf(s)
		return
	}
	switch l.key {
	case nameData:
		l.foundData()
	case nameCreatedAt:
		if l.dateLen == 0 && len(s) < len(l.date) {
			l.dateLen = uint8(copy(l.date[:], s)) //nolint:gosec // at most 32
		}
	case nameID:
		if !l.hasID {
			l.hasID, l.created = true, createdAt(s)
		}
		if l.place == inData {
			l.settle()
		}
		l.legacy = l.legacy || l.place == inRoot
	}
}

// nameOf returns which of the keys that matter at this place a key is.
func (l *line) nameOf(s []byte) name {
	if l.assumed { // it may not be the root: nothing else is certain
		if string(s) == "errors" {
			return nameErrors
		}
		return nameOther
	}
	switch string(s) {
	case "data":
		if l.place == inRoot {
			return nameData
		}
	case "errors":
		if l.place == inRoot {
			return nameErrors
		}
	case "id":
		if l.place == inData {
			return nameID
		}
	case "id_str":
		if l.place == inItem || (l.place == inRoot && !l.hasData) {
			return nameID
		}
	case "created_at":
		if l.place != inRoot {
			return nameCreatedAt
		}
	}
	return nameOther
}

func (l *line) open(c byte) {
	l.at.Depth++
	switch {
	case l.isData():
		l.foundData()
		if c == '{' {
			l.place, l.value, l.hasID = inData, false, false
		}
	case l.place == inRoot && l.value && l.key == nameErrors && c == '[':
		l.place = inErrors
	case l.place == inArray && c == '{':
		l.place, l.value = inItem, false
	}
	l.key = nameOther
}

func (w *Watcher) close() {
	l := &w.line
	l.at.Depth--
	switch l.place {
	case inData:
		l.place = inRoot
		l.settle()
	case inItem:
		l.place = inArray
		l.items++
		w.addPost()
	default:
		l.state = ended
	}
}

// openErrors looks whether there is an item in "errors".
func (l *line) openErrors(p []byte, i int) int {
	for i < len(p) && isBlank(p[i]) {
		i++
	}
	if i < len(p) {
		l.place = inRoot
		l.partial = l.partial || p[i] != ']'
	}
	return i
}
