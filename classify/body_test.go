package classify

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

func problemsOf(t *testing.T, status int, body string) Result {
	t.Helper()
	return Classify(Input{Status: status, Body: []byte(body)})
}

func TestShapesOfBodies(t *testing.T) {
	t.Parallel()
	const unauth = "https://api.x.com/2/problems/not-authorized-for-resource"
	tests := []struct {
		name   string
		status int
		body   string
		want   []Problem // without Class
		total  int
	}{
		{"a problem at the top", 403, `{"title":"T","detail":"D","type":"https://api.twitter.com/2/problems/client-forbidden","status":403,"reason":"client-not-enrolled"}`,
			[]Problem{{Type: "https://api.x.com/2/problems/client-forbidden", Title: "T", Detail: "D", Status: 403, Reason: "client-not-enrolled"}}, 1},
		{"an invalid request gives its items", 400, `{"errors":[{"parameters":{"ids":["1","2"]},"message":"M"},{"message":"N"}],"title":"T","detail":"D","type":"https://api.x.com/2/problems/invalid-request"}`,
			[]Problem{{Type: "https://api.x.com/2/problems/invalid-request", Title: "T", Detail: "M", Parameter: "ids", Value: "1"}, {Type: "https://api.x.com/2/problems/invalid-request", Title: "T", Detail: "N"}}, 2},
		{"a problem with problems comes first", 400, `{"errors":[{"type":"https://api.x.com/2/problems/invalid-rules","title":"I"}],"title":"T","type":"https://api.x.com/2/problems/invalid-request"}`,
			[]Problem{{Type: "https://api.x.com/2/problems/invalid-request", Title: "T"}, {Type: "https://api.x.com/2/problems/invalid-rules", Title: "I"}}, 2},
		{"items of a success", 200, `{"data":[],"errors":[{"value":"1","parameter":"ids","resource_type":"tweet","section":"data","title":"T","detail":"D","type":"` + unauth + `","resource_id":"1"}]}`,
			[]Problem{{Type: unauth, Title: "T", Detail: "D", Parameter: "ids", Value: "1", ResourceType: "tweet", ResourceID: "1", Section: "data"}}, 1},
		{"numeric codes", 403, `{"errors":[{"code":187,"message":"M","label":"x"}]}`, []Problem{{Code: 187, Detail: "M"}}, 1},
		{"a request and an error", 401, `{"request":"/1.1/x","error":"Not authorized."}`, []Problem{{Detail: "Not authorized."}}, 1},
		{"an OAuth error", 400, `{"error":"invalid_request","error_description":"D"}`, []Problem{{Error: "invalid_request", Detail: "D"}}, 1},
		{"only a detail", 400, `{"detail":"D"}`, []Problem{{Detail: "D"}}, 1},
		{"only a message", 400, `{"message":"M"}`, []Problem{{Detail: "M"}}, 1},
		{"text", 400, "media type unrecognized\n", []Problem{{Detail: "media type unrecognized"}}, 1},
		{"nothing", 400, " \r\n", nil, 0},
		{"HTML", 400, "<html>", nil, 0},
		{"binary", 400, "\x00\x01", nil, 0},
		{"an array", 400, `[{"code":1}]`, nil, 0},
		{"a byte order mark", 400, "\ufeff" + `{"detail":"D"}`, []Problem{{Detail: "D"}}, 1},
		{"errors that is a text", 400, `{"errors":"M"}`, []Problem{{Detail: "M"}}, 1},
		{"errors of texts", 400, `{"errors":["M",null,3,["x"],{}]}`, []Problem{{Detail: "M"}, {}}, 2},
		{"errors that is an object", 400, `{"errors":{"message":"M"}}`, []Problem{{Detail: "M"}}, 1},
		{"numbers as texts and texts as numbers", 403, `{"errors":[{"code":"187","message":7,"status":"403","value":{"a":["b"]},"title":["t","u"],"resource_id":1e2,"parameters":7,"reason":{"x":1}}]}`,
			[]Problem{{Code: 187, Detail: "7", Status: 403, Title: "t", ResourceID: "1e2"}}, 1},
		{"numbers out of range", 403, `{"errors":[{"code":99999999999999999999,"status":-1,"message":"M"}]}`, []Problem{{Detail: "M"}}, 1},
		{"parameters of any type", 400, `{"errors":[{"parameters":["a"],"message":"M"},{"parameters":{"q":7},"message":"N"},{"parameters":{"q":{"a":[1]}},"message":"O"}]}`,
			[]Problem{{Detail: "M"}, {Detail: "N", Parameter: "q", Value: "7"}, {Detail: "O", Parameter: "q"}}, 3},
		{"null members", 403, `{"type":null,"title":null,"detail":"D","errors":null,"data":null}`, []Problem{{Detail: "D"}}, 1},
		{"a slug that nobody knows", 400, `{"type":"https://api.x.com/2/problems/brand-new","title":"T"}`, []Problem{{Type: "https://api.x.com/2/problems/brand-new", Title: "T"}}, 1},
		{"a type that is no slug", 400, `{"type":"https://api.x.com/2/problems/Some%20One","title":"T"}`, []Problem{{Title: "T"}}, 1},
		{"a type that is a page", 400, `{"type":"https://developer.x.com/en/support#usage","title":"T"}`, []Problem{{Title: "T"}}, 1},
		{"about:blank in capitals", 400, `{"type":"About:Blank","title":"T"}`, []Problem{{Type: "about:blank", Title: "T"}}, 1},
		{"enumerations that are none", 400, `{"title":"T","reason":"two words","connection_issue":"` + strings.Repeat("x", 65) + `"}`, []Problem{{Title: "T"}}, 1},
		{"a success without errors", 200, `{"data":{"id":"1"},"errors":[]}`, nil, 0},
		{"a success with members like a problem's", 200, `{"type":"connection_metadata","title":"T","detail":"D","status":3}`, nil, 0},
		{"a success that is a problem", 200, `{"type":"https://api.x.com/2/problems/resource-not-found","title":"T"}`, []Problem{{Type: "https://api.x.com/2/problems/resource-not-found", Title: "T"}}, 1},
		{"a success with text", 200, `hello`, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := problemsOf(t, tt.status, tt.body)
			if r.Total != tt.total || len(r.Problems) != len(tt.want) {
				t.Fatalf("got %d of %d: %+v", len(r.Problems), r.Total, r.Problems)
			}
			for i, p := range r.Problems {
				if p.Class == "" {
					t.Errorf("problem %d has no class", i)
				}
				p.Class = ""
				if p != tt.want[i] {
					t.Errorf("problem %d:\ngot  %+v\nwant %+v", i, p, tt.want[i])
				}
			}
		})
	}
}

