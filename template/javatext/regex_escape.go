package javatext

import "fmt"

// unquote spells out \Q…\E with escapes, as Java does before it parses.
func unquote(text []rune) []rune {
	start := findQuote(text)
	if start < 0 {
		return text
	}
	out := append([]rune(nil), text[:start]...)
	rest := text[start+2:]
	quoted, opening := true, true
	for i := 0; i < len(rest); {
		r, first := rest[i], opening
		i, opening = i+1, false
		switch {
		case r == '\\' && quoted && i < len(rest) && rest[i] == 'E':
			quoted = false
			i++
		case r == '\\' && quoted:
			out = append(out, '\\', '\\')
		case r == '\\' && i < len(rest) && rest[i] == 'Q':
			quoted, opening = true, true
			i++
		case r == '\\':
			out = append(out, r)
			if i < len(rest) {
				out = append(out, rest[i])
				i++
			}
		case first && isDigit(r):
			out = append(out, '\\', 'x', '3', r) // apart from an escape such as \1 before it
		case quoted && r < 0x80 && !isLetter(r) && !isDigit(r):
			out = append(out, '\\', r)
		default:
			out = append(out, r)
		}
	}
	return out
}

func findQuote(text []rune) int {
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if text[i+1] == 'Q' {
			return i
		}
		i++
	}
	return -1
}

// escapedElement parses an escape outside of a class.
func (p *parser) escapedElement() *node {
	if r := p.at(p.cursor + 1); r == 'p' || r == 'P' {
		p.cursor++
		return p.char(p.property(r == 'P'))
	}
	r := p.skip()
	if a, ok := assertionEscapes[r]; ok {
		return p.escapedAssertion(r, a)
	}
	if s, ok := p.classEscape(r); ok {
		return p.char(s)
	}
	switch {
	case r >= '1' && r <= '9':
		return p.backref(p.refNumber(int(r - '0')))
	case r == 'k':
		return p.backref(p.refName())
	case r == 'R':
		return &node{kind: nodeLinebreak}
	case r == 'X':
		p.refuse("\\X is not supported")
	}
	return p.char(p.foldCase(singleton(p.charEscape(r))))
}

var assertionEscapes = map[rune]assertion{
	'A': assertBegin, 'B': assertNotWord, 'G': assertContinue,
	'Z': assertFinal, 'b': assertWord, 'z': assertEnd,
}

func (p *parser) escapedAssertion(r rune, a assertion) *node {
	switch r {
	case 'Z':
		return p.finalAnchor()
	case 'b':
		p.refuseGraphemes()
		fallthrough
	case 'B':
		if p.has(unicodeClass) {
			a += assertWordU - assertWord
		}
	}
	return p.assertion(a)
}

// refuseGraphemes refuses \b{g}; \b before another brace is repeated.
func (p *parser) refuseGraphemes() {
	if p.peek() != '{' || p.at(p.cursor+1) != 'g' {
		return
	}
	if p.at(p.cursor+2) == '}' {
		p.refuse("\\b{g} is not supported")
	}
	p.cursor += 3
	p.fail("Illegal/unsupported escape sequence")
}

func (p *parser) backref(group int) *node {
	return &node{kind: nodeBackref, group: group, fold: p.foldMode()}
}

// refNumber reads further digits as long as there is such a group already.
func (p *parser) refNumber(n int) int {
	for {
		r := p.peek()
		if !isDigit(r) {
			return n
		}
		longer := n*10 + int(r-'0')
		if p.groups-1 < longer {
			return n
		}
		n = longer
		p.read()
	}
}

func (p *parser) refName() int {
	if p.read() != '<' {
		p.fail("\\k is not followed by '<' for named capturing group")
	}
	name := p.groupName(p.read())
	group, ok := p.names[name]
	if !ok {
		p.fail(fmt.Sprintf("named capturing group <%s> does not exist", name))
	}
	return group
}

