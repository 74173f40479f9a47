package main

import (
	"fmt"
	"strings"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

// report returns the page: what the spans say, and how to go on.
func report(p painter, d *day, spans []span, prices otelxapi.PriceTable) string {
	var b strings.Builder
	cs := calls(spans)
	fmt.Fprintln(&b, p.paint(bold, fmt.Sprintf("otelxapi quickstart: %d calls to %s, each one a client span", len(cs), d.target)))
	fmt.Fprintln(&b)
	table(&b, p, cs)
	fmt.Fprintln(&b)
	tree(&b, p, spans)
	fmt.Fprintln(&b)
	budget(&b, p, cs)
	fmt.Fprintln(&b)
	cost(&b, p, cs, prices)
	fmt.Fprintln(&b)
	fmt.Fprintln(&b, "In your program: ", p.paint(cyan, "client := &http.Client{Transport: otelxapi.NewTransport(nil)}"))
	fmt.Fprintln(&b, "To a collector:  ", p.paint(cyan, "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 go run ./examples/quickstart"))
	fmt.Fprintln(&b, "As a web page:   ", p.paint(cyan, "go run ./examples/quickstart -page 127.0.0.1:8080"))
	return b.String()
}

// classStyle is green for what went well, red for what somebody has to mend, and
// yellow for the rest: what waiting or repeating mends, and successes that hold
// problems.
func classStyle(s span) style {
	switch {
	case s.class() == classify.OK:
		return green
	case s.failed() && s.text(otelxapi.RetryVerdictKey) == string(classify.VerdictNever):
		return red
	}
	return yellow
}
