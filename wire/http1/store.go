package http1

import "io"

// A store collects one body in one pooled buffer that grows as bytes arrive
// and is charged to a budget.
type store struct {
	slabs   *slabs
	budget  *Budget
	slab    *slab
	n       int
	charged int
	eager   int // bytes that are made room for because a length says so
}

func (s *store) bytes() []byte {
	if s.slab == nil {
		return nil
	}
	return s.slab.b[:s.n]
}

// free gives the buffer back.
func (s *store) free() {
	s.slabs.put(s.slab)
	s.budget.give(s.charged)
	s.slab, s.n, s.charged = nil, 0, 0
}

// grow makes space for at least one more byte, and for at most `more`, which
// is all that the message may still bring: it may hold four times what has
// arrived (`waiting` of it not yet here), so that an announced length costs the
// client bytes, not us memory.
func (s *store) grow(waiting int, more int64) error {
	if s.slab != nil && s.n < len(s.slab.b) {
		return nil
	}
	size := max(4*(s.n+waiting), s.eager, smallSlab)
	if int64(s.n)+more < int64(size) {
		size = s.n + int(more)
	}
	if class := classOf(size); class != unpooled {
		size = smallSlab << class
	} else {
		size = max(size, s.n+s.n/4) // many small chunks must not mean many copies
	}
	if !s.budget.take(size) {
		return errOverBudget
	}
	next := s.slabs.get(size)
	copy(next.b, s.bytes())
	s.slabs.put(s.slab)
	s.budget.give(s.charged)
	s.slab, s.charged = next, size
	return nil
}

// readN appends exactly n bytes of in, to a body that has `more` to come.
func (s *store) readN(in *input, n, more int64) error {
	end := int64(s.n) + more
	for n > 0 {
		if err := s.grow(in.buffered(), end-int64(s.n)); err != nil {
			return err
		}
		free := s.slab.b[s.n:]
		if int64(len(free)) > n {
			free = free[:n]
		}
		k, err := in.readInto(free)
		if err != nil {
			return unexpected(err)
		}
		s.n += k
		n -= int64(k)
	}
	return nil
}

// readChunked appends a chunked body of at most limit bytes.
func (s *store) readChunked(in *input, limit int64) error {
	var c chunks
	for {
		size, err := c.next(in)
		if err != nil || size == 0 {
			return err
		}
		more := limit - int64(s.n)
		if size > more {
			return errTooLarge
		}
		if err := s.readN(in, size, more); err != nil {
			return err
		}
	}
}

// readAll appends what arrives until the connection ends, at most limit bytes.
func (s *store) readAll(in *input, limit int64) error {
	for {
		if err := s.grow(in.buffered(), limit+1-int64(s.n)); err != nil {
			return err
		}
		k, err := in.readInto(s.slab.b[s.n:])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if s.n += k; int64(s.n) > limit {
			return errTooLarge
		}
	}
}

// readInto gives what is buffered, or else reads once from the connection
// straight into p. A short p is filled through the buffer, since many small
// chunks would cost a system call each.
func (in *input) readInto(p []byte) (int, error) {
	if in.buffered() == 0 {
		if len(p) >= smallSlab {
			n, err := in.src.Read(p)
			if n > 0 { // TLS and net/http tell of the end together with the last bytes
				err = nil
			}
			return n, err
		}
		if _, err := in.fill(); err != nil {
			return 0, err
		}
	}
	return in.take(p), nil
}
