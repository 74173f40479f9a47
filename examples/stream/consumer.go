package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
)

// consumer follows a stream. It is what a program of one's own looks like: it
// asks for the verdict on each connection and does what that says, while it
// lasts and when it is over. There is no telemetry in it; the client's transport
// does that.
type consumer struct {
	client        *http.Client // without Timeout, which counts the reading too
	url           string
	authorization string
	watch         time.Duration     // how often to look for a stall: a few seconds
	handle        func(line []byte) // of a post; it should be quick, see classify.SlowConsumer
	sleep         func(context.Context, time.Duration)
	say           func(format string, args ...any)
}

// follow reads the stream, one connection after the other, until ctx ends or
// connecting again is of no use.
func (c *consumer) follow(ctx context.Context) {
	var before classify.Class
	attempt := 0
	for {
		r, lines := c.connect(ctx)
		if lines > 0 || r.Class != before {
			attempt = 0
		}
		before = r.Class
		attempt++
		wait, again := delay(r.Retry, attempt)
		if !again || ctx.Err() != nil {
			c.say("%s: stops", r.Class)
			return
		}
		c.say("%s: %s in %s, attempt %d", r.Class, r.Retry.Verdict, wait, attempt)
		if c.sleep(ctx, wait); ctx.Err() != nil {
			return
		}
	}
}

// delay returns how long to wait before the next attempt, and false if there
// should be none: the verdict is "never", or there is nothing to retry.
func delay(r classify.Retry, attempt int) (time.Duration, bool) {
	switch r.Verdict {
	case classify.VerdictReconnect, classify.VerdictBackoff:
		return r.Backoff.Delay(attempt), true
	case classify.VerdictAfterReset:
		return r.After(time.Now())
	case classify.VerdictNever:
	}
	return 0, false
}

// errStalled is why the consumer ends a connection itself.
var errStalled = errors.New("the stream is stalled")

// connect reads one connection to its end. It returns the verdict on it, and
// how many lines it had.
func (c *consumer) connect(ctx context.Context) (r classify.Result, lines int) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url, nil)
	if err != nil {
		return classify.ResultOf(classify.InvalidRequest), 0
	}
	req.Header.Set("Authorization", c.authorization)
	resp, err := c.client.Do(req)
	if err != nil {
		return classify.ClassifyError(err), 0
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		go c.cutStalled(ctx, cancel, resp)
		lines = c.read(resp.Body)
	}
	r, _ = otelxapi.ResultOf(resp) // it is final once the body has ended
	if r.Class == classify.Canceled && errors.Is(context.Cause(ctx), errStalled) {
		r = classify.ResultOf(classify.Stalled) // bytes came in the moment it was cut
	}
	return r, lines
}

// cutStalled ends the connection when the stream is stalled. The transport
// reports a silence but cuts nothing, and a Read that waits for a dead
// connection waits for hours. It returns when the connection is over.
func (c *consumer) cutStalled(ctx context.Context, cancel context.CancelCauseFunc, resp *http.Response) {
	look := time.NewTicker(c.watch)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if r, _ := otelxapi.ResultOf(resp); r.Class == classify.Stalled {
				cancel(errStalled)
			}
		}
	}
}

// read hands the lines on. Lines can be longer than bufio.Scanner takes.
func (c *consumer) read(body io.Reader) (lines int) {
	in := bufio.NewReader(body)
	for {
		line, err := in.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 { // else a keep-alive
			lines++
			c.handle(line)
		}
		if err != nil {
			return lines // ResultOf knows why
		}
	}
}

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
