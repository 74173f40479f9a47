package jsonscan

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
)

// searchAnswer returns an answer of the size and shape of a recent search with
// all fields: posts with entities, users, meta, and texts that try to forge
// keys. Tail stands between "includes" and "meta".
func searchAnswer(posts, users int, tail string) []byte {
	r := rand.New(rand.NewPCG(1, 2)) // repeatable
	texts := []string{
		`An answer that says \"errors\":[{\"title\":\"forged\"}] is only text 🙃`,
		`They wrote \"meta\":{\"result_count\":9} on the wall [sic], and a path like C:\\temp\\`,
		`Listening to the rain #otel https:\/\/t.co\/abcdefghij ☔`,
		`What a day: {\"data\":null,\"errors\":[{}]}\nand then nothing \\\"errors\\\":[`,
		`@someone @someoneelse a plain text, the kind that most posts consist of, with no trick in it`,
	}
	var b strings.Builder
	b.WriteString(`{"data":[`)
	for i := range posts {
		if i > 0 {
			b.WriteByte(',')
		}
		id := int64(1111111111111111111) + int64(i)*977
		fmt.Fprintf(&b, `{"author_id":"%d","conversation_id":"%d","created_at":"2026-01-%02dT10:%02d:07.000Z",`, int64(2222222222)+int64(r.IntN(users)), id, 1+i%28, i%60)
		fmt.Fprintf(&b, `"edit_history_tweet_ids":["%d"],"id":"%d","lang":"en","possibly_sensitive":false,"reply_settings":"everyone",`, id, id)
		fmt.Fprintf(&b, `"public_metrics":{"retweet_count":%d,"reply_count":%d,"like_count":%d,"quote_count":0,"bookmark_count":1,"impression_count":%d},`, r.IntN(99), r.IntN(9), r.IntN(999), r.IntN(99999))
		if i%2 == 0 {
			b.WriteString(`"entities":{"hashtags":[{"start":26,"end":31,"tag":"otel"}],"mentions":[{"start":0,"end":8,"username":"someone","id":"2222222222"}],` +
				`"urls":[{"start":32,"end":55,"url":"https:\/\/t.co\/abcdefghij","expanded_url":"https:\/\/example.com\/a\/rather\/long\/path","display_url":"example.com\/a\/rather"}]},`)
		} else {
			b.WriteString(`"context_annotations":[{"domain":{"id":"66","name":"Interests"},"entity":{"id":"848920371311001600","name":"Weather"}}],`)
		}
		fmt.Fprintf(&b, `"text":"%s"}`, texts[i%len(texts)])
	}
	b.WriteString(`],"includes":{"users":[`)
	for i := range users {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%d","name":"Name Number %d","username":"user_%d","verified":false,"created_at":"2020-02-02T02:02:02.000Z","location":"Somewhere","protected":false,`, int64(2222222222)+int64(i), i, i)
		fmt.Fprintf(&b, `"profile_image_url":"https:\/\/example.com\/profile_images\/%d\/a_normal.jpg","description":"Says \"hello\" [often] and little else","public_metrics":{"followers_count":%d,"following_count":%d,"tweet_count":%d,"listed_count":1}`, i, r.IntN(9999), r.IntN(999), r.IntN(99999))
		b.WriteString(`,"entities":{"description":{"hashtags":[{"start":5,"end":9,"tag":"hello"}]}}}`)
	}
	b.WriteString(`]}` + tail)
	fmt.Fprintf(&b, `,"meta":{"newest_id":"%d","oldest_id":"1111111111111111111","result_count":%d,"next_token":"b26v89c19zqg8o3f"}}`, int64(1111111111111111111)+int64(posts)*977, posts)
	return []byte(b.String())
}

// dataOf returns an object of 97 kB whose data is made of unit.
func dataOf(unit string) []byte {
	return append([]byte(`{"data":`), bytes.Repeat([]byte(unit), 97_000/len(unit))...)
}
