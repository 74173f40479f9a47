package xapitest

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// Fault is a way in which the network fails a request.
type Fault string

// The faults. Those up to FaultUnreachable are real: net/http meets them on
// loopback, with a DNS server, a TLS server or a connection that misbehaves,
// and the error is the one that net/http makes of it.
const (
	FaultNone        Fault = ""
	FaultDNS         Fault = "dns"          // no such host: *net.OpError, *net.DNSError
	FaultTLS         Fault = "tls"          // certificate of an unknown authority: *tls.CertificateVerificationError
	FaultRefused     Fault = "refused"      // *net.OpError, syscall.ECONNREFUSED
	FaultReset       Fault = "reset"        // before the answer: *net.OpError, syscall.ECONNRESET
	FaultResetBody   Fault = "reset_body"   // in the body of a 200: *net.OpError, syscall.ECONNRESET
	FaultClosed      Fault = "closed"       // before the answer: io.EOF
	FaultCutBody     Fault = "cut_body"     // in the body of a 200: io.ErrUnexpectedEOF
	FaultTimeout     Fault = "timeout"      // no headers within 10 ms: net.Error with Timeout() true
	FaultHang        Fault = "hang"         // no answer until the request's context ends: its error
	FaultHTTP2Stream Fault = "http2_stream" // RST_STREAM before the answer: net/http's stream error

	// FaultUnreachable is EHOSTUNREACH in the *net.OpError that a dialer
	// returns; loopback cannot produce it.
	FaultUnreachable Fault = "unreachable"
	// FaultSlowBody hands the base's answer on, and its body in drops.
	FaultSlowBody Fault = "slow_body"
	// FaultNilBody hands the base's answer on without a Body, as some broken
	// transports and mocks do.
	FaultNilBody Fault = "nil_body"
	// FaultNilResponse returns neither an answer nor an error, as above.
	FaultNilResponse Fault = "nil_response"
)

// FaultTransport is an http.RoundTripper that fails requests on purpose. It is
// safe for concurrent use.
type FaultTransport struct {
	base   http.RoundTripper
	choose func(*http.Request) Fault
}

// NewFaultTransport returns a transport that fails each request with the fault
// that choose gives for it, and hands those without a fault to base. A nil
// base is http.DefaultTransport, a nil choose chooses no fault. choose must
// not change the request, and be safe for concurrent use if the transport is
// used so.
func NewFaultTransport(base http.RoundTripper, choose func(*http.Request) Fault) *FaultTransport {
	if base == nil {
		base = http.DefaultTransport
	}
	if choose == nil {
		choose = Always(FaultNone)
	}
	return &FaultTransport{base: base, choose: choose}
}

// Always chooses f for every request.
func Always(f Fault) func(*http.Request) Fault {
	return func(*http.Request) Fault { return f }
}

// Sequence chooses the faults in order, one a request, and none after that.
// It is safe for concurrent use.
func Sequence(faults ...Fault) func(*http.Request) Fault {
	var mu sync.Mutex
	return func(*http.Request) Fault {
		mu.Lock()
		defer mu.Unlock()
		if len(faults) == 0 {
			return FaultNone
		}
		f := faults[0]
		faults = faults[1:]
		return f
	}
}

// RoundTrip implements http.RoundTripper. A Fault that is none of the
// constants is no fault.
func (t *FaultTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	f := t.choose(req)
	if fail, ok := faults[f]; ok {
		return fail(req)
	}
	if f == FaultNilResponse {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, nil //nolint:nilnil // this is the fault
	}
	resp, err := t.base.RoundTrip(req)
	if err != nil || resp.Body == nil {
		return resp, err
	}
	switch f {
	case FaultSlowBody:
		resp.Body = &slowBody{ReadCloser: resp.Body, req: req}
	case FaultNilBody:
		_ = resp.Body.Close()
		resp.Body = nil
	}
	return resp, nil
}

// CloseIdleConnections closes the idle connections of the base, so that
// http.Client.CloseIdleConnections works.
func (t *FaultTransport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// slowBody gives at most 16 bytes every 5 ms.
type slowBody struct {
	io.ReadCloser
	req *http.Request
}

func (b *slowBody) Read(p []byte) (int, error) {
	timer := time.NewTimer(5 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.req.Context().Done():
		return 0, b.req.Context().Err()
	}
	return b.ReadCloser.Read(p[:min(len(p), 16)])
}
