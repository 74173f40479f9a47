package otelxapi

import (
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/internal/jsonscan"
)

// maxWritten bounds what is kept of an answer to a write, which X writes in a
// line or two.
const maxWritten = 4 << 10

// watch is what is seen of the body of a success while the application reads
// it. Nothing is read ahead, and nothing changed.
type watch struct {
	on      bool
	ended   bool // io.EOF
	scan    jsonscan.Scanner
	written []byte // the beginning of an answer to a write; nil for a read
}

// watches reports whether the body can say something: JSON that is not compressed
// on the application's own wish, no download, no stream. Whether the span is
// sampled does not matter, since ResultOf, Stats and the log must not depend on
// it.
func (c *call) watches(res *http.Response) bool {
	op := c.site.operation
	return c.config.bodyScan &&
		res.StatusCode >= 200 && res.StatusCode < 300 &&
		(op == nil || !op.Streaming && !op.Binary) &&
		first(res.Header["Content-Encoding"]) == "" && isJSON(first(res.Header["Content-Type"]))
}

// first is what http.Header.Get returns, for a key that needs no spelling.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

func isJSON(contentType string) bool {
	// X's own spelling needs no parser.
	if strings.HasPrefix(contentType, "application/json") {
		return true
	}
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "application/json" || strings.HasSuffix(t, "+json"))
}

// watch begins to watch. c.mu is held.
func (c *call) watch() {
	c.seen.on = true
	c.seen.scan.Count = c.config.countResources
	if isWrite(c.method) || strings.Contains(c.site.template, "/media/upload") {
		c.seen.written = make([]byte, 0, 512)
	}
}

func isWrite(method string) bool {
	return method != http.MethodGet && method != http.MethodHead
}

// callBody is a call seen as the body of its response.
type callBody call

// Read reads from the base's body and looks at what comes by.
func (b *callBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if n > 0 && b.seen.on || err != nil {
		(*call)(b).see(p[:min(max(n, 0), len(p))], err)
	}
	return n, err
}

// Close closes the base's body.
func (b *callBody) Close() error { return b.body.Close() }

// see takes what a Read returned.
func (c *call) see(p []byte, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	if w := &c.seen; w.on {
		w.scan.Feed(p)
		if w.written != nil {
			w.written = append(w.written, p[:min(len(p), maxWritten-len(w.written))]...)
		}
		w.ended = isEOF(err)
	}
	// What X refused stays a refusal.
	if err != nil && !isEOF(err) && c.result == nil {
		res := c.classifyError(err)
		res.Status, res.Server = c.point.status, classify.ParseServer(c.header, c.arrived)
		c.fail(res)
	}
}

// isEOF reports whether a Read says that the body is at its end. Readers return
// io.EOF itself for that; an error that wraps it is a failure.
func isEOF(err error) bool { return err == io.EOF } //nolint:errorlint // as it says

// inspect says what the body of a success says about itself. c.mu is held.
func (c *call) inspect() {
	if !c.seen.on {
		return
	}
	if c.recording && !c.seen.ended && !c.seen.scan.Complete() {
		c.put(BodyIncompleteKey.Bool(true))
	}
	if c.result != nil {
		return // broke off
	}
	if res, ok := c.seen.inside(c); ok {
		c.fail(res)
	}
}

// inside classifies what failed inside a success.
func (w *watch) inside(c *call) (classify.Result, bool) {
	errs, n, found := w.scan.Errors()
	in := classify.Input{Method: c.method, Path: c.path, Status: c.point.status, Header: c.header, Now: c.arrived}
	switch {
	case w.written != nil:
		in.Body = w.written
	case found && n > 0:
		in.Body = append(in.Body, '{')
		if w.scan.HasData() {
			in.Body = append(in.Body, `"data":{},`...)
		}
		in.Body = append(append(append(in.Body, `"errors":`...), errs...), '}')
	default:
		return classify.Result{}, false
	}
	res := classify.Classify(in)
	if found {
		res.Total = max(res.Total, n)
		if w.written == nil {
			w.complete(&res)
		}
	}
	return res, res.Class == classify.Partial || res.Class == classify.NoData
}

// complete adds what the scan knows of the errors of a read beyond those that
// were looked into: their types, and so their classes and hints.
func (w *watch) complete(res *classify.Result) {
	first, _ := w.scan.ErrorTypes()
	for i, typ := range first {
		known := problemLike(res, typ)
		if i >= len(res.Problems) {
			res.Problems = append(res.Problems, known)
			continue
		}
		// Of the last one the beginning may be all that was kept.
		if p := &res.Problems[i]; p.Type == "" {
			p.Type = known.Type
			if p.Class == classify.Unknown {
				p.Class = known.Class
			}
		}
	}
}
