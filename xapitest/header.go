package xapitest

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"time"
)

// Layer is the part of X that answers. Which headers an answer carries tells
// the layers apart, and that is often all that does.
type Layer string

// The layers.
const (
	// LayerApp is an API v2 application behind the edge: all of X's headers,
	// and JSON of type application/json even for problems.
	LayerApp Layer = ""
	// LayerV1 is API v1.1 and the OAuth endpoints: as LayerApp, without
	// api-version.
	LayerV1 Layer = "v1"
	// LayerAuth refuses credentials (401): no rate limits, no api-version, no
	// x-access-level, but x-served-by.
	LayerAuth Layer = "auth"
	// LayerEdge refuses requests for lack of a scope (403): as LayerAuth,
	// without x-served-by.
	LayerEdge Layer = "edge"
	// LayerRouter knows no such route: as LayerEdge, without a content type.
	LayerRouter Layer = "router"
	// LayerCDN is Cloudflare in front of X: none of X's own headers, and HTML.
	LayerCDN Layer = "cdn"
)

// Window is the state of a rate limit.
type Window struct {
	Limit, Remaining int // requests
	ResetIn          time.Duration
}

// apiVersion is the version of X's OpenAPI document that the simulator
// follows (2026-08-07); X reports it in api-version.
const apiVersion = "2.167"

// Header returns the headers of the answer at the time now. Those that differ
// from one answer to the next (x-transaction-id, cf-ray) have example values,
// and those that depend on the transfer (content-length, transfer-encoding,
// content-encoding) are left to net/http.
func (s Scenario) Header(now time.Time) http.Header { return s.header(now, 0) }

// header returns the headers of answer number seq of a server.
func (s Scenario) header(now time.Time, seq uint64) http.Header {
	now = now.Add(-s.ClockSkew)
	id := answerID(s.Name, seq)
	h := http.Header{}
	h.Set("Date", now.UTC().Format(http.TimeFormat))
	h.Set("Cf-Ray", fmt.Sprintf("%016x-XXX", id>>1))
	s.Layer.set(h, id)
	s.Rate.set(h, "X-Rate-Limit-", now)
	s.App24h.set(h, "X-App-Limit-24hour-", now)
	s.User24h.set(h, "X-User-Limit-24hour-", now)
	if s.ContentType != "" {
		h.Set("Content-Type", s.ContentType)
	}
	if s.Status == http.StatusNoContent {
		h.Del("Content-Type")
	}
	for name, value := range s.ExtraHeader {
		h.Set(name, value)
	}
	return h
}

func (l Layer) set(h http.Header, id uint64) {
	if l == LayerCDN {
		h.Set("Server", "cloudflare")
		h.Set("Content-Type", "text/html; charset=UTF-8")
		h.Add("Set-Cookie", "__cf_bm=FAKE-bot-management-cookie; path=/; domain=.x.com; HttpOnly; Secure")
		return
	}
	h.Set("Server", "cloudflare envoy")
	h.Set("Cf-Cache-Status", "DYNAMIC")
	h.Set("X-Transaction-Id", fmt.Sprintf("%016x", id))
	h.Set("X-Response-Time", "133")
	h.Set("Perf", "7402827104")
	h.Set("Cache-Control", "no-cache, no-store, max-age=0")
	h.Set("Strict-Transport-Security", "max-age=631138519")
	h.Add("Set-Cookie", "guest_id=v1%3A111111111111111111; Max-Age=63072000; Path=/; Domain=.x.com; Secure; SameSite=None")
	h.Add("Set-Cookie", "__cf_bm=FAKE-bot-management-cookie; path=/; domain=.x.com; HttpOnly; Secure")
	switch l {
	case LayerAuth:
		h.Set("X-Response-Time", "8")
		h.Set("X-Served-By", "t4_a")
		h.Set("Content-Type", "application/problem+json")
	case LayerEdge:
		h.Set("X-Response-Time", "8")
		h.Set("Content-Type", "application/problem+json")
	case LayerRouter:
		h.Set("X-Response-Time", "3")
	default:
		h.Set("Content-Type", "application/json; charset=utf-8")
		h.Set("X-Access-Level", "read-write")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("X-Xss-Protection", "0")
		h.Set("X-Content-Type-Options", "nosniff")
		if l != LayerV1 {
			h.Set("Api-Version", apiVersion)
		}
	}
}

func (w Window) set(h http.Header, prefix string, now time.Time) {
	if w == (Window{}) {
		return
	}
	h.Set(prefix+"Limit", strconv.Itoa(w.Limit))
	h.Set(prefix+"Remaining", strconv.Itoa(w.Remaining))
	h.Set(prefix+"Reset", strconv.FormatInt(now.Add(w.ResetIn).Unix(), 10))
}

// answerID spreads name and seq over 64 bits, so that ids look like X's and
// never repeat within a server.
func answerID(name string, seq uint64) uint64 {
	f := fnv.New64a()
	f.Write([]byte(name))
	return f.Sum64() + seq*0x9e3779b97f4a7c15
}
