package xapitest_test

import (
	"io"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/xapitest"
)

// settled waits until a stream sends nothing more, and returns its log.
func settled(t *testing.T, srv *xapitest.Server) xapitest.StreamLog {
	t.Helper()
	for before := int64(-1); ; time.Sleep(100 * time.Millisecond) {
		logs := srv.Streams()
		l := logs[len(logs)-1]
		if l.Posts == before {
			return l
		}
		before = l.Posts
	}
}

func TestASlowReaderBlocksTheStreamAndGetsAllOfItInTheEnd(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	const n = 60
	if err := srv.PlayStreams("", xapitest.Script{xapitest.Burst(n).Size(1 << 20)}); err != nil {
		t.Fatal(err)
	}
	resp := open(t.Context(), t, srv, srv.Client(), filtered)
	if l := settled(t, srv); !l.Open || l.Posts >= n {
		t.Errorf("it does not block: %+v", l)
	}
	if size, err := io.Copy(io.Discard, resp.Body); size != n<<20 || err != nil {
		t.Errorf("%d bytes, %v", size, err)
	}
	if l := srv.Streams()[0]; l.Posts != n || l.Bytes != n<<20 || l.Open || l.Ending != xapitest.EndClean {
		t.Errorf("%+v", l)
	}
}

func TestASlowReaderIsDropped(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		opts []xapitest.Option
	}{{"over HTTP/1.1", nil}, {"over HTTP/2", []xapitest.Option{xapitest.WithHTTP2()}}} {
		t.Run(tc.name+" without a word if it does not read on", func(t *testing.T) {
			t.Parallel()
			srv := xapitest.Start(t, append(tc.opts, xapitest.WithSlowReaders(300*time.Millisecond))...)
			if err := srv.HoldStreams("", xapitest.Script{xapitest.Burst(100).Size(1 << 20)}); err != nil {
				t.Fatal(err)
			}
			// A busy machine may be slow before the client's buffer is full, and
			// then there is room for the word.
			for range 5 {
				resp := open(t.Context(), t, srv, srv.Client(), filtered)
				logs := wait(t, srv)
				l := logs[len(logs)-1]
				got, _, err := received(resp)
				if l.Problems != 0 {
					continue
				}
				if l.Ending != xapitest.EndSlow || l.Posts > 10 {
					t.Errorf("%+v", l)
				}
				if err == nil || got.Problems != 0 || got.Posts != l.Posts || got.Bytes < l.Bytes || got.Bytes >= l.Bytes+1<<20 {
					t.Errorf("received %+v, %v, sent %+v", got, err, l)
				}
				return
			}
			t.Error("there was room for the word each time")
		})
		t.Run(tc.name+" with a word if it does", func(t *testing.T) {
			t.Parallel()
			srv := xapitest.Start(t, append(tc.opts, xapitest.WithSlowReaders(time.Second))...)
			if err := srv.HoldStreams("", xapitest.Script{xapitest.Burst(10000)}); err != nil {
				t.Fatal(err)
			}
			// It has to read on at the right time, which a busy machine may miss.
			for range 5 {
				resp := open(t.Context(), t, srv, srv.Client(), filtered)
				settled(t, srv) // within 200 ms of the block
				time.Sleep(1300 * time.Millisecond)
				got, _, err := received(resp)
				logs := wait(t, srv)
				l := logs[len(logs)-1]
				if err != nil || l.Ending != xapitest.EndSlow {
					continue
				}
				if !sameCounts(got, l) || l.Problems != 1 || l.Problem != xapitest.DisconnectSlowReader {
					t.Errorf("received %+v, sent %+v", got, l)
				}
				return
			}
			t.Error("never told")
		})
	}
}

func TestAQuickReaderIsNotDropped(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t, xapitest.WithSlowReaders(time.Minute))
	if err := srv.PlayStreams("", xapitest.Script{xapitest.Burst(500)}); err != nil {
		t.Fatal(err)
	}
	if got, _, err := received(open(t.Context(), t, srv, srv.Client(), filtered)); err != nil || got.Posts != 500 || !sameCounts(got, srv.Streams()[0]) {
		t.Errorf("received %+v, %v, sent %+v", got, err, srv.Streams()[0])
	}
}
