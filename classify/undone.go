package classify

import (
	"encoding/json"
	"net/http"
	"strings"
)

// A write can be answered with success and still not be done: X says so in a
// member of the answer (OpenAPI document 2.167, response schemas; states of
// media from docs.x.com/x-api/media/quickstart, 2026-08).

// doneFlags are the members of data that say whether a write was done. After a
// DELETE those of them that name a state, rather than the act, are false.
var doneFlags = []struct {
	member string
	state  bool // names a state that a POST makes and a DELETE ends
}{
	{"deleted", false}, {"updated", false}, {"success", false}, {"valid", false}, {"provisioned", false},
	{"following", true}, {"liked", true}, {"retweeted", true}, {"muting", true}, {"muted", true},
	{"blocked", true}, {"bookmarked", true}, {"pinned", true}, {"is_member", true}, {"subscribed", true},
}

// success is what an answer to a write says about the work.
type success struct {
	Data map[string]json.RawMessage `json:"data"`
	Meta struct {
		Summary map[string]json.RawMessage `json:"summary"`
	} `json:"meta"`
	ProcessingInfo json.RawMessage `json:"processing_info"` // API v1.1
}

// undone returns the problems of a success that says by its members that it
// did not do the work. Rules that X refused are told by errors as well, mostly;
// counted says that they were.
func (a *answer) undone(counted bool) (problems []Problem) {
	if !a.isWrite() && !a.isMedia() {
		return nil
	}
	raw, ok := inflate(a.in.Header, a.in.Body[:min(len(a.in.Body), maxBody)])
	var s success
	if !ok || json.Unmarshal(raw, &s) != nil {
		return nil
	}
	if a.mediaFailed(&s) {
		problems = append(problems, Problem{Title: "Media processing failed", Class: Unprocessable})
	}
	if n, ok := count(s.Data["failed_kills"]); ok && n > 0 {
		problems = append(problems, Problem{Title: "Connections not closed", Class: Unprocessable})
	}
	for _, member := range []string{"not_created", "invalid", "not_deleted"} {
		if n, ok := count(s.Meta.Summary[member]); ok && n > 0 && !counted {
			problems = append(problems, Problem{Title: "Rules not changed", Parameter: member, Class: RulesInvalid})
			break
		}
	}
	for _, f := range doneFlags {
		var v bool
		if json.Unmarshal(s.Data[f.member], &v) != nil || v == a.flagOfSuccess(f.member, f.state) {
			continue
		}
		if string(s.Data["pending_follow"]) == "true" {
			continue // a protected account decides later
		}
		problems = append(problems, Problem{Title: "Not done", Parameter: f.member, Class: Unprocessable})
	}
	return problems
}

// flagOfSuccess returns the value that a flag has when the work was done.
func (a *answer) flagOfSuccess(member string, state bool) bool {
	ends := a.in.Method == http.MethodDelete || member == "blocked" && strings.HasSuffix(a.in.Path, "/unblock")
	return !state || !ends
}

func (a *answer) isMedia() bool {
	return a.op != nil && strings.Contains(a.op.Template, "/media/upload")
}

// mediaFailed reports whether X gave up on an upload, which it says with
// status 200.
func (a *answer) mediaFailed(s *success) bool {
	raw := s.Data["processing_info"]
	if raw == nil {
		raw = s.ProcessingInfo
	}
	var info struct {
		State string `json:"state"`
	}
	return a.isMedia() && json.Unmarshal(raw, &info) == nil && info.State == "failed"
}

func count(raw json.RawMessage) (int, bool) {
	var n int
	err := json.Unmarshal(raw, &n)
	return n, err == nil && raw != nil
}
