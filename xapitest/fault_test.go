package xapitest_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/xapitest"
)

func as[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

func TestFaultsAreTheErrorsOfNetHTTP(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault    xapitest.Fault
		answered bool // the fault is in the body
		want     func(error) bool
	}{
		{xapitest.FaultDNS, false, func(err error) bool {
			var dns *net.DNSError
			return as[*net.OpError](err) && errors.As(err, &dns) && dns.IsNotFound && strings.Contains(err.Error(), "no such host")
		}},
		{xapitest.FaultTLS, false, as[*tls.CertificateVerificationError]},
		{xapitest.FaultRefused, false, func(err error) bool { return as[*net.OpError](err) && errors.Is(err, syscall.ECONNREFUSED) }},
		{xapitest.FaultReset, false, func(err error) bool { return as[*net.OpError](err) && errors.Is(err, syscall.ECONNRESET) }},
		{xapitest.FaultResetBody, true, func(err error) bool { return as[*net.OpError](err) && errors.Is(err, syscall.ECONNRESET) }},
		{xapitest.FaultClosed, false, func(err error) bool { return errors.Is(err, io.EOF) }},
		{xapitest.FaultCutBody, true, func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
		{xapitest.FaultTimeout, false, func(err error) bool {
			var timeout net.Error
			return errors.As(err, &timeout) && timeout.Timeout()
		}},
		{xapitest.FaultHTTP2Stream, false, func(err error) bool { return strings.Contains(err.Error(), "stream error: stream ID") }},
		{xapitest.FaultUnreachable, false, func(err error) bool { return as[*net.OpError](err) && errors.Is(err, syscall.EHOSTUNREACH) }},
	} {
		for _, url := range []string{"http://127.0.0.1:9/2/tweets", "https://api.x.com/2/tweets"} {
			t.Run(string(tc.fault)+" of "+url, func(t *testing.T) {
				t.Parallel()
				client := &http.Client{Transport: xapitest.NewFaultTransport(nil, xapitest.Always(tc.fault))}
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(`{"text":"x"}`))
				if err != nil {
					t.Fatal(err)
				}
				resp, err := client.Do(req)
				if (err == nil) != tc.answered {
					t.Fatalf("answer %v, error %v", resp, err)
				}
				if resp != nil {
					defer func() { _ = resp.Body.Close() }()
					if resp.StatusCode != 200 || resp.Request.URL.String() != url {
						t.Errorf("%s for %s", resp.Status, resp.Request.URL)
					}
					var got []byte
					got, err = io.ReadAll(resp.Body)
					if len(got) == 0 {
						t.Error("nothing came before the fault")
					}
				}
				if err == nil || !tc.want(err) {
					t.Errorf("%T: %v", errors.Unwrap(err), err)
				}
			})
		}
	}
}

func TestAHangEndsWithTheContextOfTheRequest(t *testing.T) {
	t.Parallel()
	transport := xapitest.NewFaultTransport(nil, xapitest.Always(xapitest.FaultHang))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:9/", nil)
	if resp, err := transport.RoundTrip(req); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v, %v", resp, err)
	}
	client := &http.Client{Transport: transport, Timeout: 10 * time.Millisecond}
	resp, err := client.Get("http://127.0.0.1:9/")
	if err == nil {
		_ = resp.Body.Close()
	}
	if timeout := net.Error(nil); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("timeout: %v", err)
	}
}

func TestFaultsOfTheAnswerKeepTheRestOfIt(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	s, _ := xapitest.Lookup("post_lookup")
	base := srv.Client().Transport
	round := func(f xapitest.Fault) (*http.Response, error) {
		req, _ := s.NewRequest(t.Context(), srv.URL)
		return xapitest.NewFaultTransport(base, xapitest.Always(f)).RoundTrip(req)
	}

	resp, err := round(xapitest.FaultSlowBody)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1024)
	n, err := resp.Body.Read(first)
	if n == 0 || n > 16 || err != nil {
		t.Errorf("slow body: %d bytes at once, %v", n, err)
	}
	rest, err := io.ReadAll(resp.Body)
	if err != nil || !strings.HasPrefix(string(first[:n])+string(rest), `{"data":`) || int64(n+len(rest)) != resp.ContentLength {
		t.Errorf("slow body: %s%s, %v", first[:n], rest, err)
	}
	_ = resp.Body.Close()

	resp, err = round(xapitest.FaultNilBody)
	if err != nil || resp.StatusCode != 200 || resp.Body != nil {
		t.Errorf("nil body: %v, %v", resp, err)
	}
	if resp, err := round(xapitest.FaultNilResponse); resp != nil || err != nil {
		t.Errorf("nil response: %v, %v", resp, err)
	}
	resp, err = round("no such fault")
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("unknown fault: %v, %v", resp, err)
	}
	_ = resp.Body.Close()
}

func TestASlowBodyEndsWithTheContextOfTheRequest(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	s, _ := xapitest.Lookup("post_lookup")
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := s.NewRequest(ctx, srv.URL)
	resp, err := xapitest.NewFaultTransport(srv.Client().Transport, xapitest.Always(xapitest.FaultSlowBody)).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	cancel()
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestASequenceOfFaultsEndsWithNone(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	client := &http.Client{Transport: xapitest.NewFaultTransport(srv.Client().Transport, xapitest.Sequence(xapitest.FaultReset, xapitest.FaultNone, xapitest.FaultClosed))}
	defer client.CloseIdleConnections()
	s, _ := xapitest.Lookup("post_lookup")
	for i, fails := range []bool{true, false, true, false, false} {
		req, _ := s.NewRequest(t.Context(), srv.URL)
		resp, err := client.Do(req)
		if (err != nil) != fails {
			t.Errorf("request %d: %v", i, err)
		}
		if err == nil {
			_ = resp.Body.Close()
		}
	}
	if n := len(srv.Requests()); n != 3 {
		t.Errorf("the server received %d requests", n)
	}
}

func TestARequestIsNotModifiedByAFault(t *testing.T) {
	t.Parallel()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.x.com/2/tweets?ids=1", nil)
	req.Header.Set("Authorization", "Bearer x")
	for _, f := range []xapitest.Fault{xapitest.FaultReset, xapitest.FaultTLS, xapitest.FaultDNS, xapitest.FaultHTTP2Stream} {
		resp, err := xapitest.NewFaultTransport(nil, xapitest.Always(f)).RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
			t.Errorf("%s: no error", f)
		}
	}
	if req.URL.String() != "https://api.x.com/2/tweets?ids=1" || len(req.Header) != 1 {
		t.Errorf("%s %v", req.URL, req.Header)
	}
}
