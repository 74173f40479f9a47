package process

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// What Jaeger's HTTP API answers, as far as it is looked at.
type jaegerTrace struct {
	TraceID string       `json:"traceID"`
	Spans   []jaegerSpan `json:"spans"`
}

type jaegerSpan struct {
	SpanID     string      `json:"spanID"`
	Name       string      `json:"operationName"`
	Tags       []jaegerTag `json:"tags"`
	References []struct {
		RefType string `json:"refType"`
		TraceID string `json:"traceID"`
		SpanID  string `json:"spanID"`
	} `json:"references"`
	Logs []struct {
		Fields []jaegerTag `json:"fields"`
	} `json:"logs"`
}

type jaegerTag struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
}

// tag returns a value as a person sees it, "" where there is none.
func tag(tags []jaegerTag, key string) string {
	for _, t := range tags {
		if t.Key == key {
			return fmt.Sprint(t.Value)
		}
	}
	return ""
}

// event returns the fields of the event of a name.
func (s jaegerSpan) event(name string) []jaegerTag {
	for _, l := range s.Logs {
		if tag(l.Fields, "event") == name {
			return l.Fields
		}
	}
	return nil
}

// jaeger is a Jaeger that runs.
type jaeger struct{ api, otlp string }

func startJaeger(t *testing.T) jaeger {
	t.Helper()
	bin := build(t, Jaeger)
	addrs := freeAddrs(t, 3)
	start(t, Options{
		Program: bin, Args: []string{"--config", "testdata/jaeger.yaml"},
		Env: []string{"JAEGER_HTTP=" + addrs[0], "JAEGER_GRPC=" + addrs[1], "JAEGER_OTLP=" + addrs[2],
			"OTEL_TRACES_SAMPLER=always_off"}, // of itself, which it would send to the default port
		Ready: "http://" + addrs[0] + "/api/services",
	})
	return jaeger{api: "http://" + addrs[0] + "/api", otlp: addrs[2]}
}

// find searches for traces by tags, as the search form does.
func (j jaeger) find(t *testing.T, service string, tags map[string]string) ([]jaegerTrace, []byte) {
	t.Helper()
	text, err := json.Marshal(tags)
	if err != nil {
		t.Fatal(err)
	}
	var found struct {
		Data []jaegerTrace `json:"data"`
	}
	body := getJSON(t, j.api+"/traces?"+url.Values{"service": {service}, "tags": {string(text)}, "limit": {"100"}}.Encode(), &found)
	return found.Data, body
}

func TestJaegerFindsAFailedCallByItsClassAndSaysWhatToDo(t *testing.T) {
	const service = "timeline-reader"
	j := startJaeger(t)
	ports := startCollector(t, j.otlp)
	x := xapitest.Start(t)
	p := startProgram(t, service, ports, x)

	calls := map[string]int{"usage_capped": 3, "rate_limited": 2}
	for class, n := range calls {
		for range n {
			call(t, p, x, class)
		}
	}
	call(t, p, x, "partial_not_found")
	call(t, p, x, "posts_lookup")
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	for class, n := range calls {
		t.Run(class, func(t *testing.T) {
			var found []jaegerTrace
			var body []byte
			until(t, fmt.Sprintf("%d traces of %s", n, class), func() bool {
				found, body = j.find(t, service, map[string]string{"error.type": class})
				return len(found) >= n
			})
			if len(found) != n {
				t.Errorf("%d traces have error.type=%s, want %d", len(found), class, n)
			}
			for _, trace := range found {
				s := trace.Spans[0]
				keys := []string{"url.template", "x_api.retry.verdict"}
				if class == "rate_limited" { // X tells of no window where a cap is used up
					keys = append(keys, "x_api.rate_limit.limit", "x_api.rate_limit.remaining", "x_api.rate_limit.reset")
				}
				for _, key := range keys {
					if tag(s.Tags, key) == "" {
						t.Errorf("a span of %s has no %s: %+v", class, key, s.Tags)
					}
				}
				if got := tag(s.Tags, "error.type"); got != class {
					t.Errorf("error.type is %q, want %q", got, class)
				}
				problem := s.event("x_api.problem")
				for _, key := range []string{"x_api.hint.title", "x_api.hint.text"} {
					if !strings.Contains(tag(problem, key), " ") {
						t.Errorf("the event of %s has no words in %s: %+v", class, key, problem)
					}
				}
			}
			save(t, "jaeger-"+class+".json", body)
		})
	}
	t.Run("an error inside a success", func(t *testing.T) {
		var found []jaegerTrace
		until(t, "the trace", func() bool {
			found, _ = j.find(t, service, map[string]string{"x_api.class": "partial"})
			return len(found) > 0
		})
		if s := found[0].Spans[0]; tag(s.event("x_api.problem"), "x_api.class") != "resource_not_found" || tag(s.Tags, "error.type") != "" {
			t.Errorf("the span is %+v", s)
		}
	})
	t.Run("the service is there to choose", func(t *testing.T) {
		var services struct {
			Data []string `json:"data"`
		}
		getJSON(t, j.api+"/services", &services)
		if !slices.Contains(services.Data, service) {
			t.Errorf("Jaeger has the services %q", services.Data)
		}
	})
}

