package otelxapi_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

// answer is a base that answers with a body.
func answer(status int, body io.ReadCloser) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, ProtoMajor: 2, Header: http.Header{}, Body: body, ContentLength: -1, Request: r,
		}, nil
	}
}

const usageCapped = `{"title":"UsageCapExceeded","detail":"Usage cap exceeded","type":"https://api.x.com/2/problems/usage-capped"}`

// stalled is a body that yields its parts with pauses between them.
type stalled struct {
	parts  []string
	pause  time.Duration
	closed chan struct{}
}

func (s *stalled) Read(p []byte) (int, error) {
	if len(s.parts) == 0 {
		return 0, io.EOF
	}
	select {
	case <-time.After(s.pause):
	case <-s.closed:
		return 0, errors.New("read on closed body")
	}
	n := copy(p, s.parts[0])
	if s.parts[0] = s.parts[0][n:]; s.parts[0] == "" {
		s.parts = s.parts[1:]
	}
	return n, nil
}

func (s *stalled) Close() error {
	close(s.closed)
	return nil
}

func TestAStalledErrorBodyHoldsRoundTripUpFor250MillisecondsAndArrivesWhole(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		parts []string
		pause time.Duration
		wait  time.Duration
		class classify.Class
	}{
		{"at once", []string{usageCapped}, 0, 0, classify.UsageCapped},
		{"in pieces, fast enough", []string{usageCapped[:20], usageCapped[20:]}, 100 * time.Millisecond, 200 * time.Millisecond, classify.UsageCapped},
		{"cut off in time", []string{usageCapped[:20], usageCapped[20:]}, 200 * time.Millisecond, 250 * time.Millisecond, classify.RateLimited},
		{"silent", []string{usageCapped}, time.Hour, 250 * time.Millisecond, classify.RateLimited},
		{"one byte a second", strings.Split(usageCapped, ""), time.Second, 250 * time.Millisecond, classify.RateLimited},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec := newRecorder()
				body := &stalled{parts: tt.parts, pause: tt.pause, closed: make(chan struct{})}
				start := time.Now()
				res, err := rec.transport(answer(429, body)).RoundTrip(newGet(t, benchURL))
				if err != nil {
					t.Fatal(err)
				}
				if waited := time.Since(start); waited != tt.wait {
					t.Errorf("RoundTrip took %v, want %v", waited, tt.wait)
				}
				if result, _ := otelxapi.ResultOf(res); result.Class != tt.class {
					t.Errorf("class %q, want %q", result.Class, tt.class)
				}
				got, err := io.ReadAll(res.Body)
				if string(got) != usageCapped || err != nil {
					t.Errorf("read %q, %v", got, err)
				}
				res.Body.Close()
				if class := value(rec.span(t).Attributes(), otelxapi.ErrorTypeKey); class != string(tt.class) {
					t.Errorf("class on the span %q", class)
				}
			})
		})
	}
}

func TestClosingAStalledErrorBodyLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	// synctest fails the test if a goroutine is left.
	synctest.Test(t, func(t *testing.T) {
		body := &stalled{parts: []string{"x"}, pause: time.Hour, closed: make(chan struct{})}
		res, err := newRecorder().transport(answer(503, body)).RoundTrip(newGet(t, benchURL))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if _, err := res.Body.Read(make([]byte, 1)); err == nil {
			t.Error("a closed body can be read")
		}
	})
}

func TestACancellationEndsTheWaitForAnErrorBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		body := &stalled{parts: []string{"x"}, pause: time.Hour, closed: make(chan struct{})}
		start := time.Now()
		res, err := newRecorder().transport(answer(503, body)).RoundTrip(newGet(t, benchURL).WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited != 10*time.Millisecond {
			t.Errorf("RoundTrip took %v", waited)
		}
		res.Body.Close()
	})
}

// endless is a body without end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '['
	}
	e.read += len(p)
	return len(p), nil
}

func (*endless) Close() error { return nil }

func TestNoMoreThan16KiBOfAnEndlessErrorBodyAreReadAhead(t *testing.T) {
	t.Parallel()
	body := &endless{}
	res, err := newRecorder().transport(answer(500, body)).RoundTrip(newGet(t, benchURL))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body.read > 16<<10 {
		t.Errorf("%d bytes were read ahead", body.read)
	}
	if _, err := io.CopyN(io.Discard, res.Body, 1<<20); err != nil {
		t.Error(err)
	}
}

func TestAPanicOfTheBasesBodyReachesTheApplication(t *testing.T) {
	t.Parallel()
	body := io.NopCloser(roundReader(func([]byte) (int, error) { panic("base") }))
	res, err := newRecorder().transport(answer(500, body)).RoundTrip(newGet(t, benchURL))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	defer func() {
		if v := recover(); v != "base" {
			t.Errorf("recovered %v", v)
		}
	}()
	res.Body.Read(make([]byte, 1))
}

type roundReader func([]byte) (int, error)

func (f roundReader) Read(p []byte) (int, error) { return f(p) }

// FuzzErrorBody holds a body that was peeked at against the same body without
// us: the same bytes, then the same error.
func FuzzErrorBody(f *testing.F) {
	f.Add([]byte(usageCapped), uint64(1), false)
	f.Add(bytes.Repeat([]byte("["), 40<<10), uint64(2), true)
	f.Add([]byte{}, uint64(3), true)
	f.Fuzz(func(t *testing.T, body []byte, seed uint64, breaks bool) {
		var end error
		if breaks {
			end = errors.New("connection reset")
		}
		rng := rand.New(rand.NewPCG(seed, 0))
		raw := io.MultiReader(bytes.NewReader(body), iotest.ErrReader(errOrEOF(end)))
		if rng.IntN(2) == 0 {
			raw = iotest.DataErrReader(raw)
		}
		chunked := roundReader(func(p []byte) (int, error) {
			return raw.Read(p[:min(len(p), 1+rng.IntN(5000))])
		})
		res, err := newRecorder().transport(answer(400+rng.IntN(200), io.NopCloser(chunked))).RoundTrip(newGet(t, benchURL))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		got, err := io.ReadAll(res.Body)
		if !bytes.Equal(got, body) || !errors.Is(err, end) {
			t.Errorf("read %d of %d bytes, %v", len(got), len(body), err)
		}
	})
}

func errOrEOF(err error) error {
	if err == nil {
		return io.EOF
	}
	return err
}