// classEscape returns the set of \d, \w and their like.
func (p *parser) classEscape(r rune) (runeSet, bool) {
	lower := r | 0x20
	var s runeSet
	switch lower {
	case 'd', 's', 'w':
		if p.has(unicodeClass) {
			s = unicodeEscapeSets(lower)
		} else {
			s = asciiEscapeSets(lower)
		}
	case 'h':
		s = ofRunes("\t \u00A0\u1680\u180E\u202F\u205F\u3000").union(between(0x2000, 0x200A))
	case 'v':
		s = ofRunes("\u0085\u2028\u2029").union(between('\n', '\r'))
	}
	if s == nil || !isLetter(r) {
		return nil, false
	}
	if r != lower {
		return s.negate(), true
	}
	return s, true
}

func asciiEscapeSets(r rune) runeSet {
	switch r {
	case 'd':
		return between('0', '9')
	case 's':
		return between('\t', '\r').union(singleton(' '))
	}
	return runeSet{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
}

// charEscape returns the code point that an escape stands for; r is the
// character behind the backslash.
func (p *parser) charEscape(r rune) rune {
	switch r {
	case '0':
		return p.octal()
	case 'a':
		return '\a'
	case 'c':
		return p.control()
	case 'e':
		return 0x1B
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'u':
		return p.unicodeEscape()
	case 'x':
		return p.hex()
	case 'N':
		p.refuse("\\N is not supported")
	}
	if isLetter(r) || isDigit(r) {
		p.fail("Illegal/unsupported escape sequence")
	}
	return r
}

func (p *parser) octal() rune {
	n := p.read()
	if n < '0' || n > '7' {
		p.fail("Illegal octal escape sequence")
	}
	m := p.read()
	if m < '0' || m > '7' {
		p.cursor--
		return n - '0'
	}
	o := p.read()
	if o < '0' || o > '7' || n > '3' {
		p.cursor--
		return (n-'0')*8 + m - '0'
	}
	return (n-'0')*64 + (m-'0')*8 + o - '0'
}

func (p *parser) control() rune {
	if p.cursor >= p.length {
		p.fail("Illegal control escape sequence")
	}
	return p.read() ^ 64
}

func hexValue(r rune) (rune, bool) {
	switch {
	case isDigit(r):
		return r - '0', true
	case r >= 'a' && r <= 'f':
		return r - 'a' + 10, true
	case r >= 'A' && r <= 'F':
		return r - 'A' + 10, true
	}
	return 0, false
}

func (p *parser) hex() rune {
	r := p.read()
	if hi, ok := hexValue(r); ok {
		if lo, ok := hexValue(p.read()); ok {
			return hi*16 + lo
		}
	} else if r == '{' && hexOK(p.peek()) {
		return p.hexBraces()
	}
	p.fail("Illegal hexadecimal escape sequence")
	return 0
}

func hexOK(r rune) bool { _, ok := hexValue(r); return ok }

func (p *parser) hexBraces() rune {
	var value rune
	for {
		r := p.read()
		digit, ok := hexValue(r)
		if !ok {
			if r != '}' {
				p.fail("Unclosed hexadecimal escape sequence")
			}
			return value
		}
		if value = value<<4 + digit; value > maxRune {
			p.fail("Hexadecimal codepoint is too big")
		}
	}
}

// unicodeEscape reads \uXXXX, and a second one where both are a pair.
func (p *parser) unicodeEscape() rune {
	hi := p.fourDigits()
	if !isHigh(hi) || p.at(p.cursor) != '\\' || p.at(p.cursor+1) != 'u' {
		return hi
	}
	mark := p.cursor
	p.cursor += 2
	if lo := p.fourDigits(); isLow(lo) {
		return join(hi, lo)
	}
	p.cursor = mark
	return hi
}

func (p *parser) fourDigits() rune {
	var value rune
	for range 4 {
		digit, ok := hexValue(p.read())
		if !ok {
			p.fail("Illegal Unicode escape sequence")
		}
		value = value<<4 + digit
	}
	return value
}
