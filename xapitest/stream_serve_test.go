package xapitest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

const filtered = "/2/tweets/search/stream"

// open connects to a stream.
func open(ctx context.Context, t *testing.T, srv *xapitest.Server, client *http.Client, path string) *http.Response {
	t.Helper()
	req, err := xapitest.Scenario{Target: get(path, endpoint.AuthAppOnly)}.NewRequest(ctx, srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

// received counts what a client reads, as a log would, without knowing the
// script.
func received(resp *http.Response) (l xapitest.StreamLog, rest []byte, err error) {
	all, err := io.ReadAll(resp.Body)
	l.Bytes, l.TransactionID = int64(len(all)), resp.Header.Get("X-Transaction-Id")
	for line := range bytes.Lines(all) {
		switch _, problem := classify.StreamLine(line); {
		case !bytes.HasSuffix(line, []byte("\n")):
			rest = line
		case len(bytes.TrimSpace(line)) == 0:
			l.KeepAlives++
		case problem:
			l.Problems++
		case bytes.Contains(line, []byte(`"data":{`)):
			l.Posts++
			if bytes.Contains(line, []byte(`"resource_type":"user"`)) {
				l.Partials++
			}
		default:
			l.Others++
		}
	}
	return l, rest, err
}

// countedBody adds up what is read of several bodies.
type countedBody struct {
	io.ReadCloser
	read *atomic.Int64
}

func (b countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Add(int64(n))
	return n, err
}

func sameCounts(got, want xapitest.StreamLog) bool {
	return got.Posts == want.Posts && got.Partials == want.Partials && got.KeepAlives == want.KeepAlives && got.Problems == want.Problems &&
		got.Others == want.Others && got.Bytes == want.Bytes && got.TransactionID == want.TransactionID
}

func wait(t *testing.T, srv *xapitest.Server) []xapitest.StreamLog {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := srv.WaitStreams(ctx); err != nil {
		t.Fatal(err)
	}
	return srv.Streams()
}

var everything = xapitest.Script{
	xapitest.Burst(20), xapitest.Posts(5, time.Millisecond).Size(500), xapitest.KeepAlives(3, time.Millisecond), xapitest.Silence(5 * time.Millisecond),
	xapitest.Partial(), xapitest.Line(`{"type":"connection_metadata"}`), xapitest.Line(""),
	xapitest.Problem(xapitest.DisconnectInternalError), xapitest.BareProblem(xapitest.DisconnectUpstream),
}

func TestAStreamSendsWhatItsScriptSaysAndNoMore(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]xapitest.Option{nil, {xapitest.WithHTTP2()}} {
		for _, ending := range []xapitest.Ending{xapitest.EndClean, xapitest.EndCut, xapitest.EndReset} {
			for _, half := range []bool{false, true} {
				t.Run(string(ending), func(t *testing.T) {
					t.Parallel()
					srv := xapitest.Start(t, opts...)
					script := slices.Clone(everything)
					if half {
						script = append(script, xapitest.HalfPost())
					}
					if err := srv.PlayStreams(filtered, append(script, xapitest.End(ending))); err != nil {
						t.Fatal(err)
					}
					got, rest, err := received(open(t.Context(), t, srv, srv.Client(), filtered+"?expansions=author_id"))
					var want error
					switch {
					case ending == xapitest.EndClean:
					case len(opts) > 0:
						if err == nil || !strings.Contains(err.Error(), "stream error") {
							t.Errorf("HTTP/2: %v", err)
						}
						want = err
					case ending == xapitest.EndCut:
						want = io.ErrUnexpectedEOF
					default:
						want = syscall.ECONNRESET
					}
					if !errors.Is(err, want) {
						t.Errorf("%v, want %v", err, want)
					}
					l := srv.Streams()[0] // final, without waiting
					if !sameCounts(got, l) || l.Open || l.Ending != ending || l.Problem != xapitest.DisconnectUpstream || (len(rest) > 0) != half {
						t.Errorf("received %+v and %d bytes of a line, sent %+v", got, len(rest), l)
					}
					if l.Posts != 26 || l.Partials != 1 || l.KeepAlives != 4 || l.Problems != 2 || l.Others != 1 || l.Lines() != 29 {
						t.Errorf("%+v", l)
					}
					if l.Number != 1 || l.Script != 1 || l.Path != filtered || l.Query != "expansions=author_id" || l.RemoteAddr == "" || l.Ended.Sub(l.Started) < script.Duration() {
						t.Errorf("%+v", l)
					}
				})
			}
		}
	}
}

// varying are the parts of posts that depend on the time.
var varying = regexp.MustCompile(`(created_at|editable_until)":"20[^"]*|[0-9]{17,19}`)

func TestAReaderAndAServerSendTheSameBytes(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	if err := srv.PlayStreams("", everything); err != nil {
		t.Fatal(err)
	}
	served, err := io.ReadAll(open(t.Context(), t, srv, srv.Client(), filtered).Body)
	if err != nil {
		t.Fatal(err)
	}
	read := readAll(t, everything)
	if a, b := varying.ReplaceAll(served, nil), varying.ReplaceAll(read, nil); !bytes.Equal(a, b) || len(served) != len(read) || len(read) < 50000 {
		t.Errorf("%d bytes served, %d read", len(served), len(read))
	}
}

func TestConnectionsTakeScriptsInTurn(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t, xapitest.WithStreamInterval(time.Millisecond))
	line := func(s string) xapitest.Script { return xapitest.Script{xapitest.Line(s)} }
	const sample = "/2/tweets/sample/stream"
	if err := errors.Join(
		srv.PlayStreams("", line("all 1"), line("all 2")), srv.PlayStreams(filtered, line("filtered")), srv.HoldStreams(sample, line("sample, held")), srv.Play("unavailable"),
	); err != nil {
		t.Fatal(err)
	}
	unavailable, _ := xapitest.Lookup("unavailable")
	unavailable.Target = get(filtered, endpoint.AuthAppOnly)
	if err := srv.PlayScenario(unavailable); err != nil {
		t.Fatal(err)
	}
	if n := srv.Pending(); n != 5 {
		t.Errorf("%d pending", n)
	}
	if a := send(t, srv, unavailable.Target); a.status != 503 {
		t.Errorf("scenarios come first: %d", a.status)
	}
	if a := send(t, srv, get(filtered, endpoint.AuthNone)); a.status != 401 {
		t.Errorf("no credentials: %d", a.status)
	}
	for _, tc := range []struct{ path, want string }{
		{sample, "all 1"}, {filtered, "filtered"}, {filtered, "all 2"}, {sample, "sample, held"}, {sample, "sample, held"},
	} {
		if a := send(t, srv, get(tc.path, endpoint.AuthAppOnly)); a.body != tc.want+"\r\n" {
			t.Errorf("%s: %q, want %q", tc.path, a.body, tc.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	first := make([]byte, 10)
	if _, err := io.ReadFull(open(ctx, t, srv, srv.Client(), filtered).Body, first); err != nil || !strings.HasPrefix(string(first), `{"data":`) {
		t.Errorf("the default: %q, %v", first, err)
	}
	cancel()
	var numbers []int
	logs := wait(t, srv)
	for _, l := range logs {
		numbers = append(numbers, l.Script)
	}
	if !slices.Equal(numbers, []int{1, 3, 2, 0, 0, 0}) || logs[5].Ending != xapitest.EndClient || logs[5].Posts == 0 {
		t.Errorf("%v, %+v", numbers, logs[5])
	}
}

func TestManyStreamsAtOnceAreCountedExactly(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t, xapitest.WithLimits())
	const n = 60
	endings := []xapitest.Ending{xapitest.EndClean, xapitest.EndCut, xapitest.EndReset, xapitest.EndStall}
	scripts := make([]xapitest.Script, n)
	var lines int64
	for i := range scripts {
		steps := slices.Clone(everything)
		rand.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
		steps = steps[:1+rand.IntN(len(steps)-1)]
		all, err := io.ReadAll(steps.Reader(t.Context(), nil))
		if err != nil {
			t.Fatal(err)
		}
		lines += int64(bytes.Count(all, []byte("\n")))
		scripts[i] = append(steps, xapitest.End(endings[i%len(endings)]))
	}
	if err := srv.PlayStreams("", scripts...); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[string]xapitest.StreamLog{}
	var read atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range n {
		wg.Go(func() {
			req, err := xapitest.Scenario{Target: get(filtered, endpoint.AuthAppOnly)}.NewRequest(ctx, srv.URL)
			if err != nil {
				t.Error(err)
				return
			}
			resp, err := client.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body = countedBody{resp.Body, &read}
			l, _, err := received(resp)
			_ = resp.Body.Close()
			switch { // as its own eyes see it
			case err == nil:
				l.Ending = xapitest.EndClean
			case errors.Is(err, io.ErrUnexpectedEOF):
				l.Ending = xapitest.EndCut
			case errors.Is(err, syscall.ECONNRESET):
				l.Ending = xapitest.EndReset
			case errors.Is(err, context.Canceled):
				l.Ending = xapitest.EndStall
			default:
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			got[l.TransactionID] = l
		})
	}
	// Until only the clients of the stalled ones are left, and have all there is.
	for left := false; !left; time.Sleep(5 * time.Millisecond) {
		var sent, sentLines int64
		logs := srv.Streams()
		for _, l := range logs {
			sent += l.Bytes
			sentLines += l.Lines() + l.KeepAlives
		}
		mu.Lock()
		ended := len(got)
		mu.Unlock()
		left = ended == n-n/len(endings) && sentLines == lines && read.Load() == sent || t.Failed()
	}
	cancel()
	wg.Wait()
	logs := wait(t, srv)
	if len(logs) != n || len(got) != n {
		t.Fatalf("%d streams, %d clients", len(logs), len(got))
	}
	for i, l := range logs {
		if want := endings[(l.Script-1)%len(endings)]; l.Number != i+1 || l.Ending != want || got[l.TransactionID].Ending != want {
			t.Errorf("script %d: sent %+v, received %+v, want ending %q", l.Script, l, got[l.TransactionID], want)
		}
		if !sameCounts(got[l.TransactionID], l) {
			t.Errorf("script %d: sent %+v, received %+v", l.Script, l, got[l.TransactionID])
		}
	}
}

func TestOneConnectionTooManyIsRefused(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t, xapitest.WithMaxStreams(1))
	const firehose = "/2/tweets/firehose/stream?partition="
	first := open(t.Context(), t, srv, srv.Client(), firehose+"1")
	a := send(t, srv, get(firehose+"1", endpoint.AuthAppOnly))
	want, _ := xapitest.Lookup("too_many_connections")
	if a.status != 429 || a.body != want.Body || a.int(t, "X-Rate-Limit-Limit") != want.Rate.Limit {
		t.Errorf("%d %v %s", a.status, a.header, a.body)
	}
	if err := srv.PlayStreams("", xapitest.Script{}); err != nil {
		t.Fatal(err)
	}
	if a := send(t, srv, get(firehose+"2", endpoint.AuthAppOnly)); a.status != 200 || a.body != "" {
		t.Errorf("another partition: %d %q", a.status, a.body)
	}
	_ = first.Body.Close()
	wait(t, srv)
	if err := srv.PlayStreams("", xapitest.Script{}); err != nil {
		t.Fatal(err)
	}
	if a := send(t, srv, get(firehose+"1", endpoint.AuthAppOnly)); a.status != 200 {
		t.Errorf("the client has gone: %d", a.status)
	}
	if logs := srv.Streams(); len(logs) != 3 || logs[0].Ending != xapitest.EndClient || logs[0].Query != "partition=1" || logs[1].Query != "partition=2" {
		t.Errorf("%+v", logs)
	}
}

func TestAStreamEndsWithTheServer(t *testing.T) {
	t.Parallel()
	srv := xapitest.Start(t)
	if err := srv.PlayStreams("", xapitest.Script{xapitest.Burst(1), xapitest.Silence(time.Hour)}, xapitest.Script{xapitest.End(xapitest.EndStall)}, xapitest.Script{}); err != nil {
		t.Fatal(err)
	}
	if err := srv.WaitStreams(t.Context()); err != nil {
		t.Errorf("no stream is open: %v", err)
	}
	for range 3 {
		open(t.Context(), t, srv, srv.Client(), filtered)
	}
	for srv.Streams()[2].Open {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := srv.WaitStreams(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("two streams are open: %v", err)
	}
	srv.Reset()
	if logs := srv.Streams(); len(logs) != 2 || !logs[0].Open || !logs[1].Open {
		t.Errorf("after Reset: %+v", logs)
	}
	srv.Close()
	if logs := wait(t, srv); logs[0].Ending != xapitest.EndClosed || logs[0].Posts != 1 || logs[1].Ending != xapitest.EndStall {
		t.Errorf("%+v", logs)
	}
}

func TestAResetLosesNothingThatWasSent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells what is under way")
	}
	srv := xapitest.Start(t)
	const n = 3
	if err := srv.PlayStreams("", xapitest.Script{xapitest.Burst(n).Size(1 << 20), xapitest.End(xapitest.EndReset)}); err != nil {
		t.Fatal(err)
	}
	resp := open(t.Context(), t, srv, srv.Client(), filtered)
	time.Sleep(100 * time.Millisecond) // more is sent than the client has room for
	if size, err := io.Copy(io.Discard, resp.Body); size != n<<20 || !errors.Is(err, syscall.ECONNRESET) || srv.Streams()[0].Bytes != size {
		t.Errorf("%d bytes, %v, sent %+v", size, err, srv.Streams()[0])
	}
}
