package main

import (
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"

	"github.com/otelxapi/otelxapi/endpoint"
)

var attributeHeader = []string{"Attribute", "Type", "On", "When", "What"}

func briefAttributes(f *facts) string {
	return table(attributeHeader, attributeRows(f.attributes, func(p prose) string { return p.first }))
}

func fullAttributes(f *facts) string {
	all := func(p prose) string { return p.all }
	standard, own := split(f.attributes)
	return "### OpenTelemetry's own\n\n" + table(attributeHeader, attributeRows(standard, all)) +
		"\n### X's\n\n" + table(attributeHeader, attributeRows(own, all))
}

// split separates the keys of the semantic conventions from this library's.
func split(list []attributeDoc) (standard, own []attributeDoc) {
	for _, a := range list {
		if a.standard {
			standard = append(standard, a)
		} else {
			own = append(own, a)
		}
	}
	return standard, own
}

func attributeRows(list []attributeDoc, text func(prose) string) [][]string {
	var rows [][]string
	for _, a := range list {
		rows = append(rows, []string{code(a.key), a.typ, strings.Join(a.on, ", "), markdown(a.when), text(a.doc)})
	}
	return rows
}

func eventTable(f *facts) string {
	var rows [][]string
	for _, e := range f.events {
		rows = append(rows, []string{code(e.name), e.doc.all})
	}
	return table([]string{"Event", "What"}, rows) + "\nAttributes of the events: " + keysOn(f, "event") + ".\n"
}

func metricTable(f *facts) string {
	var rows [][]string
	for _, m := range f.allMetrics() {
		rows = append(rows, []string{code(m.name), m.instrument, code(m.unit), codeList(m.attributes), m.doc.all, code(m.query)})
	}
	return table([]string{"Metric", "Instrument", "Unit", "Attributes", "What", "Example (PromQL)"}, rows)
}

// allMetrics returns otelhttp's duration histogram, which carries the
// attributes that are on metrics, and this library's own metrics.
func (f *facts) allMetrics() []metricDoc {
	d := httpconv.ClientRequestDuration{}
	text := markdown(d.Description())
	return append([]metricDoc{{
		name: d.Name(), instrument: "histogram", unit: d.Unit(), doc: prose{text, text},
		attributes: strings.Join(keysOf(f, "metric"), ", "),
		query:      "histogram_quantile(0.99, sum by (le, url_template) (rate(http_client_request_duration_seconds_bucket{url_template!=\"\"}[5m])))",
	}}, f.metrics...)
}

func keysOn(f *facts, signal string) string { return codeList(strings.Join(keysOf(f, signal), ", ")) }

// keysOf returns the keys of the attributes that are on a signal.
func keysOf(f *facts, signal string) (keys []string) {
	for _, a := range f.attributes {
		if slices.Contains(a.on, signal) {
			keys = append(keys, a.key)
		}
	}
	return keys
}

// codeList sets each item of a list with commas as code.
func codeList(list string) string {
	if list == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(list, ", ", "`, `") + "`"
}

func endpointCount(f *facts) string {
	documented, streams := 0, 0
	templates := map[string]bool{}
	for _, op := range f.operations {
		templates[op.Template] = true
		if op.Source == "" {
			documented++
		}
		if op.Streaming {
			streams++
		}
	}
	return fmt.Sprintf("%d operations of X's OpenAPI document %s and %d more that X documents elsewhere or that clients still use: %d path templates, %d streams.\n",
		documented, endpoint.SpecVersion, len(f.operations)-documented, len(templates), streams)
}
