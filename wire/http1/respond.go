package http1

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// Errors that Response.Done gets besides those of the network.
var (
	// ErrUnsendable: status, header or length of the Handler's answer cannot
	// be sent as HTTP/1.1; the client got a 500 or a cut connection.
	ErrUnsendable = errors.New("http1: unsendable answer")
	// ErrPanicked: the Handler panicked after it had set Done.
	ErrPanicked = errors.New("http1: handler panicked")
)

// maxCoalesced is the largest body that is copied behind the head to save the
// kernel a second piece.
const maxCoalesced = 8 << 10

// answer sends what the Handler left in c.resp and reports whether the
// connection may serve another request.
func (c *conn) answer() (again bool) {
	if c.aborted {
		return false
	}
	if c.resp.Status == 0 {
		c.resp.Status = c.ownStatus()
		c.fillRefusal()
	}
	keep := c.head.persistent() && !c.srv.conns.draining.Load() && c.body.err == nil &&
		(!c.body.pending || c.drainable())
	sent, keep, err := c.respond(keep)
	c.done(sent, err)
	if err != nil {
		return false
	}
	if keep && c.body.pending {
		keep = c.drain()
	}
	c.lingers = !keep && (c.body.pending || c.in.buffered() > 0)
	return keep
}

// ownStatus is what the server answers when the Handler did not: the reason
// why it has no body, or 500.
func (c *conn) ownStatus() int {
	switch c.body.err {
	case httpmsg.ErrBodyTooLarge:
		return http.StatusRequestEntityTooLarge
	case httpmsg.ErrBodyMalformed:
		return http.StatusBadRequest
	case httpmsg.ErrBodyTimeout:
		return http.StatusRequestTimeout
	case httpmsg.ErrOverloaded:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// refuse answers a request whose head is not worth a Handler, and closes.
func (c *conn) refuse(status int) {
	c.head.close = true
	c.resp.Status = status
	c.fillRefusal()
	_, _, err := c.respond(false)
	c.lingers = err == nil
	c.finish()
}

func (c *conn) fillRefusal() {
	if c.srv.Refuse != nil {
		c.srv.Refuse(&c.resp)
	}
}

// done tells the Handler's side that its answer is out.
func (c *conn) done(sent int64, err error) {
	f := c.resp.Done
	if f == nil {
		return
	}
	c.resp.Done = nil
	defer func() {
		if v := recover(); v != nil {
			c.srv.log(slog.LevelError, "Done panicked", "panic", v)
		}
	}()
	f(sent, err)
}

// lingerTime bounds linger.
const lingerTime = 2 * time.Second

// linger lets the client read the answer: closing with unread bytes makes the
// kernel reset the connection, and the answer may be lost on its way.
func (c *conn) linger() {
	half, ok := c.link.conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	now := time.Now()
	c.idleSince.Store(now.Unix())
	c.link.allowReadUntil(now.Add(lingerTime))
	if !c.goIdle() { // shutdown need not wait
		return
	}
	for {
		c.in.skip(c.in.buffered())
		if _, err := c.in.fill(); err != nil {
			return
		}
	}
}

// How a body is framed.
const (
	bodyNone    = iota // no body and no word about it: 204, 304
	bodyHead           // Content-Length only: answers to HEAD
	bodyBytes          // resp.Body
	bodyLength         // resp.Stream of known length
	bodyChunked        // resp.Stream in chunks
	bodyClose          // resp.Stream until the connection ends: HTTP/1.0
)

// A shape is how an answer will be framed.
type shape struct {
	kind   int
	length int64 // of bodyHead, bodyBytes, bodyLength
	keep   bool  // the connection
}

func (c *conn) shapeOf(r *httpmsg.Response, keep bool) shape {
	announced, has := announcedLength(r)
	switch {
	case r.Status == http.StatusNoContent, r.Status == http.StatusNotModified && !has:
		return shape{bodyNone, 0, keep}
	case r.Status == http.StatusNotModified, c.req.Method == http.MethodHead && len(r.Body) == 0 && has:
		return shape{bodyHead, announced, keep}
	case c.req.Method == http.MethodHead && r.Stream != nil:
		return shape{bodyNone, 0, keep}
	case c.req.Method == http.MethodHead:
		return shape{bodyHead, int64(len(r.Body)), keep}
	case r.Stream == nil:
		return shape{bodyBytes, int64(len(r.Body)), keep}
	case has:
		return shape{bodyLength, announced, keep}
	case c.head.minor == 0:
		return shape{bodyClose, 0, false}
	}
	return shape{bodyChunked, 0, keep}
}

// announcedLength is the Content-Length that the Handler set; it counts only
// where the server cannot know better.
func announcedLength(r *httpmsg.Response) (int64, bool) {
	if r.Stream == nil && len(r.Body) > 0 {
		return 0, false
	}
	v, ok := r.Header.Get("Content-Length")
	if !ok {
		return 0, false
	}
	return parseLength(v)
}

// respond sends c.resp and closes its stream.
func (c *conn) respond(keep bool) (sent int64, kept bool, err error) {
	r := &c.resp
	size, ok := headSize(r)
	if !ok {
		size = c.replaceUnsendable()
		keep = false
	}
	sh := c.shapeOf(r, keep)
	small := sh.kind == bodyBytes && len(r.Body) <= maxCoalesced
	if small {
		size += len(r.Body)
	}
	out, pooled := c.outFor(size)
	defer c.srv.slabs.put(pooled)
	now := time.Now()
	c.answered = now
	head := c.appendHead(out, r, sh, now)
	headLen := len(head)
	var tail []byte
	switch {
	case small:
		head = append(head, r.Body...)
	case sh.kind == bodyBytes:
		tail = r.Body
	}
	c.link.allowWriteUntil(now.Add(c.srv.limit.writeTime(len(head) + len(tail))))
	n, err := c.send(head, tail, sh.keep && r.Stream == nil)
	sent = max(0, n-int64(headLen))
	if err == nil && r.Stream != nil && sh.kind >= bodyLength {
		sent, err = c.stream(r.Stream, sh)
	}
	closeStream(r)
	return sent, sh.keep, err
}

// send sends an answer, together with others' if it may be posted.
func (c *conn) send(head, tail []byte, post bool) (int64, error) {
	if post && c.link.post(opSend, head, tail) {
		return int64(len(head) + len(tail)), nil
	}
	return c.link.write(head, tail)
}

// outFor is memory for size bytes of an answer: what is free behind the request
// in its own buffer, which is at hand in the processor's cache, or a slab.
func (c *conn) outFor(size int) (out []byte, pooled *slab) {
	if s := c.in.slab; s != nil && size <= len(s.b)-c.in.w {
		return s.b[c.in.w:c.in.w:len(s.b)], nil
	}
	pooled = c.srv.slabs.get(size)
	return pooled.b[:0], pooled
}

func closeStream(r *httpmsg.Response) {
	if r.Stream != nil {
		_ = r.Stream.Close() // its reader has nothing to say any more
		r.Stream = nil
	}
}

// replaceUnsendable puts a 500 where an answer stood that would have let its
// author write raw bytes on the connection. It returns that one's headSize.
func (c *conn) replaceUnsendable() int {
	c.srv.log(slog.LevelError, "answer cannot be sent", "status", c.resp.Status, "method", c.req.Method, "path", c.req.Path)
	c.done(0, ErrUnsendable)
	closeStream(&c.resp)
	c.resp.Reset()
	c.resp.Status = http.StatusInternalServerError
	c.fillRefusal()
	size, ok := headSize(&c.resp)
	if !ok {
		c.resp.Reset()
		c.resp.Status = http.StatusInternalServerError
		size, _ = headSize(&c.resp)
	}
	return size
}
