package jsonv

import (
	"errors"
	"strings"
)

// errNotStrict sends Parse to the permissive reader.
var errNotStrict = errors.New("not strict JSON")

// strict reads RFC 8259 JSON, the form of nearly all bodies, without any of
// the permissive reader's care. Whatever it does not know, it leaves to that.
type strict struct {
	s      string
	i      int
	a      *Arena
	depth  int
	values int // still allowed
	limits Limits
}

func (a *Arena) parseStrict(src string, limits Limits) (Value, error) {
	p := strict{s: src, a: a, values: limits.Values, limits: limits}
	p.space()
	v, err := p.value()
	if err != nil {
		return Null, err
	}
	if v.kind < KindString && !p.atEnd() { // "1 x" is the string "1 x"
		return Null, errNotStrict
	}
	return v, nil
}

func (p *strict) atEnd() bool {
	p.space()
	return p.i == len(p.s)
}

func (p *strict) space() {
	for p.i < len(p.s) {
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

func (p *strict) value() (Value, error) {
	if p.values--; p.values < 0 {
		return Null, &LimitError{"values", p.limits.Values}
	}
	switch c := p.peek(); c {
	case '"':
		s, err := p.str()
		return String(s), err
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
	return Null, errNotStrict
}

func (p *strict) word(w string, v Value) (Value, error) {
	if strings.HasPrefix(p.s[p.i:], w) {
		p.i += len(w)
		return v, p.mustStop()
	}
	return Null, errNotStrict
}

// mustStop leaves "truex" and "1 2" to the permissive reader: after a bare
// word or number only a delimiter may come.
func (p *strict) mustStop() error {
	p.space()
	switch p.peek() {
	case ',', ']', '}', 0:
		return nil
	}
	return errNotStrict
}

func (p *strict) enter() error {
	if p.depth++; p.depth > p.limits.Depth {
		return &LimitError{"depth", p.limits.Depth}
	}
	p.i++
	p.space()
	return nil
}

func (p *strict) array() (Value, error) {
	if err := p.enter(); err != nil {
		return Null, err
	}
	base := len(p.a.valueStack)
	if p.peek() == ']' {
		return p.leave(p.a.sealArray(base))
	}
	for {
		v, err := p.value()
		if err != nil {
			return Null, err
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
			return Null, errNotStrict
		}
	}
}

func (p *strict) leave(v Value) (Value, error) {
	p.depth--
	p.i++
	return v, nil
}

func (p *strict) object() (Value, error) {
	if err := p.enter(); err != nil {
		return Null, err
	}
	base := len(p.a.memberStack)
	if p.peek() == '}' {
		return p.leave(p.a.sealObject(base))
	}
	for {
		if err := p.member(); err != nil {
			return Null, err
		}
		p.space()
		switch p.peek() {
		case ',':
			p.i++
			p.space()
		case '}':
			return p.leave(p.a.sealObject(base))
		default:
			return Null, errNotStrict
		}
	}
}

func (p *strict) member() error {
	if p.peek() != '"' {
		return errNotStrict
	}
	key, err := p.str()
	if err != nil {
		return err
	}
	p.space()
	if p.peek() != ':' {
		return errNotStrict
	}
	p.i++
	p.space()
	v, err := p.value()
	if err != nil {
		return err
	}
	p.a.memberStack = append(p.a.memberStack, Member{key, v})
	return nil
}

// str reads a quoted string; the current byte is the quote.
func (p *strict) str() (string, error) {
	s, start := p.s, p.i+1
	for i := start; i < len(s); i++ {
		switch s[i] {
		case '"':
			p.i = i + 1
			return s[start:i], nil
		case '\\':
			return p.escaped(start, i)
		}
	}
	return "", errNotStrict
}

// escaped reads on from the first backslash, at i.
func (p *strict) escaped(start, i int) (string, error) {
	end := closingQuote(p.s, i)
	if end < 0 {
		return "", errNotStrict
	}
	raw := p.s[start:end]
	buf := p.a.text.take(len(raw))[:0]
	buf = append(buf, raw[:i-start]...)
	buf, ok := unescapeStrict(buf, raw[i-start:])
	if !ok {
		return "", errNotStrict
	}
	p.i = end + 1
	return stringOf(buf), nil
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

func (p *strict) number() (Value, error) {
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
		return Null, errNotStrict
	}
	if i == len(s) || s[i] != '.' && s[i]|0x20 != 'e' {
		p.i = i
		return parseInteger(s[start:i]), p.mustStop()
	}
	return p.float(start, i)
}

// float reads on behind the integer part, from i.
func (p *strict) float(start, i int) (Value, error) {
	s := p.s
	if s[i] == '.' {
		i++
		digits := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		if i == digits {
			return Null, errNotStrict
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
			return Null, errNotStrict
		}
	}
	p.i = i
	v, err := parseFloat(s[start:i])
	if err != nil {
		return Null, err
	}
	return v, p.mustStop()
}

func isDigit(c byte) bool { return c-'0' <= 9 }
