package classify

import (
	"bufio"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

func itoa(n int) string { return strconv.Itoa(n) }

// fuzzHeader reads lines "Name: value" as far as they are lines of a header.
func fuzzHeader(text string) http.Header {
	h, _ := textproto.NewReader(bufio.NewReader(strings.NewReader(text + "\r\n\r\n"))).ReadMIMEHeader()
	return http.Header(h)
}

func FuzzClassify(f *testing.F) {
	f.Add(429, "X-Rate-Limit-Remaining: 0\r\nX-Rate-Limit-Reset: 1781049099\r\nRetry-After: 5", []byte(tooManyBody), int64(1781049000), "GET", "/2/tweets/1", "app_only")
	f.Add(403, "Content-Type: application/problem+json", []byte(`{"title":"SpendCapReached","type":"https://api.twitter.com/2/problems/credits","reset_date":"2026-12-14"}`), int64(0), "POST", "/2/tweets", "oauth2_user")
	f.Add(200, "Date: Mon, 23 Nov 2026 12:00:00 UTC", []byte(`{"data":[],"errors":[{"type":"https://api.x.com/2/problems/resource-not-found","value":"`+canary+`"}]}`), int64(1), "GET", "/2/tweets", "")
	f.Add(400, "Content-Encoding: gzip", []byte("\x1f\x8b\x08\x00"), int64(-1), "GET", "/2/tweets/search/recent", "bearer")
	f.Add(401, "", []byte(`{"errors":[{"code":135,"message":"m","parameters":{"a":["b"]}}]}`), int64(1<<62), "PUT", "/%2f", "oauth1_user")
	f.Add(503, "X-User-Limit-24hour-Remaining: 0", []byte("<html>"), int64(1700000000), "DELETE", "", "none")
	f.Fuzz(func(t *testing.T, status int, header string, body []byte, now int64, method, path, kind string) {
		in := Input{Method: method, Path: path, Status: status, Header: fuzzHeader(header), Body: body, Auth: Auth{Kind: endpoint.AuthKind(kind)}}
		if now != 0 {
			in.Now = time.Unix(now, 0)
			in.Auth.Timestamp = time.Unix(now/2, 0)
		}
		r := Classify(in)
		sane(t, r)
		if r.Status != status {
			t.Errorf("status %d became %d", status, r.Status)
		}
		if strings.Contains(r.Hint.Text, canary) {
			t.Errorf("hint %q", r.Hint.Text)
		}
		if d, ok := r.Retry.After(in.Now); ok && d < 0 {
			t.Errorf("after %v", d)
		}
		if r.Retry.Verdict == VerdictAfterReset && r.Retry.At.IsZero() {
			t.Error("to be repeated after a reset at an unknown time")
		}
		if again := Classify(in); again.Class != r.Class || again.Hint != r.Hint || again.Retry != r.Retry {
			t.Errorf("%+v became %+v", r, again)
		}
	})
}

func FuzzParseRateLimits(f *testing.F) {
	for _, s := range []string{"", "0", "5", "5, 6", "-1", " 5 ", "9223372036854775807", "9223372036854775808", "1e3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := ParseRateLimits(http.Header{"X-Rate-Limit-Remaining": {s}}).Window
		want, err := strconv.ParseUint(strings.Trim(s, " \t"), 10, 63)
		if len(strings.Trim(s, " \t")) > 20 {
			return // longer than any number that fits
		}
		if got.HasRemaining != (err == nil) || err == nil && got.Remaining != int64(want) || err != nil && got.Remaining != 0 {
			t.Errorf("%q: got %+v", s, got)
		}
	})
}

func FuzzParseAuth(f *testing.F) {
	for _, s := range []string{"", "Bearer AAAAAAAAAA", "Bearer OmF0OjE=", `OAuth oauth_timestamp="1700000000"`, "Basic x", "OAuth ,,=,", "Bearer  -_-_"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := ParseAuth(http.Header{"Authorization": {s}})
		switch a.Kind {
		case endpoint.AuthAppOnly, endpoint.AuthOAuth2User, endpoint.AuthBearer, endpoint.AuthBasic, endpoint.AuthNone:
			if !a.Timestamp.IsZero() {
				t.Errorf("%q: %+v", s, a)
			}
		case endpoint.AuthOAuth1User:
			if y := a.Timestamp.UTC().Year(); y > 9999 {
				t.Errorf("%q: year %d", s, y)
			}
		default:
			t.Errorf("%q: kind %q", s, a.Kind)
		}
	})
}

func FuzzStreamLine(f *testing.F) {
	for _, s := range []string{"", "\r\n", "{}", `{"data":{}}`, `{"errors":[{"title":"t","disconnect_type":"SlowReader","type":"https://api.x.com/2/problems/operational-disconnect"}]}`,
		`{"type":"connection_metadata"}`, `{"type":"about:blank","status":503,"title":"t"}`, `{"errors":[`, `{"errors":{"detail":"d"},"data":null}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		r, ok := StreamLine(line)
		if !ok {
			if r.Class != "" || r.Problems != nil {
				t.Errorf("an ordinary line gave %+v", r)
			}
			return
		}
		sane(t, r)
		if r.Total == 0 || r.Retry.Verdict == VerdictBackoff || strings.Contains(r.Hint.Text, canary) {
			t.Errorf("got %+v", r)
		}
	})
}
