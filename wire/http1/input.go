package http1

import (
	"bytes"
	"io"
)

// An input is the unread bytes of a connection, [r, w) of one pooled buffer.
// Bytes before r stay where they are while a message's views point at them.
type input struct {
	src   io.Reader
	slabs *slabs
	slab  *slab
	held  *slab // an earlier buffer that views of this message point into
	r, w  int
	floor int // nothing below it may move: the head of the current message
	first int // size of the first buffer; smallSlab if it is less

	failed error // what the next read is to return
}

func (in *input) unread() []byte {
	if in.slab == nil {
		return nil
	}
	return in.slab.b[in.r:in.w]
}

func (in *input) buffered() int { return in.w - in.r }

func (in *input) skip(n int) { in.r += n }

// pin keeps everything read so far where it is, until release.
func (in *input) pin() { in.floor = in.r }

// release ends the life of all views and moves what is unread to the front.
// An input without unread bytes gives up a buffer that grew.
func (in *input) release() {
	in.slabs.put(in.held)
	in.held, in.floor = nil, 0
	if in.slab == nil {
		return
	}
	if in.r == in.w {
		in.r, in.w = 0, 0
		if len(in.slab.b) > smallSlab {
			in.free()
		}
		poisonUnused(in)
		return
	}
	if in.r > 0 {
		in.w = copy(in.slab.b, in.slab.b[in.r:in.w])
		in.r = 0
	}
	poisonUnused(in)
}

func poisonUnused(in *input) {
	if in.slab != nil {
		poison(in.slab.b[in.w:])
	}
}

// free gives all buffers back.
func (in *input) free() {
	in.slabs.put(in.held)
	in.slabs.put(in.slab)
	*in = input{src: in.src, slabs: in.slabs, first: in.first}
}

// fill reads more bytes behind the unread ones, once. It reports whether the
// unread bytes moved, so that views into them must be made again.
func (in *input) fill() (moved bool, err error) {
	moved = in.room()
	if in.failed != nil {
		return moved, in.failed
	}
	for range maxEmptyReads {
		n, err := in.src.Read(in.slab.b[in.w:])
		in.w += n
		if n > 0 {
			return moved, nil
		}
		if err != nil {
			return moved, err
		}
	}
	return moved, io.ErrNoProgress
}

// maxEmptyReads is how often a connection may return nothing and no error.
const maxEmptyReads = 100

// room makes space behind w: by moving what is unread down to the floor, else
// by a buffer of twice the size. The old one is held when views point into it.
func (in *input) room() (moved bool) {
	if in.slab == nil {
		in.slab = in.slabs.get(max(in.first, smallSlab))
		return false
	}
	if in.w < len(in.slab.b) {
		return false
	}
	if in.r > in.floor && in.r > len(in.slab.b)/2 {
		in.w = in.floor + copy(in.slab.b[in.floor:], in.slab.b[in.r:in.w])
		in.r = in.floor
		return true
	}
	next := in.slabs.get(max(2*in.buffered(), smallSlab))
	n := copy(next.b, in.unread())
	if in.floor > 0 && in.held == nil {
		in.held = in.slab
	} else {
		in.slabs.put(in.slab)
	}
	in.slab, in.r, in.w, in.floor = next, 0, n, 0
	return true
}

// line returns the next line without its CRLF and consumes it. The result is
// valid until the next read. Lines longer than limit, bare LF and bare CR are
// errMalformed.
func (in *input) line(limit int) ([]byte, error) {
	scanned := 0
	for {
		b := in.unread()
		if i := bytes.IndexByte(b[scanned:], '\n'); i >= 0 {
			end := scanned + i
			if end > limit+1 || end == 0 || b[end-1] != '\r' || bytes.IndexByte(b[:end-1], '\r') >= 0 {
				return nil, errMalformed
			}
			in.skip(end + 1)
			return b[:end-1], nil
		}
		if len(b) > limit+1 {
			return nil, errMalformed
		}
		scanned = len(b)
		if _, err := in.fill(); err != nil {
			return nil, unexpected(err)
		}
	}
}

// take copies up to len(p) unread bytes.
func (in *input) take(p []byte) int {
	n := copy(p, in.unread())
	in.skip(n)
	return n
}

// unexpected makes the end of the connection inside a message an error.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
