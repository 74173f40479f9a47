// Package stack runs what otelxapi's telemetry goes through, in one process and
// on loopback: the OpenTelemetry Collector with the file that this repository
// ships, Prometheus's scraping, storage and rules, and Alertmanager's routing,
// grouping, inhibition and notification. All of it is their own code; what
// belongs to this package is how they are put together, a store of traces in
// place of Jaeger, and an inbox in place of whoever is on call.
//
//	Program --OTLP--> Collector --OTLP--> TraceStore
//	                      ^
//	                  Prometheus --alerts--> Alertmanager --webhook--> Inbox
package stack
