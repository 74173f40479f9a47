package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/otelxapi/otelxapi/e2e/stack"
)

// selectors finds the series that each alert of a file of rules is made from:
// through recording rules, down to what is scraped. The result is by the name
// of the alert; each selector is PromQL that lacks the job.
func selectors(rules []byte) (map[string][]string, error) {
	groups, err := stack.ParseRules(rules)
	if err != nil {
		return nil, err
	}
	p := parser.NewParser(parser.Options{})
	records, alerts := map[string][]parser.Expr{}, map[string][]parser.Expr{}
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			expr, err := p.ParseExpr(r.Expr)
			if err != nil {
				return nil, fmt.Errorf("%s%s: %w", r.Record, r.Alert, err)
			}
			if r.Alert != "" {
				alerts[r.Alert] = append(alerts[r.Alert], expr)
			} else {
				records[r.Record] = append(records[r.Record], expr)
			}
		}
	}
	out := map[string][]string{}
	for name, exprs := range alerts {
		for _, e := range exprs {
			for _, way := range ways(e) {
				found := map[string]*parser.VectorSelector{}
				descend(way, nil, records, nil, found)
				out[name] = append(out[name], telling(found)...)
			}
		}
		slices.Sort(out[name])
		out[name] = slices.Compact(out[name])
	}
	return out, nil
}

// ways returns the operands of an expression's "or": each is enough for the
// alert.
func ways(e parser.Expr) []parser.Expr {
	switch e := e.(type) {
	case *parser.ParenExpr:
		return ways(e.Expr)
	case *parser.AggregateExpr:
		return ways(e.Expr)
	case *parser.BinaryExpr:
		if e.Op == parser.LOR {
			return append(ways(e.LHS), ways(e.RHS)...)
		}
		if _, threshold := e.RHS.(*parser.NumberLiteral); threshold {
			return ways(e.LHS)
		}
	}
	return []parser.Expr{e}
}

// telling returns the selectors that tell of trouble: those of a class of
// failure where there are any, as what they are held against is there anyway.
func telling(found map[string]*parser.VectorSelector) []string {
	var of []string
	for text, s := range found {
		if slices.ContainsFunc(s.LabelMatchers, func(m *labels.Matcher) bool {
			return m.Name == "x_api_class" || m.Name == "error_type"
		}) {
			of = append(of, text)
		}
	}
	if of == nil {
		of = slices.Collect(maps.Keys(found))
	}
	return of
}

// descend collects the selectors of an expression. outer are the matchers that
// a recording rule was selected with, which hold for what it is made from, as
// rules keep labels; way are the rules that led here.
func descend(e parser.Expr, outer []*labels.Matcher, records map[string][]parser.Expr, way []string, found map[string]*parser.VectorSelector) {
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		v, ok := n.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		matchers := slices.Clone(outer)
		for _, m := range v.LabelMatchers {
			if m.Name != labels.MetricName {
				matchers = append(matchers, m)
			}
		}
		if inner, ok := records[v.Name]; ok {
			if !slices.Contains(way, v.Name) {
				for _, e := range inner {
					descend(e, matchers, records, append(slices.Clone(way), v.Name), found)
				}
			}
			return nil
		}
		s := &parser.VectorSelector{Name: v.Name, LabelMatchers: matchers}
		found[s.String()] = s
		return nil
	})
}

// ofJob restricts a selector to a job.
func ofJob(selector, job string) (string, error) {
	e, err := parser.NewParser(parser.Options{}).ParseExpr(selector)
	if err != nil {
		return "", err
	}
	v, ok := e.(*parser.VectorSelector)
	if !ok {
		return "", fmt.Errorf("%s is no selector", selector)
	}
	v.LabelMatchers = append(v.LabelMatchers, labels.MustNewMatcher(labels.MatchEqual, "job", job))
	return v.String(), nil
}
