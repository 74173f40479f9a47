// Package endpoint knows the operations of the X API: [Match] finds the one
// that a request calls, by method and path, and its [Operation] says how X
// documents it: operationId, accepted authentication and scopes, whether it
// streams, rate limits and price item.
//
// The table is generated from X's own OpenAPI document (version [SpecVersion])
// and from three hand-kept files beside it, each with its sources:
// overlay.json adds operations that X documents elsewhere or that clients still
// use, limits.json the documented rate limits, billing.json the price items.
// See internal/genendpoint for how to bring it up to date.
//
// The package depends on the standard library only, starts no goroutine, and
// everything in it is safe for concurrent use.
package endpoint
