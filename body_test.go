package otelxapi_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

// success is a base that answers a request with JSON.
func success(body io.ReadCloser) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		res, err := answer(200, body)(r)
		res.Header.Set("Content-Type", "application/json; charset=utf-8")
		return res, err
	}
}

func text(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }

const (
	notFound   = `{"value":"1111111111111111111","detail":"Could not find tweet with ids: [1111111111111111111].","title":"Not Found Error","resource_type":"tweet","parameter":"ids","resource_id":"1111111111111111111","type":"https://api.x.com/2/problems/resource-not-found"}`
	notAllowed = `{"value":"2222222222222222222","detail":"Sorry, you are not authorized to see the Tweet with ids: [2222222222222222222].","title":"Authorization Error","resource_type":"tweet","parameter":"ids","section":"data","type":"https://api.x.com/2/problems/not-authorized-for-resource"}`
	one        = `{"id":"3333333333333333333","text":"\"errors\":[{}] is only text"}`
)

func TestErrorsInsideASuccess(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, url, body string
		class                   string
		count                   string
		events                  []string
	}{
		{"nothing failed", "GET", "/2/tweets?ids=1", `{"data":[` + one + `]}`, "", "", nil},
		{"one is missing", "GET", "/2/tweets?ids=1,2", `{"data":[` + one + `],"errors":[` + notFound + `]}`, "partial", "1", []string{"resource_not_found"}},
		{"two of two are missing", "GET", "/2/tweets?ids=1,2", `{"errors":[` + notFound + `,` + notAllowed + `]}`, "no_data", "2", []string{"resource_not_found", "resource_unauthorized"}},
		{"errors come first", "GET", "/2/tweets?ids=1,2", `{"errors":[` + notFound + `],"data":[` + one + `]}`, "partial", "1", []string{"resource_not_found"}},
		{"errors of an item are not the answer's", "GET", "/2/tweets/analytics", `{"data":[{"errors":[` + notFound + `]}]}`, "", "", nil},
		{"errors without an element", "GET", "/2/tweets?ids=1", `{"data":[],"errors":[]}`, "", "", nil},
		{"more than are kept", "GET", "/2/tweets?ids=1", `{"errors":[` + notFound + strings.Repeat(","+notFound, 99) + `]}`, "no_data", "100", slices.Repeat([]string{"resource_not_found"}, 8)},
		{"a post that was not deleted", "DELETE", "/2/tweets/1", `{"data":{"deleted":false}}`, "partial", "1", []string{"unprocessable"}},
		{"a rule that was not created", "POST", "/2/tweets/search/stream/rules", `{"meta":{"summary":{"created":0,"not_created":1}},"errors":[{"value":"cat","id":"1","title":"DuplicateRule","type":"https://api.twitter.com/2/problems/duplicate-rules"}]}`, "no_data", "1", []string{"duplicate_rules"}},
		{"media that X gave up on", "GET", "/2/media/upload?command=STATUS", `{"data":{"id":"1","processing_info":{"state":"failed"}}}`, "partial", "1", []string{"unprocessable"}},
	}
	for _, tt := range tests {
		for _, asError := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, as error %t", tt.name, asError), func(t *testing.T) {
				t.Parallel()
				rec := newRecorder()
				var opts []otelxapi.Option
				if asError {
					opts = append(opts, otelxapi.WithPartialErrorsAsError())
				}
				r := newGet(t, "https://api.x.com"+tt.url)
				r.Method = tt.method
				exchange(t, rec.transport(success(text(tt.body)), opts...), r)
				span := rec.span(t)
				if got := value(span.Attributes(), otelxapi.ErrorsCountKey); got != tt.count {
					t.Errorf("%q errors, want %q", got, tt.count)
				}
				if got := value(span.Attributes(), otelxapi.ClassKey); got != tt.class {
					t.Errorf("class %q, want %q", got, tt.class)
				}
				var events []string
				for _, e := range span.Events() {
					events = append(events, value(e.Attributes, otelxapi.ClassKey))
					if value(e.Attributes, otelxapi.HintTextKey) == "" {
						t.Error("an event without a hint")
					}
				}
				if !slices.Equal(events, tt.events) {
					t.Errorf("events %v, want %v", events, tt.events)
				}
				want := ""
				if asError {
					want = tt.class
				}
				if got := value(span.Attributes(), otelxapi.ErrorTypeKey); got != want || pointClass(rec.points(t)[0]) != want {
					t.Errorf("error.type %q on the span, metric %v, want %q", got, rec.points(t), want)
				}
				if (span.Status().Code == codes.Error) != (want != "") {
					t.Errorf("status %+v", span.Status())
				}
			})
		}
	}
}

