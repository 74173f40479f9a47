package xapitest

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/otelxapi/otelxapi/endpoint"
)

// honest is the answer to a request that no scenario is queued for: what X
// would say to a caller whose plan allows everything and whose input is valid.
func (s *Server) honest(r *http.Request, op *endpoint.Operation) Scenario {
	switch {
	case op == nil && strings.HasPrefix(r.URL.Path, "/1.1/"):
		return must("v1_unknown_route")
	case op == nil:
		return must("unknown_route")
	case op.ID == "getUsageCredits": // documented, and not served in September 2026
		return must("unrolled_route")
	}
	kind, who := identify(r.Header)
	if kind == endpoint.AuthNone && len(op.Auth) > 0 {
		return must("unauthenticated_no_credentials")
	}
	if !op.Accepts(kind) {
		sc := must("unsupported_authentication")
		sc.Body, sc.Rate = unsupportedBody(authName(kind), supportedNames(op)), Window{}
		return sc
	}
	limits := op.Limits
	if s.override {
		limits = s.limits
	}
	state, ok := s.budgets.take(s.now(), route{op.Method, op.Template}, limits, kind, who)
	sc := must("rate_limited")
	if ok {
		sc = success(r, op)
	}
	sc.Rate, sc.App24h, sc.User24h = state.rate, state.app24h, state.user24h
	return sc
}

// must looks up a scenario that is known to be there: a test walks through all
// the names used here.
func must(name string) Scenario {
	s, _ := Lookup(name)
	return s
}

// authName is how X names a kind of authentication in its answers.
func authName(kind endpoint.AuthKind) string {
	switch kind {
	case endpoint.AuthAppOnly:
		return "OAuth 2.0 Application-Only"
	case endpoint.AuthOAuth2User:
		return "OAuth 2.0 User Context"
	case endpoint.AuthOAuth1User:
		return "OAuth 1.0a User Context"
	default:
		return "Unknown"
	}
}

func supportedNames(op *endpoint.Operation) string {
	var names []string
	for _, a := range op.Auth {
		names = append(names, authName(a.Kind))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// created are the operations that answer 201: X's OpenAPI document 2.167
// (2026-08-07), and the Powerstream documentation for its rules.
var created = map[string]bool{
	"POST /2/tweets": true, "POST /2/lists": true, "POST /2/notes": true,
	"POST /2/dm_conversations":                                true,
	"POST /2/dm_conversations/with/{participant_id}/messages": true,
	"POST /2/dm_conversations/{dm_conversation_id}/messages":  true,
	"POST /2/articles/draft":                                  true,
	"POST /2/broadcasts/scheduled":                            true,
	"POST /2/chat/conversations/group":                        true,
	"POST /2/chat/conversations/{id}/messages":                true,
	"POST /2/users/{id}/bookmarks/folders":                    true,
	"POST /2/powerstream/rules":                               true,
}

// success is the plainest success of an operation.
func success(r *http.Request, op *endpoint.Operation) Scenario {
	sc := Scenario{Name: op.ID, Target: Target{Method: op.Method, Path: r.URL.EscapedPath()}, Status: http.StatusOK}
	if created[op.Method+" "+op.Template] {
		sc.Status = http.StatusCreated
	}
	last := path.Base(op.Template)
	query := r.URL.Query()
	switch {
	case op.Streaming:
		sc.Stream, sc.Ending = true, EndPosts
	case op.Binary:
		sc.ContentType, sc.Body = "application/octet-stream", "\x00bytes of the simulator\xff"
	case strings.HasPrefix(op.Template, "/oauth"), strings.HasPrefix(op.Template, "/2/oauth2"):
		sc.Layer = LayerV1
		sc.Body = `{"token_type":"bearer","expires_in":7200,"access_token":"` + appTokenPrefix + `FAKEappOnlyTokenOfTheSimulator"}`
	case op.Method == http.MethodDelete:
		sc.Body = `{"data":{"deleted":true}}`
	case op.Method != http.MethodGet:
		sc.Body = `{"data":` + resource(op.Billing.Unit, "3333333333333333333", "") + `}`
	case query.Has("ids"), query.Has("usernames"):
		sc.Body = `{"data":[` + resources(op.Billing.Unit, strings.Split(query.Get("ids")+query.Get("usernames"), ",")) + `]}`
	case strings.HasPrefix(last, "{"), last == "me":
		id, name := path.Base(sc.Path), ""
		if !digits(id) {
			id, name = "1000000000000000001", "exampledev"
		}
		sc.Body = `{"data":` + resource(op.Billing.Unit, id, name) + `}`
	default:
		ids := make([]string, pageSize(query.Get("max_results")))
		for i := range ids {
			ids[i] = strconv.FormatInt(1111111111111111111+int64(i), 10)
		}
		sc.Body = fmt.Sprintf(`{"data":[%s],"meta":{"result_count":%d}}`, resources(op.Billing.Unit, ids), len(ids))
	}
	return sc
}

// pageSize is X's default of 10, or what the caller asks for within 1 to 100.
func pageSize(asked string) int {
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 || n > 100 {
		return 10
	}
	return n
}

// resources lists one resource for each id, or user name, at most 100.
func resources(unit string, ids []string) string {
	var all []string
	for _, id := range ids[:min(len(ids), 100)] {
		if digits(id) {
			all = append(all, resource(unit, id, "exampledev"))
		} else {
			all = append(all, resource(unit, "1000000000000000001", "exampledev"))
		}
	}
	return strings.Join(all, ",")
}

// resource is one resource of the kind that the operation is billed for.
func resource(unit, id, username string) string {
	switch unit {
	case "post", "post_create":
		return `{"edit_history_tweet_ids":["` + id + `"],"id":"` + id + `","text":"A post of the simulator."}`
	case "user", "follow", "mute", "block":
		if username == "" {
			username = "exampledev"
		}
		return `{"id":"` + id + `","name":"Example Dev","username":"` + username + `"}`
	default:
		return `{"id":"` + id + `"}`
	}
}

// digits reports whether s is an id, so that nothing else of a request gets
// into an answer.
func digits(s string) bool {
	return s != "" && len(s) <= 19 && strings.Trim(s, "0123456789") == ""
}
