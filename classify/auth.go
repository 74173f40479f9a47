package classify

import (
	"encoding/base64"
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi/endpoint"
)

// ParseAuth says how a request is authenticated, from its Authorization
// header. It keeps no part of the credential and does not allocate.
//
// OAuth is [endpoint.AuthOAuth1User], Basic is [endpoint.AuthBasic]. X does not
// document how to tell its two bearer tokens apart; two shapes are known from
// X's documentation and from tokens in public issues (2026): app-only tokens
// begin with many A's, and the tokens of users are base64 of a text that ends
// in ":at:" and a digit. Any other bearer token is [endpoint.AuthBearer]. No
// header, an empty credential or another scheme is [endpoint.AuthNone], since
// X knows no other.
func ParseAuth(h http.Header) Auth {
	values := h["Authorization"]
	if len(values) == 0 {
		return Auth{Kind: endpoint.AuthNone}
	}
	scheme, credential, _ := strings.Cut(textproto.TrimString(values[0]), " ")
	credential = textproto.TrimString(credential)
	switch {
	case credential == "":
		return Auth{Kind: endpoint.AuthNone}
	case strings.EqualFold(scheme, "OAuth"):
		return Auth{Kind: endpoint.AuthOAuth1User, Timestamp: oauthTimestamp(credential)}
	case strings.EqualFold(scheme, "Bearer"):
		return Auth{Kind: bearerKind(credential)}
	case strings.EqualFold(scheme, "Basic"):
		return Auth{Kind: endpoint.AuthBasic}
	}
	return Auth{Kind: endpoint.AuthNone}
}

func bearerKind(token string) endpoint.AuthKind {
	switch {
	case strings.HasPrefix(token, "AAAAAAAA"):
		return endpoint.AuthAppOnly
	case endsInAccessTokenMark(token):
		return endpoint.AuthOAuth2User
	}
	return endpoint.AuthBearer
}

// endsInAccessTokenMark reports whether token is base64 of a text that ends in
// ":at:" and a digit. It decodes no more than the last 32 characters.
func endsInAccessTokenMark(token string) bool {
	token = strings.TrimRight(token, "=")
	start := max(0, len(token)-32) &^ 3 // base64 decodes in groups of four
	var src [40]byte
	n := copy(src[:], token[start:])
	for i, c := range src[:n] { // either alphabet
		switch c {
		case '-':
			src[i] = '+'
		case '_':
			src[i] = '/'
		}
	}
	var dst [32]byte
	n, err := base64.RawStdEncoding.Decode(dst[:], src[:n])
	const mark = ":at:"
	if err != nil || n < len(mark)+1 {
		return false
	}
	digit := dst[n-1]
	return digit >= '0' && digit <= '9' && string(dst[n-1-len(mark):n-1]) == mark
}

// oauthTimestamp finds oauth_timestamp among the parameters of an OAuth 1.0a
// header (RFC 5849, section 3.5.1); zero if it has none that makes sense.
func oauthTimestamp(params string) time.Time {
	for params != "" {
		var param string
		param, params, _ = strings.Cut(params, ",")
		name, value, _ := strings.Cut(strings.Trim(param, " \t"), "=")
		if !strings.EqualFold(strings.Trim(name, " \t"), "oauth_timestamp") {
			continue
		}
		sec, ok := parseDecimal(strings.Trim(value, "\" \t"))
		if !ok || sec == 0 || sec > maxUnix {
			return time.Time{}
		}
		return time.Unix(sec, 0)
	}
	return time.Time{}
}

// maxUnix is the last second of the year 9999, the last that time formats in
// four digits.
const maxUnix = 253402300799
