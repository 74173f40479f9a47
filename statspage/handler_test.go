package statspage_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/internal/webpage/pagetest"
	"github.com/otelxapi/otelxapi/statspage"
)

const (
	typeHTML = "text/html; charset=utf-8"
	typeJSON = "application/json"
)

func TestTheRequestChoosesTheForm(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, target, accept, want string }{
		{"nothing said is the page", "/x", "", typeHTML},
		{"a browser gets the page", "/x", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", typeHTML},
		{"curl gets the page", "/x", "*/*", typeHTML},
		{"JSON is asked for", "/x", "application/json", typeJSON},
		{"JSON is asked for in capitals", "/x", "Application/JSON", typeJSON},
		{"JSON is preferred", "/x", "text/html;q=0.5, application/json", typeJSON},
		{"JSON is preferred to anything else", "/x", "application/json, text/plain, */*;q=0.1", typeJSON},
		{"any application type is preferred", "/x", "application/*, text/*;q=0.2", typeJSON},
		{"both are wanted as much", "/x", "application/json, text/html", typeHTML},
		{"the page is preferred", "/x", "application/json;q=0.5, text/html;q=0.6", typeHTML},
		{"JSON is refused by the more specific range", "/x", "*/*, application/json;q=0, text/html;q=0.1", typeHTML},
		{"the page is refused by the more specific range", "/x", "text/html;q=0, */*;q=0.1", typeJSON},
		{"neither is wanted", "/x", "image/png", typeHTML},
		{"a weight that is no number does not count", "/x", "application/json;q=NaN", typeHTML},
		{"a weight above one does not count", "/x", "application/json;q=2", typeHTML},
		{"a header that is no list of types", "/x", ";;,=,/,\x00", typeHTML},
		{"the path says JSON", "/x.json", "text/html", typeJSON},
		{"the path has JSON elsewhere", "/x.json/page", "", typeHTML},
		{"the query says JSON", "/x?format=json", "text/html", typeJSON},
		{"the query says HTML", "/x.json?format=html", "application/json", typeHTML},
		{"the query says what does not exist", "/x?format=xml", "", typeHTML},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := get(evening(), tt.target, tt.accept)
			if got := rec.Header().Get("Content-Type"); rec.Code != http.StatusOK || got != tt.want {
				t.Errorf("%d %q, want 200 %q", rec.Code, got, tt.want)
			}
			if isJSON := json.Valid(rec.Body.Bytes()); isJSON != (tt.want == typeJSON) {
				t.Errorf("the body is JSON: %t", isJSON)
			}
		})
	}
	t.Run("two Accept headers are one list", func(t *testing.T) {
		t.Parallel()
		req := httptest.NewRequest(http.MethodGet, "/x", http.NoBody)
		req.Header["Accept"] = []string{"text/html;q=0.2", "application/json"}
		rec := httptest.NewRecorder()
		statspage.Handler(evening).ServeHTTP(rec, req)
		if got := rec.Header().Get("Content-Type"); got != typeJSON {
			t.Errorf("got %q", got)
		}
	})
}

func TestOnlyGetAndHeadAreAnswered(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(statspage.Handler(evening))
	t.Cleanup(srv.Close)
	tests := []struct {
		method string
		status int
		body   bool
	}{
		{http.MethodGet, http.StatusOK, true},
		{http.MethodHead, http.StatusOK, false},
		{http.MethodPost, http.StatusMethodNotAllowed, true},
		{http.MethodPut, http.StatusMethodNotAllowed, true},
		{http.MethodDelete, http.StatusMethodNotAllowed, true},
		{http.MethodOptions, http.StatusMethodNotAllowed, true},
		{"BREW", http.StatusMethodNotAllowed, true},
	}
	for _, tt := range tests {
		t.Run(tt.method, func(t *testing.T) {
			t.Parallel()
			for _, target := range []string{"/x", "/x.json"} {
				req := httptest.NewRequest(tt.method, target, http.NoBody)
				rec := httptest.NewRecorder()
				statspage.Handler(evening).ServeHTTP(rec, req)
				if rec.Code != tt.status || (rec.Body.Len() > 0) != tt.body {
					t.Errorf("%s: %d with %d bytes", target, rec.Code, rec.Body.Len())
				}
				if got := rec.Header().Get("Allow"); (got == "GET, HEAD") != (tt.status == http.StatusMethodNotAllowed) {
					t.Errorf("%s: Allow: %q", target, got)
				}
				if length, _ := strconv.Atoi(rec.Header().Get("Content-Length")); tt.status == http.StatusOK && length != get(evening(), target, "").Body.Len() {
					t.Errorf("%s: Content-Length: %d", target, length)
				}
			}
		})
	}
}

func TestEveryAnswerHasTheHeadersThatKeepItPrivate(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/x", "/x?refresh=off", "/x?format=json"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			rec := httptest.NewRecorder()
			statspage.Handler(evening).ServeHTTP(rec, httptest.NewRequest(method, target, http.NoBody))
			t.Run(method+" "+target, func(t *testing.T) {
				t.Parallel()
				pagetest.CheckHeaders(t, rec.Header())
				if got := rec.Header().Get("Vary"); got != "Accept" {
					t.Errorf("Vary: %q, want Accept", got)
				}
			})
		}
	}
}

