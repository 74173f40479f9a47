package xapitest

import "encoding/json"

// StreamProblem is what X announces in a line of a stream: a disconnect_type or
// a connection_issue in X's spelling (OpenAPI document 2.166, whose successor
// 2.167 has neither; X sends them still). Any other value is sent as a
// disconnect_type, as if X had a new one.
type StreamProblem string

// The problems. Only DisconnectOperational, DisconnectUpstream,
// IssueTooManyConnections and IssueNoRules, the latter with a status, were
// pasted from live streams; the details of the others are documented for
// DisconnectSlowReader and ClientGone and inferred for the rest.
const (
	DisconnectOperational     StreamProblem = "OperationalDisconnect"
	DisconnectUpstream        StreamProblem = "UpstreamOperationalDisconnect"
	DisconnectUpstreamUnclean StreamProblem = "UpstreamUncleanDisconnect"
	DisconnectForce           StreamProblem = "ForceDisconnect"
	DisconnectSlowReader      StreamProblem = "SlowReader"
	DisconnectInternalError   StreamProblem = "InternalError"
	DisconnectInvalidRules    StreamProblem = "InvalidRules"
	DisconnectAppDegraded     StreamProblem = "ClientApplicationStateDegraded"

	IssueTooManyConnections StreamProblem = "TooManyConnections"
	IssueProvisioning       StreamProblem = "ProvisioningSubscription"
	IssueInvalidRules       StreamProblem = "RulesInvalidIssue"
	IssueNoRules            StreamProblem = "RuleConfigurationIssue"

	ClientGone StreamProblem = "client-disconnected" // its type; it has no other name
)

// problemDetails are the details. Every other problem has the one that X gives
// for restarts, and sometimes for full buffers too (X's error page, 2025).
var problemDetails = map[StreamProblem]string{
	DisconnectUpstream:      "This stream has been disconnected upstream for operational reasons.",
	DisconnectSlowReader:    "This stream has been disconnected because your client was unable to keep up with us.",
	IssueTooManyConnections: "This stream is currently at the maximum allowed connection limit.",
	IssueProvisioning:       "The subscription is being provisioned.",
	IssueInvalidRules:       "The rules of this stream are not valid.",
	IssueNoRules:            "You must define rules before connecting to filtered stream.",
	ClientGone:              "Your client has gone away.",
}

// object is the problem in JSON.
func (p StreamProblem) object() string {
	detail, ok := problemDetails[p]
	if !ok {
		detail = "This stream has been disconnected for operational reasons."
	}
	name, _ := json.Marshal(string(p)) //nolint:errchkjson // a string is always JSON
	switch p {
	case IssueTooManyConnections, IssueProvisioning, IssueInvalidRules, IssueNoRules:
		return `{"type":"https://api.twitter.com/2/problems/streaming-connection","title":"ConnectionException","detail":"` + detail + `","connection_issue":` + string(name) + `}`
	case ClientGone:
		return `{"title":"client-disconnected","detail":"` + detail + `","type":"https://api.x.com/2/problems/client-disconnected"}`
	default:
		return `{"type":"https://api.twitter.com/2/problems/operational-disconnect","title":"operational-disconnect","detail":"` + detail + `","disconnect_type":` + string(name) + `}`
	}
}

// wrapped is a problem as X mostly sends it in a stream: as a line, in errors.
func wrapped(problem string) string { return `{"errors":[` + problem + "]}\r\n" }
