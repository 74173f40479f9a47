package xapitest

import (
	"fmt"
	"slices"
	"sync"
)

// scripts are the scripts that connections are to play, by operation; the zero
// route is all operations.
type scripts struct {
	mu    sync.Mutex
	added int
	queue map[route][]numbered
	held  map[route]Script
}

type numbered struct {
	Script
	number int
}

func (s *scripts) add(at route, all []Script) error {
	for _, script := range all {
		if err := script.check(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue == nil {
		s.queue = map[route][]numbered{}
	}
	for _, script := range all {
		s.added++
		s.queue[at] = append(s.queue[at], numbered{slices.Clone(script), s.added})
	}
	return nil
}

func (s *scripts) hold(at route, script Script) error {
	if err := script.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = map[route]Script{}
	}
	s.held[at] = slices.Clone(script)
	return nil
}

// next takes the script for a connection, and its number.
func (s *scripts) next(at route) (Script, int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range []route{at, {}} {
		if q := s.queue[key]; len(q) > 0 {
			s.queue[key] = q[1:]
			return q[0].Script, q[0].number, true
		}
	}
	for _, key := range []route{at, {}} {
		if script, ok := s.held[key]; ok {
			return script, 0, true
		}
	}
	return nil, 0, false
}

func (s *scripts) pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, q := range s.queue {
		n += len(q)
	}
	return n
}

// reset forgets the scripts, and counts them from 1 again.
func (s *scripts) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added = 0
	clear(s.queue)
	clear(s.held)
}

func errNoStream(path string) error {
	return fmt.Errorf("xapitest: %q is not the path of a streaming operation", path)
}
