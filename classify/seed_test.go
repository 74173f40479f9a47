package classify

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/otelxapi/otelxapi/endpoint"
)

// The rows of X's page on response codes (2025-06-27): statuses, problem types
// and topics, each with what a bare answer of its kind must give.

var seedStatuses = []struct {
	status  int
	text    string
	request string
	class   Class
	verdict Verdict
	hint    string // a word that the hint must have
}{
	{200, "OK", "GET /2/tweets/1", OK, VerdictNone, ""},
	{400, "Bad Request", "GET /2/tweets/1", InvalidRequest, VerdictNever, "double quotes"},
	{401, "Unauthorized", "GET /2/tweets/1", Unauthenticated, VerdictNever, "credentials"},
	{403, "Forbidden", "GET /2/tweets/1", Forbidden, VerdictNever, "plan"},
	{404, "Not Found", "GET /2/tweets/1", UnknownRoute, VerdictNever, "path"},
	{409, "Connection Exception", "GET /2/tweets/search/stream", NoRules, VerdictNever, "rule"},
	{429, "Too Many Requests", "GET /2/tweets/1", RateLimited, VerdictBackoff, "space requests"},
	{500, "Internal Server Error", "GET /2/tweets/1", ServerError, VerdictBackoff, "status page"},
	{501, "Unimplemented", "GET /2/tweets/1", NotImplemented, VerdictNever, "does not support"},
	{503, "Service Unavailable", "GET /2/tweets/1", Unavailable, VerdictBackoff, "overloaded"},
}

var seedTypes = []struct {
	title   string
	typ     string
	status  int
	item    Class // as an item of a 200
	answer  Class // as an answer of its own
	verdict Verdict
}{
	{"Generic Problem", "about:blank", 500, Unknown, ServerError, VerdictBackoff},
	{"Invalid Request Problem", "https://api.X.com/2/problems/invalid-request", 400, InvalidRequest, InvalidRequest, VerdictNever},
	{"Resource Not Found Problem", "https://api.X.com/2/problems/resource-not-found", 404, ResourceNotFound, NotFound, VerdictNever},
	{"Resource Unauthorized Problem", "https://api.X.com/2/problems/not-authorized-for-resource", 403, ResourceUnauthorized, ResourceUnauthorized, VerdictNever},
	{"Client Forbidden Problem", "https://api.X.com/2/problems/client-forbidden", 403, ClientForbidden, ClientForbidden, VerdictNever},
	{"Disallowed Resource Problem", "https://api.X.com/2/problems/disallowed-resource", 400, DisallowedResource, DisallowedResource, VerdictNever},
	{"Unsupported Authentication Problem", "https://api.X.com/2/problems/unsupported-authentication", 403, UnsupportedAuthentication, UnsupportedAuthentication, VerdictNever},
	{"Usage Capped Problem", "https://api.X.com/2/problems/usage-capped", 429, UsageCapped, UsageCapped, VerdictNever},
	{"Connection Exception Problem", "https://api.X.com/2/problems/streaming-connection", 429, StreamDisconnected, ConnectionLimited, VerdictBackoff},
	{"Client Disconnected Problem", "https://api.X.com/2/problems/client-disconnected", 400, ClientDisconnected, ClientDisconnected, VerdictReconnect},
	{"Operational Disconnect Problem", "https://api.X.com/2/problems/operational-disconnect", 503, StreamDisconnected, StreamDisconnected, VerdictReconnect},
	{"Rule Cap Problem", "https://api.X.com/2/problems/rule-cap", 400, RuleCap, RuleCap, VerdictNever},
	{"Rule Length Problem", "https://api.X.com/2/problems/rule-length", 400, RulesInvalid, RulesInvalid, VerdictNever},
	{"Invalid Rules Problem", "https://api.X.com/2/problems/invalid-rules", 400, RulesInvalid, RulesInvalid, VerdictNever},
	{"Duplicate Rules Problem", "https://api.X.com/2/problems/duplicate-rules", 400, DuplicateRules, DuplicateRules, VerdictNever},
}

var seedTopics = []struct {
	title   string
	classes []Class // that must be among those of the topic
	hint    string
}{
	{"Authentication issues", []Class{Unauthenticated, ClockSkew, UnsupportedAuthentication}, "timestamp"},
	{"Rate limiting and Post cap issues", []Class{RateLimited, UsageCapped}, "cap"},
	{"Missing Post issues", []Class{ResourceNotFound, ResourceUnauthorized}, "protected"},
	{"Full buffer disconnect issues", []Class{SlowConsumer, StreamDisconnected}, "queue"},
}