func TestSuccessWithErrors(t *testing.T) {
	t.Parallel()
	const item = `{"type":"https://api.x.com/2/problems/resource-not-found"}`
	for body, want := range map[string]Class{
		`{"data":[{"id":"1"}],"errors":[` + item + `]}`:      Partial,
		`{"errors":[` + item + `],"data":{"id":"1"}}`:        Partial,
		`{"errors":[` + item + `]}`:                          NoData,
		`{"data":null,"errors":[` + item + `]}`:              NoData,
		`{"includes":{},"meta":{},"errors":[{"title":"t","x`: NoData,
		`{"data":{"id":"1"},"errors":[` + item + `,{"de`:     Partial,
		`{"data":{"errors":[` + item + `]}}`:                 OK,
		`{"errors":[]}`:                                      OK,
		``:                                                   OK,
	} {
		if r := problemsOf(t, 200, body); r.Class != want || r.Class.IsError() {
			t.Errorf("%s: got %s, want %s", body, r.Class, want)
		}
	}
}

func TestOnlyTheFirstProblemsAreKeptAndAllCounted(t *testing.T) {
	t.Parallel()
	items := strings.Repeat(`{"code":34},`, 40)
	r := problemsOf(t, 404, `{"errors":[`+strings.TrimSuffix(items, ",")+`]}`)
	if len(r.Problems) != MaxProblems || r.Total != 40 {
		t.Errorf("got %d of %d", len(r.Problems), r.Total)
	}
	r = problemsOf(t, 404, `{"title":"t","errors":[`+strings.TrimSuffix(items, ",")+`]}`)
	if len(r.Problems) != MaxProblems || r.Total != 41 || r.Problems[0].Title != "t" {
		t.Errorf("with a problem at the top: got %d of %d", len(r.Problems), r.Total)
	}
}

