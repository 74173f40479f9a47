package pagetest

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

// CheckHeaders wants an answer that is kept private, with the page or without.
func CheckHeaders(t *testing.T, h http.Header) {
	t.Helper()
	for key, want := range map[string]string{
		"Cache-Control":          "no-store",
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy":        "no-referrer",
	} {
		if got := h.Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	policy := h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "script-src") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy %q allows too much", policy)
	}
}

// CheckStyle wants a policy that allows the style of the page and no other, and
// a page that asks for no more.
func CheckStyle(t *testing.T, h http.Header, body string) {
	t.Helper()
	_, rest, _ := strings.Cut(body, "<style>")
	style, _, found := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
	if got := h.Get("Content-Security-Policy"); !found || !strings.Contains(got, want) {
		t.Errorf("the policy %q lacks %s", got, want)
	}
	if strings.Contains(body, "<script") || strings.Contains(body, " style=") {
		t.Error("the page has a script or a style attribute, which the policy forbids")
	}
}
