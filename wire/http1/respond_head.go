package http1

import (
	"net/http"
	"strconv"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

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
