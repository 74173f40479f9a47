package otelxapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi/endpoint"
)

// Option configures a [Transport].
type Option interface {
	apply(*config)
}

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

// config is what the options say. It does not change once the transport is
// made, but for lastDate.
type config struct {
	lastDate atomic.Pointer[date]

	tracerProvider trace.TracerProvider // nil: the parent span's, or the global one
	meterProvider  metric.MeterProvider
	loggerProvider log.LoggerProvider
	logger         log.Logger
	propagators    propagation.TextMapPropagator
	filters        []func(*http.Request) bool
	spanName       func(operation string, r *http.Request) string // nil: the operation's name
	spanOptions    []trace.SpanStartOption
	attributes     []attribute.KeyValue
	hosts          []host
	queryValues    []string
	resourceIDs    bool
	events         EventMode
	slog           *slog.Logger // nil: no records
	serverInfo     bool
	bodyScan       bool
	partialIsError bool
	prices         *PriceTable // nil: costs are not estimated
	countResources bool        // exactly, includes too
	instruments    *instruments
	appName        string
	lowShare       float64
	stats          bool
	streamSegment  time.Duration // 0: one span
	streamStall    time.Duration
}

func newConfig(opts []Option) *config {
	c := &config{
		propagators: propagation.NewCompositeTextMapPropagator(),
		events:      eventsByEnvironment(),
		bodyScan:    true,
		lowShare:    0.1,

		streamSegment: 5 * time.Minute,
		streamStall:   stallAfter,
	}
	for _, name := range endpoint.Hosts() {
		c.hosts = append(c.hosts, host{name: name})
	}
	for _, o := range opts {
		if o != nil {
			o.apply(c)
		}
	}
	if c.meterProvider == nil {
		c.meterProvider = otel.GetMeterProvider()
	}
	if c.loggerProvider == nil {
		c.loggerProvider = otel.GetLoggerProvider()
	}
	if c.appName != "" {
		c.attributes = append(c.attributes, AppNameKey.String(c.appName))
	}
	c.logger = c.loggerProvider.Logger(ScopeName, log.WithInstrumentationVersion(Version))
	return c
}

// WithTracerProvider sets the provider of the tracer. Without it, spans go to
// the provider of the span in the request's context, or to the global provider
// when that context has none of this process.
func WithTracerProvider(p trace.TracerProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.tracerProvider = p
		}
	})
}

// WithMeterProvider sets the provider of the meter. The default is the global
// provider.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.meterProvider = p
		}
	})
}

// WithLoggerProvider sets the provider of the logger that [EventLog] writes
// to. The default is the global provider.
func WithLoggerProvider(p log.LoggerProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.loggerProvider = p
		}
	})
}

// WithPropagators sends the trace context, and whatever else p propagates, to
// X. The default is to send nothing, whatever the global propagator is: X makes
// no use of trace context, and W3C Baggage must not leave the trust boundary.
func WithPropagators(p propagation.TextMapPropagator) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.propagators = p
		}
	})
}

// WithFilter leaves requests alone for which f reports false: no span, no
// metric, no event. With several filters, all have to report true. f is called
// for every request to a host of X, from many goroutines at a time, and must
// not change the request.
func WithFilter(f func(*http.Request) bool) Option {
	return optionFunc(func(c *config) {
		if f != nil {
			c.filters = append(c.filters, f)
		}
	})
}

// WithSpanNameFormatter sets the span's name to what f returns. operation is
// the default name: the method and the path template, or the method alone when
// the endpoint is unknown. f must not put ids into the name.
func WithSpanNameFormatter(f func(operation string, r *http.Request) string) Option {
	return optionFunc(func(c *config) { c.spanName = f })
}

// WithSpanOptions adds options to the start of every span. The span's kind is
// always client. A nil option is left out.
func WithSpanOptions(opts ...trace.SpanStartOption) Option {
	return optionFunc(func(c *config) {
		for _, o := range opts {
			if o != nil {
				c.spanOptions = append(c.spanOptions, o)
			}
		}
	})
}

// WithAttributes sets attributes on every span, at its start.
func WithAttributes(kv ...attribute.KeyValue) Option {
	return optionFunc(func(c *config) { c.attributes = append(c.attributes, kv...) })
}

// WithAppName names the app whose credentials the client uses, as the
// attribute x_api.app.name of spans and metrics. Rate limits and bills belong
// to an app, so that a process that uses several needs one client for each.
func WithAppName(name string) Option {
	return optionFunc(func(c *config) {
		c.appName = name
	})
}

// WithHosts adds hosts to X's own (api.x.com, api.twitter.com, upload.x.com,
// upload.twitter.com), for simulators and proxies: a host, a host with a port, or
// a URL, which stands for its host, and for its port if it names one; its scheme,
// user, path and query are of no account. A host without a port stands for every
// port. One with a port stands for requests to that port, whether they name it or
// their scheme implies it: https://proxy.example:443 covers https://proxy.example,
// and the other way round. What is none of these is left out. Requests to other
// hosts pass through untouched.
func WithHosts(hosts ...string) Option {
	return optionFunc(func(c *config) {
		for _, s := range hosts {
			if h, ok := parseHost(s); ok {
				c.hosts = append(c.hosts, h)
			}
		}
	})
}

// host is one that requests of ours go to.
type host struct{ name, port string } // without a port, on every port

// parseHost reads what WithHosts takes.
func parseHost(s string) (host, bool) {
	if _, err := netip.ParseAddr(s); err == nil {
		return host{name: s}, true // an IPv6 address without brackets has no port
	}
	if !strings.Contains(s, "://") {
		s = "//" + strings.TrimPrefix(s, "//")
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return host{}, false
	}
	return host{u.Hostname(), u.Port()}, true
}

