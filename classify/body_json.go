package classify

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// scanner reads JSON token by token, so that a body that was cut still gives
// what came before the cut. It never recurses: depth costs no stack.
type scanner struct {
	dec  *json.Decoder
	size int64
	done bool // the end, a cut or a syntax error
}

func readJSON(raw []byte) body {
	s := &scanner{dec: json.NewDecoder(bytes.NewReader(raw)), size: int64(len(raw))}
	s.dec.UseNumber()
	b := body{shape: shapeJSON}
	var top Problem
	described := false // whether the top level is itself a problem
	switch s.token() {
	case json.Delim('{'):
		described = s.readTop(&b, &top)
	case json.Delim('['):
		s.skip()
	}
	b.finish(top, described)
	return b
}

// token returns the next token, nil at the end. A number that touches the end
// of the input may have been cut, so it does not count.
func (s *scanner) token() json.Token {
	if s.done {
		return nil
	}
	t, err := s.dec.Token()
	if err != nil {
		s.done = true
		return nil
	}
	if _, ok := t.(json.Number); ok && s.dec.InputOffset() >= s.size {
		s.done = true
		return nil
	}
	return t
}

// skip leaves the open array or object.
func (s *scanner) skip() {
	for depth := 1; depth > 0 && !s.done; {
		switch s.token() {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}

// key returns the next key of the open object, false at its end.
func (s *scanner) key() (string, bool) {
	k, ok := s.token().(string)
	return k, ok
}

// text returns a value as text, whatever its type; the first text of an array;
// "" for null and objects. ok is false if the input ended.
func (s *scanner) text() (text string, ok bool) {
	switch t := s.token().(type) {
	case string:
		return t, true
	case json.Number:
		return t.String(), true
	case bool:
		return strconv.FormatBool(t), true
	case json.Delim:
		first := ""
		for depth := 1; depth > 0 && !s.done; {
			switch v := s.token().(type) {
			case json.Delim:
				if v == '{' || v == '[' {
					depth++
				} else {
					depth--
				}
			case string:
				if first == "" && t == '[' && depth == 1 {
					first = v
				}
			case json.Number:
				if first == "" && t == '[' && depth == 1 {
					first = v.String()
				}
			}
		}
		return first, true
	}
	return "", !s.done
}

// readTop reads the top-level object.
func (s *scanner) readTop(b *body, top *Problem) (described bool) {
	for {
		key, ok := s.key()
		if !ok {
			return described
		}
		switch key {
		case "data":
			b.hasData = s.present() || b.hasData
		case "errors":
			s.readErrors(b)
		case "includes", "meta":
			s.present()
		default:
			if s.readMember(key, top) {
				described = true
			}
		}
	}
}

// present skips a value and reports whether it is something other than null.
// A value whose beginning is there counts.
func (s *scanner) present() bool {
	switch t := s.token().(type) {
	case json.Delim:
		s.skip()
		return true
	case nil:
		return false
	default:
		return t != nil
	}
}

// readErrors reads the errors member: an array of objects or texts, or one of
// them alone.
func (s *scanner) readErrors(b *body) {
	switch t := s.token().(type) {
	case string:
		b.add(Problem{Detail: truncate(t, maxDetail)})
	case json.Delim:
		if t == '{' {
			s.readItem(b)
			break
		}
		for !s.done {
			switch t := s.token().(type) {
			case string:
				b.add(Problem{Detail: truncate(t, maxDetail)})
			case json.Delim:
				switch t {
				case '{':
					s.readItem(b)
				case '[':
					s.skip()
				default: // the array's end
					b.wrapped = b.total > 0
					return
				}
			}
		}
	}
	b.wrapped = b.total > 0
}

// readItem reads one problem of the errors member.
func (s *scanner) readItem(b *body) {
	var p Problem
	members := false
	for {
		key, ok := s.key()
		if !ok {
			break
		}
		if s.readMember(key, &p) {
			members = true
		}
	}
	// An empty object that ended is an item; one that was cut is not.
	if members || !s.done {
		b.add(p)
	}
}

func (b *body) add(p Problem) {
	b.total++
	if len(b.problems) < MaxProblems {
		b.problems = append(b.problems, p)
	}
}

// readMember reads one member of a problem. It reports whether the member makes
// the object a problem.
func (s *scanner) readMember(key string, p *Problem) bool {
	if key == "parameters" {
		s.readParameters(p)
		return true
	}
	v, ok := s.text()
	if !ok || v == "" {
		return false
	}
	short := func() string { return truncate(v, maxText) }
	switch key {
	case "type":
		p.Type = canonicalType(v)
		return p.Type != ""
	case "title":
		p.Title = short()
	case "detail", "message", "error_description":
		p.Detail = truncate(v, maxDetail)
	case "details":
		if p.Detail == "" {
			p.Detail = truncate(v, maxDetail)
		}
	case "error":
		// RFC 6749 codes are lower-case words; API v1.1 has a sentence here.
		if isToken(v, "_") && v == strings.ToLower(v) {
			p.Error = v
		} else if p.Detail == "" {
			p.Detail = truncate(v, maxDetail)
		}
	case "status":
		p.Status = smallInt(v)
	case "code":
		p.Code = smallInt(v)
	case "parameter":
		p.Parameter = short()
	case "value":
		p.Value = short()
	case "field":
		p.Field = short()
	case "resource_id":
		p.ResourceID = short()
	case "resource_type":
		p.ResourceType = word(v)
	case "section":
		p.Section = word(v)
	case "reason":
		p.Reason = word(v)
	case "disconnect_type":
		p.DisconnectType = word(v)
	case "connection_issue":
		p.Issue = word(v)
	case "period":
		p.Period = word(v)
	case "scope":
		p.Scope = word(v)
	case "reset_date":
		if _, err := time.Parse(time.DateOnly, v); err == nil {
			p.ResetDate = v
		}
	default:
		return false
	}
	switch key {
	case "title", "detail", "message", "error", "error_description", "code", "disconnect_type", "connection_issue":
		return true
	}
	return false
}

// readParameters reads the parameters of an invalid request: an object of
// arrays of texts. The first is reported.
func (s *scanner) readParameters(p *Problem) {
	switch s.token() {
	case json.Delim('['):
		s.skip()
	case json.Delim('{'):
		for {
			key, ok := s.key()
			if !ok {
				return
			}
			v, _ := s.text()
			if p.Parameter == "" {
				p.Parameter = truncate(key, maxText)
				p.Value = truncate(v, maxText)
			}
		}
	}
}

// word returns the value of an enumeration, or "" if it cannot be one.
func word(s string) string {
	if isToken(s, "._-") {
		return s
	}
	return ""
}

// smallInt reads a status or a code, which may be written as text.
func smallInt(s string) int {
	n, ok := parseDecimal(s)
	if !ok || n > 1<<31-1 {
		return 0
	}
	return int(n)
}

// finish joins the top level with the items of errors. Where the items only
// give the details of a problem at the top (an invalid request), they take its
// type and title: their messages are the useful ones. Otherwise the top level
// is a problem of its own and comes first.
func (b *body) finish(top Problem, described bool) {
	if !described {
		return
	}
	details := b.total > 0
	for i := range b.problems {
		if p := &b.problems[i]; p.Type != "" || p.Code != 0 {
			details = false
		}
	}
	if !details {
		b.total++
		b.problems = append([]Problem{top}, b.problems[:min(len(b.problems), MaxProblems-1)]...)
		return
	}
	for i := range b.problems {
		p := &b.problems[i]
		p.Type, p.Status = top.Type, top.Status
		if p.Title == "" {
			p.Title = top.Title
		}
		if p.Detail == "" {
			p.Detail = top.Detail
		}
	}
}
