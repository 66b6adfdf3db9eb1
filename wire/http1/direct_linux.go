package http1

import (
	"syscall"
	"unsafe"
)

// A direct does system calls on a socket without the locks and the scheduler's
// books of net.Conn. They never block: the socket is non-blocking. It may only
// be used while a RawConn callback holds the descriptor; at all other times it
// does nothing.
type direct struct {
	fd     uintptr
	usable bool
	vec    [2]syscall.Iovec
}

func (d *direct) enter(fd uintptr) { d.fd, d.usable = fd, true }
func (d *direct) leave()           { d.usable = false }

// read reads once; EAGAIN is an error like any other.
func (d *direct) read(p []byte) (int, syscall.Errno) {
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, d.fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		if errno == 0 {
			return int(n), 0
		}
		if errno != syscall.EINTR {
			return 0, errno
		}
	}
}

// write sends what the socket takes at once, which may be nothing.
func (d *direct) write(head, body []byte) (int, error) {
	if !d.usable || len(head) == 0 {
		return 0, nil
	}
	n, errno := d.writev(head, body)
	switch errno {
	case 0:
		return n, nil
	case syscall.EAGAIN, syscall.EINTR:
		return 0, nil
	}
	return 0, errno
}

func (d *direct) writev(head, body []byte) (int, syscall.Errno) {
	if len(body) == 0 {
		n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, d.fd, uintptr(unsafe.Pointer(unsafe.SliceData(head))), uintptr(len(head)))
		return int(n), errno
	}
	d.vec[0].Base, d.vec[1].Base = unsafe.SliceData(head), unsafe.SliceData(body)
	d.vec[0].SetLen(len(head))
	d.vec[1].SetLen(len(body))
	n, _, errno := syscall.RawSyscall(syscall.SYS_WRITEV, d.fd, uintptr(unsafe.Pointer(&d.vec)), uintptr(len(d.vec)))
	d.vec = [2]syscall.Iovec{}
	return int(n), errno
}
