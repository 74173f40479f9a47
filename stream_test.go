package otelxapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

// feed is the body of a stream that the test writes, as X's connection is: a
// Read waits for bytes, for the end, for Close, or for the request's context.
type feed struct {
	mu   sync.Mutex
	more chan struct{}
	rest []byte
	err  error
}

func newFeed() *feed { return &feed{more: make(chan struct{}, 1)} }

func (f *feed) send(s string) { f.change(func() { f.rest = append(f.rest, s...) }) }

func (f *feed) end(err error) { f.change(func() { f.err = err }) }

func (f *feed) change(how func()) {
	f.mu.Lock()
	how()
	f.mu.Unlock()
	select {
	case f.more <- struct{}{}:
	default:
	}
}

func (f *feed) Read(p []byte) (int, error) {
	for {
		f.mu.Lock()
		n := copy(p, f.rest)
		f.rest = f.rest[n:]
		err := f.err
		f.mu.Unlock()
		switch {
		case n > 0:
			return n, nil
		case err != nil:
			return 0, err
		}
		<-f.more
	}
}

func (f *feed) Close() error {
	f.end(errors.New("http: read on closed response body"))
	return nil
}

const streamURL = "https://api.x.com/2/tweets/search/stream"

// open connects to a stream that f is the body of.
func open(t *testing.T, transport *otelxapi.Transport) *http.Response {
	t.Helper()
	res, err := transport.RoundTrip(newGet(t, streamURL).WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// feeds is a base that answers each request with the next feed.
func feeds(fs ...*feed) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		f := fs[0]
		fs = fs[1:]
		context.AfterFunc(r.Context(), func() { f.end(r.Context().Err()) })
		return success(f)(r)
	}
}

// post is a line of a stream: a post that was created at a time.
func post(created time.Time) string {
	id := (created.UnixMilli() - 1288834974657) << 22
	return fmt.Sprintf(`{"data":{"id":"%d","text":"one of a stream"},"matching_rules":[{"id":"1","tag":""}]}`+"\r\n", id)
}

const keepAlive = "\r\n"

// consume reads a stream to its end, in a goroutine of its own.
func consumeStream(body io.Reader) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, body)
		done <- err
	}()
	return done
}

func TestADayOfKeepAlivesAt20SecondsIsNoStallAndSilenceIsOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder()
		f := newFeed()
		res := open(t, rec.transport(feeds(f)))
		if n := len(rec.spans.Ended()); n != 1 || rec.span(t).Name() != "GET /2/tweets/search/stream" {
			t.Fatalf("%d spans ended with the headers", n)
		}
		done := consumeStream(res.Body)
		const beats = 24 * 3600 / 20
		for range beats {
			time.Sleep(20 * time.Second)
			f.send(keepAlive)
		}
		synctest.Wait()
		if n := rec.metricValue(t, "x_api.stream.stalls"); n != "" {
			t.Errorf("%s stalls in a day of keep-alives", n)
		}
		if n := rec.metricValue(t, "x_api.stream.active"); n != "1" {
			t.Errorf("%s streams are active", n)
		}
		time.Sleep(51 * time.Second)
		if n := rec.metricValue(t, "x_api.stream.stalls"); n != "1" {
			t.Errorf("%q stalls after 51 seconds of silence", n)
		}
		if gap := rec.metricValue(t, "x_api.stream.gap"); gap != "51" {
			t.Errorf("gap %q", gap)
		}
		last := rec.segments()[len(rec.segments())-1]
		if n := len(last.Events()); n != 1 || last.Events()[0].Name != "x_api.stream.stalled" {
			t.Errorf("the stall is not exported while it lasts: %d events", n)
		}
		time.Sleep(time.Hour)
		if n := rec.metricValue(t, "x_api.stream.stalls"); n != "1" {
			t.Errorf("%q stalls after an hour of silence", n)
		}
		f.end(io.EOF)
		<-done
		res.Body.Close()

		segments := rec.segments()
		if len(segments) < 24*12 || len(segments) > 24*12+3 {
			t.Errorf("%d segments of a day", len(segments))
		}
		keepAlives, stalls := 0, 0
		for i, s := range segments {
			var n int
			fmt.Sscan(value(s.Attributes(), otelxapi.StreamKeepAlivesKey), &n)
			keepAlives += n
			for _, e := range s.Events() {
				if e.Name == "x_api.stream.stalled" {
					stalls++
				}
			}
			if got := value(s.Attributes(), otelxapi.StreamSegmentKey); got != strconv.Itoa(i) {
				t.Fatalf("segment %d says it is %s", i, got)
			}
			if links := s.Links(); links[0].SpanContext.SpanID() != rec.span(t).SpanContext().SpanID() ||
				i > 0 && links[1].SpanContext.SpanID() != segments[i-1].SpanContext().SpanID() {
				t.Fatalf("segment %d has links %v", i, links)
			}
		}
		if keepAlives != beats || stalls != 1 {
			t.Errorf("%d keep-alives of %d, %d stalls", keepAlives, beats, stalls)
		}
		if n := rec.metricValue(t, "x_api.stream.keepalives"); n != strconv.Itoa(beats) {
			t.Errorf("%s keep-alives", n)
		}
	})
}

