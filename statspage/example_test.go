package statspage_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/statspage"
)

// A bot shows its budget page to those who know a password. In a program the
// stats are those of its transport: statspage.Handler(transport.Stats).
func ExampleHandler() {
	stats := func() otelxapi.Stats {
		now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		return otelxapi.Stats{At: now, App: "newsbot", Budgets: []otelxapi.Budget{{
			Method: "GET", Template: "/2/tweets/search/recent", Window: "15m", Scope: "app",
			Limit: 450, Remaining: 12, Reset: now.Add(4 * time.Minute),
		}}}
	}
	page := statspage.Handler(stats)
	mux := http.NewServeMux()
	mux.HandleFunc("/x", func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "swordfish" {
			w.Header().Set("WWW-Authenticate", `Basic realm="newsbot"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		page.ServeHTTP(w, r)
	})

	req := httptest.NewRequest(http.MethodGet, "/x?format=json", http.NoBody)
	req.SetBasicAuth("", "swordfish")
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, req)
	for line := range strings.Lines(rec.Body.String()) {
		if strings.Contains(line, "remaining") || strings.Contains(line, "level") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// "remaining": 12,
	// "level": "critical",
}
