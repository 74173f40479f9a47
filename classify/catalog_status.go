package classify

// Where statuses come from that X's tables lack.
const (
	srcMediaObserved = "observed on media uploads"
	srcPlayStatus    = "xdevplatform/playground (X's simulator)"
	srcCloudflare    = "status of the network edge in front of X"
	srcV1Streaming   = "X's API v1.1 streaming documentation"
	srcRFC9110       = "RFC 9110"
)

// statusTable lists every HTTP status that X documents or was seen to send,
// with the class of an answer that says nothing more. Other statuses count as
// the first of their hundred (RFC 9110, section 15): see statusClass.
var statusTable = []StatusInfo{
	{200, "OK", OK, srcErrorsPage, "Success; the body can still hold problems."},
	{201, "Created", OK, srcNewErrors, "Success; something was created."},
	{202, "Accepted", OK, srcMediaObserved, "Success; work goes on in X."},
	{204, "No Content", OK, srcNewErrors, "Success without a body."},
	{304, "Not Modified", OK, srcOldErrors, "Nothing new to return (API v1.1)."},
	{400, "Bad Request", InvalidRequest, srcErrorsPage, "Invalid request, or one without authentication."},
	{401, "Unauthorized", Unauthenticated, srcErrorsPage, "Credentials missing or not accepted."},
	{402, "Payment Required", CreditsDepleted, srcObserved26, "Prepaid credits used up; in no table of X's documentation."},
	{403, "Forbidden", Forbidden, srcErrorsPage, "Refused; many causes, told apart by the body."},
	{404, "Not Found", NotFound, srcErrorsPage, "Wrong URI or missing resource."},
	{405, "Method Not Allowed", InvalidRequest, srcPlayStatus, "The path does not take this method."},
	{406, "Not Acceptable", InvalidRequest, srcOldErrors, "A format that X cannot serve; mostly a missing Accept-Encoding."},
	{408, "Request Timeout", Timeout, srcPlayStatus, "The request did not arrive in time."},
	{409, "Connection Exception", Conflict, srcErrorsPage, "A filtered stream without rules; elsewhere a conflict."},
	{410, "Gone", Gone, srcOldErrors, "The endpoint is turned off."},
	{413, "Content Too Large", TooLarge, srcMediaObserved, "The body is too large."},
	{414, "URI Too Long", TooLarge, srcRFC9110, "The URL is too long."},
	{415, "Unsupported Media Type", InvalidRequest, srcRFC9110, "The body's Content-Type is not taken."},
	{420, "Enhance Your Calm", RateLimited, srcV1Streaming, "Rate limit of API v1.1 streaming."},
	{422, "Unprocessable Content", Unprocessable, srcOldErrors, "The data cannot be processed."},
	{429, "Too Many Requests", RateLimited, srcErrorsPage, "A rate limit, a cap or too many connections; told apart by body and headers."},
	{431, "Request Header Fields Too Large", TooLarge, srcMediaObserved, "Headers or URL too large, such as media in the query."},
	{500, "Internal Server Error", ServerError, srcErrorsPage, "Something is broken in X, mostly for a short time."},
	{501, "Unimplemented", NotImplemented, srcErrorsPage, "X does not support this endpoint."},
	{502, "Bad Gateway", Unavailable, srcNewErrors, "X is down or being upgraded."},
	{503, "Service Unavailable", Unavailable, srcErrorsPage, "X is up but overloaded."},
	{504, "Gateway Timeout", Unavailable, srcNewErrors, "A failure inside X's stack."},
	{520, "Unknown Error", Unavailable, srcCloudflare, "The edge got no valid answer from X."},
	{522, "Connection Timed Out", Unavailable, srcCloudflare, "The edge could not connect to X."},
	{524, "A Timeout Occurred", Unavailable, srcCloudflare, "The edge waited too long for X."},
	{530, "Edge Error", Unavailable, srcCloudflare, "The edge could not reach X."},
}

