// Command quickstart shows what otelxapi says about calls to the X API.
//
// Without any setting it starts a simulator of X, makes the calls that a day
// on X brings through a wrapped http.Client, and prints what the recorded
// spans say: a table of all calls, one trace with its events and hints, the
// rate-limit budget that is left, and what the calls cost. Everything that it
// prints is read from the spans, and it exits with 1 when one of them is wrong.
// With -page it then serves what the transport has seen as a web page. Run it
// with -h for the settings.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelxapi/otelxapi"
)

const usage = `quickstart shows what otelxapi says about calls to the X API.

Usage: go run ./examples/quickstart [-page ADDRESS]

  -page ADDRESS  then serve the budgets and problems as a web page, until Ctrl-C. The address
                 is one of this machine, such as 127.0.0.1:8080; :0 takes a free port.

Environment:
  OTEL_EXPORTER_OTLP_ENDPOINT  also send the spans to this collector, by OTLP over gRPC
                               (http://localhost:4317; http:// means without TLS). The other
                               OTEL_EXPORTER_OTLP_* variables, OTEL_SERVICE_NAME and
                               OTEL_RESOURCE_ATTRIBUTES work as usual.
  X_BEARER_TOKEN               call api.x.com with this app-only token instead of the simulator:
                               five reads, which can cost money.
  NO_COLOR                     no colours, which only a terminal gets anyway

Exit status: 0 if all that was shown is right, 1 if not, 2 for wrong usage, 130 when interrupted
before that.
`

// callTimeout bounds one call, body included.
const callTimeout = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := start(ctx, os.Args[1:], os.Stdout, os.Stderr, painter{colour: coloured(os.Stdout)})
	stop()
	os.Exit(code)
}

// start runs a day against X when there is a token for it, and against the
// simulator otherwise.
func start(ctx context.Context, args []string, stdout, stderr io.Writer, p painter) int {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage) }
	address := flags.String("page", "", "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		flags.Usage()
		return 2
	}
	var page net.Listener // before the calls, which can cost money
	if *address != "" {
		address, err := loopback(*address)
		if err != nil {
			fail(stderr, err)
			return 2
		}
		if page, err = (&net.ListenConfig{}).Listen(ctx, "tcp", address); err != nil {
			return fail(stderr, err)
		}
		defer page.Close()
	}

	d, err := chooseDay(os.Getenv("X_BEARER_TOKEN"))
	if err != nil {
		return fail(stderr, err)
	}
	defer d.close()
	return run(ctx, stdout, stderr, p, d, page)
}

// run makes the calls of a day, shows what their spans say, serves the page if
// there is a listener for it, and returns the exit status.
func run(ctx context.Context, stdout, stderr io.Writer, p painter, d *day, l net.Listener) int {
	t, err := newTelemetry(ctx)
	if err != nil {
		return fail(stderr, err)
	}
	if d.notice != "" {
		fmt.Fprintln(stdout, d.notice)
	}

	// What a program changes: the client's transport. The options are for the
	// cost and for the page.
	sent, prices := &witness{base: d.base}, otelxapi.DefaultPriceTable()
	transport := otelxapi.NewTransport(sent, otelxapi.WithPriceTable(prices), otelxapi.WithStats())
	client := &http.Client{Transport: transport, Timeout: callTimeout}

	err = d.live(ctx, client, t.provider.Tracer("quickstart"))
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "interrupted")
		return 130
	case err != nil:
		return fail(stderr, unreachable(calls(t.spans())))
	}

	spans := t.spans()
	page := report(p, d, spans, prices)
	wrong := check(d, sent, spans, page)
	if leaks(wrong) {
		return fail(stderr, wrong...) // neither shown nor sent
	}
	fmt.Fprint(stdout, page)
	if t.endpoint != "" {
		if n, err := t.flush(ctx, len(spans)); err != nil {
			wrong = append(wrong, err)
		} else {
			fmt.Fprintf(stdout, "Sent %d spans to %s\n", n, t.endpoint)
		}
	}
	code := fail(stderr, wrong...)
	if l != nil {
		fmt.Fprintf(stdout, "Serving http://%s/ until Ctrl-C\n", l.Addr())
		if err := serve(ctx, l, transport.Stats); err != nil {
			return fail(stderr, err)
		}
	}
	return code
}

// live makes the calls of a day, each job under a span of the application. It
// stops at the first error of a day that cannot go on without an answer.
func (d *day) live(ctx context.Context, client *http.Client, tracer trace.Tracer) error {
	for _, j := range d.jobs {
		if err := j.run(ctx, client, tracer, d.needsAnswers); err != nil {
			return err
		}
	}
	return nil
}

func (j job) run(ctx context.Context, client *http.Client, tracer trace.Tracer, needsAnswers bool) error {
	ctx, span := tracer.Start(ctx, j.name)
	defer span.End()
	for _, c := range j.calls {
		err := c.send(ctx, client)
		var unanswered *url.Error // what http.Client returns in place of an answer
		if ctx.Err() != nil || needsAnswers && errors.As(err, &unanswered) {
			return err
		}
	}
	return nil
}

// send makes one call, as any program does: it knows nothing of telemetry.
func (c call) send(ctx context.Context, client *http.Client) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if c.givesUpAfter > 0 {
		defer time.AfterFunc(c.givesUpAfter, cancel).Stop()
	}
	req, err := c.request(ctx)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// fail says what is wrong, if anything is, and returns the exit status.
func fail(stderr io.Writer, wrong ...error) int {
	for _, err := range wrong {
		for i, line := range wrap("quickstart: "+err.Error(), width, 2) {
			if i > 0 {
				line = "  " + line
			}
			fmt.Fprintln(stderr, line)
		}
	}
	if len(wrong) > 0 {
		return 1
	}
	return 0
}

// errLeak is among what is wrong when a page or span shows what it must not.
var errLeak = errors.New("shows a credential, an id or a query of a request")

func leaks(wrong []error) bool { return errors.Is(errors.Join(wrong...), errLeak) }
