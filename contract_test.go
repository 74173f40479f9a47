package otelxapi_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

func TestTheRequestIsNotModified(t *testing.T) {
	t.Parallel()
	protocols(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) },
		func(t *testing.T, srv *httptest.Server) {
			body := io.NopCloser(strings.NewReader(`{"text":"hello"}`))
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/2/tweets?a=b", body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer token")
			r.Header.Set("X-Custom", "1")
			ctx, url, header := r.Context(), *r.URL, r.Header.Clone()

			exchange(t, newRecorder().transport(srv.Client().Transport), r)

			if r.Context() != ctx || *r.URL != url || !reflect.DeepEqual(r.Header, header) || r.Body != body {
				t.Errorf("the request is modified: %+v", r)
			}
		})
}

func TestNothingIsPropagatedUnlessAsked(t *testing.T) {
	t.Parallel()
	var got http.Header
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		got = r.Header
		return newCannedX().RoundTrip(r)
	})
	exchange(t, newRecorder().transport(base), newGet(t, benchURL))
	if len(got) != 1 || got.Get("Authorization") == "" {
		t.Errorf("headers sent: %v", got)
	}
}

func TestATraceContextIsSentWhenAskedForAndBaggageOnlyIfNamed(t *testing.T) {
	t.Parallel()
	var got http.Header
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		got = r.Header
		return newCannedX().RoundTrip(r)
	})
	rec := newRecorder()
	exchange(t, rec.transport(base, otelxapi.WithPropagators(propagation.TraceContext{})), newGet(t, benchURL))
	if want := rec.span(t).SpanContext().SpanID().String(); !strings.Contains(got.Get("Traceparent"), want) || len(got) != 2 {
		t.Errorf("headers sent: %v", got)
	}
}

func TestSpanOptionsAreUsedAndTheKindStaysClient(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	start := time.Now().Add(-time.Hour).Truncate(0)
	exchange(t, rec.transport(newCannedX(), otelxapi.WithSpanOptions(nil, trace.WithTimestamp(start), trace.WithSpanKind(trace.SpanKindServer))), newGet(t, benchURL))
	if span := rec.span(t); !span.StartTime().Equal(start) || span.SpanKind() != trace.SpanKindClient {
		t.Errorf("%s span from %s", span.SpanKind(), span.StartTime())
	}
}

func TestANilBaseIsTheDefaultTransport(t *testing.T) {
	t.Parallel()
	if got := otelxapi.NewTransport(nil).Unwrap(); got != http.DefaultTransport {
		t.Errorf("Unwrap() = %v", got)
	}
}

type idleCloser struct {
	http.RoundTripper
	closed bool
}

func (c *idleCloser) CloseIdleConnections() { c.closed = true }

func TestCloseIdleConnectionsReachesTheBase(t *testing.T) {
	t.Parallel()
	base := &idleCloser{RoundTripper: http.DefaultTransport}
	(&http.Client{Transport: otelxapi.NewTransport(base)}).CloseIdleConnections()
	if !base.closed {
		t.Error("the base's idle connections are not closed")
	}
}

func TestARedirectIsASpanOfItsOwnAndReplaysTheBody(t *testing.T) {
	t.Parallel()
	const sent = `{"text":"hello"}`
	protocols(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/2/tweets" {
			http.Redirect(w, r, "/2/dm_conversations", http.StatusTemporaryRedirect)
			return
		}
		io.Copy(w, r.Body)
	}, func(t *testing.T, srv *httptest.Server) {
		rec := newRecorder()
		client := &http.Client{Transport: rec.transport(srv.Client().Transport)}
		res, err := client.Post(srv.URL+"/2/tweets", "application/json", strings.NewReader(sent))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		if err != nil || string(got) != sent {
			t.Errorf("got %q, %v", got, err)
		}
		res.Body.Close()
		ended := rec.spans.Ended()
		if len(ended) != 2 {
			t.Fatalf("%d spans", len(ended))
		}
		if n := value(ended[0].Attributes(), otelxapi.ResendCountKey); n != "" {
			t.Errorf("the first request has resend count %s", n)
		}
		if n := value(ended[1].Attributes(), otelxapi.ResendCountKey); n != "1" {
			t.Errorf("the redirected request has resend count %q", n)
		}
	})
}

func TestADeclaredRetryHasAResendCount(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	r := newGet(t, benchURL)
	exchange(t, rec.transport(newCannedX()), r.WithContext(otelxapi.ContextWithResendCount(r.Context(), 2)))
	if n := value(rec.span(t).Attributes(), otelxapi.ResendCountKey); n != "2" {
		t.Errorf("resend count %q", n)
	}
}

