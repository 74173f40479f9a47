package scale

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"

	"github.com/otelxapi/otelxapi/e2e/stack"
)

const (
	shipped = "file:../../otel-collector.yaml"
	gateway = "file:../../monitoring/scale/gateway.yaml"
	agent   = "file:../../monitoring/scale/agent.yaml"
)

// quick is a layer over the gateways that has spans come out of tail sampling
// sooner, in small requests, so that a test can bound what is on its way.
var quick = fmt.Sprintf(`yaml:
processors:
  tail_sampling: { decision_wait: 1s }
  batch: { timeout: 50ms, send_batch_size: %[1]d, send_batch_max_size: %[1]d }
connectors:
  span_metrics/x_api: { metrics_flush_interval: 200ms }
exporters:
  otlp_grpc/jaeger: { sending_queue: { num_consumers: 2 } }
`, spansARequest)

// tiers are an agent and two gateways, with a store of traces for each gateway
// so that it shows which spans came by which.
type tiers struct {
	agent        *process
	agentPort    string
	gateways     [2]*process
	gatewayPorts [2]stack.Ports
	stores       [2]*stack.TraceStore
}

// startTiers starts them all with the shipped files. What differs: addresses,
// folders, and the layers.
func startTiers(t testing.TB, keepPercent int, gatewayLayers ...string) *tiers {
	t.Helper()
	s := &tiers{}
	dir := t.TempDir()
	for i := range s.gateways {
		store, err := stack.StartTraceStore("")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(store.Stop)
		ports, err := stack.FreePorts()
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("gateway-%d", i+1)
		s.stores[i], s.gatewayPorts[i] = store, ports
		s.gateways[i] = &process{
			name:   name,
			config: append([]string{shipped, gateway, ports.Overlay(filepath.Join(dir, name), store.Addr)}, gatewayLayers...),
			env:    []string{"GATEWAY_NAME=" + name, fmt.Sprintf("X_API_KEEP_PERCENT=%d", keepPercent)},
		}
		s.gateways[i].start(t)
	}
	p := freeAddresses(t, 5)
	s.agentPort = p[0]
	s.agent = &process{
		name: "agent",
		config: []string{agent, fmt.Sprintf(`yaml:
extensions:
  health_check: { endpoint: %q }
receivers:
  otlp: { protocols: { grpc: { endpoint: %q }, http: { endpoint: %q } } }
  otlp/gateway_1: { protocols: { grpc: { endpoint: %[4]q } } }
  otlp/gateway_2: { protocols: { grpc: { endpoint: %[5]q } } }
exporters:
  load_balancing/by_trace: { resolver: { static: { hostnames: [ %[4]q, %[5]q ] } } }
  load_balancing/by_process: { resolver: { static: { hostnames: [ %[4]q, %[5]q ] } } }
  otlp_grpc/gateway_1: { retry_on_failure: { max_interval: 500ms } }
  otlp_grpc/gateway_2: { retry_on_failure: { max_interval: 500ms } }
service:
  telemetry: { metrics: { level: none, readers: [] } }
`, p[1], p[0], p[2], p[3], p[4])},
		env: []string{
			"OTELCOL_STATE_DIR=" + filepath.Join(dir, "agent"),
			"GATEWAY_1=" + s.gatewayPorts[0].OTLPgRPC,
			"GATEWAY_2=" + s.gatewayPorts[1].OTLPgRPC,
		},
	}
	s.agent.start(t)
	return s
}

// freeAddresses returns n addresses of loopback that nobody listens on.
func freeAddresses(t testing.TB, n int) []string {
	t.Helper()
	addresses := make([]string, n)
	for i := range addresses {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // after all, so that they differ
		addresses[i] = l.Addr().String()
	}
	return addresses
}

// tally is what became of the spans that were sent.
type tally struct {
	sent    int
	arrived map[spanKey]int // times
	doubled int             // arrivals beyond a span's first
	traces  [2]int          // of each gateway
	split   int             // traces that both gateways had spans of
	cut     int             // traces of which a part arrived
	lost    []spanKey
}

func (s *tiers) tally(sent []spanKey) tally {
	r := tally{sent: len(sent), arrived: map[spanKey]int{}}
	type parts struct{ sent, arrived, by [2]int }
	traces := map[[16]byte]*parts{}
	for _, k := range sent {
		if traces[k.trace] == nil {
			traces[k.trace] = &parts{}
		}
		traces[k.trace].sent[0]++
	}
	for i, store := range s.stores {
		for _, sp := range store.Spans() {
			k := spanKey{sp.TraceID(), sp.SpanID()}
			tr := traces[k.trace]
			if tr == nil {
				continue // not of this load
			}
			if r.arrived[k]++; r.arrived[k] == 1 {
				tr.arrived[0]++
			} else {
				r.doubled++
			}
			tr.by[i]++
		}
	}
	for _, tr := range traces {
		if tr.by[0] > 0 && tr.by[1] > 0 {
			r.split++
		}
		for i := range tr.by {
			if tr.by[i] > 0 {
				r.traces[i]++
			}
		}
		if tr.arrived[0] > 0 && tr.arrived[0] < tr.sent[0] {
			r.cut++
		}
	}
	for _, k := range sent {
		if r.arrived[k] == 0 {
			r.lost = append(r.lost, k)
		}
	}
	return r
}

// stored returns how many spans a gateway has delivered.
func (s *tiers) stored(gateway int) int { return len(s.stores[gateway].Spans()) }
