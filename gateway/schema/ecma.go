package schema

import (
	"fmt"
	"strings"

	"github.com/poterne/poterne/template/javatext"
)

// compilePattern compiles an ECMA 262 pattern. It runs on Java's engine, so
// what the two read differently is written in Java's way first: $ is the very
// end, [^] and [] are any character and none, and letters that mean nothing in
// one language do in the other.
func compilePattern(pattern string) (*javatext.Regex, error) {
	re, err := javatext.CompileRegex(javaPattern(pattern))
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	return re, nil
}

func javaPattern(pattern string) string {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(javaEscape(pattern[i], inClass))
		case inClass:
			inClass = c != ']'
			if c == '[' || c == '&' {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		case c == '$':
			b.WriteString(`\z`)
		case c == '[':
			written, n := javaClass(pattern[i:])
			b.WriteString(written)
			i += n - 1
			inClass = n == 1 || written == "[^"
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// javaClass writes the beginning of a character class and says how much of the
// pattern that is.
func javaClass(rest string) (string, int) {
	switch {
	case strings.HasPrefix(rest, "[^]"):
		return `[\s\S]`, len("[^]")
	case strings.HasPrefix(rest, "[]"):
		return `(?!)`, len("[]")
	case strings.HasPrefix(rest, "[^"):
		return "[^", len("[^")
	}
	return "[", 1
}

// javaEscape writes an escape: those that only Java knows are the letter
// itself in ECMA 262.
func javaEscape(c byte, inClass bool) string {
	switch {
	case strings.IndexByte("AGQEZzaeXRNhHVlLmMpPkKgCiIjJoOqTyYUF", c) >= 0:
		return string(c)
	case c == 'v':
		return `\x0B`
	case c == 'b' && inClass:
		return `\x08`
	case c == '0':
		return `\x00`
	}
	return `\` + string(c)
}
