package otelxapi

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi/classify"
)

// emit tells what a failed call means and what to do, as an event of the span,
// as a log record, or both. It is called before the real span ends, with the
// span's context, so that a bridge can find the span. c.mu is held.
func (c *call) emit(r *classify.Result) {
	if c.config.events&EventSpan != 0 && c.recording {
		c.Span.AddEvent(eventProblem, trace.WithAttributes(c.problemEvent(r)...))
	}
	if c.config.events&EventLog != 0 {
		c.emitLog(r)
	}
}

func (c *call) emitLog(r *classify.Result) {
	logger := c.config.logger
	if !logger.Enabled(c, log.EnabledParameters{Severity: log.SeverityWarn, EventName: eventProblem}) {
		return
	}
	var rec log.Record
	rec.SetEventName(eventProblem)
	rec.SetSeverity(log.SeverityWarn)
	rec.SetSeverityText("WARN")
	rec.SetBody(attribute.StringValue(r.Hint.Title))
	rec.AddAttributes(c.problemEvent(r)...)
	if t := c.site.template; t != "" {
		rec.AddAttributes(URLTemplateKey.String(t))
	}
	logger.Emit(c, rec)
}

// problemEvent returns the attributes of the event.
func (c *call) problemEvent(r *classify.Result) []attribute.KeyValue {
	kvs := make([]attribute.KeyValue, 0, 8)
	add := func(k attribute.Key, v string) {
		if v != "" {
			kvs = append(kvs, k.String(v))
		}
	}
	add(ClassKey, string(r.Class))
	if len(r.Problems) > 0 {
		add(ProblemTypeKey, r.Problems[0].Type)
		add(ProblemTitleKey, c.scrub(r.Problems[0].Title))
	}
	add(HintTitleKey, r.Hint.Title)
	add(HintTextKey, r.Hint.Text)
	add(HintURLKey, r.Hint.URL)
	add(HintOwnerKey, string(r.Hint.Owner))
	add(RetryVerdictKey, string(r.Retry.Verdict))
	return kvs
}
