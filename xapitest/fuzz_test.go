package xapitest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzServer feeds the handler what no client would send: it must neither
// panic nor answer with anything but a known status and JSON.
func FuzzServer(f *testing.F) {
	f.Add("GET", "/2/tweets/1", "ids=1,2&max_results=5", "Bearer x")
	f.Add("GET", "/2/tweets/search/stream", "", "Bearer AAAAAAAA")
	f.Add("POST", "/2/%2F//", "%zz", `OAuth oauth_token="`)
	f.Add("HEAD", "/1.1/x", "usernames=,", "Basic")
	f.Add("GET", "/2/users/by/username/%22", "usernames=%00", "bearer OjE6MDphdDox")
	s := NewServer(WithStreamInterval(time.Hour))
	f.Cleanup(s.Close)
	f.Fuzz(func(t *testing.T, method, path, query, authorization string) {
		path = "/" + strings.TrimPrefix(path, "/")
		u, err := url.ParseRequestURI(path)
		if err != nil {
			t.Skip(err)
		}
		u.RawQuery = query
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond) // a stream does not end by itself
		defer cancel()
		r := (&http.Request{Method: method, URL: u, Header: http.Header{"Authorization": {authorization}}, Body: http.NoBody}).WithContext(ctx)
		w := httptest.NewRecorder()
		func() {
			defer func() {
				if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
					panic(p)
				}
			}()
			s.serve(w, r)
		}()
		if !slices.Contains([]int{200, 201, 401, 403, 404, 429}, w.Code) {
			t.Errorf("%s %s: status %d", method, path, w.Code)
		}
		body := w.Body.String()
		if strings.HasPrefix(w.Header().Get("Content-Type"), "application/") && w.Header().Get("Content-Type") != "application/octet-stream" && !json.Valid([]byte(body)) {
			t.Errorf("%s %s: %q", method, path, body)
		}
	})
}
