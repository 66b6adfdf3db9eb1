package jsonv

import (
	"strings"
	"unicode/utf8"
)

// permissive reads JSON as net.minidev.json.parser.JSONParserString does in
// MODE_PERMISSIVE, step by step, so that its answers and its error texts are
// the same. The names are json-smart's.
type permissive struct {
	s      string
	pos    int // of the current byte; len(s) or more at the end
	a      *Arena
	depth  int
	values int
	limits Limits
}

// eoi stands for the end of input. A byte 0x1A in the text ends it too.
const eoi = 0x1A

// What ends an unquoted text, by where it stands.
const (
	stopKey   = ":\x1a"
	stopValue = ",}\x1a"
	stopArray = ",]\x1a"
	stopFirst = "\x1a"
)

func (a *Arena) parsePermissive(src string, limits Limits) (Value, error) {
	a.clearStacks()
	p := permissive{s: src, a: a, values: limits.Values, limits: limits}
	return p.readMain(stopFirst)
}

func (p *permissive) c() byte {
	if p.pos < len(p.s) {
		return p.s[p.pos]
	}
	return eoi
}

// at converts a byte position to Java's.
func (p *permissive) at(pos int) int {
	if pos < 0 {
		return pos
	}
	end := min(pos, len(p.s))
	return UTF16Len(p.s[:end]) + pos - end
}

func (p *permissive) errChar(pos int) error {
	r := rune(p.c())
	if r >= utf8.RuneSelf {
		r, _ = utf8.DecodeRuneInString(p.s[p.pos:])
	}
	return unexpectedChar(p.at(pos), r)
}

func (p *permissive) skipSpace() {
	for {
		switch p.c() {
		case ' ', '\r', '\n', '\t':
			p.pos++
		default:
			return
		}
	}
}

// skipControl is skipSpace behind keys, values and numbers, where json-smart
// passes over everything up to the blank.
func (p *permissive) skipControl() {
	for c := p.c(); c <= ' ' && c != eoi; c = p.c() {
		p.pos++
	}
}

// readMain reads a value that is followed by one of stop.
func (p *permissive) readMain(stop string) (Value, error) {
	if p.values--; p.values < 0 {
		return Null, &LimitError{"values", p.limits.Values}
	}
	p.skipSpace()
	switch c := p.c(); c {
	case ':', '}', ']':
		return Null, p.errChar(p.pos)
	case '{':
		return p.readObject()
	case '[':
		return p.readArray()
	case '"', '\'':
		s, err := p.readString()
		return String(s), err
	default:
		if c == '-' || isDigit(c) {
			return p.readNumber(stop)
		}
	}
	first := p.c()
	text := p.readNQString(stop)
	if first <= ' ' {
		return String(text), nil // only what begins like a word is one
	}
	return wordValue(text), nil
}

func wordValue(text string) Value {
	switch text {
	case "null":
		return Null
	case "true":
		return Bool(true)
	case "false":
		return Bool(false)
	case "NaN":
		return Double(nan)
	}
	return String(text)
}

// readNQString reads text without quotes up to stop, trimmed.
func (p *permissive) readNQString(stop string) string {
	start := p.pos
	p.skipNQString(stop)
	return trim(p.s[min(start, len(p.s)):min(p.pos, len(p.s))])
}

func (p *permissive) skipNQString(stop string) {
	if p.pos >= len(p.s) {
		return
	}
	if i := strings.IndexAny(p.s[p.pos:], stop); i >= 0 {
		p.pos += i
		return
	}
	p.pos = len(p.s)
}

// trim is json-smart's: characters up to the blank go.
func trim(s string) string {
	for s != "" && s[0] <= ' ' {
		s = s[1:]
	}
	for s != "" && s[len(s)-1] <= ' ' {
		s = s[:len(s)-1]
	}
	return s
}

func (p *permissive) enter() error {
	if p.depth++; p.depth > p.limits.Depth {
		return &LimitError{"depth", p.limits.Depth}
	}
	return nil
}

func (p *permissive) readArray() (Value, error) {
	if err := p.enter(); err != nil {
		return Null, err
	}
	p.values -= arrayWeight
	base := len(p.a.valueStack)
	p.pos++
	for {
		p.skipSpace()
		switch p.c() {
		case ']':
			p.pos++
			p.depth--
			return p.a.sealArray(base), nil
		case ':', '}':
			return Null, p.errChar(p.pos)
		case ',':
			p.pos++
		case eoi:
			return Null, unexpectedEOF(p.at(p.pos)-1, "EOF")
		default:
			v, err := p.readMain(stopArray)
			if err != nil {
				return Null, err
			}
			p.a.valueStack = append(p.a.valueStack, v)
		}
	}
}

func (p *permissive) readObject() (Value, error) {
	if err := p.enter(); err != nil {
		return Null, err
	}
	p.values -= objectWeight
	base := len(p.a.memberStack)
	for {
		p.pos++
		p.skipSpace()
		switch p.c() {
		case ':', ']', '[', '{':
			return Null, p.errChar(p.pos)
		case '}':
			return p.endObject(base)
		case ',':
			continue
		}
		if err := p.readMember(); err != nil {
			return Null, err
		}
		switch p.c() {
		case '}':
			return p.endObject(base)
		case eoi:
			return Null, unexpectedEOF(p.at(p.pos)-1, "null")
		case ',':
		default:
			r, _ := utf8.DecodeRuneInString(p.s[p.pos:])
			return Null, unexpectedToken(p.at(p.pos)-1, string(r))
		}
	}
}