func compress(t *testing.T, encoding, s string) []byte {
	t.Helper()
	var buf bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&buf)
	if encoding == "deflate" {
		w = zlib.NewWriter(&buf)
	}
	io.WriteString(w, s)
	w.Close()
	return buf.Bytes()
}

func TestCompressedBodies(t *testing.T) {
	t.Parallel()
	const body = `{"type":"https://api.x.com/2/problems/usage-capped","title":"UsageCapExceeded"}`
	for _, encoding := range []string{"gzip", "GZIP", "x-gzip", "deflate"} {
		raw := compress(t, strings.ToLower(encoding), body)
		h := http.Header{"Content-Encoding": {encoding}}
		if r := Classify(Input{Status: 429, Header: h, Body: raw}); r.Class != UsageCapped {
			t.Errorf("%s: got %s", encoding, r.Class)
		}
		for cut := range raw { // a cut body gives what came before the cut
			r := Classify(Input{Status: 429, Header: h, Body: raw[:cut]})
			if r.Class != UsageCapped && r.Class != RateLimited {
				t.Errorf("%s cut at %d: got %s", encoding, cut, r.Class)
			}
		}
	}
	for _, encoding := range []string{"br", "zstd", "gzip, gzip", "deflate", "nonsense"} {
		r := Classify(Input{Status: 429, Header: http.Header{"Content-Encoding": {encoding}}, Body: []byte("\x8b\x03xyz")})
		if r.Class != RateLimited || r.Total != 0 {
			t.Errorf("%s: got %s, %d problems", encoding, r.Class, r.Total)
		}
	}
	r := Classify(Input{Status: 429, Header: http.Header{"Content-Encoding": {"gzip"}}, Body: []byte(body)})
	if r.Class != UsageCapped {
		t.Errorf("inflated by somebody else: got %s", r.Class)
	}
}

func TestInflationIsBounded(t *testing.T) {
	t.Parallel()
	bomb := compress(t, "gzip", `{"title":"`+strings.Repeat("x", 32<<20))
	out, ok := inflate(http.Header{"Content-Encoding": {"gzip"}}, bomb)
	if !ok || len(out) > maxBody {
		t.Errorf("%d bytes from %d", len(out), len(bomb))
	}
}

func TestHostileBodies(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"deep arrays":         strings.Repeat("[", 100_000),
		"deep objects":        strings.Repeat(`{"errors":`, 50_000),
		"deep value":          `{"title":` + strings.Repeat("[", 100_000),
		"deep data":           `{"data":` + strings.Repeat(`{"a":[`, 50_000),
		"deep parameters":     `{"errors":[{"parameters":{"a":` + strings.Repeat(`[`, 50_000),
		"a huge number":       `{"status":` + strings.Repeat("9", 60_000) + `,"code":1e999999999}`,
		"invalid UTF-8":       "{\"title\":\"\xff\xfe\",\"detail\":\"\xc3\x28\"}",
		"lone surrogates":     `{"title":"\ud800","detail":"\udfff"}`,
		"keys again":          `{"type":"about:blank","type":"x","status":1,"status":2,"errors":[{}],"errors":[{}]}`,
		"many keys":           `{` + strings.Repeat(`"a":1,`, 10_000) + `"b":2}`,
		"many problems":       `{"errors":[` + strings.Repeat(`{},`, 20_000) + `{}]}`,
		"a long text":         `{"detail":"` + strings.Repeat("ä", 20_000) + `","title":"` + strings.Repeat("ß", 2_000) + `"}`,
		"a long plain text":   strings.Repeat("ü", 40_000),
		"broken syntax":       `{"title":"T",,"detail"}}]`,
		"after the end":       `{"title":"T"}{"title":"U"}`,
		"controls":            "{\"title\":\"a\\u0000b\"}",
		"a body beyond limit": `{"title":"T","x":"` + strings.Repeat("y", 200_000) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 400, 429} {
				sane(t, Classify(Input{Status: status, Body: []byte(body)}))
			}
			if r, ok := StreamLine([]byte(body)); ok {
				sane(t, r)
			}
		})
	}
}

