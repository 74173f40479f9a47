package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/otelxapi/otelxapi/e2e/scenario"
)

// The exit codes.
const (
	exitOK = iota
	exitMissing
	exitUsage
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends the process at once
	code := command(ctx, os.Args[1:], os.Stdout, os.Stderr)
	os.Exit(code)
}

type options struct {
	root, only, page string
	list, keep       bool
	parallel         int
}

// command is main without the process.
func command(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o options
	flags := flag.NewFlagSet("rehearse", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.root, "root", "..", "root of the repository")
	flags.StringVar(&o.only, "only", "", "comma-separated `names` of the scenarios to play (default all)")
	flags.StringVar(&o.page, "page", "", "loopback `address` to serve a page on, such as 127.0.0.1:8081")
	flags.BoolVar(&o.list, "list", false, "list the scenarios and do nothing else")
	flags.BoolVar(&o.keep, "keep", false, "keep serving the page after the end, until Ctrl-C")
	flags.IntVar(&o.parallel, "parallel", 4, "how many scenarios to play at once")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK
		}
		return exitUsage
	}
	scenarios, err := choose(o)
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected %q", flags.Args())
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "rehearse:", err)
		return exitUsage
	}
	say := &printer{w: stdout}
	if o.list {
		for _, s := range scenarios {
			say.print(fmt.Sprintf("%-22s %s", s.Name, s.About))
			for _, a := range newRecord(s).alerts {
				say.print(fmt.Sprintf("%-22s   %s", "", a.name))
			}
		}
		return exitOK
	}
	failed, err := rehearse(ctx, o, scenarios, say)
	switch {
	case err != nil && ctx.Err() == nil:
		_, _ = fmt.Fprintln(stderr, "rehearse:", err)
		return exitMissing
	case failed && ctx.Err() != nil, err != nil:
		return exitInterrupted
	case failed:
		return exitMissing
	}
	return exitOK
}

// choose returns the scenarios that options ask for.
func choose(o options) ([]scenario.Scenario, error) {
	if o.parallel < 1 {
		return nil, errors.New("-parallel is at least 1")
	}
	if o.keep && o.page == "" {
		return nil, errors.New("-keep is for a page: give -page as well")
	}
	if o.page != "" && !loopback(o.page) {
		return nil, errNotLoopback(o.page)
	}
	all := slices.DeleteFunc(scenario.All(), func(s scenario.Scenario) bool {
		return len(s.Alerts)+len(s.OnlyMetrics) == 0
	})
	if o.only == "" {
		return all, nil
	}
	var some []scenario.Scenario
	for name := range strings.SplitSeq(o.only, ",") {
		i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("no scenario with an alert is called %q; -list lists them", name)
		}
		if !slices.ContainsFunc(some, func(s scenario.Scenario) bool { return s.Name == name }) {
			some = append(some, all[i])
		}
	}
	return some, nil
}

// rehearse sets the stage, plays, and tells how it went.
func rehearse(ctx context.Context, o options, scenarios []scenario.Scenario, say *printer) (failed bool, err error) {
	say.print(pace)
	r, err := newRehearsal(o.root, scenarios, say)
	if err != nil {
		return false, err
	}
	if o.page != "" {
		p, err := servePage(o.page, r.view)
		if err != nil {
			return false, err
		}
		defer func() { err = errors.Join(err, p.stop()) }()
		say.print("The page: " + p.url)
	}
	began := time.Now()
	stage, err := scenario.StartStage(ctx, o.root, scenario.MetricsRules)
	if err != nil {
		return false, err
	}
	say.print(fmt.Sprintf("The stage is set after %.1f s. %d scenarios, up to %d at once.", time.Since(began).Seconds(), len(scenarios), o.parallel))
	r.run(ctx, stage, o.parallel)
	broken := stage.Prometheus[0].Failures()
	if err := stage.Stop(); err != nil {
		return false, err
	}
	say.table(r.records, r.route) // nothing changes any more
	good := 0
	for _, rec := range r.records {
		if rec.state == ok {
			good++
		}
	}
	say.print(fmt.Sprintf("%d of %d ok, in %.0f s.", good, len(r.records), time.Since(began).Seconds()))
	for _, rule := range slices.Sorted(maps.Keys(broken)) {
		say.print(fmt.Sprintf("rule %s cannot be evaluated: %v", rule, broken[rule]))
	}
	if o.keep && ctx.Err() == nil {
		say.print("The page stays until Ctrl-C.")
		<-ctx.Done()
	}
	return good < len(r.records) || len(broken) > 0, nil
}
