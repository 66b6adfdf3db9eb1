package http1

import (
	"syscall"
	"time"

	"github.com/poterne/poterne/wire/uring"
)

const (
	batchOps   = 64
	batchBytes = 128 << 10
	// maxPosted is the longest message that is posted: copying a longer one
	// costs more than a system call.
	maxPosted = 16 << 10
)

// A batch is what is done together. What is to be sent is copied into it: who
// posts it has its memory back at once.
type batch struct {
	ops   []op
	bytes []byte
	began time.Time // when the first was posted
}

func newBatch() *batch {
	return &batch{ops: make([]op, 0, batchOps), bytes: make([]byte, 0, batchBytes)}
}

func (b *batch) takes(n int) bool {
	return len(b.ops) < cap(b.ops) && n <= cap(b.bytes)-len(b.bytes)
}

// add returns how many operations there are now.
func (b *batch) add(o op, head, body []byte) int {
	if o.kind != opRead {
		from := len(b.bytes)
		b.bytes = append(append(b.bytes, head...), body...)
		o.bytes = b.bytes[from:len(b.bytes):len(b.bytes)]
	}
	b.ops = append(b.ops, o)
	return len(b.ops)
}

func (b *batch) reset() {
	poison(b.bytes)
	clear(b.ops)
	b.ops, b.bytes = b.ops[:0], b.bytes[:0]
}

// Kinds of operations.
const (
	opNone = iota // it is over
	opRead        // into bytes
	opSend
	opAsk // opSend, but only on a connection on which nothing has arrived
)

// An op is one operation on a socket that does not block.
type op struct {
	kind  int
	of    *posted
	fd    uintptr
	bytes []byte
	by    time.Time // when a send that has to wait gives up
}

// join has the ring do the next step of the operation, unless it is over.
func (o *op) join(r *uring.Ring) bool {
	switch o.kind {
	case opRead:
		r.Recv(int(o.fd), o.bytes)
	case opSend:
		r.Send(int(o.fd), o.bytes)
	case opAsk:
		r.Peek(int(o.fd))
	}
	return o.kind != opNone
}

// step takes what the next step came to.
func (o *op) step(result int32) {
	if o.kind == opAsk {
		o.looked(result)
		return
	}
	o.done(result)
}

// looked takes the result of a look.
func (o *op) looked(result int32) {
	quiet := result == -int32(syscall.EAGAIN)
	if result == uring.Undone {
		quiet = !arrived(o.fd)
	}
	o.kind = opSend
	if !quiet {
		o.kind = opNone
		o.of.fail(errStale)
	}
}

// done takes the result of the read or the send.
func (o *op) done(result int32) {
	kind := o.kind
	o.kind = opNone
	n, errno := int(result), syscall.Errno(0)
	switch {
	case result == uring.Undone && kind == opRead:
		n, errno = recvFrom(o.fd, o.bytes)
	case result == uring.Undone:
		n, errno = sendTo(o.fd, o.bytes)
	case result < 0:
		n, errno = 0, syscall.Errno(-result)
	}
	if kind == opRead {
		o.of.wasRead(n, errno)
		return
	}
	o.of.wasSent(o, max(n, 0), errno)
}

// doAlone does what is left of it without a ring.
func (o *op) doAlone() {
	for o.kind != opNone {
		o.step(uring.Undone)
	}
}
