package endpoint_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/otelxapi/otelxapi/endpoint"
)

// ids are what requests put in place of a parameter, most of them hostile.
var ids = []string{
	"1111111111111111111",
	"0",
	"x_dev",
	"1111111111111111111-2222222222222222222",
	"a%2Fb",
	"%2f",
	"%2F%2F",
	"%00",
	"%",
	"%zz",
	"%7",
	"caf%C3%A9",
	"café",
	"\xff\xfe",
	".",
	"..",
	"%2e%2e",
	"{id}",
	":id",
	"@x_dev",
	"a+b c",
	"tweets",
	"2",
	"ME",
	strings.Repeat("9", 4096),
	strings.Repeat("%", 4096),
}

func isParameter(segment string) bool { return strings.HasPrefix(segment, "{") }

func fill(template, id string) string {
	segments := strings.Split(template, "/")
	for i, s := range segments {
		if isParameter(s) {
			segments[i] = id
		}
	}
	return strings.Join(segments, "/")
}

// reference is Match written plainly: all operations, each compared segment by
// segment, the most literal first.
func reference(method, path string) (*endpoint.Operation, string) {
	if !strings.HasPrefix(path, "/") {
		return nil, ""
	}
	segments := strings.Split(strings.TrimSuffix(path[1:], "/"), "/")
	if slices.Contains(segments, "") {
		return nil, ""
	}
	shape := func(template string) string { // "l" for a literal, "p" for a parameter: literals sort first
		var s strings.Builder
		for segment := range strings.SplitSeq(template[1:], "/") {
			if isParameter(segment) {
				s.WriteByte('p')
			} else {
				s.WriteByte('l')
			}
		}
		return s.String()
	}
	var fits []*endpoint.Operation
	for _, op := range endpoint.Operations() {
		want := strings.Split(op.Template[1:], "/")
		if len(want) != len(segments) {
			continue
		}
		ok := true
		for i := range want {
			text, err := url.PathUnescape(segments[i])
			ok = ok && (isParameter(want[i]) || err == nil && text == want[i])
		}
		if ok {
			fits = append(fits, op)
		}
	}
	slices.SortStableFunc(fits, func(a, b *endpoint.Operation) int {
		return strings.Compare(shape(a.Template), shape(b.Template))
	})
	for _, op := range fits {
		if op.Method == method {
			return op, op.Template
		}
	}
	if len(fits) > 0 {
		return nil, fits[0].Template
	}
	return nil, ""
}

func TestEveryOperationMatchesItsOwnTemplate(t *testing.T) {
	t.Parallel()
	for _, op := range endpoint.Operations() {
		for _, id := range ids {
			for _, slash := range []string{"", "/"} {
				path := fill(op.Template, id) + slash
				got, template := endpoint.Match(op.Method, path)
				if got != op || template != op.Template {
					t.Errorf("Match(%s, %.100q) = %+v, %q, want %s", op.Method, path, got, template, op.ID)
				}
			}
		}
	}
}

// overlap reports whether a path can match both templates, and gives one that
// does.
func overlap(a, b string) (path string, ok bool) {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	if len(as) != len(bs) {
		return "", false
	}
	for i := range as {
		switch {
		case isParameter(as[i]) && isParameter(bs[i]):
			as[i] = "1111111111111111111"
		case isParameter(as[i]):
			as[i] = bs[i]
		case as[i] != bs[i] && !isParameter(bs[i]):
			return "", false
		}
	}
	return strings.Join(as, "/"), true
}

func TestLiteralBeatsParameterInEveryOverlappingPair(t *testing.T) {
	t.Parallel()
	var templates []string
	for _, op := range endpoint.Operations() {
		if !slices.Contains(templates, op.Template) {
			templates = append(templates, op.Template)
		}
	}
	var pairs, crossing int
	for i, a := range templates {
		for _, b := range templates[i+1:] {
			path, ok := overlap(a, b)
			if !ok {
				continue
			}
			pairs++
			// The first segment in which only one of the two is a literal decides.
			first, second := a, b
			as, bs := strings.Split(a, "/"), strings.Split(b, "/")
			var literalInA, literalInB bool
			for i := range as {
				if isParameter(as[i]) != isParameter(bs[i]) {
					if isParameter(as[i]) && !literalInA {
						first, second = b, a
					}
					literalInA = literalInA || !isParameter(as[i])
					literalInB = literalInB || !isParameter(bs[i])
				}
			}
			if literalInA && literalInB {
				crossing++
			}
			for _, method := range []string{"GET", "POST", "PUT", "DELETE", "HEAD"} {
				op, template := endpoint.Match(method, path)
				wantOp, wantTemplate := operation(method, first), first
				if wantOp == nil {
					if wantOp = operation(method, second); wantOp != nil {
						wantTemplate = second
					}
				}
				if op != wantOp || template != wantTemplate {
					t.Errorf("%s x %s: Match(%s, %s) = %q, want %q", a, b, method, path, template, wantTemplate)
				}
			}
		}
	}
	// Figures of X's OpenAPI 2.167 with the overlay; a new version may change them.
	if pairs != 24 || crossing != 2 {
		t.Errorf("found %d overlapping pairs, %d of them crossing, want 24 and 2", pairs, crossing)
	}
}

