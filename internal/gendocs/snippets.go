package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// snippet is code that a document shows as it stands in a file that is compiled
// and tested: the functions named, or all of it.
type snippet struct {
	path  string // from the root of the repository
	funcs []string
}

// snippets are all that documents show, by a name for it.
var snippets = map[string]snippet{
	"program": {path: "examples/setup/main.go"},
	"send":    {"examples/setup/main.go", []string{"send"}},
	"limited": {howto, []string{"mentions", "TestMentionsThatMeetAnEmptyWindow"}},
	"network": {howto, []string{"TestMentionsOverABadNetwork"}},
	"streams": {howto, []string{"follow", "TestStreamsThatEnd"}},
}

const howto = "xapitest/howto_test.go"

// show returns what writes a snippet as a code block.
func show(name string) func(*facts) string {
	return func(f *facts) string { return "```go\n" + strings.TrimSpace(f.code[name]) + "\n```\n" }
}

// readSnippets returns the text of every snippet.
func readSnippets(dir string) (map[string]string, error) {
	texts := make(map[string]string, len(snippets))
	for name, s := range snippets {
		text, err := s.read(dir)
		if err != nil {
			return nil, fmt.Errorf("snippet %q: %w", name, err)
		}
		texts[name] = text
	}
	return texts, nil
}

func (s snippet) read(dir string) (string, error) {
	path := filepath.Join(dir, s.path)
	b, err := os.ReadFile(path)
	if err != nil || len(s.funcs) == 0 {
		return string(b), err
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, b, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, name := range s.funcs {
		f := function(file, name)
		if f == nil {
			return "", fmt.Errorf("%s has no function %s", s.path, name)
		}
		begin := f.Pos()
		if f.Doc != nil {
			begin = f.Doc.Pos()
		}
		parts = append(parts, string(b[fset.Position(begin).Offset:fset.Position(f.End()).Offset]))
	}
	return strings.Join(parts, "\n\n"), nil
}

func function(file *ast.File, name string) *ast.FuncDecl {
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
			return f
		}
	}
	return nil
}
