package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// checkRules runs the rules' own tests with a promtool.
func checkRules(t *testing.T, promtool string) {
	t.Helper()
	for _, c := range []struct {
		files string
		args  []string
	}{
		{"*.rules.yml", []string{"check", "rules"}},
		{"tests/*_test.yml", []string{"test", "rules"}},
	} {
		files, err := filepath.Glob(filepath.Join(root, "monitoring/prometheus", c.files))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files are like %s (%v)", c.files, err)
		}
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) {
				if out, err := exec.CommandContext(t.Context(), promtool, append(c.args, file)...).CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	}
}

func TestPrometheus3AcceptsTheRulesAndTheirTests(t *testing.T) {
	checkRules(t, build(t, Promtool))
}

// 2.42 is what Debian 12 has, and the oldest version that the rules are for.
func TestPrometheus242AcceptsTheRulesAndTheirTests(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program that is not built here")
	}
	promtool := promtool242(t)
	if promtool == "" {
		t.Skip("no promtool 2.x: apt-get download prometheus && dpkg -x prometheus_2.42*.deb DIR on Debian 12, then PROMTOOL_2_42=DIR/usr/bin/promtool")
	}
	checkRules(t, promtool)
}

// promtool242 returns the path of a promtool 2.x, "" if none is at hand.
func promtool242(t *testing.T) string {
	t.Helper()
	if named := os.Getenv("PROMTOOL_2_42"); named != "" {
		if !isPromtool2(t, named) {
			t.Fatalf("PROMTOOL_2_42=%s is no promtool 2.x", named)
		}
		return named
	}
	if found, err := exec.LookPath("promtool"); err == nil && isPromtool2(t, found) {
		return found
	}
	return ""
}

var version2 = regexp.MustCompile(`(?m)^promtool, version 2\.`)

func isPromtool2(t *testing.T, promtool string) bool {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), promtool, "--version").CombinedOutput()
	return err == nil && version2.Match(out)
}

func TestAlertmanagerAcceptsItsFile(t *testing.T) {
	amtool := build(t, Amtool)
	out, err := exec.CommandContext(t.Context(), amtool, "check-config", filepath.Join(root, "monitoring/alertmanager/alertmanager.yml")).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
