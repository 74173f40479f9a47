package jsonscan

import (
	"os"
	"syscall"
	"testing"
)

// A chunk can begin or end where memory does: reading a byte beyond it would
// end the program.
func TestNothingOutsideOfAChunkIsRead(t *testing.T) {
	t.Parallel()
	page := os.Getpagesize()
	memory, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(memory)
	for _, fence := range [][]byte{memory[:page], memory[2*page:]} {
		if err := syscall.Mprotect(fence, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	room := memory[page : 2*page]
	for _, fill := range []string{".", "[", `"errors":[`, `"users":[`, `"meta":{}},`} {
		for i := range room {
			room[i] = fill[i%len(fill)]
		}
		for size := range 200 {
			for _, p := range [][]byte{room[:size], room[page-size:]} {
				for i := range p {
					nextArray(p, i)
				}
				lastArray(p)
				s := Scanner{state: searching, origin: fromNowhere}
				s.Feed(p)
			}
		}
	}
}
