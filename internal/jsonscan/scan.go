// Package jsonscan watches a JSON document that passes by in chunks of any
// size, and tells what an answer of the X API says about itself at its top
// level: whether there is an "errors" array and what is in it, whether there is
// "data", what "meta" gives as "result_count", and, where asked, how many
// resources "data" and "includes" hold. It keeps no more than 128 bytes, and
// allocates nothing but, once one is found, the 3 KiB for an "errors" array: the
// first 1 KiB of it, and what its elements have as "type".
//
// # How
//
// The document is tracked exactly, container by container, until a top-level
// "data" comes by, which is first in X's answers. From there on only '[' is
// looked for with [bytes.IndexByte], or on processors with AVX2 the end of the
// key "errors", and what stands before the '[' is compared with that. Text cannot
// forge the key, for inside a string every quote has a backslash before it; an
// object deeper down can have the same key, and does in X's schemas
// (Engagement.errors in the analytics answers of X's OpenAPI document). So a find
// is taken to be at the top level and tracked exactly: it was, if the document
// ends with the object that holds it, and it is forgotten, and the search resumed,
// if anything follows that object. "meta" is found in the same way, behind the
// last '['.
//
// With [Scanner.Count], the whole document is tracked.
//
// # Limits
//
// What is said holds for a valid document; an invalid one has no meaning, and
// does no harm. Bytes behind the document are ignored, a byte order mark before
// it as well.
//
//   - A key that is spelled with \u escapes is not recognized.
//   - Of a key that the top level repeats, the last counts, as for
//     encoding/json. Behind "data" that is so for "errors" alone, unless Count
//     is set.
//   - Behind "data", more than 14 blanks around its colon hide "errors", unless
//     Count is set.
//   - Behind "data", "meta" is found if it follows "errors", or if no '[' but
//     that of an "errors" follows it, unless Count is set. X writes "meta" last.
//   - A document that is cut right behind an object within it can look
//     complete, as [Scanner.Complete] describes, unless Count is set.
package jsonscan

import "github.com/otelxapi/otelxapi/internal/jsonwalk"

// An Include is an array of "includes", the resources that an answer's
// expansions add to its data.
type Include uint8

// The arrays of "includes", by the name that each has in the schema Expansions
// of X's OpenAPI document; "posts" is the newer name of "tweets".
const (
	Users Include = iota
	Tweets
	Posts
	Media
	Places
	Polls
	Topics
	includes // their number
)

var includeNames = [includes]string{"users", "tweets", "posts", "media", "places", "polls", "topics"}

// String returns the array's key, or "" for an Include that is not defined.
func (n Include) String() string {
	if n >= includes {
		return ""
	}
	return includeNames[n]
}

// A Scanner holds what is known of a document so far. The zero value is ready
// for one document. It is not safe for concurrent use.
type Scanner struct {
	// Count asks for Data and Includes, and for exactness in the cases that the
	// limits above name, at about a tenth of the speed. Set it before Feed.
	Count bool

	state  state
	origin origin
	place  place
	value  name // of the key whose value comes next, at place
	fresh  bool // before an element, in an array that is counted

	found bool // an "errors" array, which counts if sure says so
	data  bool // at the top level, and not null
	total number
	known bool // total was read while tracking from the start

	include Include // the one at place
	keyLen  uint8
	key     [maxKey]byte // the last string at place

	errors *errorList // nil until an "errors" array is found

	at         jsonwalk.Walker
	totalValue int64
	errorsLen  int32
	dataLen    int32
	includeLen [includes]int32

	behind [window]byte // the last bytes of the document
}

// Feed takes the next bytes of the document. It does not keep p.
func (s *Scanner) Feed(p []byte) {
	for i := 0; i < len(p); {
		switch {
		case s.state == ignoring:
			i = len(p)
		case s.state == searching || s.origin == fromMeta:
			i = s.search(p, i)
		default:
			i = s.track(p, i)
		}
	}
	s.remember(p)
}

// remember keeps the end of the document for the next chunk to look back at.
func (s *Scanner) remember(p []byte) {
	if len(p) >= window {
		s.behind = [window]byte(p[len(p)-window:])
		return
	}
	copy(s.behind[:], s.behind[len(p):])
	copy(s.behind[window-len(p):], p)
}

// sure reports whether the depth of what was found is known: tracked from the
// start, or confirmed by the end of the document.
func (s *Scanner) sure() bool { return s.origin == fromStart || s.state == ended }

// HasData reports whether the top level has a "data" that is not null.
func (s *Scanner) HasData() bool { return s.data }

// ResultCount returns "result_count" of the top-level "meta". It is not found
// if it is anything but digits that give less than 1e18.
func (s *Scanner) ResultCount() (n int64, found bool) {
	if s.total != numberRead || !s.known && !s.sure() {
		return 0, false
	}
	return s.totalValue, true
}

// Data returns the number of elements of a top-level "data" array so far, 1 for
// data that is no array, 0 for null and for none. An array is 0 unless Count is
// set.
func (s *Scanner) Data() int { return int(s.dataLen) }

// Includes returns the number of elements of an array of the top-level
// "includes" so far. It is 0 unless Count is set.
func (s *Scanner) Includes(n Include) int {
	if n >= includes {
		return 0
	}
	return int(s.includeLen[n])
}

// Complete reports whether the document has ended, every container of it
// closed; never for a document that is neither an object nor an array.
//
// Unless Count is set, what is passed over is not tracked. So behind "data" a
// document that is cut right behind a '}' may look complete, and "errors" and
// "meta" of the object which that one closes like the document's own; so may an
// array that is cut right behind a ']', and a document that ends in more than
// 23 blanks may look cut. A transport that tells an unexpected end knows better.
func (s *Scanner) Complete() bool {
	switch s.state {
	case ended:
		return true
	case searching:
		return s.lastByte() == '}'
	case ignoring:
		return s.origin == fromStart && s.lastByte() == ']'
	default:
		return false
	}
}

func (s *Scanner) lastByte() byte {
	w := trimBlanks(s.behind[:])
	if len(w) == 0 {
		return 0
	}
	return w[len(w)-1]
}
