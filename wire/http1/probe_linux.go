package http1

import (
	"syscall"
	"unsafe"
)

const canPeek = true

func (p *probe) peekAt(fd uintptr) { p.pending = arrived(fd) }

// arrived looks at a socket without blocking or consuming. EAGAIN means that
// nothing, not even an end, has arrived. It asks for no address and does not
// tell the scheduler: the call cannot block.
func arrived(fd uintptr) bool {
	var b [1]byte
	for {
		_, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&b)), uintptr(len(b)),
			syscall.MSG_PEEK|syscall.MSG_DONTWAIT, 0, 0)
		if errno == syscall.EINTR {
			continue
		}
		return errno != syscall.EAGAIN
	}
}