func (p *permissive) endObject(base int) (Value, error) {
	p.pos++
	p.depth--
	return p.a.sealObject(base), nil
}

// readMember reads key, colon and value, and the space behind them.
func (p *permissive) readMember() error {
	var key string
	var err error
	if c := p.c(); c == '"' || c == '\'' {
		if key, err = p.readString(); err != nil {
			return err
		}
	} else {
		key = p.readNQString(stopKey)
	}
	p.skipControl()
	if p.c() != ':' {
		if p.c() == eoi {
			return unexpectedEOF(p.at(p.pos)-1, "null")
		}
		r := rune(p.c())
		if r >= utf8.RuneSelf {
			r, _ = utf8.DecodeRuneInString(p.s[p.pos:])
		}
		return unexpectedChar(p.at(p.pos)-1, r)
	}
	p.pos++
	if p.pos >= len(p.s) {
		return unexpectedEOF(p.at(p.pos)-1, "EOF")
	}
	p.values -= memberWeight
	v, err := p.readMain(stopValue)
	if err != nil {
		return err
	}
	p.a.memberStack = append(p.a.memberStack, Member{key, v})
	p.skipControl()
	return nil
}

// readString reads a quoted string; the current byte is the quote.
func (p *permissive) readString() (string, error) {
	quote := p.c()
	end := strings.IndexByte(p.s[p.pos+1:], quote)
	if end < 0 {
		return "", unexpectedEOF(p.at(len(p.s)), "null")
	}
	raw := p.s[p.pos+1 : p.pos+1+end]
	if strings.IndexByte(raw, '\\') < 0 {
		p.pos += end + 2
		return raw, nil
	}
	return p.readEscaped(quote)
}

// readEscaped reads a string that has escapes. Raw control characters vanish
// here, though not from strings without escapes.
func (p *permissive) readEscaped(quote byte) (string, error) {
	buf := p.a.text.Take(min(len(p.s)-p.pos, 64))[:0]
	for {
		p.pos++
		c := p.c()
		switch {
		case c == quote:
			p.pos++
			return stringOf(buf), nil
		case c == eoi:
			return "", unexpectedEOF(p.at(p.pos)-1, "null")
		case c == '\\':
			var err error
			if buf, err = p.readEscape(buf); err != nil {
				return "", err
			}
		case c < ' ' || c == 0x7f:
		default:
			buf = append(buf, c)
		}
	}
}

// readEscape reads one escape; unknown ones vanish with their letter.
func (p *permissive) readEscape(buf []byte) ([]byte, error) {
	p.pos++
	switch c := p.c(); c {
	case 'u':
		return p.readUnicode(buf, 4)
	case 'x':
		return p.readUnicode(buf, 2)
	default:
		if plain := unescaped(c); plain != 0 {
			return append(buf, plain), nil
		}
		_, size := utf8.DecodeRuneInString(p.s[min(p.pos, len(p.s)):])
		p.pos += max(size, 1) - 1
	}
	return buf, nil
}

func (p *permissive) readUnicode(buf []byte, digits int) ([]byte, error) {
	var unit uint16
	for range digits {
		p.pos++
		d, ok := hexDigit(p.c())
		if !ok {
			if p.c() == eoi {
				return nil, unexpectedEOF(p.at(p.pos), "EOF")
			}
			r, _ := utf8.DecodeRuneInString(p.s[p.pos:])
			return nil, unexpectedUnicode(p.at(p.pos), r)
		}
		unit = unit<<4 | uint16(d)
	}
	return AppendUTF16(buf, unit), nil
}

func (p *permissive) skipDigits() {
	for isDigit(p.c()) {
		p.pos++
	}
}

// readNumber reads what begins like a number; if something else than stop
// follows, it was an unquoted text.
func (p *permissive) readNumber(stop string) (Value, error) {
	start := p.pos
	p.pos++
	p.skipDigits()
	if c := p.c(); c != '.' && c|0x20 != 'e' {
		return p.endNumber(start, stop, integerOf)
	}
	if p.c() == '.' {
		p.pos++
		p.skipDigits()
	}
	if p.c()|0x20 != 'e' {
		return p.endNumber(start, stop, parseFloat)
	}
	p.pos++
	if c := p.c(); c != '+' && c != '-' && !isDigit(c) {
		p.skipNQString(stop)
		return String(trim(p.s[start:min(p.pos, len(p.s))])), nil
	}
	p.pos++
	p.skipDigits()
	return p.endNumber(start, stop, parseFloat)
}

func integerOf(s string) (Value, error) { return parseInteger(s), nil }

func (p *permissive) endNumber(start int, stop string, parse func(string) (Value, error)) (Value, error) {
	p.skipControl()
	if c := p.c(); c < 126 && strings.IndexByte(stop, c) < 0 {
		p.skipNQString(stop)
		return String(trim(p.s[start:min(p.pos, len(p.s))])), nil
	}
	return parse(trim(p.s[start:min(p.pos, len(p.s))]))
}
