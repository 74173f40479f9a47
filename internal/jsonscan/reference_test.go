package jsonscan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
)

// A verdict is all that a Scanner says.
type verdict struct {
	errors      string
	errorsLen   int
	found       bool
	data        bool
	total       int64
	totalFound  bool
	dataLen     int
	includesLen [includes]int
	types       string
	complete    bool
}

func verdictOf(s *Scanner) (v verdict) {
	array, n, found := s.Errors()
	v.errors, v.errorsLen, v.found = string(array), n, found
	v.types = typesText(s.ErrorTypes())
	v.data = s.HasData()
	v.total, v.totalFound = s.ResultCount()
	v.dataLen = s.Data()
	for n := range includes {
		v.includesLen[n] = s.Includes(n)
	}
	v.complete = s.Complete()
	return v
}

// scan gives doc to a Scanner in chunks of the lengths that next returns.
func scan(doc []byte, count bool, next func() int) verdict {
	s := Scanner{Count: count}
	for len(doc) > 0 {
		n := min(max(next(), 1), len(doc))
		chunk := bytes.Clone(doc[:n])
		s.Feed(chunk)
		clear(chunk) // as a reader's buffer is used again
		doc = doc[n:]
	}
	return verdictOf(&s)
}

// typesText returns what ErrorTypes does as text.
func typesText(first []string, rest []TypeCount) string {
	if len(first) == 0 {
		return ""
	}
	sum := map[string]int{}
	for _, t := range rest {
		sum[t.Type] += t.N
	}
	return fmt.Sprintf("%q %v", first, sum)
}

func whole() int { return 1 << 30 }

// reference returns what encoding/json says about a valid document.
func reference(doc []byte) (v verdict) {
	trimmed := bytes.Trim(doc, " \r\n\t")
	v.complete = trimmed[0] == '{' || trimmed[0] == '['
	root := members(doc)
	if raw := root["errors"]; isArray(raw) {
		v.errors, v.errorsLen, v.found = string(raw[:min(len(raw), MaxErrors)]), elements(raw), true
		v.types = typesText(errorTypes(raw))
	}
	if raw := root["data"]; raw != nil && string(raw) != "null" {
		v.data = true
		v.dataLen = max(elements(raw), 0)
	}
	if raw := string(members(root["meta"])["result_count"]); raw != "" {
		n, err := strconv.ParseUint(raw, 10, 64)
		if err == nil && n < 1e18 {
			v.total, v.totalFound = int64(n), true // less than 1e18
		}
	}
	for key, raw := range members(root["includes"]) {
		for n := range includes {
			if key == n.String() && isArray(raw) {
				v.includesLen[n] = elements(raw)
			}
		}
	}
	return v
}

// errorTypes returns what ErrorTypes should.
func errorTypes(array []byte) (first []string, rest []TypeCount) {
	var list []json.RawMessage
	if err := json.Unmarshal(array, &list); err != nil {
		panic(err)
	}
	told := map[string]bool{} // as the document spells them
	for _, element := range list {
		if element[0] != '{' && element[0] != '"' {
			continue
		}
		typ, raw := "", members(element)["type"]
		if len(raw) > 2 && raw[0] == '"' && len(raw)-2 <= maxType && (told[string(raw)] || len(told) < maxTypes) {
			told[string(raw)] = true
			if err := json.Unmarshal(raw, &typ); err != nil {
				panic(err)
			}
		}
		if len(first) < MaxListed {
			first = append(first, typ)
		} else if typ != "" {
			rest = append(rest, TypeCount{typ, 1})
		}
	}
	return first, rest
}

// members returns the members of an object, and none for anything else.
func members(raw []byte) (m map[string]json.RawMessage) {
	if len(raw) == 0 || json.Unmarshal(raw, &m) != nil {
		return nil
	}
	return m
}

func isArray(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '[' }

// elements returns the length of an array, and 1 for anything else.
func elements(raw json.RawMessage) int {
	if !isArray(raw) {
		return 1
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		panic(err)
	}
	return len(list)
}

// compare reports what got has wrong about a valid document, or "".
func compare(doc []byte, got verdict, count bool) string {
	want := reference(doc)
	if !count {
		want.includesLen = [includes]int{}
		switch {
		case bytes.Count(doc, []byte(`"data"`)) > 1: // the first one counts, see the package's limits
			want.dataLen = got.dataLen
		case isArray(members(doc)["data"]):
			want.dataLen = 0
		}
		if want.totalFound && !got.totalFound && mayMissMeta(doc) {
			want.total, want.totalFound = 0, false
		}
	}
	if got != want {
		return fmt.Sprintf("count %v: got %+v, want %+v, for\n%s", count, got, want, doc)
	}
	return ""
}

// mayMissMeta reports whether the package's limits excuse that "meta" is not
// found when Count is not set.
func mayMissMeta(doc []byte) bool {
	at := rootKeys(doc)
	meta, data, errors := at["meta"], at["data"], at["errors"]
	switch {
	case !reference(doc).data, meta < data, bytes.LastIndexByte(doc, '[') < meta:
		return false
	case reference(doc).found && errors < meta:
		return false
	case reference(doc).found && bytes.LastIndexByte(doc[:errors], '[') < meta:
		return false
	default:
		return true
	}
}

// rootKeys returns the offset behind each key of the root; behind the last of
// equal ones.
func rootKeys(doc []byte) map[string]int {
	at := map[string]int{}
	d := json.NewDecoder(bytes.NewReader(doc))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return at
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return at
		}
		at[key.(string)] = int(d.InputOffset()) // a key is a string
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return at
		}
	}
	return at
}

func requireVerdict(t *testing.T, doc []byte, got verdict, count bool) {
	t.Helper()
	if wrong := compare(doc, got, count); wrong != "" {
		t.Fatal(wrong)
	}
}
