package main

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"

	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
)

// fakeCollector receives spans by OTLP over gRPC.
type fakeCollector struct {
	collectorpb.UnimplementedTraceServiceServer

	reject int64 // how many spans of each request to refuse

	mu       sync.Mutex
	services map[string]int // spans by service.name
	errors   int            // spans with an error status
}

func (c *fakeCollector) Export(_ context.Context, req *collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, rs := range req.GetResourceSpans() {
		service := ""
		for _, kv := range rs.GetResource().GetAttributes() {
			if kv.GetKey() == "service.name" {
				service = kv.GetValue().GetStringValue()
			}
		}
		for _, ss := range rs.GetScopeSpans() {
			c.services[service] += len(ss.GetSpans())
			for _, s := range ss.GetSpans() {
				if s.GetStatus().GetCode().String() == "STATUS_CODE_ERROR" {
					c.errors++
				}
			}
		}
	}
	resp := &collectorpb.ExportTraceServiceResponse{}
	if c.reject > 0 {
		resp.PartialSuccess = &collectorpb.ExportTracePartialSuccess{RejectedSpans: c.reject, ErrorMessage: "the queue is full"}
	}
	return resp, nil
}

// listen starts the collector and names it in the environment.
func (c *fakeCollector) listen(t *testing.T) (url string) {
	t.Helper()
	isolate(t)
	c.services = map[string]int{}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := grpc.NewServer()
	collectorpb.RegisterTraceServiceServer(srv, c)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	t.Cleanup(func() {
		srv.Stop()
		<-served
	})
	url = "http://" + l.Addr().String()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
	return url
}

func TestACollectorReceivesAllSpans(t *testing.T) {
	for name, env := range map[string]struct{ name, value, service string }{
		"under its own name":           {"OTEL_SERVICE_NAME", "", "otelxapi-quickstart"},
		"under the name that is asked": {"OTEL_SERVICE_NAME", "night-bot", "night-bot"},
		"with the resource's name":     {"OTEL_RESOURCE_ATTRIBUTES", "service.name=day-bot", "day-bot"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OTEL_SERVICE_NAME", "")
			t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "")
			t.Setenv(env.name, env.value)
			var c fakeCollector
			url := c.listen(t)
			stdout, stderr, code := play(t, painter{}, schedule())
			if code != 0 {
				t.Fatalf("exit status %d: %s", code, stderr)
			}
			spans, failed := 0, 0
			for _, p := range schedule() {
				spans += 1 + len(p.acts)
				for _, a := range p.acts {
					if a.Class.IsError() {
						failed++
					}
				}
			}
			if got := c.services[env.service]; got != spans || len(c.services) != 1 {
				t.Errorf("the collector has %v, want %d of %s", c.services, spans, env.service)
			}
			if c.errors != failed {
				t.Errorf("the collector has %d errors, want %d", c.errors, failed)
			}
			if !strings.HasSuffix(stdout, "Sent 27 spans to "+url+"\n") {
				t.Error(stdout)
			}
		})
	}
}

func TestACollectorThatRefusesSpansIsReported(t *testing.T) {
	c := fakeCollector{reject: 3}
	c.listen(t)
	stdout, stderr, code := play(t, painter{}, schedule())
	if code != 1 || !strings.Contains(flat(stderr), "the queue is full") || strings.Contains(stdout, "Sent ") {
		t.Errorf("exit status %d: %s", code, stderr)
	}
}

func TestACollectorThatCannotBeReachedIsReported(t *testing.T) {
	isolate(t)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://user:secret@"+address)
	stdout, stderr, code := play(t, painter{}, schedule())
	if code != 1 || !strings.HasPrefix(flat(stderr), "quickstart: the collector at http://"+address+" took 0 of 27 spans") {
		t.Errorf("exit status %d: %s", code, stderr)
	}
	if strings.Contains(stdout+stderr, "secret") {
		t.Error("a password is shown")
	}
	if !strings.Contains(stdout, "\nBudget") {
		t.Error("what the spans say is not shown")
	}
}

func TestTheCollectorsAddress(t *testing.T) {
	for name, c := range map[string]struct{ traces, all, want string }{
		"none":                         {"", "", ""},
		"of all signals":               {"", "http://localhost:4317", "http://localhost:4317"},
		"of traces wins":               {"https://a:1", "http://b:2", "https://a:1"},
		"without path and credentials": {"", "http://user:secret@c:3/v1/traces?token=4", "http://c:3"},
		"of a socket":                  {"", "unix:///run/otel.sock", "unix:///run/otel.sock"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", c.traces)
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.all)
			if got, err := collector(); got != c.want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
	t.Run("that is no URL", func(t *testing.T) {
		isolate(t)
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:secret@[::1")
		stdout, stderr, code := play(t, painter{}, schedule())
		if code != 1 || stdout != "" || stderr != "quickstart: OTEL_EXPORTER_OTLP_ENDPOINT is no URL such as http://localhost:4317\n" {
			t.Errorf("exit status %d: %s%s", code, stdout, stderr)
		}
	})
}
