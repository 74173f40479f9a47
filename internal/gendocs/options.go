package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"strings"
)

// option is a function whose name begins with "With".
type option struct {
	signature string // "WithHosts(hosts ...string)"
	doc       prose
}

// readOptions reads the options of a file, in its order.
func readOptions(file *ast.File) ([]option, error) {
	var list []option
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "With") {
			continue
		}
		doc, err := newProse(f.Name.Name, paragraphs(f.Doc.Text()))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name.Name, err)
		}
		signature, err := signature(f)
		if err != nil {
			return nil, err
		}
		list = append(list, option{signature, doc})
	}
	if len(list) == 0 {
		return nil, errors.New("no function whose name begins with With")
	}
	return list, nil
}

// signature returns the name and the parameters.
func signature(f *ast.FuncDecl) (string, error) {
	var b strings.Builder
	typ := *f.Type
	typ.Results = nil
	err := printer.Fprint(&b, token.NewFileSet(), &typ)
	return f.Name.Name + strings.TrimPrefix(b.String(), "func"), err
}

func optionTable(f *facts) string {
	var rows [][]string
	for _, o := range f.options {
		rows = append(rows, []string{code(o.signature), o.doc.first})
	}
	return table([]string{"Option", "What it does"}, rows)
}
