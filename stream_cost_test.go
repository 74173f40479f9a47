package otelxapi_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelxapi/otelxapi"
)

// The posts of a stream cost what those of a page do. They are counted while
// the stream goes on, not when it ends.
func TestThePostsOfAStreamAreCountedAndPricedAsTheyCome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec, f := newRecorder(), newFeed()
		res := open(t, rec.transport(feeds(f), otelxapi.WithPriceTable(otelxapi.DefaultPriceTable()),
			otelxapi.WithAppName("bot"), otelxapi.WithStreamSegment(time.Minute)))
		done := consumeStream(res.Body)
		expect := func(when string, want ...string) {
			t.Helper()
			synctest.Wait()
			got := append(rec.linesOf(t, "x_api.cost.estimated"), rec.linesOf(t, "x_api.resources")...)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", when, got, want)
			}
		}
		const operation = " http.request.method=GET url.template=/2/tweets/search/stream x_api.app.name=bot"
		const posts = operation + " x_api.resource.included=false x_api.resource.type=post"

		f.send(keepAlive)
		time.Sleep(2 * time.Second)
		expect("before the first post")
		f.send(strings.Repeat(post(time.Now()), 8))
		expect("while posts come", "x_api.cost.estimated 0.04"+operation, "x_api.resources 8"+posts)
		time.Sleep(time.Minute)
		f.send(keepAlive)
		expect("in the next segment", "x_api.cost.estimated 0.04"+operation, "x_api.resources 8"+posts)
		f.send(post(time.Now()) + post(time.Now()))
		f.end(io.EOF)
		<-done
		res.Body.Close()
		expect("at the end", "x_api.cost.estimated 0.05"+operation, "x_api.resources 10"+posts)

		var costs []string
		for _, s := range rec.segments() {
			costs = append(costs, value(s.Attributes(), otelxapi.CostEstimatedKey))
		}
		if !slices.Equal(costs, []string{"0.04", "0.01"}) {
			t.Errorf("the segments cost %q", costs)
		}
	})
}

func TestAStreamWithoutAPriceCountsWhatCameAndCostsNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path, line string
		opts       []otelxapi.Option
		want       []string
	}{
		"no price table": {"/2/tweets/search/stream", post(time.Now()), nil, []string{
			"x_api.resources 1 http.request.method=GET url.template=/2/tweets/search/stream x_api.resource.included=false x_api.resource.type=post"}},
		"a stream that X documents no price for": {"/2/tweets/compliance/stream?partition=1", `{"data":{"delete":{}}}` + "\r\n",
			[]otelxapi.Option{otelxapi.WithPriceTable(otelxapi.DefaultPriceTable())}, []string{
				"x_api.resources 1 http.request.method=GET url.template=/2/tweets/compliance/stream x_api.resource.included=false x_api.resource.type=other"}},
		"a problem is no resource": {"/2/tweets/search/stream", `{"title":"ConnectionException","type":"https://api.x.com/2/problems/streaming-connection"}` + "\r\n", nil, nil},
		"a path that nobody knows": {"/2/what/stream", post(time.Now()), nil, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := newRecorder()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.x.com"+tt.path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			exchange(t, rec.transport(success(text(tt.line)), tt.opts...), r)
			if got := append(rec.linesOf(t, "x_api.cost.estimated"), rec.linesOf(t, "x_api.resources")...); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
			for _, s := range rec.segments() {
				if cost := value(s.Attributes(), otelxapi.CostEstimatedKey); cost != "" {
					t.Errorf("a segment costs %s", cost)
				}
			}
		})
	}
}
