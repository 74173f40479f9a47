package classify

import "syscall"

// Windows Sockets error numbers. The names that package syscall shares with
// other systems are numbers of its own there, which sockets never return.
const (
	wsaConnAborted syscall.Errno = 10053
	wsaConnReset   syscall.Errno = 10054
	wsaTimedOut    syscall.Errno = 10060
	wsaConnRefused syscall.Errno = 10061
)

// errnoClass returns the class of an error number, or "".
func errnoClass(e syscall.Errno) Class {
	switch e {
	case wsaConnRefused, syscall.ECONNREFUSED:
		return ConnectionRefused
	case wsaConnReset, wsaConnAborted, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE:
		return ConnectionReset
	case wsaTimedOut, syscall.ETIMEDOUT:
		return Timeout
	}
	return ""
}
