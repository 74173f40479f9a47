package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/otelxapi/otelxapi"
	"github.com/otelxapi/otelxapi/statspage"
)

// loopback returns the address to listen on for what the flag -page says, which
// must be one of this machine alone: the page asks for no password.
func loopback(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return "", fmt.Errorf("-page %s: want a host and a port, such as 127.0.0.1:8080", address)
	case host == "", host == "localhost":
		host = "127.0.0.1"
	case !net.ParseIP(host).IsLoopback():
		return "", fmt.Errorf("-page %s: other machines could reach that. The page asks for no password, "+
			"so it is only for this machine: use 127.0.0.1:%s", address, port)
	}
	return net.JoinHostPort(host, port), nil
}

// serve serves the stats as a page until the context ends.
func serve(ctx context.Context, l net.Listener, stats func() otelxapi.Stats) error {
	srv := &http.Server{Handler: statspage.Handler(stats), ReadHeaderTimeout: 5 * time.Second}
	defer context.AfterFunc(ctx, func() { srv.Close() })()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
