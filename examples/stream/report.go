package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

// spanName is the name of the span of each segment.
const spanName = "x_api.stream " + streamPath

// attributes are those of a span or an event.
type attributes map[attribute.Key]attribute.Value

func newAttributes(kvs []attribute.KeyValue) attributes {
	as := attributes{}
	for _, kv := range kvs {
		as[kv.Key] = kv.Value
	}
	return as
}

// text returns an attribute as text, "" if it is not set.
func (as attributes) text(k attribute.Key) string { v := as[k]; return v.String() }

// duration returns an attribute in seconds as text, "" if it is not set.
func (as attributes) duration(k attribute.Key) string {
	if v, ok := as[k]; ok {
		return brief(seconds(v.AsFloat64()))
	}
	return ""
}

// A span is a span that ended, with its attributes at hand.
type span struct {
	sdktrace.ReadOnlySpan
	attributes

	session int // of a segment, from 1
}

func newSpan(s sdktrace.ReadOnlySpan) span {
	return span{ReadOnlySpan: s, attributes: newAttributes(s.Attributes())}
}

// class returns the class of the end, "" for a segment that is not the last.
func (s span) class() classify.Class {
	if s.text(otelxapi.StreamReasonKey) == "" {
		return ""
	}
	return classify.Class(cmp.Or(s.text(otelxapi.ErrorTypeKey), string(classify.Canceled)))
}

// segments returns the spans of segments, with the number of their session.
func segments(spans []span) []span {
	var all []span
	session := 0
	for _, s := range spans {
		if s.Name() != spanName {
			continue
		}
		if s.attributes[otelxapi.StreamSegmentKey].AsInt64() == 0 {
			session++
		}
		s.session = session
		all = append(all, s)
	}
	return all
}

// columns are those of the table of segments.
var columns = [...]struct {
	heading string
	cell    func(span) string
	left    bool
}{
	{"SESS", func(s span) string { return strconv.Itoa(s.session) }, false},
	{"SEG", func(s span) string { return s.text(otelxapi.StreamSegmentKey) }, false},
	{"LASTED", func(s span) string { return brief(s.EndTime().Sub(s.StartTime())) }, false},
	{"POSTS", func(s span) string { return s.text(otelxapi.StreamMessagesKey) }, false},
	{"KEEP", func(s span) string { return s.text(otelxapi.StreamKeepAlivesKey) }, false},
	{"GAP", func(s span) string { return s.duration(otelxapi.StreamGapKey) }, false},
	{"LAG", func(s span) string { return s.duration(otelxapi.StreamLagP50Key) }, false},
	{"BUSY", func(s span) string {
		return fmt.Sprintf("%.0f%%", 100*s.attributes[otelxapi.StreamBusyKey].AsFloat64())
	}, false},
	{"BEFORE", before, true},
	{"REASON", func(s span) string { return s.text(otelxapi.StreamReasonKey) }, true},
	{"CLASS", func(s span) string { return string(s.class()) }, true},
}

// before returns how long there was no connection before the segment, and
// whether backfill_minutes covers that.
func before(s span) string {
	gap := s.duration(otelxapi.StreamReconnectGapKey)
	switch {
	case gap == "":
		return ""
	case s.attributes[otelxapi.StreamBackfillCoversKey].AsBool():
		return gap + ", covered"
	}
	return gap + ", too long"
}

// report writes what the spans say: a table of the segments, and what to do
// about each event.
func report(out *screen, spans []span) {
	out.linef("")
	out.linef("%s %s", out.paint(bold, "Segments"), out.paint(dim, "each a span, "+spanName+", exported when it was over"))
	table(out, segments(spans))
	out.linef("%s", out.paint(dim, "GAP: longest silence. LAG: median age of the posts. BEFORE: no connection; does backfill cover it?"))
	out.linef("")
	out.linef("%s", out.paint(bold, "What to do"))
	told := map[string]bool{}
	for _, a := range advices(spans) {
		a.write(out, told)
	}
	out.linef("")
	for _, where := range [][2]string{
		{"Jaeger", "operation " + spanName + ": a trace for each segment; its links lead to the segment or session before, and to the call that connected."},
		{"Prometheus", "x_api_stream_gap_seconds > 50, x_api_stream_active < 1, x_api_stream_consumer_busy_ratio > 0.9, x_api_stream_disconnects_total by error_type. More in docs/streams.md."},
	} {
		paragraph(out, pad(where[0], 12), out.paint(bold, pad(where[0], 12)), where[1])
	}
}

// paragraph writes text, indented below its heading.
func paragraph(out *screen, heading, painted, text string) {
	indent := utf8.RuneCountInString(heading)
	for i, l := range wrap(text, width-indent) {
		if i > 0 {
			painted = strings.Repeat(" ", indent)
		}
		out.linef("%s%s", painted, l)
	}
}

func table(out *screen, segments []span) {
	var widths [len(columns)]int
	for i, c := range columns {
		widths[i] = len(c.heading)
		for _, s := range segments {
			widths[i] = max(widths[i], utf8.RuneCountInString(c.cell(s)))
		}
	}
	row := func(st style, cell func(int) string) {
		var cells []string
		for i, c := range columns {
			text := cell(i)
			fill := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
			if c.left {
				cells = append(cells, text+fill)
			} else {
				cells = append(cells, fill+text)
			}
		}
		out.linef("%s", out.paint(st, strings.TrimRight(strings.Join(cells, "  "), " ")))
	}
	row(dim, func(i int) string { return columns[i].heading })
	for _, s := range segments {
		st := plain
		if s.text(otelxapi.ErrorTypeKey) != "" {
			st = red
		}
		row(st, func(i int) string { return columns[i].cell(s) })
	}
}