// metricValue returns the value of the only point of a metric.
func (r *recorder) metricValue(t testing.TB, name string) string {
	t.Helper()
	for _, l := range r.metricLines(t) {
		if words := strings.Fields(l); words[0] == name {
			return words[1]
		}
	}
	return ""
}

func TestWhyAStreamEnds(t *testing.T) {
	t.Parallel()
	problem := func(disconnect string) string {
		return `{"errors":[{"title":"operational-disconnect","disconnect_type":"` + disconnect + `","detail":"This stream has been disconnected","type":"https://api.twitter.com/2/problems/operational-disconnect"}]}` + "\r\n"
	}
	wait := func(d time.Duration) func(*feed) { return func(*feed) { time.Sleep(d) } }
	tests := []struct {
		name    string
		query   string
		play    func(f *feed, cancel func())
		between func(*feed) // what the application does after its first Read
		reason  string
		class   classify.Class
		verdict classify.Verdict
		hint    string
	}{
		{"X says why", "", func(f *feed, _ func()) { f.send(problem("OperationalDisconnect")); f.end(io.EOF) }, nil, "problem", classify.StreamDisconnected, classify.VerdictReconnect, ""},
		{"X says that the client is slow", "", func(f *feed, _ func()) { f.send(problem("SlowReader")); f.end(io.EOF) }, nil, "problem", classify.SlowConsumer, classify.VerdictReconnect, ""},
		{"X says why without a line end", "", func(f *feed, _ func()) {
			f.send(strings.TrimSpace(problem("ForceDisconnect")))
			f.end(io.EOF)
		}, nil, "problem", classify.StreamDisconnected, classify.VerdictReconnect, ""},
		{"X does not say why", "", func(f *feed, _ func()) { f.end(io.EOF) }, nil, "eof", classify.StreamDisconnected, classify.VerdictReconnect, ""},
		{"all of the past is delivered", "?start_time=2026-01-01T00:00:00Z&end_time=2026-01-02T00:00:00Z", func(f *feed, _ func()) { f.end(io.EOF) }, nil, "complete", classify.OK, "", ""},
		{"the connection is reset", "", func(f *feed, _ func()) { f.end(syscall.ECONNRESET) }, nil, "broken", classify.ConnectionReset, classify.VerdictReconnect, ""},
		{"a line is cut", "", func(f *feed, _ func()) { f.send(`{"data":{"id`); f.end(io.ErrUnexpectedEOF) }, nil, "broken", classify.UnexpectedEOF, classify.VerdictReconnect, ""},
		{"the caller cancels", "", func(_ *feed, cancel func()) { cancel() }, nil, "canceled", classify.Canceled, "", ""},
		{"http.Client.Timeout", "", func(f *feed, _ func()) { f.end(context.DeadlineExceeded) }, nil, "timeout", classify.Timeout, classify.VerdictReconnect, "http.Client.Timeout"},
		{"a slow consumer is cut without a word", "", func(f *feed, _ func()) { f.end(syscall.ECONNRESET) }, wait(time.Minute), "broken", classify.SlowConsumer, classify.VerdictReconnect, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))) // bubbles begin before X did
				rec := newRecorder()
				f := newFeed()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				res, err := rec.transport(feeds(f)).RoundTrip(newGet(t, streamURL+tt.query).WithContext(ctx))
				if err != nil {
					t.Fatal(err)
				}
				f.send(post(time.Now().Add(-2 * time.Second)))
				if _, err := res.Body.Read(make([]byte, 4096)); err != nil {
					t.Fatal(err)
				}
				if tt.between != nil {
					tt.between(f)
				}
				tt.play(f, cancel)
				io.Copy(io.Discard, res.Body)
				synctest.Wait()
				res.Body.Close()

				segment := rec.segments()[0]
				kvs := segment.Attributes()
				if got := value(kvs, otelxapi.StreamReasonKey); got != tt.reason {
					t.Errorf("reason %q, want %q", got, tt.reason)
				}
				result, _ := otelxapi.ResultOf(res)
				if result.Class != tt.class || result.Retry.Verdict != tt.verdict {
					t.Errorf("result %s, %s; want %s, %s", result.Class, result.Retry.Verdict, tt.class, tt.verdict)
				}
				if tt.verdict == classify.VerdictReconnect && result.Retry.Backoff.Kind == "" {
					t.Error("to reconnect without a back-off")
				}
				if !strings.Contains(result.Hint.Text, tt.hint) {
					t.Errorf("hint %q", result.Hint.Text)
				}
				failed := tt.class.IsError()
				if (segment.Status().Code == codes.Error) != failed || (value(kvs, otelxapi.ErrorTypeKey) == string(tt.class)) != failed ||
					failed != (len(segment.Events()) == 1) {
					t.Errorf("status %+v, %s, %d events", segment.Status(), attributeText(kvs), len(segment.Events()))
				}
				if got := value(kvs, otelxapi.StreamInferredKey); (got != "") != (tt.between != nil) {
					t.Errorf("inferred %q", got)
				}
				for _, want := range []string{"x_api.stream.messages=1", "x_api.stream.lag.p50=1.878"} {
					if !strings.Contains(attributeText(kvs), want) {
						t.Errorf("no %s in %s", want, attributeText(kvs))
					}
				}
				if n := rec.metricValue(t, "x_api.stream.active"); n != "0" {
					t.Errorf("%s streams are active", n)
				}
			})
		})
	}
}