func operation(method, template string) *endpoint.Operation {
	for _, op := range endpoint.Operations() {
		if op.Method == method && op.Template == template {
			return op
		}
	}
	return nil
}

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, path string
		id, template       string
	}{
		{"plain", "GET", "/2/tweets/1", "getPostsById", "/2/tweets/{id}"},
		{"an encoded literal is the literal", "GET", "/2/%74weets/1", "getPostsById", "/2/tweets/{id}"},
		{"every literal encoded", "GET", "/%32/%74%77%65%65%74%73", "getPostsByIds", "/2/tweets"},
		{"an encoded literal beats a parameter", "GET", "/2/users/%6De", "getUsersMe", "/2/users/me"},
		{"hexadecimal digits of either case", "GET", "/2/users/reposts%5fof%5Fme", "getUsersRepostsOfMe", "/2/users/reposts_of_me"},
		{"an encoded slash does not split", "GET", "/2/users/me%2Ftweets", "getUsersById", "/2/users/{id}"},
		{"an encoded slash does not join literals", "GET", "/2%2Ftweets", "", ""},
		{"a broken encoding is no literal", "GET", "/2/twee%7", "", ""},
		{"an encoding that is decoded once only", "GET", "/2/users/%256De", "getUsersById", "/2/users/{id}"},
		{"literals are case-sensitive", "GET", "/2/Tweets/1", "", ""},
		{"a literal in another case is a parameter", "GET", "/2/users/Me", "getUsersById", "/2/users/{id}"},
		{"a trailing slash", "GET", "/2/tweets/", "getPostsByIds", "/2/tweets"},
		{"a trailing slash after a parameter", "GET", "/2/tweets/1/", "getPostsById", "/2/tweets/{id}"},
		{"two trailing slashes", "GET", "/2/tweets//", "", ""},
		{"a doubled slash", "GET", "/2//tweets", "", ""},
		{"a doubled slash first", "GET", "//2/tweets", "", ""},
		{"an empty parameter", "GET", "/2/users//tweets", "", ""},
		{"the literal side of a crossing pair", "GET", "/2/broadcasts/scheduled/1", "getScheduledBroadcast", "/2/broadcasts/scheduled/{id}"},
		{"the parameter side of a crossing pair", "GET", "/2/broadcasts/1/chat", "getBroadcastChat", "/2/broadcasts/{id}/chat"},
		{"both sides of a crossing pair", "GET", "/2/broadcasts/scheduled/chat", "getScheduledBroadcast", "/2/broadcasts/scheduled/{id}"},
		{"both sides, a method of one", "POST", "/2/broadcasts/scheduled/chat", "sendBroadcastChat", "/2/broadcasts/{id}/chat"},
		{"a literal that leads nowhere", "POST", "/2/broadcasts/scheduled/chat/mutes", "muteBroadcastChatUser", "/2/broadcasts/{id}/chat/mutes"},
		{"a literal deep inside", "GET", "/2/tweets/firehose/stream/lang/en", "streamPostsFirehoseEn", "/2/tweets/firehose/stream/lang/en"},
		{"a literal without the method gives way", "DELETE", "/2/tweets/analytics", "deletePosts", "/2/tweets/{id}"},
		{"another parameter name, one method", "PUT", "/2/tweets/1/hidden", "hidePostsReply", "/2/tweets/{tweet_id}/hidden"},
		{"another parameter name, longer path", "DELETE", "/2/users/1/following/2", "unfollowUser", "/2/users/{source_user_id}/following/{target_user_id}"},
		{"another method", "PATCH", "/2/tweets/1", "", "/2/tweets/{id}"},
		{"another method on a literal", "PATCH", "/2/users/me", "", "/2/users/me"},
		{"HEAD", "HEAD", "/2/tweets/1", "", "/2/tweets/{id}"},
		{"OPTIONS", "OPTIONS", "/2/tweets", "", "/2/tweets"},
		{"methods are case-sensitive", "get", "/2/tweets", "", "/2/tweets"},
		{"an empty method", "", "/2/tweets", "", "/2/tweets"},
		{"powerstream", "GET", "/2/powerstream", "streamPowerstream", "/2/powerstream"},
		{"the rules of powerstream", "DELETE", "/2/powerstream/rules", "deletePowerstreamRules", "/2/powerstream/rules"},
		{"the token endpoint", "POST", "/2/oauth2/token", "createOAuth2Token", "/2/oauth2/token"},
		{"the token endpoint of app-only", "POST", "/oauth2/token", "createOAuth2AppToken", "/oauth2/token"},
		{"a token endpoint of OAuth 1.0a", "POST", "/oauth/access_token", "createOAuth1AccessToken", "/oauth/access_token"},
		{"media upload of v1.1", "POST", "/1.1/media/upload.json", "mediaUploadV1", "/1.1/media/upload.json"},
		{"media status of v1.1", "GET", "/1.1/media/upload.json", "getMediaUploadStatusV1", "/1.1/media/upload.json"},
		{"credits", "GET", "/2/usage/credits", "getUsageCredits", "/2/usage/credits"},
		{"too long", "GET", "/2/tweets/1/2/3", "", ""},
		{"too short", "GET", "/2", "", ""},
		{"another version", "GET", "/3/tweets/1", "", ""},
		{"a query is no part of the path", "GET", "/2/tweets?ids=1", "", ""},
		{"no leading slash", "GET", "2/tweets/1", "", ""},
		{"a whole URL", "GET", "https://api.x.com/2/tweets/1", "", ""},
		{"the root", "GET", "/", "", ""},
		{"slashes", "GET", "///", "", ""},
		{"nothing", "", "", "", ""},
		{"the form of a request to a server", "OPTIONS", "*", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			op, template := endpoint.Match(test.method, test.path)
			id := ""
			if op != nil {
				id = op.ID
			}
			if id != test.id || template != test.template {
				t.Errorf("Match(%q, %q) = %q, %q, want %q, %q", test.method, test.path, id, template, test.id, test.template)
			}
		})
	}
}

