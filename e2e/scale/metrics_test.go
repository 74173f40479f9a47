package scale

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// processes are programs that export the library's own metrics.
type processes struct {
	n, exports int
}

// startProcesses has 16 programs export a counter to the agent, several times.
func startProcesses(t *testing.T, agent string) processes {
	t.Helper()
	p := processes{n: 16, exports: 10}
	conn, err := grpc.NewClient(agent, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := pmetricotlp.NewGRPCClient(conn)
	began := time.Now()
	for export := range p.exports {
		for n := range p.n {
			metrics := pmetric.NewMetrics()
			rm := metrics.ResourceMetrics().AppendEmpty()
			rm.Resource().Attributes().PutStr("service.name", "svc")
			rm.Resource().Attributes().PutStr("service.instance.id", fmt.Sprintf("process-%d", n))
			sm := rm.ScopeMetrics().AppendEmpty()
			sm.Scope().SetName("github.com/otelxapi/otelxapi")
			m := sm.Metrics().AppendEmpty()
			m.SetName("x_api.problems")
			m.SetUnit("{problem}")
			sum := m.SetEmptySum()
			sum.SetIsMonotonic(true)
			sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			dp := sum.DataPoints().AppendEmpty()
			dp.SetStartTimestamp(pcommon.NewTimestampFromTime(began))
			dp.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
			dp.SetIntValue(int64(export + 1))
			dp.Attributes().PutStr("x_api.class", "rate_limited")
			if err := insist(t.Context(), func() error {
				_, err := client.Export(t.Context(), pmetricotlp.NewExportRequestFromMetrics(metrics))
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p
}

// eachHasOneGateway checks that a process's counter is with one gateway, the
// last of it, and that the gateways share the processes.
func (p processes) eachHasOneGateway(t *testing.T, s *tiers) {
	t.Helper()
	var perGateway [2]int
	seen := map[string]int{}
	for i, page := range s.pages(t) {
		for series, value := range page["x_api_problems_total"] {
			perGateway[i]++
			seen[labelOf(series, "instance")]++
			if value != float64(p.exports) {
				t.Errorf("%s = %v; want %d", series, value, p.exports)
			}
		}
	}
	t.Logf("processes by gateway: %v", perGateway)
	if perGateway[0] == 0 || perGateway[1] == 0 {
		t.Errorf("processes by gateway = %v; want some by each", perGateway)
	}
	for n := range p.n {
		if id := fmt.Sprintf("process-%d", n); seen[id] != 1 {
			t.Errorf("%s is with %d gateways; want 1", id, seen[id])
		}
	}
}

// countsAddUp checks that the gateways' counts of calls add up to all of them,
// that neither has all, and that no series is with both.
func (s *tiers) countsAddUp(t *testing.T, spans int) {
	t.Helper()
	const calls = "x_api_spans_calls_total"
	total := func() (of [2]float64) {
		for i, page := range s.pages(t) {
			for _, value := range page[calls] {
				of[i] += value
			}
		}
		return of
	}
	var of [2]float64
	for deadline := time.Now().Add(10 * time.Second); of[0]+of[1] < float64(spans) && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		of = total()
	}
	if of[0]+of[1] != float64(spans) || of[0] == 0 || of[1] == 0 {
		t.Errorf("the gateways count %v calls; want %d in all", of, spans)
	}
	pages := s.pages(t)
	both, withoutLabel := 0, 0
	for name, series := range pages[0] {
		if name == "target_info" {
			continue // the exporter leaves the label out; it is 1 with both
		}
		for one := range series {
			if _, is := pages[1][name][one]; is {
				both++
				t.Errorf("both gateways have %s", one)
			}
			if _, is := pages[1][name][strings.Replace(one, `gateway="gateway-1"`, `gateway="gateway-2"`, 1)]; is {
				withoutLabel++
			}
		}
	}
	t.Logf("series with both gateways: %d; without the label there would be %d", both, withoutLabel)
	if withoutLabel == 0 {
		t.Error("the label is not needed; why is it there?")
	}
}

// page is a Prometheus page: values by name and series; of histograms the count.
type page map[string]map[string]float64

func (s *tiers) pages(t *testing.T) (pages [2]page) {
	t.Helper()
	for i, ports := range s.gatewayPorts {
		pages[i] = page{}
		for _, address := range []string{ports.Prometheus, ports.Spans} {
			addPage(t, pages[i], address)
		}
	}
	return pages
}

func addPage(t *testing.T, to page, address string) {
	t.Helper()
	res, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range families {
		to[name] = map[string]float64{}
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			slices.Sort(labels)
			value := m.GetCounter().GetValue() + m.GetGauge().GetValue() + m.GetUntyped().GetValue() + float64(m.GetHistogram().GetSampleCount())
			to[name][name+"{"+strings.Join(labels, ",")+"}"] = value
		}
	}
}

// labelOf returns the value of a label of a series, "" if it has none.
func labelOf(series, label string) string {
	_, rest, _ := strings.Cut(series, label+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}
