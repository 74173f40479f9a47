package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
	"github.com/otelxapi/otelxapi/xapitest"
)

// facts is everything that the documentation is made from.
type facts struct {
	telemetry
	options    []option
	catalog    classify.CatalogDoc
	operations []*endpoint.Operation
	scenarios  []xapitest.Scenario
	code       map[string]string // of the snippets, by name
}

// readFacts reads the sources of the root package in dir, and those of the
// snippets. They are parsed rather than imported, because comments are half of
// what is wanted.
func readFacts(dir string) (*facts, error) {
	f := &facts{catalog: classify.Catalog(), operations: endpoint.Operations(), scenarios: xapitest.Scenarios()}
	fset := token.NewFileSet()
	parse := func(name string) (*ast.File, error) {
		return parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
	}
	file, err := parse("attributes.go")
	if err != nil {
		return nil, err
	}
	names, err := parse("names.go")
	if err != nil {
		return nil, err
	}
	file.Decls = append(file.Decls, names.Decls...)
	if f.telemetry, err = readTelemetry(file); err != nil {
		return nil, fmt.Errorf("attributes.go, names.go: %w", err)
	}
	if file, err = parse("option.go"); err != nil {
		return nil, err
	}
	if f.options, err = readOptions(file); err != nil {
		return nil, fmt.Errorf("option.go: %w", err)
	}
	if f.code, err = readSnippets(dir); err != nil {
		return nil, err
	}
	return f, nil
}
