package otelxapi

import (
	"context"
	"net/http"
	"reflect"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

// tracerProvider is what otelhttp is given in place of the application's
// provider: its tracers start calls.
type tracerProvider struct {
	trace.TracerProvider
	tracer *tracer
}

func newTracerProvider(c *config) tracerProvider {
	explicit := c.tracerProvider != nil
	p := c.tracerProvider
	if !explicit {
		p = otel.GetTracerProvider()
	}
	return tracerProvider{p, &tracer{Tracer: scopeTracer(p), followParent: !explicit}}
}

func (p tracerProvider) Tracer(string, ...trace.TracerOption) trace.Tracer { return p.tracer }

func scopeTracer(p trace.TracerProvider) trace.Tracer {
	return p.Tracer(ScopeName, trace.WithInstrumentationVersion(Version))
}

// tracer starts the span of a call.
type tracer struct {
	trace.Tracer
	followParent bool
	parents      atomic.Pointer[parentTracer] // of the last parent's provider
}

type parentTracer struct {
	provider trace.TracerProvider
	tracer   trace.Tracer
}

// Start starts the real span with the attributes that samplers want to see,
// and puts it into the call that ctx is. Options are the site's, not otelhttp's.
func (t *tracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	c, ok := ctx.(*call)
	if !ok {
		return t.Tracer.Start(ctx, name, opts...)
	}
	// The real span's context must not have the call among its parents, as
	// the call is about to have it as its own.
	c.tracer = t.real(c.Context)
	c.Context, c.Span = c.tracer.Start(c.Context, name, c.site.start...)
	c.record(c.Span.IsRecording())
	return c, c
}

// real returns the tracer of the provider that was asked for, or, when none
// was, of the parent span's provider. A parent from another process has no
// provider.
func (t *tracer) real(ctx context.Context) trace.Tracer {
	if !t.followParent {
		return t.Tracer
	}
	parent := trace.SpanFromContext(ctx)
	if sc := parent.SpanContext(); !sc.IsValid() || sc.IsRemote() {
		return t.Tracer
	}
	p := parent.TracerProvider()
	if !reflect.TypeOf(p).Comparable() {
		return scopeTracer(p)
	}
	last := t.parents.Load()
	if last == nil || last.provider != p {
		last = &parentTracer{p, scopeTracer(p)}
		t.parents.Store(last)
	}
	return last.tracer
}

// spanName is the span name formatter that otelhttp calls before Start.
func spanName(_ string, r *http.Request) string {
	c := callFrom(r.Context())
	if c == nil {
		return r.Method
	}
	if f := c.config.spanName; f != nil {
		return f(c.site.name, r)
	}
	return c.site.name
}
