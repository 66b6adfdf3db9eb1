package http1

import (
	"syscall"
	"unsafe"
)

// A direct does system calls on a socket without the locks and the scheduler's
// books of net.Conn. They never block: the socket is non-blocking. It may only
// be used while a RawConn callback holds the descriptor; at all other times it
// does nothing.
//
// They are the calls of sockets, which cost less than read and write: those go
// through what the kernel does for files.
type direct struct {
	fd     uintptr
	usable bool
	vec    [2]syscall.Iovec
	msg    syscall.Msghdr
}

func (d *direct) enter(fd uintptr) { d.fd, d.usable = fd, true }
func (d *direct) leave()           { d.usable = false }

// recvFrom reads once; EAGAIN is an error like any other.
func recvFrom(fd uintptr, p []byte) (int, syscall.Errno) {
	for {
		n, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), 0, 0, 0)
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
	n, errno := d.send(head, body)
	switch errno {
	case 0:
		return n, nil
	case syscall.EAGAIN, syscall.EINTR:
		return 0, nil
	}
	return 0, errno
}

func (d *direct) send(head, body []byte) (int, syscall.Errno) {
	if len(body) == 0 {
		return sendTo(d.fd, head)
	}
	d.vec[0].Base, d.vec[1].Base = unsafe.SliceData(head), unsafe.SliceData(body)
	d.vec[0].SetLen(len(head))
	d.vec[1].SetLen(len(body))
	d.msg.Iov, d.msg.Iovlen = &d.vec[0], 2
	n, _, errno := syscall.RawSyscall(syscall.SYS_SENDMSG, d.fd, uintptr(unsafe.Pointer(&d.msg)), syscall.MSG_NOSIGNAL)
	d.vec, d.msg = [2]syscall.Iovec{}, syscall.Msghdr{}
	return int(n), errno
}

func sendTo(fd uintptr, p []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)),
		syscall.MSG_NOSIGNAL, 0, 0)
	return int(n), errno
}
