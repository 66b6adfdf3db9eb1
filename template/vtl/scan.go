package vtl

import "strings"

// The patterns that tokens are made of. Each function returns how many bytes
// at the beginning of s match, 0 for none.

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// run counts the leading bytes for which is holds.
func run(s string, is func(byte) bool) int {
	n := 0
	for n < len(s) && is(s[n]) {
		n++
	}
	return n
}

func backslashes(s string) int { return run(s, func(c byte) bool { return c == '\\' }) }

func blanks(s string) int { return run(s, func(c byte) bool { return c == ' ' || c == '\t' }) }

func spaces(s string) int {
	return run(s, func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' })
}

func digits(s string) int { return run(s, isDigit) }

// identifier is a name in a reference: letters, digits, "_" and "-".
func identifier(s string) int {
	if s == "" || !isAlpha(s[0]) && s[0] != '_' {
		return 0
	}
	return run(s, func(c byte) bool { return isAlpha(c) || isDigit(c) || c == '_' || c == '-' })
}

// word is the name of a directive.
func word(s string) int {
	if s == "" || !isAlpha(s[0]) && s[0] != '_' && s[0] != '@' {
		return 0
	}
	return 1 + run(s[1:], func(c byte) bool { return isAlpha(c) || isDigit(c) || c == '_' || c == '@' })
}

// bracketedWord is a word in curly brackets.
func bracketedWord(s string) int {
	if s == "" || s[0] != '{' {
		return 0
	}
	n := word(s[1:])
	if n == 0 || s[1] == '@' || n+1 >= len(s) || s[n+1] != '}' {
		return 0
	}
	return n + 2
}

// newline is one line end.
func newline(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return 2
	case s != "" && (s[0] == '\n' || s[0] == '\r'):
		return 1
	}
	return 0
}

// restOfLine is blanks and a newline; without a newline nothing.
func restOfLine(s string) int {
	n := blanks(s)
	if end := newline(s[n:]); end > 0 {
		return n + end
	}
	return 0
}

// number reads an integer or floating point literal with its sign. "1.." is the
// integer 1: the dots belong to a range.
func number(s string) (k, n int) {
	i := 0
	if strings.HasPrefix(s, "-") {
		i = 1
	}
	whole := digits(s[i:])
	i += whole
	if whole > 0 && strings.HasPrefix(s[i:], "..") {
		return int(tInteger), i
	}
	fraction := 0
	if i < len(s) && s[i] == '.' {
		fraction = 1 + digits(s[i+1:])
	}
	if whole == 0 && fraction < 2 {
		return mNone, 0
	}
	i += fraction
	if e := exponent(s[i:]); e > 0 {
		return int(tFloat), i + e
	}
	if fraction > 0 {
		return int(tFloat), i
	}
	return int(tInteger), i
}

func exponent(s string) int {
	if s == "" || s[0]|0x20 != 'e' {
		return 0
	}
	i := 1
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	if n := digits(s[i:]); n > 0 {
		return i + n
	}
	return 0
}

// stringLiteral reads a quoted string, in which the quote is doubled. Of the
// ends that are possible the last one counts.
func stringLiteral(s string) int {
	quote, end := s[0], 0
	for i := 1; i < len(s); {
		j := strings.IndexByte(s[i:], quote)
		if j < 0 {
			return end
		}
		end = i + j + 1
		if end >= len(s) || s[end] != quote {
			return end
		}
		i = end + 1
	}
	return end
}

// specialText is what Velocity prints of a "$" or "#" that led nowhere: only
// the "$" and "#", and backslashes right before a "$". So "$!5" prints "$5".
func specialText(s string) string {
	var out []byte
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '#', '$':
			out = append(out, s[i])
		case '\\':
			n := backslashes(s[i:])
			if i+n < len(s) && s[i+n] == '$' {
				out = append(out, s[i:i+n+1]...)
				i += n + 1 // Velocity skips one more
			}
		}
	}
	return string(out)
}
