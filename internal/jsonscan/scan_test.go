package jsonscan

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unsafe"
)

// feed gives doc to s, in chunks of the given size, or whole for 0.
func feed(s *Scanner, doc []byte, chunk int) {
	if chunk == 0 {
		s.Feed(doc)
		return
	}
	for len(doc) > 0 {
		n := min(chunk, len(doc))
		s.Feed(doc[:n])
		doc = doc[n:]
	}
}

func TestScanner(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		doc  string
		want verdict // without counts
	}{
		{
			"data and errors make a partial answer",
			`{"data":[{"id":"1"}],"errors":[{"title":"Not Found Error"},{"title":"Not Found Error"}],"meta":{"result_count":1}}`,
			verdict{errors: `[{"title":"Not Found Error"},{"title":"Not Found Error"}]`, errorsLen: 2, found: true, data: true, total: 1, totalFound: true, complete: true},
		},
		{
			"errors alone leave no data",
			`{"errors":[{"detail":"Could not find user"}]}`,
			verdict{errors: `[{"detail":"Could not find user"}]`, errorsLen: 1, found: true, complete: true},
		},
		{
			"errors before data are found with data that is an object",
			`{"errors":[{}],"data":{"id":"1"}}`,
			verdict{errors: `[{}]`, errorsLen: 1, found: true, data: true, complete: true},
		},
		{
			"errors with null data leave no data",
			`{"data":null,"errors":[{}]}`,
			verdict{errors: `[{}]`, errorsLen: 1, found: true, complete: true},
		},
		{
			"data that is not the first key is seen",
			`{"includes":{"data":{"data":1}},"data":{"id":"1"},"errors":[{}]}`,
			verdict{errors: `[{}]`, errorsLen: 1, found: true, data: true, complete: true},
		},
		{
			"data deeper down is no data",
			`{"includes":{"data":{"data":1}},"errors":[{}]}`,
			verdict{errors: `[{}]`, errorsLen: 1, found: true, complete: true},
		},
		{
			"nested errors are not the answer's",
			`{"data":[{"errors":[{"title":"inner"}]}],"meta":{"result_count":1}}`,
			verdict{data: true, total: 1, totalFound: true, complete: true},
		},
		{
			"nested errors do not hide those of the answer",
			`{"data":[{"errors":[{"title":"inner"}]}],"errors":[{"errors":[1,2]}]}`,
			verdict{errors: `[{"errors":[1,2]}]`, errorsLen: 1, found: true, data: true, complete: true},
		},
		{
			"errors in a text are only text",
			`{"data":[{"text":"\"errors\":[{}] \\\"errors\\\":[ \\"}],"meta":{"result_count":1}}`,
			verdict{data: true, total: 1, totalFound: true, complete: true},
		},
		{
			"a key that ends in errors is another key",
			`{"data":1,"x\"errors":[1],"field_errors":[2],"errors ":[3]}`,
			verdict{data: true, complete: true},
		},
		{
			"errors that are no array are not found",
			`{"data":1,"errors":{"a":[1]}}`,
			verdict{data: true, complete: true},
		},
		{
			"of repeated errors the last count",
			`{"data":1,"errors":[1],"errors":[2,3]}`,
			verdict{errors: `[2,3]`, errorsLen: 2, found: true, data: true, complete: true},
		},
		{
			"an empty array of errors is found",
			`{"data":1,"errors":[ ]}`,
			verdict{errors: `[ ]`, found: true, data: true, complete: true},
		},
		{
			"indentation does not matter",
			"\r\n{\r\n  \"data\" : [ ],\r\n  \"errors\" :\r\n  [\r\n    1 ],\r\n  \"meta\" : {\r\n \"result_count\" : 12\r\n }\r\n}\r\n",
			verdict{errors: "[\r\n    1 ]", errorsLen: 1, found: true, data: true, total: 12, totalFound: true, complete: true},
		},
		{
			"a byte order mark does not matter",
			"\ufeff" + `{"errors":[1]}`,
			verdict{errors: `[1]`, errorsLen: 1, found: true, complete: true},
		},
		{
			"meta before data is found",
			`{"meta":{"result_count":3,"x":[1]},"data":[[]]}`,
			verdict{data: true, total: 3, totalFound: true, complete: true},
		},
		{
			"meta between the last array and errors is found",
			`{"data":[1],"meta":{"result_count":3},"errors":[1]}`,
			verdict{errors: `[1]`, errorsLen: 1, found: true, data: true, total: 3, totalFound: true, complete: true},
		},
		{
			"meta before nested errors is found",
			`{"data":[1],"meta":{"result_count":3,"errors":[1]},"x":{"errors":[2]}}`,
			verdict{data: true, total: 3, totalFound: true, complete: true},
		},
		{
			"meta deeper down is not the answer's",
			`{"data":[1],"x":{"meta":{"result_count":3}}}`,
			verdict{data: true, complete: true},
		},
		{
			"a result_count deeper down is not that of meta",
			`{"data":[1],"meta":{"summary":{"result_count":3}},"result_count":4}`,
			verdict{data: true, complete: true},
		},
		{
			"a result_count that is no whole number is not found",
			`{"data":[1],"meta":{"result_count":3.5}}`,
			verdict{data: true, complete: true},
		},
		{
			"a result_count of 1e18 and more is not found",
			`{"data":[1],"meta":{"result_count":1000000000000000000}}`,
			verdict{data: true, complete: true},
		},
		{"an array has no top-level keys", `[{"errors":[1],"data":1}]`, verdict{complete: true}},
		{"an empty object says nothing", `{}`, verdict{complete: true}},
		{"a string is no document to watch", `"errors"`, verdict{}},
		{"nothing says nothing", ``, verdict{}},
		{"what follows the document is ignored", `{"errors":[1]}` + "\n" + `{"data":1}`, verdict{errors: `[1]`, errorsLen: 1, found: true, complete: true}},
		{"errors that are cut are not known to be at the top level", `{"data":1,"errors":[{"a`, verdict{data: true}},
		{"errors in a value that is cut are not found", `{"data":[{"errors":[1]`, verdict{data: true}},
		{
			"errors from the start are known even when they are cut",
			`{"errors":[{"a":1},{"b`,
			verdict{errors: `[{"a":1},{"b`, errorsLen: 2, found: true},
		},
		{"a result_count that is cut is not found", `{"data":1,"meta":{"result_count":12`, verdict{data: true}},
		{"a document that is cut in a text is not complete", `{"data":1,"text":"{`, verdict{data: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for size := range 48 {
				got := scan([]byte(c.doc), false, func() int { return size })
				got.dataLen, got.types = 0, "" // have tests of their own
				if got != c.want {
					t.Errorf("chunks of %d: got %+v, want %+v", size, got, c.want)
				}
			}
		})
	}
}

