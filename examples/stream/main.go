// Command stream shows what otelxapi says about a stream of the X API while it
// lives, and why it ended.
//
// It starts a simulator of X, and a consumer (consumer.go) that reads a
// filtered stream and reconnects by the verdicts of otelxapi.ResultOf. In some
// seconds the stream stalls and is given up, is disconnected, is refused for one
// connection too many, is cut because the consumer is too slow, and is canceled.
// The live counters are read from the metrics, the tables at the end from the
// spans. It exits with 1 when they are not what the simulator did. Run it with
// -h for the settings.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

const usage = `stream shows what otelxapi says about a stream of the X API, against a simulator.

Usage: go run ./examples/stream

Environment:
  OTEL_EXPORTER_OTLP_ENDPOINT  also send the spans to this collector, by OTLP over gRPC
                               (http://localhost:4317; http:// means without TLS), each segment
                               when it is over. The other OTEL_EXPORTER_OTLP_* variables,
                               OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES work as usual.
  NO_COLOR                     no colours, which only a terminal gets anyway

Exit status: 0 if all that was shown is right, 1 if not, 2 for wrong usage, 130 when interrupted
before that.
`

// The settings are those of a demonstration: a program leaves the first two
// alone, and looks for a stall every few seconds.
const (
	segment = 3 * time.Second // 5 minutes by default
	stall   = 1 * time.Second // 50 seconds by default
	watch   = 3 * time.Second / 2
)

const streamURL = "https://api.x.com" + streamPath

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := start(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func start(ctx context.Context, args []string, stdout *os.File, stderr io.Writer) int {
	flags := flag.NewFlagSet("stream", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage) }
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		flags.Usage()
		return 2
	}
	terminal := isTerminal(stdout)
	return run(ctx, &screen{w: stdout, live: terminal, painter: painter{terminal && os.Getenv("NO_COLOR") == ""}}, stderr)
}

// run has the consumer follow the stream through all that the simulator does,
// shows what metrics and spans say of it, and returns the exit status.
func run(ctx context.Context, out *screen, stderr io.Writer) int {
	t, err := newTelemetry(ctx)
	if err != nil {
		return fail(stderr, err)
	}
	srv := xapitest.NewServer(xapitest.WithSlowReaders(slowReader))
	defer srv.Close()
	if err := srv.PlayStreams(streamPath, scripts()...); err != nil {
		return fail(stderr, err)
	}

	// What a program changes: the client's transport. A stream needs a client
	// without Timeout.
	client := &http.Client{Transport: otelxapi.NewTransport(srv.Transport(),
		otelxapi.WithTracerProvider(t.traces), otelxapi.WithMeterProvider(t.metrics),
		otelxapi.WithStreamSegment(segment), otelxapi.WithStreamStall(stall))}

	out.linef("%s", out.paint(dim, fmt.Sprintf("A stream against a simulated X. Segments of %s (default 5m), a stall after %s (default 50s),\nand waits of at most %s, whatever X asks for.", brief(segment), brief(stall), brief(patience))))
	w := &watcher{reader: t.reader, out: out, started: time.Now()}
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	d := &director{server: srv, cancel: cancel}
	c := &consumer{
		client: client, url: streamURL, watch: watch, authorization: xapitest.Credential(endpoint.AuthAppOnly, time.Now()),
		handle: d.handle, sleep: hurried, say: w.sayf,
	}
	stop := w.start(ctx)
	c.follow(reading)
	stop()
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "interrupted")
		return 130
	}
	if err := srv.WaitStreams(ctx); err != nil {
		return fail(stderr, err)
	}

	spans := t.spans()
	report(out, spans)
	wrong := check(w.now, spans, srv.Streams())
	if err := d.failed(); err != nil {
		wrong = append(wrong, err)
	}
	if len(wrong) == 0 {
		out.linef("Checked: metrics and spans have what the simulator sent, byte for byte, and why it ended.")
	}
	if t.endpoint != "" {
		if n, err := t.flush(ctx); err != nil {
			wrong = append(wrong, err)
		} else {
			out.linef("Sent %d spans to %s", n, t.endpoint)
		}
	}
	return fail(stderr, wrong...)
}

// fail says what is wrong, if anything is, and returns the exit status.
func fail(stderr io.Writer, wrong ...error) int {
	for _, err := range wrong {
		fmt.Fprintln(stderr, "stream:", err)
	}
	if len(wrong) > 0 {
		return 1
	}
	return 0
}
