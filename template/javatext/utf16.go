package javatext

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// decode reads the first code point of s (not empty), surrogate halves
// included; a byte that starts none reads as U+FFFD.
func decode(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 && isHalf(s) {
		return rune(s[0]&0x0F)<<12 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return r, n
}

// isHalf reports whether s starts with a surrogate half in three bytes.
func isHalf(s string) bool {
	return len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2] >= 0x80 && s[2] <= 0xBF
}

func isHigh(r rune) bool { return r >= 0xD800 && r <= 0xDBFF }
func isLow(r rune) bool  { return r >= 0xDC00 && r <= 0xDFFF }

// split returns the surrogate pair of a code point above U+FFFF.
func split(r rune) (hi, lo rune) {
	r -= 0x10000
	return 0xD800 + r>>10, 0xDC00 + r&0x3FF
}

func join(hi, lo rune) rune { return 0x10000 + (hi-0xD800)<<10 + (lo - 0xDC00) }

// AppendRune is utf8.AppendRune that keeps surrogate halves.
func AppendRune(dst []byte, r rune) []byte {
	if isHigh(r) || isLow(r) {
		return append(dst, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(dst, r)
}

// units returns how many UTF-16 units r takes.
func units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Length returns String.length: the number of UTF-16 units of s.
func Length(s string) int {
	n := len(s)
	for i := 0; i < len(s); {
		if s[i] < 0x80 {
			i++
			continue
		}
		r, size := decode(s[i:])
		i += size
		n += units(r) - size
	}
	return n
}

// offset returns the byte offset of UTF-16 unit number i, and half when it
// is the second unit of a pair whose four bytes start at the offset.
// ok is false when s is shorter.
func offset(s string, i int) (at int, half, ok bool) {
	if i < 0 {
		return 0, false, false
	}
	for at < len(s) && i > 0 {
		if s[at] < 0x80 {
			at++
			i--
			continue
		}
		r, size := decode(s[at:])
		if r > 0xFFFF && i == 1 {
			return at, true, true
		}
		at += size
		i -= units(r)
	}
	return at, false, i == 0
}

// Substring returns String.substring(begin, end) in UTF-16 units; ok is false
// where Java throws StringIndexOutOfBoundsException.
func Substring(s string, begin, end int) (sub string, ok bool) {
	if begin > end {
		return "", false
	}
	from, fromHalf, ok := offset(s, begin)
	if !ok {
		return "", false
	}
	to, toHalf, ok := offset(s, end)
	switch {
	case !ok:
		return "", false
	case begin == end:
		return "", true
	case !fromHalf && !toHalf:
		return s[from:to], true
	}
	var b []byte
	if fromHalf {
		r, size := decode(s[from:])
		_, lo := split(r)
		b = AppendRune(b, lo)
		from += size
	}
	b = append(b, s[from:to]...)
	if toHalf {
		r, _ := decode(s[to:])
		hi, _ := split(r)
		b = AppendRune(b, hi)
	}
	return string(b), true
}

// CharAt returns String.charAt(i), a UTF-16 unit; ok is false where Java throws
// StringIndexOutOfBoundsException.
func CharAt(s string, i int) (unit uint16, ok bool) {
	char, ok := Substring(s, i, i+1)
	if !ok || char == "" {
		return 0, false
	}
	r, _ := decode(char)
	return uint16(r), true
}

// IsWhitespace is Character.isWhitespace.
func IsWhitespace(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r >= 0x1C && r <= 0x1F:
		return true
	case r == 0xA0, r == 0x2007, r == 0x202F:
		return false
	}
	return unicode.Is(unicode.Z, r)
}

// IndexOf returns String.indexOf(sub, from) in UTF-16 units, -1 when absent.
func IndexOf(s, sub string, from int) int {
	s, sub = comparable2(s, sub)
	from = max(from, 0)
	at, _, ok := offset(s, from)
	if !ok {
		if sub == "" {
			return Length(s)
		}
		return -1
	}
	i := strings.Index(s[at:], sub)
	if i < 0 {
		return -1
	}
	return from + Length(s[at:at+i])
}

// LastIndexOf returns String.lastIndexOf(sub, from) in UTF-16 units, -1 when
// absent. Pass Length(s) to search all of s.
func LastIndexOf(s, sub string, from int) int {
	if from < 0 {
		return -1
	}
	s, sub = comparable2(s, sub)
	at, _, ok := offset(s, from)
	if !ok {
		at = len(s)
	}
	i := strings.LastIndex(s[:min(len(s), at+len(sub))], sub)
	if i < 0 {
		return -1
	}
	return Length(s[:i])
}

// comparable2 makes bytes comparable where a pair may meet one of its halves.
func comparable2(a, b string) (string, string) {
	if hasHalves(a) || hasHalves(b) {
		return splitPairs(a), splitPairs(b)
	}
	return a, b
}

func hasHalves(s string) bool {
	for i := strings.IndexByte(s, 0xED); i >= 0; {
		if isHalf(s[i:]) {
			return true
		}
		next := strings.IndexByte(s[i+1:], 0xED)
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// splitPairs writes every pair as two halves of three bytes.
func splitPairs(s string) string {
	if !hasPairs(s) {
		return s
	}
	b := make([]byte, 0, len(s)+len(s)/2)
	for i := 0; i < len(s); {
		if s[i] < 0xF0 {
			b = append(b, s[i])
			i++
			continue
		}
		r, n := decode(s[i:])
		i += n
		if r <= 0xFFFF {
			b = AppendRune(b, r)
			continue
		}
		hi, lo := split(r)
		b = AppendRune(AppendRune(b, hi), lo)
	}
	return string(b)
}

// hasPairs reports whether s has a code point above U+FFFF in four bytes.
func hasPairs(s string) bool {
	for i := range len(s) {
		if s[i] >= 0xF0 {
			return true
		}
	}
	return false
}

// joinPairs is the reverse of splitPairs.
func joinPairs(s string) string {
	if !hasHalves(s) {
		return s
	}
	return rewriteHalves(s, AppendRune)
}

// EncodeFrom is Encode of b[from:], in place.
func EncodeFrom(b []byte, from int) []byte {
	if bytes.IndexByte(b[from:], 0xED) < 0 || !hasHalves(string(b[from:])) {
		return b
	}
	return append(b[:from], Encode(string(b[from:]))...)
}

// Encode returns s as Java writes it in UTF-8: halves that met are one code
// point again, a lone half is a question mark.
func Encode(s string) string {
	if !hasHalves(s) {
		return s
	}
	return rewriteHalves(s, func(b []byte, _ rune) []byte { return append(b, '?') })
}

func rewriteHalves(s string, lone func([]byte, rune) []byte) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if !isHalf(s[i:]) {
			b = append(b, s[i])
			i++
			continue
		}
		r, _ := decode(s[i:])
		i += 3
		if isHigh(r) && isHalf(s[i:]) {
			if lo, _ := decode(s[i:]); isLow(lo) {
				b = AppendRune(b, join(r, lo))
				i += 3
				continue
			}
		}
		b = lone(b, r)
	}
	return string(b)
}

// DecodeUTF8 returns new String(b, UTF_8): what is not UTF-8 becomes U+FFFD,
// one for each longest start of a sequence.
func DecodeUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	out := make([]byte, 0, len(b)+16)
	for len(b) > 0 {
		if r, n := utf8.DecodeRune(b); r != utf8.RuneError || n > 1 {
			out = append(out, b[:n]...)
			b = b[n:]
			continue
		}
		out = append(out, "\uFFFD"...)
		b = b[truncated(b):]
	}
	return string(out)
}

// truncated returns how many bytes at the start of b (which is no whole
// sequence) could still have become one.
func truncated(b []byte) int {
	for n := min(len(b), 3); n > 1; n-- {
		if !utf8.FullRune(b[:n]) {
			return n
		}
	}
	return 1
}

// CompareTo returns String.compareTo: the difference of the first UTF-16
// units that differ, else of the lengths.
func CompareTo(a, b string) int {
	for {
		if a == "" || b == "" {
			return Length(a) - Length(b)
		}
		if a[0] < 0x80 && a[0] == b[0] {
			a, b = a[1:], b[1:]
			continue
		}
		ua, resta := firstUnit(a)
		ub, restb := firstUnit(b)
		if ua != ub {
			return int(ua) - int(ub)
		}
		a, b = resta, restb
	}
}

// firstUnit takes one UTF-16 unit off s; the rest of a pair stays as a half.
func firstUnit(s string) (unit rune, rest string) {
	r, n := decode(s)
	if r <= 0xFFFF {
		return r, s[n:]
	}
	hi, lo := split(r)
	return hi, string(AppendRune(nil, lo)) + s[n:]
}