func TestASingleResourceIsCountedWithoutCount(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]int{
		`{"data":{"id":"1","data":[1,2]}}`:                 1,
		` { "errors" : [ 1 ] , "data" : { "id" : "1" } } `: 1, //nolint:gocritic // blanks around each token
		`{"data":[1,2]}`:            0, // not counted
		`{"data":null}`:             0,
		`{"includes":{"data":{}}}`:  0,
		`{"meta":{"data":{"a":1}}}`: 0,
	} {
		for size := range 48 {
			if got := scan([]byte(doc), false, func() int { return size }); got.dataLen != want {
				t.Errorf("%s, chunks of %d: %d, want %d", doc, size, got.dataLen, want)
			}
		}
	}
}

func TestCountGivesTheResourcesOfAnAnswer(t *testing.T) {
	t.Parallel()
	answer := searchAnswer(100, 70, `,"errors":[`+problem+`]`)
	if !json.Valid(answer) {
		t.Fatal("the answer is not JSON")
	}
	for _, c := range []struct {
		name     string
		doc      string
		data     int
		includes map[Include]int
	}{
		{"a search", string(answer), 100, map[Include]int{Users: 70}},
		{"a search that is indented", string(indented(answer)), 100, map[Include]int{Users: 70}},
		{"one post", `{"data":{"id":"1","data":[1,2]}}`, 1, nil},
		{"no posts", `{"data":[],"includes":{"users":[ ]}}`, 0, nil},
		{"null", `{"data":null}`, 0, nil},
		{"data deeper down", `{"x":{"data":[1,2]}}`, 0, nil},
		{"elements of all kinds", `{"data":[1,"a,b",[3,4],{"a":5,"b":6},null, true ]}`, 6, nil},
		{"includes of all names", `{"includes":{"users":[1],"tweets":[1,2],"posts":[1,2,3],"media":[1,2,3,4],` +
			`"places":[[],[]],"polls":[{}],"topics":["a"],"others":[1],"users2":[1,2]}}`, 0,
			map[Include]int{Users: 1, Tweets: 2, Posts: 3, Media: 4, Places: 2, Polls: 1, Topics: 1}},
		{"includes that are no arrays", `{"includes":{"users":{"users":[1]},"media":null,"polls":"a"}}`, 0, nil},
		{"includes deeper down", `{"x":{"includes":{"users":[1]}},"data":"includes"}`, 1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for size := range 48 {
				got := scan([]byte(c.doc), true, func() int { return size })
				if got.dataLen != c.data {
					t.Errorf("chunks of %d: %d elements of data, want %d", size, got.dataLen, c.data)
				}
				for n := range includes {
					if got.includesLen[n] != c.includes[n] {
						t.Errorf("chunks of %d: %d %s, want %d", size, got.includesLen[n], n, c.includes[n])
					}
				}
			}
		})
	}
}

func TestLongErrorsAreCutAtMaxErrors(t *testing.T) {
	t.Parallel()
	list := `[` + strings.Repeat(problem+`,`, 30) + problem + `]`
	for _, doc := range []string{`{"errors":` + list + `}`, `{"data":[1],"errors":` + list + `}`} {
		got := scan([]byte(doc), false, func() int { return 100 })
		if got.errors != list[:MaxErrors] || got.errorsLen != 31 {
			t.Errorf("kept %d bytes, %d elements: %s", len(got.errors), got.errorsLen, got.errors)
		}
	}
}

