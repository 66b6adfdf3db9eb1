package http1

import (
	"bytes"
	"net/http"

	"github.com/poterne/poterne/wire/httpmsg"
)

// A requestHead is read line by line as bytes arrive, so that a bad one is
// refused before it is whole.
type requestHead struct {
	framing
	pos   int // behind the last whole line
	began bool
	minor int // of HTTP/1.x
	to    target
}

func (h *requestHead) reset() {
	h.framing.reset()
	h.pos, h.began, h.minor, h.to = 0, false, 0, target{}
}

// parse continues through b, which begins with the head, and fills req with
// views into b. It returns done behind the empty line, or the status to refuse
// the request with.
func (h *requestHead) parse(b []byte, req *httpmsg.Request, limits *Limits) (done bool, refuse int) {
	for {
		end := bytes.IndexByte(b[h.pos:], '\n')
		if end < 0 {
			return false, h.checkPartial(b[h.pos:], limits)
		}
		line := b[h.pos : h.pos+end]
		h.pos += end + 1
		if len(line) == 0 || line[len(line)-1] != '\r' {
			return false, http.StatusBadRequest // bare LF
		}
		line = line[:len(line)-1]
		switch {
		case !h.began:
			refuse = h.requestLine(line, req, limits)
		case len(line) == 0:
			return true, h.finish(req)
		default:
			refuse = h.fieldLine(line, req, limits)
		}
		if refuse != 0 {
			return false, refuse
		}
	}
}

// checkPartial judges a line that has not ended.
func (h *requestHead) checkPartial(line []byte, limits *Limits) (refuse int) {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	switch {
	case !isValue(line):
		return http.StatusBadRequest
	case !h.began && len(line) > limits.TargetBytes+maxMethod+len("  HTTP/1.1"):
		return http.StatusRequestURITooLong
	case h.pos+len(line) > limits.headBytes():
		return http.StatusRequestHeaderFieldsTooLarge
	}
	return 0
}

const maxMethod = 64

// requestLine reads "METHOD target HTTP/1.x", one space between each.
func (h *requestHead) requestLine(line []byte, req *httpmsg.Request, limits *Limits) (refuse int) {
	h.began = true
	method, rest, ok := bytes.Cut(line, space)
	if !ok || len(method) == 0 || len(method) > maxMethod || !allOf(method, inToken) {
		return http.StatusBadRequest
	}
	raw, version, ok := bytes.Cut(rest, space)
	if !ok {
		return http.StatusBadRequest // HTTP/0.9
	}
	if len(raw) > limits.TargetBytes {
		return http.StatusRequestURITooLong
	}
	if refuse := h.version(version, req); refuse != 0 {
		return refuse
	}
	if h.to, ok = parseTarget(raw); !ok || string(method) == http.MethodConnect {
		return http.StatusBadRequest
	}
	req.Method, req.Path, req.RawQuery = methodName(method), view(h.to.path), view(h.to.query)
	return 0
}

var space = []byte{' '}

func (h *requestHead) version(b []byte, req *httpmsg.Request) (refuse int) {
	switch {
	case string(b) == "HTTP/1.1":
		req.Proto, h.minor = "HTTP/1.1", 1
	case string(b) == "HTTP/1.0":
		req.Proto, h.minor = "HTTP/1.0", 0
	case len(b) == len("HTTP/x.y") && string(b[:5]) == "HTTP/" && isDigit(b[5]) && b[6] == '.' && isDigit(b[7]):
		return http.StatusHTTPVersionNotSupported
	default:
		return http.StatusBadRequest
	}
	return 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// methodName spares a view for what is nearly always one of these.
func methodName(b []byte) string {
	switch string(b) {
	case http.MethodGet:
		return http.MethodGet
	case http.MethodPost:
		return http.MethodPost
	case http.MethodPut:
		return http.MethodPut
	case http.MethodHead:
		return http.MethodHead
	}
	return view(b)
}

func (h *requestHead) fieldLine(line []byte, req *httpmsg.Request, limits *Limits) (refuse int) {
	name, value, ok := splitField(line)
	if !ok || !h.add(name, value) {
		return http.StatusBadRequest
	}
	if h.fieldLines > limits.HeaderLines || h.fieldBytes > limits.HeaderBytes || h.pos > limits.headBytes() {
		return http.StatusRequestHeaderFieldsTooLarge
	}
	req.Header.Add(view(name), view(value))
	return 0
}

// finish judges the head as a whole.
func (h *requestHead) finish(req *httpmsg.Request) (refuse int) {
	if refuse := h.addressee(req); refuse != 0 {
		return refuse
	}
	if h.minor == 0 {
		h.expect, h.expectOdd = false, false // RFC 9110 §10.1.1: ignored in 1.0
		if h.chunked {
			return http.StatusBadRequest // RFC 9112 §6.1: faulty framing
		}
	}
	if h.expectOdd {
		return http.StatusExpectationFailed
	}
	return 0
}

// addressee sets req.Host: exactly one valid Host line, which HTTP/1.0 may do
// without. An absolute target must name the same host: obeying either of two
// would be routing by the sender's choice.
func (h *requestHead) addressee(req *httpmsg.Request) (refuse int) {
	if h.hosts == 0 && h.minor == 0 {
		req.Host = view(h.to.authority)
		if req.Host == "" || validHost(req.Host) {
			return 0
		}
		return http.StatusBadRequest
	}
	if h.hosts != 1 || !validHost(h.host) {
		return http.StatusBadRequest
	}
	if h.to.authority != nil && !bytes.EqualFold(h.to.authority, []byte(h.host)) {
		return http.StatusBadRequest
	}
	req.Host = h.host
	return 0
}

// persistent reports whether the client wants the connection kept.
func (h *requestHead) persistent() bool {
	return !h.close && (h.minor == 1 || h.keepAlive)
}
