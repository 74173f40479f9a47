package streamwatch

import (
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/otelxapi/otelxapi/classify"
)

const (
	someID      = `"id":"2124835310469648609"`
	disconnect  = `{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","detail":"This stream has been disconnected upstream for operational reasons.","type":"https://api.twitter.com/2/problems/operational-disconnect"}`
	noSuchUser  = `{"resource_id":"7777777777777777777","resource_type":"user","parameter":"author_id","title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}`
	metadata    = `{"type":"connection_metadata","datacenter":"atla","timestamp":1780000000000}`
	deletedPost = `{"data":{"delete":{"tweet":{"id":"2124835310469648609","author_id":"2"},"event_at":"2026-11-23T11:59:59.000Z"}}}`
)

// size gives chunks of one size.
func size(n int) func() int { return func() int { return n } }

func TestWhatALineIs(t *testing.T) {
	t.Parallel()
	post := Counts{Posts: 1}
	partial := Counts{Posts: 1, Partial: 1}
	keepAlive := Counts{KeepAlives: 1}
	problem := Counts{Problems: 1}
	other := Counts{Other: 1}
	for _, c := range []struct {
		name   string
		stream string
		want   Counts
		class  classify.Class // of the problem
	}{
		{"nothing is no line", "", Counts{}, ""},
		{"a bare CRLF is a keep-alive", "\r\n", keepAlive, ""},
		{"a bare LF is a keep-alive", "\n", keepAlive, ""},
		{"blanks are a keep-alive", " \t\r\n", keepAlive, ""},
		{"an empty object is a keep-alive", "{}\r\n", keepAlive, ""},
		{"an empty object with blanks is a keep-alive", " { } \n", keepAlive, ""},
		{"keep-alives are counted one by one", "\r\n\n{}\r\n\r\n", Counts{KeepAlives: 4}, ""},
		{"half a line end at the end is nothing", "\r\n\r", keepAlive, ""},

		{"a line with data is a post", tinyPost("1"), post, ""},
		{"a line end may be LF alone", strings.TrimSpace(tinyPost("1")) + "\n", post, ""},
		{"data may be last", `{"includes":{"errors":[1]},"matching_rules":[],"data":{}}` + "\n", post, ""},
		{"data may have blanks around it", "{ \"data\" : { \"id\" : \"1\" } }\n", post, ""},
		{"data may be an array", `{"data":[{}]}` + "\n", post, ""},
		{"data may be a number", `{"data":0}` + "\n", post, ""},
		{"a compliance event counts as a post", deletedPost + "\r\n", post, ""},
		{"data deeper down is none", `{"x":{"data":{}},"y":[{"data":1}]}` + "\n", other, ""},
		{"data that is null is none", `{"data":null,"x":1}` + "\n", other, ""},
		{"data in a text is none", `{"x":"\"data\":{","y":"{\"data\":{}}"}` + "\n", other, ""},

		{"errors behind the id make a post partial", `{"data":{` + someID + `},"errors":[` + noSuchUser + "]}\r\n", partial, ""},
		{"errors behind data without an id make a post partial", `{"data":{"x":[]},"errors":[` + noSuchUser + "]}\r\n", partial, ""},
		{"errors before data make a post partial", `{"errors":[` + noSuchUser + `],"data":{` + someID + "}}\r\n", partial, ""},
		{"errors that are followed by more make a post partial", `{"data":{` + someID + `},"errors":[{"x":[]}],"includes":{"errors":[1]}}` + "\n", partial, ""},
		{"errors with blanks around them make a post partial", `{"data":{` + someID + `}, "errors" :  [ {} ] }` + "\n", partial, ""},
		{"errors behind others deeper down make a post partial", `{"data":{` + someID + `,"errors":[1]},"x":[{"errors":[{}]}],"errors":[2]}` + "\n", partial, ""},
		{"errors that are empty do not", `{"data":{` + someID + `},"errors":[ ]}` + "\n", post, ""},
		{"errors that are no array do not", `{"data":{` + someID + `},"errors":{"x":[1]}}` + "\n", post, ""},
		{"errors deeper down do not", `{"data":{` + someID + `,"x":{"errors":[1]}},"includes":{"errors":[{}],"users":[]}}` + "\n", post, ""},
		{"errors in a text do not", `{"data":{` + someID + `,"text":"\"errors\":[1] \\\"errors\":["},"x":"\\","y":[]}` + "\n", post, ""},
		{"a key that ends like errors does not", `{"data":{` + someID + `},"x\"errors":[1],"\\errors":[2]}` + "\n", post, ""},
		{"errors with many blanks around them make a post partial", `{"data":{` + someID + `},"errors"` + "       :       " + `[1]}` + "\n", partial, ""},
		{"errors with more blanks do not", `{"data":{` + someID + `},"errors"` + "        :       " + `[1]}` + "\n", post, ""},
		{"the quote that ends the id does not begin a key", `{"data":{` + someID + `errors":[1]}` + "\n", post, ""},
		{"errors of the next line do not", `{"data":{` + someID + `}}` + "\n" + `{"errors":[` + disconnect + "]}\n", Counts{Posts: 1, Problems: 1}, classify.StreamDisconnected},

		{"errors without data are a problem", `{"errors":[` + disconnect + "]}\r\n", problem, classify.StreamDisconnected},
		{"a bare problem is a problem", disconnect + "\r\n", problem, classify.StreamDisconnected},
		{"a problem may lack its line end", "\r\n" + disconnect, Counts{KeepAlives: 1, Problems: 1}, classify.StreamDisconnected},
		{"a problem may be cut", `{"errors":[` + disconnect[:len(disconnect)-1] + `,"value":"a`, problem, classify.StreamDisconnected},
		{"the last of two problems is kept", disconnect + "\n" + strings.Replace(disconnect, "UpstreamOperationalDisconnect", "SlowReader", 1) + "\n", Counts{Problems: 2}, classify.SlowConsumer},
		{"a problem stays known when posts follow", disconnect + "\n" + tinyPost("1"), Counts{Posts: 1, Problems: 1}, classify.StreamDisconnected},
		{"a long problem is told by its beginning", `{"errors":[` + disconnect + strings.Repeat(","+noSuchUser, 100) + "]}\n", problem, classify.StreamDisconnected},
		{"a problem may follow blanks", strings.Repeat(" ", 3000) + disconnect + "\n", problem, classify.StreamDisconnected},
		{"errors in the beginning of a long post are no problem", `{"errors":[` + strings.Repeat(noSuchUser+",", 100) + `1],"data":{}}` + "\n", partial, ""},
		{"a type alone is no problem", metadata + "\r\n", other, ""},
		{"no JSON is other", "<html>\r\n", other, ""},
		{"a number is other", "12\n", other, ""},
		{"server-sent events are other", "data: {\"data\":{}}\n\n", Counts{Other: 1, KeepAlives: 1}, ""},

		{"a powerstream has metadata and posts in arrays", metadata + "\r\n" + `[{"id_str":"2124835310469648609","text":"one"}]` + "\r\n\r\n", Counts{Posts: 1, KeepAlives: 1, Other: 1}, ""},
		{"an array of two has two posts", `[{"id_str":"1"},{"x":{"id_str":"2"}}]` + "\n", Counts{Posts: 2}, ""},
		{"an array of no objects is other", `[1,"x",[{}]]` + "\n", other, ""},
		{"an object in the legacy format is a post", `{"created_at":"x","id_str":"1","type":"photo","title":"t"}` + "\n", post, ""},

		{"a post may lack its line end", strings.TrimSpace(tinyPost("1")), post, ""},
		{"a partial post may lack its line end", `{"data":{` + someID + `},"errors":[{}]}`, partial, ""},
		{"a post that was cut in its id is other", `{"data":{"id":"2222`, other, ""},
		{"a post that was cut behind its id is other", `{"data":{` + someID + `,"text":"o`, other, ""},
		{"a post that was cut in its errors is other", `{"data":{` + someID + `},"errors":[{`, other, ""},
		{"an object in the legacy format that was cut is other", `{"id_str":"1","text":"o`, other, ""},
		{"an array that was cut has the posts that came", `[{"id_str":"1"},{"id_s`, post, ""},
		{"brackets that do not match do no harm", `]}{"data":{}}` + "\n" + `{"data":{]]}}]` + "\n" + tinyPost("1"), Counts{Posts: 2, Other: 1}, ""},
		{"a text without its end ends with the line", `{"data":{"x":"` + "\n" + tinyPost("1"), Counts{Posts: 2}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.want.Bytes = int64(len(c.stream))
			for n := 1; n <= len(c.stream)+1; n += 1 + n/40 {
				w := watch([]byte(c.stream), size(n))
				r, ok := w.Problem()
				if got := w.Total(); got != c.want || r.Class != c.class || ok != (c.class != "") {
					t.Fatalf("in chunks of %d: got %+v and %q, want %+v and %q", n, got, r.Class, c.want, c.class)
				}
			}
		})
	}
}

