package classify

import (
	"encoding/base64"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

func TestParseRateLimits(t *testing.T) {
	t.Parallel()
	const absent = -1
	for name, tt := range map[string]struct {
		values []string
		want   int64
	}{
		"a number":            {[]string{"5"}, 5},
		"zero is not absent":  {[]string{"0"}, 0},
		"leading zeros":       {[]string{"0005"}, 5},
		"space around":        {[]string{" 5\t"}, 5},
		"the largest":         {[]string{"9223372036854775807"}, math.MaxInt64},
		"no header":           {nil, absent},
		"nothing":             {[]string{""}, absent},
		"only space":          {[]string{"  "}, absent},
		"one beyond":          {[]string{"9223372036854775808"}, absent},
		"far beyond":          {[]string{"99999999999999999999"}, absent},
		"too long":            {[]string{strings.Repeat("0", 21) + "5"}, absent},
		"negative":            {[]string{"-1"}, absent},
		"a sign":              {[]string{"+1"}, absent},
		"a list":              {[]string{"5, 6"}, absent},
		"twice":               {[]string{"5", "5"}, absent},
		"a fraction":          {[]string{"5.0"}, absent},
		"hexadecimal":         {[]string{"0x5"}, absent},
		"an underscore":       {[]string{"1_000"}, absent},
		"other digits":        {[]string{"٥"}, absent},
		"a number and a word": {[]string{"5 requests"}, absent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, prefix := range []string{"x-rate-limit-", "x-app-limit-24hour-", "x-user-limit-24hour-"} {
				for _, suffix := range []string{"limit", "remaining", "reset"} {
					h := http.Header{}
					if tt.values != nil {
						h[http.CanonicalHeaderKey(prefix+suffix)] = tt.values
					}
					all := ParseRateLimits(h)
					got := map[string]RateLimit{"x-rate-limit-": all.Window, "x-app-limit-24hour-": all.App24h, "x-user-limit-24hour-": all.User24h}[prefix]
					want := RateLimit{}
					if tt.want != absent {
						switch suffix {
						case "limit":
							want.Limit, want.HasLimit = tt.want, true
						case "remaining":
							want.Remaining, want.HasRemaining = tt.want, true
						case "reset":
							want.Reset, want.HasReset = tt.want, true
						}
					}
					if got != want {
						t.Errorf("%s%s: got %+v, want %+v", prefix, suffix, got, want)
					}
				}
			}
		})
	}
}

func TestParseServer(t *testing.T) {
	t.Parallel()
	h := headers("x-transaction-id: 1ffe80abeab02a67", "cf-ray: 93ce6335ba570952-HKG", "api-version: 2.164",
		"x-access-level: read-write", "x-response-time: 133", "date: "+noon.Add(-time.Minute).Format(http.TimeFormat))
	want := Server{"1ffe80abeab02a67", "93ce6335ba570952-HKG", "2.164", "read-write", 133 * time.Millisecond, time.Minute}
	if got := ParseServer(h, noon); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	h.Set("Date", noon.Add(-time.Minute).Format("Mon, 02 Jan 2006 15:04:05")+" UTC")
	if got := ParseServer(h, noon); got != want {
		t.Errorf("a Date in UTC: got %+v", got)
	}
	if got := ParseServer(h, time.Time{}); got.ClockSkew != 0 {
		t.Errorf("without a clock: got %+v", got)
	}
	for _, bad := range []string{"", "a b", "a\nb", "ä", "<x>", strings.Repeat("a", 65), "a,b"} {
		h := http.Header{"X-Transaction-Id": {bad}, "Cf-Ray": {bad}, "Api-Version": {bad}, "X-Access-Level": {bad}, "X-Response-Time": {bad}, "Date": {bad}}
		if got := ParseServer(h, noon); got != (Server{}) {
			t.Errorf("%q: got %+v", bad, got)
		}
	}
	if got := ParseServer(headers("x-response-time: 99999999999"), noon); got.Duration != 0 {
		t.Errorf("a response time of years: got %v", got.Duration)
	}
	if got := ParseServer(http.Header{"Cf-Ray": {"a", "b"}}, noon); got.EdgeRay != "" {
		t.Errorf("two values: got %q", got.EdgeRay)
	}
}