func TestARedirectToAForeignHostIsNotOurs(t *testing.T) {
	t.Parallel()
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "elsewhere") }))
	t.Cleanup(foreign.Close)
	elsewhere := strings.Replace(foreign.URL, "127.0.0.1", "localhost", 1)
	srv := httptest.NewServer(http.RedirectHandler(elsewhere, http.StatusFound))
	t.Cleanup(srv.Close)

	rec := newRecorder()
	res, err := (&http.Client{Transport: rec.transport(nil)}).Get(srv.URL + "/2/tweets")
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(res.Body)
	if err != nil || string(got) != "elsewhere" {
		t.Errorf("got %q, %v", got, err)
	}
	res.Body.Close()
	if name := rec.span(t).Name(); name != "GET /2/tweets" {
		t.Errorf("span %q", name)
	}
	if _, ok := otelxapi.ResultOf(res); ok {
		t.Error("a foreign response has a result")
	}
}

// An answer is read in every way in which applications read, over each
// protocol; each time the bytes and the errors are the base's, and the span
// has the annotations that come from headers and body.
func TestHoweverABodyIsReadTheSpanIsComplete(t *testing.T) {
	t.Parallel()
	readers := []struct {
		name string
		read func(io.ReadCloser) (string, error)
	}{
		{"read to the end", func(b io.ReadCloser) (string, error) {
			defer b.Close()
			got, err := io.ReadAll(b)
			return string(got), err
		}},
		{"decoder and close", func(b io.ReadCloser) (string, error) {
			var v json.RawMessage
			err := json.NewDecoder(b).Decode(&v)
			return string(v), errors.Join(err, b.Close())
		}},
		{"close without read", func(b io.ReadCloser) (string, error) { return "", b.Close() }},
		{"close twice", func(b io.ReadCloser) (string, error) { return "", errors.Join(b.Close(), b.Close()) }},
		{"one byte at a time", func(b io.ReadCloser) (string, error) {
			defer b.Close()
			var got []byte
			for p := make([]byte, 1); ; {
				n, err := b.Read(p)
				got = append(got, p[:n]...)
				if err == io.EOF {
					return string(got), nil
				} else if err != nil {
					return string(got), err
				}
			}
		}},
	}
	const problem = `{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}`
	reset := time.Now().Add(5 * time.Minute).Unix()
	handler := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Rate-Limit-Limit", "450")
		w.Header().Set("X-Rate-Limit-Remaining", "0")
		w.Header().Set("X-Rate-Limit-Reset", strconv.FormatInt(reset, 10))
		w.WriteHeader(http.StatusTooManyRequests)
		// Flushing makes the answer chunked, with a terminator that comes late.
		fmt.Fprint(w, problem)
		w.(http.Flusher).Flush()
		time.Sleep(20 * time.Millisecond)
	}
	for _, reader := range readers {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			protocols(t, handler, func(t *testing.T, srv *httptest.Server) {
				rec := newRecorder()
				client := &http.Client{Transport: rec.transport(srv.Client().Transport)}
				res, err := client.Get(srv.URL + "/2/tweets/1111111111111111111")
				if err != nil {
					t.Fatal(err)
				}
				got, err := reader.read(res.Body)
				if err != nil || got != "" && got != problem {
					t.Errorf("read %q, %v", got, err)
				}
				span := rec.span(t)
				for _, want := range [][2]string{
					{"error.type", "rate_limited"},
					{"x_api.problem.type", "about:blank"},
					{"x_api.rate_limit.limit", "450"},
					{"x_api.rate_limit.remaining", "0"},
					{"x_api.rate_limit.reset", strconv.FormatInt(reset, 10)},
					{"x_api.retry.verdict", "after_reset"},
				} {
					for _, kv := range span.Attributes() {
						if string(kv.Key) == want[0] && fmt.Sprint(kv.Value.AsInterface()) != want[1] {
							t.Errorf("%s = %v, want %s", kv.Key, kv.Value.AsInterface(), want[1])
						}
					}
					if !strings.Contains(attributeText(span.Attributes()), want[0]+"=") {
						t.Errorf("no %s on the span", want[0])
					}
				}
				if len(span.Events()) != 1 {
					t.Errorf("%d events", len(span.Events()))
				}
				if p := rec.points(t); len(p) != 1 || !strings.Contains(p[0], "error.type=rate_limited") {
					t.Errorf("metric %v", p)
				}
			})
		})
	}
}

