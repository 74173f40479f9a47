package otelxapi

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// log writes one record of a call that failed, wholly or in parts, to the
// application's own log. c.mu is held.
func (c *call) log(r *classify.Result) {
	logger := c.config.slog
	level := logLevel(r)
	if logger == nil || !logger.Enabled(c, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 16)
	add := func(key, v string) {
		if v != "" {
			attrs = append(attrs, slog.String(key, v))
		}
	}
	add(string(ClassKey), string(r.Class))
	add(string(RequestMethodKey), standardMethod(c.method))
	add(string(URLTemplateKey), c.site.template)
	if r.Status != 0 {
		attrs = append(attrs, slog.Int(string(StatusCodeKey), r.Status))
	}
	if len(r.Problems) > 0 {
		add(string(ProblemTypeKey), r.Problems[0].Type)
		add(string(ProblemDetailKey), c.scrub(r.Problems[0].Detail))
	}
	add(string(HintTextKey), r.Hint.Text)
	add(string(HintURLKey), r.Hint.URL)
	add(string(HintOwnerKey), string(r.Hint.Owner))
	add(string(RetryVerdictKey), string(r.Retry.Verdict))
	if after, ok := r.Retry.After(time.Now()); ok {
		attrs = append(attrs, slog.Float64(string(RetryAfterKey), after.Seconds()))
	}
	add(string(TransactionIDKey), r.Server.TransactionID)
	if sc := c.SpanContext(); sc.IsValid() {
		add(logTraceID, sc.TraceID().String())
		add(logSpanID, sc.SpanID().String())
	}
	add(logSupport, c.supportLine(r))
	logger.LogAttrs(c, level, r.Hint.Title, attrs...)
}

// logLevel says how much a class matters: what fails until somebody acts is an
// error, what passes by itself a warning, and a partial answer an information.
func logLevel(r *classify.Result) slog.Level {
	switch {
	case !r.Class.IsError():
		return slog.LevelInfo
	case r.Retry.Verdict == classify.VerdictNever:
		return slog.LevelError
	}
	return slog.LevelWarn
}

// supportLine is what X's support needs to find a call, in one line to paste.
// It is empty when X has given nothing to find the call by.
func (c *call) supportLine(r *classify.Result) string {
	if r.Server.TransactionID == "" && r.Server.EdgeRay == "" {
		return ""
	}
	now := time.Now().UTC()
	operation := c.site.name
	if c.site.operation != nil {
		operation = c.site.operation.ID
	}
	var b strings.Builder
	add := func(key, v string) {
		if v != "" {
			fmt.Fprintf(&b, " %s=%s", key, v)
		}
	}
	add("x-transaction-id", r.Server.TransactionID)
	add("cf-ray", r.Server.EdgeRay)
	add("api-version", r.Server.Version)
	add("x-time", now.Add(-r.Server.ClockSkew).Format(time.RFC3339))
	add("utc", now.Format(time.RFC3339))
	add("operation", strings.ReplaceAll(operation, " ", ":"))
	add("status", strconv.Itoa(r.Status))
	add("class", string(r.Class))
	return b.String()[1:]
}
