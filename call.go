package otelxapi

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi/classify"
)

// call is one request on its way. It is the span that otelhttp drives, the
// context that the inner round tripper finds, and the response body that the
// application reads: otelhttp speaks to the call, and the call decides what
// leaves. Being all three makes it one allocation.
//
// The real span stays reachable through the context, so that whatever runs
// below sees the SDK's own.
type call struct {
	trace.Span
	context.Context

	config  *config
	site    *site
	labeler otelhttp.Labeler // stays empty
	method  string
	path    string // escaped, as the request has it; never leaves by default
	query   string // raw, as the request has it; its values never leave by default
	resend  int

	mu        sync.Mutex
	recording bool // whether the real span records
	ended     bool
	measured  measurement // what otelhttp measured, until the span ends
	point     point
	result    *classify.Result // of a failed call
	header    http.Header      // of the answer
	arrived   time.Time        // when it came: its Date is held against that, however late the body is read
	body      io.ReadCloser    // the base's
	low       []low            // rate limits
	session   *session         // of a stream
	tracer    trace.Tracer     // that started the real span
	seen      watch            // of the body
	attrs     []attribute.KeyValue
	scratch   *scratch // that attrs begins in
}

// scratch is room for the attributes of a call. It goes back to the pool when
// the call ends: by then the real span has a copy, and nobody else has ever
// seen it.
type scratch [16]attribute.KeyValue

var scratchPool = sync.Pool{New: func() any { return new(scratch) }}

// callKey finds the call in a context.
type callKey struct{}

func newCall(t *Transport, r *http.Request) *call {
	path := r.URL.EscapedPath()
	return &call{
		Context: r.Context(),
		config:  t.config,
		site:    t.sites.of(r, path),
		method:  methodOf(r),
		path:    path,
		query:   r.URL.RawQuery,
		resend:  resendCount(r),
	}
}

func callFrom(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// Value makes the call findable in the contexts of the layers below, and gives
// otelhttp the labeler that it would make for each request otherwise.
func (c *call) Value(k any) any {
	switch k {
	case callKey{}:
		return c
	case labelerKey:
		if l := c.Context.Value(k); l != nil {
			return l
		}
		return &c.labeler
	}
	return c.Context.Value(k)
}

// SetAttributes takes what otelhttp says about the exchange. Only what is named
// here leaves: url.full has the raw path and query and is replaced, error.type
// is the status code and is replaced by the class.
func (c *call) SetAttributes(kvs ...attribute.KeyValue) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, kv := range kvs {
		switch kv.Key {
		case StatusCodeKey, ProtocolVersionKey, ProtocolNameKey, RequestMethodOriginalKey:
			c.replace(kv)
		}
	}
}

// replace sets an attribute that may be set already. c.mu is held.
func (c *call) replace(kv attribute.KeyValue) {
	for i := range c.attrs {
		if c.attrs[i].Key == kv.Key {
			c.attrs[i] = kv
			return
		}
	}
	c.put(kv)
}

// put sets an attribute that is not set yet. c.mu is held.
func (c *call) put(kv attribute.KeyValue) {
	if c.recording {
		c.attrs = append(c.attrs, kv)
	}
}

// SetStatus takes otelhttp's verdict only where there is no better one: it
// counts a caller's cancellation as an error, and its description is the text
// of the error, which may hold a URL or a token endpoint's body.
func (c *call) SetStatus(code codes.Code, _ string) {
	if code != codes.Error {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.result == nil && !c.ended {
		c.fail(classify.ClassifyError(errNoResponse))
	}
}

// fail keeps the verdict on a failed call. What has left stays as it is. c.mu
// is held.
func (c *call) fail(res classify.Result) {
	c.result = &res
	if !c.ended && c.config.isError(res.Class) {
		c.point.class = res.Class
	}
}

// record begins or ends to gather attributes. c.mu is held, or nobody else has
// the call yet.
func (c *call) record(on bool) {
	switch {
	case on:
		c.scratch = scratchPool.Get().(*scratch) //nolint:forcetypeassert // by New
		c.attrs = c.scratch[:0]
	case c.scratch != nil:
		clear(c.scratch[:min(len(c.attrs), len(c.scratch))])
		scratchPool.Put(c.scratch)
		c.scratch, c.attrs = nil, nil
	}
	c.recording = on
}

// End writes what was gathered, then ends the real span, whoever it is that
// ends the call: the end of the body, Close, or an error.
func (c *call) End(opts ...trace.SpanEndOption) {
	c.mu.Lock()
	if c.ended {
		c.mu.Unlock()
		return
	}
	c.inspect()
	c.account()
	c.ended = true
	c.count()
	if c.recording {
		c.flush()
		c.emitLow()
	}
	if r := c.result; r != nil && r.Class != classify.Canceled {
		c.emit(r)
		c.log(r)
	}
	c.record(false)
	measured := c.measured
	c.mu.Unlock()
	measured.record(c)
	c.Span.End(opts...)
}
