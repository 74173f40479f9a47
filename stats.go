package otelxapi

import (
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// Stats is what a [Transport] has seen, for programs and people without a
// metrics backend. It is a copy: it does not change.
type Stats struct {
	At      time.Time // when the copy was made
	Since   time.Time // when the transport was made
	App     string    // by WithAppName
	Budgets []Budget  // the rate-limit windows in use, the emptiest first
	Calls   []Calls   // by operation, those with most calls first
	Version string    // the API version that X answered with last, empty if unknown
}

// Budget is one rate-limit window of one operation.
type Budget struct {
	Method, Template string
	Window           string // "15m" or "24h"
	Scope            string // "app" or "user"; for users, the one with the lowest share left
	Limit, Remaining int64  // requests; Limit is 0 when X did not say
	Reset            time.Time
	// Exhaustion is when the window will be empty at the recent pace, zero when
	// it will reset before.
	Exhaustion time.Time
	Observed   time.Time // when X last said so
}

// Calls is how the calls of one operation ended.
type Calls struct {
	Method, Template string // Template is empty for endpoints that the table does not know
	Total            int64
	Classes          []ClassCount // of those that failed, wholly or in parts, most first
}

// ClassCount is how often an operation ended in a class.
type ClassCount struct {
	Class classify.Class
	Count int64
	Last  time.Time
	Hint  classify.Hint // of the last one
}
