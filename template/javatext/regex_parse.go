package javatext

import (
	"fmt"
	"unicode"
)

// What a pattern may hold; beyond it, it is refused.
const (
	maxPatternLength = 1 << 16 // code points
	maxNesting       = 1000    // groups and classes inside one another
	maxSetRanges     = 1 << 18 // ranges of all classes together
)

type flag uint8

const (
	caseInsensitive flag = 1 << iota
	unixLines
	multiline
	dotAll
	comments
	unicodeCase
	unicodeClass
	canonical
)

// A parser reads a pattern as java.util.regex does. Its cursor moves like
// Java's, because the index in an error is the cursor's.
type parser struct {
	pattern string
	text    []rune // code points, \Q…\E spelled out, two NUL at the end
	length  int    // of text without these
	cursor  int
	flags   flag
	groups  int // capturing groups opened so far, the whole match included
	names   map[string]int
	depth   int
	ranges  int
}

// syntaxPanic carries a SyntaxError out of the recursive descent.
type syntaxPanic struct{ err *SyntaxError }

func parseRegex(pattern string) (n *node, p *parser, err error) {
	p = &parser{pattern: pattern, groups: 1, names: map[string]int{}}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case syntaxPanic:
			err = r.err
		default:
			panic(r)
		}
	}()
	p.load()
	n = p.expression()
	if p.length != p.cursor {
		if p.peek() == ')' {
			p.fail("Unmatched closing ')'")
		}
		p.fail("Unexpected internal error")
	}
	return n, p, nil
}

func (p *parser) fail(desc string) {
	panic(syntaxPanic{&SyntaxError{Desc: desc, Index: p.cursor - 1, Pattern: p.pattern}})
}

func (p *parser) refuse(format string, args ...any) {
	panic(syntaxPanic{&SyntaxError{Desc: fmt.Sprintf(format, args...), Index: -1, Pattern: p.pattern}})
}

func (p *parser) load() {
	s := joinPairs(p.pattern)
	if len(s) > maxPatternLength*4 {
		p.refuse("Pattern is longer than %d characters", maxPatternLength)
	}
	text := make([]rune, 0, len(s)+2)
	for i := 0; i < len(s); {
		r, n := decode(s[i:])
		text = append(text, r)
		i += n
	}
	if len(text) > maxPatternLength {
		p.refuse("Pattern is longer than %d characters", maxPatternLength)
	}
	text = unquote(text)
	p.length = len(text)
	text = append(text, 0, 0)
	p.text = text
}

func (p *parser) has(f flag) bool { return p.flags&f != 0 }

func (p *parser) nest() {
	if p.depth++; p.depth > maxNesting {
		p.refuse("Pattern nests deeper than %d", maxNesting)
	}
}

// at returns the code point at i, NUL behind the end.
func (p *parser) at(i int) rune {
	if i >= len(p.text) {
		return 0
	}
	return p.text[i]
}

// peek returns the next code point; under (?x) it first moves over blanks.
func (p *parser) peek() rune {
	p.skipBlanks()
	return p.at(p.cursor)
}

// read returns the next code point and moves behind it.
func (p *parser) read() rune {
	p.skipBlanks()
	r := p.at(p.cursor)
	p.cursor++
	return r
}

// next moves behind the current code point and returns the one there.
func (p *parser) next() rune {
	p.cursor++
	return p.peek()
}

// skip moves behind the next but one code point, blank or not, and returns it.
func (p *parser) skip() rune {
	r := p.at(p.cursor + 1)
	p.cursor += 2
	return r
}

func (p *parser) accept(want rune, desc string) {
	if p.read() != want {
		p.fail(desc)
	}
}

// skipBlanks moves over blanks and # comments under (?x).
func (p *parser) skipBlanks() {
	if !p.has(comments) {
		return
	}
	for {
		switch r := p.at(p.cursor); {
		case r == ' ' || r >= '\t' && r <= '\r':
			p.cursor++
		case r == '#':
			p.skipComment()
		default:
			return
		}
	}
}

func (p *parser) skipComment() {
	for p.cursor < p.length {
		p.cursor++
		if p.isLineEnd(p.at(p.cursor)) {
			return
		}
	}
}

func (p *parser) isLineEnd(r rune) bool {
	if p.has(unixLines) {
		return r == '\n'
	}
	return r == '\n' || r == '\r' || r|1 == 0x2029 || r == 0x85
}

// expression parses alternatives up to a closing parenthesis or the end.
func (p *parser) expression() *node {
	var alternatives []*node
	for {
		alternatives = append(alternatives, p.sequence())
		if p.peek() != '|' {
			break
		}
		p.next()
	}
	if len(alternatives) == 1 {
		return alternatives[0]
	}
	return &node{kind: nodeAlt, subs: alternatives}
}

