package xapitest

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Script is what a stream sends, step by step. One that comes to its last step
// and neither ends nor starts again there ends as [End] of [EndClean] does.
//
//	xapitest.Script{
//		xapitest.Posts(50, 20*time.Millisecond),
//		xapitest.KeepAlives(2, 100*time.Millisecond),
//		xapitest.Problem(xapitest.DisconnectOperational),
//	}
//
// A script is a schedule, which does not wait for whoever reads the stream: to
// a reader that falls behind, what was due meanwhile comes at once, as late as
// it then is, until it has caught up. Play it with [Server.PlayStreams] or,
// without a server, with [Script.Reader].
type Script []Step

// Step is a part of a [Script]. The zero Step does nothing.
type Step struct {
	kind       stepKind
	n          int
	every, lag time.Duration
	size       int
	partial    bool
	prompt     bool // ids are of the moment of sending, however late that is
	line       string
	problem    StreamProblem
	ending     Ending
}

type stepKind int

const (
	stepNothing stepKind = iota
	stepPosts
	stepHalfPost
	stepKeepAlives
	stepSilence
	stepLine
	stepProblem
	stepEnd
	stepForever
)

const (
	defaultPost = 2500    // bytes: a post with its entities and its author
	maxPost     = 1 << 20 // bytes
)

// Posts is n posts, each after a pause of every: Posts(50, 20*time.Millisecond)
// takes a second. A post's id, as X's do, tells when the post was created, by
// the server's clock: when it was due, see [Script] and [Step.Lag].
func Posts(n int, every time.Duration) Step {
	return Step{kind: stepPosts, n: n, every: every, size: defaultPost}
}

// Burst is n posts at once.
func Burst(n int) Step { return Posts(n, 0) }

// Partial is one post with errors beside its data, which X means as a post.
func Partial() Step {
	s := Burst(1)
	s.partial = true
	return s
}

// HalfPost is the first half of a post, a line without its end. Only Silence
// and End may follow: a line that is cut, or that stalls.
func HalfPost() Step {
	s := Burst(1)
	s.kind = stepHalfPost
	return s
}

// KeepAlives is n of X's keep-alives, bare CRLFs, each after a pause of every.
// X sends one at least every 20 s (docs.x.com, consuming streaming data,
// 2026-08). A script sends none but these.
func KeepAlives(n int, every time.Duration) Step {
	return Step{kind: stepKeepAlives, n: n, every: every}
}

// Silence is d without a byte.
func Silence(d time.Duration) Step { return Step{kind: stepSilence, n: 1, every: d} }

// Line is one line of the caller's own. CRLF is added to a line without an end.
func Line(line string) Step {
	if !strings.HasSuffix(line, "\n") {
		line += "\r\n"
	}
	return Step{kind: stepLine, n: 1, line: line}
}

// Problem is a problem that X announces in a line, wrapped in errors. It does
// not end the script.
func Problem(p StreamProblem) Step {
	return Step{kind: stepProblem, n: 1, problem: p, line: wrapped(p.object())}
}

// BareProblem is Problem without the errors around it.
func BareProblem(p StreamProblem) Step {
	return Step{kind: stepProblem, n: 1, problem: p, line: p.object() + "\r\n"}
}

// End ends the stream with EndClean, EndStall, EndCut or EndReset. A reset
// destroys what is under way, so that on Linux the server waits, 10 s at most,
// until all it sent is with the client's system, and nothing is lost.
func End(e Ending) Step { return Step{kind: stepEnd, ending: e} }

// Forever plays the script again from its first step, without end.
func Forever() Step { return Step{kind: stepForever} }

// Size makes the step's posts that many bytes long, with the line end, up to
// 1 MiB. Those below 1900 or so have no entities and no author, and none is
// shorter than 181, or with errors some 300 more. The default is 2500.
func (s Step) Size(bytes int) Step {
	s.size = bytes
	return s
}

// Lag makes the ids of the step's posts older than the posts are, by d: X is
// late in delivering them.
func (s Step) Lag(d time.Duration) Step {
	s.lag = d
	return s
}

// Duration is how long the script takes, once through: the sum of its pauses.
func (s Script) Duration() time.Duration {
	var d time.Duration
	for _, step := range s {
		d += time.Duration(step.n) * step.every
	}
	return d
}

// check reports why a script cannot be played.
func (s Script) check() error {
	useful := false
	for i, step := range s {
		if err := step.check(s[i+1:]); err != nil {
			return fmt.Errorf("xapitest: step %d of the script: %w", i+1, err)
		}
		switch {
		case step.kind == stepForever && !useful:
			return errors.New("xapitest: the script does nothing, forever")
		case step.kind != stepSilence && step.n > 0, time.Duration(step.n)*step.every > 0:
			useful = true
		}
	}
	return nil
}

// check reports what is wrong with a step before the steps next.
func (s Step) check(next Script) error {
	switch {
	case s.n < 0 || s.every < 0:
		return fmt.Errorf("%d times every %s", s.n, s.every)
	case s.size < 0 || s.size > maxPost:
		return fmt.Errorf("a post of %d bytes", s.size)
	case strings.Contains(strings.TrimSuffix(s.line, "\n"), "\n"):
		return errors.New("more than one line")
	case s.kind == stepProblem && s.problem == "":
		return errors.New("a problem without a name")
	case (s.kind == stepEnd || s.kind == stepForever) && len(next) > 0:
		return errors.New("it is the last one, and more come after it")
	case s.kind == stepHalfPost && !next.endsLine():
		return errors.New("half a post, and then neither silence nor an end")
	case s.kind == stepEnd:
		switch s.ending {
		case EndClean, EndStall, EndCut, EndReset:
		default:
			return fmt.Errorf("the end %q is not for scripts", s.ending)
		}
	}
	return nil
}

// endsLine reports whether the steps send nothing.
func (s Script) endsLine() bool {
	for _, step := range s {
		if step.kind != stepSilence && step.kind != stepEnd && step.kind != stepNothing {
			return false
		}
	}
	return true
}
