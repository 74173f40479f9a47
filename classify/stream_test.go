package classify

import (
	"strings"
	"testing"
)

func TestStreamLine(t *testing.T) {
	t.Parallel()
	disconnect := func(kind string) string {
		return `{"title":"operational-disconnect","disconnect_type":"` + kind + `","detail":"This stream has been disconnected for operational reasons.","type":"https://api.twitter.com/2/problems/operational-disconnect"}`
	}
	tests := []struct {
		name    string
		line    string
		class   Class // "" for an ordinary line
		verdict Verdict
	}{
		{"a keep-alive", "\r\n", "", ""},
		{"nothing", "", "", ""},
		{"an empty object", "{}\r\n", "", ""},
		{"a post", `{"data":{"id":"1","text":"t"},"matching_rules":[]}`, "", ""},
		{"a post with errors", `{"data":{"id":"1"},"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}]}`, "", ""},
		{"a post with errors before its data", `{"errors":[{"type":"https://api.x.com/2/problems/resource-not-found"}],"data":{"id":"1"}}`, "", ""},
		{"a post that speaks of errors", `{"id":1,"text":"{\"errors\":[{\"title\":\"t\"}],\"type\":\"about:blank\"}"}`, "", ""},
		{"metadata with a type", `{"type":"connection_metadata","datacenter":"atla","timestamp":1762557264155}`, "", ""},
		{"metadata with a type and a title", `{"type":"connection_metadata","title":"Hello"}`, "", ""},
		{"a known type without anything else", `{"type":"unknown"}`, "", ""},
		{"empty errors", `{"errors":[]}`, "", ""},
		{"no JSON", `errors`, "", ""},
		{"a line too long for a problem", `{"errors":[{"title":"` + strings.Repeat("x", maxStreamProblem) + `"}]}`, "", ""},

		{"a disconnect in errors", `{"errors":[` + disconnect("OperationalDisconnect") + `]}` + "\r\n", StreamDisconnected, VerdictReconnect},
		{"a bare disconnect", disconnect("OperationalDisconnect"), StreamDisconnected, VerdictReconnect},
		{"upstream", disconnect("UpstreamOperationalDisconnect"), StreamDisconnected, VerdictReconnect},
		{"upstream, unclean", disconnect("UpstreamUncleanDisconnect"), StreamDisconnected, VerdictReconnect},
		{"by force", disconnect("ForceDisconnect"), StreamDisconnected, VerdictReconnect},
		{"of a kind nobody knows", disconnect("NewKind"), StreamDisconnected, VerdictReconnect},
		{"a slow reader", disconnect("SlowReader"), SlowConsumer, VerdictReconnect},
		{"a slow reader by the text", `{"errors":[{"title":"operational-disconnect","detail":"This stream has been disconnected because your client was unable to keep up with us.","type":"https://api.x.com/2/problems/operational-disconnect"}]}`, SlowConsumer, VerdictReconnect},
		{"a fault of X", disconnect("InternalError"), ServerError, VerdictReconnect},
		{"invalid rules", disconnect("InvalidRules"), RulesInvalid, VerdictNever},
		{"a degraded app", disconnect("ClientApplicationStateDegraded"), ClientForbidden, VerdictNever},
		{"a client that went away", `{"errors":[{"title":"t","type":"https://api.x.com/2/problems/client-disconnected","detail":"Your client has gone away."}]}`, ClientDisconnected, VerdictReconnect},
		{"too many connections", `{"errors":[{"connection_issue":"TooManyConnections","title":"ConnectionException","type":"https://api.twitter.com/2/problems/streaming-connection"}]}`, ConnectionLimited, VerdictReconnect},
		{"a usage cap", `{"errors":[{"title":"UsageCapExceeded","type":"https://api.twitter.com/2/problems/usage-capped"}]}`, UsageCapped, VerdictNever},
		{"credits", `{"title":"Payment Required","type":"https://api.x.com/2/problems/credits-depleted","status":402}`, CreditsDepleted, VerdictNever},
		{"about:blank with a status", `{"title":"Service Unavailable","type":"about:blank","status":503}`, Unavailable, VerdictReconnect},
		{"a problem nobody knows", `{"errors":[{"title":"t","type":"https://api.x.com/2/problems/brand-new"}]}`, Unknown, VerdictReconnect},
		{"a missing resource without data", `{"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}]}`, ResourceNotFound, VerdictNever},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, ok := StreamLine([]byte(tt.line))
			if ok != (tt.class != "") || r.Class != tt.class || r.Retry.Verdict != tt.verdict {
				t.Fatalf("got %v, %q, %q; want %q, %q", ok, r.Class, r.Retry.Verdict, tt.class, tt.verdict)
			}
			if !ok {
				return
			}
			sane(t, r)
			if r.Retry.Verdict == VerdictReconnect && r.Retry.Backoff.Delay(1) == 0 {
				t.Error("no back-off")
			}
		})
	}
}
