package otelxapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

func TestTheVerdictOnAStreamIsToReconnectWhileItIsStalled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFeed()
		res := open(t, newRecorder().transport(feeds(f)))
		done := consumeStream(res.Body)
		expect := func(when string, class classify.Class, verdict classify.Verdict) {
			t.Helper()
			synctest.Wait()
			r, ok := otelxapi.ResultOf(res)
			if !ok || r.Class != class || r.Retry.Verdict != verdict || r.Status != http.StatusOK {
				t.Errorf("%s: %s, %q, status %d", when, r.Class, r.Retry.Verdict, r.Status)
			}
			if verdict != "" && (r.Retry.Backoff.Kind == "" || r.Hint.Text == "") {
				t.Errorf("%s: no back-off or no hint: %+v", when, r)
			}
		}
		expect("at the headers", classify.OK, "")
		f.send(post(time.Now()))
		time.Sleep(49 * time.Second)
		expect("in a short silence", classify.OK, "")
		for range 2 {
			time.Sleep(2 * time.Second)
			expect("in a stall", classify.Stalled, classify.VerdictReconnect)
			time.Sleep(time.Hour)
			expect("an hour later", classify.Stalled, classify.VerdictReconnect)
			f.send(keepAlive)
			expect("when bytes come again", classify.OK, "")
			time.Sleep(49 * time.Second)
		}
		f.end(io.EOF)
		<-done
		expect("at the end", classify.StreamDisconnected, classify.VerdictReconnect)
		res.Body.Close()
	})
}

// What a program spends outside Read is no silence of the connection: not while it
// is busy, and not afterwards.
func TestOnlyAStreamThatIsReadIsSilent(t *testing.T) {
	t.Parallel()
	waitsAgain := func(d time.Duration) func(*feed, func() <-chan error) {
		return func(f *feed, read func() <-chan error) {
			f.send(keepAlive)
			<-read()
			time.Sleep(6 * time.Minute)
			read()
			time.Sleep(d)
		}
	}
	tests := []struct {
		name   string
		play   func(f *feed, read func() <-chan error)
		gap    string
		busy   float64
		stalls string
	}{
		{"a silent connection that is read", func(_ *feed, read func() <-chan error) { read(); time.Sleep(6 * time.Minute) }, "360", 0, "1"},
		{"a reader that is busy", func(f *feed, read func() <-chan error) {
			f.send(keepAlive)
			<-read()
			f.send(keepAlive) // which waits for it
			time.Sleep(6 * time.Minute)
		}, "0", 1, ""},
		{"a reader that was busy and waits again", waitsAgain(40 * time.Second), "40", 0.9, ""},
		{"a reader that was busy and waits for long", waitsAgain(51 * time.Second), "51", 0.87, "1"},
		{"a reader that is busy after a silence", func(f *feed, read func() <-chan error) {
			done := read()
			time.Sleep(40 * time.Second)
			f.send(keepAlive)
			<-done
			time.Sleep(6 * time.Minute)
		}, "0", 0.9, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec, f := newRecorder(), newFeed()
				res := open(t, rec.transport(feeds(f), otelxapi.WithStreamSegment(0)))
				tt.play(f, func() <-chan error {
					done := make(chan error, 1)
					go func() {
						_, err := res.Body.Read(make([]byte, 10))
						done <- err
					}()
					return done
				})
				synctest.Wait()
				for range 2 { // to look at it changes nothing
					if got := rec.metricValue(t, "x_api.stream.gap"); got != tt.gap {
						t.Errorf("gap %q, want %q", got, tt.gap)
					}
				}
				var busy float64
				if _, err := fmt.Sscan(rec.metricValue(t, "x_api.stream.consumer.busy"), &busy); err != nil || math.Abs(busy-tt.busy) > 0.01 {
					t.Errorf("busy %v, %v, want %v", busy, err, tt.busy)
				}
				if got := rec.metricValue(t, "x_api.stream.stalls"); got != tt.stalls {
					t.Errorf("%q stalls, want %q", got, tt.stalls)
				}
				res.Body.Close()
			})
		})
	}
}

