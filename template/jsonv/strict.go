package jsonv

import (
	"errors"
	"math/bits"
	"strings"
)

// errNotStrict sends Parse to the permissive reader.
var errNotStrict = errors.New("not strict JSON")

// strict reads RFC 8259 JSON, the form of nearly all bodies, without any of
// the permissive reader's care. Whatever it does not know, it leaves to that.
// Its functions report false when reading must end; err says why, nil for
// errNotStrict.
type strict struct {
	s      string
	i      int
	a      *Arena
	depth  int
	values int // still allowed
	limits Limits
	err    error
}

func (a *Arena) parseStrict(src string, limits Limits) (Value, error) {
	p := strict{s: src, a: a, values: limits.Values, limits: limits}
	p.space()
	v, ok := p.value()
	switch {
	case p.err != nil:
		return Null, p.err
	case !ok, v.Kind() < KindString && !p.atEnd(): // "1 x" is the string "1 x"
		return Null, errNotStrict
	}
	return v, nil
}

func (p *strict) atEnd() bool {
	p.space()
	return p.i == len(p.s)
}

func (p *strict) space() {
	for p.i < len(p.s) && p.s[p.i] <= ' ' {
		switch p.s[p.i] {
		case ' ', '\n', '\r', '\t':
			p.i++
		default:
			return
		}
	}
}

// peek returns the current byte, 0 at the end.
func (p *strict) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *strict) fail(err error) (Value, bool) {
	p.err = err
	return Null, false
}

func (p *strict) value() (Value, bool) {
	if p.values--; p.values < 0 {
		return p.fail(&LimitError{"values", p.limits.Values})
	}
	switch c := p.peek(); c {
	case '"':
		s, ok := p.str()
		return String(s), ok
	case '{':
		return p.object()
	case '[':
		return p.array()
	case 't':
		return p.word("true", Bool(true))
	case 'f':
		return p.word("false", Bool(false))
	case 'n':
		return p.word("null", Null)
	default:
		if c == '-' || isDigit(c) {
			return p.number()
		}
	}
	return Null, false
}

func (p *strict) word(w string, v Value) (Value, bool) {
	if strings.HasPrefix(p.s[p.i:], w) {
		p.i += len(w)
		return v, p.stops()
	}
	return Null, false
}

// stops leaves "truex" and "1 2" to the permissive reader: after a bare word
// or number only a delimiter may come.
func (p *strict) stops() bool {
	p.space()
	switch p.peek() {
	case ',', ']', '}', 0:
		return true
	}
	return false
}

func (p *strict) enter() bool {
	if p.depth++; p.depth > p.limits.Depth {
		p.err = &LimitError{"depth", p.limits.Depth}
		return false
	}
	p.i++
	p.space()
	return true
}

func (p *strict) array() (Value, bool) {
	if !p.enter() {
		return Null, false
	}
	p.values -= arrayWeight
	base := len(p.a.valueStack)
	if p.peek() == ']' {
		return p.leave(p.a.sealArray(base))
	}
	for {
		v, ok := p.value()
		if !ok {
			return Null, false
		}
		p.a.valueStack = append(p.a.valueStack, v)
		p.space()
		switch p.peek() {
		case ',':
			p.i++
			p.space()
		case ']':
			return p.leave(p.a.sealArray(base))
		default:
			return Null, false
		}
	}
}

func (p *strict) leave(v Value) (Value, bool) {
	p.depth--
	p.i++
	return v, true
}

func (p *strict) object() (Value, bool) {
	if !p.enter() {
		return Null, false
	}
	p.values -= objectWeight
	base := len(p.a.memberStack)
	if p.peek() == '}' {
		return p.leave(p.a.sealObject(base))
	}
	for {
		key, ok := p.key()
		if !ok {
			return Null, false
		}
		p.values -= memberWeight
		v, ok := p.value()
		if !ok {
			return Null, false
		}
		p.a.memberStack = append(p.a.memberStack, Member{key, v})
		p.space()
		switch p.peek() {
		case ',':
			p.i++
			p.space()
		case '}':
			return p.leave(p.a.sealObject(base))
		default:
			return Null, false
		}
	}
}

