package http1

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
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

// headSize is an upper bound of what appendHead appends, and false when status
// or header cannot go on the wire as they are.
func headSize(r *httpmsg.Response) (size int, sendable bool) {
	if r.Status < 200 || r.Status > 999 {
		return 0, false
	}
	fields, ok := fieldsSize(&r.Header)
	return 256 + fields, ok
}

// fieldsSize is what header lines take on the wire, and false when one of them
// would let its author write raw bytes there; size is then its index.
func fieldsSize(h *httpmsg.Header) (size int, ok bool) {
	for i := range h.Len() {
		f := h.At(i)
		if !isToken(f.Name) || !isValue(f.Value) {
			return i, false
		}
		size += len(f.Name) + len(f.Value) + len(": \r\n")
	}
	return size, true
}

func (c *conn) appendHead(b []byte, r *httpmsg.Response, sh shape, now time.Time) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(r.Status), 10)
	b = append(b, ' ')
	b = append(b, http.StatusText(r.Status)...)
	b = append(b, "\r\n"...)
	for i := range r.Header.Len() {
		if f := r.Header.At(i); !doorsOwn(f.Name) {
			b = appendField(b, f.Name, f.Value)
		}
	}
	b = appendField(b, "Date", c.srv.dateAt(now))
	switch sh.kind {
	case bodyHead, bodyBytes, bodyLength:
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, sh.length, 10)
		b = append(b, "\r\n"...)
	case bodyChunked:
		b = appendField(b, "Transfer-Encoding", "chunked")
	}
	// Who speaks HTTP/1.1 needs no keep-alive; API Gateway says it to all (AF-195).
	connection := "keep-alive"
	if !sh.keep {
		connection = "close"
	}
	b = appendField(b, "Connection", connection)
	return append(b, "\r\n"...)
}

func appendField(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	b = append(b, value...)
	return append(b, "\r\n"...)
}

// doorsOwn reports whether a header line of the Handler is the server's to
// write: what frames the message, and the connection's.
func doorsOwn(name string) bool {
	switch len(name) {
	case len("date"):
		return foldEqual(name, "date")
	case len("connection"): // and keep-alive
		return foldEqual(name, "connection") || foldEqual(name, "keep-alive")
	case len("content-length"):
		return foldEqual(name, "content-length")
	case len("transfer-encoding"):
		return foldEqual(name, "transfer-encoding")
	}
	return false
}

const (
	streamBuffer = 32 << 10
	chunkHeader  = len("12345678\r\n")
	chunkTrailer = len("\r\n")
)

// stream copies a body piece by piece, each sent as soon as it is there.
func (c *conn) stream(src io.Reader, sh shape) (sent int64, err error) {
	buf := c.srv.slabs.get(streamBuffer)
	defer c.srv.slabs.put(buf)
	for {
		room := buf.b[chunkHeader : len(buf.b)-chunkTrailer]
		if sh.kind == bodyLength && int64(len(room)) > sh.length-sent {
			room = room[:sh.length-sent]
		}
		if len(room) == 0 {
			return sent, nil
		}
		n, err := src.Read(room)
		if n > 0 {
			if werr := c.sendPiece(buf.b, n, sh.kind); werr != nil {
				return sent, werr
			}
			sent += int64(n)
		}
		if err == io.EOF {
			return sent, c.endStream(sh, sent)
		}
		if err != nil {
			return sent, err
		}
	}
}

// sendPiece sends the n bytes that stand at chunkHeader in b.
func (c *conn) sendPiece(b []byte, n int, kind int) error {
	start, end := chunkHeader, chunkHeader+n
	if kind == bodyChunked {
		b[end], b[end+1] = '\r', '\n'
		end += chunkTrailer
		start = putChunkHeader(b[:chunkHeader], n)
	}
	c.link.allowWriteUntil(time.Now().Add(c.srv.limit.Write))
	_, err := c.link.write(b[start:end], nil)
	return err
}

// putChunkHeader writes the size line of a chunk to the end of b and returns
// where it begins.
func putChunkHeader(b []byte, n int) int {
	i := len(b) - 2
	b[i], b[i+1] = '\r', '\n'
	for {
		i--
		b[i] = "0123456789abcdef"[n&15]
		if n >>= 4; n == 0 {
			return i
		}
	}
}

func (c *conn) endStream(sh shape, sent int64) error {
	switch {
	case sh.kind == bodyLength && sent < sh.length:
		return ErrUnsendable // the client must see that it is cut
	case sh.kind == bodyChunked:
		c.link.allowWriteUntil(time.Now().Add(c.srv.limit.Write))
		_, err := c.link.write(lastChunk, nil)
		return err
	}
	return nil
}

var lastChunk = []byte("0\r\n\r\n")
