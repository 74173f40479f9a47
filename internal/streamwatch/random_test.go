package streamwatch

import (
	"math/rand/v2"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"
)

// A writer writes random streams that are hard to tell apart: the keys that
// matter at all depths, and forged in strings.
type writer struct {
	*rand.Rand
	b      []byte
	spaced bool
}

var (
	pieces = []string{
		"errors", `\"errors\":[`, `\"errors\":[{`, `\"`, `\\`, `\\\\\"`, `\\\"`, "[", "]", "{", "}", ":", ",", "data", "[[",
		`\"id\":\"1111111111111111111\"`, `\"data\":{`, "é", "🙃", `\u00e9`, `\n`, `\/`, "null", " [", `errors\":[`, "a text of some length, as they are",
	}
	keys    = []string{"errors", "data", "id", "id_str", "created_at", "type", "title", "detail", "includes", "text", "users", "error", "errorss", `\\errors`, `x\"errors`, `\"id`, "entities", "disconnect_type"}
	spaces  = []string{"", " ", "\t", "  ", "\r", "   "}
	texts   = []string{"about:blank", "https://api.x.com/2/problems/operational-disconnect", "connection_metadata", "SlowReader", "Not Found Error"}
	numbers = []string{"0", "-1", "12.5e3", "1111111111111111111", "true", "false", "null", "null"}
	garbage = []string{"x", "errors", "0", `"data"`, "null", "data: {}", `"[{`}
	ids     = []string{"1", "66", "29700859247", "4503599627370495", "4503599627370496", "9223372036854775807", "9223372036854775808", "18446744073709551616",
		"99999999999999999999", "", "8ba4f34e6235d905a46bac021d98e923", "111111111111111111a", "-111111111111111111", " 1111111111111111111", "1111111111111111111\\u0030"}
	dates = []string{"2026-11-23T11:59:59.123Z", "2026-11-23T11:59:59Z", "2026-11-23T14:00:00+02:00", "2027-01-01T00:00:00.000Z", "Mon Nov 23 11:59:59 +0000 2026", "2026-11-23", "", "2026-13-23T11:59:59.000Z"}
)

func pick[T any](w *writer, list []T) T { return list[w.IntN(len(list))] }

func (w *writer) put(s string) { w.b = append(w.b, s...) }

func (w *writer) blank() {
	if w.spaced {
		w.put(pick(w, spaces))
	}
}

func (w *writer) text() {
	w.put(`"`)
	for range w.IntN(4) {
		w.put(pick(w, pieces))
	}
	w.put(`"`)
}

// list writes n things between the brackets.
func (w *writer) list(brackets string, n int, thing func()) {
	w.put(brackets[:1])
	for i := range n {
		if i > 0 {
			w.put(",")
		}
		w.blank()
		thing()
	}
	w.blank()
	w.put(brackets[1:])
}

// object writes an object in which no key repeats.
func (w *writer) object(deep int) {
	order := w.Perm(len(keys))
	n := 0
	w.list("{}", w.IntN(7), func() {
		w.member(keys[order[n]], deep)
		n++
	})
}

func (w *writer) member(key string, deep int) {
	w.put(`"` + key + `"`)
	w.blank()
	w.put(":")
	w.blank()
	switch kind := w.IntN(8); {
	case kind == 0:
		w.value(deep)
	case key == "id" || key == "id_str":
		if w.IntN(3) == 0 {
			w.put(`"` + pick(w, ids) + `"`)
			break
		}
		at := noon.Add(time.Second - time.Duration(w.ExpFloat64()*float64(10*time.Second)))
		w.put(`"` + idAt(at) + `"`)
	case key == "created_at":
		w.put(`"` + pick(w, dates) + `"`)
	case key == "data" && deep > 0:
		w.object(deep - 1)
	case key == "errors" && deep > 0:
		w.list("[]", w.IntN(3), func() { w.object(deep - 1) })
	case key == "type" || key == "title" || key == "disconnect_type":
		w.put(`"` + pick(w, texts) + `"`)
	default:
		w.value(deep)
	}
}

func (w *writer) value(deep int) {
	kind := w.IntN(8)
	switch {
	case deep > 0 && kind < 2:
		w.list("[]", w.IntN(4), func() { w.value(deep - 1) })
	case deep > 0 && kind < 5:
		w.object(deep - 1)
	case kind < 7:
		w.text()
	default:
		w.put(pick(w, numbers))
	}
}

// stream writes some lines. The last may lack its end, or what is half of it.
func (w *writer) stream() []byte {
	w.b = w.b[:0]
	lines := 1 + w.IntN(4)
	for i := range lines {
		w.spaced = w.IntN(3) == 0
		w.blank()
		switch w.IntN(16) {
		case 0, 1: // a keep-alive
		case 2:
			w.put(pick(w, garbage))
		case 3:
			w.list("[]", w.IntN(3), func() { w.object(2) })
		case 4:
			w.list("[]", w.IntN(3), func() { w.value(2) })
		case 5:
			w.put(tinyPost(idAt(noon.Add(-time.Duration(w.IntN(1e7)) * time.Microsecond))))
		case 6, 7, 8:
			w.put(`{"data":`)
			w.object(3)
			w.put(`,"errors":`)
			w.value(2)
			w.put(`,"type":"about:blank"}`)
		default:
			w.object(3)
		}
		w.blank()
		if i < lines-1 || w.IntN(4) > 0 {
			w.put(pick(w, []string{"\r\n", "\r\n", "\n"}))
		}
	}
	return w.b
}

// watch feeds a stream in chunks of the sizes that next returns.
func watch(stream []byte, next func() int) *Watcher {
	var w Watcher
	for len(stream) > 0 {
		n := min(next(), len(stream))
		w.Feed(stream[:n:n], noon)
		stream = stream[n:]
	}
	w.End()
	return &w
}

func TestAnyStreamGivesWhatASlowReferenceGives(t *testing.T) {
	t.Parallel()
	const workers = 4
	streams := 120_000
	if raceEnabled || testing.Short() {
		streams = 8_000
	}
	var seen [workers]Segment
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			w := &writer{Rand: rand.New(rand.NewPCG(uint64(worker), 7))} // repeatable
			for range streams / workers {
				stream := w.stream()
				want, problem := reference(stream, noon)
				reach := 1 + w.IntN(1+w.IntN(1+2*len(stream)))
				got := watch(stream, func() int { return 1 + w.IntN(reach) })
				if result, ok := got.Problem(); ok != (problem != nil) || (ok && !reflect.DeepEqual(result, *problem)) {
					t.Errorf("%q\ngot  problem %+v\nwant %+v", stream, result, problem)
					return
				}
				segment := got.Take()
				if segment != want {
					t.Errorf("%q\ngot  %+v %v\nwant %+v %v", stream, segment.Counts, segment.Newest, want.Counts, want.Newest)
					return
				}
				seen[worker].Counts.add(segment.Counts)
				seen[worker].Lag.Count += segment.Lag.Count
			}
		})
	}
	all.Wait()
	var sum Counts
	lags := int64(0)
	for i := range seen {
		sum.add(seen[i].Counts)
		lags += seen[i].Lag.Count
	}
	t.Logf("%+v, lags %d", sum, lags)
	few := int64(streams / 50)
	if min(sum.Posts, sum.Partial, sum.KeepAlives, sum.Problems, sum.Other, lags) < few {
		t.Errorf("a kind of line came less than %s times: %+v", strconv.FormatInt(few, 10), sum)
	}
}
