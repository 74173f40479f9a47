package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommittedDocumentsAreCurrent(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run([]string{"-dir", "../..", "-check"}, &out); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// repository makes a small one whose documents have empty regions.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"option.go":                  "package x\n\n// WithHosts adds hosts. More.\nfunc WithHosts(hosts ...string) Option { return nil }\n",
		runbookDir + "/XApiGone.md":  page,
		runbookDir + "/XApiQuiet.md": quietPage,
		runbookDir + "/README.md":    beginMark + "alerts" + markTail + "\n" + endMark + "alerts" + markTail + "\n",
	}
	// The dashboard needs all metrics, documents the code that they show.
	sources := []string{"attributes.go", "names.go"}
	for _, s := range snippets {
		sources = append(sources, s.path)
	}
	for _, name := range sources {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	for _, d := range documents {
		for name := range d.regions {
			files[d.path] += beginMark + name + markTail + "\n" + endMark + name + markTail + "\n"
		}
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCheckFailsUntilTheDocumentsAreWritten(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	var out strings.Builder
	err := run([]string{"-dir", dir, "-check"}, &out)
	if !errors.Is(err, errNotCurrent) {
		t.Fatalf("check of stale documents: %v", err)
	}
	stale := []string{dashboardPath, runbookDir + "/XApiGone.md", runbookDir + "/README.md"}
	for _, d := range documents {
		stale = append(stale, d.path)
	}
	for _, path := range stale {
		if !strings.Contains(out.String(), filepath.FromSlash(path)+" differs:") {
			t.Errorf("no difference shown for %s:\n%s", path, out.String())
		}
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "README.md")); strings.Contains(string(b), "x_api") {
		t.Error("check has written")
	}
	if _, err := os.Stat(filepath.Join(dir, dashboardPath)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("check has made the dashboard: %v", err)
	}
	if err := run([]string{"-dir", dir}, &out); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := run([]string{"-dir", dir, "-check"}, &out); err != nil || out.Len() > 0 {
		t.Errorf("check after writing: %v\n%s", err, out.String())
	}
}

func TestRunReportsTheFileThatIsWrong(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"attributes.go":             "package x\nconst AKey = semconv.NoSuchKey\n",
		"option.go":                 "package x\n\nfunc WithNothing() Option { return nil }\n",
		"README.md":                 "no regions\n",
		howto:                       "package x\n",
		runbookDir + "/XApiGone.md": strings.ReplaceAll(page, "gone", "no_such_class"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := repository(t)
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if err := run([]string{"-dir", dir}, &out); err == nil || !strings.Contains(filepath.ToSlash(err.Error()), name) {
				t.Errorf("got %v, want an error that names %s", err, name)
			}
		})
	}
}
