package endpoint

import (
	"slices"
	"strings"
)

//go:generate go run ../internal/genendpoint -dir .

// Operations returns all operations of the table, sorted by template and then
// by method. The slice is the caller's; the operations are shared and must not
// be modified.
func Operations() []*Operation {
	return slices.Clone(operations[:])
}

// ByID returns the operation with the given operationId, or nil. It searches
// the whole table: good for tools and start-up, not for every request.
func ByID(id string) *Operation {
	for _, op := range operations {
		if op.ID == id {
			return op
		}
	}
	return nil
}

// Hosts returns the names of X's API hosts that serve the operations:
// api.x.com, which X's OpenAPI document names since 2.145 (2025-07-28),
// api.twitter.com, which it named before and which still answers (seen in
// 2026), and upload.x.com and upload.twitter.com for the media upload of v1.1.
// The slice is the caller's.
//
// Other hosts of X are left out on purpose: they serve web pages (x.com,
// console.x.com) or APIs with answers of another form (ads-api.x.com and the
// gnip hosts of the enterprise API).
func Hosts() []string {
	return []string{"api.x.com", "api.twitter.com", "upload.x.com", "upload.twitter.com"}
}

// IsStreamPath tells by its form whether a GET of path would open a stream. It
// is a rule of thumb for paths that [Match] does not know, such as a stream
// that X adds later: for known ones, [Operation.Streaming] is right and this may
// not be (a user can be called "stream").
//
// All 15 streams of X's OpenAPI document 2.167 (2026-08-07) end in "/stream" or
// hold "/stream/lang/"; /2/powerstream is documented elsewhere. The rules of a
// stream ("/stream/rules", "/stream/rules/counts") are not a stream.
func IsStreamPath(path string) bool {
	path = strings.TrimSuffix(path, "/")
	return path == "/2/powerstream" ||
		strings.HasSuffix(path, "/stream") ||
		strings.Contains(path, "/stream/lang/")
}
