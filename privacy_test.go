package otelxapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelxapi/otelxapi"
)

// everything returns every byte that the recorder was given: spans with
// status, attributes, events, links and resource, log records, metrics.
func (r *recorder) everything(t testing.TB) string {
	var b strings.Builder
	for _, s := range r.spans.Ended() {
		fmt.Fprintf(&b, "%s %+v %+v %+v %+v %+v %s\n", s.Name(), s.Status(), s.Attributes(), s.Events(), s.Links(),
			s.InstrumentationScope(), s.SpanContext().TraceState())
		for _, e := range s.Events() {
			fmt.Fprintln(&b, e.Name, attributeText(e.Attributes))
		}
		fmt.Fprintln(&b, attributeText(s.Attributes()))
	}
	for _, l := range r.records.records {
		fmt.Fprintln(&b, l.EventName(), l.Body().AsString(), l.SeverityText())
		l.WalkAttributes(func(kv attribute.KeyValue) bool {
			fmt.Fprintln(&b, kv.Key, kv.Value.AsInterface())
			return true
		})
	}
	for _, m := range r.metrics(t) {
		fmt.Fprintf(&b, "%+v\n", m)
	}
	fmt.Fprintln(&b, r.points(t))
	return b.String()
}

// A canary is planted in every place where something of the caller's can be;
// none may be in anything that is exported.
func TestNothingOfTheCallersLeaves(t *testing.T) {
	t.Parallel()
	const canary = "Canary"
	oauth1 := `OAuth oauth_consumer_key="CanaryConsumer", oauth_token="CanaryToken", oauth_signature="CanarySignature", oauth_timestamp="1790000000", oauth_nonce="CanaryNonce"`
	bodies := map[string]string{
		"a problem that echoes": `{"title":"Invalid Request CanaryTitle7","type":"https://api.x.com/2/problems/CanarySlug","detail":"Could not find user with username: canaryname and [CanaryBracket] or 'CanaryQuote' \"CanaryDouble\" @CanaryHandle https://t.co/CanaryLink CanaryCamelCase 1234567890123456789","status":400,"value":"CanaryValue","parameter":"CanaryParam99999","resource_id":"CanaryResource","client_id":"CanaryClient","account_id":1234567890123456789,"errors":[{"message":"The query [CanaryMessage] is wrong near canaryname","parameters":{"query":["CanaryQuery"],"Canary Name":["x"]}}]}`,
		"words without quotes":  `{"title":"Forbidden canarytitle","type":"about:blank","status":403,"detail":"The account canarybare (@canaryhandle), .@canarydot, -@canarydash, (#canarytag), «canaryguillemet», <canaryangle>, {canarybrace}, canary-hyphen, of:canarycolon, CANARYUPPER and Canaryfront are suspended."}`,
		"an OAuth error":        `{"error":"invalid_request","error_description":"Value passed for the token CanaryRefresh7 was invalid."}`,
		"API v1.1":              `{"request":"/1.1/users/CanaryUser.json","error":"Not authorized, CanaryV1User."}`,
		"a numeric code":        `{"errors":[{"code":32,"message":"Could not authenticate CanaryHuman1."}]}`,
		"plain text":            `CanaryText`,
		"HTML":                  `<html><title>CanaryHtml</title></html>`,
		"errors in a success":   `{"data":{"id":"1","text":"CanaryPost"},"errors":[{"value":"CanaryValue","parameter":"CanaryParam99999","resource_id":"CanaryResource","resource_type":"tweet 1234567890123456789","title":"CanaryTitle7","detail":"Could not find tweet with username: canaryname","type":"https://api.x.com/2/problems/resource-not-found"}]}`,
		"cut off in a quote":    `{"title":"Invalid Request","detail":"Rule [CanaryCut`,
	}
	for name, body := range bodies {
		for _, status := range []int{200, 400, 401, 403, 404, 429, 500} {
			t.Run(fmt.Sprintf("%s, %d", name, status), func(t *testing.T) {
				t.Parallel()
				base := roundTripper(func(r *http.Request) (*http.Response, error) {
					h := http.Header{
						"Content-Type":     {"application/json"},
						"Set-Cookie":       {"guest_id=CanaryCookie"},
						"X-Transaction-Id": {"Canary Transaction with blanks"},
						"Cf-Ray":           {"Canary/Ray"},
						"X-Custom":         {"CanaryHeader"},
						"Location":         {"https://x.com/CanaryLocation"},
					}
					return &http.Response{Status: "400 CanaryStatus", StatusCode: status, ProtoMajor: 2, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
				})
				for _, auth := range []string{oauth1, "Bearer CanaryBearer", "Basic CanaryBasic", "CanaryScheme x"} {
					rec := newRecorder()
					u := &url.URL{
						Scheme: "https", User: url.UserPassword("CanaryUser", "CanaryPassword"), Host: "api.x.com",
						Path:     "/2/users/by/username/canaryname",
						RawQuery: "query=CanaryQuery&CanaryBareWord&Canary%20Name=1&next_token=CanaryNext", Fragment: "CanaryFragment",
					}
					r := newGet(t, "https://api.x.com")
					r.Method, r.URL = http.MethodPost, u
					r.Body = io.NopCloser(strings.NewReader("CanaryBody"))
					r.Header.Set("Authorization", auth)
					r.Header.Set("Cookie", "auth_token=CanaryCookie")
					r.Header.Set("User-Agent", "CanaryAgent")
					r.Header.Set("Referer", "https://x.com/CanaryReferer")
					var logged bytes.Buffer
					transport := rec.transport(base, otelxapi.WithServerInfo(), otelxapi.WithEvents(otelxapi.EventSpan|otelxapi.EventLog),
						otelxapi.WithLogger(slog.New(slog.NewTextHandler(&logged, nil))), otelxapi.WithStats(),
						otelxapi.WithPriceTable(otelxapi.DefaultPriceTable()))
					exchange(t, transport, r)
					got := rec.everything(t) + logged.String() + fmt.Sprintf("%+v", transport.Stats())
					if strings.Contains(strings.ToLower(got), strings.ToLower(canary)) ||
						strings.Contains(got, "1234567890123456789") {
						t.Errorf("%s:\n%s", auth, got)
					}
				}
			})
		}
	}
}

// A canary that is a word of X's own texts cannot be told from X's words, unless
// the request has it, or it is marked.
func TestWordsOfTheRequestDoNotLeaveThoughTheyAreXs(t *testing.T) {
	t.Parallel()
	// Words of the list that no telemetry has by itself.
	const inPath, inQuery, joined = "southwest", "pixels", "japanese"
	tests := []struct{ name, detail, want string }{
		{"by themselves", "The southwest of Pixels, (japanese) and PIXELS.", "The REDACTED of REDACTED, REDACTED and REDACTED."},
		{"before a hyphen", "The southwest-limit and pixels-limit", "The REDACTED and REDACTED"},
		{"behind a hyphen", "The limit-southwest and limit-pixels, too", "The REDACTED and REDACTED, too"},
		{"between hyphens", "The non-japanese-limit", "The REDACTED"},
		{"joined as in the request", "The japanese-pixels", "The REDACTED"},
		{"possessive", "southwest's limit, pixels' limit", "REDACTED limit, REDACTED' limit"},
		{"possessive, of a word of the list", "The user's limit", "The REDACTED limit"},
		{"quoted in brackets", "bad value ('southwest limit')", "bad value (REDACTED)"},
		{"quoted behind a mark", "bad value:'pixels limit'", "bad REDACTED"},
		{"a handle with an underscore in front", "no user _limit or (_limit)", "no user REDACTED or REDACTED"},
		{"a handle with one behind", "no user limit_, or limit__", "no user REDACTED or REDACTED"},
		{"a handle of underscores", "no user __", "no user REDACTED"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			var logged bytes.Buffer
			body, err := json.Marshal(map[string]any{"title": tt.detail, "detail": tt.detail, "type": "about:blank", "status": 400})
			if err != nil {
				t.Fatal(err)
			}
			transport := rec.transport(withHeader(400, string(body), ""), otelxapi.WithEvents(otelxapi.EventSpan|otelxapi.EventLog),
				otelxapi.WithLogger(slog.New(slog.NewTextHandler(&logged, nil))), otelxapi.WithStats())
			words := "?query=" + inQuery + "-" + joined
			if tt.name == "possessive, of a word of the list" {
				words += "%20user" // of which the span has some itself
			}
			exchange(t, transport, newGet(t, "https://api.x.com/2/users/by/username/"+inPath+words))
			if got := value(rec.span(t).Attributes(), otelxapi.ProblemDetailKey); got != tt.want {
				t.Errorf("detail %q, want %q", got, tt.want)
			}
			got := strings.ToLower(rec.everything(t) + logged.String() + fmt.Sprintf("%+v", transport.Stats()))
			for _, canary := range []string{inPath, inQuery, joined} {
				if strings.Contains(got, canary) {
					t.Errorf("%s:\n%s", canary, got)
				}
			}
		})
	}
	t.Run("and do where the request does not have them", func(t *testing.T) {
		t.Parallel()
		const detail = "The southwest-limit of user's japanese pixels"
		rec := newRecorder()
		exchange(t, rec.transport(withHeader(400, `{"title":"x","detail":"`+detail+`","type":"about:blank"}`, "")), newGet(t, benchURL))
		if got := value(rec.span(t).Attributes(), otelxapi.ProblemDetailKey); got != detail {
			t.Errorf("detail %q", got)
		}
	})
}

func TestNothingOfAStreamsLinesLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder()
		f := newFeed()
		var logged bytes.Buffer
		transport := rec.transport(answeredBy(http.Header{
			"Set-Cookie":       {"guest_id=CanaryCookie"},
			"X-Transaction-Id": {"Canary Transaction with blanks"},
			"Cf-Ray":           {"Canary/Ray"},
			"Api-Version":      {"2.1;Canary"},
			"X-Custom":         {"CanaryHeader"},
		}, f), otelxapi.WithEvents(otelxapi.EventSpan|otelxapi.EventLog),
			otelxapi.WithLogger(slog.New(slog.NewTextHandler(&logged, nil))), otelxapi.WithStats())
		res := open(t, transport)
		done := consumeStream(res.Body)
		f.send(`{"data":{"id":"1","text":"CanaryPost"},"errors":[{"value":"CanaryValue"}]}` + "\r\n")
		time.Sleep(time.Minute) // a stall
		f.send(`{"errors":[{"title":"CanaryTitle7","disconnect_type":"Canary Type","detail":"CanaryDetail7 [x]","type":"https://api.x.com/2/problems/operational-disconnect"}]}` + "\r\n")
		f.end(io.EOF)
		<-done
		res.Body.Close()
		got := rec.everything(t) + logged.String() + fmt.Sprintf("%+v", transport.Stats())
		if strings.Contains(got, "Canary") || strings.Count(got, "stalled") < 3 || strings.Count(got, "stream_disconnected") < 3 {
			t.Error(got)
		}
	})
}

