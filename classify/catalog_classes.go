package classify

// The pages of X's documentation that hints point to. docs.x.com serves the
// repository xdevplatform/docs; the paths are those of its files (2026-08).
const (
	docsBase       = "https://docs.x.com/"
	docErrors      = docsBase + "x-api/fundamentals/response-codes-and-errors"
	docRateLimits  = docsBase + "x-api/fundamentals/rate-limits"
	docPostCap     = docsBase + "x-api/fundamentals/post-cap"
	docPricing     = docsBase + "x-api/getting-started/pricing"
	docDisconnect  = docsBase + "x-api/fundamentals/handling-disconnections"
	docConsuming   = docsBase + "x-api/fundamentals/consuming-streaming-data"
	docCapacity    = docsBase + "x-api/fundamentals/high-volume-capacity"
	docRecovery    = docsBase + "x-api/fundamentals/recovery-and-redundancy"
	docAuth        = docsBase + "fundamentals/authentication/overview"
	docAuthMapping = docsBase + "fundamentals/authentication/guides/v2-authentication-mapping"
	docAuthOAuth1  = docsBase + "fundamentals/authentication/oauth-1-0a/authorizing-a-request"
	docAuthOAuth2  = docsBase + "fundamentals/authentication/oauth-2-0/authorization-code"
	docAuthTLS     = docsBase + "fundamentals/authentication/guides/tls"
	docApps        = docsBase + "fundamentals/developer-apps"
	docRules       = docsBase + "x-api/posts/filtered-stream/introduction"
)

// family groups classes as the package documentation lists them.
const (
	familyOK         = "ok"
	familyAuth       = "authentication"
	familyPermission = "permission"
	familyMoney      = "money"
	familyPace       = "pace"
	familyRequest    = "request"
	familyStream     = "rules and streams"
	familyResource   = "resources"
	familyServer     = "server"
	familyNetwork    = "network"
	familyRest       = "rest"
)

