package otelxapi

import (
	"net/http"

	"github.com/otelxapi/otelxapi/internal/jsonscan"
)

// includeTypes are the resource types of jsonscan's Includes, in X's words for
// what it bills.
var includeTypes = [...]string{
	jsonscan.Users: "user", jsonscan.Tweets: "post", jsonscan.Posts: "post", jsonscan.Media: "media",
	jsonscan.Places: "place", jsonscan.Polls: "poll", jsonscan.Topics: "topic",
}

// harvest is how many resources an answer returned.
type harvest struct {
	data     int
	includes [len(includeTypes)]int
}

// harvest counts what came back, and reports false if that is not known.
func (w *watch) harvest() (h harvest, ok bool) {
	if !w.on {
		return h, false
	}
	if w.scan.Count {
		h.data = w.scan.Data()
		for i := range h.includes {
			h.includes[i] = w.scan.Includes(jsonscan.Include(i))
		}
		return h, w.scan.HasData() || w.scan.Complete()
	}
	if n, found := w.scan.ResultCount(); found {
		h.data = int(n)
		return h, true
	}
	h.data = w.scan.Data()
	return h, h.data > 0
}

// account counts what came back and what it cost. c.mu is held.
func (c *call) account() {
	op := c.site.operation
	if op == nil || c.point.status < 200 || c.point.status >= 300 {
		return
	}
	h, ok := c.seen.harvest()
	if !ok && op.Billing.PerResource {
		return
	}
	in := c.config.instruments
	if op.Method == http.MethodGet && ok {
		c.put(ResourcesReturnedKey.Int(h.data))
		c.countResource(resource{unitOr(op.Billing.Unit, op.Billing.PerResource), false}, h.data)
		for i, n := range h.includes {
			c.countResource(resource{includeTypes[i], true}, n)
		}
	}
	if p := c.config.prices; p != nil {
		if usd := p.cost(op, h); usd > 0 {
			c.put(CostEstimatedKey.Float64(usd))
			in.cost.Add(c, usd, c.site.counts...)
		}
	}
}

// bill counts n messages of a stream as resources, and what they cost. What
// comes along in their "includes" is not counted. s.mu is held.
func (s *session) bill(n int64) {
	c := s.call
	op := c.site.operation
	if op == nil || n == 0 {
		return
	}
	in := c.config.instruments
	kind := resource{unitOr(op.Billing.Unit, op.Billing.PerResource), false}
	c.resource(kind).Add(n)
	if usd := s.price(n); usd > 0 {
		in.cost.Add(s.ctx, usd, c.site.counts...)
	}
}

// price is what n messages cost, 0 if that is not known or not wanted.
func (s *session) price(n int64) float64 {
	op, p := s.call.site.operation, s.call.config.prices
	if op == nil || p == nil {
		return 0
	}
	return p.cost(op, harvest{data: int(n)})
}

// otherResource is the type of resources that X has no price for.
const otherResource = "other"

func unitOr(unit string, perResource bool) string {
	if !perResource || unit == "" {
		return otherResource
	}
	return unit
}

// countResource adds n resources of a type. c.mu is held.
func (c *call) countResource(r resource, n int) {
	if n == 0 {
		return
	}
	c.resource(r).Add(int64(n))
}

// resource is what tells the points of x_api.resources of one site apart.
type resource struct {
	kind     string
	included bool
}

// resource returns the total of r, looked up once for each r.
func (c *call) resource(r resource) *total {
	st := c.site
	if known, ok := st.resources.get(r); ok {
		return known
	}
	kvs := append(st.operationAttributes(), ResourceTypeKey.String(r.kind), ResourceIncludedKey.Bool(r.included))
	return st.resources.add(r, c.config.instruments.resources.of(kvs...))
}