func TestNothingOfAnErrorsTextLeaves(t *testing.T) {
	t.Parallel()
	base := roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Get", URL: "https://api.x.com/?token=Canary", Err: fmt.Errorf("oauth2: Canary response body: %w", errors.New("Canary"))}
	})
	rec := newRecorder()
	if _, err := rec.transport(base).RoundTrip(newGet(t, benchURL)); err == nil || !strings.Contains(err.Error(), "Canary") {
		t.Errorf("the application gets %v", err)
	}
	if got := rec.everything(t); strings.Contains(got, "Canary") {
		t.Error(got)
	}
}

func TestOptionsOpenWhatTheyName(t *testing.T) {
	t.Parallel()
	const u = "https://api.x.com/2/users/by/username/somebody?user.fields=name&expansions=pinned&max_results=5&secret=1"
	body := `{"title":"Not Found","detail":"Could not find user with username: [somebody].","type":"about:blank","status":404}`
	tests := map[string]struct {
		opts         []otelxapi.Option
		full, detail string
	}{
		"nothing": {
			nil,
			"https://api.x.com/2/users/by/username/{username}?user.fields=REDACTED&expansions=REDACTED&max_results=REDACTED&secret=REDACTED",
			"Could not find user with username: REDACTED.",
		},
		"query values": {
			[]otelxapi.Option{otelxapi.WithQueryValues("*.fields", "max_*", "expansions")},
			"https://api.x.com/2/users/by/username/{username}?user.fields=name&expansions=pinned&max_results=5&secret=REDACTED",
			"Could not find user with username: REDACTED.",
		},
		"resource ids": {
			[]otelxapi.Option{otelxapi.WithResourceIDs()},
			"https://api.x.com/2/users/by/username/somebody?user.fields=REDACTED&expansions=REDACTED&max_results=REDACTED&secret=REDACTED",
			"Could not find user with username: [somebody].",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			exchange(t, rec.transport(answer(404, io.NopCloser(strings.NewReader(body))), tt.opts...), newGet(t, u))
			span := rec.span(t)
			if got := value(span.Attributes(), otelxapi.URLFullKey); got != tt.full {
				t.Errorf("url.full %s", got)
			}
			if got := value(span.Attributes(), otelxapi.ProblemDetailKey); got != tt.detail {
				t.Errorf("detail %s", got)
			}
			if span.Name() != "GET /2/users/by/username/{username}" {
				t.Errorf("span %s", span.Name())
			}
		})
	}
}