func TestJaegerShowsWhyAStreamEndedAndWhichCallItCameFrom(t *testing.T) {
	const service, path = "stream-reader", "/2/tweets/search/stream"
	j := startJaeger(t)
	ports := startCollector(t, j.otlp)
	x := xapitest.Start(t)
	p := startProgram(t, service, ports, x)

	if err := x.PlayStreams(path, xapitest.Script{
		xapitest.Posts(5, 5*time.Millisecond), xapitest.Problem(xapitest.DisconnectOperational),
	}); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, x.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", xapitest.Credential(endpoint.AuthAppOnly, time.Now()))
	send(t, p, r)
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	var found []jaegerTrace
	var body []byte
	until(t, "the stream's segment", func() bool {
		found, body = j.find(t, service, map[string]string{"x_api.stream.reason": "problem"})
		return len(found) > 0
	})
	var segment, connect *jaegerSpan
	var segmentTrace string
	for _, trace := range found {
		for _, s := range trace.Spans {
			if tag(s.Tags, "x_api.stream.segment") != "" {
				segment, segmentTrace = &s, trace.TraceID
			}
		}
	}
	if segment == nil {
		t.Fatalf("none of the traces has a segment: %s", body)
	}
	ended := segment.event("x_api.stream.ended")
	if tag(ended, "x_api.class") == "" || !strings.Contains(tag(ended, "x_api.hint.text"), " ") {
		t.Errorf("the event of the end is %+v", ended)
	}
	if got := tag(segment.Tags, "x_api.stream.messages"); got != "5" {
		t.Errorf("the segment has %s messages, want 5", got)
	}
	save(t, "jaeger-stream.json", body)

	if len(segment.References) == 0 {
		t.Fatalf("the segment %s of trace %s refers to no call", segment.SpanID, segmentTrace)
	}
	ref := segment.References[0]
	var call struct {
		Data []jaegerTrace `json:"data"`
	}
	getJSON(t, j.api+"/traces/"+ref.TraceID, &call)
	for _, trace := range call.Data {
		for _, s := range trace.Spans {
			if s.SpanID == ref.SpanID {
				connect = &s
			}
		}
	}
	if connect == nil {
		t.Fatalf("the segment refers to span %s of trace %s, which Jaeger does not have", ref.SpanID, ref.TraceID)
	}
	if got := tag(connect.Tags, "url.template"); got != path || tag(connect.Tags, "span.kind") != "client" {
		t.Errorf("the segment refers to %+v", connect)
	}
}

// save keeps an answer of an API for the documentation, where OTELXAPI_SAVE
// names a folder.
func save(t *testing.T, name string, body []byte) {
	t.Helper()
	dir := os.Getenv("OTELXAPI_SAVE")
	if dir == "" {
		return
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	writeFile(t, filepath.Join(dir, name), pretty.String())
}
