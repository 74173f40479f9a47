package classify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// listen accepts connections on loopback and hands them to serve.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return l.Addr().String()
}

// roundTrip returns the error of a request, or that of reading its body.
func roundTrip(ctx context.Context, t *testing.T, rt http.RoundTripper, method, url string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func transport(t *testing.T) *http.Transport {
	tr := &http.Transport{Proxy: nil}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

func readRequest(c net.Conn) {
	buf := make([]byte, 4096)
	_, _ = c.Read(buf)
}

func TestRealNetworkErrors(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	tests := []struct {
		name string
		fail func(t *testing.T) error
		want Class
	}{
		{"connection refused", func(t *testing.T) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			addr := l.Addr().String()
			l.Close()
			return roundTrip(t.Context(), t, transport(t), "GET", "http://"+addr)
		}, ConnectionRefused},
		{"connection reset", func(t *testing.T) error {
			addr := listen(t, func(c net.Conn) {
				readRequest(c)
				c.(*net.TCPConn).SetLinger(0)
				c.Close()
			})
			return roundTrip(t.Context(), t, transport(t), "POST", "http://"+addr)
		}, ConnectionReset},
		{"end before the answer", func(t *testing.T) error {
			addr := listen(t, func(c net.Conn) {
				readRequest(c)
				c.Close()
			})
			return roundTrip(t.Context(), t, transport(t), "POST", "http://"+addr)
		}, UnexpectedEOF},
		{"end inside the body", func(t *testing.T) error {
			addr := listen(t, func(c net.Conn) {
				readRequest(c)
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
				c.Close()
			})
			return roundTrip(t.Context(), t, transport(t), "GET", "http://"+addr)
		}, UnexpectedEOF},
		{"TLS to a plain port", func(t *testing.T) error {
			srv := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(srv.Close)
			return roundTrip(t.Context(), t, transport(t), "GET", strings.Replace(srv.URL, "http:", "https:", 1))
		}, TLS},
		{"TLS to a port that speaks something else", func(t *testing.T) error {
			addr := listen(t, func(c net.Conn) {
				io.WriteString(c, "220 mail ready\r\n")
				readRequest(c)
				c.Close()
			})
			return roundTrip(t.Context(), t, transport(t), "GET", "https://"+addr)
		}, TLS},
		{"unknown certificate", func(t *testing.T) error {
			srv := httptest.NewUnstartedServer(http.NotFoundHandler())
			srv.Config.ErrorLog = log.New(io.Discard, "", 0)
			srv.StartTLS()
			t.Cleanup(srv.Close)
			return roundTrip(t.Context(), t, transport(t), "GET", srv.URL)
		}, TLS},
		{"TLS alert of the peer", func(t *testing.T) error {
			srv := httptest.NewUnstartedServer(http.NotFoundHandler())
			srv.Config.ErrorLog = log.New(io.Discard, "", 0)
			srv.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
			srv.StartTLS()
			t.Cleanup(srv.Close)
			tr := transport(t)
			tr.TLSClientConfig = &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12} // loopback
			return roundTrip(t.Context(), t, tr, "GET", srv.URL)
		}, TLS},
		{"HTTP/2 stream reset before the headers", func(t *testing.T) error {
			return h2(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		}, HTTP2Stream},
		{"HTTP/2 stream reset inside the body", func(t *testing.T) error {
			return h2(t, func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, "beginning")
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			})
		}, HTTP2Stream},
		{"deadline of the context", func(t *testing.T) error {
			srv := httptest.NewServer(http.HandlerFunc(hang))
			t.Cleanup(srv.Close)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			return roundTrip(ctx, t, transport(t), "GET", srv.URL)
		}, Timeout},
		{"time-out of the client", func(t *testing.T) error {
			srv := httptest.NewServer(http.HandlerFunc(hang))
			t.Cleanup(srv.Close)
			c := http.Client{Transport: transport(t), Timeout: 20 * time.Millisecond}
			_, err := c.Get(srv.URL)
			return err
		}, Timeout},
		{"time-out of the client inside the body", func(t *testing.T) error {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			}))
			t.Cleanup(srv.Close)
			c := http.Client{Transport: transport(t), Timeout: 50 * time.Millisecond}
			resp, err := c.Get(srv.URL)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			_, err = io.ReadAll(resp.Body)
			return err
		}, Timeout},
		{"time-out for the headers", func(t *testing.T) error {
			srv := httptest.NewServer(http.HandlerFunc(hang))
			t.Cleanup(srv.Close)
			tr := transport(t)
			tr.ResponseHeaderTimeout = 20 * time.Millisecond
			return roundTrip(t.Context(), t, tr, "GET", srv.URL)
		}, Timeout},
		{"time-out of the TLS handshake", func(t *testing.T) error {
			addr := listen(t, func(c net.Conn) { io.Copy(io.Discard, c) })
			tr := transport(t)
			tr.TLSHandshakeTimeout = 20 * time.Millisecond
			return roundTrip(t.Context(), t, tr, "GET", "https://"+addr)
		}, Timeout},
		{"canceled by the caller", func(t *testing.T) error {
			srv := httptest.NewServer(http.HandlerFunc(hang))
			t.Cleanup(srv.Close)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(20*time.Millisecond, cancel)
			return roundTrip(ctx, t, transport(t), "GET", srv.URL)
		}, Canceled},
		{"canceled while connecting", func(t *testing.T) error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := (&net.Dialer{}).DialContext(ctx, "tcp", "127.0.0.1:9")
			return err
		}, Canceled},
		{"name that does not resolve", func(t *testing.T) error {
			addr := listenUDP(t)
			tr := transport(t)
			tr.DialContext = (&net.Dialer{Timeout: 50 * time.Millisecond, Resolver: &net.Resolver{PreferGo: true,
				Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
					return (&net.Dialer{}).DialContext(ctx, "udp", addr)
				}}}).DialContext
			return roundTrip(t.Context(), t, tr, "GET", "http://host.invalid")
		}, DNS},
		{"resolver that cannot be reached", func(t *testing.T) error {
			tr := transport(t)
			tr.DialContext = (&net.Dialer{Resolver: &net.Resolver{PreferGo: true,
				Dial: func(context.Context, string, string) (net.Conn, error) {
					return nil, errors.New("no resolver")
				}}}).DialContext
			return roundTrip(t.Context(), t, tr, "GET", "http://host.invalid")
		}, DNS},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.fail(t)
			if err == nil {
				t.Fatal("no error")
			}
			for _, e := range []error{err, &url.Error{Op: "Get", URL: "u", Err: err}, fmt.Errorf("w: %w", err), errors.Join(errors.New("other"), err)} {
				r := ClassifyError(e)
				if r.Class != tt.want {
					t.Fatalf("%T %v: got %s, want %s", e, e, r.Class, tt.want)
				}
				if r.Status != 0 || r.Hint.Text == "" || r.Class.IsError() && (r.Retry.Verdict != VerdictBackoff || r.Retry.Backoff.Kind != BackoffLinear) {
					t.Errorf("got %+v", r)
				}
			}
		})
	}
}

