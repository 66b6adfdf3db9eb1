package jsonv

import (
	"unicode/utf8"
	"unsafe"
)

// Java strings are UTF-16, and JSON's \u escapes can name half a surrogate
// pair. Such a half is kept in the three bytes that UTF-8 would give it
// (WTF-8), so that two halves that meet become one character.

// AppendUTF16 appends one UTF-16 unit; a low surrogate joins the high one that
// ends dst.
func AppendUTF16(dst []byte, unit uint16) []byte {
	if unit >= 0xDC00 && unit <= 0xDFFF {
		if high, ok := trailingHigh(dst); ok {
			r := (rune(high)-0xD800)<<10 | (rune(unit) - 0xDC00) + 0x10000
			return utf8.AppendRune(dst[:len(dst)-3], r)
		}
	}
	if unit >= 0xD800 && unit <= 0xDFFF {
		return append(dst, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F)
	}
	return utf8.AppendRune(dst, rune(unit))
}

// trailingHigh returns the high surrogate that ends dst, if one does.
func trailingHigh(dst []byte) (uint16, bool) {
	n := len(dst)
	if n < 3 || dst[n-3] != 0xED || dst[n-2] < 0xA0 || dst[n-2] > 0xAF {
		return 0, false
	}
	return 0xD000 | uint16(dst[n-2]&0x3F)<<6 | uint16(dst[n-1]&0x3F), true
}

// hex4 reads four hexadecimal digits.
func hex4(s string) (unit uint16, ok bool) {
	if len(s) < 4 {
		return 0, false
	}
	for i := range 4 {
		d, ok := hexDigit(s[i])
		if !ok {
			return 0, false
		}
		unit = unit<<4 | uint16(d)
	}
	return unit, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// stringOf returns b as a string without a copy; b must not change any more.
func stringOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// UTF16Len returns String.length of s: the number of UTF-16 units.
func UTF16Len(s string) int {
	n := 0
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c < 0x80:
			i++
		case c < 0xE0:
			i += 2
		case c < 0xF0:
			i += 3
		default:
			i += 4
			n++
		}
		n++
	}
	return n
}
