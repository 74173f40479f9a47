package e2e

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/e2e/stack"
	"github.com/otelxapi/otelxapi/xapitest"
)

// call plays a scenario of the simulator once and reads the answer to its end.
func call(t *testing.T, p *stack.Program, x *xapitest.Server, s xapitest.Scenario) {
	t.Helper()
	if err := x.PlayScenario(s); err != nil {
		t.Fatal(err)
	}
	r, err := s.NewRequest(t.Context(), x.URL)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Client.Do(r)
	if err != nil {
		return // the scenario's error; the telemetry says which
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
}

// scrape reads a page of the collector's until it has what is wanted, for as
// long as the test may take.
func scrape(t *testing.T, url string, done func(page string) bool) string {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		page := get(t, url)
		if done(page) {
			return page
		}
		if time.Now().After(deadline) {
			t.Fatalf("the page does not get there:\n%s", page)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// sample is a line of a page: name, labels, value.
var sample = regexp.MustCompile(`(?m)^([a-z_]+)(\{[^\n]*?\})? ([-+0-9.eE]+)(?: #.*)?$`)

// sum adds up all samples of a name.
func sum(t *testing.T, page, name string) (total float64) {
	t.Helper()
	for _, m := range sample.FindAllStringSubmatch(page, -1) {
		if m[1] != name {
			continue
		}
		v, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		total += v
	}
	return total
}

// count counts the samples whose name begins so.
func count(page, prefix string) (n int) {
	for _, m := range sample.FindAllStringSubmatch(page, -1) {
		if strings.HasPrefix(m[1], prefix) {
			n++
		}
	}
	return n
}

// hasLabel reports whether labels, as they stand on a page, have a value.
func hasLabel(labels, name, value string) bool {
	return strings.Contains(labels, name+`="`+value+`"`)
}
