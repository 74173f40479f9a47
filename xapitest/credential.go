package xapitest

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// The forms of tokens: app-only tokens begin with a run of A in X's own
// documentation (docs.x.com, OAuth 2.0 app-only, 2026-08), and the decoded
// OAuth 2.0 user token of a public report ends in ":1:0:at:1"
// (github.com/plhery/node-twitter-api-v2/issues/265). Both are heuristics.
const (
	appTokenPrefix  = "AAAAAAAA"
	userTokenSuffix = ":1:0:at:1"
)

// Credential returns the value of an Authorization header that authenticates
// as kind at a [Server], and nowhere else. It is empty for AuthNone and
// unknown kinds. now is the oauth_timestamp of an OAuth 1.0a header.
func Credential(kind endpoint.AuthKind, now time.Time) string {
	switch kind {
	case endpoint.AuthAppOnly:
		return "Bearer " + appTokenPrefix + "FAKEappOnlyTokenOfTheSimulator"
	case endpoint.AuthOAuth2User:
		return "Bearer " + base64.RawURLEncoding.EncodeToString([]byte("FAKE-user-token:1700000000000"+userTokenSuffix))
	case endpoint.AuthBearer:
		return "Bearer FAKE-token-of-either-kind"
	case endpoint.AuthBasic:
		return "Basic " + base64.StdEncoding.EncodeToString([]byte("FAKE-client-id:FAKE-client-secret"))
	case endpoint.AuthOAuth1User:
		return fmt.Sprintf(`OAuth oauth_consumer_key="FAKE-key", oauth_nonce="FAKEnonce", oauth_signature="FAKE%%3D", `+
			`oauth_signature_method="HMAC-SHA1", oauth_timestamp="%d", oauth_token="1000000000000000001-FAKE", oauth_version="1.0"`, now.Unix())
	default:
		return ""
	}
}

// identify says how a request authenticates and as whom. who tells users
// apart; it is the same for all requests of one token.
func identify(h http.Header) (kind endpoint.AuthKind, who string) {
	scheme, value, _ := strings.Cut(h.Get("Authorization"), " ")
	switch strings.ToLower(scheme) {
	case "":
		return endpoint.AuthNone, ""
	case "oauth":
		_, after, _ := strings.Cut(value, `oauth_token="`)
		token, _, _ := strings.Cut(after, `"`)
		return endpoint.AuthOAuth1User, token
	case "basic":
		return endpoint.AuthBasic, value
	case "bearer":
		if strings.HasPrefix(value, appTokenPrefix) {
			return endpoint.AuthAppOnly, value
		}
		raw, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(value))
		if err == nil && strings.HasSuffix(string(raw), userTokenSuffix) {
			return endpoint.AuthOAuth2User, value
		}
		return endpoint.AuthBearer, value
	default:
		return endpoint.AuthNone, ""
	}
}