func (p *parser) sequence() *node {
	seq := &node{kind: nodeSeq}
	for {
		r := p.peek()
		if r == '|' || r == ')' || r == 0 && p.cursor >= p.length {
			return seq
		}
		if r == '(' {
			if n := p.group(); n != nil {
				seq.subs = append(seq.subs, n)
			}
			continue
		}
		seq.subs = append(seq.subs, p.quantified(p.element(r)))
	}
}

// element parses what stands for one position: a character, a class, an
// anchor, an escape.
func (p *parser) element(r rune) *node {
	switch r {
	case '[':
		p.nest()
		n := p.char(p.class(true))
		p.depth--
		return n
	case '\\':
		return p.escapedElement()
	case '^':
		p.next()
		return p.lineAnchor(assertBegin, assertLine, assertLineUnix)
	case '$':
		p.next()
		if p.has(multiline) {
			return p.lineAnchor(0, assertLineEnd, assertLineEndUnix)
		}
		return p.finalAnchor()
	case '.':
		p.next()
		return p.char(p.dot())
	case '?', '*', '+':
		p.next()
		p.fail(fmt.Sprintf("Dangling meta character '%c'", r))
	case '{':
		return &node{kind: nodeSeq} // Java lets a counted quantifier stand after nothing
	}
	p.next()
	return p.char(p.foldCase(singleton(r)))
}

func (p *parser) char(s runeSet) *node {
	if p.ranges += len(s); p.ranges > maxSetRanges {
		p.refuse("Pattern has too many character classes")
	}
	return &node{kind: nodeChar, set: s}
}

func (p *parser) assertion(a assertion) *node { return &node{kind: nodeAssert, assert: a} }

func (p *parser) lineAnchor(single, multi, unix assertion) *node {
	switch {
	case !p.has(multiline):
		return p.assertion(single)
	case p.has(unixLines):
		return p.assertion(unix)
	}
	return p.assertion(multi)
}

func (p *parser) finalAnchor() *node {
	if p.has(unixLines) {
		return p.assertion(assertFinalUnix)
	}
	return p.assertion(assertFinal)
}

func (p *parser) dot() runeSet {
	switch {
	case p.has(dotAll):
		return everything()
	case p.has(unixLines):
		return singleton('\n').negate()
	}
	return ofRunes("\n\r\u0085\u2028\u2029").negate()
}

func (p *parser) foldMode() caseFold {
	switch {
	case !p.has(caseInsensitive):
		return foldNone
	case p.has(unicodeCase):
		return foldAll
	}
	return foldLatin
}

func (p *parser) foldCase(s runeSet) runeSet {
	switch p.foldMode() {
	case foldLatin:
		return s.foldASCII()
	case foldAll:
		if len(s) == 1 && s[0].lo == s[0].hi {
			return foldOne(s[0].lo)
		}
		return s.foldUnicode()
	}
	return s
}

// foldOne is foldUnicode of a single code point, without going through all.
func foldOne(r rune) runeSet {
	lower := foldUnicode(r)
	if unicode.ToUpper(r) == lower {
		return singleton(r) // ß is not ẞ, though ẞ is ß
	}
	s := runeSet{{r, r}, {lower, lower}}
	for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
		if foldUnicode(o) == lower {
			s = append(s, runeRange{o, o})
		}
	}
	return normalize(s)
}

// quantified parses the quantifier behind n, if there is one.
func (p *parser) quantified(n *node) *node {
	switch p.peek() {
	case '?':
		p.next()
		return p.loop(n, 0, optional)
	case '*':
		p.next()
		return p.loop(n, 0, unbounded)
	case '+':
		p.next()
		return p.loop(n, 1, unbounded)
	case '{':
		low, high := p.counts()
		return p.loop(n, low, high)
	}
	return n
}

func (p *parser) loop(n *node, low, high int) *node {
	l := &node{kind: nodeLoop, subs: []*node{n}, min: low, max: high}
	switch p.peek() {
	case '?':
		p.next()
		l.mode = lazy
	case '+':
		p.next()
		l.mode = possessive
	}
	return l
}

// counts parses {n}, {n,} or {n,m}.
func (p *parser) counts() (low, high int) {
	r := p.skip()
	if !isDigit(r) {
		p.fail("Illegal repetition")
	}
	low, r = p.number(r)
	high = low
	if r == ',' {
		high = unbounded
		if r = p.read(); isDigit(r) {
			high, r = p.number(r)
		}
	}
	if r != '}' {
		p.fail("Unclosed counted closure")
	}
	if high < low {
		p.fail("Illegal repetition range")
	}
	return low, high
}

func (p *parser) number(r rune) (value int, after rune) {
	for ; isDigit(r); r = p.read() {
		value = value*10 + int(r-'0')
		if value > unbounded {
			p.fail("Illegal repetition range")
		}
	}
	return value, r
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
func isLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
