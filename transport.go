package otelxapi

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// Transport is an http.RoundTripper that makes one client span of every call
// to the X API. It is safe for concurrent use. [NewTransport] makes one; the zero
// value is not usable.
type Transport struct {
	base   http.RoundTripper
	traced http.RoundTripper // otelhttp around observer around base
	config *config
	sites  *sites
	since  time.Time
}

// NewTransport returns a Transport that sends requests through base, or
// through http.DefaultTransport when base is nil.
func NewTransport(base http.RoundTripper, opts ...Option) *Transport {
	if base == nil {
		base = http.DefaultTransport
	}
	c := newConfig(opts)
	c.instruments = instrumentsOf(c.meterProvider, c.appName)
	return &Transport{
		base:   base,
		config: c,
		sites:  newSites(c),
		since:  time.Now(),
		traced: otelhttp.NewTransport(
			&observer{base: base, config: c},
			otelhttp.WithTracerProvider(newTracerProvider(c)),
			otelhttp.WithMeterProvider(newMeterProvider(c)),
			otelhttp.WithPropagators(c.propagators),
			otelhttp.WithSpanNameFormatter(spanName),
		),
	}
}

// RoundTrip sends the request and returns X's answer, byte for byte and error
// for error as the base does.
//
// The span ends when the body was read to its end (io.EOF) or is closed, or
// inside RoundTrip when that returns an error; the duration metric is recorded
// at the same moment. A body that is neither read to its end nor closed leaves
// the span unended, as it leaks the connection. An error body (status 400 and
// above) is read ahead, at most 16 KiB of it and for at most 250 ms.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.covers(r) {
		return t.base.RoundTrip(r)
	}
	c := newCall(t, r)
	res, err := t.traced.RoundTrip(r.WithContext(c))
	if c.session != nil {
		c.session.begin()
	}
	return res, err
}

// covers reports whether the request goes to X and no filter says no.
func (t *Transport) covers(r *http.Request) bool {
	if r == nil || r.URL == nil || !t.config.coversHost(r.URL) {
		return false
	}
	for _, f := range t.config.filters {
		if !f(r) {
			return false
		}
	}
	return true
}

func (c *config) coversHost(u *url.URL) bool {
	name := u.Hostname()
	for _, h := range c.hosts {
		if strings.EqualFold(name, h.name) && (h.port == "" || h.port == portOf(u)) {
			return true
		}
	}
	return false
}

// CloseIdleConnections closes the idle connections of the base, as
// http.Client.CloseIdleConnections expects it of a transport.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// Unwrap returns the base.
func (t *Transport) Unwrap() http.RoundTripper { return t.base }
