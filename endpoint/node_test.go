package endpoint

import "testing"

// X's table has no path yet whose operations name their parameters differently
// or whose literal branch ends early, so these two need a tree of their own.
func TestParameterNamesOfTheMatchingMethodAreReturned(t *testing.T) {
	t.Parallel()
	get := &Operation{Method: "GET", Template: "/a/{id}"}
	put := &Operation{Method: "PUT", Template: "/a/{user_id}"}
	n := &node{literals: [][]edge{1: {{"a", &node{parameter: &node{operations: []*Operation{get, put}}}}}}}
	for _, test := range []struct {
		method   string
		op       *Operation
		template string
	}{
		{"GET", get, "/a/{id}"},
		{"PUT", put, "/a/{user_id}"},
		{"HEAD", nil, "/a/{id}"},
	} {
		if op, template := n.match(test.method, "a/1", true); op != test.op || template != test.template {
			t.Errorf("%s: got %v, %q, want %v, %q", test.method, op, template, test.op, test.template)
		}
	}
}

func TestTheLeftmostLiteralNamesThePathOfAnotherMethod(t *testing.T) {
	t.Parallel()
	end := func(template string) *node {
		return &node{operations: []*Operation{{Method: "GET", Template: template}}}
	}
	n := &node{
		literals:  [][]edge{1: {{"a", &node{parameter: end("/a/{id}")}}}},
		parameter: &node{literals: [][]edge{1: {{"b", end("/{id}/b")}}}},
	}
	for path, want := range map[string]string{"a/b": "/a/{id}", "a/c": "/a/{id}", "c/b": "/{id}/b", "c/c": ""} {
		if op, template := n.match("PUT", path, true); op != nil || template != want {
			t.Errorf("%s: got %v, %q, want nil, %q", path, op, template, want)
		}
	}
}
