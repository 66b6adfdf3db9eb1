package uring

import (
	"fmt"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// The kernel's names and numbers, of linux/io_uring.h.
const (
	sysSetup = 425
	sysEnter = 426

	setupSubmitAll = 1 << 7 // an entry that is refused does not hold up the others

	featSingleMmap = 1 << 0
	featRegRegRing = 1 << 13 // Linux 6.3

	offSQRing = 0
	offSQEs   = 0x10000000

	enterGetEvents = 1 << 0

	opSend = 26
	opRecv = 27
)

type params struct {
	sqEntries, cqEntries, flags, threadCPU, threadIdle, features, wqFD uint32
	_                                                                  [3]uint32
	sq                                                                 sqOffsets
	cq                                                                 cqOffsets
}

type sqOffsets struct {
	head, tail, mask, entries, flags, dropped, array, _ uint32
	_                                                   uint64
}

type cqOffsets struct {
	head, tail, mask, entries, overflow, cqes, flags, _ uint32
	_                                                   uint64
}

type submission struct {
	opcode, flags uint8
	ioprio        uint16
	fd            int32
	off           uint64
	addr          uint64
	size          uint32
	msgFlags      uint32
	userData      uint64
	_             [3]uint64
}

type completion struct {
	userData uint64
	result   int32
	flags    uint32
}

// A Ring collects operations and does them together. It is for one goroutine at
// a time.
type Ring struct {
	fd     int
	rings  []byte // both rings, shared with the kernel
	shared []byte // the submissions' memory

	sqTail         *uint32
	cqHead, cqTail *uint32
	cqMask         uint32
	submissions    []submission
	completions    []completion

	enter  func(n uint32) (taken uint32, errno syscall.Errno) // enterKernel
	queued uint32                                             // since the last Do
	held   [][]byte                                           // what they point at: the kernel's memory keeps nothing alive
	nobody [1]byte
}

// New makes a Ring for up to size operations at a time, a power of two. The
// error is ErrUnsupported or wraps it.
func New(size int) (*Ring, error) {
	p := params{flags: setupSubmitAll}
	fd, _, errno := syscall.Syscall(sysSetup, uintptr(size), uintptr(unsafe.Pointer(&p)), 0)
	if errno != 0 {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, errno)
	}
	r := &Ring{fd: int(fd)}
	r.enter = r.enterKernel
	if want := uint32(featSingleMmap | featRegRegRing); p.features&want != want {
		r.Close()
		return nil, ErrUnsupported
	}
	if err := r.mapMemory(&p); err != nil {
		r.Close()
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return r, nil
}

func (r *Ring) mapMemory(p *params) (err error) {
	const access, kind = syscall.PROT_READ | syscall.PROT_WRITE, syscall.MAP_SHARED | syscall.MAP_POPULATE
	size := max(p.sq.array+p.sqEntries*4, p.cq.cqes+p.cqEntries*uint32(unsafe.Sizeof(completion{})))
	if r.rings, err = syscall.Mmap(r.fd, offSQRing, int(size), access, kind); err != nil {
		return err
	}
	r.shared, err = syscall.Mmap(r.fd, offSQEs, int(p.sqEntries)*int(unsafe.Sizeof(submission{})), access, kind)
	if err != nil {
		return err
	}
	at := func(off uint32) unsafe.Pointer { return unsafe.Pointer(&r.rings[off]) }
	r.sqTail = (*uint32)(at(p.sq.tail))
	r.cqHead, r.cqTail = (*uint32)(at(p.cq.head)), (*uint32)(at(p.cq.tail))
	r.cqMask = *(*uint32)(at(p.cq.mask))
	r.submissions = unsafe.Slice((*submission)(unsafe.Pointer(&r.shared[0])), p.sqEntries)
	r.completions = unsafe.Slice((*completion)(at(p.cq.cqes)), p.cqEntries)
	r.held = make([][]byte, p.sqEntries)
	order := unsafe.Slice((*uint32)(at(p.sq.array)), p.sqEntries)
	for i := range order {
		order[i] = uint32(i)
	}
	return nil
}

// Close gives the ring's descriptor and memory back.
func (r *Ring) Close() {
	for _, m := range [][]byte{r.rings, r.shared} {
		if m != nil {
			_ = syscall.Munmap(m) // fails only for what is not mapped
		}
	}
	r.rings, r.shared = nil, nil
	_ = syscall.Close(r.fd) // nothing to do about it
}

// Send adds a send of p on the socket fd. Its result is the number of bytes
// that the socket took. p must stay what it is until Do.
func (r *Ring) Send(fd int, p []byte) {
	r.add(opSend, fd, p, syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL)
}

// Recv adds a read of the socket fd into p. Its result is the number of bytes,
// 0 at the end.
func (r *Ring) Recv(fd int, p []byte) { r.add(opRecv, fd, p, syscall.MSG_DONTWAIT) }

// Peek adds a look at the socket fd. Its result is -EAGAIN when nothing has
// arrived, 0 at its end, 1 when there is something to read.
func (r *Ring) Peek(fd int) {
	r.add(opRecv, fd, r.nobody[:], syscall.MSG_DONTWAIT|syscall.MSG_PEEK)
}

func (r *Ring) add(opcode uint8, fd int, p []byte, flags uint32) {
	s := &r.submissions[(*r.sqTail+r.queued)&uint32(len(r.submissions)-1)]
	*s = submission{
		opcode: opcode, fd: int32(fd), msgFlags: flags, userData: uint64(r.queued),
		addr: uint64(uintptr(unsafe.Pointer(unsafe.SliceData(p)))), size: uint32(len(p)),
	}
	r.held[r.queued] = p
	r.queued++
}

// maxStalls is how often the kernel may take nothing before Do gives up.
const maxStalls = 100

// Do does the operations that were added, in their order, and puts what came of
// each into results, at its place in that order: a number of bytes, or an errno
// below zero. After an error the ring is of no more use, and the results of what
// was not done are Undone.
func (r *Ring) Do(results []int32) error {
	n := r.queued
	if n == 0 {
		return nil
	}
	r.queued = 0
	defer clear(r.held[:n])
	for i := range n {
		results[i] = Undone
	}
	atomic.StoreUint32(r.sqTail, *r.sqTail+n)
	taken, done := uint32(0), uint32(0)
	for range maxStalls {
		got, errno := r.enter(n - taken)
		switch errno {
		case 0:
			taken += got
		case syscall.EINTR, syscall.EAGAIN, syscall.EBUSY:
		default:
			return errno
		}
		if done += r.reap(results); done == n {
			return nil
		}
	}
	return syscall.EBUSY
}

// enterKernel has the kernel take n operations, which it does at once. When it has
// taken all, what is not done yet is waited for.
func (r *Ring) enterKernel(n uint32) (taken uint32, errno syscall.Errno) {
	var got uintptr
	if n > 0 { // does not block, so the scheduler need not know
		got, _, errno = syscall.RawSyscall6(sysEnter, uintptr(r.fd), uintptr(n), 0, 0, 0, 0)
	} else {
		_, _, errno = syscall.Syscall6(sysEnter, uintptr(r.fd), 0, 1, enterGetEvents, 0, 0)
	}
	return uint32(got), errno
}

// reap takes the results that are there.
func (r *Ring) reap(results []int32) (n uint32) {
	head, tail := *r.cqHead, atomic.LoadUint32(r.cqTail)
	for ; head != tail; head++ {
		c := &r.completions[head&r.cqMask]
		results[c.userData] = c.result
		n++
	}
	atomic.StoreUint32(r.cqHead, head)
	return n
}