// Of a long "errors" the beginning is kept; the types, and so the classes, are
// known of all.
func TestTheTypesOfALongListOfErrorsAreKnown(t *testing.T) {
	t.Parallel()
	const problems = "https://api.x.com/2/problems/"
	blank := strings.Replace(notFound, problems+"resource-not-found", "about:blank", 1)
	bare := `{"title":"No type","detail":"` + strings.Repeat("x", 100) + `"}`
	huge := `{"title":"Not Found Error","detail":"` + strings.Repeat("x", 2000) + `","parameter":"ids","type":"` + problems + `resource-not-found"}`
	other := strings.Replace(notFound, "resource-not-found", "brand-new", 1)
	list := func(parts ...any) string {
		var all []string
		for i := 0; i < len(parts); i += 2 {
			all = append(all, slices.Repeat([]string{parts[i+1].(string)}, parts[i].(int))...)
		}
		return `{"data":[` + one + `],"errors":[` + strings.Join(all, ",") + `]}`
	}
	tests := []struct {
		name, method, body string
		events             []string // class and type
		counted            []string // number, class and type
	}{
		{"two classes among the first, and further ones", "GET", list(6, notFound, 1, notAllowed, 5, notFound, 4, notAllowed),
			append(append(slices.Repeat([]string{"resource_not_found resource-not-found"}, 6), "resource_unauthorized not-authorized-for-resource"), "resource_not_found resource-not-found"),
			[]string{"11 resource_not_found resource-not-found", "5 resource_unauthorized not-authorized-for-resource"}},
		{"types that say nothing are like those before", "GET", list(20, blank),
			slices.Repeat([]string{"resource_not_found about:blank"}, 8), []string{"20 resource_not_found about:blank"}},
		{"no types", "GET", list(20, bare),
			slices.Repeat([]string{"unknown "}, 8), []string{"12 partial ", "8 unknown "}},
		{"types that the catalogue lacks", "GET", list(8, notFound, 3, other),
			slices.Repeat([]string{"resource_not_found resource-not-found"}, 8), []string{"3 unknown _OTHER", "8 resource_not_found resource-not-found"}},
		{"an error that is longer than what is kept", "GET", list(1, huge, 1, notAllowed),
			[]string{"resource_not_found resource-not-found", "resource_unauthorized not-authorized-for-resource"},
			[]string{"1 resource_not_found resource-not-found", "1 resource_unauthorized not-authorized-for-resource"}},
		{"of a write", "POST", list(10, notAllowed, 2, notFound),
			slices.Repeat([]string{"resource_unauthorized not-authorized-for-resource"}, 8),
			[]string{"10 resource_unauthorized not-authorized-for-resource", "2 resource_not_found resource-not-found"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			r := newGet(t, "https://api.x.com/2/tweets?ids=1")
			r.Method = tt.method
			exchange(t, rec.transport(success(text(tt.body))), r)
			var events []string
			for _, e := range rec.span(t).Events() {
				events = append(events, value(e.Attributes, otelxapi.ClassKey)+" "+strings.TrimPrefix(value(e.Attributes, otelxapi.ProblemTypeKey), problems))
				if value(e.Attributes, otelxapi.HintTextKey) == "" {
					t.Error("an event without a hint")
				}
			}
			if !slices.Equal(events, tt.events) {
				t.Errorf("events %q, want %q", events, tt.events)
			}
			var counted []string
			for _, l := range rec.linesOf(t, "x_api.problems") {
				word := func(k string) string {
					_, rest, _ := strings.Cut(l, k+"=")
					w, _, _ := strings.Cut(rest, " ")
					return strings.TrimPrefix(w, problems)
				}
				counted = append(counted, strings.Fields(l)[1]+" "+word("x_api.class")+" "+word("x_api.problem.type"))
			}
			slices.Sort(counted)
			if !slices.Equal(counted, tt.counted) {
				t.Errorf("counted %q, want %q", counted, tt.counted)
			}
		})
	}
}

