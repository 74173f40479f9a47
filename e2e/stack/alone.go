package stack

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Alone waits until no other test that calls it runs on this machine, and keeps
// others waiting until t is over: go test runs packages beside each other, and
// tests that play in real time want a machine with time for them.
func Alone(t testing.TB) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(os.TempDir(), "otelxapi-e2e.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
}