// It must not be parallel: other tests' allocations would count.
func TestDateAndServerDurationTellAbsenceFromZero(t *testing.T) {
	if d, ok := ServerDurationOf(headers("x-response-time: 0")); d != 0 || !ok {
		t.Errorf("no time at all: %v, %t", d, ok)
	}
	for _, bad := range [][]string{nil, {}, {""}, {"-1"}, {"1.5"}, {"1", "1"}, {"3600001"}} {
		if d, ok := ServerDurationOf(http.Header{"X-Response-Time": bad}); d != 0 || ok {
			t.Errorf("%q: %v, %t", bad, d, ok)
		}
	}
	if at, ok := DateOf(headers("date: " + noon.Format(http.TimeFormat))); !at.Equal(noon) || !ok {
		t.Errorf("noon: %v, %t", at, ok)
	}
	if at, ok := DateOf(headers("date: noon")); !at.IsZero() || ok {
		t.Errorf("no date: %v, %t", at, ok)
	}
	h := headers("x-response-time: 42", "date: "+noon.Format(http.TimeFormat))
	if n := testing.AllocsPerRun(100, func() { ServerDurationOf(h); DateOf(h) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestParseAuth(t *testing.T) {
	t.Parallel()
	userToken := base64.StdEncoding.EncodeToString([]byte("bGVuZ3Ro-of-some-kind:1700000000000:1:0:at:1"))
	refresh := base64.RawURLEncoding.EncodeToString([]byte("some-other-kind-of-token:1700000000000:1:0:rt:1"))
	tests := []struct {
		name   string
		header string
		want   endpoint.AuthKind
		stamp  int64
	}{
		{"no header", "", endpoint.AuthNone, 0},
		{"OAuth 1.0a", `OAuth oauth_consumer_key="k", oauth_timestamp="1700000000", oauth_nonce="n"`, endpoint.AuthOAuth1User, 1700000000},
		{"OAuth 1.0a with the timestamp first", `oauth oauth_timestamp="1700000000",oauth_nonce="n"`, endpoint.AuthOAuth1User, 1700000000},
		{"OAuth 1.0a without a timestamp", `OAuth oauth_consumer_key="oauth_timestamp=1"`, endpoint.AuthOAuth1User, 0},
		{"OAuth 1.0a with a timestamp that is none", `OAuth oauth_timestamp="soon"`, endpoint.AuthOAuth1User, 0},
		{"OAuth 1.0a with a timestamp beyond all years", `OAuth oauth_timestamp="9223372036854775807"`, endpoint.AuthOAuth1User, 0},
		{"a name that only ends alike", `OAuth x_oauth_timestamp="1700000000"`, endpoint.AuthOAuth1User, 0},
		{"app-only", "Bearer AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0", endpoint.AuthAppOnly, 0},
		{"app-only in lower case", "bearer AAAAAAAAx", endpoint.AuthAppOnly, 0},
		{"a user's token", "Bearer " + userToken, endpoint.AuthOAuth2User, 0},
		{"a user's token without padding", "BEARER " + strings.TrimRight(userToken, "="), endpoint.AuthOAuth2User, 0},
		{"a refresh token is no access token", "Bearer " + refresh, endpoint.AuthBearer, 0},
		{"any other token", "Bearer AAAAAAAbc", endpoint.AuthBearer, 0},
		{"a short token", "Bearer x", endpoint.AuthBearer, 0},
		{"only the mark", "Bearer " + base64.StdEncoding.EncodeToString([]byte(":at:1")), endpoint.AuthOAuth2User, 0},
		{"a token that is no base64", "Bearer ???:at:1", endpoint.AuthBearer, 0},
		{"Basic", "Basic dXNlcjpwYXNz", endpoint.AuthBasic, 0},
		{"no token", "Bearer ", endpoint.AuthNone, 0},
		{"only a scheme", "Bearer", endpoint.AuthNone, 0},
		{"another scheme", "Digest a=b", endpoint.AuthNone, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			if tt.header != "" {
				h.Set("Authorization", tt.header)
			}
			got := ParseAuth(h)
			if got.Kind != tt.want || (tt.stamp == 0) != got.Timestamp.IsZero() || tt.stamp != 0 && got.Timestamp.Unix() != tt.stamp {
				t.Errorf("got %+v, want %s, %d", got, tt.want, tt.stamp)
			}
		})
	}
	// The mark is found at every length, hence at every alignment of base64.
	for n := range 64 {
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			token := enc.EncodeToString([]byte(strings.Repeat("ÿ?", n)[:n] + ":1:0:at:1"))
			if got := ParseAuth(headers("Authorization: Bearer " + token)); got.Kind != endpoint.AuthOAuth2User {
				t.Errorf("%d bytes before the mark: got %s", n, got.Kind)
			}
		}
	}
}

func TestHotPathsDoNotAllocate(t *testing.T) {
	limits := headers("x-rate-limit-limit: 450", "x-rate-limit-remaining: 449", "x-rate-limit-reset: 1781049099",
		"x-app-limit-24hour-limit: 1000", "x-app-limit-24hour-remaining: 999", "x-app-limit-24hour-reset: 1781049099")
	if n := testing.AllocsPerRun(100, func() { ParseRateLimits(limits) }); n != 0 {
		t.Errorf("ParseRateLimits: %v allocations", n)
	}
	for _, header := range []string{
		`OAuth oauth_consumer_key="k", oauth_timestamp="1700000000"`, "Bearer AAAAAAAAAAAAAAAA",
		"Bearer " + base64.StdEncoding.EncodeToString([]byte("token-of-a-user:1700000000000:1:0:at:1")), "Bearer other", "Basic x",
	} {
		h := headers("Authorization: " + header)
		if n := testing.AllocsPerRun(100, func() { ParseAuth(h) }); n != 0 {
			t.Errorf("ParseAuth(%.12s…): %v allocations", header, n)
		}
	}
	for _, line := range []string{"\r\n", "{}\r\n", `{"data":{"id":"1","text":"\"errors\""},"errors":[{"title":"t"}]}` + "\r\n", `{"id":1,"text":"x"}`} {
		b := []byte(line)
		if n := testing.AllocsPerRun(100, func() { StreamLine(b) }); n != 0 {
			t.Errorf("StreamLine(%q): %v allocations", line, n)
		}
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		backoff Backoff
		attempt int
		want    time.Duration
	}{
		{"none", Backoff{}, 3, 0},
		{"linear, first", backoffNetwork, 1, 250 * time.Millisecond},
		{"linear, fourth", backoffNetwork, 4, time.Second},
		{"linear, at the bound", backoffNetwork, 64, 16 * time.Second},
		{"linear, beyond", backoffNetwork, math.MaxInt, 16 * time.Second},
		{"linear without a bound", Backoff{BackoffLinear, time.Hour, 0}, math.MaxInt, math.MaxInt64},
		{"exponential, first", backoffHTTP, 1, 5 * time.Second},
		{"exponential, third", backoffHTTP, 3, 20 * time.Second},
		{"exponential, at the bound", backoffHTTP, 7, 320 * time.Second},
		{"exponential, beyond", backoffHTTP, math.MaxInt, 320 * time.Second},
		{"exponential without a bound", backoffPace, math.MaxInt, math.MaxInt64},
		{"attempt 0 counts as 1", backoffPace, 0, time.Minute},
		{"a negative attempt counts as 1", backoffPace, math.MinInt, time.Minute},
		{"a bound below the beginning", Backoff{BackoffExponential, time.Minute, time.Second}, 1, time.Second},
		{"a negative beginning", Backoff{BackoffLinear, -time.Minute, time.Second}, 2, 0},
		{"a kind that nobody knows", Backoff{"cubic", time.Minute, time.Second}, 2, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.backoff.Delay(tt.attempt); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAfter(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		retry Retry
		want  time.Duration
		ok    bool
	}{
		"nothing to repeat":       {Retry{}, 0, false},
		"never":                   {Retry{Verdict: VerdictNever, At: noon}, 0, false},
		"at a time":               {Retry{Verdict: VerdictAfterReset, At: noon.Add(time.Minute)}, time.Minute, true},
		"at a time that is past":  {Retry{Verdict: VerdictAfterReset, At: noon.Add(-time.Minute)}, 0, true},
		"at an unknown time":      {Retry{Verdict: VerdictAfterReset}, 0, false},
		"with back-off":           {Retry{Verdict: VerdictBackoff, Backoff: backoffHTTP}, 5 * time.Second, true},
		"reconnect with back-off": {Retry{Verdict: VerdictReconnect, Backoff: backoffNetwork}, 250 * time.Millisecond, true},
	} {
		got, ok := tt.retry.After(noon)
		if got != tt.want || ok != tt.ok {
			t.Errorf("%s: got %v, %v; want %v, %v", name, got, ok, tt.want, tt.ok)
		}
	}
}
