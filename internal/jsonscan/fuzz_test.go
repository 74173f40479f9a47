package jsonscan

import (
	"bytes"
	"encoding/json"
	"testing"
)

func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"data":[{"id":"1"}],"includes":{"users":[{}]},"errors":[{"title":"Not Found Error"}],"meta":{"result_count":1}}`,
		`{"data":[{"errors":[{}]}],"meta":{"result_count":1}}`,
		`{"data":[1],"meta":{"result_count":3},"errors":[1],"errors":null}`,
		`{"data":1,"x":"\"errors\":[ \\","errors" : [ [ ] ] }`,
		`{"errors":[{"errors":[1]}],"data":null}`,
		`{"errors":[{"type":"a"},{"x":{"type":"b"},"type":"c\/d"},1,"e",{"type":"a"},{"type":"a"},{"type":"a"},{"type":"a"},{"type":"a"},{"type":"f"}]}`,
		`{"data":0,"errors":[]},"meta":{}},"errors":["meta":{[`,
		`[{"errors":[]}]`,
		`{"data":{"a":"\\\\\""}}`,
		"\ufeff{}",
		``,
	} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, doc []byte, size uint8) {
		for _, count := range []bool{false, true} {
			got := scan(doc, count, whole)
			n := int(size)
			for _, next := range []func() int{
				func() int { return int(size) },
				func() int { n = n*7%41 + 1; return n },
			} {
				if other := scan(doc, count, next); other != got {
					t.Fatalf("count %v: whole: %+v, in chunks: %+v", count, got, other)
				}
			}
			if json.Valid(doc) && !beyondLimits(doc) {
				requireVerdict(t, doc, got, count)
			}
		}
	})
}

// beyondLimits reports whether a valid document may have what the package's
// limits exclude: escaped keys, repeated ones and many blanks.
func beyondLimits(doc []byte) bool {
	if bytes.Contains(doc, []byte(`\u00`)) {
		return true
	}
	run := 0
	for _, c := range doc {
		if run++; !isBlank(c) {
			run = 0
		}
		if run > 7 {
			return true
		}
	}
	for _, key := range []string{`"data"`, `"meta"`} {
		if bytes.Count(doc, []byte(key)) > 1 {
			return true
		}
	}
	return false
}
