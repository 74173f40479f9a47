package classify

// Where the rows of the catalogue come from.
const (
	srcErrorsPage = "docs.x.com x-api/fundamentals/response-codes-and-errors, 2025-06-27"
	srcOldErrors  = "docs.x.com x-api/fundamentals/response-codes-and-errors, 2025-06-24"
	srcNewErrors  = "docs.x.com x-api/fundamentals/response-codes-and-errors, 2026-01-16"
	srcOpenAPI    = "X's OpenAPI document up to 2.166 (2026-06)"
	srcOpenAPI167 = "X's OpenAPI document 2.167 (2026-08-07)"
	srcOpenAPI136 = "X's OpenAPI document up to 2.136 (2025-05), still observed 2026-08"
	srcObserved26 = "observed on live calls, 2026"
	srcObserved   = "observed on live calls"
	srcPlayground = "xdevplatform/playground (X's simulator); never observed on a live call"
)

const aboutBlank = "about:blank"

// typeTable lists every problem type. Class is what the type means by itself;
// three types mean different things depending on another member, see byMember
// in problem.go: streaming-connection (connection_issue),
// operational-disconnect (disconnect_type) and credits (title).
var typeTable = []TypeInfo{
	{aboutBlank, "Generic Problem", Unknown, srcErrorsPage, "Says no more than the HTTP status; the most frequent type. Told apart by status, detail and headers."},
	{"invalid-request", "Invalid Request Problem", InvalidRequest, srcErrorsPage, "The request is invalid; the cause is in errors[].message."},
	{"resource-not-found", "Resource Not Found Problem", ResourceNotFound, srcErrorsPage, "A post, user or other item does not exist; mostly in a 200."},
	{"not-authorized-for-resource", "Resource Unauthorized Problem", ResourceUnauthorized, srcErrorsPage, "The token may not see this item; mostly in a 200."},
	{"client-forbidden", "Client Forbidden Problem", ClientForbidden, srcErrorsPage, "The app may not make this request; reason says why."},
	{"disallowed-resource", "Disallowed Resource Problem", DisallowedResource, srcErrorsPage, "The item is against the precepts of the API."},
	{"unsupported-authentication", "Unsupported Authentication Problem", UnsupportedAuthentication, srcErrorsPage, "The endpoint does not take this kind of authentication; detail lists those that it takes."},
	{"usage-capped", "Usage Capped Problem", UsageCapped, srcErrorsPage, "A usage cap is exceeded; period and scope say which."},
	{"streaming-connection", "Connection Exception Problem", StreamDisconnected, srcErrorsPage, "Something is wrong with a stream's connection; connection_issue says what."},
	{"client-disconnected", "Client Disconnected Problem", ClientDisconnected, srcErrorsPage, "The client has gone away."},
	{"operational-disconnect", "Operational Disconnect Problem", StreamDisconnected, srcErrorsPage, "X closed the stream; disconnect_type says why."},
	{"rule-cap", "Rule Cap Problem", RuleCap, srcErrorsPage, "More rules than the plan allows."},
	{"rule-length", "Rule Length Problem", RulesInvalid, srcErrorsPage, "A rule or query is longer than the plan allows."},
	{"invalid-rules", "Invalid Rules Problem", RulesInvalid, srcErrorsPage, "A rule is invalid."},
	{"duplicate-rules", "Duplicate Rules Problem", DuplicateRules, srcErrorsPage, "A rule exists already."},

	{"not-authorized-for-field", "Field Unauthorized Problem", FieldUnauthorized, srcOpenAPI, "The token may not see a field of an item."},
	{"field-unauthorized", "Field Unauthorized Problem", FieldUnauthorized, srcOpenAPI167, "The token may not see a field of an item."},
	{"field-hydration-failure", "Field Hydration Failure Problem", FieldHydrationFailure, srcOpenAPI167, "X failed to fill a field."},
	{"resource-unavailable", "Resource Unavailable Problem", ResourceUnavailable, srcOpenAPI, "An item is not available to this token."},
	{"internal-error", "Internal Error Problem", ServerError, srcOpenAPI167, "A fault inside X."},
	{"oauth1-permissions", "OAuth1 Permissions Problem", AppPermissions, srcOpenAPI136, "The app's OAuth 1.0a permissions do not cover the request."},
	{"rate-limit-exceeded", "Rate Limit Exceeded Problem", RateLimited, srcNewErrors, "Documented, but never seen on a live call: a live 429 is about:blank."},
	{"credits", "CreditsDepleted", CreditsDepleted, srcObserved26, "Prepaid credits are used up, or, titled SpendCapReached, the spend limit is reached; until mid-2026."},
	{"credits-depleted", "Payment Required", CreditsDepleted, srcObserved26, "Prepaid credits are used up; since July 2026."},
	{"spend-cap-reached", "Forbidden", SpendCapReached, srcObserved26, "The spend limit of the billing cycle is reached; since July 2026."},
	{"noncompliant-rules", "Non Compliant Rules Problem", RulesInvalid, srcOpenAPI, "A rule is against X's policy."},
	{"conflict", "Conflict Problem", Conflict, srcOpenAPI, "What is asked for runs already."},

	{"server-error", "Server Error", ServerError, srcPlayground, "A fault inside the simulator."},
	{"forbidden", "Forbidden", Forbidden, srcPlayground, "Refused."},
	{"not-allowed", "Method Not Allowed", InvalidRequest, srcPlayground, "The method is not allowed on this path."},
	{"unauthorized", "Unauthorized", Unauthenticated, srcPlayground, "Credentials missing or wrong."},
	{"unknown", "Unknown", Unknown, srcPlayground, "Says nothing; the status decides."},
}

// issueTable maps connection_issue of a streaming-connection problem.
var issueTable = map[string]Class{
	"TooManyConnections":       ConnectionLimited,
	"RuleConfigurationIssue":   NoRules,
	"RulesInvalidIssue":        RulesInvalid,
	"ProvisioningSubscription": StreamProvisioning,
}

// disconnectTable maps disconnect_type of an operational-disconnect problem.
// The grouping is ours; X documents the names only (OpenAPI 2.166, and older
// SDKs for the two Package values).
var disconnectTable = map[string]Class{
	"OperationalDisconnect":          StreamDisconnected,
	"UpstreamOperationalDisconnect":  StreamDisconnected,
	"UpstreamUncleanDisconnect":      StreamDisconnected,
	"ForceDisconnect":                StreamDisconnected,
	"PackageUpgraded":                StreamDisconnected,
	"PackageDowngraded":              ClientForbidden,
	"ClientApplicationStateDegraded": ClientForbidden,
	"SlowReader":                     SlowConsumer,
	"InternalError":                  ServerError,
	"InvalidRules":                   RulesInvalid,
}

// titleTable maps titles that mean one thing whatever the type, in lower case.
var titleTable = map[string]Class{
	"creditsdepleted":     CreditsDepleted,
	"spendcapreached":     SpendCapReached,
	"usagecapexceeded":    UsageCapped,
	"not found error":     ResourceNotFound,
	"authorization error": ResourceUnauthorized,
	"duplicaterule":       DuplicateRules,
	"client forbidden":    ClientForbidden,
}