func TestHEADIsTheTemplateOfGET(t *testing.T) {
	t.Parallel()
	for _, get := range endpoint.Operations() {
		if get.Method != "GET" {
			continue
		}
		if op, template := endpoint.Match("HEAD", fill(get.Template, "1")); op != nil || template != get.Template {
			t.Errorf("Match(HEAD, %s) = %v, %q, want nil and the template", get.Template, op, template)
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) { // not parallel: AllocsPerRun forbids it
	check := func(method, path string) {
		if n := testing.AllocsPerRun(10, func() { endpoint.Match(method, path) }); n != 0 {
			t.Errorf("Match(%s, %.100q) allocates %v times", method, path, n)
		}
	}
	for _, op := range endpoint.Operations() {
		check(op.Method, fill(op.Template, "1111111111111111111"))
		check(op.Method, escapeAll(fill(op.Template, "a%2Fb")))
		check("HEAD", fill(op.Template, "1111111111111111111"))
		check(op.Method, op.Template+"/unknown")
	}
	for _, path := range []string{"", "/", "//", "/2/%zz", "/2/" + strings.Repeat("%41", 1000), strings.Repeat("/2", 1000)} {
		check("GET", path)
	}
}

// escapeAll percent-encodes every byte of the path that is not a slash or part
// of an encoding already.
func escapeAll(path string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '/':
			b.WriteByte(c)
		case c == '%' && i+2 < len(path):
			b.WriteString(path[i : i+3])
			i += 2
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

func FuzzMatch(f *testing.F) {
	for _, op := range endpoint.Operations() {
		f.Add(op.Method, fill(op.Template, "1111111111111111111"))
	}
	for _, id := range ids {
		f.Add("GET", "/2/users/"+id+"/tweets")
	}
	f.Add("HEAD", "/2/%74weets/1/")
	f.Add("POST", "/2/broadcasts/scheduled/chat/mutes")
	f.Add("get", "//2/tweets/")
	templates := make(map[string]bool)
	for _, op := range endpoint.Operations() {
		templates[op.Template] = true
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		op, template := endpoint.Match(method, path)
		if template != "" && !templates[template] {
			t.Errorf("Match(%q, %q): template %q is not in the table", method, path, template)
		}
		if op != nil && (op.Template != template || op.Method != method) {
			t.Errorf("Match(%q, %q) = %s with template %q", method, path, op.Name, template)
		}
		if wantOp, want := reference(method, path); op != wantOp || template != want {
			t.Errorf("Match(%q, %q) = %v, %q, want %v, %q", method, path, op, template, wantOp, want)
		}
	})
}
