package xapitest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// StreamLog is what one connection to a stream was sent. It is final once Open
// is false, and a client that sees the end of the stream finds it final.
//
// The counts are of whole lines that the connection took, and so what a client
// receives that reads to the end. It may receive less after EndReset on other
// systems than Linux, and after EndClient, EndSlow and EndClosed less or a part
// of one more line.
type StreamLog struct {
	Number int // in the order of arrival at the server, from 1
	// TransactionID is the x-transaction-id of the answer, by which a client
	// finds the log of its own stream. Empty for a StreamReader.
	TransactionID string
	// Path and Query are the request's: the path escaped, the query encoded.
	Path, Query string
	RemoteAddr  string
	// Script is the number of the script, in the order in which PlayStreams
	// was given them, from 1. It is 0 for a held one and for the default.
	Script int

	Started, Ended time.Time // by the server's clock

	Posts      int64 // with and without errors
	Partials   int64 // the posts with errors among them
	KeepAlives int64
	Problems   int64
	Others     int64 // lines of Line that are not blank; blank ones are keep-alives
	Bytes      int64

	Problem StreamProblem // the last one, empty for none

	// Open is true until the stream has ended. Ending then says how: as its
	// script says, or EndClient, EndSlow or EndClosed.
	Open   bool
	Ending Ending
}

// Lines is how many lines there were, but for keep-alives.
func (l *StreamLog) Lines() int64 { return l.Posts + l.Problems + l.Others }

// count enters what a step sent.
func (l *StreamLog) count(s Step) {
	switch s.kind {
	case stepPosts:
		l.Posts++
		if s.partial {
			l.Partials++
		}
	case stepProblem:
		l.Problems++
		l.Problem = s.problem
	case stepLine:
		if strings.TrimSpace(s.line) != "" {
			l.Others++
			return
		}
		l.KeepAlives++
	case stepKeepAlives:
		l.KeepAlives++
	}
}

func (l *StreamLog) end(e Ending, now time.Time) {
	l.Open, l.Ending, l.Ended = false, e, now
}

// streamLogSize bounds the memory of a server that runs for days.
const streamLogSize = 10000

// streamLogs are the logs of a server's streams.
type streamLogs struct {
	mu     sync.Mutex
	logs   []*StreamLog
	opened int
	open   map[stream]int
	total  int           // of open
	idle   chan struct{} // closed when total is 0 again
}

// stream is what X counts connections to.
type stream struct {
	route
	partition, who string
}

// add opens a log, unless most connections to the stream are open. A most of
// 0 is no limit.
func (s *streamLogs) add(to stream, l StreamLog, most int) (*StreamLog, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if most > 0 && s.open[to] >= most {
		return nil, false
	}
	if s.open == nil {
		s.open = map[stream]int{}
	}
	if s.total == 0 {
		s.idle = make(chan struct{})
	}
	s.open[to]++
	s.total++
	s.opened++
	l.Number, l.Open = s.opened, true
	if len(s.logs) >= streamLogSize {
		s.logs = slices.Delete(s.logs, 0, len(s.logs)-streamLogSize+1)
	}
	s.logs = append(s.logs, &l)
	return &l, true
}

// sent enters what a step sent.
func (s *streamLogs) sent(l *StreamLog, step Step, n int) {
	s.update(func() {
		l.Bytes += int64(n)
		l.count(step)
	})
}

// update changes a log.
func (s *streamLogs) update(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *streamLogs) end(to stream, l *StreamLog, e Ending, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.end(e, now)
	if s.open[to]--; s.open[to] == 0 {
		delete(s.open, to)
	}
	if s.total--; s.total == 0 {
		close(s.idle)
	}
}

func (s *streamLogs) list() []StreamLog {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]StreamLog, 0, len(s.logs))
	for _, l := range s.logs {
		all = append(all, *l)
	}
	return all
}

func (s *streamLogs) wait(ctx context.Context) error {
	s.mu.Lock()
	idle := s.idle
	s.mu.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reset forgets the streams that have ended.
func (s *streamLogs) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logs = slices.DeleteFunc(s.logs, func(l *StreamLog) bool { return !l.Open })
}
