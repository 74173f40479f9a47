package main

import (
	"slices"
	"testing"
	"time"
)

func TestBrief(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                                   "0s",
		250 * time.Millisecond:              "250ms",
		251_600 * time.Millisecond:          "4m12s",
		5 * time.Second:                     "5s",
		time.Minute:                         "1m",
		5 * time.Hour:                       "5h",
		90*time.Minute + 20*time.Second:     "1h30m",
		24*time.Hour - 200*time.Millisecond: "1d",
		30 * time.Hour:                      "1d6h",
		21*24*time.Hour - 7*time.Hour:       "21d",
	} {
		if got := brief(d); got != want {
			t.Errorf("brief(%s) = %s, want %s", d, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text            string
		columns, indent int
		want            []string
	}{
		"nothing is an empty line":                 {"", 10, 0, []string{""}},
		"words stay whole":                         {"one two three", 7, 0, []string{"one two", "three"}},
		"later lines leave room for an indent":     {"one two three four", 7, 2, []string{"one two", "three", "four"}},
		"a long word is cut":                       {"a abcdefghij b", 4, 0, []string{"a", "abcd", "efgh", "ij b"}},
		"a URL is cut where it can be":             {"http://a/b?c=1&d=2", 16, 0, []string{"http://a/b?c=1&", "d=2"}},
		"letters count, and not the bytes of them": {"ééé ééé", 7, 0, []string{"ééé ééé"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := wrap(c.text, c.columns, c.indent); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPad(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{"ab  ": pad("ab", 4), "abc…": pad("abcdef", 4), "é ": pad("é", 2), "": pad("ab", -1)} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestACallIsShortenedFromItsBeginning(t *testing.T) {
	t.Parallel()
	const call = "POST /2/tweets/search/stream/rules"
	for n, want := range map[int]string{
		34: call, 33: "POST …/tweets/search/stream/rules", 27: "POST …/search/stream/rules", 20: "POST …/stream/rules", 3: "POST …/rules",
	} {
		if got := shorten(call, n); got != want {
			t.Errorf("to %d columns: %s, want %s", n, got, want)
		}
	}
	for _, call := range []string{"", "GET", "GET /", "GET /2", "_OTHER /x"} {
		if got := shorten(call, 0); got != call {
			t.Errorf("%q became %q", call, got)
		}
	}
}

func TestTheBarTellsLittleFromNothing(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]string{
		0:     "░░░░░░░░░░░░░░░░░░░░",
		0.001: "█░░░░░░░░░░░░░░░░░░░",
		0.5:   "██████████░░░░░░░░░░",
		0.999: "███████████████████░",
		1:     "████████████████████",
	} {
		if got := bar(share); got != want {
			t.Errorf("bar(%v) = %s, want %s", share, got, want)
		}
	}
}
