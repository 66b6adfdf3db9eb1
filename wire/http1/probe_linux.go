package http1

import (
	"syscall"
	"unsafe"
)

const canPeek = true

// peekAt looks at the socket without blocking or consuming. EAGAIN means that
// nothing, not even an end, has arrived. It asks for no address and does not
// tell the scheduler: the call cannot block.
func (p *probe) peekAt(fd uintptr) {
	var b [1]byte
	for {
		_, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&b)), uintptr(len(b)),
			syscall.MSG_PEEK|syscall.MSG_DONTWAIT, 0, 0)
		if errno == syscall.EINTR {
			continue
		}
		p.pending = errno != syscall.EAGAIN
		return
	}
}
