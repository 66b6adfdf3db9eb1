package http1

import (
	"errors"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// maxDrain is how much of a body that nobody asked for is read to keep the
// connection; maxDrainTime is how long that may take.
const (
	maxDrain     = 256 << 10
	maxDrainTime = 5 * time.Second
)

// A body is that of the request under way.
type body struct {
	store   store
	pending bool  // on the wire, wholly or in part
	view    int   // bytes of it that lie behind the head in the input
	err     error // of reading it
}

// begin decides how the body is read. One that has arrived whole together with
// the head is a view behind it.
func (b *body) begin(c *conn) {
	h := &c.head
	*b = body{store: store{slabs: &c.srv.slabs, budget: c.srv.Budget}}
	switch {
	case !h.chunked && h.length <= 0:
		return
	case !h.chunked && h.length <= int64(c.in.buffered()) && h.length <= c.srv.limit.BodyBytes:
		b.view = int(h.length)
		c.req.SetBody(c.in.unread()[:b.view])
		c.in.skip(b.view)
	default:
		b.pending = true
		c.req.SetBodyReader(c.readFn)
	}
}

var continueLine = []byte("HTTP/1.1 100 Continue\r\n\r\n")

// readBody is what Request.Body calls on first use.
func (c *conn) readBody() ([]byte, error) {
	b := &c.body
	err := c.receiveBody()
	if err == nil {
		b.pending = false
		return b.store.bytes(), nil
	}
	b.err = bodyError(err)
	b.store.free()
	return nil, b.err
}

func (c *conn) receiveBody() error {
	b, h, limit := &c.body, &c.head, c.srv.limit.BodyBytes
	if h.length > limit {
		return errTooLarge // not a byte of it is read
	}
	now := time.Now()
	if h.expect && c.in.buffered() == 0 {
		c.link.allowWriteUntil(now.Add(c.srv.limit.Write))
		if _, err := c.link.write(continueLine, nil); err != nil {
			return err
		}
	}
	h.expect = false
	c.link.allowReadUntil(now.Add(c.srv.limit.Body))
	if h.chunked {
		return b.store.readChunked(&c.in, limit)
	}
	return b.store.readN(&c.in, h.length, h.length)
}

// bodyError translates what went wrong for the Handler.
func bodyError(err error) error {
	switch {
	case errors.Is(err, errTooLarge):
		return httpmsg.ErrBodyTooLarge
	case errors.Is(err, errOverBudget):
		return httpmsg.ErrOverloaded
	case isTimeout(err):
		return httpmsg.ErrBodyTimeout
	}
	return httpmsg.ErrBodyMalformed
}

// drainable reports whether an unread body is worth reading to keep the
// connection. Who waits for 100-continue would never send it.
func (c *conn) drainable() bool {
	return c.body.err == nil && !c.head.expect && c.head.length <= maxDrain
}

// drain reads and drops a body that the Handler did not ask for.
func (c *conn) drain() bool {
	c.link.allowReadUntil(time.Now().Add(min(maxDrainTime, c.srv.limit.Body)))
	if !c.head.chunked {
		return c.in.discard(c.head.length) == nil
	}
	var walk chunks
	for left := int64(maxDrain); ; {
		size, err := walk.next(&c.in)
		if err != nil || size > left {
			return false
		}
		if size == 0 {
			return true
		}
		if left -= size; c.in.discard(size) != nil {
			return false
		}
	}
}

// discard reads and drops n bytes.
func (in *input) discard(n int64) error {
	for n > 0 {
		if in.buffered() == 0 {
			if _, err := in.fill(); err != nil {
				return err
			}
		}
		k := int(min(n, int64(in.buffered())))
		in.skip(k)
		n -= int64(k)
	}
	return nil
}
