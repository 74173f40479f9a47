package classify

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write catalog.json")

func TestCatalogFileIsCurrent(t *testing.T) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(Catalog()); err != nil {
		t.Fatal(err)
	}
	const name = "catalog.json"
	if *update {
		if err := os.WriteFile(name, buf.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, buf.Bytes()) {
		t.Error("catalog.json is not current: run go generate ./classify")
	}
}

// declaredClasses reads the constants of type Class from the source, so that a
// class that nobody put into the catalogue is found.
func declaredClasses(t *testing.T) map[Class]string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "class.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	classes := map[Class]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); ok && id.Name == "Class" {
			v, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			classes[Class(v)] = spec.Names[0].Name
		}
		return true
	})
	return classes
}

func TestCatalogDescribesEveryClass(t *testing.T) {
	t.Parallel()
	declared := declaredClasses(t)
	if len(declared) < 58 {
		t.Fatalf("found %d classes in class.go", len(declared))
	}
	seen := map[Class]bool{}
	for _, info := range Catalog().Classes {
		if declared[info.Class] == "" {
			t.Errorf("%s is not declared", info.Class)
		}
		if seen[info.Class] {
			t.Errorf("%s is there twice", info.Class)
		}
		seen[info.Class] = true
		h := info.Hint
		if info.Class == OK {
			if h != (Hint{}) {
				t.Errorf("ok has a hint: %+v", h)
			}
			continue
		}
		if !strings.HasPrefix(h.URL, docsBase) {
			t.Errorf("%s: URL %q", info.Class, h.URL)
		}
		if h.Title == "" || h.Text == "" || len(h.Text) > 400 || !strings.HasSuffix(h.Text, ".") {
			t.Errorf("%s: title %q, text of %d bytes: %q", info.Class, h.Title, len(h.Text), h.Text)
		}
		switch {
		case info.Class.IsError() && info.Verdict == VerdictNone:
			t.Errorf("%s has no verdict", info.Class)
		case info.Verdict == VerdictNever && info.Backoff != Backoff{}:
			t.Errorf("%s is never repeated but has a back-off", info.Class)
		case (info.Verdict == VerdictBackoff || info.Verdict == VerdictReconnect) && info.Backoff.Delay(1) == 0:
			t.Errorf("%s is repeated without a back-off", info.Class)
		}
	}
	for c, name := range declared {
		if !seen[c] {
			t.Errorf("%s is not in the catalogue", name)
		}
	}
}

func TestCatalogRowsAreSourcedAndUnique(t *testing.T) {
	t.Parallel()
	doc := Catalog()
	check := func(key string, c Class, source, means string, seen map[string]bool) {
		t.Helper()
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[key] = true
		if _, ok := Describe(c); !ok {
			t.Errorf("%s: class %q is not in the catalogue", key, c)
		}
		if source == "" || !strings.HasSuffix(means, ".") {
			t.Errorf("%s: source %q, means %q", key, source, means)
		}
	}
	seen := map[string]bool{}
	for _, r := range doc.Types {
		check(r.Slug, r.Class, r.Source, r.Means, seen)
		if p := ProblemOf("https://api.twitter.com/2/problems/" + r.Slug); r.Slug != aboutBlank && (p.Type != r.URL() || p.Class == "") {
			t.Errorf("%s: a problem of which only the type is known is %+v", r.Slug, p)
		}
		if got := canonicalType(r.Slug); r.URL() != got || got == "" {
			t.Errorf("%s: URL %q", r.Slug, got)
		}
	}
	for _, r := range doc.Statuses {
		check(strconv.Itoa(r.Status), r.Class, r.Source, r.Means, seen)
	}
	for _, r := range doc.Codes {
		check("code "+strconv.Itoa(r.Code), r.Class, r.Source, r.Means, seen)
		if r.HTTP < 400 || r.HTTP > 599 {
			t.Errorf("code %d: HTTP status %d", r.Code, r.HTTP)
		}
	}
	for _, r := range doc.OAuthErrors {
		check(r.Error, r.Class, r.Source, r.Means, seen)
	}
	for _, r := range doc.Topics {
		check(r.Title, r.Classes[0], r.Source, r.Text, seen)
		for _, c := range r.Classes {
			if _, ok := Describe(c); !ok {
				t.Errorf("%s: class %q", r.Title, c)
			}
		}
	}
	if n := len(doc.Types); n != 27+5 {
		t.Errorf("%d problem types, want 27 of X and 5 of its simulator", n)
	}
	if n := len(doc.Codes); n != 64 {
		t.Errorf("%d codes, want the 62 of X's table, 200 and 453", n)
	}
}

func TestCatalogIsACopy(t *testing.T) {
	t.Parallel()
	doc := Catalog()
	doc.Classes[0].Class = "changed"
	doc.Topics[0].Classes[0] = "changed"
	if again := Catalog(); again.Classes[0].Class != OK || again.Topics[0].Classes[0] == "changed" {
		t.Error("a change of the copy changed the catalogue")
	}
}

func TestResultOfGivesTheCatalogueRow(t *testing.T) {
	t.Parallel()
	r := ResultOf(Stalled)
	if r.Class != Stalled || r.Retry.Verdict != VerdictReconnect || r.Hint.Text == "" {
		t.Errorf("got %+v", r)
	}
	if r := ResultOf("no such class"); r.Class != Unknown || r.Hint.Text == "" {
		t.Errorf("got %+v", r)
	}
}

func TestImportsOnlyTheStandardLibrary(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the go command")
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	for path := range strings.FieldsSeq(string(out)) {
		switch path {
		case "github.com/otelxapi/otelxapi/classify", "github.com/otelxapi/otelxapi/endpoint":
		default:
			t.Errorf("depends on %s", path)
		}
	}
}
