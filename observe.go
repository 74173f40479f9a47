package otelxapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// observer is the round tripper that otelhttp calls: it sends the request and
// says what the answer means.
type observer struct {
	base   http.RoundTripper
	config *config
}

// errNoResponse stands for an answer that breaks the contract of
// http.RoundTripper: no response and no error, or no body where there must be
// one.
var errNoResponse = errors.New("no usable response")

func (o *observer) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := o.base.RoundTrip(r)
	if err == nil && !usable(r, res) {
		// Whoever is called in between would else say that it was its caller's.
		res, err = nil, fmt.Errorf("otelxapi: the base (%T) returned %w", o.base, errNoResponse)
	}
	c := callFrom(r.Context())
	if c == nil {
		return res, err
	}
	switch {
	case err != nil:
		c.failed(r, err)
	case res != nil:
		c.answered(r, res)
	}
	return res, err
}

// usable reports whether net/http can make something of a response.
func usable(r *http.Request, res *http.Response) bool {
	return res != nil && (res.Body != nil || res.ContentLength <= 0 || r.Method == http.MethodHead)
}

// failed takes the error of a request that got no answer.
func (c *call) failed(r *http.Request, err error) {
	res := c.classifyError(err)
	res.Auth = classify.ParseAuth(r.Header)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail(res)
	c.gatherAuth(res.Auth)
}

// answered takes the headers of an answer, and the beginning of an error body.
func (c *call) answered(r *http.Request, res *http.Response) {
	if res.Request == nil {
		res.Request = r // as http.Transport does; ResultOf finds the call through it
	}
	auth := classify.ParseAuth(sentHeader(r, res))
	limits := classify.ParseRateLimits(res.Header)
	now := time.Now()
	skew, dated := c.config.clockSkew(res.Header, now)
	if dated {
		c.config.instruments.skew.Store(int64(skew))
	}
	var refusal *classify.Result
	if res.StatusCode >= 400 || res.StatusCode < 100 {
		refusal = refused(r, res, auth)
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	c.header, c.arrived = res.Header, now
	c.point.status, c.point.version = res.StatusCode, protocolVersion(res)
	if refusal != nil {
		limits = refusal.RateLimits
		c.fail(*refusal)
	}
	c.observeRateLimits(now, skew, auth, limits)
	c.gatherAuth(auth)
	if c.recording {
		c.gatherRateLimits(limits)
		if skew.Abs() > skewTolerance {
			c.put(ClockSkewKey.Float64(skew.Seconds()))
		}
	}
	if _, upgraded := res.Body.(io.Writer); res.Body != nil && res.Body != http.NoBody && !upgraded {
		if c.isStream(res) {
			c.stream(res)
			return
		}
		if c.watches(res) {
			c.watch()
		}
		c.body = res.Body
		res.Body = (*callBody)(c)
	}
}

// clockSkew returns now minus X's time, and reports false if the answer does
// not tell the time. X tells it in whole seconds, so that busy programs meet
// each Date many times.
func (c *config) clockSkew(h http.Header, now time.Time) (time.Duration, bool) {
	text := h["Date"]
	if len(text) != 1 {
		return 0, false
	}
	last := c.lastDate.Load()
	if last == nil || last.text != text[0] {
		at, ok := classify.DateOf(h)
		if !ok {
			return 0, false
		}
		last = &date{text[0], at}
		c.lastDate.Store(last)
	}
	return now.Sub(last.date), true
}

// date is a Date header and the time that it means.
type date struct {
	text string
	date time.Time
}

// refused classifies an error answer from its headers and the beginning of its
// body, which the application still gets whole.
func refused(r *http.Request, res *http.Response, auth classify.Auth) *classify.Result {
	var beginning []byte
	if res.Body != nil && res.Body != http.NoBody {
		res.Body, beginning = peek(r.Context(), res)
	}
	result := classify.Classify(classify.Input{
		Method: methodOf(r),
		Path:   r.URL.EscapedPath(),
		Status: res.StatusCode,
		Header: res.Header,
		Body:   beginning,
		Auth:   auth,
		Now:    time.Now(),
	})
	return &result
}

// sentHeader returns the headers of the request as it was sent: a transport
// below may have added the credentials.
func sentHeader(r *http.Request, res *http.Response) http.Header {
	if res.Request != nil && res.Request.Header != nil {
		return res.Request.Header
	}
	return r.Header
}

// protocolVersion returns the HTTP version in the form of
// network.protocol.version.
func protocolVersion(res *http.Response) string {
	switch {
	case res.ProtoMajor == 1 && res.ProtoMinor == 1, res.ProtoMajor == 0:
		return "1.1"
	case res.ProtoMajor == 1:
		return "1.0"
	case res.ProtoMajor == 2:
		return "2"
	case res.ProtoMajor == 3:
		return "3"
	}
	return ""
}

// classifyError classifies an error of the base, with the request's context to
// tell who gave up: net/http returns the cause of a cancellation in place of
// context.Canceled, and http.Client cancels the request when its Timeout is
// over.
func (c *call) classifyError(err error) classify.Result {
	if ctxErr := c.Err(); ctxErr != nil && errors.Is(err, context.Cause(c)) {
		err = ctxErr
	}
	res := classify.ClassifyError(err)
	if deadline, ok := c.Deadline(); ok && res.Class == classify.Canceled && !time.Now().Before(deadline) {
		res = classify.ClassifyError(context.DeadlineExceeded)
	}
	return res
}

// ResultOf returns the verdict on a response of a [Transport]: its class,
// whether and when to retry, and what to do. It reports false for a response
// that did not pass through a Transport. The verdict on a response without
// error can change while its body is read. That on a stream is
// [classify.Stalled], to reconnect, while a silence lasts that is as long as
// [WithStreamStall] says, and for good if the stream is canceled or closed in
// it; the verdict on its end is there once Read has returned its error, or
// Close has been called. For a call that ended in an error and without a
// response, there is [classify.ClassifyError].
func ResultOf(resp *http.Response) (classify.Result, bool) {
	if resp == nil || resp.Request == nil {
		return classify.Result{}, false
	}
	c := callFrom(resp.Request.Context())
	if c == nil {
		return classify.Result{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var res classify.Result
	if c.result != nil {
		res = *c.result
	} else {
		res = classify.Classify(classify.Input{
			Method: c.method, Path: c.path, Status: resp.StatusCode, Header: resp.Header, Now: c.arrived,
		})
		if resp.StatusCode < 200 { // a switch of protocols, which is no failure
			ok := classify.ResultOf(classify.OK)
			res.Class, res.Retry, res.Hint = ok.Class, ok.Retry, ok.Hint
		}
	}
	if res.Auth.Kind == "" {
		res.Auth = classify.ParseAuth(resp.Request.Header)
	}
	res.AuthMismatch = c.isMismatch(res.Auth.Kind) // as the span says
	return res, true
}
