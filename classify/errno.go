//go:build !windows

package classify

import "syscall"

// errnoClass returns the class of an error number, or "".
func errnoClass(e syscall.Errno) Class {
	switch e {
	case syscall.ECONNREFUSED:
		return ConnectionRefused
	case syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE:
		return ConnectionReset
	case syscall.ETIMEDOUT:
		return Timeout
	}
	return ""
}