// portOf returns the port that a request to u goes to, empty if its scheme does
// not tell.
func portOf(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case strings.EqualFold(u.Scheme, "https"):
		port = "443"
	case strings.EqualFold(u.Scheme, "http"):
		port = "80"
	}
	return port
}

// WithQueryValues lets the values of the named query parameters into url.full.
// Every other value is REDACTED. A name that ends in "*" or begins with it
// matches by the rest: "*.fields" stands for tweet.fields, user.fields and so
// on.
func WithQueryValues(names ...string) Option {
	return optionFunc(func(c *config) { c.queryValues = append(c.queryValues, names...) })
}

// WithResourceIDs lets the ids and names in the path into url.full, and X's
// words about them into x_api.problem.detail, both of which are scrubbed
// otherwise. Span names and metrics keep the template.
func WithResourceIDs() Option {
	return optionFunc(func(c *config) { c.resourceIDs = true })
}

// EventMode says where events go.
type EventMode uint8

// The places where events can go. EventSpan and EventLog can be combined with
// "|".
const (
	EventOff  EventMode = 0
	EventSpan EventMode = 1 << (iota - 1) // events of the span
	EventLog                              // log records, see [WithLoggerProvider]
)

// WithEvents says where the events with hints go. The default is [EventSpan],
// or what OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN asks for ("logs", "logs/dup").
func WithEvents(m EventMode) Option {
	return optionFunc(func(c *config) { c.events = m & (EventSpan | EventLog) })
}

// eventsByEnvironment returns the default of [WithEvents]. The variable is that
// of the semantic conventions (v1.40) for instrumentation which writes events
// of the span: "logs" asks for log records in their place, "logs/dup" for both.
func eventsByEnvironment() EventMode {
	switch os.Getenv("OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN") {
	case "logs":
		return EventLog
	case "logs/dup":
		return EventSpan | EventLog
	}
	return EventSpan
}

// WithLogger writes one record for every call that failed, wholly or in parts:
// class, hint, retry verdict, trace and span ids, and one line to paste into a
// ticket with X. A stream has one for each stall and for an end that is an
// error, with the ids of the answer that connected it. What fails until somebody acts has level Error, what passes by
// itself Warn, and a success with errors inside Info. The handler is called
// while the call ends and holds it up as long as it takes.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *config) { c.slog = l })
}

// WithServerInfo sets what X's headers say about its side of the call
// (transaction id, edge ray, API version, access level, server duration) on
// successes too. Errors always have it.
func WithServerInfo() Option {
	return optionFunc(func(c *config) { c.serverInfo = true })
}

// WithBodyScan says whether the bodies of successes are looked at while the
// application reads them, for errors inside a success and for the number of
// resources. The default is true, and does not depend on the sampler or on there
// being providers: [ResultOf], [Transport.Stats] and [WithLogger] tell of errors
// inside a success as well. It changes no byte and holds nothing up; compressed
// bodies that the application asked for itself, downloads and streams are never
// scanned.
func WithBodyScan(on bool) Option {
	return optionFunc(func(c *config) { c.bodyScan = on })
}

// WithPartialErrorsAsError makes a success with errors inside (the classes
// partial and no_data) an error: error.type on span and metric, and status
// Error. The default leaves the status unset, since the call was answered and
// mostly one of many resources was missing.
func WithPartialErrorsAsError() Option {
	return optionFunc(func(c *config) { c.partialIsError = true })
}

// WithResourceCounts counts the resources of every answer exactly, those of
// "includes" too. Without it the number is known from meta.result_count or from
// a single resource, and includes are not counted, which is ten times faster.
func WithResourceCounts() Option {
	return optionFunc(func(c *config) { c.countResources = true })
}

// WithPriceTable estimates what calls and streams cost, by p, as x_api.cost.estimated on
// spans and as a counter. It implies [WithResourceCounts]. See
// [DefaultPriceTable].
//
// The estimate is an upper bound for reads: X bills a resource once in a UTC
// day, however often it is returned. The posts of a stream count as they come,
// but not the users and media that come along with them. For writes it is the plain price; that of
// a post with a link is higher, and the request's body is not looked at.
func WithPriceTable(p PriceTable) Option {
	return optionFunc(func(c *config) {
		p := p.clone()
		c.prices, c.countResources = &p, true
	})
}

// WithLowBudget sets the share of a rate limit, from 0 to 1, below which a call
// gets the event x_api.rate_limit.low. The default is 0.1. A call whose pace
// would use a limit up before it resets gets the event in any case.
func WithLowBudget(share float64) Option {
	return optionFunc(func(c *config) { c.lowShare = share })
}

// WithStats keeps what [Transport.Stats] returns, for programs without a
// metrics backend.
func WithStats() Option {
	return optionFunc(func(c *config) { c.stats = true })
}

// keeps reports whether anybody wants to know of budgets.
func (c *config) keeps(ctx context.Context) bool { return c.stats || c.instruments.enabled(ctx) }

// WithStreamSegment sets how long a segment of a stream's span is; each is
// exported when it is over, so that a stream can be seen while it lives. The
// default is 5 minutes; 0 makes one span of the whole session.
func WithStreamSegment(d time.Duration) Option {
	return optionFunc(func(c *config) { c.streamSegment = max(d, 0) })
}

// WithStreamStall sets the silence of a stream that is reported as a stall. The
// default is 50 seconds. X sends a keep-alive at least every 20 seconds, and at
// 20 seconds: less than two of them and some grace makes false alarms. Nothing
// is cut: while the stall lasts, [ResultOf] says [classify.Stalled], and the
// program can end the stream and connect again.
func WithStreamStall(d time.Duration) Option {
	return optionFunc(func(c *config) {
		if d > 0 {
			c.streamStall = d
		}
	})
}
