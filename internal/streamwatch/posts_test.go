package streamwatch

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// idAt returns a snowflake of a moment.
func idAt(t time.Time) string {
	return strconv.FormatInt((t.UnixMilli()-snowflakeEpoch)<<snowflakeShift|4321, 10)
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// post returns a line of the filtered stream with all fields, members sorted as
// X sorts them, of about 2.5 KB. Its texts try to forge keys.
func post(id string) string {
	var b strings.Builder
	b.WriteString(`{"data":{"attachments":{"media_keys":["3_1111111111111111111"]},"author_id":"2222222222",` +
		`"context_annotations":[{"domain":{"id":"66","name":"Interests","description":"Things people like"},"entity":{"id":"848920371311001600","name":"Weather"}},` +
		`{"domain":{"id":"131","name":"Unified Taxonomy"},"entity":{"id":"1196845866138533888","name":"Telemetry"}}],` +
		`"conversation_id":"` + id + `","created_at":"2026-11-23T11:59:58.000Z","edit_controls":{"edits_remaining":5,"is_edit_eligible":true,"editable_until":"2026-11-23T12:59:58.000Z"},` +
		`"edit_history_tweet_ids":["` + id + `"],"entities":{"hashtags":[{"start":26,"end":31,"tag":"otel"}],"mentions":[{"start":0,"end":8,"username":"someone","id":"3333333333"}],` +
		`"urls":[{"start":32,"end":55,"url":"https:\/\/t.co\/abcdefghij","expanded_url":"https:\/\/example.com\/a\/rather\/long\/path\/to\/somewhere","display_url":"example.com\/a\/rather","title":"A page about {brackets} and \"quotes\""}]},` +
		`"id":"` + id + `","lang":"en","possibly_sensitive":false,` +
		`"public_metrics":{"retweet_count":3,"reply_count":1,"like_count":14,"quote_count":0,"bookmark_count":1,"impression_count":999},` +
		`"edit_history_post_ids":["` + id + `"],"referenced_tweets":[{"type":"replied_to","id":"1111111111111111112"}],"reply_settings":"everyone",` +
		`"text":"They wrote \"id\":\"1111111111111111113\" and \"errors\":[{\"title\":\"forged\"}] on the wall [sic] ☔ and went on to say, in many more words than anybody would have asked for, how much a line of telemetry costs, and what they would rather have had in place of it, at C:\\"},` +
		`"includes":{"media":[{"media_key":"3_1111111111111111111","type":"photo","url":"https:\/\/example.com\/media\/a.jpg"}],"users":[`)
	for i := range 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"222222222%d","name":"Name Number %d","username":"user_%d","verified":false,"created_at":"2020-02-02T02:02:02.000Z","location":"Somewhere",`, i, i, i)
		b.WriteString(`"description":"Says \"hello\" [often] and little else","public_metrics":{"followers_count":123,"following_count":45,"tweet_count":678,"listed_count":1},` +
			`"entities":{"description":{"hashtags":[{"start":5,"end":9,"tag":"hello"}]}}}`)
	}
	b.WriteString(`]},"matching_rules":[{"id":"5555555555555555555","tag":"go"}]}` + "\r\n")
	return b.String()
}

// tinyPost returns a line of the filtered stream without any fields asked for.
func tinyPost(id string) string {
	return `{"data":{"edit_history_tweet_ids":["` + id + `"],"id":"` + id + `","text":"A post of few words."},"matching_rules":[{"id":"5555555555555555555","tag":"go"}]}` + "\r\n"
}

// idLast returns a post with the id behind everything else of its data.
func idLast(id string) string {
	p := post(id)
	p = strings.Replace(p, `"id":"`+id+`",`, "", 1)
	return strings.Replace(p, `C:\\"},`, `C:\\","id":"`+id+`"},`, 1)
}