var statusClasses = func() map[int]Class {
	m := make(map[int]Class, len(statusTable))
	for _, s := range statusTable {
		m[s.Status] = s.Class
	}
	return m
}()

// statusClass returns the class of a status that comes with nothing else.
func statusClass(status int) Class {
	if c, ok := statusClasses[status]; ok {
		return c
	}
	switch {
	case status >= 200 && status < 400:
		return OK
	case status >= 400 && status < 500:
		return InvalidRequest
	case status >= 500 && status < 600:
		return ServerError
	}
	return Unknown
}

// oauthTable maps the error codes of OAuth 2.0 endpoints. X answers bad codes
// and used refresh tokens with invalid_request where RFC 6749 has
// invalid_grant: see oauthClass.
var oauthTable = []OAuthErrorInfo{
	{"invalid_request", InvalidRequest, "RFC 6749, section 5.2", "A parameter is missing or wrong."},
	{"invalid_client", Unauthenticated, "RFC 6749, section 5.2", "The client's id or secret is wrong or missing."},
	{"invalid_grant", Unauthenticated, "RFC 6749, section 5.2", "The code or refresh token is wrong, used or expired."},
	{"unauthorized_client", Unauthenticated, "RFC 6749, section 5.2; observed on live calls", "X: the Authorization header of a confidential client is missing."},
	{"unsupported_grant_type", InvalidRequest, "RFC 6749, section 5.2", "The grant type is not supported."},
	{"unsupported_response_type", InvalidRequest, "RFC 6749, section 4.1.2.1", "The response type is not supported."},
	{"invalid_scope", MissingScope, "RFC 6749, section 5.2", "A scope is unknown or wider than what was granted."},
	{"access_denied", Forbidden, "RFC 6749, section 4.1.2.1", "The user or X refused the authorization."},
	{"server_error", ServerError, "RFC 6749, section 4.1.2.1", "A fault inside the authorization server."},
	{"temporarily_unavailable", Unavailable, "RFC 6749, section 4.1.2.1", "The authorization server is overloaded."},
	{"invalid_token", Unauthenticated, "RFC 6750, section 3.1", "The access token is wrong, revoked or expired."},
	{"insufficient_scope", MissingScope, "RFC 6750, section 3.1", "The access token lacks a scope."},
}

// topicTable is the four topics under "Debugging your code" on X's page on
// response codes, each tied to the classes in which it shows.
var topicTable = []TopicInfo{
	{"Authentication issues", []Class{Unauthenticated, ClockSkew, UnsupportedAuthentication, MissingScope, AppPermissions}, srcErrorsPage, docAuth,
		"Use the kind of authentication that the endpoint takes, then look at the credentials, then at the parts of an OAuth 1.0a signature: nonce, signature, timestamp. A request that works from curl or xurl with the same keys puts the fault in the program."},
	{"Rate limiting and Post cap issues", []Class{RateLimited, DailyLimited, BurstLimited, UsageCapped, CreditsDepleted, SpendCapReached, ConnectionLimited}, srcErrorsPage, docRateLimits,
		"A 429 is an endpoint's rate limit or a cap of the plan. The limits of the app and of each user count apart. A rate limit passes at its reset; a cap, a spend limit or missing credits do not: look at usage and billing."},
	{"Missing Post issues", []Class{ResourceNotFound, ResourceUnauthorized, ResourceUnavailable, RulesInvalid, StreamDisconnected, Partial, NoData}, srcErrorsPage, docRecovery,
		"Check the operators by splitting the query or rule. Posts that were protected when made, deleted or withheld are not returned. For a stream: was it connected at that time, and was the rule in place then? If not, use backfill or a search."},
	{"Full buffer disconnect issues", []Class{SlowConsumer, StreamDisconnected}, srcErrorsPage, docCapacity,
		"X buffers for a slow client, then hangs up, and the buffer is lost. Read fast into a queue, process elsewhere, and watch lag. The text about operational reasons also means an ordinary restart, so it proves nothing alone. Recover with backfill or replay."},
}
