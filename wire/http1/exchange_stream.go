package http1

import (
	"io"
	"time"
)

// A bodyStream reads an answer's body as it arrives.
type bodyStream struct {
	x      *exchange
	walk   chunks
	left   int64 // of the body or of the chunk; -1: until the connection ends
	done   bool
	failed error
}

func (x *exchange) beginStream() {
	s := &x.stream
	*s = bodyStream{x: x}
	switch {
	case x.head.noBody:
		s.done = true
	case x.head.chunked:
	case x.head.length >= 0:
		s.left, s.done = x.head.length, x.head.length == 0
	default:
		s.left = -1
	}
	x.in.pin()
	if s.done {
		x.retire()
	}
	x.resp.Stream = s
}

// Read returns what has arrived, waiting StreamIdle for the next byte.
func (s *bodyStream) Read(p []byte) (int, error) {
	switch {
	case s.failed != nil:
		return 0, s.failed
	case s.done:
		return 0, io.EOF
	case s.x.pc == nil:
		return 0, ErrNetwork // closed
	case len(p) == 0:
		return 0, nil
	}
	n, err := s.read(p)
	if err != nil && err != io.EOF {
		s.failed = s.x.classify(err)
		s.x.abandon()
		return n, s.failed
	}
	return n, err
}

func (s *bodyStream) read(p []byte) (int, error) {
	x := s.x
	idle := time.Now().Add(x.call.StreamIdle)
	if x.call.Deadline.Before(idle) {
		idle = x.call.Deadline
	}
	x.pc.link.allowReadUntil(idle)
	if x.head.chunked && s.left == 0 {
		size, err := s.walk.next(&x.in)
		if err != nil {
			return 0, err
		}
		if size == 0 {
			return 0, s.end()
		}
		s.left = size
	}
	if s.left > 0 && int64(len(p)) > s.left {
		p = p[:s.left]
	}
	n, err := x.in.readInto(p)
	switch {
	case err == io.EOF && s.left < 0:
		return n, s.end()
	case err != nil:
		return n, unexpected(err)
	case s.left < 0:
		return n, nil
	}
	if s.left -= int64(n); s.left == 0 && !x.head.chunked {
		_ = s.end()
	}
	return n, nil
}

func (s *bodyStream) end() error {
	s.done = true
	s.x.retire()
	return io.EOF
}

// Close ends the exchange; a connection that was not read to its end is closed.
func (s *bodyStream) Close() error {
	s.x.abandon()
	return nil
}
