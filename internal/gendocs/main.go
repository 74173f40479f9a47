// Command gendocs writes the tables of the documentation from the code that
// they describe, so that they cannot fall behind it:
//
//	go run ./internal/gendocs
//
// rewrites the regions between these two lines, where NAME is one of those in
// documents, and nothing else in the files:
//
//	<!-- begin generated: NAME -->
//	<!-- end generated: NAME -->
//
// Attributes, events and metrics come from the constants and comments of
// attributes.go and names.go, options from option.go, classes from the catalogue of package
// classify, and the number of endpoints from package endpoint.
//
// With -check nothing is written: the command prints what differs and exits
// with status 1 when a file is not what it would write.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "gendocs:", err)
		}
		os.Exit(1)
	}
}

// document is a file and the regions that it has to have.
type document struct {
	path    string
	regions map[string]func(*facts) string
}

var documents = []document{
	{"README.md", map[string]func(*facts) string{
		"attributes": briefAttributes,
		"classes":    briefClasses,
		"endpoints":  endpointCount,
		"options":    optionTable,
	}},
	{"docs/telemetry.md", map[string]func(*facts) string{
		"attributes": fullAttributes,
		"events":     eventTable,
		"metrics":    metricTable,
	}},
	{"docs/classes.md", map[string]func(*facts) string{
		"classes": fullClasses,
	}},
}

var errNotCurrent = errors.New("not current; run go run ./internal/gendocs")

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("gendocs", flag.ContinueOnError)
	dir := flags.String("dir", ".", "root of the repository")
	check := flags.Bool("check", false, "write nothing; print what differs and fail")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	f, err := readFacts(*dir)
	if err != nil {
		return err
	}
	var stale error
	for _, d := range documents {
		err := d.update(filepath.Join(*dir, d.path), f, *check, out)
		if errors.Is(err, errNotCurrent) {
			stale, err = errors.Join(stale, err), nil
		}
		if err != nil {
			return err
		}
	}
	return stale
}

// update brings one file up to date, or only compares it.
func (d document) update(path string, f *facts, check bool, out io.Writer) error {
	have, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text := make(map[string]string, len(d.regions))
	for name, write := range d.regions {
		text[name] = write(f)
	}
	want, err := replaceRegions(string(have), text)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case want == string(have):
		return nil
	case check:
		fmt.Fprintf(out, "%s differs:\n", path)
		printDifference(out, string(have), want)
		return fmt.Errorf("%s is %w", path, errNotCurrent)
	}
	fmt.Fprintln(out, "writing", path)
	return os.WriteFile(path, []byte(want), 0o644)
}
