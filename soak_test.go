package otelxapi_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

// The soak of the documentation is go test -race -run Soak . -soak 60s -soakstreams 200.
var (
	soakFor     = flag.Duration("soak", 2*time.Second, "how long the soak test opens streams")
	soakStreams = flag.Int("soakstreams", 50, "how many streams the soak test has open at a time")
)

// ending is a way in which a stream of the soak test ends, and what its last
// span has to say.
type ending struct {
	steps  []xapitest.Step
	reason string
	class  classify.Class
}

var endings = []ending{
	{[]xapitest.Step{xapitest.End(xapitest.EndClean)}, "eof", classify.StreamDisconnected},
	{[]xapitest.Step{xapitest.End(xapitest.EndCut)}, "broken", classify.UnexpectedEOF},
	{[]xapitest.Step{xapitest.End(xapitest.EndReset)}, "broken", classify.ConnectionReset},
	{[]xapitest.Step{xapitest.Problem(xapitest.DisconnectOperational), xapitest.End(xapitest.EndClean)}, "problem", classify.StreamDisconnected},
	{[]xapitest.Step{xapitest.BareProblem(xapitest.DisconnectUpstream), xapitest.End(xapitest.EndReset)}, "problem", classify.StreamDisconnected},
	{[]xapitest.Step{xapitest.Problem(xapitest.DisconnectSlowReader), xapitest.End(xapitest.EndClean)}, "problem", classify.SlowConsumer},
	{[]xapitest.Step{xapitest.End(xapitest.EndStall)}, "canceled", ""}, // the application gives up
}

// Many streams end in all ways at once: each has the reason that was injected,
// the counts are exactly what the simulator sent, and nothing is left.
func TestSoakStreamsEndAsInjectedAndCountExactly(t *testing.T) {
	const rounds = 3
	rng := rand.New(rand.NewPCG(1, 2))
	pause := *soakFor / rounds / 10
	var scripts []xapitest.Script
	var injected []ending
	for range *soakStreams * rounds {
		e := endings[rng.IntN(len(endings))]
		script := xapitest.Script{
			xapitest.Posts(1+rng.IntN(5), pause), xapitest.KeepAlives(rng.IntN(3), pause),
			xapitest.Burst(rng.IntN(20)).Size(300 + rng.IntN(4000)), xapitest.Partial(),
		}
		scripts, injected = append(scripts, append(script, e.steps...)), append(injected, e)
	}
	before := runtime.NumGoroutine()
	srv := xapitest.NewServer(xapitest.WithLimits())
	defer srv.Close()
	if err := srv.PlayStreams("", scripts...); err != nil {
		t.Fatal(err)
	}
	rec := newRecorder()
	base := &http.Transport{}
	transport := rec.transport(base, otelxapi.WithServerInfo(), otelxapi.WithStreamSegment(time.Second))

	var wg sync.WaitGroup
	for range *soakStreams {
		wg.Go(func() {
			for range rounds {
				soak(t, transport, srv.URL, max(*soakFor, 4*time.Second))
			}
		})
	}
	wg.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := srv.WaitStreams(ctx); err != nil {
		t.Fatal(err)
	}

	logs := map[string]xapitest.StreamLog{}
	for _, l := range srv.Streams() {
		logs[l.TransactionID] = l
	}
	checked := checkSoak(t, rec, logs, injected)
	if checked != len(scripts) {
		t.Errorf("%d streams of %d", checked, len(scripts))
	}
	if started, ended := len(rec.spans.Started()), len(rec.spans.Ended()); started != ended {
		t.Errorf("%d spans started, %d ended", started, ended)
	}
	if got, sent := rec.metricValue(t, "x_api.resources"), strconv.FormatInt(soakPosts(logs), 10); got != sent {
		t.Errorf("%s posts are counted as resources, %s were sent", got, sent)
	}
	if n := rec.metricValue(t, "x_api.stream.active"); n != "0" {
		t.Errorf("%s streams are active", n)
	}
	srv.Close()
	base.CloseIdleConnections()
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines before, %d after", before, n)
	}
	t.Logf("%d streams, %d segments, %d posts", checked, len(rec.segments()), soakPosts(logs))
}

