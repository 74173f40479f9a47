// Package process builds and runs the real servers that telemetry ends in, as
// processes of their own: Jaeger, Prometheus and Alertmanager, in the versions
// that e2e/tools pins. Package stack runs what can be run in this process; what
// is here shows that the real ones agree.
package process
