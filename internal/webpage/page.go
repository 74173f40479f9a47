package webpage

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
)

var (
	//go:embed base.css
	baseStyle string

	//go:embed head.html
	head string
)

// Page is a page that the server makes, without a script.
type Page struct {
	template *template.Template
	policy   string
}

// New returns the page of a template, which calls the template "head" first in
// its head: that brings the base style, and after it the style of this page
// alone. It panics if the template cannot be parsed.
func New(source, style string) *Page {
	style = baseStyle + style
	sum := sha256.Sum256([]byte(style))
	return &Page{
		template: template.Must(template.New("page").
			Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(style) }}). //nolint:gosec // our own files
			Parse(head + source)),
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
	}
}

// SetHeaders sets the headers of every answer, with the page or without: it is
// not stored, it is read as the type that it names, nothing but the style is let
// into the page, and links do not tell where they were followed.
func (p *Page) SetHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", p.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}

// HTML returns the page that shows data.
func (p *Page) HTML(data any) ([]byte, error) {
	var b bytes.Buffer
	err := p.template.Execute(&b, data)
	return b.Bytes(), err
}
