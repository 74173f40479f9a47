package scenario

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

// World is where a scenario runs.
type World struct {
	Client *http.Client     // the program's, instrumented
	X      *xapitest.Server // the simulator

	stop func(context.Context) error // ends the program
}

// call plays one of the simulator's scenarios once, and reads what X answers.
// That the call fails is what most scenarios are for.
func (w World) call(ctx context.Context, s xapitest.Scenario) error {
	if err := w.X.PlayScenario(s); err != nil {
		return err
	}
	return w.send(ctx, s)
}

// send sends the request of a scenario, and reads what X answers.
func (w World) send(ctx context.Context, s xapitest.Scenario) error {
	r, err := s.NewRequest(ctx, w.X.URL)
	if err != nil {
		return err
	}
	if res, err := w.Client.Do(r); err == nil {
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
	return ctx.Err()
}

// lookup returns a scenario of the simulator's catalogue.
func lookup(name string) xapitest.Scenario {
	s, ok := xapitest.Lookup(name)
	if !ok {
		panic("no scenario of the simulator is called " + name)
	}
	return s
}

// calls returns what a program does that calls in turn, again and again, with
// a pause after each.
func calls(every time.Duration, names ...string) func(context.Context, World) error {
	var turns []xapitest.Scenario
	for _, name := range names {
		turns = append(turns, lookup(name))
	}
	return play(every, turns...)
}

func play(every time.Duration, turns ...xapitest.Scenario) func(context.Context, World) error {
	return func(ctx context.Context, w World) error {
		for i := 0; ; i++ {
			if err := w.call(ctx, turns[i%len(turns)]); err != nil {
				return err
			}
			if err := wait(ctx, every); err != nil {
				return err
			}
		}
	}
}

// first does one thing for a while, and then another.
func first(d time.Duration, before, after func(context.Context, World) error) func(context.Context, World) error {
	return func(ctx context.Context, w World) error {
		until, cancel := context.WithTimeout(ctx, d)
		err := before(until, w)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && until.Err() == nil {
			return err
		}
		return after(ctx, w)
	}
}

// busy plays an answer of the simulator to several workers at once, for answers
// that take long.
func busy(workers int, s xapitest.Scenario) func(context.Context, World) error {
	return func(ctx context.Context, w World) error {
		if err := w.X.HoldScenario(s); err != nil {
			return err
		}
		var all sync.WaitGroup
		for range workers {
			all.Go(func() {
				for w.send(ctx, s) == nil {
				}
			})
		}
		all.Wait()
		return ctx.Err()
	}
}

// streamPath is that of the filtered stream.
const streamPath = "/2/tweets/search/stream"

// stream reads a stream that X serves as script says, with a pause after every
// read, and connects again after a while when it ends; with again 0 it does not.
func stream(script xapitest.Script, pause, again time.Duration) func(context.Context, World) error {
	return follow(script, World.read, pause, again)
}

// watched is stream with a watchdog that ends a stream when it is stalled.
func watched(script xapitest.Script, again time.Duration) func(context.Context, World) error {
	return follow(script, World.readWatched, 0, again)
}

func follow(script xapitest.Script, read func(World, context.Context, time.Duration) error, pause, again time.Duration) func(context.Context, World) error {
	return func(ctx context.Context, w World) error {
		if err := w.X.HoldStreams(streamPath, script); err != nil {
			return err
		}
		for {
			if err := read(w, ctx, pause); err != nil {
				return err
			}
			if again == 0 {
				<-ctx.Done()
				return ctx.Err()
			}
			if err := wait(ctx, again); err != nil {
				return err
			}
		}
	}
}

// read reads a stream to its end.
func (w World) read(ctx context.Context, pause time.Duration) error {
	res, err := w.connect(ctx)
	if err != nil || res == nil {
		return err
	}
	defer res.Body.Close()
	return readAll(ctx, res, pause)
}

// readWatched reads a stream to its end, or until it is stalled.
func (w World) readWatched(ctx context.Context, pause time.Duration) error {
	conn, cancel := context.WithCancel(ctx)
	defer cancel()
	res, err := w.connect(conn)
	if err != nil || res == nil {
		return err
	}
	defer res.Body.Close()
	go func() {
		for wait(conn, often) == nil {
			if r, _ := otelxapi.ResultOf(res); r.Class == classify.Stalled {
				cancel()
			}
		}
	}()
	_ = readAll(conn, res, pause)
	return ctx.Err()
}

// connect opens a stream; without an answer it returns nil.
func (w World) connect(ctx context.Context) (*http.Response, error) {
	r, err := lookup("stream_posts").NewRequest(ctx, w.X.URL)
	if err != nil {
		return nil, err
	}
	res, err := w.Client.Do(r)
	if err != nil {
		return nil, ctx.Err()
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return nil, fmt.Errorf("the simulator refuses the stream: %s", res.Status)
	}
	return res, nil
}

func readAll(ctx context.Context, res *http.Response, pause time.Duration) error {
	buffer := make([]byte, 2048)
	for {
		if _, err := res.Body.Read(buffer); err != nil {
			return ctx.Err()
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
