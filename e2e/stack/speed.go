package stack

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"
)

// promQL is the parser that Prometheus uses without feature flags.
var promQL = parser.NewParser(parser.Options{})

// ParseRules parses a file of rules as Prometheus does.
func ParseRules(file []byte) (*rulefmt.RuleGroups, error) {
	groups, errs := rulefmt.Parse(file, false, model.UTF8Validation, promQL, slog.New(slog.DiscardHandler))
	return groups, errors.Join(errs...)
}

// SpeedUp returns a file of rules in which every duration (intervals, for,
// ranges, offsets, subqueries) is divided by factor, so that what takes an
// hour can be seen in a minute when samples are as much closer together.
// Numbers, such as a gauge's threshold in seconds, stay.
func SpeedUp(file []byte, factor int) ([]byte, error) {
	groups, err := ParseRules(file)
	if err != nil {
		return nil, err
	}
	shrink := func(d model.Duration) model.Duration {
		if d == 0 {
			return 0
		}
		return max(d/model.Duration(factor), model.Duration(time.Millisecond))
	}
	for g := range groups.Groups {
		group := &groups.Groups[g]
		group.Interval = shrink(group.Interval)
		if group.QueryOffset != nil {
			*group.QueryOffset = shrink(*group.QueryOffset)
		}
		for r := range group.Rules {
			rule := &group.Rules[r]
			rule.For, rule.KeepFiringFor = shrink(rule.For), shrink(rule.KeepFiringFor)
			expr, err := promQL.ParseExpr(rule.Expr)
			if err != nil {
				return nil, fmt.Errorf("%s%s: %w", rule.Record, rule.Alert, err)
			}
			parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
				by := time.Duration(factor)
				switch n := n.(type) {
				case *parser.MatrixSelector:
					n.Range /= by
				case *parser.VectorSelector:
					n.OriginalOffset /= by
				case *parser.SubqueryExpr:
					n.Range, n.OriginalOffset, n.Step = n.Range/by, n.OriginalOffset/by, n.Step/by
				}
				return nil
			})
			rule.Expr = expr.String()
		}
	}
	return yaml.Marshal(groups)
}
