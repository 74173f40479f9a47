package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/grpc"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

// inbox is what a collector got: under each resource, by name, what was there.
type inbox struct {
	mu    sync.Mutex
	names map[string]int
	from  map[[2]string]bool // service.name, service.instance.id
}

func (i *inbox) take(name string, r *resourcepb.Resource) {
	i.mu.Lock()
	defer i.mu.Unlock()
	attributes := map[string]string{}
	for _, kv := range r.GetAttributes() {
		attributes[kv.GetKey()] = kv.GetValue().GetStringValue()
	}
	i.names[name]++
	i.from[[2]string{attributes["service.name"], attributes["service.instance.id"]}] = true
}

type traces struct {
	tracepb.UnimplementedTraceServiceServer
	*inbox
}

func (t traces) Export(_ context.Context, req *tracepb.ExportTraceServiceRequest) (*tracepb.ExportTraceServiceResponse, error) {
	for _, r := range req.GetResourceSpans() {
		for _, s := range r.GetScopeSpans() {
			for _, span := range s.GetSpans() {
				t.take(span.GetName(), r.GetResource())
			}
		}
	}
	return &tracepb.ExportTraceServiceResponse{}, nil
}

type metrics struct {
	metricspb.UnimplementedMetricsServiceServer
	*inbox
}

func (m metrics) Export(_ context.Context, req *metricspb.ExportMetricsServiceRequest) (*metricspb.ExportMetricsServiceResponse, error) {
	for _, r := range req.GetResourceMetrics() {
		for _, s := range r.GetScopeMetrics() {
			for _, metric := range s.GetMetrics() {
				m.take(metric.GetName(), r.GetResource())
			}
		}
	}
	return &metricspb.ExportMetricsServiceResponse{}, nil
}

// listen starts a collector and names it in the environment.
func listen(t *testing.T) *inbox {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	got := &inbox{names: map[string]int{}, from: map[[2]string]bool{}}
	srv := grpc.NewServer()
	tracepb.RegisterTraceServiceServer(srv, traces{inbox: got})
	metricspb.RegisterMetricsServiceServer(srv, metrics{inbox: got})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	t.Cleanup(func() {
		srv.Stop()
		<-served
	})
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+l.Addr().String())
	return got
}

func TestSpansAndMetricsArriveUnderTheProgramsName(t *testing.T) {
	for name, want := range map[string]string{"": "bot", "night-bot": "night-bot"} {
		t.Run("OTEL_SERVICE_NAME="+name, func(t *testing.T) {
			t.Setenv("OTEL_SERVICE_NAME", name)
			t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "")
			got := listen(t)
			shutdown, err := setUp(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			x := xapitest.Start(t)
			client := &http.Client{Transport: otelxapi.NewTransport(x.Transport())}
			if r := send(client, request(t)); r.Class != classify.OK {
				t.Errorf("the call is %s", r.Class)
			}
			if err := shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"GET /2/tweets/search/recent", "http.client.request.duration"} {
				if got.names[name] != 1 {
					t.Errorf("got %v, without one %s", got.names, name)
				}
			}
			for from := range got.from {
				if from[0] != want || from[1] == "" || len(got.from) != 1 {
					t.Errorf("name and instance are %q", from)
				}
			}
		})
	}
}

// The SDK's retries must not hold up the end of a program that has a deadline.
func TestShutdownKeepsADeadline(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+l.Addr().String())
	l.Close()
	shutdown, err := setUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x := xapitest.Start(t)
	send(&http.Client{Transport: otelxapi.NewTransport(x.Transport())}, request(t))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	if err := shutdown(ctx); err == nil {
		t.Error("no error, with nobody to export to")
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("shutdown took %s", took)
	}
}

func TestEveryOutcomeHasAVerdict(t *testing.T) {
	for _, name := range []string{"search_page", "rate_limited", "usage_capped", "cut_body", "partial_not_found", "connection_refused", "dns_failure"} {
		t.Run(name, func(t *testing.T) {
			x := xapitest.Start(t)
			s, ok := xapitest.Lookup(name)
			if !ok {
				t.Fatal("no such scenario")
			}
			if s.Fault == xapitest.FaultNone {
				if err := x.PlayScenario(s); err != nil {
					t.Fatal(err)
				}
			}
			req, err := s.NewRequest(t.Context(), "https://api.x.com")
			if err != nil {
				t.Fatal(err)
			}
			client := &http.Client{Transport: otelxapi.NewTransport(s.Transport(x.Transport()))}
			if r := send(client, req); r.Class != s.Class {
				t.Errorf("got %s, want %s", r.Class, s.Class)
			}
		})
	}
}

func request(t *testing.T) *http.Request {
	t.Helper()
	s, _ := xapitest.Lookup("search_page")
	req, err := s.NewRequest(t.Context(), "https://api.x.com")
	if err != nil {
		t.Fatal(err)
	}
	return req
}