// listenUDP listens for datagrams and answers none.
func listenUDP(t *testing.T) string {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.LocalAddr().String()
}

func h2(t *testing.T, handler http.HandlerFunc) error {
	t.Helper()
	srv := httptest.NewUnstartedServer(handler)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return roundTrip(t.Context(), t, srv.Client().Transport, "GET", srv.URL)
}

type loop struct{}

func (l loop) Error() string { return "loop" }
func (l loop) Unwrap() error { return l }

type bad struct{}

func (*bad) Error() string { panic("error") }
func (*bad) Timeout() bool { panic("time-out") }
func (*bad) Temporary() bool {
	return false
}

type uncomparable struct{ list []int }

func (uncomparable) Error() string { return "u" }

func TestErrorsByHand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want Class
	}{
		{"nil", nil, OK},
		{"an error of nobody", errors.New("x"), Network},
		{"broken pipe", &net.OpError{Op: "write", Err: os.NewSyscallError("write", syscall.EPIPE)}, ConnectionReset},
		{"no route", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, Network},
		{"DNS time-out", &net.DNSError{IsTimeout: true}, DNS},
		{"deadline of a connection", os.ErrDeadlineExceeded, Timeout},
		{"certificate", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, TLS},
		{"server closed an idle connection", errors.New("http: server closed idle connection"), UnexpectedEOF},
		{"canceled through Request.Cancel", errors.New("net/http: request canceled"), Canceled},
		{"HTTP/2 connection lost", errors.New("http2: client connection lost"), HTTP2Stream},
		{"cancellation wins in a join", errors.Join(syscall.ECONNRESET, io.EOF, context.Canceled), Canceled},
		{"refused wins over reset", errors.Join(syscall.ECONNRESET, syscall.ECONNREFUSED), ConnectionRefused},
		{"an error that wraps itself", loop{}, Network},
		{"an error that panics", &bad{}, Network},
		{"a nil pointer in an error", (*url.Error)(nil), Network},
		{"an error that cannot be compared", uncomparable{[]int{1}}, Network},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := ClassifyError(tt.err)
			if r.Class != tt.want {
				t.Errorf("got %s, want %s", r.Class, tt.want)
			}
			if r.Class.IsError() != (r.Retry.Verdict == VerdictBackoff) {
				t.Errorf("verdict %q", r.Retry.Verdict)
			}
		})
	}
}
