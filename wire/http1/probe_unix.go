//go:build unix && !linux

package http1

import "syscall"

const canPeek = true

// peekAt looks at the socket without blocking or consuming. EAGAIN means that
// nothing, not even an end, has arrived.
func (p *probe) peekAt(fd uintptr) {
	var b [1]byte
	for {
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
		if err == syscall.EINTR {
			continue
		}
		p.pending = err != syscall.EAGAIN
		return
	}
}
