package xapitest

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/otelxapi/otelxapi/endpoint"
)

// Request is what a [Server] received. It holds no header values, so that a
// journal is safe to print, but it does hold the path and query.
type Request struct {
	Method, Path, Query string // path escaped, query encoded
	Host                string // as the client asked for it
	Proto               string // "HTTP/1.1", "HTTP/2.0"
	Auth                endpoint.AuthKind
	HeaderNames         []string // canonical, sorted; without Host
	BodyLength          int64    // bytes received
}

// journalSize bounds the memory of a server that runs for days.
const journalSize = 1000

type journal struct {
	mu       sync.Mutex
	requests []Request
}

// add records r and reads its body to the end: only then does net/http watch
// for a client that goes away.
func (j *journal) add(r *http.Request) {
	n, _ := io.Copy(io.Discard, r.Body)
	kind, _ := identify(r.Header)
	got := Request{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Host: r.Host, Proto: r.Proto,
		Auth: kind, HeaderNames: slices.Sorted(maps.Keys(r.Header)), BodyLength: n,
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.requests) >= journalSize {
		j.requests = slices.Delete(j.requests, 0, len(j.requests)-journalSize+1)
	}
	j.requests = append(j.requests, got)
}

func (j *journal) list() []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.requests)
}

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.requests = nil
}
