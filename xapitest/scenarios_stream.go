package xapitest

import (
	"strings"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

var (
	connect  = Target{Method: "GET", Path: "/2/tweets/search/stream", Auth: endpoint.AuthAppOnly}
	addRules = Target{Method: "POST", Path: "/2/tweets/search/stream/rules", Auth: endpoint.AuthAppOnly, RequestBody: `{"add":[{"value":"golang","tag":"go"},{"value":"golang","tag":"again"}]}`}
)

// ruleScenarios are answers to a change of the filtered stream's rules. The
// status of a refused change is not known from an observation.
func ruleScenarios() []Scenario {
	added := refusal("rules_added", "Two rules are created.", Documented, addRules, classify.OK, 201,
		`{"data":[{"value":"golang","tag":"go","id":"5555555555555555555"},{"value":"gopher","tag":"again","id":"6666666666666666666"}],"meta":{"sent":"2026-11-23T12:00:00.000Z","summary":{"created":2,"not_created":0,"valid":2,"invalid":0}}}`)
	duplicate := refusal("duplicate_rules", "A rule exists already: an entry that has no detail, in a success.", Observed, addRules, classify.NoData, 201,
		`{"meta":{"sent":"2026-11-23T12:00:00.000Z","summary":{"created":0,"not_created":1,"valid":0,"invalid":1}},"errors":[{"value":"golang","id":"5555555555555555555","title":"DuplicateRule","type":"https://api.twitter.com/2/problems/duplicate-rules"}]}`)
	duplicate.Problem = classify.DuplicateRules
	partial := refusal("rules_partly_invalid", "One of two rules is created, the other one is not valid.", Inferred, addRules, classify.Partial, 201,
		`{"data":[{"value":"golang","tag":"go","id":"5555555555555555555"}],"meta":{"sent":"2026-11-23T12:00:00.000Z","summary":{"created":1,"not_created":1,"valid":1,"invalid":1}},"errors":[{"value":"fake_operator:1","details":["Reference to invalid operator 'fake_operator' (at position 1)"],"title":"Invalid Rule","type":"https://api.twitter.com/2/problems/invalid-rules"}]}`)
	partial.Problem = classify.RulesInvalid
	return []Scenario{
		added, duplicate, partial,
		refusal("rules_invalid", "A rule is not valid.", Inferred, addRules, classify.RulesInvalid, 400,
			`{"title":"Invalid Rule","detail":"The rule you have submitted is invalid.","type":"https://api.x.com/2/problems/invalid-rules"}`),
		refusal("rule_length", "A rule is longer than the plan allows.", Inferred, addRules, classify.RulesInvalid, 400,
			`{"title":"Rule Length","detail":"You have exceeded the maximum number of characters allowed on your query or rule based on your access level.","type":"https://api.x.com/2/problems/rule-length"}`),
		refusal("rule_cap", "The app has as many rules as its plan allows.", Inferred, addRules, classify.RuleCap, 422,
			`{"title":"RulesCapExceeded","detail":"You have exceeded the maximum number of rules.","type":"https://api.x.com/2/problems/rule-cap"}`),
	}
}

// The lines of a stream: two posts and a keep-alive, X's bare CRLF.
const (
	streamPost1 = `{"data":{"edit_history_tweet_ids":["1111111111111111111"],"id":"1111111111111111111","text":"one of a stream"},"matching_rules":[{"id":"5555555555555555555","tag":"go"}]}` + "\r\n"
	streamPost2 = `{"data":{"edit_history_tweet_ids":["2222222222222222222"],"id":"2222222222222222222","text":"two of a stream"},"matching_rules":[{"id":"5555555555555555555","tag":"go"}]}` + "\r\n"
	keepAlive   = "\r\n"
)

func streamScenarios() []Scenario {
	lines := func(name, about string, evidence Evidence, class classify.Class, more ...string) Scenario {
		return Scenario{Name: name, About: about, Evidence: evidence, Target: connect, Class: class, Status: 200, Stream: true,
			Rate: window(50, 48), Body: streamPost1 + streamPost2 + keepAlive + strings.Join(more, "")}
	}
	noRules := refusal("stream_no_rules", "A connection to a stream without rules is refused.", Observed, connect, classify.NoRules, 409,
		IssueNoRules.object())
	noRules.Rate = window(50, 47)
	full := refusal("too_many_connections", "Another connection is open; the window is not empty, and its limit is not the endpoint's.", Observed, connect, classify.ConnectionLimited, 429,
		IssueTooManyConnections.object())
	full.Rate = fallbackBucket

	partial := lines("stream_partial_post", "A post with errors beside its data is a post, not a disconnect.", Documented, classify.OK,
		`{"data":{"id":"2222222222222222222","text":"three of a stream"},"errors":[{"resource_id":"7777777777777777777","resource_type":"user","parameter":"author_id","value":"7777777777777777777","title":"Not Found Error","detail":"Could not find user with author_id: [7777777777777777777].","type":"https://api.x.com/2/problems/resource-not-found"}]}`+"\r\n")
	stalled := lines("stream_stalled", "A stream that falls silent, keep-alives and all.", Observed, classify.Stalled)
	stalled.Ending = EndStall
	cut := lines("stream_cut", "A stream that breaks off without a word.", Observed, classify.UnexpectedEOF, `{"data":{"id":"2222`)
	cut.Ending = EndCut
	reset := lines("stream_reset", "A stream whose connection is reset.", Observed, classify.ConnectionReset)
	reset.Ending = EndReset

	power := lines("powerstream", "A Powerstream, whose first line has a type and is no problem.", Documented, classify.OK)
	power.Path, power.Query = "/2/powerstream", "localDcOnly=true"
	power.Body = `{"type":"connection_metadata","datacenter":"atla","timestamp":1780000000000}` + "\r\n" +
		`[{"id_str":"1111111111111111111","text":"one of a powerstream"}]` + "\r\n" + keepAlive
	power.ExtraHeader = map[string]string{"X-Powerstream-Datacenter": "atla", "X-Powerstream-Localdconly": "true"}

	return []Scenario{
		lines("stream_posts", "Two posts and a keep-alive, then the end of the stream.", Documented, classify.OK),
		partial,
		power,
		noRules,
		full,
		lines("stream_disconnected", "An operational disconnect, announced in a line; the stream ends.", Observed, classify.StreamDisconnected,
			wrapped(DisconnectOperational.object())),
		lines("stream_disconnected_bare", "The same disconnect without the errors around it.", Observed, classify.StreamDisconnected,
			DisconnectOperational.object()+"\r\n"),
		lines("stream_disconnected_upstream", "A disconnect further up.", Documented, classify.StreamDisconnected,
			wrapped(DisconnectUpstream.object())),
		lines("stream_slow_consumer", "X drops a client that reads too slowly.", Documented, classify.SlowConsumer,
			wrapped(DisconnectSlowReader.object())),
		lines("stream_client_disconnected", "X takes the client for gone.", Documented, classify.ClientDisconnected,
			wrapped(ClientGone.object())),
		lines("stream_too_many_connections", "X closes a connection that is one too many, in a line.", Observed, classify.ConnectionLimited,
			wrapped(IssueTooManyConnections.object())),
		lines("stream_provisioning", "X is still providing the subscription.", Documented, classify.StreamProvisioning,
			wrapped(IssueProvisioning.object())),
		lines("stream_rules_invalid", "The stream's rules are not valid.", Documented, classify.RulesInvalid,
			wrapped(IssueInvalidRules.object())),
		stalled, cut, reset,
	}
}
