package jsonscan

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// A writer writes random documents that are hard to tell apart: the keys that
// matter at all depths, repeated, as values, and forged in strings.
type writer struct {
	*rand.Rand
	b      []byte
	spaced bool
}

var (
	pieces = []string{
		"errors", `\"errors\":[`, `\"errors\":[{`, `\"`, `\\`, `\\\\\"`, `\\\"`, "[", "]", "{", "}", ":", ",", "data", "meta",
		`\"meta\":{\"result_count\":7}`, `\"data\":[`, "é", "🙃", `\u00e9`, `\ud83d\ude43`, `\n`, `\/`, "null", " ", `errors\":[`, "result_count",
	}
	keys   = []string{"errors", "errors", "data", "meta", "includes", "result_count", "users", "tweets", "error", "type", "errorss", "Errors", `\\errors`, `x\"errors`}
	blanks = []string{"", " ", "\n", "\r\n", "\t", "\n  ", "\r\n    ", "      "}
	types  = []string{
		"", "about:blank", "https://api.x.com/2/problems/resource-not-found", `https:\/\/api.twitter.com\/2\/problems\/not-authorized-for-resource`,
		`a\"b`, `\\`, `\u00e9`, `\ud83d`, "é", strings.Repeat("x", maxType-2), strings.Repeat("x", maxType), strings.Repeat("y", 3*maxType),
	}
	counts = []string{
		"0", "7", "100", "12345678901", "999999999999999999", "1000000000000000000", "123456789012345678901234567890",
		"-1", "-0", "1.0", "1e2", "0.5", `"7"`, "null", "true", "[7]", "{}", `{"result_count":7}`,
	}
)

func pick[T any](w *writer, list []T) T { return list[w.IntN(len(list))] }

func (w *writer) put(s string) { w.b = append(w.b, s...) }

func (w *writer) blank() {
	if w.spaced {
		w.put(pick(w, blanks))
	}
}

func (w *writer) text() {
	w.put(`"`)
	for range w.IntN(5) {
		w.put(pick(w, pieces))
	}
	if w.IntN(40) == 0 { // longer than what is read at a time
		w.b = append(w.b, bytes.Repeat([]byte(pick(w, pieces)), 30)...)
	}
	w.put(`"`)
}

// list writes n things between the brackets.
func (w *writer) list(brackets string, n int, thing func(i int)) {
	w.put(brackets[:1])
	for i := range n {
		if i > 0 {
			w.put(",")
		}
		w.blank()
		thing(i)
		w.blank()
	}
	if n == 0 {
		w.blank()
	}
	w.put(brackets[1:])
}

func (w *writer) member(key string, value func()) {
	w.put(`"` + key + `"`)
	w.blank()
	w.put(":")
	w.blank()
	value()
}

func (w *writer) array(n, deep int) {
	w.list("[]", n, func(int) { w.value(deep - 1) })
}

func (w *writer) object(n, deep int) {
	w.list("{}", n, func(int) {
		if w.IntN(5) == 0 {
			w.text()
			w.put(":")
			w.value(deep - 1)
			return
		}
		w.member(pick(w, keys), func() { w.value(deep - 1) })
	})
}

// problem writes an error as X does, or nearly.
func (w *writer) problem() {
	order := []string{"title", "detail", "type", "type", "parameters"}
	w.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	if w.IntN(20) == 0 {
		w.value(2)
		return
	}
	w.list("{}", w.IntN(1+len(order)), func(i int) {
		w.member(order[i], func() {
			switch {
			case w.IntN(10) == 0:
				w.value(2)
			case order[i] == "type":
				w.put(`"` + pick(w, types))
				if w.IntN(4) == 0 {
					w.put(strconv.Itoa(w.IntN(20)))
				}
				w.put(`"`)
			default:
				w.text()
			}
		})
	})
}

func (w *writer) value(deep int) {
	kind := w.IntN(10)
	switch {
	case deep > 0 && kind < 3:
		w.array(w.IntN(4), deep)
	case deep > 0 && kind < 7:
		w.object(w.IntN(4), deep)
	case kind < 8:
		w.text()
	default:
		w.put(pick(w, []string{"null", "true", "false", "0", "-12.5e+3", "1111111111111111111", "[]", "{}"}))
	}
}

