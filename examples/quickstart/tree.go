package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi"
)

// shown are the attributes of a failed call that the tree shows. A span has
// more.
var shown = []attribute.Key{
	otelxapi.URLFullKey,
	otelxapi.ErrorTypeKey,
	otelxapi.AuthKindKey,
	otelxapi.RateLimitRemainingKey,
	otelxapi.RateLimitLimitKey,
	otelxapi.RateLimitResetKey,
	otelxapi.ProblemDetailKey,
	otelxapi.RetryVerdictKey,
	otelxapi.RetryAfterKey,
	otelxapi.TransactionIDKey,
}

// keyWidth is that of the longest key that the tree shows.
var keyWidth = func() (n int) {
	for _, k := range shown {
		n = max(n, len(k))
	}
	return n
}()

// tree writes the last trace: its spans, the hints of all that failed, and the
// attributes of the last that did.
func tree(w io.Writer, p painter, spans []span) {
	root, ok := lastRoot(spans)
	if !ok {
		return
	}
	fmt.Fprintln(w, p.paint(bold, "One trace"), p.paint(dim, "as a backend such as Jaeger shows it"))
	t := &treeWriter{w: w, painter: p, children: map[trace.SpanID][]span{}}
	for _, s := range spans {
		if parent := s.Parent().SpanID(); parent.IsValid() && s.SpanContext().TraceID() == root.SpanContext().TraceID() {
			t.children[parent] = append(t.children[parent], s)
			if _, ok := s.problem(); ok {
				t.detailed = s.SpanContext().SpanID()
			}
		}
	}
	for _, siblings := range t.children {
		slices.SortStableFunc(siblings, func(a, b span) int { return a.StartTime().Compare(b.StartTime()) })
	}
	t.line("", root)
	t.below("", root)
}

func lastRoot(spans []span) (span, bool) {
	for _, s := range slices.Backward(spans) {
		if !s.Parent().IsValid() {
			return s, true
		}
	}
	return span{}, false
}

type treeWriter struct {
	painter

	w        io.Writer
	children map[trace.SpanID][]span
	detailed trace.SpanID // the span whose attributes are shown
}

// below writes what is below a span.
func (t *treeWriter) below(indent string, parent span) {
	siblings := t.children[parent.SpanContext().SpanID()]
	for i, s := range siblings {
		branch, trunk := "├─ ", "│  "
		if i == len(siblings)-1 {
			branch, trunk = "└─ ", "   "
		}
		t.line(indent+branch, s)
		if s.SpanContext().SpanID() == t.detailed {
			t.attributes(indent+trunk+"   ", s)
		}
		for _, e := range s.advice() {
			t.event(indent+trunk+"   ", s, e)
		}
		t.below(indent+trunk, s)
	}
}

// line writes a span in one line.
func (t *treeWriter) line(indent string, s span) {
	took := pad(s.EndTime().Sub(s.StartTime()).Round(10*time.Microsecond).String(), 9)
	text := t.paint(dim, indent) + pad(s.Name(), 48-len([]rune(indent)))
	if s.SpanKind() != trace.SpanKindClient {
		fmt.Fprintln(t.w, text+t.paint(dim, strings.TrimRight(took, " ")))
		return
	}
	answer := strings.TrimSpace(s.text(otelxapi.StatusCodeKey) + " " + string(s.class()))
	fmt.Fprintln(t.w, text+t.paint(dim, took)+t.paint(classStyle(s), answer))
}

// attributes writes those attributes of a span that matter.
func (t *treeWriter) attributes(indent string, s span) {
	for _, k := range shown {
		value := s.text(k)
		switch {
		case value == "":
			continue
		case k == otelxapi.RateLimitResetKey:
			value += " (in " + brief(s.resetsIn(k)) + ")"
		case k == otelxapi.RetryAfterKey:
			value = strconv.FormatFloat(s.attributes[k].AsFloat64(), 'f', 1, 64) + " s"
		}
		key := pad(string(k), keyWidth)
		room := width - len([]rune(indent)) - keyWidth - len(gutter)
		for i, line := range wrap(value, room, 0) {
			if i > 0 {
				key = pad("", keyWidth)
			}
			fmt.Fprintln(t.w, t.paint(dim, indent+key)+gutter+line)
		}
	}
}

// event writes an event of a span: the hint.
func (t *treeWriter) event(indent string, s span, e event) {
	warning, title := yellow, e.low()
	if e.isProblem() {
		warning, title = classStyle(s), e.text(otelxapi.HintTitleKey)
	}
	fmt.Fprintln(t.w, t.paint(dim, indent)+t.paint(warning, "! "+e.name)+gutter+t.paint(bold, title))
	indent += "  "
	for _, line := range wrap(e.text(otelxapi.HintTextKey), width-len([]rune(indent)), 0) {
		fmt.Fprintln(t.w, t.paint(dim, indent)+line)
	}
	if url := e.text(otelxapi.HintURLKey); url != "" {
		fmt.Fprintln(t.w, t.paint(dim, indent)+t.paint(cyan, url))
	}
}