// soak reads one stream to its end, or gives up when it falls silent.
func soak(t *testing.T, transport http.RoundTripper, url string, patience time.Duration) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/2/tweets/search/stream", http.NoBody)
	if err != nil {
		t.Error(err)
		return
	}
	r.Header.Set("Authorization", xapitest.Credential("app_only", time.Now()))
	res, err := transport.RoundTrip(r)
	if err != nil {
		t.Error(err)
		return
	}
	defer res.Body.Close()
	silence := time.AfterFunc(patience, cancel)
	for p := make([]byte, 8<<10); ; {
		if _, err := res.Body.Read(p); err != nil {
			return
		}
		silence.Reset(patience)
	}
}

// checkSoak holds what the spans say against what the simulator sent.
func checkSoak(t *testing.T, rec *recorder, logs map[string]xapitest.StreamLog, injected []ending) (checked int) {
	t.Helper()
	segments := map[trace.SpanID][]sdktrace.ReadOnlySpan{}
	for _, s := range rec.segments() {
		id := s.Links()[0].SpanContext.SpanID()
		segments[id] = append(segments[id], s)
	}
	for _, call := range rec.spans.Ended() {
		l, ok := logs[value(call.Attributes(), otelxapi.TransactionIDKey)]
		if !ok || isStreamSpan(call) { // a segment that failed has the id too
			continue
		}
		checked++
		want, got := injected[l.Script-1], segments[call.SpanContext().SpanID()]
		last := got[len(got)-1].Attributes()
		if reason, class := value(last, otelxapi.StreamReasonKey), value(last, otelxapi.ErrorTypeKey); reason != want.reason || class != string(want.class) {
			t.Errorf("stream %d: %s %s, want %s %s", l.Number, reason, class, want.reason, want.class)
		}
		var posts, partials, keepAlives, bytes int64
		for _, s := range got {
			posts += number(s, otelxapi.StreamMessagesKey)
			partials += number(s, otelxapi.StreamPartialKey)
			keepAlives += number(s, otelxapi.StreamKeepAlivesKey)
			bytes += number(s, otelxapi.StreamBytesKey)
		}
		if posts != l.Posts || partials != l.Partials || keepAlives != l.KeepAlives || bytes != l.Bytes {
			t.Errorf("stream %d (%s): %d posts, %d partial, %d keep-alives, %d bytes; sent %d, %d, %d, %d",
				l.Number, want.reason, posts, partials, keepAlives, bytes, l.Posts, l.Partials, l.KeepAlives, l.Bytes)
		}
	}
	return checked
}

func number(s sdktrace.ReadOnlySpan, k attribute.Key) (n int64) {
	for _, kv := range s.Attributes() {
		if kv.Key == k {
			return kv.Value.AsInt64()
		}
	}
	return 0
}

func soakPosts(logs map[string]xapitest.StreamLog) (n int64) {
	for _, l := range logs {
		n += l.Posts
	}
	return n
}

func TestAStreamThatBreaksOffOverHTTP2SaysSo(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t, xapitest.WithHTTP2(), xapitest.WithLimits())
	tests := []struct {
		ending xapitest.Ending
		reason string
		class  classify.Class
	}{
		{xapitest.EndClean, "eof", classify.StreamDisconnected},
		{xapitest.EndCut, "broken", classify.HTTP2Stream},
		{xapitest.EndReset, "broken", classify.HTTP2Stream},
	}
	for _, tt := range tests {
		if err := srv.PlayStreams("", xapitest.Script{xapitest.Burst(3), xapitest.End(tt.ending)}); err != nil {
			t.Fatal(err)
		}
		rec := newRecorder()
		soak(t, rec.transport(srv.Client().Transport), srv.URL, time.Minute)
		last := rec.segments()[0]
		reason, class := value(last.Attributes(), otelxapi.StreamReasonKey), value(last.Attributes(), otelxapi.ErrorTypeKey)
		if reason != tt.reason || class != string(tt.class) || number(last, otelxapi.StreamMessagesKey) != 3 {
			t.Errorf("%s: %s", tt.ending, attributeText(last.Attributes()))
		}
	}
}
