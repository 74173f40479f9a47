package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASnippetIsTheTextOfItsFile(t *testing.T) {
	t.Parallel()
	const text = "package x\n\n// A is the first.\nfunc A() {\n\tb() // twice\n}\n\nfunc (t) b() {}\n\nfunc b() {}\n"
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		funcs []string
		want  string
	}{
		"the whole file": {nil, text},
		"a function":     {[]string{"A"}, "// A is the first.\nfunc A() {\n\tb() // twice\n}"},
		"two, in order":  {[]string{"b", "A"}, "func b() {}\n\n// A is the first.\nfunc A() {\n\tb() // twice\n}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := (snippet{"x.go", c.funcs}).read(dir); err != nil || got != c.want {
				t.Errorf("%v, got\n%s\nwant\n%s", err, got, c.want)
			}
		})
	}
	for name, s := range map[string]snippet{
		"no.go":      {path: "no.go"},
		"function C": {"x.go", []string{"A", "C"}},
	} {
		if _, err := s.read(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want an error that names %s", err, name)
		}
	}
}
