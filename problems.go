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
	kind  string // a problem type of the catalogue, otherType, or empty
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
	// Of the rest, types and numbers are known; of some, numbers only.
	rest := r.Total - len(r.Problems)
	_, types := c.seen.scan.ErrorTypes()
	for _, t := range types {
		p := problemLike(r, t.Type)
		n := min(t.N, rest)
		c.countProblem(p.Class, p.Type, n)
		rest -= n
	}
	c.countProblem(r.Class, "", rest)
}

// problemLike returns a problem of r of which only the type is known. Where the
// type says nothing, it is taken to be like the one before with the same type.
func problemLike(r *classify.Result, typ string) classify.Problem {
	p := classify.ProblemOf(typ)
	if p.Class == classify.Unknown && p.Type != "" {
		for i := range r.Problems {
			if r.Problems[i].Type == p.Type {
				p.Class = r.Problems[i].Class
				break
			}
		}
	}
	return p
}

func (c *call) countProblem(class classify.Class, kind string, n int) {
	if n == 0 {
		return
	}
	if kind != "" && !knownTypes()[kind] {
		kind = otherType
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

// count counts the call, what failed of it and how long X worked on it, and
// notes the version of the API that answered. c.mu is held.
func (c *call) count() {
	if !c.config.keeps(c) {
		return
	}
	c.noteVersion()
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
	if d, ok := classify.ServerDurationOf(c.header); ok {
		in.server.Record(c, d.Seconds(), c.site.records...)
	}
	if c.resend > 0 {
		in.resends.Add(c, 1, c.site.counts...)
	}
	if c.site.template == "" {
		in.unknown.Add(c, 1, c.site.counts...)
	}
}

// noteVersion keeps the version of the API that answered.
func (c *call) noteVersion() {
	v := c.header["Api-Version"]
	if len(v) != 1 {
		return
	}
	kept := &c.config.instruments.version
	if last := kept.Load(); last == nil || *last != v[0] {
		if version := classify.ParseServer(c.header, time.Time{}).Version; version != "" {
			kept.Store(&version)
		}
	}
}
