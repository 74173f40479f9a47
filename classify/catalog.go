package classify

import (
	"maps"
	"slices"
)

//go:generate go test -run TestCatalogFileIsCurrent -update .

// CatalogDoc is everything that this package knows, for people and programs
// to read. catalog.json is its JSON form.
type CatalogDoc struct {
	Classes     []ClassInfo      `json:"classes"`
	Types       []TypeInfo       `json:"problem_types"`
	Statuses    []StatusInfo     `json:"statuses"`
	Codes       []CodeInfo       `json:"codes"`
	OAuthErrors []OAuthErrorInfo `json:"oauth_errors"`
	Issues      []MemberInfo     `json:"connection_issues"`
	Disconnects []MemberInfo     `json:"disconnect_types"`
	Topics      []TopicInfo      `json:"topics"`
}

// ClassInfo describes a class: its family, what it means and what to do by
// default.
type ClassInfo struct {
	Class   Class   `json:"class"`
	Family  string  `json:"family"`
	Verdict Verdict `json:"verdict,omitempty"`
	Backoff Backoff `json:"backoff,omitzero"`
	Hint    Hint    `json:"hint"`
}

// TypeInfo describes a problem type. Slug is the last segment of the type's
// URL, or "about:blank".
type TypeInfo struct {
	Slug   string `json:"slug"`
	Title  string `json:"title"`
	Class  Class  `json:"class"`
	Source string `json:"source"`
	Means  string `json:"means"`
}

// URL returns the type in the form that [Problem.Type] has.
func (t TypeInfo) URL() string { return canonicalType(t.Slug) }

// StatusInfo describes an HTTP status as X uses it.
type StatusInfo struct {
	Status int    `json:"status"`
	Text   string `json:"text"`
	Class  Class  `json:"class"` // of an answer that says nothing more
	Source string `json:"source"`
	Means  string `json:"means"`
}

// CodeInfo describes a numeric code of API v1.1.
type CodeInfo struct {
	Code   int    `json:"code"`
	HTTP   int    `json:"http"` // the documented status
	Class  Class  `json:"class"`
	Source string `json:"source"`
	Means  string `json:"means"`
}

// OAuthErrorInfo describes an error code of an OAuth 2.0 endpoint.
type OAuthErrorInfo struct {
	Error  string `json:"error"`
	Class  Class  `json:"class"`
	Source string `json:"source"`
	Means  string `json:"means"`
}

// MemberInfo maps the value of a problem's member to a class.
type MemberInfo struct {
	Value string `json:"value"`
	Class Class  `json:"class"`
}

// TopicInfo describes a topic of X's page on debugging.
type TopicInfo struct {
	Title   string  `json:"title"`
	Classes []Class `json:"classes"`
	Source  string  `json:"source"`
	URL     string  `json:"url"`
	Text    string  `json:"text"`
}

// Catalog returns a copy of the catalogue. Classes, types, statuses, codes and
// topics come in the order of X's pages or by number; the order is stable.
func Catalog() CatalogDoc {
	doc := CatalogDoc{
		Classes:     slices.Clone(classTable),
		Types:       slices.Clone(typeTable),
		Statuses:    slices.Clone(statusTable),
		Codes:       slices.Clone(codeTable),
		OAuthErrors: slices.Clone(oauthTable),
		Issues:      members(issueTable),
		Disconnects: members(disconnectTable),
		Topics:      slices.Clone(topicTable),
	}
	for i := range doc.Topics {
		doc.Topics[i].Classes = slices.Clone(doc.Topics[i].Classes)
	}
	return doc
}

func members(m map[string]Class) []MemberInfo {
	var list []MemberInfo
	for _, v := range slices.Sorted(maps.Keys(m)) {
		list = append(list, MemberInfo{v, m[v]})
	}
	return list
}

// Describe returns what the catalogue says about a class, and false for a class
// that is not in it.
func Describe(c Class) (ClassInfo, bool) {
	i, ok := classIndex[c]
	if !ok {
		return ClassInfo{}, false
	}
	return classTable[i], true
}

// ResultOf returns the result for a class that is known without an answer of
// X, such as [Stalled]. An unknown class gives the result of [Unknown].
func ResultOf(c Class) Result {
	info, ok := Describe(c)
	if !ok {
		info, _ = Describe(Unknown)
	}
	return Result{
		Class: info.Class,
		Retry: Retry{Verdict: info.Verdict, Backoff: info.Backoff},
		Hint:  info.Hint,
	}
}

var (
	classIndex = index(classTable, func(c ClassInfo) Class { return c.Class })
	typeIndex  = index(typeTable, func(t TypeInfo) string { return t.Slug })
	codeIndex  = index(codeTable, func(c CodeInfo) int { return c.Code })
	oauthIndex = index(oauthTable, func(o OAuthErrorInfo) string { return o.Error })
)

func index[K comparable, V any](table []V, key func(V) K) map[K]int {
	m := make(map[K]int, len(table))
	for i, v := range table {
		m[key(v)] = i
	}
	return m
}
