package xapitest

import (
	"context"
	"time"
)

// player walks through a script and makes what it sends. It is not safe for
// concurrent use.
type player struct {
	script Script
	now    func() time.Time
	number func() uint64 // of the next post

	step, done int
	due        time.Time // of the step that next returned, in real time
	line       []byte
}

func newPlayer(s Script, now func() time.Time, number func() uint64) *player {
	return &player{script: s, now: now, number: number, due: time.Now()}
}

// next is the next thing to do, once, at the time p.due. After the last step
// it is an End.
func (p *player) next() Step {
	for p.step < len(p.script) {
		s := p.script[p.step]
		switch {
		case s.kind == stepEnd:
			return s
		case s.kind == stepForever:
			p.step, p.done = 0, 0
		case p.done >= s.n:
			p.step, p.done = p.step+1, 0
		default:
			p.done++
			p.due = p.due.Add(s.every)
			return s
		}
	}
	return End(EndClean)
}

// wait waits for the time p.due. It returns the error of a context that ends
// first.
func (p *player) wait(ctx context.Context) error {
	if d := time.Until(p.due); d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// slack is what timers cost, and no backlog.
const slack = 10 * time.Millisecond

// bytes is what a step sends. It is valid until the next call.
func (p *player) bytes(s Step) []byte {
	p.line = p.line[:0]
	switch s.kind {
	case stepPosts, stepHalfPost:
		created := p.now().Add(-s.lag)
		if late := time.Since(p.due); late > slack && !s.prompt {
			created = created.Add(-late)
		}
		p.line = appendPost(p.line, created, p.number(), s.size, s.partial)
		if s.kind == stepHalfPost {
			p.line = p.line[:len(p.line)/2]
		}
	case stepKeepAlives:
		p.line = append(p.line, keepAlive...)
	default:
		p.line = append(p.line, s.line...)
	}
	return p.line
}
