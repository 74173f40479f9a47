package xapitest

import "github.com/otelxapi/otelxapi/classify"

// networkScenarios get no answer at all, or lose it on the way.
func networkScenarios() []Scenario {
	fault := func(name, about string, class classify.Class, f Fault) Scenario {
		return Scenario{Name: name, About: about, Evidence: Observed, Target: search, Class: class, Fault: f}
	}
	return []Scenario{
		fault("dns_failure", "The host name does not resolve.", classify.DNS, FaultDNS),
		fault("tls_failure", "The server's certificate is signed by nobody known.", classify.TLS, FaultTLS),
		fault("connection_refused", "Nobody listens on the port.", classify.ConnectionRefused, FaultRefused),
		fault("connection_reset", "The connection is reset before the answer.", classify.ConnectionReset, FaultReset),
		fault("connection_reset_body", "The connection is reset in the middle of the body.", classify.ConnectionReset, FaultResetBody),
		fault("connection_closed", "The connection is closed before the answer.", classify.UnexpectedEOF, FaultClosed),
		fault("unexpected_eof", "The connection is closed in the middle of the body.", classify.UnexpectedEOF, FaultCutBody),
		fault("timeout", "The transport gives up waiting for the headers.", classify.Timeout, FaultTimeout),
		fault("canceled", "No answer comes until the caller gives up.", classify.Canceled, FaultHang),
		fault("http2_stream", "The HTTP/2 stream is reset before the answer.", classify.HTTP2Stream, FaultHTTP2Stream),
		fault("network", "The host cannot be reached.", classify.Network, FaultUnreachable),
	}
}
