package otelxapi

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi/classify"
)

// emit tells what a failed call, or each error inside a success, means and what
// to do: as events of the span, as log records, or both. It is called before
// the real span ends, with the span's context, so that a bridge can find the
// span. c.mu is held.
func (c *call) emit(r *classify.Result) {
	if r.Class.IsError() {
		var first *classify.Problem
		if len(r.Problems) > 0 {
			first = &r.Problems[0]
		}
		c.emitProblem(r.Class, first, r.Hint, r.Retry.Verdict)
		return
	}
	for i := range r.Problems {
		p := &r.Problems[i]
		info, _ := classify.Describe(p.Class)
		c.emitProblem(p.Class, p, info.Hint, info.Verdict)
	}
}

func (c *call) emitProblem(class classify.Class, p *classify.Problem, h classify.Hint, v classify.Verdict) {
	kvs := make([]attribute.KeyValue, 0, 12)
	add := func(k attribute.Key, v string) {
		if v != "" {
			kvs = append(kvs, k.String(v))
		}
	}
	add(ClassKey, string(class))
	if p != nil {
		add(ProblemTypeKey, p.Type)
		add(ProblemTitleKey, c.scrub(p.Title))
		add(ProblemResourceTypeKey, identifier(p.ResourceType))
		add(ProblemParameterKey, identifier(p.Parameter))
	}
	add(HintTitleKey, h.Title)
	add(HintTextKey, h.Text)
	add(HintURLKey, h.URL)
	add(HintOwnerKey, string(h.Owner))
	add(RetryVerdictKey, string(v))

	c.tell(c, c.Span, eventProblem, h.Title, kvs)
}

// tell writes an event to a span, to the log records, or to both. ctx holds the
// span.
func (c *call) tell(ctx context.Context, span trace.Span, name, title string, kvs []attribute.KeyValue) {
	if c.config.events&EventSpan != 0 && span.IsRecording() {
		span.AddEvent(name, trace.WithAttributes(kvs...))
	}
	logger := c.config.logger
	if c.config.events&EventLog == 0 ||
		!logger.Enabled(ctx, log.EnabledParameters{Severity: log.SeverityWarn, EventName: name}) {
		return
	}
	var rec log.Record
	rec.SetEventName(name)
	rec.SetSeverity(log.SeverityWarn)
	rec.SetSeverityText("WARN")
	rec.SetBody(attribute.StringValue(title))
	rec.AddAttributes(kvs...)
	if t := c.site.template; t != "" {
		rec.AddAttributes(URLTemplateKey.String(t))
	}
	logger.Emit(ctx, rec)
}
