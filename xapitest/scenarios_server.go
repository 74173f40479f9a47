package xapitest

import "github.com/otelxapi/otelxapi/classify"

func serverScenarios() []Scenario {
	blank := func(name, about string, evidence Evidence, class classify.Class, status int, code, text string) Scenario {
		return refusal(name, about, evidence, search, class, status, `{"type":"about:blank","title":"`+text+`","status":`+code+`,"detail":"`+text+`"}`)
	}
	gateway := Scenario{Name: "bad_gateway", About: "X is down or being upgraded, and the edge says so in HTML.", Evidence: Inferred, Target: search,
		Class: classify.Unavailable, Status: 502, Layer: LayerCDN, Body: "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n"}
	capacity := v1Refusal("v1_over_capacity", "Code 130: X is over capacity.", Documented, v1Update, classify.Unavailable, 503, `{"errors":[{"code":130,"message":"Over capacity"}]}`)
	internal := v1Refusal("v1_internal_error", "Code 131: something is broken at X.", Documented, v1Update, classify.ServerError, 500, `{"errors":[{"code":131,"message":"Internal error"}]}`)

	return []Scenario{
		blank("server_error", "Something is broken at X.", Documented, classify.ServerError, 500, "500", "Internal Server Error"),
		refusal("server_error_typed", "Something is broken at X, with the problem type of August 2026.", Inferred, search, classify.ServerError, 500,
			`{"title":"Internal Error","detail":"An internal error occurred.","type":"https://api.x.com/2/problems/internal-error","status":500}`),
		internal,
		gateway,
		blank("unavailable", "X is up, but overloaded.", Observed, classify.Unavailable, 503, "503", "Service Unavailable"),
		capacity,
		blank("gateway_timeout", "A part of X did not answer another in time.", Documented, classify.Unavailable, 504, "504", "Gateway Timeout"),
	}
}

// bodyScenarios are answers whose body does not end as it should. What is
// known when the headers are there decides their class.
func bodyScenarios() []Scenario {
	half := `{"title":"Service Unavailable","detail":"Service Una`
	answer := func(name, about string, class classify.Class, status int, ending Ending, body string) Scenario {
		s := refusal(name, about, Inferred, search, class, status, body)
		s.Ending = ending
		return s
	}
	compressed := refusal("gzip_error", "A refusal for money, compressed for a caller that asks for gzip itself.", Observed, search, classify.CreditsDepleted, 402,
		`{"title":"Payment Required","detail":"credits depleted","type":"https://api.x.com/2/problems/credits-depleted","status":402}`)
	compressed.Gzip, compressed.Rate = true, fallbackBucket
	hang := Scenario{Name: "hang", About: "X takes the request and never answers; the caller's timeout ends the call.", Evidence: Inferred,
		Target: search, Class: classify.Timeout, Ending: EndStall}
	reset := Scenario{Name: "reset_before_answer", About: "The server resets the connection in place of an answer.", Evidence: Inferred,
		Target: search, Class: classify.ConnectionReset, Ending: EndReset}
	closed := Scenario{Name: "closed_before_answer", About: "The server closes the connection in place of an answer.", Evidence: Inferred,
		Target: search, Class: classify.UnexpectedEOF, Ending: EndCut}

	return []Scenario{
		compressed,
		answer("stalled_error_body", "The headers of an error, the beginning of its body, then silence.", classify.Unavailable, 503, EndStall, half),
		answer("endless_error_body", "An error whose body never ends.", classify.ServerError, 500, EndEndless, "Internal Server Error\n"),
		answer("cut_error_body", "An error whose body is cut short.", classify.Unavailable, 503, EndCut, half),
		answer("cut_body", "A success whose body is cut short.", classify.UnexpectedEOF, 200, EndCut, `{"data":[{"id":"1111111111111111111","text":"One`),
		answer("reset_body", "A success whose connection is reset before the end of the body.", classify.ConnectionReset, 200, EndReset, `{"data":[{"id":"1111111111111111111","text":"One`),
		hang, reset, closed,
	}
}
