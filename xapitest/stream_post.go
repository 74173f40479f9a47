package xapitest

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// snowflake is the id of a post that was created at the time at: milliseconds
// since X's epoch above 22 bits that tell posts of one millisecond apart.
func snowflake(at time.Time, number uint64) uint64 {
	ms := max(at.UnixMilli()-1288834974657, 0)
	return uint64(ms)<<22 | number&(1<<22-1)
}

// The places in a template that differ from one post to the next.
const (
	markID     = '\x00'
	markTime   = '\x01' // when it was created
	markFiller = '\x02' // text up to the size asked for
)

const (
	postFiller  = " and a word about streams, which have no end, and about the gophers who read them to it"
	postRules   = `"matching_rules":[{"id":"5555555555555555555","tag":"go"}]`
	postErrors  = `"errors":[{"resource_id":"7777777777777777777","resource_type":"user","parameter":"in_reply_to_user_id","value":"7777777777777777777","title":"Not Found Error","detail":"Could not find user with in_reply_to_user_id: [7777777777777777777].","type":"https://api.x.com/2/problems/resource-not-found"}]`
	shortMember = "\"edit_history_tweet_ids\":[\"\x00\"],\"id\":\"\x00\",\"text\":\"A post of the simulator.\x02\""
)

// postMembers are the members of a post's data with every field asked for, by
// X's OpenAPI document 2.167. Other ids come before the post's own in some
// orders, and the text holds what a careless reader takes for JSON.
var postMembers = []string{
	"\"id\":\"\x00\"",
	"\"text\":\"@exampledev streams \\u2764 \\\"id\\\":\\\"1\\\", \\\"errors\\\":[] {[ and back\\\\slashes, too \U0001F439 https://t.co/FAKEfakeFA\x02\"",
	`"author_id":"1000000000000000042"`,
	"\"edit_history_tweet_ids\":[\"\x00\"]",
	"\"created_at\":\"\x01\"",
	"\"conversation_id\":\"1111111111111111111\",\"in_reply_to_user_id\":\"1000000000000000001\"",
	`"referenced_tweets":[{"type":"replied_to","id":"1111111111111111111"}]`,
	`"entities":{"annotations":[{"start":12,"end":18,"probability":0.91,"type":"Other","normalized_text":"streams"}],"mentions":[{"start":0,"end":11,"username":"exampledev","id":"1000000000000000001"}],"urls":[{"start":60,"end":83,"url":"https://t.co/FAKEfakeFA","expanded_url":"https://example.com/streams?id=1&lang=go","display_url":"example.com/streams?id=1","status":200,"title":"Streams"}]}`,
	`"context_annotations":[{"domain":{"id":"46","name":"Brand Category","description":"An invented category"},"entity":{"id":"1111111111111111112","name":"Gophers"}}]`,
	"\"edit_controls\":{\"edits_remaining\":5,\"is_edit_eligible\":false,\"editable_until\":\"\x01\"}",
	`"public_metrics":{"retweet_count":0,"reply_count":0,"like_count":0,"quote_count":0,"bookmark_count":0,"impression_count":0}`,
	`"lang":"en","possibly_sensitive":false,"reply_settings":"everyone","geo":{}`,
}

const postIncludes = `"includes":{"users":[{"id":"1000000000000000042","name":"Example Reader","username":"examplereader","created_at":"2014-01-01T00:00:00.000Z","verified":false,"public_metrics":{"followers_count":42,"following_count":7,"tweet_count":1234,"listed_count":0}},` +
	`{"id":"1000000000000000001","name":"Example Dev","username":"exampledev","created_at":"2013-01-01T00:00:00.000Z","verified":false}],"tweets":[{"id":"1111111111111111111","author_id":"1000000000000000001","edit_history_tweet_ids":["1111111111111111111"],"text":"What do you read?"}]}`

// postTemplates are the posts in all their orders: short ones and full ones,
// each without and with errors.
var postTemplates = sync.OnceValue(func() (t [2][2][]string) {
	for partial := range 2 {
		var errs []string
		if partial == 1 {
			errs = []string{postErrors}
		}
		t[0][partial] = []string{object(append([]string{`"data":{` + shortMember + `}`, postRules}, errs...))}
		for i := range postMembers {
			data := `"data":` + strings.TrimSuffix(object(slices.Concat(postMembers[i:], postMembers[:i])), "\r\n")
			top := append([]string{data, postIncludes, postRules}, errs...)
			if i%4 == 3 { // JSON has no order, whatever X does
				slices.Reverse(top)
			}
			t[1][partial] = append(t[1][partial], object(top))
		}
	}
	return t
})

func object(members []string) string { return "{" + strings.Join(members, ",") + "}\r\n" }

// appendPost appends a post of size bytes, line end and all, or the shortest
// there is. number chooses the order of its members and tells it apart.
func appendPost(b []byte, created time.Time, number uint64, size int, partial bool) []byte {
	id := strconv.FormatUint(snowflake(created, number), 10)
	at := created.UTC().Format("2006-01-02T15:04:05.000Z")
	errs := 0
	if partial {
		errs = 1
	}
	for _, shape := range []int{1, 0} {
		templates := postTemplates()[shape][errs]
		t := templates[number%uint64(len(templates))]
		rest := size - len(t) + 1 - strings.Count(t, string(markID))*(len(id)-1) - strings.Count(t, string(markTime))*(len(at)-1)
		if rest >= 0 || shape == 0 {
			return fillIn(b, t, id, at, rest)
		}
	}
	return b
}

// fillIn appends a template with its marks replaced.
func fillIn(b []byte, template, id, at string, filler int) []byte {
	for {
		i := strings.IndexAny(template, "\x00\x01\x02")
		if i < 0 {
			return append(b, template...)
		}
		b = append(b, template[:i]...)
		switch template[i] {
		case markID:
			b = append(b, id...)
		case markTime:
			b = append(b, at...)
		case markFiller:
			for ; filler > 0; filler -= len(postFiller) {
				b = append(b, postFiller[:min(filler, len(postFiller))]...)
			}
		}
		template = template[i+1:]
	}
}
