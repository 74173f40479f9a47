package scale

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/otelxapi/otelxapi/e2e/stack"
)

// maxDoubled is how many spans may arrive twice after a process was killed: those
// of the requests that were under way, taken but not yet acknowledged. There are
// that many requests: one of each sender, two of the agent to each gateway and
// two of each gateway to its store.
const maxDoubled = (senders + 2*2 + 2*2) * spansARequest

func TestTwoTiers(t *testing.T) {
	stack.Alone(t)
	row(t, "scenario", "sent", "lost", "doubled", "cut traces", "split traces", "traces by gateway")

	t.Run("nothing fails and nothing is lost or doubled", func(t *testing.T) {
		s := startTiers(t, 100, quick)
		var before [3]time.Duration
		for i, p := range []*process{s.agent, s.gateways[0], s.gateways[1]} {
			before[i] = p.cpu(t)
		}
		l := startLoad(t.Context(), s.agentPort, 60)
		processes := startProcesses(t, s.agentPort)
		sent := l.finish(t)
		r := s.drained(t, sent)
		report(t, "normal", r)
		r.must(t, 0, 0)
		processes.eachHasOneGateway(t, s)
		agent, gateways := s.agent.cpu(t)-before[0], s.gateways[0].cpu(t)-before[1]+s.gateways[1].cpu(t)-before[2]
		t.Logf("processor time a span, in requests of %d: agent %v, gateway %v", spansARequest, agent/time.Duration(len(sent)), gateways/time.Duration(len(sent)))
		t.Run("and the gateways' counts of calls add up", func(t *testing.T) { s.countsAddUp(t, len(sent)) })
	})

	t.Run("SIGTERM to a gateway loses nothing", func(t *testing.T) {
		skipIfShort(t)
		s := startTiers(t, 100, quick)
		l := startLoad(t.Context(), s.agentPort, 80)
		l.reach(t, 30)
		s.gateways[1].end(t, syscall.SIGTERM)
		l.reach(t, 60)
		s.gateways[1].start(t)
		r := s.drained(t, l.finish(t))
		report(t, "gateway 2 SIGTERM, back", r)
		r.must(t, 0, maxDoubled)
	})

	t.Run("SIGKILL to a gateway loses what it had in memory", func(t *testing.T) {
		skipIfShort(t)
		s := startTiers(t, 100, quick)
		l := startLoad(t.Context(), s.agentPort, 180)
		l.reach(t, 40)
		s.gateways[1].end(t, os.Kill)
		before := s.tally(l.sentSoFar())
		l.reach(t, 40+int(6*time.Second/betweenRequests))
		s.gateways[1].start(t)
		sent := l.finish(t)
		r := s.settled(t, sent, before.sent)
		report(t, "gateway 2 SIGKILL for 6 s, back", r)
		r.must(t, before.sent-len(before.arrived), maxDoubled)
		r.mustBeAmong(t, sent[:before.sent])
	})

	t.Run("a gateway that stays dead does not hold up the other", func(t *testing.T) {
		skipIfShort(t)
		s := startTiers(t, 100, quick)
		l := startLoad(t.Context(), s.agentPort, 100)
		l.reach(t, 40)
		s.gateways[1].end(t, os.Kill)
		before := s.tally(l.sentSoFar())
		sent := l.finish(t)
		s.quiet(t)
		alive := s.stored(0)
		report(t, "gateway 2 dead", s.tally(sent))
		s.gateways[1].start(t)
		r := s.settled(t, sent, before.sent)
		report(t, "gateway 2 back in the end", r)
		if now := s.stored(0); now != alive {
			t.Errorf("gateway 1 had %d spans while gateway 2 was dead, %d afterwards", alive, now)
		}
		r.must(t, before.sent-len(before.arrived), maxDoubled)
		r.mustBeAmong(t, sent[:before.sent])
	})

	t.Run("SIGKILL to the agent loses nothing", func(t *testing.T) {
		skipIfShort(t)
		s := startTiers(t, 100, quick)
		l := startLoad(t.Context(), s.agentPort, 80)
		l.reach(t, 20)
		s.gateways[1].end(t, syscall.SIGTERM) // so that there is something in a queue
		l.reach(t, 40)
		s.agent.end(t, os.Kill)
		s.gateways[1].start(t)
		s.agent.start(t)
		r := s.drained(t, l.finish(t))
		report(t, "agent SIGKILL with a full queue, back", r)
		r.must(t, 0, maxDoubled)
	})
}

func skipIfShort(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes and waits for them; not under -short")
	}
}

// drained waits until all spans have arrived, and a while for what may arrive
// twice.
func (s *tiers) drained(t *testing.T, sent []spanKey) tally {
	t.Helper()
	return s.settled(t, sent, 0)
}

// settled waits until all spans have arrived but the first so many, of which
// some may be lost, and until no more do.
func (s *tiers) settled(t *testing.T, sent []spanKey, mayBeLost int) tally {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		r := s.tally(sent[mayBeLost:])
		if len(r.lost) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Errorf("%d of %d spans do not arrive", len(r.lost), len(sent))
			break
		}
	}
	s.quiet(t)
	return s.tally(sent)
}

// quiet waits until nothing has arrived for longer than a gateway holds a trace
// back and the agent waits to try again.
func (s *tiers) quiet(t *testing.T) {
	t.Helper()
	last, since := -1, time.Now()
	await(t, func() bool {
		if now := s.stored(0) + s.stored(1); now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > 2500*time.Millisecond
	})
}

// must checks what holds in every scenario, and the bounds of this one.
func (r tally) must(t *testing.T, maxLost, maxDoubled int) {
	t.Helper()
	if r.split > 0 {
		t.Errorf("%d traces are split between the gateways", r.split)
	}
	if r.traces[0] == 0 || r.traces[1] == 0 {
		t.Errorf("traces by gateway = %v; want some by each", r.traces)
	}
	if len(r.lost) > maxLost {
		t.Errorf("%d spans are lost; want at most %d", len(r.lost), maxLost)
	}
	if r.doubled > maxDoubled {
		t.Errorf("%d spans came twice; want at most %d", r.doubled, maxDoubled)
	}
	if maxLost == 0 && r.cut > 0 {
		t.Errorf("%d traces are cut", r.cut)
	}
}

// mustBeAmong checks that nothing else was lost.
func (r tally) mustBeAmong(t *testing.T, these []spanKey) {
	t.Helper()
	known := map[spanKey]bool{}
	for _, k := range these {
		known[k] = true
	}
	for _, k := range r.lost {
		if !known[k] {
			t.Errorf("span %s of trace %s is lost, which was sent when the gateway was dead already", k.span, k.trace)
			return
		}
	}
}

func report(t *testing.T, scenario string, r tally) {
	t.Helper()
	row(t, scenario, r.sent, len(r.lost), r.doubled, r.cut, r.split, r.traces)
}

func row(t *testing.T, scenario string, cells ...any) {
	t.Helper()
	t.Logf("| %-38s |%8v |%6v |%8v |%11v |%13v | %v |", append([]any{scenario}, cells...)...)
}
