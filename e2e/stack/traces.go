package stack

import (
	"context"
	"net"
	"sync"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
)

// Span is a span as it arrived, with the attributes of its resource.
type Span struct {
	ptrace.Span
	Resource map[string]any
	Scope    string
}

// TraceStore receives traces by OTLP/gRPC and keeps them. It is safe for
// concurrent use.
type TraceStore struct {
	ptraceotlp.UnimplementedGRPCServer

	Addr string // "127.0.0.1:12345"

	server *grpc.Server
	mu     sync.Mutex
	spans  []Span
}

// StartTraceStore listens on addr, or on a free port of loopback if it is
// empty.
func StartTraceStore(addr string) (*TraceStore, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &TraceStore{Addr: l.Addr().String(), server: grpc.NewServer(grpc.MaxRecvMsgSize(64 << 20))}
	ptraceotlp.RegisterGRPCServer(s.server, s)
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

// Export implements the OTLP trace service.
func (s *TraceStore) Export(_ context.Context, r ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rs := range r.Traces().ResourceSpans().All() {
		resource := rs.Resource().Attributes().AsRaw()
		for _, ss := range rs.ScopeSpans().All() {
			for _, sp := range ss.Spans().All() {
				s.spans = append(s.spans, Span{sp, resource, ss.Scope().Name()})
			}
		}
	}
	return ptraceotlp.NewExportResponse(), nil
}

// Spans returns what has arrived, in the order of arrival.
func (s *TraceStore) Spans() []Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Span(nil), s.spans...)
}

// Stop ends the server.
func (s *TraceStore) Stop() { s.server.Stop() }