func TestABodyThatTheCallerAskedToBeGzippedStaysSo(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zw := gzip.NewWriter(&packed)
	fmt.Fprint(zw, `{"title":"UsageCapExceeded","detail":"Usage cap exceeded: Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped","period":"Monthly","scope":"Product"}`)
	zw.Close()
	protocols(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("X-Rate-Limit-Remaining", "39999")
		w.WriteHeader(http.StatusTooManyRequests)
		w.Write(packed.Bytes())
	}, func(t *testing.T, srv *httptest.Server) {
		rec := newRecorder()
		r := newGet(t, srv.URL+"/2/tweets/search/recent?query=x")
		r.Header.Set("Accept-Encoding", "gzip")
		res, err := rec.transport(srv.Client().Transport).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		if err != nil || !bytes.Equal(got, packed.Bytes()) {
			t.Errorf("%d bytes differ from what was sent, %v", len(got), err)
		}
		res.Body.Close()
		if class := value(rec.span(t).Attributes(), otelxapi.ErrorTypeKey); class != "usage_capped" {
			t.Errorf("class %q", class)
		}
	})
}

func TestASwitchedProtocolStaysAReadWriteCloser(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprint(rw, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		rw.Flush()
		line, _ := rw.ReadString('\n')
		fmt.Fprint(rw, "echo "+line)
		rw.Flush()
	}))
	t.Cleanup(srv.Close)
	rec := newRecorder()
	r := newGet(t, srv.URL+"/2/tweets")
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "echo")
	res, err := rec.transport(nil).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	rw, ok := res.Body.(io.ReadWriteCloser)
	if !ok {
		t.Fatalf("%T is no io.ReadWriteCloser", res.Body)
	}
	fmt.Fprintln(rw, "hello")
	if line, err := bufio.NewReader(rw).ReadString('\n'); line != "echo hello\n" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
	rw.Close()
	if code := value(rec.span(t).Attributes(), otelxapi.StatusCodeKey); code != "101" {
		t.Errorf("status %q", code)
	}
	if r, ok := otelxapi.ResultOf(res); !ok || r.Class != classify.OK || r.Status != 101 || r.Retry.Verdict != "" || r.Hint.Title != "" {
		t.Errorf("result %+v, %t", r, ok)
	}
}

func TestABodyThatBreaksOffKeepsItsErrorAndNamesItOnSpanAndMetric(t *testing.T) {
	t.Parallel()
	protocols(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, `{"data":`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}, func(t *testing.T, srv *httptest.Server) {
		rec := newRecorder()
		want := readAll(t, srv.Client().Transport, srv.URL+"/2/tweets/1")
		got := readAll(t, rec.transport(srv.Client().Transport), srv.URL+"/2/tweets/1")
		if fmt.Sprintf("%T", got) != fmt.Sprintf("%T", want) {
			t.Errorf("error %T %v, want %T %v", got, got, want, want)
		}
		class := value(rec.span(t).Attributes(), otelxapi.ErrorTypeKey)
		if class != string(classify.UnexpectedEOF) && class != string(classify.HTTP2Stream) {
			t.Errorf("class %q", class)
		}
		if p := rec.points(t); len(p) != 1 || !strings.Contains(p[0], "error.type="+class) {
			t.Errorf("metric %v", p)
		}
	})
}

// readAll returns the error that ends the body.
func readAll(t *testing.T, rt http.RoundTripper, url string) error {
	t.Helper()
	res, err := rt.RoundTrip(newGet(t, url))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	_, err = io.ReadAll(res.Body)
	if err == nil {
		t.Fatal("the body does not break off")
	}
	return err
}

var errShutdown = errors.New("the application shuts down")

func TestACallersCancellationIsNoError(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"before the headers", "in the body"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			protocols(t, func(w http.ResponseWriter, r *http.Request) {
				if when == "in the body" {
					fmt.Fprint(w, `{"data":`)
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done()
			}, func(t *testing.T, srv *httptest.Server) {
				rec := newRecorder()
				ctx, cancelCause := context.WithCancelCause(t.Context())
				cancel := func() { cancelCause(errShutdown) }
				defer cancel()
				if when == "before the headers" {
					time.AfterFunc(50*time.Millisecond, cancel)
				}
				res, err := rec.transport(srv.Client().Transport).RoundTrip(newGet(t, srv.URL+"/2/tweets/1").WithContext(ctx))
				if err == nil {
					time.AfterFunc(50*time.Millisecond, cancel)
					_, err = io.ReadAll(res.Body)
					res.Body.Close()
				}
				if !errors.Is(err, errShutdown) && !errors.Is(err, context.Canceled) {
					t.Errorf("error %v", err)
				}
				span := rec.span(t)
				if s := span.Status(); s.Code != codes.Unset {
					t.Errorf("status %+v", s)
				}
				if class := value(span.Attributes(), otelxapi.ErrorTypeKey); class != "" {
					t.Errorf("error.type %q", class)
				}
				if p := rec.points(t); len(p) != 1 || strings.Contains(p[0], "error.type") {
					t.Errorf("metric %v", p)
				}
			})
		})
	}
}

