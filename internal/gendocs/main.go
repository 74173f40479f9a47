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
// classify, the number of endpoints from package endpoint, and scenarios from
// package xapitest. Code that documents show is a copy of functions and files
// that are compiled and tested.
//
// The pages of monitoring/runbooks get the hints of the classes that the name of
// a region lists ("hints usage_capped credits_depleted"), and their names of
// attributes, metrics and classes are checked. The dashboard,
// monitoring/grafana/x-api.json, is written whole, from rows and the metrics.
//
// With -check nothing is written: the command prints what differs and exits
// with status 1 when a file is not what it would write.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
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

// file is one that this command keeps current. make returns what it has to hold,
// given what it holds: nothing if it does not exist.
type file struct {
	path string // from the root of the repository
	make func(have string) (string, error)
}

// files returns every file that this command keeps current.
func files(dir string, f *facts) ([]file, error) {
	var list []file
	for _, d := range documents {
		list = append(list, file{d.path, func(have string) (string, error) { return d.make(have, f) }})
	}
	pages, err := runbookFiles(dir, f)
	if err != nil {
		return nil, err
	}
	list = append(list, pages...)
	return append(list, file{dashboardPath, func(string) (string, error) { return dashboard(f, rows(f)) }}), nil
}

// document is a file and the regions that it has to have.
type document struct {
	path    string
	regions map[string]func(*facts) string
}

func (d document) make(have string, f *facts) (string, error) {
	text := make(map[string]string, len(d.regions))
	for name, write := range d.regions {
		text[name] = write(f)
	}
	return replaceRegions(have, text)
}

var documents = []document{
	{"README.md", map[string]func(*facts) string{
		"attributes": briefAttributes,
		"classes":    briefClasses,
		"endpoints":  endpointCount,
		"options":    optionTable,
		"send":       show("send"),
	}},
	{"docs/telemetry.md", map[string]func(*facts) string{
		"attributes": fullAttributes,
		"events":     eventTable,
		"metrics":    metricTable,
	}},
	{"docs/classes.md", map[string]func(*facts) string{
		"classes": fullClasses,
	}},
	{"docs/setup.md", map[string]func(*facts) string{
		"program": show("program"),
	}},
	{"docs/testing.md", map[string]func(*facts) string{
		"answers":  answerTable,
		"failures": failureTable,
		"limited":  show("limited"),
		"network":  show("network"),
		"streams":  show("streams"),
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
	list, err := files(*dir, f)
	if err != nil {
		return err
	}
	var stale error
	for _, file := range list {
		err := file.update(filepath.Join(*dir, file.path), *check, out)
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
func (f file) update(path string, check bool, out io.Writer) error {
	have, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	want, err := f.make(string(have))
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
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(want), 0o644)
}
