package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi"
)

// An advice is what to do about one thing that the spans tell of.
type advice struct {
	at               time.Time
	name             string // of the event or attribute
	title, text, url string
	style            style
}

// advices returns what to do about each event, and each time without a
// connection, in their order.
func advices(spans []span) []advice {
	var all []advice
	for _, s := range append(segments(spans), calls(spans)...) {
		where := "connecting"
		if s.session > 0 {
			where = fmt.Sprintf("session %d", s.session)
		}
		for _, raw := range s.Events() {
			kvs := newAttributes(raw.Attributes)
			a := advice{
				at: raw.Time, name: raw.Name, style: red,
				title: fmt.Sprintf("%s, %s: %s", where, kvs.text(otelxapi.ClassKey), kvs.text(otelxapi.HintTitleKey)),
				text:  kvs.text(otelxapi.HintTextKey), url: kvs.text(otelxapi.HintURLKey),
			}
			if silence := kvs.duration(otelxapi.StreamGapKey); silence != "" {
				a.style, a.title = yellow, a.title+" for "+silence
			}
			all = append(all, a)
		}
		if gap := s.duration(otelxapi.StreamReconnectGapKey); gap != "" {
			all = append(all, missed(s, where, gap))
		}
	}
	slices.SortStableFunc(all, func(a, b advice) int { return a.at.Compare(b.at) })
	return all
}

// missed is what to do about the posts of a time without a connection.
func missed(s span, where, gap string) advice {
	a := advice{
		at: s.StartTime(), name: string(otelxapi.StreamReconnectGapKey), style: yellow,
		title: fmt.Sprintf("%s, %s without a connection", where, gap),
		text:  "Its posts are missing. The gap is short enough for backfill_minutes on the connecting request (an Enterprise feature); without it, search for them.",
		url:   "https://docs.x.com/x-api/fundamentals/recovery-and-redundancy-features",
	}
	if !s.attributes[otelxapi.StreamBackfillCoversKey].AsBool() {
		a.text = "Its posts are missing, and the gap is too long for backfill_minutes: ask for it with start_time and end_time, or search."
	}
	return a
}

// calls returns the spans of the requests that connect.
func calls(spans []span) []span {
	return slices.DeleteFunc(slices.Clone(spans), func(s span) bool { return s.Name() != "GET "+streamPath })
}

// write writes the advice, but for a text that was there before.
func (a advice) write(out *screen, told map[string]bool) {
	out.linef("%s  %s", out.paint(a.style, "! "+a.name), out.paint(bold, a.title))
	if told[a.text] {
		out.linef("    As above.")
		return
	}
	told[a.text] = true
	for _, l := range wrap(a.text, width-4) {
		out.linef("    %s", l)
	}
	if a.url != "" {
		out.linef("    %s", out.paint(cyan, strings.TrimPrefix(a.url, "https://")))
	}
}