func TestADeadlineIsATimeout(t *testing.T) {
	t.Parallel()
	protocols(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		func(t *testing.T, srv *httptest.Server) {
			rec := newRecorder()
			client := &http.Client{Transport: rec.transport(srv.Client().Transport), Timeout: 50 * time.Millisecond}
			_, err := client.Get(srv.URL + "/2/tweets/1")
			if err == nil {
				t.Fatal("no error")
			}
			span := rec.span(t)
			if class := value(span.Attributes(), otelxapi.ErrorTypeKey); class != "timeout" || span.Status().Code != codes.Error {
				t.Errorf("class %q, status %+v", class, span.Status())
			}
		})
}

func TestABaseThatBreaksItsContractIsAnErrorNotAPanic(t *testing.T) {
	t.Parallel()
	tests := map[string]roundTripper{
		"no response and no error": func(*http.Request) (*http.Response, error) { return nil, nil },
		"no body though there is one": func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, ContentLength: 5}, nil
		},
	}
	for name, base := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			if _, err := rec.transport(base).RoundTrip(newGet(t, benchURL)); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%T", base)) {
				t.Errorf("the error does not say whose fault it is: %v", err)
			}
			if class := value(rec.span(t).Attributes(), otelxapi.ErrorTypeKey); class != "network" {
				t.Errorf("class %q", class)
			}
			if p := rec.points(t); len(p) != 1 || !strings.Contains(p[0], "error.type=network") {
				t.Errorf("metric %v", p)
			}
		})
	}
}

func TestARequestWithoutMethodIsAGet(t *testing.T) {
	t.Parallel()
	for name, base := range map[string]http.RoundTripper{
		"GET /2/tweets/{id} 200": newCannedX(),
		"GET /2/tweets/{id} 404": answer(404, io.NopCloser(strings.NewReader("{}"))),
	} {
		rec := newRecorder()
		r := newGet(t, benchURL)
		r.Method = ""
		exchange(t, rec.transport(base), r)
		span := rec.span(t)
		got := span.Name() + " " + value(span.Attributes(), otelxapi.StatusCodeKey)
		if got != name || value(span.Attributes(), otelxapi.RequestMethodKey) != http.MethodGet || r.Method != "" {
			t.Errorf("%s, %s, and the request has %q", got, attributeText(span.Attributes()), r.Method)
		}
	}
}

func TestTheResultOfASuccessHasWhatItsHeadersSay(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	res, err := rec.transport(newCannedX()).RoundTrip(newGet(t, benchURL))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	r, ok := otelxapi.ResultOf(res)
	if !ok || r.Class != classify.OK || r.Status != 200 || r.Auth.Kind != "app_only" || r.Server.Version != "2.167" ||
		r.RateLimits.Window.Remaining != 449 || r.Retry.Verdict != "" || r.Server.ClockSkew == 0 {
		t.Errorf("%+v, %t", r, ok)
	}
}

func TestEveryStatusThatIsNoRefusalIsOK(t *testing.T) {
	t.Parallel()
	for status := 100; status < 400; status++ {
		for _, body := range []string{"", "<html>"} {
			res, err := newRecorder().transport(answer(status, text(body))).RoundTrip(newGet(t, benchURL))
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if r, ok := otelxapi.ResultOf(res); !ok || r.Class != classify.OK || r.Status != status || r.Retry.Verdict != "" {
				t.Errorf("%d %q: %+v, %t", status, body, r, ok)
			}
		}
	}
}

func TestAnAnswerWithoutBodyIsComplete(t *testing.T) {
	t.Parallel()
	base := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 404, Header: http.Header{}}, nil
	})
	rec := newRecorder()
	res, err := rec.transport(base).RoundTrip(newGet(t, "https://api.x.com/2/nothing/here"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	span := rec.span(t)
	if span.Name() != "GET" || value(span.Attributes(), otelxapi.ErrorTypeKey) != "unknown_route" {
		t.Errorf("span %q: %s", span.Name(), attributeText(span.Attributes()))
	}
	if u := value(span.Attributes(), otelxapi.URLFullKey); u != "https://api.x.com/REDACTED" {
		t.Errorf("url.full %q", u)
	}
	if result, ok := otelxapi.ResultOf(res); !ok || result.Class != classify.UnknownRoute {
		t.Errorf("result %+v, %t", result, ok)
	}
}

func TestABodyThatIsNeverClosedEndsNothing(t *testing.T) {
	t.Parallel()
	rec := newRecorder()
	res, err := rec.transport(newCannedX()).RoundTrip(newGet(t, benchURL))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(rec.spans.Ended()); n != 0 {
		t.Errorf("%d spans ended", n)
	}
	res.Body.Close()
	rec.span(t)
}