func TestLag(t *testing.T) {
	t.Parallel()
	two := idAt(noon.Add(-2 * time.Second))
	const none = -1
	for _, c := range []struct {
		name   string
		stream string
		want   time.Duration
	}{
		{"the id of a post tells", tinyPost(two), 2 * time.Second},
		{"the id is found among others, in texts and deeper down", post(two), 2 * time.Second},
		{"the id may be last", idLast(two), 2 * time.Second},
		{"data may be last", `{"includes":{"tweets":[{"id":"1111111111111111111"}]},"data":{"id":"` + two + `"}}` + "\n", 2 * time.Second},
		{"blanks do not matter", `{ "data" : { "id" : "` + two + `" } }` + "\n", 2 * time.Second},
		{"a post of the future has no lag", tinyPost(idAt(noon.Add(time.Minute))), 0},
		{"created_at stands in for an id", `{"data":{"created_at":"2026-11-23T11:59:58.500Z"}}` + "\n", 1500 * time.Millisecond},
		{"created_at may have another zone", `{"data":{"created_at":"2026-11-23T13:59:58+02:00"}}` + "\n", 2 * time.Second},
		{"the id is more exact than created_at", `{"data":{"created_at":"2026-11-23T11:00:00.000Z","id":"` + two + `"}}` + "\n", 2 * time.Second},
		{"the legacy format has id_str", `[{"created_at":"Mon Nov 23 11:59:58 +0000 2026","id":2124835310469648609,"id_str":"` + two + `","user":{"id_str":"1111111111111111111"}}]` + "\n", 2 * time.Second},
		{"an object in the legacy format has id_str", `{"user":{"id_str":"1111111111111111111"},"id_str":"` + two + `"}` + "\n", 2 * time.Second},
		{"a line without an end counts", strings.TrimSpace(tinyPost(two)), 2 * time.Second},

		{"a small number is no snowflake", tinyPost("29700859247"), none},
		{"a number beyond int64 is no snowflake", tinyPost("9999999999999999999"), none},
		{"hexadecimals are no snowflake", tinyPost("8ba4f34e6235d905a46bac021d98e923"), none},
		{"a like has none, for its created_at is the post's", `{"data":{"created_at":"2026-11-23T11:00:00.000Z","id":"8ba4f34e6235d905a46bac021d98e923"}}` + "\n", none},
		{"a number without quotes is no id", `{"data":{"id":2124835310469648609}}` + "\n", none},
		{"an id beside data is not the post's", `{"id":"` + two + `","id_str":"` + two + `","data":{"text":"x"},"created_at":"2026-11-23T11:00:00.000Z"}` + "\n", none},
		{"an id deeper down is not the post's", deletedPost + "\n", none},
		{"an id in a text is none", `{"data":{"text":"\"id\":\"` + two + `\"","x\"id":"` + two + `"}}` + "\n", none},
		{"created_at in another form is none", `{"data":{"created_at":"yesterday"}}` + "\n", none},
		{"a post that was cut has none", tinyPost(two)[:90], none},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for n := 1; n <= len(c.stream)+1; n += 1 + n/40 {
				s := watch([]byte(c.stream), size(n)).Take()
				want := Segment{Counts: s.Counts}
				if c.want != none {
					want.Lag.add(c.want)
					want.Newest = time.UnixMilli(noon.Add(-c.want).UnixMilli())
				}
				if c.want == 0 {
					want.Newest = s.Newest // in the future
				}
				if s != want {
					t.Fatalf("in chunks of %d: got lag %v of %d, newest %v; want %v of %d, newest %v",
						n, s.Lag.Max, s.Lag.Count, s.Newest, want.Lag.Max, want.Lag.Count, want.Newest)
				}
			}
		})
	}
}