// answer writes the members of an answer in any order, some of them in other
// shapes than X's.
func (w *writer) answer() {
	order := []string{"data", "errors", "meta", "includes", "other", "title", "errors"}
	if w.IntN(8) > 0 {
		order = order[:6]
	}
	if w.IntN(2) == 0 {
		w.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	keep := order[:0]
	for _, key := range order {
		if w.IntN(10) < 6 {
			keep = append(keep, key)
		}
	}
	w.list("{}", len(keep), func(i int) {
		w.member(keep[i], func() {
			switch {
			case w.IntN(6) == 0:
				w.value(3)
			case keep[i] == "data" && w.IntN(4) > 0, keep[i] == "errors" && w.IntN(2) == 0:
				w.array(w.IntN(5), 4)
			case keep[i] == "errors":
				w.list("[]", w.IntN([]int{5, 5, 5, 30}[w.IntN(4)]), func(int) { w.problem() })
			case keep[i] == "meta":
				w.list("{}", w.IntN(4), func(int) {
					if w.IntN(3) == 0 {
						w.member(pick(w, keys), func() { w.value(2) })
					} else {
						w.member("result_count", func() { w.put(pick(w, counts)) })
					}
				})
			case keep[i] == "includes":
				w.list("{}", w.IntN(4), func(int) {
					w.member(pick(w, includeNames[:2+w.IntN(6)]), func() {
						if w.IntN(5) == 0 {
							w.value(2)
						} else {
							w.array(w.IntN(5), 2)
						}
					})
				})
			default:
				w.value(4)
			}
		})
	})
}

func (w *writer) document() []byte {
	w.b, w.spaced = w.b[:0], w.IntN(2) == 0
	w.blank()
	if w.IntN(20) == 0 {
		w.value(4)
	} else {
		w.answer()
	}
	w.blank()
	return w.b
}

// eachRandom calls f with n random documents, on all processors. The documents
// depend on n and the test's seed alone.
func eachRandom(t *testing.T, seed uint64, n int, f func(t *testing.T, w *writer, doc []byte)) {
	t.Helper()
	if testing.Short() || raceEnabled {
		n /= 10
	}
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		t.Run("worker", func(t *testing.T) {
			t.Parallel()
			for i := next.Add(1); i <= int64(n) && !t.Failed(); i = next.Add(1) {
				w := &writer{Rand: rand.New(rand.NewPCG(seed, uint64(i)))} // repeatable
				doc := w.document()
				if !json.Valid(doc) {
					t.Fatalf("the writer wrote an invalid document: %s", doc)
				}
				f(t, w, doc)
			}
		})
	}
}

func TestVerdictIsThatOfEncodingJSONForRandomDocuments(t *testing.T) { //nolint:tparallel // the subtest waits for the workers
	t.Parallel()
	var found, nested atomic.Int64
	t.Run("documents", func(t *testing.T) {
		eachRandom(t, 1, 300_000, func(t *testing.T, w *writer, doc []byte) {
			t.Helper()
			next := func() int { return 1 + w.IntN(40) }
			for _, count := range []bool{false, true} {
				got := scan(doc, count, next)
				requireVerdict(t, doc, got, count)
				if got.found {
					found.Add(1)
				} else if bytes.Contains(doc, []byte(`"errors":[`)) {
					nested.Add(1)
				}
			}
		})
	})
	if found.Load() < 10_000 || nested.Load() < 1_000 {
		t.Errorf("only %d documents with errors, and %d with nested ones", found.Load(), nested.Load())
	}
}

func TestVerdictDoesNotDependOnTheChunks(t *testing.T) {
	t.Parallel()
	eachRandom(t, 2, 20_000, func(t *testing.T, w *writer, doc []byte) {
		t.Helper()
		for range 2 { // invalid documents as well
			for _, count := range []bool{false, true} {
				want := scan(doc, count, whole)
				size := 1 + w.IntN(40)
				if got := scan(doc, count, func() int { return size }); got != want {
					t.Fatalf("count %v, chunks of %d: %+v, whole: %+v, for\n%s", count, size, got, want, doc)
				}
			}
			from := w.IntN(len(doc))
			doc = append(doc[:from:from], doc[min(len(doc), from+w.IntN(9)):]...)
			if len(doc) == 0 {
				return
			}
		}
	})
}

func TestCountKnowsWhetherADocumentIsCut(t *testing.T) {
	t.Parallel()
	eachRandom(t, 3, 20_000, func(t *testing.T, w *writer, doc []byte) {
		t.Helper()
		doc = doc[:1+w.IntN(len(doc))]
		first := bytes.TrimLeft(doc, " \r\n\t")
		container := len(first) > 0 && (first[0] == '{' || first[0] == '[')
		want := container && json.Valid(doc)
		if got := scan(doc, true, whole).complete; got != want {
			t.Fatalf("complete %v, want %v, for\n%s", got, want, strconv.Quote(string(doc)))
		}
	})
}