func TestTheTypesOfErrorsAreListedAndThenCounted(t *testing.T) {
	t.Parallel()
	of := func(types ...string) string {
		for i, typ := range types {
			types[i] = `{"title":"A \"type\":\"x\"","errors":[{"type":"inner"}],"type":"` + typ + `","value":"type"}`
		}
		return strings.Join(types, ",")
	}
	many := make([]string, 20)
	for i := range many {
		many[i] = string(rune('a' + i))
	}
	long := strings.Repeat("x", maxType)
	for _, c := range []struct{ name, list, want string }{
		{"each of a few", of("a", "b", "a"), `["a" "b" "a"] map[]`},
		{"none", `{},{"title":"a"},{"type":null},{"type":{"type":"a"}},{"type":["a"]}`, `["" "" "" "" ""] map[]`},
		{"the last of repeated ones", `{"type":"a","type":"b"},{"type":"a","type":1}`, `["b" ""] map[]`},
		{"escapes are undone", of(`https:\/\/x\u0041`), `["https://xA"] map[]`},
		{"what is no error is left out", `1,null,[{"type":"a"}],` + of("b") + `,"type",true`, `["b" ""] map[]`},
		{"more than are listed", of("a", "b", "c", "a", "a", "a", "a", "a", "a", "b", "b", "d", "a"), `["a" "b" "c" "a" "a" "a" "a" "a"] map["a":2 "b":2 "d":1]`},
		{"more types than are told apart", of(many...), `["a" "b" "c" "d" "e" "f" "g" "h"] map["i":1 "j":1 "k":1 "l":1]`},
		{"as long as a type can be", of(long), `["` + long + `"] map[]`},
		{"longer than a type can be", of(long+"x", "a"), `["" "a"] map[]`},
		{"no elements", ``, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, doc := range []string{`{"errors":[` + c.list + `]}`, `{"data":{},"errors":[{"type":"z"}],"errors":[` + c.list + `]}`} {
				for size := range 48 {
					for _, count := range []bool{false, true} {
						got := strings.ReplaceAll(scan([]byte(doc), count, func() int { return size }).types, `"`, ``)
						if got != strings.ReplaceAll(c.want, `"`, ``) {
							t.Errorf("chunks of %d, count %v: %s, want %s", size, count, got, c.want)
						}
					}
				}
			}
		})
	}
	cut := []byte(`{"errors":[{"type":"a"},{"type":"b"`)
	if got := scan(cut, false, whole).types; got != `["a" ""] map[]` {
		t.Errorf("an element that is cut: %s", got)
	}
}

func TestAnswerHasTheSameVerdictAsForEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, tail := range []string{``, `,"errors":[` + problem + `]`, `,"x":{"errors":[` + problem + `]}`} {
		for _, doc := range [][]byte{searchAnswer(100, 70, tail), indented(searchAnswer(100, 70, tail))} {
			for _, size := range []int{0, 1, 7, 512, 4096} {
				for _, count := range []bool{false, true} {
					s := Scanner{Count: count}
					feed(&s, doc, size)
					requireVerdict(t, doc, verdictOf(&s), count)
					if n, ok := s.ResultCount(); n != 100 || !ok {
						t.Errorf("result_count %d %v", n, ok)
					}
				}
			}
		}
	}
}

func TestIncludeNames(t *testing.T) {
	t.Parallel()
	if got := Media.String(); got != "media" {
		t.Errorf("Media is %q", got)
	}
	if got := Include(200).String(); got != "" {
		t.Errorf("an unknown include is %q", got)
	}
	if got := new(Scanner).Includes(200); got != 0 {
		t.Errorf("%d of an unknown include", got)
	}
}

func TestStateIsSmall(t *testing.T) {
	t.Parallel()
	if size := unsafe.Sizeof(Scanner{}); size > 128 {
		t.Errorf("%d bytes", size)
	}
}

// It must not be parallel: other tests' allocations would count.
func TestAllocations(t *testing.T) {
	clean := searchAnswer(100, 70, "")
	nested := bytes.ReplaceAll(clean, []byte(`"lang":"en"`), []byte(`"errors":[]`))
	partial := searchAnswer(100, 70, `,"errors":[`+problem+`]`)
	for _, c := range []struct {
		name  string
		doc   []byte
		count bool
		want  float64
	}{
		{"nothing for an answer without errors", clean, false, 0},
		{"nothing for counting it", clean, true, 0},
		{"nothing for counting nested errors", nested, true, 0},
		{"the capture for nested errors", nested, false, 1},
		{"the capture for errors", partial, false, 1},
		{"the capture for errors when counting", partial, true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := testing.AllocsPerRun(10, func() {
				s := Scanner{Count: c.count}
				feed(&s, c.doc, 1000)
			})
			if got != c.want {
				t.Errorf("%v allocations, want %v", got, c.want)
			}
		})
	}
}
