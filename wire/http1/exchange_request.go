package http1

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/poterne/poterne/wire/httpmsg"
)

// checkRequest refuses what would let a header or target write raw bytes. It
// returns an upper bound of what appendRequest appends.
func checkRequest(r *httpmsg.Request) (headSize int, err error) {
	switch {
	case !isToken(r.Method):
		return 0, fmt.Errorf("%w: method %q", ErrBadRequest, r.Method)
	case r.Path == "" || r.Path[0] != '/' || !visible(r.Path) || !visible(r.RawQuery):
		return 0, fmt.Errorf("%w: target", ErrBadRequest)
	case !validHost(r.Host):
		return 0, fmt.Errorf("%w: host %q", ErrBadRequest, r.Host)
	}
	fields, ok := fieldsSize(&r.Header)
	if !ok {
		return 0, fmt.Errorf("%w: header %q", ErrBadRequest, r.Header.At(fields).Name)
	}
	if _, err := r.Body(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	return 128 + len(r.Method) + len(r.Path) + len(r.RawQuery) + len(r.Host) + fields, nil
}

// visible reports whether s can stand in a request line.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f || s[i] == '#' {
			return false
		}
	}
	return true
}

// appendRequest renders the head. Host comes first, as RFC 9110 §7.2 asks;
// framing and connection lines are ours; all else keeps order and case.
func appendRequest(b []byte, r *httpmsg.Request, body int) []byte {
	b = append(b, r.Method...)
	b = append(b, ' ')
	b = append(b, r.Path...)
	if r.RawQuery != "" {
		b = append(b, '?')
		b = append(b, r.RawQuery...)
	}
	b = append(b, " HTTP/1.1\r\n"...)
	b = appendField(b, "Host", r.Host)
	for i := range r.Header.Len() {
		if f := r.Header.At(i); !clientsOwn(f.Name) {
			b = appendField(b, f.Name, f.Value)
		}
	}
	if body > 0 || expectsBody(r.Method) {
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, int64(body), 10)
		b = append(b, "\r\n"...)
	}
	return append(b, "\r\n"...)
}

// expectsBody: RFC 9110 §8.6 wants a Content-Length of 0 where a body is usual.
func expectsBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// clientsOwn reports whether a header line is not the caller's to send: what
// frames the message, and what is between us and the next hop.
func clientsOwn(name string) bool {
	switch len(name) {
	case len("host"):
		return foldEqual(name, "host")
	case len("expect"):
		return foldEqual(name, "expect")
	case len("connection"): // and keep-alive
		return foldEqual(name, "connection") || foldEqual(name, "keep-alive")
	case len("content-length"):
		return foldEqual(name, "content-length")
	case len("proxy-connection"):
		return foldEqual(name, "proxy-connection")
	case len("transfer-encoding"):
		return foldEqual(name, "transfer-encoding")
	}
	return false
}
