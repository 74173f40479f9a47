package xapitest

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"
)

// faults are the faults that need no answer of the base. Each sends the
// request through an http.Transport of its own, to a peer that misbehaves.
var faults = map[Fault]func(*http.Request) (*http.Response, error){
	FaultDNS:         failDNS,
	FaultTLS:         failTLS,
	FaultRefused:     failRefused,
	FaultUnreachable: failUnreachable,
	FaultHTTP2Stream: failHTTP2,
	FaultReset:       func(r *http.Request) (*http.Response, error) { return failConn(r, 0, "", resetConn) },
	FaultResetBody:   func(r *http.Request) (*http.Response, error) { return failConn(r, 0, halfAnswer, resetConn) },
	FaultClosed:      func(r *http.Request) (*http.Response, error) { return failConn(r, 0, "", closeConn) },
	FaultCutBody:     func(r *http.Request) (*http.Response, error) { return failConn(r, 0, halfAnswer, closeConn) },
	FaultTimeout:     func(r *http.Request) (*http.Response, error) { return failConn(r, 10*time.Millisecond, "", holdConn) },
	FaultHang:        func(r *http.Request) (*http.Response, error) { return failConn(r, 0, "", holdConn) },
}

// halfAnswer promises more than it holds.
const halfAnswer = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 4096\r\n\r\n" +
	`{"data":[{"id":"1111111111111111111","text":"One`

func closeConn(c net.Conn) { _ = c.Close() }

// holdConn keeps a connection open, and silent, until the client closes it.
func holdConn(c net.Conn) {
	_, _ = io.Copy(io.Discard, c)
	_ = c.Close()
}

// send sends a copy of req, for scheme, through a transport that is used once.
func send(req *http.Request, scheme string, transport *http.Transport) (*http.Response, error) {
	again := req.Clone(req.Context())
	again.URL.Scheme = scheme
	if again.URL.Host == "" {
		again.URL.Host = req.Host
	}
	transport.DisableKeepAlives = true
	resp, err := transport.RoundTrip(again)
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

// dial is the DialContext of a transport.
type dial = func(ctx context.Context, network, address string) (net.Conn, error)

// failConn has req received by a peer that sends answer and then does as
// finish does.
func failConn(req *http.Request, headerTimeout time.Duration, answer string, finish func(net.Conn)) (*http.Response, error) {
	return send(req, "http", &http.Transport{
		ResponseHeaderTimeout: headerTimeout,
		DialContext: toPeer(func(conn net.Conn) {
			// The whole request is read first: a socket that is closed with
			// data unread is reset rather than closed.
			received, err := http.ReadRequest(bufio.NewReader(conn))
			if err == nil {
				_, _ = io.Copy(io.Discard, received.Body)
				_, _ = io.WriteString(conn, answer)
			}
			finish(conn)
		}),
	})
}

// toPeer dials a loopback connection whose other end is handed to peer, in a
// goroutine that ends with the connection.
func toPeer(peer func(net.Conn)) dial {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }()
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
		if err != nil {
			return nil, err
		}
		other, err := l.Accept()
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
		go peer(other)
		return conn, nil
	}
}

func failRefused(req *http.Request) (*http.Response, error) {
	return send(req, "http", &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		for {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return nil, err
			}
			_ = l.Close()
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
			if err != nil {
				return nil, err
			}
			_ = conn.Close() // somebody else has taken the port
		}
	}})
}

func failUnreachable(req *http.Request) (*http.Response, error) {
	return send(req, "http", &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		// 192.0.2.0/24 is for documentation (RFC 5737).
		return nil, &net.OpError{
			Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443},
			Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH),
		}
	}})
}

// failDNS has the host's name looked up at a DNS server that knows no names.
func failDNS(req *http.Request) (*http.Response, error) {
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go answerNoSuchName(theirs)
		return ours, nil
	}}
	return send(req, "http", &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		if net.ParseIP(host) != nil || host == "localhost" {
			host = "api.x.com" // an address needs no look-up
		}
		// The dot at the end keeps search domains out of it.
		return (&net.Dialer{Resolver: resolver}).DialContext(ctx, network, net.JoinHostPort(host+".", port))
	}})
}

// answerNoSuchName answers the DNS queries on conn, which are framed as over
// TCP, with NXDOMAIN (RFC 1035 4.1.1, 4.2.2).
func answerNoSuchName(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	for {
		var size uint16
		if binary.Read(conn, binary.BigEndian, &size) != nil {
			return
		}
		message := make([]byte, 2+int(size))
		binary.BigEndian.PutUint16(message, size)
		if _, err := io.ReadFull(conn, message[2:]); err != nil || size < 12 {
			return
		}
		message[4] |= 0x80 // a response
		message[5] = 0x83  // recursion available, no such name
		if _, err := conn.Write(message); err != nil {
			return
		}
	}
}

// failTLS has a server present a certificate that nobody vouches for.
func failTLS(req *http.Request) (*http.Response, error) {
	certificate, err := selfSigned()
	if err != nil {
		return nil, err
	}
	return send(req, "https", &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12},
		DialContext: toPeer(func(conn net.Conn) {
			server := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
			_ = server.Handshake()
			_ = conn.Close()
		}),
	})
}

var selfSigned = sync.OnceValues(func() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "api.x.com"},
		DNSNames: []string{"api.x.com", "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
})

// failHTTP2 has an HTTP/2 server, without TLS, reset the request's stream.
func failHTTP2(req *http.Request) (*http.Response, error) {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{
		Protocols: &protocols, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		}),
	}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(l) }()
	transport := &http.Transport{Protocols: &protocols, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	}}
	resp, err := send(req, "http", transport)
	transport.CloseIdleConnections()
	_ = server.Close()
	<-served
	return resp, err
}
