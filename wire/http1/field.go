package http1

import (
	"bytes"
	"strings"
	"unsafe"
)

// What a byte may be part of.
const (
	inToken  = 1 << iota // RFC 9110 §5.6.2: methods, field names
	inValue              // RFC 9110 §5.5: field values, reason phrases
	inTarget             // see target.go
	inHost               // see target.go
)

var byteKind = byteKinds()

func byteKinds() (kind [256]uint8) {
	for c := range 256 {
		if c == '\t' || c >= ' ' && c != 0x7f {
			kind[c] |= inValue
		}
		if c > ' ' && c < 0x7f && !strings.ContainsRune("#{|}", rune(c)) {
			kind[c] |= inTarget
		}
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			kind[c] |= inToken | inHost
		}
	}
	for _, c := range "!#$%&'*+-.^_`|~" {
		kind[c] |= inToken
	}
	for _, c := range "-._~" {
		kind[c] |= inHost
	}
	return kind
}

// allOf reports whether every byte of s is of that one kind; four are looked at
// together.
func allOf[T string | []byte](s T, kind uint8) bool {
	for len(s) >= 4 {
		if byteKind[s[0]]&byteKind[s[1]]&byteKind[s[2]]&byteKind[s[3]]&kind == 0 {
			return false
		}
		s = s[4:]
	}
	for i := range len(s) {
		if byteKind[s[i]]&kind == 0 {
			return false
		}
	}
	return true
}

func isToken(s string) bool { return s != "" && allOf(s, inToken) }

// isValue is allOf(s, inValue), eight bytes at a time: header values are most
// of what is looked at byte by byte.
func isValue[T string | []byte](s T) bool {
	const (
		each    = 0x0101010101010101
		highest = 0x80 * each
	)
	for len(s) >= 8 {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		del := w ^ 0x7f*each
		odd := (w-' '*each)&^w | (del-each)&^del // the high bit of a byte below blank, or of a DEL
		if odd&highest != 0 && !allOf(s[:8], inValue) {
			return false // not a tab
		}
		s = s[8:]
	}
	return allOf(s, inValue)
}

// splitField splits a header line without its CRLF: a token, a colon right
// behind it, a value of allowed bytes without the white space around it.
// Folded lines, empty names and white space before the colon are refused
// (RFC 9112 §5).
func splitField(line []byte) (name, value []byte, ok bool) {
	i := 0
	for i < len(line) && byteKind[line[i]]&inToken != 0 {
		i++
	}
	if i == 0 || i == len(line) || line[i] != ':' {
		return nil, nil, false
	}
	name, value = line[:i], trimSpace(line[i+1:])
	return name, value, isValue(value)
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// foldEqual reports whether b is the lower-case word, in any case.
func foldEqual[T string | []byte](b T, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i := range len(b) {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// eachListItem calls f for the comma-separated items of a header value.
func eachListItem(value []byte, f func(item []byte)) {
	for len(value) > 0 {
		item, rest, _ := bytes.Cut(value, comma)
		f(trimSpace(item))
		value = rest
	}
}

var comma = []byte{','}

// view is b as a string without a copy: valid as long as b's buffer is held.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
