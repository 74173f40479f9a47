package otelxapi

import (
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelxapi/otelxapi/classify"
)

// problem is what tells the points of x_api.problems of one site apart. Both
// parts are from bounded tables.
type problem struct {
	class classify.Class
	kind  string // a problem type of the catalogue, or empty
}

// knownTypes are the problem types of the catalogue in the form of
// classify.Problem.Type.
var knownTypes = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for _, t := range classify.Catalog().Types {
		known[t.URL()] = true
	}
	return known
})

// countProblems counts a call that failed, or each error inside a success.
// c.mu is held.
func (c *call) countProblems(r *classify.Result) {
	if r.Class.IsError() {
		kind := ""
		if len(r.Problems) > 0 {
			kind = r.Problems[0].Type
		}
		c.countProblem(r.Class, kind, 1)
		return
	}
	for i := range r.Problems {
		c.countProblem(r.Problems[i].Class, r.Problems[i].Type, 1)
	}
	// What is beyond the beginning of "errors" is known by number only.
	if rest := r.Total - len(r.Problems); rest > 0 {
		c.countProblem(r.Class, "", rest)
	}
}

func (c *call) countProblem(class classify.Class, kind string, n int) {
	if !knownTypes()[kind] {
		kind = ""
	}
	c.config.instruments.problems.Add(c, int64(n), c.site.problem(problem{class, kind})...)
}

// problem returns the options that count p, made once for each p.
func (st *site) problem(p problem) []metric.AddOption {
	if opts, ok := st.problems.get(p); ok {
		return opts
	}
	kvs := append(st.operationAttributes(), ClassKey.String(string(p.class)))
	if p.kind != "" {
		kvs = append(kvs, ProblemTypeKey.String(p.kind))
	}
	return st.problems.add(p, []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(kvs...))})
}

// count counts the call, what failed of it, and notes the version of the API
// that answered. c.mu is held.
func (c *call) count() {
	if c.config.stats {
		c.site.tally.add(c.result)
	}
	in := c.config.instruments
	if !in.enabled(c) {
		return
	}
	if r := c.result; r != nil && r.Class != classify.Canceled {
		c.countProblems(r)
	}
	if c.resend > 0 {
		in.resends.Add(c, 1, c.site.total()...)
	}
	if c.site.template == "" {
		in.unknown.Add(c, 1, c.site.total()...)
	}
	if v := c.header["Api-Version"]; len(v) == 1 {
		if last := in.version.Load(); last == nil || *last != v[0] {
			if version := classify.ParseServer(c.header, time.Time{}).Version; version != "" {
				in.version.Store(&version)
			}
		}
	}
}