// classTable is what this package knows about every class. Texts are for
// somebody on call: what it means, what to check and in which order. Verdict
// and back-off are the class's defaults; an answer's headers or body can say
// better.
var classTable = []ClassInfo{
	{OK, familyOK, VerdictNone, Backoff{}, Hint{}},
	{Partial, familyOK, VerdictNone, Backoff{}, Hint{"Partial answer",
		"X answered with data and with problems for the rest. Read the class of each problem: deleted, protected and suspended items are normal. Look closer only if the share of problems grows or a class appears that was not there before.", docErrors, OwnerNone}},
	{NoData, familyOK, VerdictNone, Backoff{}, Hint{"Success status without data",
		"The status says success, the body holds problems and nothing else. Read the class of each problem. A missing, protected or suspended resource is normal; for rules it means that nothing was created.", docErrors, OwnerNone}},

	{Unauthenticated, familyAuth, VerdictNever, Backoff{}, Hint{"Credentials not accepted",
		"X did not accept the credentials. Check in this order: is the Authorization header sent; was the token regenerated, revoked or past its 2 hours (OAuth 2.0 user); is the OAuth 1.0a signature right. At the token endpoint: a code lives 30 seconds and a refresh token works once. Many endpoints at once point to X.", docAuth, OwnerCaller}},
	{ClockSkew, familyAuth, VerdictNever, Backoff{}, Hint{"OAuth timestamp outside X's tolerance",
		"X refused the request because its oauth_timestamp is too far from X's time. Check that NTP runs on this machine and that requests are signed when they are sent, not when they are queued. A repetition needs a fresh signature.", docAuthOAuth1, OwnerCaller}},
	{UnsupportedAuthentication, familyAuth, VerdictNever, Backoff{}, Hint{"Wrong kind of authentication",
		"The credentials may be good, but this endpoint does not take their kind: app-only, OAuth 1.0a user and OAuth 2.0 user are accepted per endpoint. Look the endpoint up in X's authentication mapping and send the kind it lists.", docAuthMapping, OwnerCaller}},

	{ClientForbidden, familyPermission, VerdictNever, Backoff{}, Hint{"Access does not include this",
		"The app or its plan has no access to this endpoint or feature. Check in the developer console: is the app in a project, does the plan include the endpoint, does it need an allowlist (Ads, enterprise streams), is the app suspended. X's text often blames the project when the plan is the cause.", docApps, OwnerAccount}},
	{AppPermissions, familyPermission, VerdictNever, Backoff{}, Hint{"App permissions too small",
		"The app's permissions do not allow this action, mostly a write with a read-only app. Set the user authentication permissions in the app's settings (Read and write, or with Direct Messages), then make new user tokens: old tokens keep the old permissions.", docApps, OwnerAppSettings}},
	{MissingScope, familyPermission, VerdictNever, Backoff{}, Hint{"Token probably lacks a scope",
		"X's edge refused the request without a reason, which is what a missing OAuth 2.0 scope looks like. Compare the scopes that the token was granted with those the endpoint needs (media.write is forgotten most), add them to the authorization request, and have the user authorize again.", docAuthMapping, OwnerCaller}},
	{Forbidden, familyPermission, VerdictNever, Backoff{}, Hint{"Refused",
		"X understood the request and refuses it. Check in this order: may this user do it (blocked, protected, limited account); is the endpoint in the plan; do the app's permissions and the token's scopes cover it. The same refusal on many endpoints points to the account or the app.", docErrors, OwnerCaller}},
	{DuplicateContent, familyPermission, VerdictNever, Backoff{}, Hint{"Already done",
		"X has this content or this action from this account already: the same text, like, repost, follow request or note. If the program repeats writes, this is often the echo of an earlier attempt that succeeded although its answer was lost. Treat it as done, or change the content.", docErrors, OwnerCaller}},
	{ReplyNotAllowed, familyPermission, VerdictNever, Backoff{}, Hint{"Reply not allowed",
		"The author limits who can reply, or X's rules for replies by API (since February 2026) do: the account must have been mentioned by the author. Reply only there, or post without replying.", docErrors, OwnerCaller}},
	{AccountLocked, familyPermission, VerdictNever, Backoff{}, Hint{"Account locked",
		"X has locked the account for now. Stop sending for this account; its owner has to log in at x.com and unlock it. Then look for what triggered it: bursts of writes, repeated texts, logins from new places.", docErrors, OwnerAccount}},
	{AccountSuspended, familyPermission, VerdictNever, Backoff{}, Hint{"Account suspended",
		"The account behind the token is suspended. Stop sending for it; its owner has to appeal to X. If only one account is affected, others that use this app can go on.", docErrors, OwnerAccount}},
	{AutomationBlocked, familyPermission, VerdictNever, Backoff{}, Hint{"Taken for spam",
		"X's filters took the request for automated spam. Do not repeat it: that makes the score worse. Slow down this account's writes, vary the content, check links, and see whether other accounts of the app are hit as well.", docErrors, OwnerCaller}},
	{EdgeBlocked, familyPermission, VerdictNever, Backoff{}, Hint{"Blocked before the API",
		"The answer is a web page of the network edge, not of the API. Check that the host is api.x.com, that no proxy stands between, that a User-Agent is sent, and whether the address is shared or blocked (try another egress). Give X the cf-ray id.", docErrors, OwnerNetwork}},

	{CreditsDepleted, familyMoney, VerdictNever, Backoff{}, Hint{"Prepaid credits used up",
		"The account has no credits left, so X refuses billable requests until somebody buys more in the developer console. Check auto-recharge (at most once in 5 minutes) and stop the callers: waiting does not help, and rate-limit headers look healthy.", docPricing, OwnerAccount}},
	{SpendCapReached, familyMoney, VerdictAfterReset, Backoff{}, Hint{"Spend limit reached",
		"The account reached the spend limit of its billing cycle; X refuses requests, token requests included, until the next cycle or until the limit is raised in the developer console. Cycles start on the day of purchase, not on the first. Find what spent it before raising it.", docPricing, OwnerAccount}},
	{UsageCapped, familyMoney, VerdictNever, Backoff{}, Hint{"Usage cap reached",
		"The plan's cap on posts read is used up. This is not a rate limit: x-rate-limit headers have room and their reset does not help. GET /2/usage/tweets shows usage and the day of reset. Read less, or raise the plan.", docPostCap, OwnerAccount}},

	{RateLimited, familyPace, VerdictAfterReset, backoffPace, Hint{"Rate limit reached",
		"This endpoint's requests for the current 15-minute window are used up, for the app or for one user, depending on the token. Wait for the reset. If it comes back, space requests evenly, cache, ask for more items in a request, or use a stream.", docRateLimits, OwnerCaller}},
	{DailyLimited, familyPace, VerdictAfterReset, backoffPace, Hint{"Daily limit reached",
		"A limit of about 24 hours is used up: for the whole app, for one user, or a limit of the account itself such as posts or follows a day. The 15-minute window may have room. Stop this kind of write until the limit is back.", docRateLimits, OwnerCaller}},
	{BurstLimited, familyPace, VerdictBackoff, backoffBurst, Hint{"Too many requests at once",
		"X refused although the 15-minute window has room: a limit that no header shows, such as one request a second on full-archive search. Put at least a second between requests to this endpoint and limit concurrency.", docRateLimits, OwnerCaller}},
	{ConnectionLimited, familyPace, VerdictBackoff, backoffPace, Hint{"Too many stream connections",
		"The app has as many stream connections as it may. Look for another instance or a connection that was not closed (rolling deploys overlap): close the other connection or DELETE /2/connections/all, then connect again. GET /2/connections lists them. Waiting for x-rate-limit-reset does not help.", docDisconnect, OwnerCaller}},

	{InvalidRequest, familyRequest, VerdictNever, Backoff{}, Hint{"Invalid request",
		"X cannot serve the request as it is. Read the problem's detail and parameter: an unknown or wrong parameter, JSON that does not parse (escape double quotes in rules), a missing Content-Type, a value out of range. If many endpoints break at once without a deploy, suspect X.", docErrors, OwnerCaller}},
	{NotFound, familyRequest, VerdictNever, Backoff{}, Hint{"Not found",
		"The resource does not exist or is gone: deleted, suspended, or a wrong id. Check the id and that it is of the right kind. Most missing resources arrive as status 200 with problems, so a wave of 404 on one endpoint can be an outage of X.", docErrors, OwnerCaller}},
	{UnknownRoute, familyRequest, VerdictNever, Backoff{}, Hint{"X does not know this URL",
		"An empty 404 without rate-limit headers means that X does not know the path or method; a missing resource does not look like this. Check spelling, version prefix and method, and whether the endpoint was renamed, retired or never rolled out to this account.", docErrors, OwnerCaller}},
	{Gone, familyRequest, VerdictNever, Backoff{}, Hint{"Endpoint retired",
		"X has turned this endpoint off. It does not come back: move to the API v2 endpoint that replaces it. X's changelog names it.", docsBase + "changelog", OwnerCaller}},
	{Conflict, familyRequest, VerdictNever, Backoff{}, Hint{"Conflicts with present state",
		"What is asked for exists or runs already: a subscription, a compliance job, a replay job. On a filtered stream a 409 means that it has no rules. Look at the present state first, then decide whether anything is left to do.", docErrors, OwnerCaller}},
	{Unprocessable, familyRequest, VerdictNever, Backoff{}, Hint{"Cannot be processed",
		"The request is well-formed, but X cannot work with its content: a rule, an image or another body. Read the problem's detail, validate rules with dry_run, and check the media's format and size.", docErrors, OwnerCaller}},
	{TooLarge, familyRequest, VerdictNever, Backoff{}, Hint{"Request too large",
		"The body, the URL or the headers are larger than X takes. Send media in smaller chunks, as form data in the body and not in the query; send long queries in fewer terms; check the headers for an oversized cookie or token.", docErrors, OwnerCaller}},
	{NotImplemented, familyRequest, VerdictNever, Backoff{}, Hint{"Not supported by X",
		"The X API does not support this endpoint and cannot fulfil the request. Check method and path against the API reference; a repetition gives the same answer.", docErrors, OwnerCaller}},

	{NoRules, familyStream, VerdictNever, Backoff{}, Hint{"Stream has no rules",
		"A filtered stream needs at least one rule. Add one with POST /2/tweets/search/stream/rules and connect again. If rules were added before, read that answer: dry_run or a rejected rule creates nothing, and rules belong to one app.", docRules, OwnerCaller}},
	{RulesInvalid, familyStream, VerdictNever, Backoff{}, Hint{"Rule rejected",
		"A rule is invalid, too long or against X's policy. Check operators, quotes and brackets, the length (1,024 characters on pay-per-use, 2,048 on enterprise) and that the plan has the operator. dry_run=true validates without changing anything.", docRules, OwnerCaller}},
	{RuleCap, familyStream, VerdictNever, Backoff{}, Hint{"Too many rules",
		"The stream has as many rules as the plan allows (1,000 on pay-per-use). Delete rules that are not needed, or join several into one with OR. GET /2/tweets/search/stream/rules/counts shows the number.", docRules, OwnerCaller}},
	{DuplicateRules, familyStream, VerdictNever, Backoff{}, Hint{"Rule exists already",
		"A rule with the same value exists, so X did not add it. Nothing is lost: the rule is in place. To change its tag, delete the rule and add it again.", docRules, OwnerNone}},
	{StreamDisconnected, familyStream, VerdictReconnect, backoffNetwork, Hint{"Stream disconnected by X",
		"X closed the stream for operational reasons: mostly a restart on its side, which is normal. Reconnect at once, then with back-off, and fill the gap with backfill_minutes or a search. X sends the same text when a client falls behind, so check the stream's lag.", docDisconnect, OwnerX}},
	{SlowConsumer, familyStream, VerdictReconnect, backoffNetwork, Hint{"Client too slow for the stream",
		"X's buffer for this client ran full and X hung up; what was buffered is lost. Read without waiting: put lines into a queue and process them elsewhere. Check CPU, the network and slow writes, then fill the gap with backfill_minutes or a search.", docCapacity, OwnerCaller}},
	{ClientDisconnected, familyStream, VerdictReconnect, backoffNetwork, Hint{"Client went away",
		"The connection ended on the client's side. Check for a deploy, a crash, a proxy's idle limit, or http.Client.Timeout, which cuts healthy streams: a stream needs a client without a total time-out. Reconnect and fill the gap.", docDisconnect, OwnerCaller}},
	{StreamProvisioning, familyStream, VerdictReconnect, backoffHTTP, Hint{"Stream not ready yet",
		"X is still provisioning this app's subscription to the stream. Connect again with back-off. If it stays so for an hour, ask X's support and give the transaction id.", docDisconnect, OwnerX}},
	{Stalled, familyStream, VerdictReconnect, backoffNetwork, Hint{"Stream silent",
		"Nothing arrived, not even a keep-alive, which X sends at least every 20 seconds. The connection is probably dead although no side closed it. Close it, reconnect, and fill the gap with backfill_minutes or a search.", docConsuming, OwnerNetwork}},

	{ResourceNotFound, familyResource, VerdictNever, Backoff{}, Hint{"Resource does not exist",
		"This post, user or other item does not exist: deleted, deactivated, or a wrong id. Normal in lists of ids that were stored some time ago: drop the id. If every id is missing, check that they are of the right kind.", docErrors, OwnerCaller}},
	{ResourceUnauthorized, familyResource, VerdictNever, Backoff{}, Hint{"Resource not visible",
		"The item exists, but not for this token: the author is protected or suspended, blocks the user, or the item is private. Normal in mixed lists. If it must be visible, use the token of a user who follows the author.", docErrors, OwnerCaller}},
	{FieldUnauthorized, familyResource, VerdictNever, Backoff{}, Hint{"Field not visible",
		"A field of the item is withheld from this token, mostly a private or promoted metric that only the author may read. Mostly harmless: ask only for public fields, or use the author's token.", docErrors, OwnerCaller}},
	{FieldHydrationFailure, familyResource, VerdictBackoff, backoffHTTP, Hint{"X could not fill a field",
		"X failed to load a field of the item. It is a fault on X's side: the rest of the answer is good. Ask again later if the field matters, and report it with the transaction id if it stays.", docErrors, OwnerX}},
	{ResourceUnavailable, familyResource, VerdictNever, Backoff{}, Hint{"Resource unavailable",
		"The item is not available: withheld in a country, removed for a rule violation, or of a suspended account. Nothing to fix here: treat it as gone.", docErrors, OwnerNone}},
	{DisallowedResource, familyResource, VerdictNever, Backoff{}, Hint{"Resource not served by the API",
		"X does not serve this item by the API, because it is against what the API allows. Drop it from the request; no token or plan opens it.", docErrors, OwnerCaller}},

	{ServerError, familyServer, VerdictBackoff, backoffHTTP, Hint{"Error inside X",
		"Something broke on X's side, mostly for a short time. Repeat with back-off. If it lasts, look at X's status page and the developer forum, and report the transaction id. If one kind of request alone fails, vary its parameters: some inputs trigger it.", docErrors, OwnerX}},
	{Unavailable, familyServer, VerdictBackoff, backoffHTTP, Hint{"X overloaded or down",
		"X is up but overloaded, or one of its gateways is. Repeat with back-off. If it lasts, look at X's status page and the developer forum; ask for fewer fields and smaller pages on heavy requests, and report the transaction id.", docErrors, OwnerX}},

	{Canceled, familyNetwork, VerdictNone, Backoff{}, Hint{"Canceled by the caller",
		"The program canceled the request itself: its context ended, mostly because a client went away or a shutdown began. Not an error.", docDisconnect, OwnerNone}},
	{Timeout, familyNetwork, VerdictBackoff, backoffNetwork, Hint{"No answer in time",
		"The request ran out of time. Compare the time-out with the endpoint's usual duration; check DNS, proxy and egress, then X's status page. A total time-out (http.Client.Timeout) cuts healthy streams: use none for them. A write may have taken effect: check before repeating.", docDisconnect, OwnerNetwork}},
	{DNS, familyNetwork, VerdictBackoff, backoffNetwork, Hint{"Name not resolved",
		"The host's name did not resolve. Check the spelling of the host (api.x.com), then this machine's resolver, its network policy and whether other names resolve. Nothing reached X.", docDisconnect, OwnerNetwork}},
	{TLS, familyNetwork, VerdictBackoff, backoffNetwork, Hint{"No secure connection",
		"The TLS handshake failed. Check for a proxy that intercepts TLS, the machine's clock, its root certificates and the host name; X takes TLS 1.2 and newer. A certificate error does not go away by repeating.", docAuthTLS, OwnerNetwork}},
	{ConnectionRefused, familyNetwork, VerdictBackoff, backoffNetwork, Hint{"Connection refused",
		"Nothing accepted the connection at this address and port. Check the host and port in use (a proxy or a test server that is down?), the firewall and egress rules. Nothing reached X.", docDisconnect, OwnerNetwork}},
	{ConnectionReset, familyNetwork, VerdictBackoff, backoffNetwork, Hint{"Connection reset",
		"The other side or something between cut the connection. Single cases are normal. If it grows, check proxies, NAT idle limits and X's status page. On a stream, check the lag: a slow reader is cut off. A write may have taken effect: check before repeating.", docDisconnect, OwnerNetwork}},
	{UnexpectedEOF, familyNetwork, VerdictBackoff, backoffNetwork, Hint{"Connection ended early",
		"The connection closed before the answer was complete, mostly a reused connection that the server had just closed. Single cases are normal; repeat. If it grows, check proxies and idle limits. A write may have taken effect: check before repeating.", docDisconnect, OwnerNetwork}},
	{HTTP2Stream, familyNetwork, VerdictBackoff, backoffNetwork, Hint{"HTTP/2 stream ended by the peer",
		"The peer or a proxy reset this HTTP/2 stream or closed its connection. Single cases are normal, above all for long streams; repeat or reconnect. If it grows, look at X's status page and try without the proxy.", docDisconnect, OwnerNetwork}},
	{Network, familyNetwork, VerdictBackoff, backoffNetwork, Hint{"Network error",
		"The request failed before an answer came, for a reason that fits no other class. Check route, firewall, proxy settings and whether other hosts can be reached; the program's own log has the error.", docDisconnect, OwnerNetwork}},

	{Unknown, familyRest, VerdictNever, Backoff{}, Hint{"Unknown answer",
		"This answer fits nothing that X documents. Look at the status and the body in the program's own log, and compare with X's page on response codes. A proxy or a wrong host can be the cause.", docErrors, OwnerCaller}},
}
