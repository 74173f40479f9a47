package classify

import (
	"testing"

	"github.com/otelxapi/otelxapi/endpoint"
)

func BenchmarkParseRateLimits(b *testing.B) {
	h := headers("x-rate-limit-limit: 450", "x-rate-limit-remaining: 449", "x-rate-limit-reset: 1781049099")
	b.ReportAllocs()
	for b.Loop() {
		ParseRateLimits(h)
	}
}

func BenchmarkParseAuth(b *testing.B) {
	for name, header := range map[string]string{
		"app_only": "Bearer AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0", "oauth2_user": "Bearer dG9rZW4tb2YtYS11c2VyOjE3MDAwMDAwMDAwMDA6MTowOmF0OjE=",
		"oauth1_user": `OAuth oauth_consumer_key="k", oauth_nonce="n", oauth_signature="s", oauth_timestamp="1700000000"`,
	} {
		h := headers("Authorization: " + header)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParseAuth(h)
			}
		})
	}
}

func BenchmarkClassify429(b *testing.B) {
	in := Input{Method: "GET", Path: "/2/tweets/search/recent", Status: 429, Body: []byte(tooManyBody), Now: noon, Auth: Auth{Kind: endpoint.AuthAppOnly},
		Header: headers("x-rate-limit-limit: 450", "x-rate-limit-remaining: 0", "x-rate-limit-reset: "+unix(noon))}
	b.ReportAllocs()
	for b.Loop() {
		Classify(in)
	}
}

func BenchmarkClassify200(b *testing.B) {
	in := Input{Method: "GET", Path: "/2/tweets/search/recent", Status: 200, Now: noon, Auth: Auth{Kind: endpoint.AuthAppOnly},
		Header: headers("x-rate-limit-limit: 450", "x-rate-limit-remaining: 449", "x-rate-limit-reset: "+unix(noon))}
	b.ReportAllocs()
	for b.Loop() {
		Classify(in)
	}
}

func BenchmarkStreamLineOrdinary(b *testing.B) {
	line := []byte(`{"data":{"id":"1111111111111111111","text":"hello"},"matching_rules":[{"id":"1","tag":"t"}]}` + "\r\n")
	b.ReportAllocs()
	for b.Loop() {
		StreamLine(line)
	}
}
