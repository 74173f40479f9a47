package main

import (
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/e2e/stack"
)

// span is what a rehearsal keeps of a span.
type span struct {
	trace, id, parent string
	name              string
	start, end        time.Time
	attrs             map[string]any
	events            []event
}

// event is an event of a span.
type event struct {
	name  string
	attrs map[string]any
}

// spanOf copies what is kept of a span.
func spanOf(s stack.Span) span {
	k := span{
		trace: s.TraceID().String(), id: s.SpanID().String(), parent: s.ParentSpanID().String(),
		name: s.Name(), start: s.StartTimestamp().AsTime(), end: s.EndTimestamp().AsTime(),
		attrs: s.Attributes().AsRaw(),
	}
	for _, e := range s.Events().All() {
		k.events = append(k.events, event{e.Name(), e.Attributes().AsRaw()})
	}
	return k
}

// class is what the span says it is, most precise first: error.type, else
// x_api.class.
func (s span) class() string {
	if c := str(s.attrs, "error.type"); c != "" {
		return c
	}
	return str(s.attrs, string(otelxapi.ClassKey))
}

// hint is the title of the first hint of the span's events, or "".
func (s span) hint() string {
	for _, e := range s.events {
		if t := str(e.attrs, string(otelxapi.HintTitleKey)); t != "" {
			return t
		}
	}
	return ""
}

// str is an attribute's text, or "" if it is absent or no text.
func str(attrs map[string]any, key string) string {
	s, _ := attrs[key].(string)
	return s
}
