package xapitest

import (
	"testing"
	"time"
)

func TestTheLogsOfStreamsAreBounded(t *testing.T) {
	t.Parallel()
	var s streamLogs
	to := stream{route: route{"GET", "/"}}
	first, _ := s.add(to, StreamLog{}, 0)
	for range streamLogSize + 4 {
		l, ok := s.add(to, StreamLog{}, 2)
		if !ok {
			t.Fatal("refused")
		}
		if _, ok := s.add(to, StreamLog{}, 2); ok {
			t.Fatal("a third one is open")
		}
		s.end(to, l, EndCut, time.Time{})
	}
	if logs := s.list(); len(logs) != streamLogSize || logs[0].Number != 6 || logs[streamLogSize-1].Number != streamLogSize+5 {
		t.Errorf("%d logs", len(logs))
	}
	s.end(to, first, EndCut, time.Time{}) // its log is gone
	if s.total != 0 || len(s.open) != 0 {
		t.Errorf("%d open, %v", s.total, s.open)
	}
}
