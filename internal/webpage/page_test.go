package webpage_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/otelxapi/otelxapi/internal/webpage"
	"github.com/otelxapi/otelxapi/internal/webpage/pagetest"
)

const source = `<!DOCTYPE html><head>{{template "head"}}</head><body><p>{{.Text}}</p></body>`

func TestAPageHasItsStyleAndNoOther(t *testing.T) {
	t.Parallel()
	const own = "p { margin: 7px; }"
	page := webpage.New(source, own)
	h := http.Header{}
	page.SetHeaders(h)
	html, err := page.HTML(struct{ Text string }{"<script>ran=1</script><style>p{}</style>"})
	if err != nil {
		t.Fatal(err)
	}
	pagetest.CheckHeaders(t, h)
	pagetest.CheckStyle(t, h, string(html))
	base, _, _ := strings.Cut(string(html), own+"</style>")
	if !strings.Contains(base, "<style>:root {") {
		t.Errorf("the base style is not before the page's:\n%s", html)
	}
	other := http.Header{}
	webpage.New(source, own+" ").SetHeaders(other)
	if key := "Content-Security-Policy"; h.Get(key) == other.Get(key) {
		t.Error("one policy for two styles")
	}
}

func TestAPageThatCannotBeShownIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := webpage.New(source, "").HTML(struct{}{}); err == nil {
		t.Error("a page without its data")
	}
}
