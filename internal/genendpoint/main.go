// Command genendpoint makes the operation table of package endpoint.
//
// It works in two steps, so that X's OpenAPI document itself stays out of the
// repository:
//
//	go run ./internal/genendpoint -spec https://api.x.com/2/openapi.json
//
// reads the document (a file or an http or https URL), writes the facts that
// the table needs to endpoint/operations.json, and goes on with the second
// step, which
//
//	go run ./internal/genendpoint
//
// does alone: it joins operations.json with the hand-kept overlay.json,
// limits.json and billing.json and writes endpoint/zz_operations.go.
//
// With -check nothing is written: the command prints what differs and exits
// with status 1 when a file is not what it would write.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The files in the directory of package endpoint.
const (
	factsFile   = "operations.json"
	overlayFile = "overlay.json"
	limitsFile  = "limits.json"
	billingFile = "billing.json"
	goFile      = "zz_operations.go"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "genendpoint:", err)
		}
		os.Exit(1)
	}
}

var errNotCurrent = errors.New("not current; run go generate ./endpoint, or genendpoint with the same -spec")

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("genendpoint", flag.ContinueOnError)
	var (
		dir    = flags.String("dir", "endpoint", "directory of package endpoint")
		spec   = flags.String("spec", "", "X's OpenAPI document, a file or an http(s) URL; writes "+factsFile+" too")
		source = flags.String("source", "", "where the document of -spec is published (default: the URL, or what "+factsFile+" says of the same document)")
		check  = flags.Bool("check", false, "write nothing; print what differs and fail")
	)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}

	save := write
	if *check {
		save = compare
	}
	var stale error
	keep := func(name string, content []byte) error {
		err := save(out, filepath.Join(*dir, name), content)
		if errors.Is(err, errNotCurrent) {
			stale, err = err, nil
		}
		return err
	}

	facts, err := loadFacts(filepath.Join(*dir, factsFile))
	if *spec != "" {
		committed := facts
		if facts, err = readSpec(*spec); err != nil {
			return err
		}
		facts.Source = publishedAt(*source, *spec, facts, committed)
		if err := keep(factsFile, facts.encode()); err != nil {
			return err
		}
	} else if err != nil {
		return fmt.Errorf("%w (make it with -spec)", err)
	}

	t, err := join(*dir, facts)
	if err != nil {
		return err
	}
	code, err := t.render()
	if err != nil {
		return err
	}
	if err := keep(goFile, code); err != nil {
		return err
	}
	return stale
}

// publishedAt names the document's origin. The path of a local file says
// nothing to a reader of the repository, so it is never used.
func publishedAt(source, spec string, read, committed *facts) string {
	switch {
	case source != "":
		return source
	case committed != nil && committed.SHA256 == read.SHA256:
		return committed.Source
	case isURL(spec):
		return spec
	}
	return "unknown"
}

func write(out io.Writer, path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	fmt.Fprintln(out, "writing", path)
	return os.WriteFile(path, content, 0o644)
}

func compare(out io.Writer, path string, want []byte) error {
	have, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if bytes.Equal(have, want) {
		return nil
	}
	fmt.Fprintf(out, "%s differs:\n", path)
	printDifference(out, have, want)
	return fmt.Errorf("%s is %w", path, errNotCurrent)
}

// printDifference prints the lines between the first and the last that differ.
func printDifference(out io.Writer, have, want []byte) {
	const most = 30
	a, b := bytes.SplitAfter(have, []byte("\n")), bytes.SplitAfter(want, []byte("\n"))
	line := 1
	for len(a) > 0 && len(b) > 0 && bytes.Equal(a[0], b[0]) {
		a, b, line = a[1:], b[1:], line+1
	}
	for len(a) > 0 && len(b) > 0 && bytes.Equal(a[len(a)-1], b[len(b)-1]) {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	fmt.Fprintf(out, "@@ line %d @@\n", line)
	for _, side := range []struct {
		mark  string
		lines [][]byte
	}{{"-", a}, {"+", b}} {
		for i, l := range side.lines {
			if i == most {
				fmt.Fprintf(out, "%s ... %d more lines\n", side.mark, len(side.lines)-most)
				break
			}
			if l = bytes.TrimRight(l, "\n"); len(l) > 0 {
				fmt.Fprintf(out, "%s%s\n", side.mark, l)
			}
		}
	}
}
