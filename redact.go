package otelxapi

import (
	"hash/maphash"
	"iter"
	"strings"
)

// redacted stands for a value that does not leave.
const redacted = "REDACTED"

const (
	maxIdentifier = 64 // bytes of a name
	maxQueryPairs = 32 // query parameters in url.full
)

// fullURL returns the URL with nothing in it that tells one resource or one
// caller from another, unless options ask for it.
func (c *call) fullURL() string {
	if c.config.resourceIDs {
		return c.config.redactQuery(c.site.origin+c.path, c.query)
	}
	if c.query == "" {
		return c.site.url
	}
	if len(c.config.queryValues) > 0 {
		return c.config.redactQuery(c.site.url, c.query)
	}
	// The result depends on the names alone, and a program uses few sets of
	// names.
	var names maphash.Hash
	names.SetSeed(querySeed)
	for pair := range queryPairs(c.query) {
		names.WriteString(pair.name)
		names.WriteByte('&')
	}
	key := names.Sum64()
	if u, ok := c.site.urls.get(key); ok {
		return u
	}
	return c.site.urls.add(key, c.config.redactQuery(c.site.url, c.query))
}

var querySeed = maphash.MakeSeed()

// redactQuery appends the query to u, with its values redacted unless
// WithQueryValues names them.
func (c *config) redactQuery(u, query string) string {
	var b strings.Builder
	b.Grow(len(u) + len(query) + len(redacted))
	b.WriteString(u)
	sep := byte('?')
	for pair := range queryPairs(query) {
		b.WriteByte(sep)
		sep = '&'
		switch {
		case pair.name == "":
			b.WriteString(redacted)
		case c.showsQuery(pair.name):
			b.WriteString(pair.name + "=" + pair.value)
		default:
			b.WriteString(pair.name + "=" + redacted)
		}
	}
	return b.String()
}

type queryPair struct{ name, value string }

// queryPairs walks a raw query. What has no "=" or whose name is none of X's
// kind may be anything, and has an empty name here.
func queryPairs(query string) iter.Seq[queryPair] {
	return func(yield func(queryPair) bool) {
		for i := 0; query != "" && i < maxQueryPairs; i++ {
			var pair string
			pair, query, _ = strings.Cut(query, "&")
			name, value, ok := strings.Cut(pair, "=")
			if !ok {
				name = ""
			}
			if !yield(queryPair{identifier(name), value}) {
				return
			}
		}
	}
}

// showsQuery reports whether WithQueryValues names the parameter.
func (c *config) showsQuery(name string) bool {
	for _, q := range c.queryValues {
		switch {
		case q == name,
			strings.HasPrefix(q, "*") && strings.HasSuffix(name, q[1:]),
			strings.HasSuffix(q, "*") && strings.HasPrefix(name, q[:len(q)-1]):
			return true
		}
	}
	return false
}

// identifier returns s if it has the form of a name in X's vocabulary, such as
// "max_results", "tweet.fields" or "TooManyConnections", and nothing otherwise.
func identifier(s string) string {
	if s == "" || len(s) > maxIdentifier || s[0] >= '0' && s[0] <= '9' {
		return ""
	}
	digits := 0
	for i := range len(s) {
		switch b := s[i]; {
		case b >= '0' && b <= '9':
			if digits++; digits > 2 { // "sample10" is a name, a longer number an id
				return ""
			}
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b == '_', b == '.', b == '-':
		default:
			return ""
		}
	}
	return s
}