// sane fails if a result breaks what holds for all results.
func sane(t *testing.T, r Result) {
	t.Helper()
	if _, ok := Describe(r.Class); !ok {
		t.Errorf("class %q is not in the catalogue", r.Class)
	}
	if r.Class.IsError() && (r.Hint.Title == "" || r.Hint.Text == "" || r.Hint.URL == "") {
		t.Errorf("%s: hint %+v", r.Class, r.Hint)
	}
	if len(r.Problems) > MaxProblems || r.Total < len(r.Problems) {
		t.Errorf("%d problems of %d", len(r.Problems), r.Total)
	}
	for _, p := range r.Problems {
		if _, ok := Describe(p.Class); !ok {
			t.Errorf("problem's class %q is not in the catalogue", p.Class)
		}
		if len(p.Detail) > maxDetail {
			t.Errorf("detail of %d bytes", len(p.Detail))
		}
		for _, s := range []string{p.Type, p.Title, p.Error, p.Parameter, p.Value, p.Field, p.Section, p.ResourceType, p.ResourceID,
			p.Reason, p.DisconnectType, p.Issue, p.Period, p.Scope, p.ResetDate} {
			if len(s) > maxText {
				t.Errorf("text of %d bytes", len(s))
			}
		}
		if text := fmt.Sprintf("%+v", p); !utf8.ValidString(text) {
			t.Errorf("invalid UTF-8 in %q", text)
		}
		if p.Type != "" && p.Type != aboutBlank && !isSlug(strings.TrimPrefix(p.Type, problemBase)) {
			t.Errorf("type %q", p.Type)
		}
	}
	switch {
	case r.Retry.Verdict == VerdictNever && r.Retry.Backoff != Backoff{},
		r.Class.IsError() && r.Retry.Verdict == VerdictNone,
		!r.Class.IsError() && r.Retry.Verdict != VerdictNone:
		t.Errorf("%s: retry %+v", r.Class, r.Retry)
	}
}

func TestCutAtEveryByte(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status int
		body   string
		want   []Class
	}{
		{429, `{"account_id":3333333333333333333,"product_name":"p","title":"UsageCapExceeded","period":"Monthly","scope":"Product","detail":"Usage cap exceeded: Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped"}`, []Class{RateLimited, UsageCapped}},
		{403, `{"errors":[{"code":326,"message":"m"}]}`, []Class{Forbidden, AccountLocked}},
		{400, `{"errors":[{"parameters":{"ids":["1","2"]},"message":"M"}],"title":"T","type":"https://api.x.com/2/problems/invalid-request"}`, []Class{InvalidRequest}},
		{200, `{"data":[{"id":"1"}],"errors":[{"type":"https://api.x.com/2/problems/resource-not-found","status":404}]}`, []Class{OK, Partial}},
		{200, `{"errors":[{"type":"https://api.x.com/2/problems/resource-not-found","status":404}],"data":{}}`, []Class{OK, NoData, Partial}},
		{409, `{"title":"ConnectionException","connection_issue":"RuleConfigurationIssue","type":"https://api.x.com/2/problems/streaming-connection"}`, []Class{Conflict, NoRules}},
	} {
		for cut := range len(tt.body) + 1 {
			r := problemsOf(t, tt.status, tt.body[:cut])
			sane(t, r)
			ok := false
			for _, c := range tt.want {
				ok = ok || r.Class == c
			}
			if !ok {
				t.Errorf("%s: got %s", tt.body[:cut], r.Class)
			}
			StreamLine([]byte(tt.body[:cut]))
		}
	}
}

func TestTextsAreCutOnTheBorderOfARune(t *testing.T) {
	t.Parallel()
	r := problemsOf(t, 400, `{"detail":"x`+strings.Repeat("ä", 2000)+`","title":"`+strings.Repeat("日", 200)+`"}`)
	p := r.Problems[0]
	if len(p.Detail) != maxDetail-1 || len(p.Title) != maxText-1 || !utf8.ValidString(p.Detail+p.Title) {
		t.Errorf("detail of %d bytes, title of %d", len(p.Detail), len(p.Title))
	}
}
