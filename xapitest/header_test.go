package xapitest_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/xapitest"
)

func TestLayersAreToldApartByTheirHeaders(t *testing.T) {
	t.Parallel()
	const (
		rate, version, access, transaction, served, kind = "X-Rate-Limit-Limit", "Api-Version", "X-Access-Level", "X-Transaction-Id", "X-Served-By", "Content-Type"
	)
	for _, tc := range []struct {
		name, scenario string
		present        []string
		absent         []string
		contentType    string
	}{
		{"the application sends all of them", "rate_limited", []string{rate, version, access, transaction, kind}, []string{served}, "application/json; charset=utf-8"},
		{"the edge reports neither limits nor version nor access", "missing_scope", []string{transaction, kind}, []string{rate, version, access, served}, "application/problem+json"},
		{"a 401 reports no limits", "unauthenticated", []string{transaction, served, kind}, []string{rate, version, access}, "application/problem+json"},
		{"an unknown route has no content type", "unknown_route", []string{transaction}, []string{rate, version, access, served, kind}, ""},
		{"Cloudflare has no header of X's", "edge_blocked", []string{kind}, []string{rate, version, access, served, transaction}, "text/html; charset=UTF-8"},
		{"API v1.1 has no version", "v1_rate_limited", []string{rate, access, transaction, kind}, []string{version, served}, "application/json; charset=utf-8"},
		{"a write reports 24-hour windows", "post_created", []string{rate, "X-App-Limit-24hour-Remaining", "X-User-Limit-24hour-Remaining"}, nil, "application/json; charset=utf-8"},
		{"a Powerstream names its datacenter", "powerstream", []string{"X-Powerstream-Datacenter", "X-Powerstream-Localdconly"}, nil, "application/json; charset=utf-8"},
		{"a success without a body has no content type", "media_appended", []string{rate, version}, []string{kind}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s, ok := xapitest.Lookup(tc.scenario)
			if !ok {
				t.Fatal("no such scenario")
			}
			h := s.Header(time.Now())
			for _, name := range append(tc.present, "Date", "Server", "Cf-Ray", "Set-Cookie") {
				if h.Get(name) == "" {
					t.Errorf("%s is missing", name)
				}
			}
			for _, name := range tc.absent {
				if h.Get(name) != "" {
					t.Errorf("%s is %q", name, h.Get(name))
				}
			}
			if got := h.Get("Content-Type"); got != tc.contentType {
				t.Errorf("content type %q, want %q", got, tc.contentType)
			}
		})
	}
}

func TestRefusalsForMoneyReportTheFallbackBucket(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"credits_depleted", "credits_depleted_legacy", "spend_cap_reached", "usage_capped", "too_many_connections", "client_not_enrolled"} {
		s, _ := xapitest.Lookup(name)
		h := s.Header(time.Now())
		if h.Get("X-Rate-Limit-Limit") != "40000" || h.Get("X-Rate-Limit-Remaining") == "0" {
			t.Errorf("%s: limit %q, remaining %q", name, h.Get("X-Rate-Limit-Limit"), h.Get("X-Rate-Limit-Remaining"))
		}
	}
}

func TestTheEdgeRefusalIs93BytesLong(t *testing.T) {
	t.Parallel()
	s, _ := xapitest.Lookup("missing_scope")
	if len(s.Body) != 93 {
		t.Errorf("%d bytes", len(s.Body))
	}
}

func TestResetsAreUnixSecondsOfXsClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	s, _ := xapitest.Lookup("date_skewed")
	h := s.Header(now)
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		t.Fatal(err)
	}
	if skew := now.Sub(date); skew != s.ClockSkew || skew == 0 {
		t.Errorf("the caller is %v ahead, want %v", skew, s.ClockSkew)
	}
	if got, want := h.Get("X-Rate-Limit-Reset"), strconv.FormatInt(date.Add(s.Rate.ResetIn).Unix(), 10); got != want {
		t.Errorf("reset %s, want %s", got, want)
	}
}

func TestCookiesAreThereToBeLeaked(t *testing.T) {
	t.Parallel()
	s, _ := xapitest.Lookup("post_lookup")
	all := strings.Join(s.Header(time.Now()).Values("Set-Cookie"), "\n")
	for _, name := range []string{"guest_id=", "__cf_bm="} {
		if !strings.Contains(all, name) {
			t.Errorf("no cookie %s", name)
		}
	}
}