// A watchdog cancels the context, or closes the body, of a stream that is
// silent: that is no end that the program wanted.
func TestAStreamThatIsGivenUpWhileItIsStalledEndsAsStalled(t *testing.T) {
	t.Parallel()
	const silence = 51 * time.Second
	problem := `{"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","type":"https://api.x.com/2/problems/operational-disconnect"}]}` + "\r\n"
	tests := []struct {
		name   string
		play   func(f *feed)
		close  bool
		reason string
		class  classify.Class
	}{
		{"canceled in a stall", func(*feed) { time.Sleep(silence) }, false, "canceled", classify.Stalled},
		{"closed in a stall", func(*feed) { time.Sleep(silence) }, true, "closed", classify.Stalled},
		{"canceled before a stall", func(*feed) { time.Sleep(49 * time.Second) }, false, "canceled", classify.Canceled},
		{"closed before a stall", func(*feed) { time.Sleep(49 * time.Second) }, true, "closed", classify.Canceled},
		{"canceled after a stall", func(f *feed) { time.Sleep(silence); f.send(keepAlive) }, false, "canceled", classify.Canceled},
		{"closed after a stall", func(f *feed) { time.Sleep(silence); f.send(keepAlive) }, true, "closed", classify.Canceled},
		{"canceled in a stall after X said why", func(f *feed) { f.send(problem); time.Sleep(silence) }, false, "problem", classify.StreamDisconnected},
		{"ended by X in a stall", func(f *feed) { time.Sleep(silence); f.end(io.EOF); synctest.Wait() }, false, "eof", classify.StreamDisconnected},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec, f := newRecorder(), newFeed()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				res, err := rec.transport(feeds(f)).RoundTrip(newGet(t, streamURL).WithContext(ctx))
				if err != nil {
					t.Fatal(err)
				}
				done := consumeStream(res.Body)
				tt.play(f)
				synctest.Wait()
				if tt.close {
					res.Body.Close()
				} else {
					cancel()
				}
				<-done
				synctest.Wait()
				res.Body.Close()

				result, _ := otelxapi.ResultOf(res)
				if result.Class != tt.class || tt.class.IsError() && result.Retry.Verdict != classify.VerdictReconnect || result.Hint.Text == "" {
					t.Errorf("result %s, %s, %q", result.Class, result.Retry.Verdict, result.Hint.Text)
				}
				segments := rec.segments()
				last := segments[len(segments)-1]
				want := []string{tt.reason, "", "Unset", "", "0"}
				ends := "x_api.stream.disconnects 1 http.request.method=GET url.template=/2/tweets/search/stream x_api.stream.reason=" + tt.reason
				if tt.class.IsError() {
					want = []string{tt.reason, string(tt.class), "Error", "reconnect", "1"}
					ends = "x_api.stream.disconnects 1 error.type=" + string(tt.class) + " http.request.method=GET url.template=/2/tweets/search/stream x_api.stream.reason=" + tt.reason
				}
				kvs, told := last.Attributes(), "0"
				for _, e := range last.Events() {
					if e.Name == "x_api.stream.ended" && value(e.Attributes, otelxapi.ClassKey) == string(tt.class) {
						told = "1"
					}
				}
				if got := []string{
					value(kvs, otelxapi.StreamReasonKey), value(kvs, otelxapi.ErrorTypeKey), last.Status().Code.String(),
					value(kvs, otelxapi.RetryVerdictKey), told,
				}; !slices.Equal(got, want) {
					t.Errorf("the last segment says %q, want %q", got, want)
				}
				if got := rec.linesOf(t, "x_api.stream.disconnects"); !slices.Equal(got, []string{ends}) {
					t.Errorf("the metric says %q, want %q", got, ends)
				}
			})
		})
	}
}

