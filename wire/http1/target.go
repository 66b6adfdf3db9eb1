package http1

import (
	"bytes"
	"strings"
)

// A target is a request target split for routing. Views into the head.
type target struct {
	path, query []byte
	authority   []byte // of an absolute form; nil for "/…"
}

// parseTarget splits the origin form ("/path?query") and the absolute form
// ("http://host/path"). The authority form and "*" are refused: this server
// tunnels nothing and has nothing to say about itself. Bytes that a URI cannot
// hold are refused, and so are unescaped "{", "|", "}" (data plane §2.5); the
// other characters that RFC 3986 wants escaped but browsers send raw pass.
func parseTarget(b []byte) (t target, ok bool) {
	if len(b) == 0 || !allOf(b, inTarget) {
		return t, false
	}
	if b[0] != '/' {
		if t.authority, b, ok = cutAuthority(b); !ok {
			return t, false
		}
	}
	t.path = b
	if i := bytes.IndexByte(b, '?'); i >= 0 {
		t.path, t.query = b[:i], b[i+1:]
	}
	if len(t.path) == 0 {
		t.path = rootPath
	}
	return t, validEscapes(t.path)
}

var rootPath = []byte("/")

func cutAuthority(b []byte) (authority, rest []byte, ok bool) {
	i := bytes.Index(b, []byte("://"))
	if i < 0 || !foldEqual(b[:i], "http") && !foldEqual(b[:i], "https") {
		return nil, nil, false
	}
	b = b[i+3:]
	end := bytes.IndexAny(b, "/?")
	if end < 0 {
		end = len(b)
	}
	return b[:end], b[end:], end > 0
}

// validEscapes reports whether each "%" begins an escape. A router that
// decodes would otherwise fail later, and differently.
func validEscapes(path []byte) bool {
	for {
		i := bytes.IndexByte(path, '%')
		if i < 0 {
			return true
		}
		if len(path) < i+3 || !isHex(path[i+1]) || !isHex(path[i+2]) {
			return false
		}
		path = path[i+3:]
	}
}

func isHex(c byte) bool { _, ok := hexDigit(c); return ok }

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

const maxHost = 255 + len(":65535")

// validHost reports whether s is a name, an IPv4 or a bracketed IPv6 address,
// with an optional port: stricter than RFC 3986, whose commas, user infos and
// escapes serve nobody but those who confuse routers.
func validHost(s string) bool {
	if s == "" || len(s) > maxHost {
		return false
	}
	if s[0] == '[' {
		end := strings.IndexByte(s, ']')
		return end > 2 && allOf(s[1:end], inTarget) && strings.Trim(s[1:end], "0123456789abcdefABCDEF:.") == "" &&
			(end+1 == len(s) || s[end+1] == ':' && validPort(s[end+2:]))
	}
	name, port, hasPort := strings.Cut(s, ":")
	return name != "" && allOf(name, inHost) && (!hasPort || validPort(port))
}

// validPort allows the empty port, as RFC 3986 does.
func validPort(s string) bool {
	if len(s) > 5 {
		return false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n < 1<<16
}
