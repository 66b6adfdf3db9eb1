package javatext

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const upperHex = "0123456789ABCDEF"

// EscapeJavaScript returns escapeJavaScript of commons-lang 2, which is what
// $util.escapeJavaScript calls: quotes of both kinds, backslash and slash get
// a backslash, what is not printable ASCII becomes \b, \n, \t, \f, \r or
// \uXXXX in capitals, one for each UTF-16 unit.
func EscapeJavaScript(s string) string {
	if IsPlainScript(s) {
		return s
	}
	return string(AppendEscapeJavaScript(make([]byte, 0, len(s)+len(s)/8+8), s))
}

// IsPlainScript reports whether [EscapeJavaScript] leaves s as it is.
func IsPlainScript(s string) bool {
	for i := range len(s) {
		if scripted[s[i]] {
			return false
		}
	}
	return true
}

// AppendEscapeJavaScript appends [EscapeJavaScript] of s to dst.
func AppendEscapeJavaScript(dst []byte, s string) []byte {
	for {
		n := 0
		for n < len(s) && !scripted[s[n]] {
			n++
		}
		dst = append(dst, s[:n]...)
		if s = s[n:]; s == "" {
			return dst
		}
		size := 1
		if c := s[0]; c < 0x80 {
			dst = appendScript(dst, c)
		} else {
			var r rune
			r, size = decode(s)
			dst = appendUnits(dst, r)
		}
		s = s[size:]
	}
}

// scripted marks the bytes that escapeJavaScript does not leave alone. U+007F
// is left alone, as commons-lang does.
var scripted = func() (t [256]bool) {
	for c := range t {
		t[c] = c < ' ' || c >= 0x80 || strings.IndexByte(`'"\/`, byte(c)) >= 0
	}
	return t
}()

func appendScript(dst []byte, c byte) []byte {
	switch c {
	case '\'', '"', '\\', '/':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\n':
		return append(dst, `\n`...)
	case '\t':
		return append(dst, `\t`...)
	case '\f':
		return append(dst, `\f`...)
	case '\r':
		return append(dst, `\r`...)
	}
	return appendUnit(dst, rune(c))
}

func appendUnits(dst []byte, r rune) []byte {
	if r > 0xFFFF {
		hi, lo := split(r)
		return appendUnit(appendUnit(dst, hi), lo)
	}
	return appendUnit(dst, r)
}

func appendUnit(dst []byte, u rune) []byte {
	return append(dst, '\\', 'u', upperHex[u>>12&15], upperHex[u>>8&15], upperHex[u>>4&15], upperHex[u&15])
}

// URLEncode returns URLEncoder.encode(s, UTF-8): a blank is +, letters,
// digits and . - * _ stay, every other byte is %XX.
func URLEncode(s string) string {
	s = Encode(s)
	b := make([]byte, 0, len(s)+len(s)/4+8)
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '-', c == '*', c == '_':
			b = append(b, c)
		case c == ' ':
			b = append(b, '+')
		default:
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(b)
}

// URLDecode returns URLDecoder.decode(s, UTF-8): + is a blank, %XX a byte;
// the error carries Java's text when a % starts no such byte.
func URLDecode(s string) (string, error) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		switch s[i] {
		case '+':
			b = append(b, ' ')
			i++
		case '%':
			run, n, err := percentRun(s[i:])
			if err != nil {
				return "", err
			}
			b = append(b, DecodeUTF8(run)...)
			i += n
		default:
			b = append(b, s[i])
			i++
		}
	}
	return string(b), nil
}

// percentRun reads the %XX sequences at the start of s; Java decodes each run
// of them as one piece of UTF-8.
func percentRun(s string) (run []byte, n int, err error) {
	for n+2 < len(s) && s[n] == '%' {
		v, err := strconv.ParseInt(s[n+1:n+3], 16, 16) // with a sign, as Integer.parseInt takes one
		if err != nil || v < 0 || s[n+1] == '_' {
			return nil, 0, badPercent(s[n+1 : n+3])
		}
		run = append(run, byte(v))
		n += 3
	}
	if n < len(s) && s[n] == '%' {
		return nil, 0, errors.New("URLDecoder: Incomplete trailing escape (%) pattern")
	}
	return run, n, nil
}

func badPercent(hex string) error {
	if hex[0] == '-' {
		return errors.New("URLDecoder: Illegal hex characters in escape (%) pattern - negative value")
	}
	return fmt.Errorf("URLDecoder: Illegal hex characters in escape (%%) pattern - For input string: %q", hex)
}

// Base64Encode returns Base64.getEncoder().encodeToString of the string's
// UTF-8 bytes.
func Base64Encode(s string) string {
	return base64.StdEncoding.EncodeToString([]byte(Encode(s)))
}

// Base64Decode returns Base64.getDecoder().decode(s): the standard alphabet,
// padding optional but right when there, no blanks or line ends.
func Base64Decode(s string) ([]byte, error) {
	if len(s) == 1 {
		return nil, errors.New("Input byte[] should at least have 2 bytes for base64 bytes")
	}
	n := 0
	for n < len(s) && isBase64(s[n]) {
		n++
	}
	if err := badPadding(s, n); err != nil {
		return nil, err
	}
	return base64.RawStdEncoding.DecodeString(s[:n]) // trailing bits are dropped, in Java too
}

// badPadding says what is wrong with s behind its first n characters, which
// are of the alphabet.
func badPadding(s string, n int) error {
	end := n
	if n < len(s) {
		if s[n] != '=' {
			r, _ := utf8.DecodeRuneInString(s[n:])
			return fmt.Errorf("Illegal base64 character %s", latin1Hex(r))
		}
		end++
		if n%4 == 2 {
			end++
		}
		if n%4 == 0 || n%4 == 2 && !strings.HasPrefix(s[n:], "==") {
			return errors.New("Input byte array has wrong 4-byte ending unit")
		}
	}
	switch {
	case n%4 == 1:
		return errors.New("Last unit does not have enough valid bits")
	case end < len(s):
		return fmt.Errorf("Input byte array has incorrect ending byte at %d", end)
	}
	return nil
}

// latin1Hex is Integer.toString of the byte that r is in Latin-1, which Java
// reads the text as: it has a sign, and what is not in Latin-1 is a '?'.
func latin1Hex(r rune) string {
	if r > 0xFF {
		r = '?'
	}
	return strconv.FormatInt(int64(int8(r)), 16)
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}