// answeredBy is a base that answers each request with the next feed, and with
// headers of X's.
func answeredBy(h http.Header, fs ...*feed) roundTripper {
	next := feeds(fs...)
	return func(r *http.Request) (*http.Response, error) {
		res, err := next(r)
		maps.Copy(res.Header, h)
		return res, err
	}
}

func xHeaders() http.Header {
	return http.Header{"X-Transaction-Id": {"0123456789abcdef"}, "Cf-Ray": {"8f00ba-FRA"}, "Api-Version": {"2.167"}, "X-Access-Level": {"read"}}
}

// X's support finds a stream by the ids of the answer that connected it, which
// the application is free to change once it has it.
func TestAStreamThatStallsOrFailsNamesTheIDsOfTheAnswerThatConnectedIt(t *testing.T) {
	t.Parallel()
	const line = "x-transaction-id=0123456789abcdef cf-ray=8f00ba-FRA api-version=2.167 "
	tests := map[string]struct {
		play   func(*feed)
		cancel bool
		logged []string // classes
		named  []string // of each segment, whether it has the ids
	}{
		"a stall that passes": {func(f *feed) { time.Sleep(time.Minute); f.send(keepAlive) }, true,
			[]string{"stalled"}, []string{"true", "false"}},
		"a stall that the program ends": {func(*feed) { time.Sleep(time.Minute) }, true,
			[]string{"stalled"}, []string{"true", "true"}},
		"a disconnect": {func(f *feed) { f.end(io.EOF) }, false,
			[]string{"stream_disconnected"}, []string{"true"}},
		"a stall and a disconnect": {func(f *feed) { time.Sleep(time.Minute); f.send(keepAlive); f.end(io.EOF) }, false,
			[]string{"stalled", "stream_disconnected"}, []string{"true", "true"}},
		"an end that the program wants": {func(*feed) {}, true, nil, []string{"false"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec, f := newRecorder(), newFeed()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var logged bytes.Buffer
				transport := rec.transport(answeredBy(xHeaders(), f), otelxapi.WithLogger(slog.New(slog.NewJSONHandler(&logged, nil))))
				res, err := transport.RoundTrip(newGet(t, streamURL).WithContext(ctx))
				if err != nil {
					t.Fatal(err)
				}
				clear(res.Header)
				done := consumeStream(res.Body)
				tt.play(f)
				synctest.Wait()
				if tt.cancel {
					cancel()
				}
				<-done
				synctest.Wait()
				res.Body.Close()

				var classes []string
				for raw := range strings.Lines(logged.String()) {
					var got map[string]any
					if err := json.Unmarshal([]byte(raw), &got); err != nil {
						t.Fatal(err)
					}
					class, _ := got["x_api.class"].(string)
					classes = append(classes, class)
					support, _ := got["x_api.support"].(string)
					if got["x_api.transaction_id"] != "0123456789abcdef" || !strings.HasPrefix(support, line) || !strings.HasSuffix(support, " status=200 class="+class) ||
						got["http.response.status_code"] != 200.0 {
						t.Errorf("the record %s", raw)
					}
				}
				if !slices.Equal(classes, tt.logged) {
					t.Errorf("records of %q, want %q", classes, tt.logged)
				}
				var named []string
				for _, s := range rec.segments() {
					kvs := attributeText(s.Attributes())
					has := strings.Contains(kvs, "x_api.transaction_id=0123456789abcdef") && strings.Contains(kvs, "x_api.edge.ray=8f00ba-FRA") && strings.Contains(kvs, "x_api.version=2.167")
					if strings.Contains(kvs, "transaction") != has || s.Status().Code == codes.Error && !has {
						t.Errorf("a segment with %s", kvs)
					}
					named = append(named, map[bool]string{true: "true", false: "false"}[has])
				}
				if !slices.Equal(named, tt.named) {
					t.Errorf("segments with ids: %q, want %q", named, tt.named)
				}
			})
		})
	}
}