func TestTheResultOfASuccessIsFinalOnceItsBodyIsRead(t *testing.T) {
	t.Parallel()
	res, err := newRecorder().transport(success(text(`{"errors":[` + notFound + `]}`))).RoundTrip(newGet(t, "https://api.x.com/2/tweets?ids=1"))
	if err != nil {
		t.Fatal(err)
	}
	if r, ok := otelxapi.ResultOf(res); !ok || r.Class != classify.OK {
		t.Errorf("before: %+v", r)
	}
	if _, err := io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	if r, ok := otelxapi.ResultOf(res); !ok || r.Class != classify.NoData || len(r.Problems) != 1 || r.Status != 200 {
		t.Errorf("after: %+v", r)
	}
	res.Body.Close()
}

func TestWhateverEndsTheReadingWhatWasSeenIsOnTheSpan(t *testing.T) {
	t.Parallel()
	body := `{"data":[` + one + `],"errors":[` + notFound + `]}`
	broken := errors.New("broken")
	tests := []struct {
		name       string
		body       io.Reader
		read       func(io.ReadCloser)
		count      string
		incomplete string
	}{
		{"the end", strings.NewReader(body), func(b io.ReadCloser) { io.Copy(io.Discard, b) }, "1", ""},
		{"Close after the document, before the end", strings.NewReader(body + "\n\n"), func(b io.ReadCloser) { io.ReadFull(b, make([]byte, len(body))) }, "1", ""},
		{"a decoder and Close", strings.NewReader(body), func(b io.ReadCloser) {
			var v any
			json.NewDecoder(b).Decode(&v)
		}, "1", ""},
		{"Close half-way", strings.NewReader(body), func(b io.ReadCloser) { io.ReadFull(b, make([]byte, len(body)/2)) }, "", "true"},
		{"Close without a Read", strings.NewReader(body), func(io.ReadCloser) {}, "", "true"},
		{"an error", io.MultiReader(strings.NewReader(body[:len(body)/2]), roundReader(func([]byte) (int, error) { return 0, broken })), func(b io.ReadCloser) { io.Copy(io.Discard, b) }, "", "true"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			res, err := rec.transport(success(io.NopCloser(tt.body))).RoundTrip(newGet(t, "https://api.x.com/2/tweets?ids=1,2"))
			if err != nil {
				t.Fatal(err)
			}
			tt.read(res.Body)
			res.Body.Close()
			kvs := rec.span(t).Attributes()
			if got := value(kvs, otelxapi.ErrorsCountKey); got != tt.count {
				t.Errorf("%q errors, want %q", got, tt.count)
			}
			if got := value(kvs, otelxapi.BodyIncompleteKey); got != tt.incomplete {
				t.Errorf("incomplete %q, want %q", got, tt.incomplete)
			}
		})
	}
}

