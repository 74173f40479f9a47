package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// every is how often the metrics are read. A backend does so every 15 to 60
// seconds.
const every = 200 * time.Millisecond

// screen is where lines go. On a terminal the last one is a status that changes.
type screen struct {
	painter

	w    io.Writer
	live bool

	mu     sync.Mutex
	status string
}

// linef writes a line, above the status if there is one.
func (s *screen) linef(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
	fmt.Fprintf(s.w, format+"\n", args...)
	fmt.Fprint(s.w, s.status)
}

// show replaces the status, on a terminal.
func (s *screen) show(status string) {
	if !s.live {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
	s.status = status
	fmt.Fprint(s.w, status)
}

func (s *screen) erase() {
	if s.status != "" {
		fmt.Fprint(s.w, "\r\x1b[K")
	}
}

// watcher shows what the metrics say, and what changed in them since it last
// looked. It knows of the stream what a backend knows.
type watcher struct {
	reader  *sdkmetric.ManualReader
	out     *screen
	started time.Time

	mu      sync.Mutex
	now     counters
	lag     time.Duration // of the last segment that ended
	stalled bool
}

// start watches until the function that it returns is called, or ctx ends.
func (w *watcher) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				w.look()
			}
		}
	}()
	return func() {
		cancel()
		<-done
		w.look()
		w.out.show("")
	}
}

func (w *watcher) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.update()
}

// sayf writes what the consumer does, after what the metrics say of its cause.
func (w *watcher) sayf(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.update()
	w.line(plain, "consumer", fmt.Sprintf(format, args...))
}

// update reads the metrics and shows them. w.mu is held.
func (w *watcher) update() {
	now, err := read(context.Background(), w.reader)
	if err == nil && len(changed(w.now.ends, now.ends)) > 0 {
		// A collection reads one metric after the other, so it can have an end without
		// the last of what the stream carried.
		now, err = read(context.Background(), w.reader)
	}
	if err != nil {
		w.line(red, "metrics", err.Error())
		return
	}
	before := w.now
	w.now = now
	if lag := now.lag.since(before.lag); lag > 0 {
		w.lag = lag
	}
	if now.stalls > before.stalls { // the consumer may have ended it since
		w.line(yellow, "stalled", "no byte for "+brief(max(now.silent, stall))+", and the consumer waits for one")
	}
	for _, end := range changed(before.ends, now.ends) {
		w.line(endStyle(end.class), "ended", fmt.Sprintf("reason %s, class %s, %d posts and %d keep-alives so far", end.reason, cmp.Or(end.class, "canceled"), now.posts, now.keepAlives))
	}
	for _, refusal := range changed(before.fails, now.fails) {
		w.line(red, "refused", "class "+refusal.class)
	}
	switch {
	case now.gaps.count > before.gaps.count:
		w.line(green, "connected", fmt.Sprintf("again, after %s without a connection", brief(now.gaps.since(before.gaps))))
	case now.active > before.active:
		w.line(green, "connected", fmt.Sprintf("%d stream is open", now.active))
	}
	switch {
	case now.active == 0:
		w.stalled = false
	case now.stalls > before.stalls:
		w.stalled = true
	case w.stalled && now.silent < stall:
		w.stalled = false
		w.line(green, "flows", "again")
	}
	w.out.show(w.status())
}

// statusWidth is the most columns that a status can have: a terminal of 80
// breaks a longer line, and what is broken cannot be erased.
const statusWidth = 79

// status is the line of live counters.
func (w *watcher) status() string {
	state, st := "streaming", green
	switch {
	case w.now.active == 0:
		state, st = "no stream", red
	case w.stalled:
		state, st = "stalled", yellow
	}
	lag := "-" // until a segment with posts ends
	if w.lag > 0 {
		lag = brief(w.lag)
	}
	clock, state := w.clock(), pad(state, 9)
	counts := fmt.Sprintf("  posts %-5d keep %-3d lag p50 %-6s busy %3.0f%%  silent %s",
		w.now.posts, w.now.keepAlives, lag, 100*w.now.busy, brief(w.now.silent))
	counts = counts[:min(len(counts), statusWidth-len(clock+" "+state))] // all of it is ASCII
	return w.out.paint(dim, clock) + " " + w.out.paint(st, state) + counts
}

func (w *watcher) line(st style, what, text string) {
	w.out.linef("%s %s  %s", w.out.paint(dim, w.clock()), w.out.paint(st, pad(what, 9)), text)
}

func (w *watcher) clock() string { return fmt.Sprintf("%5.1fs", time.Since(w.started).Seconds()) }

// changed returns what was counted since before, in a stable order.
func changed(before, now map[outcome]int64) []outcome {
	var more []outcome
	for o, n := range now {
		if n > before[o] {
			more = append(more, o)
		}
	}
	slices.SortFunc(more, func(a, b outcome) int { return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.reason, b.reason)) })
	return more
}

func endStyle(class string) style {
	if class == "" {
		return green
	}
	return red
}