// Total counts connecting calls. Each stall and each end that is an error
// counts in its class, and a stream with any of them is one call that failed.
func TestStatsTellHowStreamsEnd(t *testing.T) {
	t.Parallel()
	type counts map[classify.Class]int64
	stall := func(f *feed) { time.Sleep(time.Minute); f.send(keepAlive); synctest.Wait() }
	tests := map[string]struct {
		play   func(*feed)
		failed int64
		counts counts
	}{
		"the program ends it":             {func(*feed) {}, 0, nil},
		"a stall that passes":             {stall, 1, counts{classify.Stalled: 1}},
		"two stalls that pass":            {func(f *feed) { stall(f); stall(f) }, 1, counts{classify.Stalled: 2}},
		"a stall that lasts":              {func(*feed) { time.Sleep(time.Hour) }, 1, counts{classify.Stalled: 1}},
		"a disconnect":                    {func(f *feed) { f.end(io.EOF); synctest.Wait() }, 1, counts{classify.StreamDisconnected: 1}},
		"a disconnect after a stall":      {func(f *feed) { stall(f); f.end(io.EOF); synctest.Wait() }, 1, counts{classify.Stalled: 1, classify.StreamDisconnected: 1}},
		"a disconnect in place of a line": {func(f *feed) { f.send(`{"data`); f.end(io.ErrUnexpectedEOF); synctest.Wait() }, 1, counts{classify.UnexpectedEOF: 1}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFeed()
				transport := newRecorder().transport(feeds(f), otelxapi.WithStats())
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				res, err := transport.RoundTrip(newGet(t, streamURL).WithContext(ctx))
				if err != nil {
					t.Fatal(err)
				}
				done := consumeStream(res.Body)
				tt.play(f)
				expect := func(when string) {
					t.Helper()
					calls := transport.Stats().Calls
					if len(calls) != 1 || calls[0].Total != 1 || calls[0].Failed != tt.failed || len(calls[0].Classes) != len(tt.counts) {
						t.Fatalf("%s: %+v", when, calls)
					}
					for _, c := range calls[0].Classes {
						if c.Count != tt.counts[c.Class] || c.Hint.Text == "" || c.Last.IsZero() {
							t.Errorf("%s: %+v", when, c)
						}
					}
				}
				expect("before the program ends it")
				cancel()
				<-done
				synctest.Wait()
				expect("afterwards")
				res.Body.Close()
			})
		})
	}
}

func TestStatsOfAStreamThatNobodyAskedForAreNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFeed()
		transport := newRecorder().transport(feeds(f))
		res := open(t, transport)
		f.end(io.EOF)
		<-consumeStream(res.Body)
		res.Body.Close()
		if got := transport.Stats().Calls; len(got) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// What came since the last byte of a dead connection is missing, like what came
// until the next connection.
func TestTheGapAfterAStallBeginsWithTheLastByte(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		play func(*feed)
		gap  string
	}{
		"given up in a stall":        {func(*feed) { time.Sleep(6 * time.Minute) }, "361 false"},
		"cut off in a stall":         {func(f *feed) { time.Sleep(6 * time.Minute); f.end(io.ErrUnexpectedEOF) }, "361 false"},
		"given up after a stall":     {func(f *feed) { time.Sleep(6 * time.Minute); f.send(keepAlive) }, "1 true"},
		"cut off in a short silence": {func(f *feed) { time.Sleep(40 * time.Second); f.end(io.ErrUnexpectedEOF) }, "1 true"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec, first, second := newRecorder(), newFeed(), newFeed()
				transport := rec.transport(feeds(first, second))
				res := open(t, transport)
				done := consumeStream(res.Body)
				first.send(keepAlive)
				tt.play(first)
				synctest.Wait()
				res.Body.Close()
				<-done
				time.Sleep(time.Second)
				res = open(t, transport)
				res.Body.Close()

				kvs := rec.segments()[len(rec.segments())-1].Attributes()
				if got := value(kvs, otelxapi.StreamReconnectGapKey) + " " + value(kvs, otelxapi.StreamBackfillCoversKey); got != tt.gap {
					t.Errorf("gap %s, want %s", got, tt.gap)
				}
			})
		})
	}
}