// X's clock is held against the time when its answer came, not against that when
// its body was read.
func TestABodyThatIsReadLateIsNoClockSkew(t *testing.T) {
	t.Parallel()
	const ahead, late = 90 * time.Second, 10 * time.Minute
	tests := []struct {
		name, body string
		end        error
		class      classify.Class
	}{
		{"a body that breaks off", `{"data":[`, io.ErrUnexpectedEOF, classify.UnexpectedEOF},
		{"errors inside", `{"data":[` + one + `],"errors":[` + notFound + `]}`, io.EOF, classify.Partial},
		{"a write that was not done", `{"errors":[` + notFound + `]}`, io.EOF, classify.NoData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rest := strings.NewReader(tt.body)
				base := roundTripper(func(r *http.Request) (*http.Response, error) {
					res, err := success(io.NopCloser(roundReader(func(p []byte) (int, error) {
						if rest.Len() == 0 {
							return 0, tt.end
						}
						time.Sleep(late)
						return rest.Read(p)
					})))(r)
					res.Header.Set("Date", time.Now().Add(-ahead).UTC().Format(http.TimeFormat))
					res.Header.Set("X-Transaction-Id", "0123456789abcdef")
					return res, err
				})
				var logged bytes.Buffer
				transport := newRecorder().transport(base, otelxapi.WithLogger(slog.New(slog.NewTextHandler(&logged, nil))))
				r := newGet(t, "https://api.x.com/2/tweets?ids=1,2")
				if tt.class == classify.NoData {
					r.Method = http.MethodPost
				}
				res, err := transport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if r, _ := otelxapi.ResultOf(res); r.Class != tt.class || r.Server.ClockSkew != ahead {
					t.Errorf("%s, with a skew of %v", r.Class, r.Server.ClockSkew)
				}
				now := time.Now().UTC()
				want := "x-time=" + now.Add(-ahead).Format(time.RFC3339) + " utc=" + now.Format(time.RFC3339)
				if !strings.Contains(logged.String(), want) {
					t.Errorf("no %s in %s", want, logged.String())
				}
			})
		})
	}
}

func TestWhatIsNotScanned(t *testing.T) {
	t.Parallel()
	body := `{"errors":[` + notFound + `]}`
	tests := []struct {
		name   string
		url    string
		header http.Header
		opts   []otelxapi.Option
		want   string
	}{
		{"JSON is", "/2/tweets?ids=1", http.Header{"Content-Type": {"application/json"}}, nil, "1"},
		{"JSON of another kind is", "/2/tweets?ids=1", http.Header{"Content-Type": {"application/vnd.api+json; charset=utf-8"}}, nil, "1"},
		{"text", "/2/tweets?ids=1", http.Header{"Content-Type": {"text/plain"}}, nil, ""},
		{"no content type", "/2/tweets?ids=1", http.Header{}, nil, ""},
		{"compressed", "/2/tweets?ids=1", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}, nil, ""},
		{"a download", "/2/dm_conversations/media/1/2/3", http.Header{"Content-Type": {"application/json"}}, nil, ""},
		{"a stream", "/2/tweets/sample/stream", http.Header{"Content-Type": {"application/json"}}, nil, ""},
		{"when switched off", "/2/tweets?ids=1", http.Header{"Content-Type": {"application/json"}}, []otelxapi.Option{otelxapi.WithBodyScan(false)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				res, err := answer(200, text(body))(r)
				res.Header = tt.header
				return res, err
			})
			exchange(t, rec.transport(base, tt.opts...), newGet(t, "https://api.x.com"+tt.url))
			if got := value(rec.span(t).Attributes(), otelxapi.ErrorsCountKey); got != tt.want {
				t.Errorf("%q errors, want %q", got, tt.want)
			}
		})
	}
}

