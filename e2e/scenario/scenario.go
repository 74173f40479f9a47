// Package scenario has a way to make every alert of monitoring/prometheus fire:
// what an application does, and what X does to it.
package scenario

import (
	"context"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/xapitest"
)

// Speed is how much faster than in life time passes in a scenario: the rules
// are sped up by as much (stack.SpeedUp), scrapes are a Speed-th of 15 s apart.
const Speed = 30

// Minute is a minute of a scenario.
const Minute = time.Minute / Speed

// Scenario is something that goes wrong.
type Scenario struct {
	// Name is snake_case and unique, the class where the scenario is about one.
	Name string
	// About says in a sentence what happens.
	About string
	// Alerts are the names of those that fire, sorted. Those that the library's
	// metrics give and span metrics do not, or the other way round, are in
	// OnlyMetrics and OnlySpans instead.
	Alerts, OnlyMetrics, OnlySpans []string

	// Simulator are the options of the simulator of X, Transport those of the
	// instrumented transport.
	Simulator []xapitest.Option
	Transport []otelxapi.Option

	// Run is what the program does, from beginning to end. It returns when ctx
	// ends, which may be before or after the alerts fire, and is no error.
	Run func(ctx context.Context, w World) error
}
