package main

import (
	"fmt"
	"strconv"

	"go.opentelemetry.io/otel/codes"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

// check returns what is wrong with what metrics and spans say, compared with
// what the simulator did.
func check(now counters, spans []span, sent []xapitest.StreamLog) []error {
	var wrong []error
	differ := func(what string, got, want any) {
		if got != want {
			wrong = append(wrong, fmt.Errorf("%s: %v, but the simulator did %v", what, got, want))
		}
	}
	differ("sessions", len(sent), len(ends))
	if len(sent) != len(ends) {
		return wrong
	}
	all := sums(segments(spans))
	differ("sessions of the spans", len(all), len(ends))
	if len(all) != len(ends) {
		return wrong
	}
	var posts, keepAlives, bytes, stalls int64
	for i, want := range ends {
		l, got := sent[i], all[i]
		session := fmt.Sprintf("session %d, ", i+1)
		if want.ending == xapitest.EndSlow && got.last.text(otelxapi.StreamInferredKey) == "true" {
			// The consumer read on too late to be told. It may have a part of
			// one more line.
			want.reason, l.Bytes = "broken", max(l.Bytes, got.bytes)
		}
		differ(session+"ending", l.Ending, want.ending)
		differ(session+"posts of its spans", got.posts, l.Posts)
		differ(session+"keep-alives of its spans", got.keepAlives, l.KeepAlives)
		differ(session+"bytes of its spans", got.bytes, l.Bytes)
		differ(session+"reason", got.last.text(otelxapi.StreamReasonKey), want.reason)
		differ(session+"class", got.last.class(), want.class)
		differ(session+"status is an error", got.last.Status().Code == codes.Error, want.class.IsError())
		differ(session+"follows a gap", got.first.duration(otelxapi.StreamReconnectGapKey) != "", i > 0)
		class := got.last.text(otelxapi.ErrorTypeKey)
		differ(session+"its end in the metrics", now.ends[outcome{want.reason, class}], int64(1))
		posts, keepAlives, bytes, stalls = posts+l.Posts, keepAlives+l.KeepAlives, bytes+l.Bytes, stalls+got.stalls
	}
	differ("posts of the metrics", now.posts, posts)
	differ("keep-alives of the metrics", now.keepAlives, keepAlives)
	differ("bytes of the metrics", now.bytes, bytes)
	differ("stalls of the metrics and of the spans", now.stalls, stalls)
	differ("a stall in session 1", all[0].stalls > 0, true)
	differ("streams that are open", now.active, int64(0))
	differ("gaps", strconv.FormatUint(now.gaps.count, 10), strconv.Itoa(len(ends)-1))
	differ("refusals", now.fails[outcome{class: string(classify.ConnectionLimited)}], int64(1))
	for _, a := range advices(spans) {
		if a.text == "" {
			wrong = append(wrong, fmt.Errorf("%s of %s does not say what to do", a.name, a.title))
		}
	}
	return wrong
}

// A sum is what the segments of a session say together.
type sum struct {
	posts, keepAlives, bytes, stalls int64

	first, last span
}

// sums returns those of the sessions, in their order.
func sums(segments []span) []sum {
	var all []sum
	for _, s := range segments {
		if len(all) < s.session {
			all = append(all, sum{first: s})
		}
		of := &all[len(all)-1]
		of.last = s
		of.posts += s.attributes[otelxapi.StreamMessagesKey].AsInt64()
		of.keepAlives += s.attributes[otelxapi.StreamKeepAlivesKey].AsInt64()
		of.bytes += s.attributes[otelxapi.StreamBytesKey].AsInt64()
		for _, e := range s.Events() {
			if e.Name == "x_api.stream.stalled" {
				of.stalls++
			}
		}
	}
	return all
}