// FuzzDetail holds what becomes of a detail: bounded, valid, without long
// numbers, links and handles, and without words of the request.
func FuzzDetail(f *testing.F) {
	f.Add("Could not find user with username: [somebody].", "somebody")
	f.Add("The `max_results` query parameter value [4] is not between 5 and 100", "4")
	f.Add("“quoted” 'single' it's \"open", "quoted")
	f.Add(strings.Repeat("é", 300), "é")
	f.Add("\xff[\xfe", "x")
	f.Add("a lone @ is no handle", "x")
	f.Add("The account's stream-rules are ('wrong')", "account stream")
	f.Fuzz(func(t *testing.T, detail, name string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r := newGet(t, "https://api.x.com/2/users/by/username/x").WithContext(ctx)
		r.URL = &url.URL{Scheme: "https", Host: "api.x.com", Path: "/2/users/by/username/" + name}
		quoted, err := json.Marshal(detail)
		if err != nil {
			t.Fatal(err)
		}
		rec := newRecorder()
		exchange(t, rec.transport(answer(400, io.NopCloser(strings.NewReader(`{"type":"about:blank","title":"x","detail":`+string(quoted)+`}`)))), r)
		got := value(rec.span(t).Attributes(), otelxapi.ProblemDetailKey)
		if len(got) > 256 || !utf8.ValidString(got) {
			t.Errorf("%d bytes: %q", len(got), got)
		}
		for word := range strings.FieldsSeq(got) {
			if strings.Contains(word, "://") || strings.ContainsAny(word, "@#") && strings.ContainsFunc(word, unicode.IsLetter) || len(strings.Trim(word, "0123456789")) == 0 && len(word) > 4 {
				t.Errorf("%q of %q", word, got)
			}
		}
		if len(got) > 250 {
			return // the last word may be cut
		}
		split := func(s string) []string {
			return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		}
		said := split(strings.ReplaceAll(got, "REDACTED", ""))
		for _, word := range split(name) {
			if len(word) > 2 && slices.Contains(said, word) {
				t.Errorf("%q of the request is in %q", word, got)
			}
		}
	})
}