func TestLagEndsWhenTheLastByteOfAPostComes(t *testing.T) {
	t.Parallel()
	var w Watcher
	line := tinyPost(idAt(noon.Add(-time.Second)))
	w.Feed([]byte(line[:100]), noon)
	w.Feed([]byte(line[100:]), noon.Add(3*time.Second))
	if s := w.Take(); s.Lag.Max != 4*time.Second {
		t.Errorf("got %v, want 4s", s.Lag.Max)
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	var w Watcher
	at := noon.Add
	if d := w.SinceLast(noon); d != 0 {
		t.Errorf("before anything: %v", d)
	}
	w.Start(noon)
	if d := w.SinceLast(at(7 * time.Second)); d != 7*time.Second {
		t.Errorf("waiting for the first byte: %v", d)
	}
	w.Feed([]byte("\r\n"), at(9*time.Second))
	w.Feed(nil, at(15*time.Second))
	w.Feed([]byte("\r"), at(20*time.Second))
	w.Feed([]byte("\n"), at(21*time.Second))
	if s := w.Take(); s.LargestGap != 11*time.Second {
		t.Errorf("got %v, want 11s", s.LargestGap)
	}
	w.Feed([]byte("\r\n"), at(26*time.Second))
	w.Feed([]byte("\r\n"), at(25*time.Second)) // a clock that was set back
	if d := w.SinceLast(at(24 * time.Second)); d != 0 {
		t.Errorf("with a clock that was set back: %v", d)
	}
	if s := w.Take(); s.LargestGap != 5*time.Second {
		t.Errorf("a gap across segments: got %v, want 5s", s.LargestGap)
	}
	if s := w.Take(); s != (Segment{}) {
		t.Errorf("nothing came, but %+v", s)
	}
}

func TestWithoutStartTheFirstByteEndsNoGap(t *testing.T) {
	t.Parallel()
	var w Watcher
	w.Feed([]byte("\r\n"), noon)
	if s := w.Take(); s.LargestGap != 0 {
		t.Errorf("got %v", s.LargestGap)
	}
}

func TestTotalOutlivesTake(t *testing.T) {
	t.Parallel()
	var w Watcher
	stream := []byte(tinyPost("1") + "\r\n" + disconnect + "\n" + metadata + "\n" + `{"data":1,"errors":[1]}` + "\n")
	for range 3 {
		w.Feed(stream, noon)
		one := Counts{Bytes: int64(len(stream)), Posts: 2, Partial: 1, KeepAlives: 1, Problems: 1, Other: 1}
		if s := w.Take(); s.Counts != one {
			t.Errorf("got %+v", s.Counts)
		}
	}
	w.Feed(stream, noon)
	if got, want := w.Total(), (Counts{4 * int64(len(stream)), 8, 4, 4, 4, 4}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	w.End()
	w.End()
	if got := w.Total().Other; got != 4 {
		t.Errorf("the end counted as a line: %d", got)
	}
}

func TestPostsAndKeepAlivesCostNoAllocation(t *testing.T) { // not parallel, or it would count those of others
	two := idAt(noon.Add(-2 * time.Second))
	streams := map[string]string{
		"posts":            post(two) + idLast(two) + tinyPost(two),
		"keep-alives":      "\r\n\n{}\r\n",
		"posts without id": `{"data":{"created_at":"2026-11-23T11:59:58.500Z"}}` + "\r\n" + deletedPost + "\r\n",
		"partial posts":    `{"data":{` + someID + `},"errors":[` + noSuchUser + `]}` + "\r\n",
		"legacy posts":     `[{"created_at":"Mon Nov 23 11:59:58 +0000 2026","id_str":"` + two + `"}]` + "\r\n",
		"no JSON":          "<html>\r\n",
		"metadata":         `{"datacenter":"atla","timestamp":1780000000000}` + "\r\n",
	}
	for name, stream := range streams {
		for _, chunk := range []int{1, 7, 100, 1 << 20} {
			var w Watcher
			p := []byte(stream)
			feed := func() {
				for i := 0; i < len(p); i += chunk {
					w.Feed(p[i:min(len(p), i+chunk)], noon)
				}
			}
			if n := testing.AllocsPerRun(100, feed); n > 0 {
				t.Errorf("%s in chunks of %d: %v allocations", name, chunk, n)
			}
		}
	}
}

func TestAWatcherIsSmall(t *testing.T) {
	t.Parallel()
	if n := unsafe.Sizeof(Watcher{}); n > 1<<10 {
		t.Errorf("%d bytes", n)
	}
	var w Watcher
	w.Feed([]byte(`{"x":"`), noon)
	for range 1000 {
		w.Feed([]byte(strings.Repeat("x", 999)), noon)
		if n := int(unsafe.Sizeof(w)) + cap(w.held); n > 4<<10 {
			t.Fatalf("%d bytes in a line without end", n)
		}
	}
	w.Feed([]byte("\"}\n"), noon)
	if n := cap(w.held); n > idleHold {
		t.Errorf("%d bytes are held between lines", n)
	}
}
