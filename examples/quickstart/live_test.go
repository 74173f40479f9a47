package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/otelxapi/otelxapi/xapitest"
)

// token is a fake of an app-only token's form.
const token = "AAAAAAAAAAAAAAAAAAAAAFAKEquickstart%3DFAKE"

func TestALiveDayOnlyReads(t *testing.T) {
	isolate(t)
	srv := xapitest.Start(t)
	d, err := liveDay(token, srv.Transport())
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := runDay(t.Context(), painter{}, d)
	if code != 0 {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	for _, want := range []string{
		"Reads can cost money", "5 calls to api.x.com", "GET /2/openapi.json ", "GET /2/users/by/username/{username} ", "\nmorning digest ",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	requests := srv.Requests()
	if len(requests) != len(reads) {
		t.Errorf("%d requests", len(requests))
	}
	for _, r := range requests {
		if r.Method != "GET" || r.BodyLength > 0 {
			t.Errorf("%s %s is no read", r.Method, r.Path)
		}
	}
	if strings.Contains(stdout+stderr, "FAKE") {
		t.Error("the token is shown")
	}
}

func TestALiveDayShowsRefusals(t *testing.T) {
	isolate(t)
	srv := xapitest.Start(t)
	if err := srv.Hold("credits_depleted", "not_found"); err != nil {
		t.Fatal(err)
	}
	d, err := liveDay(token, srv.Transport())
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := runDay(t.Context(), painter{}, d)
	if code != 0 || !strings.Contains(stdout, "402  credits_depleted") {
		t.Errorf("exit status %d: %s%s", code, stdout, stderr)
	}
}

func TestXThatCannotBeReachedIsOneClearMessage(t *testing.T) {
	isolate(t)
	for fault, want := range map[xapitest.Fault]string{
		xapitest.FaultDNS:     "dns: Name not resolved",
		xapitest.FaultRefused: "connection_refused: Connection refused",
		xapitest.FaultTimeout: "timeout: No answer in time",
		xapitest.FaultTLS:     "tls: No secure connection",
	} {
		t.Run(string(fault), func(t *testing.T) {
			base := &witness{base: xapitest.NewFaultTransport(nil, xapitest.Always(fault))}
			d, err := liveDay(token, base)
			if err != nil {
				t.Fatal(err)
			}
			stdout, stderr, code := runDay(t.Context(), painter{}, d)
			if code != 1 || !strings.HasPrefix(flat(stderr), "quickstart: api.x.com cannot be reached: "+want) {
				t.Errorf("exit status %d: %s", code, stderr)
			}
			if stdout != d.notice+"\n" {
				t.Errorf("standard output: %s", stdout)
			}
			if base.count() != 1 {
				t.Errorf("%d requests, want the first alone", base.count())
			}
		})
	}
}

func TestATokenThatCannotBeOneIsRefused(t *testing.T) {
	for name, token := range map[string]string{
		"a line break at its end": token + "\n",
		"nothing but a space":     " ",
		"the scheme before it":    "Bearer " + token,
		"a letter beyond ASCII":   token + "é",
		"a control character":     token + "\x00",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := chooseDay(token); err == nil || strings.Contains(err.Error(), "FAKE") {
				t.Error(err)
			}
		})
	}
	t.Run("and the program says so", func(t *testing.T) {
		isolate(t)
		t.Setenv("X_BEARER_TOKEN", token+"\n")
		var stdout, stderr bytes.Buffer
		if code := start(t.Context(), nil, &stdout, &stderr, painter{}); code != 1 || !strings.Contains(stderr.String(), "X_BEARER_TOKEN") {
			t.Errorf("exit status %d: %s", code, &stderr)
		}
		if stdout.Len() > 0 || strings.Contains(stderr.String(), "FAKE") {
			t.Errorf("%s%s", &stdout, &stderr)
		}
	})
}
