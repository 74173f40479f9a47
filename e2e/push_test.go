package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"

	"github.com/otelxapi/otelxapi/xapitest"
)

// metricSink takes metrics by OTLP/HTTP, as Prometheus does with
// --web.enable-otlp-receiver.
type metricSink struct {
	mu    sync.Mutex
	calls map[string]float64 // of each metric, the sum over its last points
}

func (s *metricSink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	request := pmetricotlp.NewExportRequest()
	if err == nil {
		err = request.UnmarshalProto(body)
	}
	if err != nil || r.URL.Path != "/api/v1/otlp/v1/metrics" {
		http.Error(w, r.URL.Path, http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rm := range request.Metrics().ResourceMetrics().All() {
		for _, sm := range rm.ScopeMetrics().All() {
			for _, m := range sm.Metrics().All() {
				switch m.Name() {
				case "x_api.spans.calls":
					total := 0.0
					for _, p := range m.Sum().DataPoints().All() {
						total += float64(p.IntValue())
					}
					s.calls[m.Name()] = total
				case "http.client.request.duration":
					total := 0.0
					for _, p := range m.Histogram().DataPoints().All() {
						total += float64(p.Count())
					}
					s.calls[m.Name()] = total
				}
			}
		}
	}
	response, _ := pmetricotlp.NewExportResponse().MarshalProto()
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(response)
}

func TestThePushVariantPushesBothKindsOfMetrics(t *testing.T) {
	sink := &metricSink{calls: map[string]float64{}}
	server := httptest.NewServer(gunzip(sink))
	defer server.Close()
	t.Setenv("PROMETHEUS_OTLP", server.URL+"/api/v1/otlp")
	var log lines
	ports := startCollector(t, startStore(t), log.add, "file:../otel-collector-push.yaml")
	x := xapitest.Start(t)
	p := startProgram(t, ports, x)
	const calls = 7
	for range calls {
		s, _ := xapitest.Lookup("usage_capped")
		call(t, p, x, s)
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		sink.mu.Lock()
		done := sink.calls["x_api.spans.calls"] == calls && sink.calls["http.client.request.duration"] == calls
		have := sink.calls
		sink.mu.Unlock()
		if done {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("pushed %v, want %d of each", have, calls)
		}
	}
	if warned := log.like(warning); len(warned) > 0 {
		t.Errorf("the collector warns:\n%s", warned)
	}
}
