package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/otelxapi/otelxapi/internal/webpage"
)

var (
	//go:embed page.css
	style string

	//go:embed page.html
	pageSource string

	rehearsalPage = webpage.New(pageSource, style)
)

// pageHandler shows what show returns.
func pageHandler(show func() view) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		rehearsalPage.SetHeaders(h)
		// A name that somebody else's DNS points at loopback is not served.
		if !loopback(r.Host) {
			http.Error(w, "not an address of this machine's own", http.StatusForbidden)
			return
		}
		v := show()
		v.Refresh = !v.Over && r.URL.Query().Get("refresh") != "off"
		body, err := rehearsalPage.HTML(v)
		if err != nil {
			http.Error(w, "the rehearsal cannot be shown", http.StatusInternalServerError)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // an error means that the client went away
	})
	return mux
}

// loopback says whether an address, with or without a port, is this machine
// only.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func errNotLoopback(address string) error {
	return fmt.Errorf("the page is for this machine only, and %q is no address of loopback", address)
}

// server serves the page.
type server struct {
	url  string
	http *http.Server
	done chan error
}

// servePage serves the page on an address of loopback, and refuses others.
func servePage(address string, show func() view) (*server, error) {
	if !loopback(address) {
		return nil, errNotLoopback(address)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	if !loopback(l.Addr().String()) { // what localhost resolves to
		return nil, errors.Join(errNotLoopback(address), l.Close())
	}
	s := &server{
		url:  "http://" + l.Addr().String() + "/",
		http: &http.Server{Handler: pageHandler(show), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute},
		done: make(chan error, 1),
	}
	go func() { s.done <- s.http.Serve(l) }()
	return s, nil
}

// stop ends the server, and gives answers on their way a moment.
func (s *server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
	if err := <-s.done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
