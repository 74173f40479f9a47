package classify

import (
	"strings"
	"testing"
)

func TestASuccessThatDidNotDoTheWork(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, request, body string
		class, problem      Class
		title               string
	}{
		{"a post that was deleted", "DELETE /2/tweets/1", `{"data":{"deleted":true}}`, OK, "", ""},
		{"a post that was not deleted", "DELETE /2/tweets/1", `{"data":{"deleted":false}}`, Partial, Unprocessable, "Not done"},
		{"a like", "POST /2/users/1/likes", `{"data":{"liked":true}}`, OK, "", ""},
		{"no like", "POST /2/users/1/likes", `{"data":{"liked":false}}`, Partial, Unprocessable, "Not done"},
		{"a like taken back", "DELETE /2/users/1/likes/2", `{"data":{"liked":false}}`, OK, "", ""},
		{"a like that stayed", "DELETE /2/users/1/likes/2", `{"data":{"liked":true}}`, Partial, Unprocessable, "Not done"},
		{"a follow that waits for consent", "POST /2/users/1/following", `{"data":{"following":false,"pending_follow":true}}`, OK, "", ""},
		{"a follow refused", "POST /2/users/1/following", `{"data":{"following":false,"pending_follow":false}}`, Partial, Unprocessable, "Not done"},
		{"an unblock", "POST /2/users/1/dm/unblock", `{"data":{"blocked":false}}`, OK, "", ""},
		{"a block that was not made", "POST /2/users/1/dm/block", `{"data":{"blocked":false}}`, Partial, Unprocessable, "Not done"},
		{"media that X gave up on", "GET /2/media/upload", `{"data":{"id":"1","processing_info":{"state":"failed","error":{"code":1}}}}`, Partial, Unprocessable, "Media processing failed"},
		{"media in progress", "GET /2/media/upload", `{"data":{"processing_info":{"state":"in_progress","check_after_secs":5}}}`, OK, "", ""},
		{"media of API v1.1 that X gave up on", "GET /1.1/media/upload.json", `{"media_id":1,"processing_info":{"state":"failed"}}`, Partial, Unprocessable, "Media processing failed"},
		{"a connection that stayed open", "DELETE /2/connections/all", `{"data":{"successful_kills":1,"failed_kills":2}}`, Partial, Unprocessable, "Connections not closed"},
		{"connections closed", "DELETE /2/connections/all", `{"data":{"successful_kills":1,"failed_kills":0}}`, OK, "", ""},
		{"a rule that was not created, without a word why", "POST /2/tweets/search/stream/rules", `{"meta":{"sent":"2026-01-01T00:00:00Z","summary":{"created":0,"not_created":1,"valid":0,"invalid":1}}}`, Partial, RulesInvalid, "Rules not changed"},
		{"a rule that was not created, and why", "POST /2/tweets/search/stream/rules", `{"meta":{"summary":{"created":0,"not_created":1}},"errors":[{"value":"x","id":"1","title":"DuplicateRule","type":"https://api.twitter.com/2/problems/duplicate-rules"}]}`, NoData, DuplicateRules, "DuplicateRule"},
		{"a flag of another type", "DELETE /2/tweets/1", `{"data":{"deleted":"no"}}`, OK, "", ""},
		{"data of another type", "DELETE /2/tweets/1", `{"data":[false]}`, OK, "", ""},
		{"a body that was cut", "DELETE /2/tweets/1", `{"data":{"deleted":fal`, OK, "", ""},
		{"a flag in an answer to a read", "GET /2/tweets/1", `{"data":{"deleted":false}}`, OK, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			method, path, _ := strings.Cut(tt.request, " ")
			r := Classify(Input{Method: method, Path: path, Status: 200, Body: []byte(tt.body)})
			if r.Class != tt.class || r.Class.IsError() {
				t.Errorf("class %q, want %q", r.Class, tt.class)
			}
			if tt.problem == "" {
				if r.Total != 0 || len(r.Problems) != 0 {
					t.Errorf("problems %+v", r.Problems)
				}
				return
			}
			if r.Total != 1 || len(r.Problems) != 1 || r.Problems[0].Class != tt.problem || r.Problems[0].Title != tt.title {
				t.Errorf("problems %+v", r.Problems)
			}
		})
	}
}
