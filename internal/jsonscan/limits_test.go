package jsonscan

import (
	"strings"
	"testing"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		doc   string
		limit verdict // without Count
		count verdict
	}{
		{
			"an escaped key is not recognized",
			`{"data":1,"\u0065rrors":[1]}`,
			verdict{data: true, dataLen: 1, complete: true},
			verdict{data: true, dataLen: 1, complete: true},
		},
		{
			"a second data is not seen",
			`{"data":1,"data":null}`,
			verdict{data: true, dataLen: 1, complete: true},
			verdict{complete: true},
		},
		{
			"many blanks hide errors",
			`{"data":1,"errors":` + strings.Repeat(" ", 15) + `[1]}`,
			verdict{data: true, dataLen: 1, complete: true},
			verdict{errors: "[1]", errorsLen: 1, found: true, data: true, dataLen: 1, complete: true},
		},
		{
			"fewer blanks do not",
			`{"data":1,"errors":` + strings.Repeat(" ", 14) + `[1]}`,
			verdict{errors: "[1]", errorsLen: 1, found: true, data: true, dataLen: 1, complete: true},
			verdict{errors: "[1]", errorsLen: 1, found: true, data: true, dataLen: 1, complete: true},
		},
		{
			"an array after meta hides it",
			`{"data":1,"meta":{"result_count":1},"x":[]}`,
			verdict{data: true, dataLen: 1, complete: true},
			verdict{data: true, dataLen: 1, total: 1, totalFound: true, complete: true},
		},
		{
			"a cut behind nested errors looks complete",
			`{"data":[{"errors":[1]}`,
			verdict{errors: "[1]", errorsLen: 1, found: true, data: true, complete: true},
			verdict{data: true, dataLen: 1},
		},
		{
			"a cut behind an object with nested meta looks complete",
			`{"data":1,"x":{"meta":{"result_count":1}}`,
			verdict{data: true, dataLen: 1, total: 1, totalFound: true, complete: true},
			verdict{data: true, dataLen: 1},
		},
		{
			"a cut behind a brace in a text looks complete",
			`{"data":"}`,
			verdict{data: true, dataLen: 1, complete: true},
			verdict{data: true, dataLen: 1},
		},
		{
			"an array that is cut behind an array looks complete",
			`[[]`,
			verdict{complete: true},
			verdict{},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for size := range 48 {
				next := func() int { return size }
				if got := scan([]byte(c.doc), false, next); got != c.limit {
					t.Errorf("got %+v, want %+v", got, c.limit)
				}
				if got := scan([]byte(c.doc), true, next); got != c.count {
					t.Errorf("with Count: got %+v, want %+v", got, c.count)
				}
			}
		})
	}
}
