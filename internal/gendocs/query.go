package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"
)

// metricRef is a metric in the template of a query: <name>, <name bucket> for
// a series of a histogram, both perhaps with matchers in braces.
var metricRef = regexp.MustCompile(`<([a-z][a-z0-9_.]*)(?: (bucket|count|sum))?(?:\{([^}]*)\})?>`)

// promQL expands the metrics in the template of a query to their names in
// Prometheus, with the dashboard's variables as matchers of those labels that
// the metric has. It returns the metrics as well.
func promQL(template string, metrics []metricDoc) (expr string, used []metricDoc, err error) {
	expr = metricRef.ReplaceAllStringFunc(template, func(ref string) string {
		part := metricRef.FindStringSubmatch(ref)
		i := slices.IndexFunc(metrics, func(m metricDoc) bool { return m.name == part[1] })
		if i < 0 {
			err = fmt.Errorf("there is no metric %q", part[1])
			return ref
		}
		m := metrics[i]
		name, nameErr := promName(m)
		if nameErr != nil {
			err = nameErr
		}
		if (m.instrument == "histogram") != (part[2] != "") {
			err = fmt.Errorf("%s: only a histogram, and each, has bucket, count or sum", ref)
		}
		if !slices.ContainsFunc(used, func(u metricDoc) bool { return u.name == m.name }) {
			used = append(used, m)
		}
		if part[2] != "" {
			name += "_" + part[2]
		}
		return name + "{" + strings.Join(matchers(m, part[3]), ", ") + "}"
	})
	return expr, used, err
}

// matchers are those of the dashboard's variables, and more.
func matchers(m metricDoc, more string) []string {
	list := []string{`job=~"$job"`}
	for _, v := range variables {
		if slices.Contains(strings.Split(m.attributes, ", "), v.key) {
			list = append(list, fmt.Sprintf(`%s=~"$%s"`, promLabel(v.key), v.name))
		}
	}
	// Other clients of the program that use otelhttp count there, too, without it.
	if m.name == (httpconv.ClientRequestDuration{}).Name() {
		list = append(list, `url_template!=""`)
	}
	if more != "" {
		list = append(list, more)
	}
	return list
}

// variable is one of the dashboard's that is chosen from the values of an
// attribute. A series without the attribute belongs to "All" only.
type variable struct{ name, label, key string }

var variables = []variable{
	{"app", "App", "x_api.app.name"},
	{"url_template", "Endpoint", "url.template"},
}

// events counts the events of a counter in a window. A counter comes into being
// with its first event, which rate and increase do not see; here a series that
// is new, or began anew, counts from 0.
func events(ref, window string) string {
	now := "last_over_time(" + ref + "[" + window + "])"
	before := "last_over_time(" + ref + "[15m] offset " + window + ")"
	return now + " - (" + before + " <= " + now + " or 0 * " + now + ")"
}

// The windows of graphs and of tables.
const (
	interval  = "$__rate_interval"
	timeRange = "$__range"
)

// eventsNote explains graphs of events.
const eventsNote = "Each point counts the events of the interval before it, the first one of a series too."
