package integration

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"

	"github.com/poterne/poterne/gateway/mapping"
)

// An endpoint is a URI taken apart.
type endpoint struct {
	tls   bool
	addr  string // host:port to dial
	host  string // as the Host header says it
	path  string // raw, begins with "/"
	query string // raw
}

func (e *endpoint) scheme() string {
	if e.tls {
		return "https://"
	}
	return "http://"
}

var (
	errScheme     = errors.New("the uri does not begin with http:// or https://")
	errHost       = errors.New("the uri has no host")
	errLeftOver   = errors.New("the uri has a {placeholder} without a value, or a blank") // fails on AWS as well (§10.4)
	errClientHost = errors.New("a {placeholder} stands in the host of the uri: where a call goes is the author's to say")
	errUserInfo   = errors.New("the uri has a user name in it")
)

// parseEndpoint takes uri apart without decoding anything.
func parseEndpoint(uri string) (endpoint, error) {
	e, target, err := parseAuthority(uri)
	if err == nil {
		err = e.setTarget(target)
	}
	if err != nil {
		return endpoint{}, fmt.Errorf("%w: %q", err, uri)
	}
	return e, nil
}

// parseAuthority reads scheme and host.
func parseAuthority(uri string) (e endpoint, target string, err error) {
	rest, e, err := cutScheme(uri)
	if err != nil {
		return endpoint{}, "", err
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	e.host = rest[:end]
	e.addr, err = dialAddress(e.host, e.tls)
	return e, rest[end:], err
}

// setTarget reads what follows the host.
func (e *endpoint) setTarget(target string) error {
	target, _, _ = strings.Cut(target, "#")
	for i := range len(target) {
		switch target[i] {
		case '{', '}', ' ', '\t', '\r', '\n', 0:
			return errLeftOver
		}
	}
	e.path, e.query, _ = strings.Cut(target, "?")
	for strings.HasPrefix(e.path, "//") {
		e.path = e.path[1:] // AF-239
	}
	if e.path == "" {
		e.path = "/"
	}
	return nil
}

// hasHost reports whether the host of a uri ends in its head, so that what
// follows is path or query: a client has no say in where a call goes (security
// case 45).
func hasHost(head *mapping.URI, variables mapping.ParamList) bool {
	rest, _, err := cutScheme(string(head.Append(nil, variables, nil)))
	return err == nil && strings.ContainsAny(rest, "/?#")
}

func cutScheme(uri string) (rest string, e endpoint, err error) {
	if rest, ok := cutPrefixFold(uri, "http://"); ok {
		return rest, endpoint{}, nil
	}
	if rest, ok := cutPrefixFold(uri, "https://"); ok {
		return rest, endpoint{tls: true}, nil
	}
	return "", endpoint{}, errScheme
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// dialAddress is host with a port.
func dialAddress(host string, tls bool) (string, error) {
	switch {
	case host == "" || host[0] == ':':
		return "", errHost
	case strings.Contains(host, "@"):
		return "", errUserInfo
	case strings.ContainsAny(host, "\\\"<>{}|^`%$") || strings.ContainsFunc(host, unprintable):
		return "", errHost
	}
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		return host, validPort(host[i+1:])
	}
	if tls {
		return host + ":443", nil
	}
	return host + ":80", nil
}

// unprintable is what is no visible character of ASCII.
func unprintable(r rune) bool { return r <= ' ' || r >= 0x7f }

func validPort(text string) error {
	n := 0
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' || n > 65535 {
			return errHost
		}
		n = n*10 + int(text[i]-'0')
	}
	if n == 0 || n > 65535 {
		return errHost
	}
	return nil
}

// appendPair continues a query that began at start: "&" where something is
// before, then pair.
func appendPair(dst []byte, start int, pair string) []byte {
	if len(dst) > start && dst[len(dst)-1] != '&' {
		dst = append(dst, '&')
	}
	return append(dst, pair...)
}

// write joins texts in memory of c.
func (c *Call) write(parts ...string) string {
	start := len(c.text)
	for _, part := range parts {
		c.text = append(c.text, part...)
	}
	return view(c.text[start:])
}

// view is b as a string without a copy; b must not change meanwhile.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