func TestThePolicyAllowsThePagesStyleAndNoOther(t *testing.T) {
	t.Parallel()
	rec := get(evening(), "/x", "")
	pagetest.CheckStyle(t, rec.Header(), rec.Body.String())
}

func TestNothingOfTheRequestIsRepeated(t *testing.T) {
	t.Parallel()
	const canary = "canary1111111111"
	for _, target := range []string{"/" + canary, "/x?" + canary + "=" + canary, "/x?format=" + canary + "&refresh=" + canary, "/x?refresh=off&" + canary} {
		for _, method := range []string{http.MethodGet, http.MethodPost, strings.ToUpper(canary)} {
			req := httptest.NewRequest(method, target, strings.NewReader(canary))
			for _, key := range []string{"Accept", "Authorization", "Cookie", "User-Agent", "Referer", "X-Forwarded-Host"} {
				req.Header.Set(key, canary)
			}
			req.Host = canary + ".example"
			rec := httptest.NewRecorder()
			statspage.Handler(evening).ServeHTTP(rec, req)
			var head strings.Builder
			_ = rec.Header().Write(&head)
			if strings.Contains(strings.ToLower(head.String()+rec.Body.String()), canary) {
				t.Errorf("%s %s is repeated", method, target)
			}
		}
	}
}

func TestTheRefreshCanBePaused(t *testing.T) {
	t.Parallel()
	const refresh = `<meta http-equiv="refresh" content="15">`
	if body := get(evening(), "/x", "").Body.String(); !strings.Contains(body, refresh) || !strings.Contains(body, `href="?refresh=off"`) {
		t.Error("the page does not refresh, or offers no pause")
	}
	if body := get(evening(), "/x?refresh=off", "").Body.String(); strings.Contains(body, refresh) || !strings.Contains(body, `href="?"`) {
		t.Error("the paused page refreshes, or offers no way back")
	}
}

func TestWithoutStatsTheAnswerSaysSo(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	statspage.Handler(nil).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/x", http.NoBody))
	if rec.Code != http.StatusInternalServerError || !strings.Contains(rec.Body.String(), "no stats") {
		t.Errorf("%d %q", rec.Code, rec.Body)
	}
}

func TestThousandsOfRowsAreShown(t *testing.T) {
	t.Parallel()
	const n = 5000
	s := many(n)
	body := get(s, "/x", "").Body.String()
	if got := strings.Count(body, `<th role="rowheader"`); got != 2*n {
		t.Errorf("the page has %d rows, want %d", got, 2*n)
	}
	if !strings.HasSuffix(body, "</html>\n") {
		t.Error("the page breaks off")
	}
	var v struct{ Budgets, Calls []json.RawMessage }
	if err := json.Unmarshal(get(s, "/x.json", "").Body.Bytes(), &v); err != nil || len(v.Budgets) != n || len(v.Calls) != n {
		t.Errorf("%d budgets, %d calls, %v", len(v.Budgets), len(v.Calls), err)
	}
}

// The race detector watches: requests share nothing but the stats.
func TestRequestsAtTheSameTime(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	shared := evening()
	h := statspage.Handler(func() otelxapi.Stats { asked.Add(1); return shared })
	want := map[string]string{"/x": get(evening(), "/x", "").Body.String(), "/x.json": get(evening(), "/x.json", "").Body.String()}
	var wg sync.WaitGroup
	const rounds = 50
	for range rounds {
		for target, body := range want {
			wg.Go(func() {
				rec := httptest.NewRecorder()
				h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, target, http.NoBody))
				if rec.Body.String() != body {
					t.Errorf("%s differs from what a single request gets", target)
				}
			})
		}
	}
	wg.Wait()
	if got := asked.Load(); got != 2*rounds {
		t.Errorf("stats was called %d times for %d requests", got, 2*rounds)
	}
}

func FuzzAccept(f *testing.F) {
	for _, seed := range []string{"", "*/*", "application/json;q=0.5,text/html", ";q=,", `a/b;c="d,e"`, "application/*;q=1e-400", "text/html;q=Inf"} {
		f.Add(seed)
	}
	h := statspage.Handler(fixed(otelxapi.Stats{}))
	f.Fuzz(func(t *testing.T, accept string) {
		req := httptest.NewRequest(http.MethodGet, "/x", http.NoBody)
		req.Header["Accept"] = []string{accept}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		got := rec.Header().Get("Content-Type")
		if rec.Code != http.StatusOK || got != typeHTML && got != typeJSON {
			t.Errorf("%d %q", rec.Code, got)
		}
		if got == typeJSON && !strings.Contains(accept, "/") {
			t.Error("JSON without a media type that asks for it")
		}
	})
}

func BenchmarkPage(b *testing.B) {
	for _, n := range []int{20, 5000} {
		for _, target := range []string{"/x", "/x.json"} {
			s := many(n)
			b.Run(target+"/"+strconv.Itoa(n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					b.ReportMetric(float64(get(s, target, "").Body.Len()), "bytes/page")
				}
			})
		}
	}
}
