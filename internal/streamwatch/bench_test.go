package streamwatch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unsafe"
)

func BenchmarkFeed(b *testing.B) {
	id := idAt(noon.Add(-2 * time.Second))
	full := post(id)
	b.Logf("a post has %d bytes, a tiny one %d, a Watcher %d", len(full), len(tinyPost(id)), unsafe.Sizeof(Watcher{}))
	mix := strings.Repeat(strings.Repeat(full, 9)+"\r\n", 11)
	partial := strings.Replace(full, "}]}\r\n", `}],"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}]}`+"\r\n", 1)
	dst := make([]byte, len(mix))
	reference := func(name string, f func(p []byte)) {
		b.Run("reference/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(mix)))
			for b.Loop() {
				f(nil)
			}
		})
	}
	stream := []byte(mix)
	reference("copy", func([]byte) { copy(dst, stream) })
	reference("count_newlines", func([]byte) { bytes.Count(stream, []byte{'\n'}) })
	reference("encoding_json", func([]byte) {
		for line := range bytes.Lines(stream) {
			var v struct {
				Data   struct{ ID string }
				Errors []json.RawMessage
			}
			if line = bytes.TrimSpace(line); len(line) > 0 && json.Unmarshal(line, &v) != nil {
				b.Fatal("invalid")
			}
		}
	})
	run := func(name, stream string, chunk int) {
		b.Run(fmt.Sprintf("%s/chunks_of_%d", name, chunk), func(b *testing.B) {
			p := []byte(stream)
			var w Watcher
			b.SetBytes(int64(len(p)))
			b.ReportAllocs()
			for b.Loop() {
				for i := 0; i < len(p); i += chunk {
					w.Feed(p[i:min(len(p), i+chunk)], noon)
				}
			}
		})
	}
	for _, chunk := range []int{1 << 20, 32 << 10, 4 << 10, 512} {
		run("posts", mix, chunk)
	}
	const size = 256 << 10
	fill := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	for _, c := range []struct{ name, stream string }{
		{"posts_with_id_last", fill(idLast(id))},
		{"partial_posts", fill(partial)},
		{"tiny_posts", fill(tinyPost(id))},
		{"legacy_posts", fill("[" + strings.TrimSpace(strings.Replace(strings.TrimPrefix(full, `{"data":`), `"id":"`+id, `"id_str":"`+id, 1)) + "]\r\n")},
		{"keep_alives", fill("\r\n")},
		{"hostile/one_line_of_text", `{"data":{"text":"` + fill("x")},
		{"hostile/quotes", `{"data":{"x":{` + fill(`"`)},
		{"hostile/escaped_quotes", `{"data":{"x":{"` + fill(`\"`)},
		{"hostile/backslashes", `{"data":{"x":{"` + fill(`\`)},
		{"hostile/brackets", fill("[")},
		{"hostile/brackets_behind_the_id", `{"data":{"id":"1",` + fill("[")},
		{"hostile/errors_that_are_none", `{"data":{"id":"1",` + fill(`"errors":[]}`)},
		{"hostile/no_JSON", fill("x")},
	} {
		run(c.name, c.stream, 32<<10)
	}
}
