package statspage

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/internal/webpage"
)

var (
	//go:embed page.css
	style string

	//go:embed page.html
	pageSource string

	budgetPage = webpage.New(pageSource, style)
)

// Handler returns a handler that shows what stats returns, as a page and as
// JSON (see the package's documentation for how to ask for which):
//
//	http.Handle("/x", statspage.Handler(transport.Stats))
//
// It calls stats once for each GET or HEAD request, from the goroutine of that
// request: stats must be safe for concurrent use. Budgets and calls are put in
// order, so stats may join what several transports have seen. Other methods are
// answered with 405. With a nil stats every request is answered with 500.
//
// The handler asks for no authentication; see the note on security.
func Handler(stats func() otelxapi.Stats) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		budgetPage.SetHeaders(h)
		h.Set("Vary", "Accept")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		if stats == nil {
			http.Error(w, "no stats to show", http.StatusInternalServerError)
			return
		}
		v := newView(stats())
		contentType, render := "text/html; charset=utf-8", v.html
		if wantsJSON(r) {
			contentType, render = "application/json", v.json
		}
		body, err := render(r)
		if err != nil {
			http.Error(w, "the stats cannot be shown", http.StatusInternalServerError)
			return
		}
		h.Set("Content-Type", contentType)
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(body) // an error means that the client went away
		}
	})
}

// page is what the template is given.
type page struct {
	view

	Refresh bool
}

func (v view) html(r *http.Request) ([]byte, error) {
	return budgetPage.HTML(page{view: v, Refresh: r.URL.Query().Get("refresh") != "off"})
}

func (v view) json(*http.Request) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // it is served as JSON that no browser sniffs
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}
