package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// facts is what the table needs of X's OpenAPI document.
type facts struct {
	Source     string      `json:"source"`  // where the document is published
	Version    string      `json:"version"` // info.version
	SHA256     string      `json:"sha256"`  // of the document's bytes
	Operations []operation `json:"operations"`
}

// operation is one operation in operations.json and overlay.json.
type operation struct {
	Method    string     `json:"method"`
	Path      string     `json:"path"`
	ID        string     `json:"id"`
	Security  []security `json:"security,omitempty"`
	Streaming bool       `json:"streaming,omitempty"`
	Binary    bool       `json:"binary,omitempty"`
	Source    string     `json:"source,omitempty"` // overlay.json only
}

// security is one alternative of an operation's security requirements.
type security struct {
	Scheme string   `json:"scheme"`
	Scopes []string `json:"scopes,omitempty"`
}

func (o *operation) name() string { return o.Method + " " + o.Path }

// schemes maps X's security schemes to the constants of package endpoint. An
// operation's alternatives are kept in this order, which is X's own today.
var schemes = []struct{ name, constant string }{
	{"OAuth2UserToken", "AuthOAuth2User"},
	{"UserToken", "AuthOAuth1User"},
	{"BearerToken", "AuthAppOnly"},
}

func schemeIndex(name string) int {
	for i := range schemes {
		if schemes[i].name == name {
			return i
		}
	}
	return -1
}

func isURL(spec string) bool {
	return strings.HasPrefix(spec, "https://") || strings.HasPrefix(spec, "http://")
}

func readSpec(spec string) (*facts, error) {
	read := os.ReadFile
	if isURL(spec) {
		read = fetch
	}
	document, err := read(spec)
	if err != nil {
		return nil, err
	}
	f, err := parseSpec(document)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return f, nil
}

func fetch(url string) ([]byte, error) {
	const most = 64 << 20 // bytes; the document of 2026-08 has 858222
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET %s: %s", url, resp.Status)
	}
	document, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err == nil && len(document) > most {
		err = fmt.Errorf("GET %s: more than %d bytes", url, most)
	}
	return document, err
}

// parseSpec takes the facts out of an OpenAPI 3 document in JSON.
func parseSpec(document []byte) (*facts, error) {
	type requirements []map[string][]string
	var doc struct {
		Info     struct{ Version string }
		Security requirements
		Paths    map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, err
	}
	if doc.Info.Version == "" || len(doc.Paths) == 0 {
		return nil, errors.New("not an OpenAPI document: no info.version or no paths")
	}
	sum := sha256.Sum256(document)
	f := &facts{Version: doc.Info.Version, SHA256: hex.EncodeToString(sum[:])}
	for path, item := range doc.Paths {
		for key, raw := range item {
			method := strings.ToUpper(key)
			if !slices.Contains(methods, method) {
				continue // "parameters", "summary", "x-...": not an operation
			}
			var op struct {
				OperationID string
				Security    *requirements // absent: the document's; empty: none
				Streaming   bool          `json:"x-twitter-streaming"`
				Responses   map[string]struct{ Content map[string]json.RawMessage }
			}
			if err := json.Unmarshal(raw, &op); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			if op.Security == nil {
				op.Security = &doc.Security
			}
			alternatives, err := parseSecurity(*op.Security)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			o := operation{Method: method, Path: path, ID: op.OperationID, Security: alternatives, Streaming: op.Streaming}
			for status, response := range op.Responses {
				if _, octets := response.Content["application/octet-stream"]; octets && strings.HasPrefix(status, "2") {
					o.Binary = true
				}
			}
			f.Operations = append(f.Operations, o)
		}
	}
	slices.SortFunc(f.Operations, byTemplate)
	return f, nil
}

var methods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}

func byTemplate(a, b operation) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
}

func parseSecurity(requirements []map[string][]string) ([]security, error) {
	var all []security
	for _, alternative := range requirements {
		if len(alternative) != 1 {
			return nil, fmt.Errorf("a security requirement names %d schemes at once; only 1 is understood", len(alternative))
		}
		for scheme, scopes := range alternative {
			if schemeIndex(scheme) < 0 {
				return nil, fmt.Errorf("unknown security scheme %q", scheme)
			}
			all = append(all, security{scheme, slices.Compact(slices.Sorted(slices.Values(scopes)))})
		}
	}
	slices.SortStableFunc(all, func(a, b security) int { return schemeIndex(a.Scheme) - schemeIndex(b.Scheme) })
	return all, nil
}

// encode renders operations.json with one operation a line, for short diffs.
func (f *facts) encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n\"source\": %s,\n\"version\": %s,\n\"sha256\": %s,\n\"operations\": [\n",
		encode(f.Source), encode(f.Version), encode(f.SHA256))
	for i := range f.Operations {
		if i > 0 {
			b.WriteString(",\n")
		}
		b.Write(encode(f.Operations[i]))
	}
	b.WriteString("\n]\n}\n")
	return b.Bytes()
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, bools and slices of them always marshal
	}
	return b
}
