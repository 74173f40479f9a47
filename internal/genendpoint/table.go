package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// table is everything that zz_operations.go holds.
type table struct {
	facts *facts
	rows  []row // by template, then method
}

type row struct {
	operation
	limits  []limit
	billing billing
}

type limit struct {
	scope    string // constant of package endpoint
	requests int
	window   time.Duration
}

type billing struct {
	unit        string
	perResource bool
}

func loadFacts(path string) (*facts, error) {
	f := new(facts)
	return f, load(path, f)
}

func load(path string, into any) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// join adds the hand-kept files in dir to the facts.
func join(dir string, f *facts) (*table, error) {
	var overlay struct{ Operations []operation }
	if err := load(filepath.Join(dir, overlayFile), &overlay); err != nil {
		return nil, err
	}
	t := &table{facts: f}
	for _, o := range f.Operations {
		t.rows = append(t.rows, row{operation: o})
	}
	for _, o := range overlay.Operations {
		if t.row(o.name()) != nil {
			return nil, fmt.Errorf("%s: %s is in X's OpenAPI document %s now: delete it here", overlayFile, o.name(), f.Version)
		}
		if o.Source == "" {
			return nil, fmt.Errorf("%s: %s has no source", overlayFile, o.name())
		}
		t.rows = append(t.rows, row{operation: o})
	}
	slices.SortFunc(t.rows, func(a, b row) int { return byTemplate(a.operation, b.operation) })
	if err := t.validate(); err != nil {
		return nil, err
	}
	if err := t.addLimits(filepath.Join(dir, limitsFile)); err != nil {
		return nil, fmt.Errorf("%s: %w", limitsFile, err)
	}
	if err := t.addBilling(filepath.Join(dir, billingFile)); err != nil {
		return nil, fmt.Errorf("%s: %w", billingFile, err)
	}
	return t, nil
}

func (t *table) row(name string) *row {
	for i := range t.rows {
		if t.rows[i].name() == name {
			return &t.rows[i]
		}
	}
	return nil
}

func (t *table) validate() error {
	ids := make(map[string]string)
	routes := make(map[string]string) // method and path without parameter names
	for i := range t.rows {
		o := &t.rows[i].operation
		if !slices.Contains(methods, o.Method) {
			return fmt.Errorf("%s: unknown method", o.name())
		}
		var shape strings.Builder
		shape.WriteString(o.Method)
		for segment := range strings.SplitSeq(strings.TrimPrefix(o.Path, "/"), "/") {
			if isParameter(segment) {
				segment = "{}"
			} else if segment == "" || strings.ContainsAny(segment, "{}%?#") {
				return fmt.Errorf("%s: segment %q is neither a literal nor a parameter", o.name(), segment)
			}
			shape.WriteString("/" + segment)
		}
		route := shape.String()
		if !strings.HasPrefix(o.Path, "/") {
			return fmt.Errorf("%s: the path does not begin with a slash", o.name())
		}
		if !token.IsIdentifier(o.ID) {
			return fmt.Errorf("%s: operationId %q is not an identifier", o.name(), o.ID)
		}
		if other, taken := ids[o.ID]; taken {
			return fmt.Errorf("%s and %s have the same operationId %q", other, o.name(), o.ID)
		}
		if other, taken := routes[route]; taken {
			return fmt.Errorf("%s and %s are the same route", other, o.name())
		}
		ids[o.ID], routes[route] = o.name(), o.name()
		for _, s := range o.Security {
			if schemeIndex(s.Scheme) < 0 {
				return fmt.Errorf("%s: unknown security scheme %q", o.name(), s.Scheme)
			}
		}
	}
	return nil
}

func isParameter(segment string) bool {
	return len(segment) > 2 && segment[0] == '{' && segment[len(segment)-1] == '}' &&
		!strings.ContainsAny(segment[1:len(segment)-1], "{}")
}

func (t *table) addLimits(path string) error {
	var file struct {
		Source string
		Date   string
		Limits []struct {
			Operation string
			App, User []string // "requests/window", for example "450/15m"
			Source    string   // when it is not the file's
		}
	}
	if err := load(path, &file); err != nil {
		return err
	}
	for _, l := range file.Limits {
		r := t.row(l.Operation)
		if r == nil {
			return fmt.Errorf("no operation %q", l.Operation)
		}
		if r.limits != nil {
			return fmt.Errorf("%s is there twice", l.Operation)
		}
		for _, scope := range []struct {
			constant string
			limits   []string
		}{{"ScopeApp", l.App}, {"ScopeUser", l.User}} {
			for _, s := range scope.limits {
				requests, window, err := parseLimit(s)
				if err != nil {
					return fmt.Errorf("%s: %w", l.Operation, err)
				}
				r.limits = append(r.limits, limit{scope.constant, requests, window})
			}
		}
		slices.SortStableFunc(r.limits, func(a, b limit) int {
			return cmp.Or(cmp.Compare(a.scope, b.scope), cmp.Compare(a.window, b.window))
		})
	}
	return nil
}

func parseLimit(s string) (requests int, window time.Duration, err error) {
	n, w, _ := strings.Cut(s, "/")
	if requests, err = strconv.Atoi(n); err != nil || requests <= 0 {
		return 0, 0, fmt.Errorf("limit %q: want a positive number before the slash", s)
	}
	switch window, err = time.ParseDuration(w); {
	case err != nil:
		return 0, 0, fmt.Errorf("limit %q: %w", s, err)
	case window != time.Second && window != 15*time.Minute && window != 24*time.Hour:
		return 0, 0, fmt.Errorf("limit %q: X's windows are 1s, 15m and 24h", s)
	}
	return requests, window, nil
}

func (t *table) addBilling(path string) error {
	var file struct {
		Source      string
		Note        string
		PerResource map[string][]string `json:"per_resource"` // price item to operations
		PerRequest  map[string][]string `json:"per_request"`
	}
	if err := load(path, &file); err != nil {
		return err
	}
	for _, group := range []struct {
		units       map[string][]string
		perResource bool
	}{{file.PerResource, true}, {file.PerRequest, false}} {
		for unit, names := range group.units {
			for _, name := range names {
				r := t.row(name)
				if r == nil {
					return fmt.Errorf("%s: no operation %q", unit, name)
				}
				if r.billing.unit != "" {
					return fmt.Errorf("%s is both %s and %s", name, min(r.billing.unit, unit), max(r.billing.unit, unit))
				}
				r.billing = billing{unit, group.perResource}
			}
		}
	}
	return nil
}
