package otelxapi

import (
	"cmp"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

// site is what all requests for one operation on one host have in common. It
// is made once and shared, so that a request allocates none of it.
type site struct {
	operation  *endpoint.Operation // nil: unknown, or another method on a known path
	template   string              // empty: unknown
	name       string              // the default span name
	origin     string              // scheme and host of url.full
	url        string              // url.full up to the query
	start      []trace.SpanStartOption
	metric     []attribute.KeyValue // of every point of the duration metric
	points     table[point, []metric.RecordOption]
	resources  table[resource, *total]
	problems   table[problem, []metric.AddOption]
	mismatches table[endpoint.AuthKind, []metric.AddOption]
	counts     []metric.AddOption    // of the operation as a whole
	records    []metric.RecordOption // likewise
	windows    windows
	tally      tally
	connection connections
	urls       table[uint64, string] // url.full by the hash of the query's names
}

// point is what tells the points of the duration metric of one site apart.
type point struct {
	status  int
	version string
	class   classify.Class // of an error, else empty
}

// siteKey tells sites apart. Every part is from a bounded set: templates and
// methods from the table of endpoints, hosts from the configuration.
type siteKey struct{ template, method, scheme, host string }

type sites struct {
	config *config
	table  table[siteKey, *site]
}

func newSites(c *config) *sites { return &sites{config: c} }

// of returns the site of a request with this escaped path.
func (s *sites) of(r *http.Request, path string) *site {
	method := methodOf(r)
	op, template := endpoint.Match(method, path)
	k := siteKey{template, standardMethod(method), strings.ToLower(r.URL.Scheme), strings.ToLower(r.URL.Host)}
	if st, ok := s.table.get(k); ok {
		return st
	}
	return s.table.add(k, s.make(k, op))
}

func (s *sites) make(k siteKey, op *endpoint.Operation) *site {
	st := &site{operation: op, template: k.template}
	address, port := splitHostPort(k.scheme, k.host)
	start := []attribute.KeyValue{RequestMethodKey.String(k.method), ServerAddressKey.String(address)}
	st.metric = []attribute.KeyValue{
		RequestMethodKey.String(k.method), ServerAddressKey.String(address), URLSchemeKey.String(k.scheme),
	}
	if port != 0 {
		start = append(start, ServerPortKey.Int(port))
		st.metric = append(st.metric, ServerPortKey.Int(port))
	}
	st.origin = k.scheme + "://" + k.host
	st.name, st.url = k.method, st.origin+"/"+redacted
	if k.method == otherMethod {
		st.name = "HTTP" // the form that the HTTP semantic conventions ask for
	}
	if k.template != "" {
		st.name += " " + k.template
		st.url = st.origin + k.template
		start = append(start, URLTemplateKey.String(k.template))
		st.metric = append(st.metric, URLTemplateKey.String(k.template))
	}
	if op != nil {
		st.name = op.Name
		start = append(start, OperationKey.String(op.ID))
	}
	start = append(start, s.config.attributes...)
	for _, kv := range s.config.attributes {
		if kv.Key == AppNameKey {
			st.metric = append(st.metric, kv)
		}
	}
	if k.template != "" {
		st.windows = s.config.instruments.windowsOf(k.method, k.template)
	}
	whole := metric.WithAttributeSet(attribute.NewSet(st.operationAttributes()...))
	st.counts, st.records = []metric.AddOption{whole}, []metric.RecordOption{whole}
	st.start = append(append(st.start, s.config.spanOptions...),
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(start...))
	return st
}

// record returns the options that record p, made once for each p.
func (st *site) record(p point) []metric.RecordOption {
	if opts, ok := st.points.get(p); ok {
		return opts
	}
	return st.points.add(p, []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(st.pointAttributes(p)...))})
}

// operationAttributes returns what tells operations apart in the metrics of
// this library's own.
func (st *site) operationAttributes() (kvs []attribute.KeyValue) {
	for _, kv := range st.metric {
		switch kv.Key {
		case RequestMethodKey, URLTemplateKey, AppNameKey:
			kvs = append(kvs, kv)
		}
	}
	return kvs
}

func (st *site) pointAttributes(p point) []attribute.KeyValue {
	kvs := append([]attribute.KeyValue(nil), st.metric...)
	if p.status != 0 {
		kvs = append(kvs, StatusCodeKey.Int(p.status))
	}
	if p.version != "" {
		kvs = append(kvs, ProtocolVersionKey.String(p.version))
	}
	if p.class != "" {
		kvs = append(kvs, ErrorTypeKey.String(string(p.class)))
	}
	return kvs
}

// methodOf returns the method of a request, for which net/http takes none as
// GET.
func methodOf(r *http.Request) string { return cmp.Or(r.Method, http.MethodGet) }

// standardMethod returns the method if the HTTP semantic conventions know it,
// in whatever case it is written, and "_OTHER" if not, so that a caller's slip
// cannot make new series.
func standardMethod(m string) string {
	switch upper := strings.ToUpper(m); upper {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch,
		http.MethodHead, http.MethodOptions, http.MethodConnect, http.MethodTrace, "QUERY":
		return upper
	}
	return otherMethod
}

// splitHostPort returns the host without its port, and the port if it is not
// the scheme's own.
func splitHostPort(scheme, hostport string) (host string, port int) {
	host, p, err := net.SplitHostPort(hostport)
	if err != nil {
		return strings.Trim(hostport, "[]"), 0
	}
	port, err = strconv.Atoi(p)
	if err != nil || port < 0 || scheme == "https" && port == 443 || scheme == "http" && port == 80 {
		port = 0
	}
	return host, port
}

// table is a map that requests read without a lock. Writes copy it: they are
// as rare as new operations. Beyond maxTable entries nothing is kept.
type table[K comparable, V any] struct {
	m  atomic.Pointer[map[K]V]
	mu sync.Mutex
}

const maxTable = 1024

func (t *table[K, V]) get(k K) (v V, ok bool) {
	if m := t.m.Load(); m != nil {
		v, ok = (*m)[k]
	}
	return v, ok
}

// all returns what is kept. The caller must not change it.
func (t *table[K, V]) all() map[K]V {
	if m := t.m.Load(); m != nil {
		return *m
	}
	return nil
}

// add keeps v for k unless another goroutine was faster, and returns what is
// kept.
func (t *table[K, V]) add(k K, v V) V {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.m.Load()
	if old == nil {
		old = new(map[K]V)
	}
	if kept, ok := (*old)[k]; ok {
		return kept
	}
	if len(*old) >= maxTable {
		return v
	}
	m := make(map[K]V, len(*old)+1)
	maps.Copy(m, *old)
	m[k] = v
	t.m.Store(&m)
	return v
}
