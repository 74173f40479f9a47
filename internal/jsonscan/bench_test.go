package jsonscan

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
)

const problem = `{"value":"1111111111111111111","detail":"Could not find it.","title":"Not Found Error","resource_type":"tweet","parameter":"ids","resource_id":"1111111111111111111","type":"https://api.x.com/2/problems/resource-not-found"}`

func indented(doc []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, doc, "", "  "); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// BenchmarkScan compares ways to learn whether an answer has an "errors" array.
// The first ones are the bounds: a copy, and encoding/json.
func BenchmarkScan(b *testing.B) {
	answer := searchAnswer(100, 70, "")
	dst := make([]byte, len(answer))
	b.Run("memcpy", func(b *testing.B) {
		b.SetBytes(int64(len(answer)))
		for b.Loop() {
			copy(dst, answer)
		}
	})
	b.Run("encoding_json/unmarshal", func(b *testing.B) {
		b.SetBytes(int64(len(answer)))
		b.ReportAllocs()
		for b.Loop() {
			var v struct{ Errors []json.RawMessage }
			if err := json.Unmarshal(answer, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding_json/token", func(b *testing.B) {
		b.SetBytes(int64(len(answer)))
		b.ReportAllocs()
		for b.Loop() {
			d := json.NewDecoder(bytes.NewReader(answer))
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	withErrors := `,"errors":[` + problem + `,` + problem + `]`
	errorsFirst := append([]byte(`{"errors":[`+problem+`],`), answer[1:]...)
	errorsNested := bytes.ReplaceAll(answer, []byte(`"lang":"en"`), []byte(`"errors":[]`))
	numbers := dataOf(`[12.5,-3],`)
	for _, c := range []struct {
		name  string
		doc   []byte
		chunk int
		count bool
	}{
		{"search", answer, 0, false},
		{"search/chunks_of_32K", answer, 32 << 10, false},
		{"search/chunks_of_4K", answer, 4 << 10, false},
		{"search/chunks_of_512", answer, 512, false},
		{"search/indented", indented(answer), 0, false},
		{"errors_last", searchAnswer(100, 70, withErrors), 0, false},
		{"errors_first", errorsFirst, 0, false},
		{"errors_in_every_post", errorsNested, 0, false},
		{"small", searchAnswer(1, 1, ""), 0, false},
		{"worst/brackets", dataOf("["), 0, false},
		{"worst/colons_and_brackets", dataOf(`":[`), 0, false},
		{"worst/blanks_and_brackets", dataOf(` [`), 0, false},
		{"worst/numbers", numbers, 0, false},
		{"worst/braces", dataOf("{"), 0, false},
		{"worst/refuted_errors", dataOf(`0,"errors":[]},`), 0, false},
		{"worst/refuted_scalars", dataOf(`"errors":[1]},`), 0, false},
		{"worst/refuted_types", dataOf(`"errors":[{"type":"a"}]},`), 0, false},
		{"worst/refuted_meta", dataOf(`0,"meta":{}},`), 0, false},
		{"worst/tracked_quotes", append([]byte(`{"x":{`), bytes.Repeat([]byte(`"`), 97_000)...), 0, false},
		{"worst/tracked_escapes", append([]byte(`{"x":{"`), bytes.Repeat([]byte(`\"`), 48_000)...), 0, false},
		{"count/search", answer, 0, true},
		{"count/search/chunks_of_4K", answer, 4 << 10, true},
		{"count/search/indented", indented(answer), 0, true},
		{"count/worst/brackets", dataOf("["), 0, true},
		{"count/worst/numbers", numbers, 0, true},
		{"count/worst/elements", dataOf("[1,2,3,4"), 0, true},
		{"count/worst/scalars", append([]byte(`{"data":[`), bytes.Repeat([]byte(`1,`), 48_000)...), 0, true},
		{"count/worst/members", dataOf(`0,"":`), 0, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.doc)))
			b.ReportAllocs()
			for b.Loop() {
				s := Scanner{Count: c.count}
				feed(&s, c.doc, c.chunk)
			}
		})
	}
}
