package classify

// Class says what an answer means. Classes are stable strings, and the values
// of the error.type attribute.
type Class string

// The classes.
const (
	OK      Class = "ok"
	Partial Class = "partial" // 2xx with data and errors
	NoData  Class = "no_data" // 2xx with errors and no data

	Unauthenticated           Class = "unauthenticated"
	ClockSkew                 Class = "clock_skew"
	UnsupportedAuthentication Class = "unsupported_authentication"

	ClientForbidden   Class = "client_forbidden"
	AppPermissions    Class = "app_permissions"
	MissingScope      Class = "missing_scope"
	Forbidden         Class = "forbidden"
	DuplicateContent  Class = "duplicate_content"
	ReplyNotAllowed   Class = "reply_not_allowed"
	AccountLocked     Class = "account_locked"
	AccountSuspended  Class = "account_suspended"
	AutomationBlocked Class = "automation_blocked"
	EdgeBlocked       Class = "edge_blocked"

	CreditsDepleted Class = "credits_depleted"
	SpendCapReached Class = "spend_cap_reached"
	UsageCapped     Class = "usage_capped"

	RateLimited       Class = "rate_limited"
	DailyLimited      Class = "daily_limited"
	BurstLimited      Class = "burst_limited"
	ConnectionLimited Class = "connection_limited"

	InvalidRequest Class = "invalid_request"
	NotFound       Class = "not_found"
	UnknownRoute   Class = "unknown_route"
	Gone           Class = "gone"
	Conflict       Class = "conflict"
	Unprocessable  Class = "unprocessable"
	TooLarge       Class = "too_large"
	NotImplemented Class = "not_implemented"

	NoRules            Class = "no_rules"
	RulesInvalid       Class = "rules_invalid"
	RuleCap            Class = "rule_cap"
	DuplicateRules     Class = "duplicate_rules"
	StreamDisconnected Class = "stream_disconnected"
	SlowConsumer       Class = "slow_consumer"
	ClientDisconnected Class = "client_disconnected"
	StreamProvisioning Class = "stream_provisioning"
	Stalled            Class = "stalled"

	ResourceNotFound      Class = "resource_not_found"
	ResourceUnauthorized  Class = "resource_unauthorized"
	FieldUnauthorized     Class = "field_unauthorized"
	FieldHydrationFailure Class = "field_hydration_failure"
	ResourceUnavailable   Class = "resource_unavailable"
	DisallowedResource    Class = "disallowed_resource"

	ServerError Class = "server_error"
	Unavailable Class = "unavailable"

	Canceled          Class = "canceled" // by the caller; not an error
	Timeout           Class = "timeout"
	DNS               Class = "dns"
	TLS               Class = "tls"
	ConnectionRefused Class = "connection_refused"
	ConnectionReset   Class = "connection_reset"
	UnexpectedEOF     Class = "unexpected_eof"
	HTTP2Stream       Class = "http2_stream"
	Network           Class = "network"

	Unknown Class = "unknown"
)

// IsError reports whether a call of this class failed. OK, Partial, NoData and
// Canceled are not errors.
func (c Class) IsError() bool {
	switch c {
	case OK, Partial, NoData, Canceled, "":
		return false
	}
	return true
}

// Verdict says whether to send a request again.
type Verdict string

// The verdicts.
const (
	VerdictNone       Verdict = ""            // nothing to retry
	VerdictNever      Verdict = "never"       // the same request fails again until somebody acts
	VerdictAfterReset Verdict = "after_reset" // wait until Retry.At, which is then known
	VerdictBackoff    Verdict = "backoff"     // repeat, spaced by Retry.Backoff
	VerdictReconnect  Verdict = "reconnect"   // open the stream again, spaced by Retry.Backoff
)

// Owner says who has to act on an error.
type Owner string

// The owners.
const (
	OwnerNone        Owner = ""
	OwnerCaller      Owner = "caller"       // the program that sent the request
	OwnerAppSettings Owner = "app_settings" // the app's settings in X's developer console
	OwnerAccount     Owner = "account"      // the account, its plan or its bill
	OwnerX           Owner = "x"
	OwnerNetwork     Owner = "network"
)
