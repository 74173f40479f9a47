package xapitest

import "net/http"

// redirect sends requests to one address. The Host header still names the host
// that the caller asked for.
type redirect struct {
	base   http.RoundTripper
	to     string // host:port
	secure bool
}

func (t *redirect) RoundTrip(req *http.Request) (*http.Response, error) {
	again := req.Clone(req.Context())
	if again.Host == "" {
		again.Host = req.URL.Host
	}
	again.URL.Scheme, again.URL.Host = "http", t.to
	if t.secure {
		again.URL.Scheme = "https"
	}
	resp, err := t.base.RoundTrip(again)
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

// CloseIdleConnections makes http.Client.CloseIdleConnections work.
func (t *redirect) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