func TestResourcesAndCost(t *testing.T) {
	t.Parallel()
	page := `{"data":[` + one + `,` + one + `],"includes":{"users":[{"id":"1"},{"id":"2"},{"id":"3"}],"media":[{}]},"meta":{"result_count":2}}`
	owned := otelxapi.DefaultPriceTable()
	owned.OwnedReads = true
	const search, mine = "GET /2/tweets/search/recent?query=x", "GET /2/users/1/tweets"
	tests := []struct {
		name, call, body string
		status           int
		opts             []otelxapi.Option
		returned, cost   string
		metrics          []string
	}{
		{"a page, by its own count", search, page, 200, nil, "2", "", []string{
			"x_api.resources 2 http.request.method=GET url.template=/2/tweets/search/recent x_api.resource.included=false x_api.resource.type=post",
		}},
		{"a page, counted", search, page, 200, []otelxapi.Option{otelxapi.WithResourceCounts(), otelxapi.WithAppName("bot")}, "2", "", []string{
			"x_api.resources 1 http.request.method=GET url.template=/2/tweets/search/recent x_api.app.name=bot x_api.resource.included=true x_api.resource.type=media",
			"x_api.resources 2 http.request.method=GET url.template=/2/tweets/search/recent x_api.app.name=bot x_api.resource.included=false x_api.resource.type=post",
			"x_api.resources 3 http.request.method=GET url.template=/2/tweets/search/recent x_api.app.name=bot x_api.resource.included=true x_api.resource.type=user",
		}},
		{"a page, with prices", search, page, 200, []otelxapi.Option{otelxapi.WithPriceTable(otelxapi.DefaultPriceTable())}, "2", "0.04", []string{
			"x_api.cost.estimated 0.04 http.request.method=GET url.template=/2/tweets/search/recent",
			"x_api.resources 1 http.request.method=GET url.template=/2/tweets/search/recent x_api.resource.included=true x_api.resource.type=media",
			"x_api.resources 2 http.request.method=GET url.template=/2/tweets/search/recent x_api.resource.included=false x_api.resource.type=post",
			"x_api.resources 3 http.request.method=GET url.template=/2/tweets/search/recent x_api.resource.included=true x_api.resource.type=user",
		}},
		{"one post", "GET /2/tweets/1", `{"data":` + one + `}`, 200, []otelxapi.Option{otelxapi.WithPriceTable(otelxapi.DefaultPriceTable())}, "1", "0.005", []string{
			"x_api.cost.estimated 0.005 http.request.method=GET url.template=/2/tweets/{id}",
			"x_api.resources 1 http.request.method=GET url.template=/2/tweets/{id} x_api.resource.included=false x_api.resource.type=post",
		}},
		{"one post, without prices", "GET /2/tweets/1", `{"data":` + one + `}`, 200, nil, "1", "", []string{
			"x_api.resources 1 http.request.method=GET url.template=/2/tweets/{id} x_api.resource.included=false x_api.resource.type=post",
		}},
		{"one's own posts", mine, page, 200, []otelxapi.Option{otelxapi.WithPriceTable(owned), otelxapi.WithAttributes()}, "2", "0.032", nil},
		{"a write", "POST /2/tweets", `{"data":{"id":"1"}}`, 201, []otelxapi.Option{otelxapi.WithPriceTable(otelxapi.DefaultPriceTable())}, "", "0.015", []string{
			"x_api.cost.estimated 0.015 http.request.method=POST url.template=/2/tweets",
		}},
		{"a refusal costs nothing", "POST /2/tweets", `{"data":{"id":"1"}}`, 403, []otelxapi.Option{otelxapi.WithPriceTable(otelxapi.DefaultPriceTable())}, "", "", []string{}},
		{"nothing came back", search, `{"meta":{"result_count":0}}`, 200, []otelxapi.Option{otelxapi.WithPriceTable(otelxapi.DefaultPriceTable())}, "0", "", []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				res, err := success(text(tt.body))(r)
				res.StatusCode = tt.status
				return res, err
			})
			method, url, _ := strings.Cut(tt.call, " ")
			r := newGet(t, "https://api.x.com"+url)
			r.Method = method
			exchange(t, rec.transport(base, tt.opts...), r)
			kvs := rec.span(t).Attributes()
			if got := value(kvs, otelxapi.ResourcesReturnedKey); got != tt.returned {
				t.Errorf("returned %q, want %q", got, tt.returned)
			}
			if got := value(kvs, otelxapi.CostEstimatedKey); got != tt.cost {
				t.Errorf("cost %q, want %q", got, tt.cost)
			}
			if tt.metrics == nil {
				return
			}
			lines := slices.DeleteFunc(rec.metricLines(t), func(l string) bool {
				return !strings.HasPrefix(l, "x_api.resources") && !strings.HasPrefix(l, "x_api.cost")
			})
			if !slices.Equal(lines, tt.metrics) {
				t.Errorf("metrics\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(tt.metrics, "\n"))
			}
		})
	}
}