// key reads the name of a member and goes on to its value.
func (p *strict) key() (string, bool) {
	if p.peek() != '"' {
		return "", false
	}
	key, ok := p.str()
	if !ok {
		return "", false
	}
	p.space()
	if p.peek() != ':' {
		return "", false
	}
	p.i++
	p.space()
	return key, true
}

// str reads a quoted string; the current byte is the quote.
func (p *strict) str() (string, bool) {
	s, start := p.s, p.i+1
	i := start + plainPrefix(s[start:])
	switch {
	case i == len(s):
		return "", false
	case s[i] == '"':
		p.i = i + 1
		return s[start:i], true
	}
	return p.escaped(start, i)
}

// plainPrefix returns how many bytes stand before the first quote or
// backslash. It looks at eight bytes at once.
func plainPrefix(s string) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := s[i : i+8]
		word := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		quote, slash := word^'"'*ones, word^'\\'*ones
		// The lowest high bit that is set is that of the first zero byte.
		if found := ((quote-ones)&^quote | (slash-ones)&^slash) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)>>3
		}
	}
	for i < len(s) && s[i] != '"' && s[i] != '\\' {
		i++
	}
	return i
}

// escaped reads on from the first backslash, at i.
func (p *strict) escaped(start, i int) (string, bool) {
	end := closingQuote(p.s, i)
	if end < 0 {
		return "", false
	}
	raw := p.s[start:end]
	buf, ok := unescapeStrict(p.a.text.Take(len(raw))[:0], raw)
	if !ok {
		return "", false
	}
	p.i = end + 1
	return stringOf(buf), true
}

// closingQuote returns the index of the quote that ends the string in which
// the backslash at i stands, or -1.
func closingQuote(s string, i int) int {
	for ; i < len(s); i++ {
		switch s[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return -1
}

// unescapeStrict appends raw without its escapes. Raw control characters next
// to an escape are json-smart's business.
func unescapeStrict(dst []byte, raw string) ([]byte, bool) {
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c < ' ' || c == 0x7f {
			return nil, false
		}
		if c != '\\' {
			dst = append(dst, c)
			continue
		}
		i++
		if i == len(raw) {
			return nil, false
		}
		if raw[i] == 'u' {
			unit, ok := hex4(raw[i+1:])
			if !ok {
				return nil, false
			}
			dst = AppendUTF16(dst, unit)
			i += 4
			continue
		}
		plain := unescaped(raw[i])
		if plain == 0 {
			return nil, false
		}
		dst = append(dst, plain)
	}
	return dst, true
}

// unescaped returns what the escape letter c stands for, 0 for none.
func unescaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case '"', '\\', '/', '\'':
		return c
	}
	return 0
}

func (p *strict) number() (Value, bool) {
	s, start := p.s, p.i
	i := start
	if s[i] == '-' {
		i++
	}
	digits := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == digits || s[digits] == '0' && i > digits+1 {
		return Null, false
	}
	if i == len(s) || s[i] != '.' && s[i]|0x20 != 'e' {
		p.i = i
		return parseInteger(s[start:i]), p.stops()
	}
	return p.float(start, i)
}

// float reads on behind the integer part, from i.
func (p *strict) float(start, i int) (Value, bool) {
	s := p.s
	if s[i] == '.' {
		i++
		digits := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		if i == digits {
			return Null, false
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		digits := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		if i == digits {
			return Null, false
		}
	}
	p.i = i
	v, err := parseFloat(s[start:i])
	return v, err == nil && p.stops() // the other reader says whether it is an error
}

func isDigit(c byte) bool { return c-'0' <= 9 }
