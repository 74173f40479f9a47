package otelxapi

// ScopeName is the instrumentation scope of every span, metric and log record
// that this library writes.
const ScopeName = "github.com/otelxapi/otelxapi"

// Version is the version of this library, in the form of semantic versioning.
const Version = "0.1.0"
