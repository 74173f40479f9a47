package classify

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// maxBody is how much of a body is looked at, compressed or not. Error bodies
// are a few hundred bytes; one that echoes a hundred ids stays below 16 KiB.
const maxBody = 64 << 10

// shape is the form of a body, told by its first byte: X's Content-Type does
// not tell.
type shape int

const (
	shapeEmpty shape = iota
	shapeJSON
	shapeHTML
	shapeText
	shapeOpaque // there is a body, but it cannot be read
)

// body is what was read from a body.
type body struct {
	shape    shape
	problems []Problem // at most MaxProblems
	total    int
	hasData  bool // a data member that is not null
	wrapped  bool // the problems came in an errors member
}

// readBody reads as much of a body as can be read. It never fails: what cannot
// be read counts as not there.
func readBody(h http.Header, raw []byte) body {
	raw, ok := inflate(h, raw[:min(len(raw), maxBody)])
	if !ok {
		return body{shape: shapeOpaque}
	}
	raw = bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\ufeff")), " \t\r\n")
	if len(raw) == 0 {
		if length := strings.Join(h["Content-Length"], ""); length != "" && length != "0" {
			return body{shape: shapeOpaque} // there is one, the caller has not read it
		}
		return body{shape: shapeEmpty}
	}
	switch raw[0] {
	case '{', '[':
		return readJSON(raw)
	case '<':
		return body{shape: shapeHTML}
	}
	return readText(raw)
}

// readText makes plain text the detail of a problem, as media uploads send it.
func readText(raw []byte) body {
	raw = raw[:min(len(raw), maxDetail+utf8.UTFMax)]
	for _, c := range raw {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' {
			return body{shape: shapeOpaque}
		}
	}
	p := Problem{Detail: truncate(strings.TrimSpace(string(raw)), maxDetail)}
	if p.Detail == "" {
		return body{shape: shapeOpaque}
	}
	return body{shape: shapeText, problems: []Problem{p}, total: 1}
}

// inflate undoes Content-Encoding, within maxBody. It reports false for an
// encoding that the standard library lacks, and for bytes that are not what
// the header says. A compressed body that was cut gives what came before the
// cut.
func inflate(h http.Header, raw []byte) ([]byte, bool) {
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(h["Content-Encoding"], ",")))
	if encoding == "" || encoding == "identity" || len(raw) == 0 {
		return raw, true
	}
	var r io.Reader
	var err error
	switch encoding {
	case "gzip", "x-gzip":
		if raw[0] != 0x1f { // somebody inflated it and left the header
			return raw, raw[0] == '{' || raw[0] == '[' || raw[0] == '<'
		}
		r, err = gzip.NewReader(bytes.NewReader(raw))
	case "deflate":
		r, err = zlib.NewReader(bytes.NewReader(raw))
	default:
		return nil, false
	}
	if err != nil {
		return nil, false
	}
	// The error is of no interest: a cut body always ends in one.
	out, _ := io.ReadAll(io.LimitReader(r, maxBody))
	return out, len(out) > 0
}
