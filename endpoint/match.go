package endpoint

import (
	"cmp"
	"strings"
)

// Match finds the operation for a request. path is the escaped path of the
// request's URL (url.URL.EscapedPath), method is case-sensitive.
//
//   - A path is split into segments before anything is unescaped, so an id that
//     holds %2F stays one segment. A percent-encoded literal is that literal.
//   - A parameter matches any segment that is not empty. Where a literal and a
//     parameter both match, the literal wins, the leftmost segment first; an
//     operation that has the method wins over one that has not.
//   - One trailing slash is tolerated; an empty segment elsewhere matches
//     nothing.
//   - A path of the table with a method that no operation has there (HEAD
//     included) gives a nil operation and the template, the first of
//     [Operations] if the operations there name their parameters differently.
//   - Anything else gives nil and "".
//
// Match does not allocate and is safe for concurrent use. It does not look at
// the host; see [Hosts].
func Match(method, path string) (op *Operation, template string) {
	if path == "" || path[0] != '/' {
		return nil, ""
	}
	if path = path[1:]; path != "" && path[len(path)-1] == '/' {
		path = path[:len(path)-1]
	}
	return root.match(method, path, true)
}

// node is one segment of the templates: what may end there, and what may
// follow. All nodes are static data in zz_operations.go.
type node struct {
	operations []*Operation
	literals   [][]edge // by length of the text, so that few are compared
	parameter  *node
}

type edge struct {
	text string
	node *node
}

// match matches the segments of rest below n; more reports whether there are
// any. It descends in a loop and calls itself only where both a literal and a
// parameter fit, which is at most once a segment.
func (n *node) match(method, rest string, more bool) (op *Operation, template string) {
	for more {
		segment := rest
		slash := strings.IndexByte(rest, '/')
		if more = slash >= 0; more {
			segment, rest = rest[:slash], rest[slash+1:]
		}
		if segment == "" {
			return nil, ""
		}
		literal := n.literal(segment)
		n = n.parameter
		if n == nil {
			n = literal
		} else if literal != nil {
			op, t := literal.match(method, rest, more)
			if op != nil {
				return op, t
			}
			template = cmp.Or(template, t)
		}
		if n == nil {
			return nil, template
		}
	}
	op, t := n.end(method)
	if op == nil {
		t = cmp.Or(template, t)
	}
	return op, t
}

// end is the answer for a path that ends at n.
func (n *node) end(method string) (op *Operation, template string) {
	for _, op := range n.operations {
		if op.Method == method {
			return op, op.Template
		}
	}
	if len(n.operations) > 0 {
		return nil, n.operations[0].Template
	}
	return nil, ""
}

func (n *node) literal(segment string) *node {
	if len(segment) < len(n.literals) {
		sameLength := n.literals[len(segment)]
		for i := range sameLength {
			// The first byte spares most calls to compare the rest.
			if sameLength[i].text[0] == segment[0] && sameLength[i].text == segment {
				return sameLength[i].node
			}
		}
	}
	if len(n.literals) > 0 && strings.IndexByte(segment, '%') >= 0 {
		for _, sameLength := range n.literals {
			for _, e := range sameLength {
				if unescapesTo(segment, e.text) {
					return e.node
				}
			}
		}
	}
	return nil
}

// unescapesTo reports whether the percent-encoded segment stands for text,
// which a malformed encoding never does.
func unescapesTo(segment, text string) bool {
	for i := range len(text) {
		if segment == "" {
			return false
		}
		c, size := segment[0], 1
		if c == '%' {
			if len(segment) < 3 {
				return false
			}
			high, low := unhex(segment[1]), unhex(segment[2])
			if high > 15 || low > 15 {
				return false
			}
			c, size = high<<4|low, 3
		}
		if c != text[i] {
			return false
		}
		segment = segment[size:]
	}
	return segment == ""
}

// unhex returns the value of a hexadecimal digit, and 255 for anything else.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
