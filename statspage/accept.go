package statspage

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// wantsJSON reports whether a request is for JSON: by the query first, then the
// path, then the Accept header. When in doubt it is for the page.
func wantsJSON(r *http.Request) bool {
	switch r.URL.Query().Get("format") {
	case "json":
		return true
	case "html":
		return false
	}
	if strings.HasSuffix(r.URL.Path, ".json") {
		return true
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	return quality(accept, "application", "json") > quality(accept, "text", "html")
}

// quality returns how much an Accept header wants a media type, 0 to 1. The
// most specific media range counts (RFC 9110, section 12.5.1); ranges that
// cannot be read do not.
func quality(accept, major, minor string) float64 {
	best, q := 0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		mediaRange, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		specific := 0
		switch mediaRange {
		case major + "/" + minor:
			specific = 3
		case major + "/*":
			specific = 2
		case "*/*":
			specific = 1
		}
		if specific <= best {
			continue
		}
		weight := 1.0
		if s, ok := params["q"]; ok {
			weight, err = strconv.ParseFloat(s, 64)
			if err != nil || !(weight >= 0 && weight <= 1) { // NaN is a float, too
				continue
			}
		}
		best, q = specific, weight
	}
	return q
}
