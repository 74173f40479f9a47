package streamwatch

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

func FuzzFeed(f *testing.F) {
	for _, seed := range []string{
		tinyPost("2124835310469648609") + "\r\n" + disconnect,
		`{"errors":[` + disconnect + "]}\r\n{}\n" + metadata,
		`{"data":{` + someID + `,"x":{"errors":[1]}},"errors" : [ {} ]}` + "\n",
		`{"data":{"created_at":"2026-11-23T11:59:58.500Z"},"x\"errors":[1]}` + "\n",
		`[{"id_str":"2124835310469648609"},{"created_at":"x"},[]]` + "\r\n",
		`{"id_str":"2124835310469648609","data":0,"errors":[]}`,
		`{"data":{` + someID + `"errors":[]]]}}{"errors":["\\"`,
		`{"data":nul` + "\n" + `{"a":"` + strings.Repeat("x", 200) + "\n",
	} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, n uint8) {
		whole := watch(stream, size(len(stream)))
		problem, _ := whole.Problem()
		segment := whole.Take()
		step := int(n)
		for _, next := range []func() int{
			size(1), size(1 + int(n)), func() int { step = step*7%41 + 1; return step },
		} {
			w := watch(stream, next)
			if c := int(unsafe.Sizeof(*w)) + cap(w.held); c > 4<<10 {
				t.Fatalf("%d bytes", c)
			}
			if p, _ := w.Problem(); !reflect.DeepEqual(p, problem) {
				t.Fatalf("whole: %+v, in chunks: %+v", problem, p)
			}
			if s := w.Take(); s != segment {
				t.Fatalf("whole: %+v, in chunks: %+v", segment, s)
			}
		}
		c := segment.Counts
		if lines := int64(strings.Count(string(stream), "\n")) + 1; c.KeepAlives+c.Problems+c.Other > lines || c.Partial > c.Posts || segment.Lag.Count > c.Posts {
			t.Fatalf("%+v of %d lines", c, lines)
		}
		if !isComparable(string(stream)) {
			return
		}
		if want, _ := reference(stream, noon); want.Posts != c.Posts || want.KeepAlives != c.KeepAlives {
			t.Fatalf("got %+v, want %+v", c, want.Counts)
		}
	})
}

// isComparable reports whether the reference holds for a stream: its lines are
// valid JSON, without what the package's limits exclude.
func isComparable(stream string) bool {
	for line := range strings.Lines(stream) {
		valid := json.Valid([]byte(line)) || strings.Trim(line, blanks) == ""
		if !valid || strings.Contains(line, `\u`) || strings.Count(line, `"data"`) > 1 || strings.Count(line, `"id_str"`) > 1 {
			return false
		}
	}
	return true
}