func request(t *testing.T, s string) (method, path string) {
	t.Helper()
	method, path, ok := strings.Cut(s, " ")
	if !ok {
		t.Fatalf("%q is no request", s)
	}
	return method, path
}

func TestEveryStatusOfTheSeed(t *testing.T) {
	t.Parallel()
	for _, row := range seedStatuses {
		t.Run(strconv.Itoa(row.status)+" "+row.text, func(t *testing.T) {
			t.Parallel()
			method, path := request(t, row.request)
			r := Classify(Input{Method: method, Path: path, Status: row.status, Header: http.Header{}, Auth: Auth{Kind: endpoint.AuthAppOnly}})
			if r.Class != row.class || r.Retry.Verdict != row.verdict {
				t.Errorf("got %s, %s; want %s, %s", r.Class, r.Retry.Verdict, row.class, row.verdict)
			}
			if !strings.Contains(strings.ToLower(r.Hint.Text), strings.ToLower(row.hint)) {
				t.Errorf("hint %q lacks %q", r.Hint.Text, row.hint)
			}
			i := slices.IndexFunc(Catalog().Statuses, func(s StatusInfo) bool { return s.Status == row.status })
			if i < 0 || Catalog().Statuses[i].Text != row.text {
				t.Errorf("the catalogue lacks %d %s", row.status, row.text)
			}
		})
	}
}

func TestEveryProblemTypeOfTheSeed(t *testing.T) {
	t.Parallel()
	for _, row := range seedTypes {
		t.Run(row.title, func(t *testing.T) {
			t.Parallel()
			slug := row.typ[strings.LastIndexByte(row.typ, '/')+1:]
			want := "https://api.x.com/2/problems/" + slug
			if row.typ == "about:blank" {
				want = row.typ
			}
			body := `{"title":"` + row.title + `","type":"` + row.typ + `","detail":"d"}`
			r := Classify(Input{Status: row.status, Body: []byte(body)})
			if r.Class != row.answer || r.Retry.Verdict != row.verdict || r.Hint.Text == "" {
				t.Errorf("answer: got %s, %s, hint %q; want %s, %s", r.Class, r.Retry.Verdict, r.Hint.Text, row.answer, row.verdict)
			}
			if r.Total != 1 || r.Problems[0].Type != want {
				t.Errorf("answer: got problems %+v, want one of type %s", r.Problems, want)
			}
			r = Classify(Input{Status: 200, Body: []byte(`{"data":[{"id":"1"}],"errors":[` + body + `]}`)})
			if r.Class != Partial || r.Total != 1 || r.Problems[0].Class != row.item {
				t.Errorf("item: got %s, %+v; want %s", r.Class, r.Problems, row.item)
			}
			i := slices.IndexFunc(Catalog().Types, func(s TypeInfo) bool { return s.Slug == slug })
			if i < 0 || Catalog().Types[i].Title != row.title {
				t.Errorf("the catalogue lacks %s, %s", slug, row.title)
			}
		})
	}
}

func TestEveryTopicOfTheSeed(t *testing.T) {
	t.Parallel()
	topics := Catalog().Topics
	for i, row := range seedTopics {
		topic := topics[i]
		if topic.Title != row.title || len(topic.Text) > 400 || !strings.Contains(topic.Text, row.hint) {
			t.Errorf("got topic %q: %q", topic.Title, topic.Text)
		}
		for _, c := range row.classes {
			if !slices.Contains(topic.Classes, c) {
				t.Errorf("%s: class %s is missing", row.title, c)
			}
		}
	}
	if len(topics) != len(seedTopics) {
		t.Errorf("%d topics", len(topics))
	}
}

// TestTablesHaveExactlyTheRowsOfTheSeed compares the tables above with X's page
// where a copy of it is at hand.
func TestTablesHaveExactlyTheRowsOfTheSeed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "seed", "response-codes.txt"))
	if err != nil {
		t.Skip("no copy of the page here")
	}
	var want []string
	for _, s := range seedStatuses {
		want = append(want, strconv.Itoa(s.status)+"|"+s.text)
	}
	for _, s := range seedTypes {
		want = append(want, s.title+"|"+s.typ)
	}
	for _, s := range seedTopics {
		want = append(want, s.title)
	}
	var got []string
	topics := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		cells := strings.Split(line, "|")
		switch {
		case strings.HasPrefix(line, "Debugging your code"):
			topics = true
		case topics && strings.HasSuffix(line, "issues"):
			// One heading stands behind the end of a sentence.
			got = append(got, line[strings.LastIndexByte(line, '.')+1:])
		case len(cells) > 2 && cells[0] != "---" && cells[0] != "Code " && cells[0] != "Title ":
			got = append(got, strings.TrimSpace(cells[0])+"|"+strings.TrimSpace(cells[1]))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got rows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
