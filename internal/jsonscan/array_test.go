package jsonscan

import (
	"math/rand/v2"
	"testing"
)

// eachSearch calls f for the ways to look for an array: what this processor
// has, and what every processor has.
func eachSearch(t *testing.T, f func(t *testing.T, next func(p []byte, i int) int)) {
	t.Helper()
	for name, next := range map[string]func([]byte, int) int{"nextArray": nextArray, "searchArray": searchArray} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, next)
		})
	}
}

// arrays returns where next finds an array of "errors" in p[i:].
func arrays(p []byte, i int, next func(p []byte, i int) int) (found []int) {
	var s Scanner
	for k := next(p, i); k < len(p); k = next(p, k+nextKey) {
		if s.keyBefore(p, k, errorsKey) {
			found = append(found, k)
		}
	}
	return found
}

func TestAnArrayOfErrorsIsFoundWhereverItStands(t *testing.T) {
	t.Parallel()
	eachSearch(t, func(t *testing.T, next func([]byte, int) int) {
		for _, key := range []string{`"errors":[`, `"errors" :[`, `"errors": [`, "\"errors\"\r\n:\t [", `"errors"              :[`} {
			for before := range 100 {
				for after := range 40 {
					p := append(blank(before), key...)
					k := len(p) - 1
					p = append(p, blank(after)...)
					for i := 0; i <= len(p); i += 1 + before%7 {
						var s Scanner
						want := len(p)
						if i <= k {
							want = k
						}
						got := next(p, i)
						for got < len(p) && !s.keyBefore(p, got, errorsKey) {
							got = next(p, got+nextKey)
						}
						if got != want {
							t.Fatalf("from %d: %d, want %d, in %q", i, got, want, p)
						}
					}
				}
			}
		}
	})
}

// blank returns n bytes that are no part of a key.
func blank(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = '.'
	}
	return p
}

func TestNoArrayOfErrorsIsMissedInWhatLooksLikeIt(t *testing.T) {
	t.Parallel()
	eachSearch(t, func(t *testing.T, next func([]byte, int) int) {
		r := rand.New(rand.NewPCG(4, 5)) // repeatable
		pieces := []string{`"errors":[`, `"errors" : [`, `"errors"`, `rs":[`, `[`, ` [`, `: [`, `:[`, `"users":[`, ` `, `:`, `r`, `{`, `}`, `]`, `,`, `"`, `\`, `lorem ipsum dolor sit amet`}
		found := 0
		for range 20_000 {
			var p []byte
			for range r.IntN(30) {
				p = append(p, pieces[r.IntN(len(pieces))]...)
			}
			var s Scanner
			var want []int
			for k := range p {
				if p[k] == '[' && s.keyBefore(p, k, errorsKey) {
					want = append(want, k)
				}
			}
			got := arrays(p, 0, next)
			if len(got) != len(want) {
				t.Fatalf("found %d, want %d, in %q", got, want, p)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("found %d, want %d, in %q", got, want, p)
				}
			}
			found += len(got)
		}
		if found < 10_000 {
			t.Errorf("only %d arrays", found)
		}
	})
}

func TestTheLastArray(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]func([]byte) int{"lastArray": lastArray, "searchLast": searchLast} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for size := range 300 {
				p := blank(size)
				if got := last(p); got != -1 {
					t.Fatalf("found at %d in %d bytes without", got, size)
				}
				for k := range p {
					p[k] = '['
					if got := last(p); got != k {
						t.Fatalf("%d, want %d, in %d bytes", got, k, size)
					}
					if k%3 > 0 { // others may stand before it
						p[k] = '.'
					}
				}
			}
		})
	}
}
