package xapitest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/otelxapi/otelxapi/xapitest"
)

// sleepTo2026 gets a bubble, which begins in the year 2000, to where X has ids.
func sleepTo2026() { time.Sleep(time.Until(newClock().Now())) }

func TestADayOfAStreamTakesNoMemoryAndLosesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		const round = 2 * time.Minute // 60 posts and 3 keep-alives
		body := xapitest.Script{
			xapitest.Posts(60, time.Second).Size(300), xapitest.KeepAlives(3, 20*time.Second), xapitest.Forever(),
		}.Reader(ctx, nil)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var posts, beats, size int64
		lines := bufio.NewReader(body)
		for {
			line, err := lines.ReadSlice('\n')
			if err != nil {
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
				break
			}
			size += int64(len(line))
			if len(line) == 2 {
				beats++
			} else {
				posts++
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 32<<20 {
			t.Errorf("%d bytes more in use", grown)
		}
		l := body.Log()
		// The last keep-alive and the end are due at the same moment.
		rounds := int64(24 * time.Hour / round)
		if posts != 60*rounds || beats < 3*rounds-1 || beats > 3*rounds {
			t.Errorf("%d posts and %d keep-alives in %d rounds", posts, beats, rounds)
		}
		if l.Posts != posts || l.KeepAlives != beats || l.Bytes != size || l.Open || l.Ending != xapitest.EndClient || l.Ended.Sub(l.Started) != 24*time.Hour {
			t.Errorf("read %d, %d, %d; the log says %+v", posts, beats, size, l)
		}
	})
}

func TestAReaderThatFallsBehindFindsPostsLateAndCatchesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepTo2026()
		lines := bufio.NewReader(xapitest.Script{xapitest.Posts(100, time.Second)}.Reader(t.Context(), nil))
		start := time.Now()
		read := func() (lag time.Duration) {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				t.Fatal(err)
			}
			var p post
			if err := json.Unmarshal(line, &p); err != nil {
				t.Fatal(err)
			}
			return time.Since(p.created()).Truncate(time.Second)
		}
		for i := range 10 { // a post a second, three seconds for each
			if lag, want := read(), time.Duration(2*i)*time.Second; lag != want {
				t.Errorf("post %d is %v late, want %v", i, lag, want)
			}
			time.Sleep(3 * time.Second)
		}
		for i := 10; i < 31; i++ { // 21 were due meanwhile
			if lag, want := read(), time.Duration(30-i)*time.Second; lag != want {
				t.Errorf("post %d is %v late, want %v", i, lag, want)
			}
		}
		if got := time.Since(start); got != 31*time.Second {
			t.Errorf("%v for 31 posts", got)
		}
		if lag := read(); lag != 0 || time.Since(start) != 32*time.Second {
			t.Errorf("not caught up: %v late after %v", lag, time.Since(start))
		}
	})
}

func TestAReaderEndsAsItsScript(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		ending xapitest.Ending
		want   error
	}{
		{xapitest.EndClean, nil}, {xapitest.EndCut, io.ErrUnexpectedEOF}, {xapitest.EndReset, syscall.ECONNRESET},
	} {
		t.Run(string(tc.ending), func(t *testing.T) {
			t.Parallel()
			body := xapitest.Script{
				xapitest.Burst(2), xapitest.Partial(), xapitest.Problem(xapitest.DisconnectForce), xapitest.Line("x"), xapitest.Line(" "),
				xapitest.HalfPost(), xapitest.End(tc.ending),
			}.Reader(t.Context(), nil)
			got, err := io.ReadAll(iotest.OneByteReader(body))
			if !errors.Is(err, tc.want) {
				t.Errorf("%v, want %v", err, tc.want)
			}
			var opErr *net.OpError
			if tc.ending == xapitest.EndReset && !errors.As(err, &opErr) {
				t.Errorf("%T", err)
			}
			l := body.Log()
			if l.Open || l.Ending != tc.ending || l.Posts != 3 || l.Partials != 1 || l.Problems != 1 || l.Problem != xapitest.DisconnectForce ||
				l.Others != 1 || l.KeepAlives != 1 || l.Lines() != 5 || l.Bytes != int64(len(got)) || bytes.HasSuffix(got, []byte("\n")) {
				t.Errorf("%d bytes; %+v", len(got), l)
			}
			_ = body.Close()
			if body.Log() != l {
				t.Errorf("Close changed the log: %+v", body.Log())
			}
			if _, again := body.Read(make([]byte, 1)); !errors.Is(again, err) && err != nil || again == nil {
				t.Errorf("another Read: %v", again)
			}
		})
	}
}

func TestAReaderIsClosedOrCanceledWhileItWaits(t *testing.T) {
	t.Parallel()
	cause := errors.New("the test is over")
	for _, tc := range []struct {
		name   string
		script xapitest.Script
		ending xapitest.Ending
	}{
		{"between posts", xapitest.Script{xapitest.Burst(1), xapitest.Posts(1, time.Hour)}, xapitest.EndClient},
		{"stalled", xapitest.Script{xapitest.Burst(1), xapitest.End(xapitest.EndStall)}, xapitest.EndStall},
	} {
		for _, closed := range []bool{false, true} {
			t.Run(tc.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					body := tc.script.Reader(ctx, nil)
					ended := make(chan error)
					go func() {
						_, err := io.Copy(io.Discard, body)
						ended <- err
					}()
					synctest.Wait()
					if l := body.Log(); l.Posts != 1 || !l.Open {
						t.Errorf("%+v", l)
					}
					want := cause
					if closed {
						_ = body.Close()
						want = http.ErrBodyReadAfterClose
					} else {
						cancel(cause)
					}
					if err := <-ended; !errors.Is(err, want) {
						t.Errorf("%v, want %v", err, want)
					}
					if l := body.Log(); l.Open || l.Ending != tc.ending {
						t.Errorf("%+v", l)
					}
				})
			})
		}
	}
}

func TestAReaderThatIsClosedInALineCountsNoWholeOne(t *testing.T) {
	t.Parallel()
	body := xapitest.Script{xapitest.Burst(1)}.Reader(t.Context(), nil)
	n, err := body.Read(make([]byte, 100))
	_ = body.Close()
	if _, again := body.Read(make([]byte, 100)); n != 100 || err != nil || !errors.Is(again, http.ErrBodyReadAfterClose) {
		t.Errorf("%d, %v, then %v", n, err, again)
	}
	if l := body.Log(); l.Posts != 0 || l.Bytes != 100 || l.Ending != xapitest.EndClient {
		t.Errorf("%+v", l)
	}
}
