// Package httpmsg holds HTTP messages as they travel over the wire: raw
// targets, ordered headers with their original case, and bodies as bytes.
//
// A door (wire/http1, or net/http for HTTP/2) fills a Request in place and
// hands it to a Handler, which fills the Response. Strings and slices of both
// may point into buffers of the door: they are valid until Handle returns, and
// who keeps one longer clones it.
package httpmsg

import (
	"crypto/tls"
	"errors"
	"io"
	"net/netip"
	"time"
)

// A Handler answers one request by filling resp. It must not keep req, resp or
// anything that they point to.
type Handler interface {
	Handle(req *Request, resp *Response)
}

// HandlerFunc is a function as a Handler.
type HandlerFunc func(*Request, *Response)

// Handle calls f.
func (f HandlerFunc) Handle(req *Request, resp *Response) { f(req, resp) }

// Errors of Request.Body, for a handler to answer with the right status.
var (
	// ErrBodyTooLarge: the body is longer than the door's limit; nothing
	// beyond the limit was stored.
	ErrBodyTooLarge = errors.New("request body too large")
	// ErrBodyMalformed: the framing of the body is wrong, or it ended early.
	ErrBodyMalformed = errors.New("malformed request body")
	// ErrBodyTimeout: the client did not send the body in time.
	ErrBodyTimeout = errors.New("request body timed out")
	// ErrOverloaded: the server holds as many body bytes as it may.
	ErrOverloaded = errors.New("too many request bytes in flight")
)

// A Request is one request as it was received, or as it is to be sent.
type Request struct {
	Method   string // as sent: methods are case-sensitive
	Path     string // raw, still percent-encoded; begins with "/"
	RawQuery string // raw, without "?"
	Host     string // of the Host header (or :authority), with the port if one was sent
	Proto    string // "HTTP/1.1", "HTTP/1.0" or "HTTP/2.0"
	Header   Header // every line, framing and hop-by-hop ones included

	Remote   netip.AddrPort       // peer of the socket, or the client behind a trusted proxy
	TLS      *tls.ConnectionState // nil on cleartext
	Received time.Time            // when the first byte of the head was read

	body     []byte
	bodyErr  error
	readBody func() ([]byte, error)
}

// Body returns the whole body, reading it on first use (the door then sends
// 100-continue if the client waits for it). The error is one of ErrBody… or
// ErrOverloaded, and stays the same on later calls.
func (r *Request) Body() ([]byte, error) {
	if r.readBody != nil {
		read := r.readBody
		r.readBody = nil
		r.body, r.bodyErr = read()
	}
	return r.body, r.bodyErr
}

// SetBody makes b the body.
func (r *Request) SetBody(b []byte) { r.body, r.bodyErr, r.readBody = b, nil, nil }

// SetBodyReader makes Body call read, once, on first use.
func (r *Request) SetBodyReader(read func() ([]byte, error)) {
	r.body, r.bodyErr, r.readBody = nil, nil, read
}

// Reset empties r and keeps the memory of its header.
func (r *Request) Reset() {
	h := r.Header
	h.Reset()
	*r = Request{Header: h}
}

// A Response is an answer to send, or as it was received.
type Response struct {
	Status int
	Header Header // framing lines (Content-Length, Transfer-Encoding, Connection) and Date are the door's
	Body   []byte

	// Stream, when not nil, is the body instead of Body: the door copies it
	// chunk by chunk as it arrives and closes it.
	Stream io.ReadCloser

	// Done, when not nil, is called once after the last byte was written or
	// the connection was lost, with the number of body bytes sent.
	Done func(sent int64, err error)

	scratch []byte
	held    Releaser
}

// maxScratch bounds what one Response keeps between uses: a rare large answer
// must not stay allocated for the life of a connection.
const maxScratch = 64 << 10

// Scratch returns an empty slice whose memory belongs to r and lives through
// Reset. Append the body to it and hand the result to SetScratch.
func (r *Response) Scratch() []byte { return r.scratch[:0] }

// SetScratch makes b the Body and gives its memory to r for the next Scratch.
// Never pass a slice that anyone else keeps; assign such a one to Body.
func (r *Response) SetScratch(b []byte) {
	r.Body = b
	if cap(b) <= maxScratch {
		r.scratch = b[:0]
	}
}

// A Releaser takes back the memory that the views in a message point into.
type Releaser interface{ Release() }

// Hold ties r to the owner of the memory that it points into: Reset calls
// owner.Release once. Who fills a Response with views of its own buffers (the
// client of wire/http1) calls it; who reads one only calls Reset.
func (r *Response) Hold(owner Releaser) {
	r.drop()
	r.held = owner
}

func (r *Response) drop() {
	if owner := r.held; owner != nil {
		r.held = nil
		owner.Release()
	}
}

// Reset empties r, releases what it holds, and keeps the memory of its header
// and of Scratch. Body is forgotten, not reused: it may be someone else's.
func (r *Response) Reset() {
	r.drop()
	r.Header.Reset()
	r.Status, r.Body, r.Stream, r.Done = 0, nil, nil, nil
}
