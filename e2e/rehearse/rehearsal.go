package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/otelxapi/otelxapi/e2e/scenario"
)

// patience is how long a scenario may take.
const patience = 60 * scenario.Minute

// grace is how long a scenario goes on when all that it is for has come: for a
// trace, which the sampling of the collector may have dropped, and for alerts
// that are told of at leisure, after 5 minutes.
const grace = 7 * scenario.Minute

// rehearsal plays scenarios and watches what comes of them.
type rehearsal struct {
	stage  *scenario.Stage
	behind map[string][]string // the selectors of the series behind each alert
	route  *routing
	say    *printer

	mu      sync.Mutex
	records []*record
	began   time.Time
	over    bool

	spans, told int // how many of the stage's were seen
}

// newRehearsal reads the files that alerts and notifications are explained by.
func newRehearsal(root string, scenarios []scenario.Scenario, say *printer) (*rehearsal, error) {
	text, err := os.ReadFile(filepath.Join(root, scenario.MetricsRules))
	if err != nil {
		return nil, err
	}
	r := &rehearsal{say: say, began: time.Now()}
	if r.behind, err = selectors(text); err != nil {
		return nil, err
	}
	if r.route, err = loadRouting(filepath.Join(root, scenario.AlertmanagerFile)); err != nil {
		return nil, err
	}
	for _, s := range scenarios {
		r.records = append(r.records, newRecord(s))
	}
	return r, nil
}

// run plays all scenarios, so many at once, and returns when they are over or
// ctx has ended, and everything that it started has.
func (r *rehearsal) run(ctx context.Context, stage *scenario.Stage, parallel int) {
	r.stage = stage
	watching, stop := context.WithCancel(ctx)
	var watcher, plays sync.WaitGroup
	watcher.Go(func() { r.watch(watching) })
	slots := make(chan struct{}, parallel)
	for _, rec := range r.records {
		select {
		case slots <- struct{}{}:
			plays.Go(func() {
				r.play(ctx, rec)
				<-slots
			})
		case <-ctx.Done():
			r.mu.Lock()
			rec.state, rec.problem = stopped, "before its turn"
			r.mu.Unlock()
		}
	}
	plays.Wait()
	stop()
	watcher.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
}

// play plays a scenario until all that it is for has come, or it takes too long.
func (r *rehearsal) play(ctx context.Context, rec *record) {
	r.mu.Lock()
	rec.state, rec.began = playing, time.Now()
	r.say.line(rec, 0, "play", rec.About)
	r.mu.Unlock()

	until, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	played := make(chan error, 1)
	go func() { played <- r.stage.Play(until, rec.Scenario) }()
	select {
	case err := <-played:
		if err == nil { // what it did may still have to show
			select {
			case <-rec.enough:
			case <-until.Done():
			}
		}
		r.finish(ctx, rec, err)
	case <-rec.enough:
		r.finish(ctx, rec, nil)
		cancel()
		<-played
	case <-until.Done():
		r.finish(ctx, rec, nil)
		<-played
	}
}

// finish decides how a scenario went.
func (r *rehearsal) finish(ctx context.Context, rec *record, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec.over = time.Now()
	lacks := rec.lacks()
	switch {
	case err != nil:
		rec.state, rec.problem = missing, err.Error()
	case len(lacks) == 0:
		rec.state = ok
	case ctx.Err() != nil:
		rec.state, rec.problem = stopped, strings.Join(lacks, ", ")
	default:
		rec.state, rec.problem = missing, strings.Join(lacks, ", ")
	}
	at := rec.over.Sub(rec.began)
	for _, a := range rec.alerts {
		if !a.fired.IsZero() && a.told.IsZero() {
			r.say.line(rec, at, "quiet", a.name+": "+rec.fate(a, r.route))
		}
	}
	if rec.span.IsZero() && rec.state == ok {
		r.say.line(rec, at, "quiet", "no trace: of calls that succeed, the collector keeps few")
	}
	r.say.line(rec, at, rec.state, rec.problem)
}
