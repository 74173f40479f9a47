package classify

import (
	"bytes"
)

// maxStreamProblem is the longest line that can be a problem. X's are below
// 1 KiB.
const maxStreamProblem = maxBody

// StreamLine classifies one line of a stream, with or without its line end. It
// reports false for an ordinary line: a post (even one with errors beside its
// data), a keep-alive, or metadata. It does not allocate for those that begin
// with a data member or hold neither errors nor a type. Result.Status is 0,
// since a line has none.
func StreamLine(line []byte) (Result, bool) {
	line = bytes.TrimSpace(line)
	if !mayBeProblem(line) {
		return Result{}, false
	}
	a := &answer{body: readJSON(line), primary: -1}
	b := &a.body
	if b.hasData || b.total == 0 {
		return Result{}, false
	}
	if !b.wrapped && !isBareProblem(&b.problems[0]) {
		return Result{}, false
	}
	class := a.named()
	if class == "" {
		class = b.problems[0].Class
	}
	r := Result{Class: class, Problems: b.problems, Total: b.total}
	r.Retry = a.retry(class)
	if r.Retry.Verdict == VerdictBackoff || class == Unknown {
		r.Retry.Verdict = VerdictReconnect
		if r.Retry.Backoff == (Backoff{}) {
			r.Retry.Backoff = backoffNetwork
		}
	}
	r.Hint = a.hint(class)
	return r, true
}

// mayBeProblem rejects ordinary lines without decoding them. Inside a JSON text
// quotes are escaped, so `"errors"` is never part of a post.
func mayBeProblem(line []byte) bool {
	if len(line) < 2 || len(line) > maxStreamProblem || line[0] != '{' {
		return false
	}
	if bytes.HasPrefix(bytes.TrimLeft(line[1:], " \t"), []byte(`"data"`)) {
		return false
	}
	return bytes.Contains(line, []byte(`"errors"`)) || bytes.Contains(line, []byte(`"type"`))
}

// isBareProblem reports whether a line without an errors member is a problem.
// Having a type is not enough: metadata has one too.
func isBareProblem(p *Problem) bool {
	return p.Type != "" && (p.Title != "" || p.Status != 0 || p.Detail != "")
}
