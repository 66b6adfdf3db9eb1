package http1

import (
	"bytes"
	"net/http"

	"github.com/poterne/poterne/wire/httpmsg"
)

const (
	maxAnswerHead  = 64 << 10 // security §2, case 62
	maxAnswerLines = 1000
	maxInterim     = 5 // 1xx answers before the final one
)

// A responseHead is the head of an answer, read whole.
type responseHead struct {
	framing
	minor  int
	noBody bool // whatever the header says: HEAD, 204, 304 (RFC 9112 §6.3)
}

// persistent reports whether the other side keeps the connection.
func (h *responseHead) persistent() bool {
	return !h.close && (h.minor == 1 || h.keepAlive) && (h.chunked || h.length >= 0 || h.noBody)
}

// receiveHead reads heads up to the final one and fills resp with views of it.
func (x *exchange) receiveHead() error {
	for range maxInterim + 1 {
		if err := x.oneHead(); err != nil {
			return err
		}
		switch status := x.resp.Status; {
		case status >= 200:
			x.in.pin()
			return nil
		case status == http.StatusSwitchingProtocols:
			return errMalformed // nobody asked
		}
	}
	return errMalformed
}

// oneHead waits until a head is whole, then parses it.
func (x *exchange) oneHead() error {
	scanned := 0
	for {
		b := x.in.unread()
		if end := bytes.Index(b[scanned:], headEnd); end >= 0 {
			end += scanned + len(headEnd)
			if end > maxAnswerHead {
				return errTooLarge
			}
			x.in.skip(end)
			return x.head.parse(b[:end], x.resp, x.req.Method)
		}
		if len(b) > maxAnswerHead {
			return errTooLarge
		}
		if !plausibleStart(b) {
			return errMalformed
		}
		scanned = max(0, len(b)-len(headEnd)+1)
		if _, err := x.in.fill(); err != nil {
			return unexpected(err)
		}
		x.heard = true
	}
}

var headEnd = []byte("\r\n\r\n")

// plausibleStart refuses what will never become an answer before it fills the
// buffer or the time.
func plausibleStart(b []byte) bool {
	n := min(len(b), len("HTTP/1."))
	return string(b[:n]) == "HTTP/1."[:n]
}

// parse reads a whole head strictly. b ends with the empty line.
func (h *responseHead) parse(b []byte, resp *httpmsg.Response, method string) error {
	h.framing.reset()
	resp.Header.Reset()
	line, rest, _ := bytes.Cut(b, crlf)
	if !h.statusLine(line, resp) {
		return errMalformed
	}
	for {
		if line, rest, _ = bytes.Cut(rest, crlf); len(line) == 0 {
			break
		}
		name, value, ok := splitField(line)
		if !ok || !h.add(name, value) {
			return errMalformed
		}
		if h.fieldLines > maxAnswerLines {
			return errTooLarge
		}
		resp.Header.Add(view(name), view(value))
	}
	if h.chunked && h.minor == 0 {
		return errMalformed
	}
	h.noBody = method == http.MethodHead || resp.Status == http.StatusNoContent || resp.Status == http.StatusNotModified
	return nil
}

var crlf = []byte("\r\n")

// statusLine reads "HTTP/1.x NNN reason". The reason may be empty, and its
// space may be missing, which many servers do.
func (h *responseHead) statusLine(line []byte, resp *httpmsg.Response) bool {
	const start = len("HTTP/1.1 ")
	if len(line) < start+3 || string(line[:start-2]) != "HTTP/1." || line[start-1] != ' ' {
		return false
	}
	switch line[start-2] {
	case '1':
		h.minor = 1
	case '0':
		h.minor = 0
	default:
		return false
	}
	code := line[start : start+3]
	if code[0] < '1' || !isDigit(code[0]) || !isDigit(code[1]) || !isDigit(code[2]) {
		return false
	}
	reason := line[start+3:]
	if len(reason) > 0 && reason[0] != ' ' || !isValue(reason) {
		return false
	}
	resp.Status = int(code[0]-'0')*100 + int(code[1]-'0')*10 + int(code[2]-'0')
	return true
}

// receiveBody reads the whole body. One that came whole together with the head
// stays where it is.
func (x *exchange) receiveBody() error {
	if n := x.head.length; !x.head.noBody && !x.head.chunked && n >= 0 && n <= min(int64(x.in.buffered()), x.call.MaxBody) {
		x.resp.Body = x.in.unread()[:n]
		x.in.skip(int(n))
		return nil
	}
	if err := x.storeBody(); err != nil {
		return err
	}
	x.resp.Body = x.body.bytes()
	return nil
}

func (x *exchange) storeBody() error {
	h, limit := &x.head, x.call.MaxBody
	switch {
	case h.noBody:
		return nil
	case h.chunked:
		return x.body.readChunked(&x.in, limit)
	case h.length > limit:
		return errTooLarge
	case h.length >= 0:
		return x.body.readN(&x.in, h.length, h.length)
	}
	return x.body.readAll(&x.in, limit)
}
