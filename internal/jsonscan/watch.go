package jsonscan

import (
	"math"

	"github.com/otelxapi/otelxapi/internal/jsonwalk"
)

// watchObject reads keys and values of the object at place, up to one that
// needs another reader.
func (s *Scanner) watchObject(p []byte, i int) int {
	for i < len(p) {
		c := p[i]
		i++
		switch c {
		case ' ', '\n', '\r', '\t', ',':
		case ':':
			s.value = s.nameOf(s.lastText())
			s.keyLen = 0
		case '}', ']':
			s.leave()
			if s.state == ended || s.place >= inErrors {
				return i
			}
		default:
			if s.value != nameOther {
				if s.take(c) {
					if s.place >= inErrors {
						return i
					}
					continue
				}
				if s.state == searching || s.total == numberOpen {
					return i - 1
				}
			}
			if !s.open(c) {
				continue
			}
			if !s.at.Text {
				return i
			}
			end := jsonwalk.ShortText(p, i)
			if end == 0 {
				return i
			}
			s.at.Text = false
			if end < len(p) && p[end] == ':' && !s.readsType() { // a key, all of it here
				s.value = s.nameOf(p[i : end-1])
				i = end + 1
				continue
			}
			s.addText(p[i:end])
			i = end
		}
	}
	return i
}

// watchArray counts the elements of the array at place.
func (s *Scanner) watchArray(p []byte, i int) int {
	for ; i < len(p); i++ {
		switch c := p[i]; c {
		case ' ', '\n', '\r', '\t':
		case ',':
			s.fresh = true
		case '}', ']':
			s.leave()
			return i + 1
		default:
			if s.fresh {
				s.fresh = false
				s.count()
				if s.place == inErrors {
					s.errors.element(c)
					if c == '{' {
						s.enter(inError)
						return i + 1
					}
				}
			}
			if s.open(c) {
				return i + 1
			}
		}
	}
	return i
}

// open begins a string, or a container that is not watched.
func (s *Scanner) open(c byte) bool {
	switch c {
	case '"':
		s.at.Text, s.keyLen = true, 0
	case '{', '[':
		s.at.Depth++
	default:
		return false
	}
	return true
}

// lastText returns the last string at place, unless it was a key before. Too
// long a string is cut, and matches no key that matters.
func (s *Scanner) lastText() []byte {
	if s.keyLen == 0 {
		return nil
	}
	return s.key[:s.keyLen-1] // without the quote
}

// nameOf returns what a string means as a key at place.
func (s *Scanner) nameOf(key []byte) name {
	switch s.place {
	case inRoot:
		switch string(key) {
		case "errors":
			return nameErrors
		case "data":
			return nameData
		case "meta":
			return nameMeta
		case "includes":
			return nameIncludes
		}
	case inMeta:
		if string(key) == "result_count" {
			return nameResultCount
		}
	case inError:
		if string(key) == "type" {
			return nameType
		}
	case inIncludes:
		for n, known := range includeNames {
			if string(key) == known {
				s.include = Include(n)
				return nameInclude
			}
		}
	default:
	}
	return nameOther
}

// take begins the value of a key that matters, of which c is the first byte. It
// reports whether that made the value the place to watch.
func (s *Scanner) take(c byte) bool {
	value := s.value
	s.value = nameOther
	switch value {
	case nameErrors:
		s.found = c == '['
		if s.found {
			if s.errors == nil {
				s.errors = new(errorList)
			}
			s.errors.begin()
			return s.enterArray(inErrors)
		}
	case nameData:
		return s.takeData(c)
	case nameMeta:
		if s.known {
			return false
		}
		s.total = numberNone
		if c == '{' {
			return s.enter(inMeta)
		}
	case nameResultCount:
		s.total, s.totalValue = numberNone, 0
		if c >= '0' && c <= '9' {
			s.total = numberOpen
		}
	case nameType:
		s.errors.member(c)
	case nameIncludes:
		s.includeLen = [includes]int32{}
		if c == '{' && s.Count {
			return s.enter(inIncludes)
		}
	case nameInclude:
		s.includeLen[s.include] = 0
		if c == '[' {
			return s.enterArray(inInclude)
		}
	default:
	}
	return false
}

// takeData begins the value of "data", and leaves tracking for searching.
func (s *Scanner) takeData(c byte) bool {
	if s.origin != fromStart { // there was one already, or this one is deeper down
		return false
	}
	s.data, s.dataLen = c != 'n', 0
	if s.data && c != '[' {
		s.dataLen = 1
	}
	switch {
	case !s.data:
	case s.Count && c == '[':
		return s.enterArray(inData)
	case s.Count:
	case !s.found:
		s.known = s.total == numberRead
		s.state, s.origin = searching, fromNowhere
	}
	return false
}

func (s *Scanner) enter(to place) bool {
	s.place, s.at.Depth = to, floors[to]
	return true
}

func (s *Scanner) enterArray(to place) bool {
	s.fresh = true
	counter := s.counter(to)
	*counter = 0
	return s.enter(to)
}

// leave ends the container at place.
func (s *Scanner) leave() {
	s.value = nameOther
	switch s.place {
	case inRoot:
		s.state, s.at.Depth = ended, 0
	case inInclude:
		s.enter(inIncludes)
	case inError:
		s.errors.leave()
		s.enter(inErrors)
	default:
		s.enter(inRoot)
	}
}

func (s *Scanner) counter(of place) *int32 {
	switch of {
	case inErrors:
		return &s.errorsLen
	case inInclude:
		return &s.includeLen[s.include]
	default:
		return &s.dataLen
	}
}

func (s *Scanner) count() {
	if n := s.counter(s.place); *n < math.MaxInt32 {
		*n++
	}
}

// readNumber reads "result_count".
func (s *Scanner) readNumber(p []byte, i int) int {
	for ; i < len(p); i++ {
		switch c := p[i]; {
		case c >= '0' && c <= '9' && s.totalValue < 1e17:
			s.totalValue = s.totalValue*10 + int64(c-'0')
		case c == ',' || c == '}' || isBlank(c):
			s.total = numberRead
			return i
		default:
			s.total = numberNone
			return i
		}
	}
	return i
}
