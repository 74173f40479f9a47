package classify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"strings"
	"syscall"
)

// ClassifyError says what an error of an http.RoundTripper means. A nil error
// is [OK]. It follows wrapped and joined errors; the most telling one decides,
// in this order: canceled by the caller, name resolution (a DNS time-out
// included), time-out, TLS, HTTP/2, refused, reset, early end. Anything else is
// [Network]. No text of the error gets into the result.
func ClassifyError(err error) (r Result) {
	if err == nil {
		return ResultOf(OK)
	}
	// Unwrap, Is, Timeout and Error belong to others, and a nil pointer in an
	// error is enough to make them panic.
	defer func() {
		if recover() != nil {
			r = ResultOf(Network)
		}
	}()
	found := evidence{}
	found.walk(err, &visits{left: 64})
	for _, c := range errorOrder {
		if found[c] {
			return ResultOf(c)
		}
	}
	return ResultOf(Network)
}

var errorOrder = []Class{Canceled, DNS, Timeout, TLS, HTTP2Stream, ConnectionRefused, ConnectionReset, UnexpectedEOF}

// evidence is the set of classes that an error tree speaks for.
type evidence map[Class]bool

// visits bounds the walk: an error can unwrap to itself.
type visits struct{ left int }

func (e evidence) walk(err error, v *visits) {
	if err == nil || v.left == 0 {
		return
	}
	v.left--
	if c := single(err); c != "" {
		e[c] = true
	}
	switch w := err.(type) {
	case interface{ Unwrap() error }:
		e.walk(w.Unwrap(), v)
	case interface{ Unwrap() []error }:
		for _, inner := range w.Unwrap() {
			e.walk(inner, v)
		}
	}
}

// single returns the class that one error of a tree speaks for, or "".
func single(err error) Class {
	if is(err, context.Canceled) {
		return Canceled
	}
	switch t := err.(type) {
	case *net.DNSError:
		return DNS
	case syscall.Errno:
		return errnoClass(t)
	case tls.RecordHeaderError, *tls.RecordHeaderError, *tls.CertificateVerificationError, tls.AlertError,
		*tls.ECHRejectionError, x509.UnknownAuthorityError, x509.HostnameError, x509.CertificateInvalidError,
		x509.SystemRootsError, x509.ConstraintViolationError, x509.UnhandledCriticalExtension:
		return TLS
	case *net.OpError:
		// crypto/tls reports alerts under these names, with unexported types.
		if t.Op == "remote error" || t.Op == "local error" {
			return TLS
		}
	}
	if isHTTP2(err) {
		return HTTP2Stream
	}
	if t, ok := err.(net.Error); ok && t.Timeout() || is(err, context.DeadlineExceeded) || is(err, os.ErrDeadlineExceeded) {
		return Timeout
	}
	switch {
	case is(err, http.ErrSchemeMismatch):
		return TLS
	case is(err, io.EOF), is(err, io.ErrUnexpectedEOF):
		return UnexpectedEOF
	}
	return plain(err)
}

// is does what errors.Is does for one error of a tree, without its children.
func is(err, target error) bool {
	if reflect.TypeOf(err).Comparable() && err == target {
		return true
	}
	x, ok := err.(interface{ Is(error) bool })
	return ok && x.Is(target)
}

var plainType = reflect.TypeOf(errors.New(""))

// plain tells errors of net/http apart that are variables it does not export.
func plain(err error) Class {
	if reflect.TypeOf(err) != plainType {
		return ""
	}
	switch text := err.Error(); {
	case text == "net/http: request canceled":
		return Canceled
	case text == "http: server closed idle connection":
		return UnexpectedEOF
	case strings.HasPrefix(text, "http2: "):
		return HTTP2Stream
	}
	return ""
}

// isHTTP2 reports whether err is an error of HTTP/2's protocol. net/http has a
// private copy of golang.org/x/net/http2, so its types cannot be named here.
func isHTTP2(err error) bool {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if !strings.Contains(t.PkgPath(), "http") {
		return false
	}
	name := strings.TrimPrefix(t.Name(), "http2")
	switch name {
	case "StreamError", "GoAwayError", "ConnectionError":
		return true
	}
	return false
}
