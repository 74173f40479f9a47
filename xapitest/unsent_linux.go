package xapitest

import (
	"net"
	"syscall"
	"unsafe"
)

// unsent is how many bytes of what was written the peer's system has not
// acknowledged: SIOCOUTQ of tcp(7). It is 0 when that cannot be told.
func unsent(conn *net.TCPConn) (n int32) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0
	}
	_ = raw.Control(func(fd uintptr) {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&n))) //nolint:gosec // an ioctl takes a pointer
		if errno != 0 {
			n = 0
		}
	})
	return n
}