func TestASessionIsLinkedToTheOneBefore(t *testing.T) {
	t.Parallel()
	for gap, covers := range map[time.Duration]string{3 * time.Minute: "true", 6 * time.Minute: "false"} {
		synctest.Test(t, func(t *testing.T) {
			rec := newRecorder()
			a, b := newFeed(), newFeed()
			transport := rec.transport(feeds(a, b))
			for _, f := range []*feed{a, b} {
				res := open(t, transport)
				f.end(io.EOF)
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
				time.Sleep(gap)
			}
			segments := rec.segments()
			second := segments[1]
			if len(second.Links()) != 2 || second.Links()[1].SpanContext.SpanID() != segments[0].SpanContext().SpanID() {
				t.Errorf("links %v", second.Links())
			}
			if got := value(second.Attributes(), otelxapi.StreamReconnectGapKey); got != fmt.Sprint(gap.Seconds()) {
				t.Errorf("gap %s", got)
			}
			if got := value(second.Attributes(), otelxapi.StreamBackfillCoversKey); got != covers {
				t.Errorf("covered: %s", got)
			}
			if got := value(segments[0].Attributes(), otelxapi.StreamReconnectGapKey); got != "" {
				t.Errorf("the first session has a gap of %s", got)
			}
		})
	}
}

func TestABusyApplicationIsNoStall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder()
		f := newFeed()
		res := open(t, rec.transport(feeds(f)))
		f.send(keepAlive)
		res.Body.Read(make([]byte, 10))
		time.Sleep(5 * time.Minute) // bytes may wait, X may be well
		if n := rec.metricValue(t, "x_api.stream.stalls"); n != "" {
			t.Errorf("%s stalls", n)
		}
		res.Body.Close()
		if busy := value(rec.segments()[0].Attributes(), otelxapi.StreamBusyKey); busy != "1" {
			t.Errorf("busy %s", busy)
		}
	})
}

func TestAStreamThatNobodyClosesLeavesNothingButItsLastSegment(t *testing.T) {
	t.Parallel()
	// synctest fails the test if a goroutine is left.
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder()
		ctx, cancel := context.WithCancel(t.Context())
		f := newFeed()
		res, err := rec.transport(feeds(f)).RoundTrip(newGet(t, streamURL).WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		f.send(post(time.Now()))
		res.Body.Read(make([]byte, 4096))
		cancel()
		synctest.Wait()
		if segments := rec.segments(); len(segments) != 1 || value(segments[0].Attributes(), otelxapi.StreamReasonKey) != "canceled" {
			t.Errorf("%d segments", len(segments))
		}
	})
}

func TestOneSpanForAWholeSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder()
		f := newFeed()
		res := open(t, rec.transport(feeds(f), otelxapi.WithStreamSegment(0)))
		done := consumeStream(res.Body)
		for range 100 {
			time.Sleep(20 * time.Second)
			f.send(keepAlive)
		}
		f.end(io.EOF)
		<-done
		if n := len(rec.segments()); n != 1 {
			t.Errorf("%d segments", n)
		}
		res.Body.Close()
	})
}

func TestWhatIsAStream(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"https://api.x.com/2/tweets/search/stream":              true,
		"https://api.x.com/2/powerstream":                       true,
		"https://api.x.com/2/tweets/firehose/stream/lang/en":    true,
		"https://api.x.com/2/tweets/search/stream/rules":        false,
		"https://api.x.com/2/tweets/search/stream/rules/counts": false,
		"http://127.0.0.1:1/2/new/kind/stream":                  true, // a simulator knows more than the table
		"https://api.x.com/2/tweets/search/recent":              false,
	}
	for url, want := range tests {
		rec := newRecorder()
		exchange(t, rec.transport(success(text(keepAlive))), newGet(t, url))
		if got := len(rec.segments()) == 1; got != want {
			t.Errorf("%s: %t", url, got)
		}
	}
}

// FuzzStreamBody holds a stream's body against the same body without us, call
// for call.
func FuzzStreamBody(f *testing.F) {
	f.Add([]byte(post(time.UnixMilli(1790000000000))+keepAlive), uint64(1), uint8(0), false)
	f.Add(bytes.Repeat([]byte(`{"errors":[`), 999), uint64(2), uint8(2), true)
	f.Add([]byte("\r\n\r\n{}\r\n"), uint64(3), uint8(4), false)
	f.Fuzz(func(t *testing.T, body []byte, seed uint64, how uint8, breaks bool) {
		sameCallForCall(t, body, seed, how, breaks, streamURL)
	})
}

// An idle stream costs at most 4 KiB beyond the connection, and no goroutine.
func TestAnIdleStreamIsCheap(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes everything larger")
	}
	const streams = 1000
	heap := func() (bytes uint64, goroutines int) {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc, runtime.NumGoroutine()
	}
	once := func(transport http.RoundTripper) (bytes, goroutines int) {
		before, were := heap()
		open := make([]*http.Response, streams)
		for i := range open {
			res, err := transport.RoundTrip(newGet(t, streamURL))
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Read(make([]byte, 512))
			open[i] = res
		}
		after, are := heap()
		for _, res := range open {
			res.Body.Close()
		}
		return (int(after) - int(before)) / streams, are - were
	}
	// What other tests have left is collected at times that nobody knows.
	cost := func(transport http.RoundTripper) (bytes, goroutines int) {
		bytes, goroutines = once(transport)
		for range 4 {
			b, g := once(transport)
			bytes, goroutines = min(bytes, b), min(goroutines, g)
		}
		return bytes, goroutines
	}
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		f := newFeed()
		f.send(keepAlive)
		return success(f)(r)
	})
	tel := telemetries()[0]
	bare, _ := cost(base)
	ours, goroutines := cost(otelxapi.NewTransport(base, otelxapi.WithTracerProvider(tel.traces), otelxapi.WithMeterProvider(tel.meters)))
	t.Logf("%d bytes for each of %d streams, %d of them the base's", ours, streams, bare)
	if ours-bare > 4<<10 || goroutines > 0 {
		t.Errorf("%d bytes and %d goroutines for %d streams", ours-bare, goroutines, streams)
	}
}

// BenchmarkStream prints what it costs to read a busy stream: posts of 2.5 KB,
// bare and watched.
func BenchmarkStream(b *testing.B) {
	line := strings.Replace(post(time.Now()), "one of a stream", strings.Repeat("words of a post ", 150), 1)
	chunk := []byte(strings.Repeat(line, 12))
	tel := telemetries()[0]
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		return success(io.NopCloser(roundReader(func(p []byte) (int, error) { return copy(p, chunk), nil })))(r)
	})
	for _, rival := range tel.rivals(base) {
		b.Run(rival.name, func(b *testing.B) {
			res, err := rival.transport.RoundTrip(newGet(b, streamURL))
			if err != nil {
				b.Fatal(err)
			}
			defer res.Body.Close()
			p := make([]byte, len(chunk))
			b.SetBytes(int64(len(chunk)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := res.Body.Read(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
