package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/internal/webpage/pagetest"
)

func get(t *testing.T, r *rehearsal, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	pageHandler(r.view).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:8081"+target, nil))
	return w
}

func TestThePageShowsWhatWasSeen(t *testing.T) {
	t.Parallel()
	w := get(t, calm(), "/")
	text := strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(w.Body.String(), " ")), " ")
	for _, want := range []string{
		"2 scenarios: 1 ok, 1 playing.", "times faster than in life",
		"sync posts 300ms", "GET /2/users/me 1ms", "GET /2/tweets/search/recent 90ms usage_capped failed",
		"Usage cap reached usage_capped × 1, x_api.problem", "Raise the plan.", "Who has to act: account.", "Send again: never.",
		"20 of 450 left, 4.4%", "XApiUsageCapped critical pager", "Metric after 1.0 s, fired after 1.0 s, told after 2.0 s.",
		"the cap is used up", "pager firing XApiUsageCapped critical after 2.0 s, at 12:00:02.0",
		"XApiNewProblemType did not fire", "No trace yet.", "Nobody was told.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, want := range []string{`href="https://example.com/runbook"`, `class="low"`, `http-equiv="refresh"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
	pagetest.CheckHeaders(t, w.Header())
	pagetest.CheckStyle(t, w.Header(), w.Body.String())
}

func TestHostileWordsStayWords(t *testing.T) {
	t.Parallel()
	w := get(t, hostile(), "/")
	body := w.Body.String()
	if w.Code != http.StatusOK || strings.Count(body, "&lt;script&gt;") < 12 {
		t.Errorf("status %d, %d attacks shown as text", w.Code, strings.Count(body, "&lt;script&gt;"))
	}
	for _, bad := range []string{"<script", "<img", "<style>body{color", "javascript:"} {
		if strings.Contains(body, bad) {
			t.Errorf("%s got through", bad)
		}
	}
}

func TestThePageRefreshesUntilAllIsOver(t *testing.T) {
	t.Parallel()
	over := calm()
	over.over = true
	for name, tc := range map[string]struct {
		r      *rehearsal
		target string
		want   bool
	}{
		"while scenarios are played":     {calm(), "/", true},
		"unless somebody reads":          {calm(), "/?refresh=off", false},
		"not when the rehearsal is over": {over, "/", false},
	} {
		if have := strings.Contains(get(t, tc.r, tc.target).Body.String(), `http-equiv="refresh"`); have != tc.want {
			t.Errorf("%s: %t", name, have)
		}
	}
}

func TestOnlyThisMachineIsServed(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "example.com:80", "", "127.0.0.1.example.com:80", "0:0"} {
		if s, err := servePage(address, calm().view); err == nil {
			t.Errorf("%q is served at %s", address, s.url)
			_ = s.stop()
		}
	}
	s, err := servePage("127.0.0.1:0", calm().view)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{"": http.StatusOK, "localhost:80": http.StatusOK, "[::1]:1": http.StatusOK, "rebound.example.com": http.StatusForbidden} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("host %q is answered with %d, want %d", host, res.StatusCode, want)
		}
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if res, err := http.DefaultClient.Do(r); err == nil {
		_ = res.Body.Close()
		t.Error("served after the end")
	}
}

func TestATreeHasEachSpanOnceAndBelowItsParent(t *testing.T) {
	t.Parallel()
	at := func(id, parent string, after time.Duration) span {
		return spanAt("t", id, parent, id, after, time.Millisecond, nil)
	}
	for name, tc := range map[string]struct {
		spans []span
		want  string
	}{
		"nothing":                        {nil, ""},
		"children by time":               {[]span{at("b", "a", 2), at("c", "a", 1), at("a", "", 0), at("d", "c", 3)}, "a0 c1 d2 b1"},
		"a parent that is not there":     {[]span{at("b", "gone", 1), at("a", "", 0)}, "a0 b0"},
		"parents of each other":          {[]span{at("a", "b", 0), at("b", "a", 1)}, "a0 b1"},
		"its own parent":                 {[]span{at("a", "a", 0)}, "a0"},
		"the same ID twice":              {[]span{at("a", "", 0), at("a", "", 1)}, "a0"},
		"of other traces nothing":        {[]span{spanAt("u", "a", "", "a", 0, 0, nil)}, ""},
		"not deeper than the page shows": {[]span{at("a", "", 0), at("b", "a", 1), at("c", "b", 2), at("d", "c", 3), at("e", "d", 4), at("f", "e", 5), at("g", "f", 6), at("h", "g", 7)}, "a0 b1 c2 d3 e4 f5 g6 h6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var have []string
			for _, row := range tree(tc.spans, "t") {
				have = append(have, row.Name+string(rune('0'+row.Depth)))
			}
			if want := strings.Fields(tc.want); !slices.Equal(have, want) {
				t.Errorf("%q, want %q", have, want)
			}
		})
	}
}
