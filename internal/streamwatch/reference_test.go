package streamwatch

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// reference does what a Watcher does, slowly and line by line. It knows valid
// JSON only, and takes the last of repeated keys.
func reference(stream []byte, now time.Time) (s Segment, problem *classify.Result) {
	s.Bytes = int64(len(stream))
	post := func(members map[string]json.RawMessage, idKey string) {
		s.Posts++
		var created time.Time
		id, isText := textOf(members[idKey])
		date, hasDate := textOf(members["created_at"])
		if n, err := strconv.ParseUint(id, 10, 63); isText && err == nil && n >= 1<<52 {
			created = time.UnixMilli(int64(n/4194304) + 1288834974657) // less than 1<<63
		} else if t, err := time.Parse(time.RFC3339, date); !isText && hasDate && err == nil {
			created = time.UnixMilli(t.UnixMilli())
		} else {
			return
		}
		s.Lag.add(max(0, now.Sub(created)))
		if created.After(s.Newest) {
			s.Newest = created
		}
	}
	partial := func(members map[string]json.RawMessage) {
		var items []json.RawMessage
		if json.Unmarshal(members["errors"], &items) == nil && len(items) > 0 {
			s.Partial++
		}
	}
	for line := range bytes.Lines(stream) {
		ended := bytes.HasSuffix(line, []byte("\n"))
		line = bytes.Trim(line, " \t\r\n")
		var members map[string]json.RawMessage
		var items []json.RawMessage
		switch {
		case len(line) == 0:
			if ended {
				s.KeepAlives++
			}
		case line[0] == '{' && json.Unmarshal(line, &members) == nil:
			_, isLegacy := textOf(members["id_str"])
			data := members["data"]
			switch {
			case len(members) == 0:
				s.KeepAlives++
			case len(data) > 0 && string(data) != "null":
				var inner map[string]json.RawMessage
				_ = json.Unmarshal(data, &inner) // data may be anything
				post(inner, "id")
				partial(members)
			case isLegacy:
				post(members, "id_str")
				partial(members)
			default:
				if r, ok := classify.StreamLine(line[:min(len(line), MaxLine)]); ok {
					s.Problems++
					problem = &r
				} else {
					s.Other++
				}
			}
		case line[0] == '[' && json.Unmarshal(line, &items) == nil:
			before := s.Posts
			for _, item := range items {
				if item[0] == '{' {
					members = nil
					_ = json.Unmarshal(item, &members) // valid, since items are
					post(members, "id_str")
				}
			}
			if s.Posts == before {
				s.Other++
			}
		default:
			s.Other++
		}
	}
	return s, problem
}

func textOf(value json.RawMessage) (string, bool) {
	var text *string
	if len(value) == 0 || json.Unmarshal(value, &text) != nil || text == nil {
		return "", false
	}
	return *text, true
}
