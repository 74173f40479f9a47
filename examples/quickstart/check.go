package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/codes"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/endpoint"
)

// check returns what is wrong with what the spans say and the page shows.
func check(d *day, sent *witness, spans []span, page string) []error {
	cs := calls(spans)
	wrong := checkClasses(d, cs)
	if requests := sent.count(); len(cs) != requests {
		wrong = append(wrong, fmt.Errorf("%d requests were sent, but there are %d client spans", requests, len(cs)))
	}
	for _, s := range cs {
		hint, _ := s.problem()
		if s.class() != classify.OK && s.class() != classify.Canceled && (hint.text(otelxapi.HintTitleKey) == "" || hint.text(otelxapi.HintTextKey) == "") {
			wrong = append(wrong, fmt.Errorf("%s (%s) has no event with a hint", s.Name(), s.class()))
		}
		if s.failed() && s.cost() > 0 {
			wrong = append(wrong, fmt.Errorf("%s (%s) has a cost", s.Name(), s.class()))
		}
		if s.failed() != (s.Status().Code == codes.Error) {
			wrong = append(wrong, fmt.Errorf("%s (%s) has the status %s", s.Name(), s.class(), s.Status().Code))
		}
	}
	return append(wrong, checkSecrets(sent.secrets(), spans, page)...)
}

// checkClasses compares what the spans say of the calls, and of the first
// problem inside a success, with what the answers were, as far as that is known.
func checkClasses(d *day, calls []span) []error {
	var wrong []error
	i := 0
	for _, j := range d.jobs {
		for _, c := range j.calls {
			if i == len(calls) {
				return wrong
			}
			if got := calls[i].verdict(); c.want.class != "" && got != c.want {
				wrong = append(wrong, fmt.Errorf("%s: the span says %s (error: %t), the answer was %s (error: %t)",
					calls[i].Name(), got, got.failed, c.want, c.want.failed))
			}
			i++
		}
	}
	return wrong
}

// checkSecrets looks for what the requests carried in all that the spans hold
// and the page shows.
func checkSecrets(secrets []string, spans []span, page string) []error {
	leak := func(text string) bool {
		return slices.ContainsFunc(secrets, func(secret string) bool { return strings.Contains(text, secret) })
	}
	var wrong []error
	if leak(page) {
		wrong = append(wrong, fmt.Errorf("the page %w", errLeak))
	}
	for i, s := range spans {
		if leak(fmt.Sprint(s.Name(), s.Status(), s.ReadOnlySpan.Attributes(), s.Events())) {
			wrong = append(wrong, fmt.Errorf("span %d %w", i+1, errLeak))
		}
	}
	return wrong
}

// witness notes what really is sent, below the transport that makes the spans.
type witness struct {
	base http.RoundTripper

	mu       sync.Mutex
	requests int
	carried  []string
}

func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.requests++
	w.carried = append(w.carried, carried(r)...)
	w.mu.Unlock()
	return w.base.RoundTrip(r)
}

func (w *witness) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests
}

// secrets returns what must not be found anywhere, as far as it is long enough
// to be recognised.
func (w *witness) secrets() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(w.carried), func(s string) bool { return len(s) < 6 })
	slices.Sort(all)
	return slices.Compact(all)
}

// carried returns the parts of a request that are the caller's own: its
// credentials, the ids and names in its path, the values of its query, and the
// texts of its body.
func carried(r *http.Request) []string {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	parts := []string{credential}
	for i, quoted := range strings.Split(credential, `"`) {
		if i%2 == 1 && !strings.HasPrefix(quoted, "HMAC-") {
			parts = append(parts, quoted) // of OAuth 1.0a, whose parameters are quoted
		}
	}
	path := r.URL.EscapedPath()
	_, template := endpoint.Match(r.Method, path)
	names := strings.Split(template, "/")
	for i, segment := range strings.Split(path, "/") {
		if i >= len(names) || strings.HasPrefix(names[i], "{") {
			parts = append(parts, segment)
		}
	}
	for _, values := range r.URL.Query() {
		for _, v := range values {
			parts = append(parts, v, url.QueryEscape(v))
		}
	}
	return append(parts, texts(r)...)
}

// texts returns the strings in the JSON object that a request carries.
func texts(r *http.Request) []string {
	if r.GetBody == nil {
		return nil
	}
	body, err := r.GetBody()
	if err != nil {
		return nil
	}
	defer body.Close()
	var members map[string]any
	if json.NewDecoder(body).Decode(&members) != nil {
		return nil
	}
	var parts []string
	for _, m := range members {
		if text, ok := m.(string); ok {
			parts = append(parts, text)
		}
	}
	return parts
}