// reads is what an application sees of a body: every Read with its size and
// what it returned.
type reads struct {
	io.Reader
	log []string
}

func (r *reads) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.log = append(r.log, fmt.Sprintf("%d: %q, %v", len(p), p[:n], err))
	return n, err
}

// FuzzSuccessBody holds a success's body against the same body without us, call
// for call: the sizes that are asked for, the bytes and the errors.
func FuzzSuccessBody(f *testing.F) {
	f.Add([]byte(`{"data":[`+one+`],"errors":[`+notFound+`]}`), uint64(1), uint8(0), false)
	f.Add([]byte(`{"data":[]}`), uint64(2), uint8(1), true)
	f.Add(bytes.Repeat([]byte(`[{"errors":[`), 999), uint64(3), uint8(2), false)
	f.Add([]byte{}, uint64(4), uint8(3), true)
	f.Fuzz(func(t *testing.T, body []byte, seed uint64, how uint8, breaks bool) {
		sameCallForCall(t, body, seed, how, breaks, benchURL)
	})
}

// sameCallForCall reads a body with us and without, from a base that hands it
// out in random chunks, and compares every call on both sides.
func sameCallForCall(t *testing.T, body []byte, seed uint64, how uint8, breaks bool, url string) {
	t.Helper()
	var logs [2][]string // the base's reads, and the application's
	var seen [2]string
	for i := range seen {
		rng := rand.New(rand.NewPCG(seed, 0))
		end := io.EOF
		if breaks {
			end = errors.New("broken")
		}
		rest := body
		base := &reads{Reader: roundReader(func(p []byte) (int, error) {
			n := copy(p, rest[:min(len(rest), rng.IntN(4096))])
			rest = rest[n:]
			if len(rest) == 0 && (n == 0 || rng.IntN(2) == 0) {
				return n, end
			}
			return n, nil
		})}
		var app *reads
		if i == 0 {
			app = &reads{Reader: base}
		} else {
			res, err := newRecorder().transport(success(io.NopCloser(base)), otelxapi.WithResourceCounts()).RoundTrip(newGet(t, url))
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			app = &reads{Reader: res.Body}
		}
		consume(app, how)
		seen[i] = strings.Join(app.log, "\n")
		logs[i] = base.log
	}
	if seen[0] != seen[1] {
		t.Errorf("without us\n%s\nwith us\n%s", seen[0], seen[1])
	}
	if !slices.Equal(logs[0], logs[1]) {
		t.Errorf("the base is asked otherwise:\n%s\n%s", logs[0], logs[1])
	}
}

// consume reads a body as applications do.
func consume(r io.Reader, how uint8) {
	switch how % 5 {
	case 0:
		io.ReadAll(r)
	case 1:
		for p := make([]byte, 100); ; {
			if _, err := io.ReadFull(r, p); err != nil {
				return
			}
		}
	case 2:
		s := bufio.NewScanner(r)
		for s.Scan() {
			_ = s.Bytes()
		}
	case 3:
		for d := json.NewDecoder(r); ; {
			var v any
			if d.Decode(&v) != nil {
				return
			}
		}
	case 4:
		for p := make([]byte, 1); ; {
			if _, err := r.Read(p); err != nil {
				return
			}
		}
	}
}
