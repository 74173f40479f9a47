// Package streamwatch watches a stream of the X API in the bytes that the
// application reads: how many posts and keep-alives came, how old the posts
// were when they came, which lines say that something is wrong, and how long
// the silences were.
//
// A stream is a sequence of lines, each a JSON document, that end with CRLF; a
// line with nothing on it is a keep-alive, due at least every 20 seconds
// (docs.x.com, "Consuming streaming data", 2026-08). A lone LF ends a line as
// well, chunks may be cut anywhere, and lines may have any length.
//
// # What a line is
//
//   - A keep-alive is blank or an empty object.
//   - A post has a "data" member that is not null. That includes what other
//     streams carry there: likes, compliance events, activities. The legacy
//     format counts too: an array of posts on one line (Powerstream), or an
//     object with an "id_str".
//   - A partial post is a post with an "errors" array that is not empty: X could
//     not add everything that was asked for.
//   - A problem is what [classify.StreamLine] takes for one, given the first
//     [MaxLine] bytes of a line without "data".
//   - All else is other: metadata, such as the first line of a Powerstream, and
//     what is no JSON at all. Server-sent events would be, which X's API
//     playground sends in place of lines.
//
// # Lag
//
// A post's lag is the time from its creation to the arrival of its last byte
// here. Its creation is in its id, a snowflake: the bits above the lowest 22 are
// the milliseconds since 2010-11-04T01:42:54.657Z. The id is the member "id" of
// "data", or "id_str" in the legacy format. Where there is none, the "created_at"
// beside it counts, if it is in the form of RFC 3339. Where there is one that is
// no snowflake, nothing does: that is a like, whose "created_at" is when the post
// was created (X's OpenAPI document, 2.167). Compliance events and activities
// have neither, and no lag. The clocks of X and of this machine are not the same: a negative lag counts
// as 0.
//
// # How
//
// A line is tracked exactly, container by container, until the id was found.
// From there on, only '[' is looked for, and what stands before it is compared
// with the key "errors". Text cannot forge a key, for inside a string every
// quote has a backslash before it; an object deeper down can have the same key,
// so a find is tracked exactly to see whether the line ends with the object that
// holds it.
//
// # Limits
//
// What is said holds for lines that are valid JSON; others do no harm. Of a key
// that is repeated the first counts. A key that is spelled with \u escapes is not
// recognized, nor, behind the id, "errors" with more than 14 blanks around its
// colon. A compressed stream has no lines to see and must not be fed.
package streamwatch
