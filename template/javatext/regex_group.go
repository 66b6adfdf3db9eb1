package javatext

import (
	"fmt"
	"slices"
)

// group parses from a parenthesis to behind its end and the quantifier there.
// It returns nil for flags alone, such as (?i), which hold to the end of the
// group around.
func (p *parser) group() *node {
	p.nest()
	defer func() { p.depth-- }()
	saved := p.flags
	n := p.groupHead()
	if n == nil {
		return nil
	}
	p.accept(')', "Unclosed group")
	p.flags = saved
	return p.quantified(n)
}

func (p *parser) groupHead() *node {
	if p.next() != '?' {
		return p.capture("")
	}
	switch r := p.skip(); r {
	case ':':
		return p.around(&node{kind: nodeGroup})
	case '=', '!':
		return p.around(&node{kind: nodeLook, negative: r == '!'})
	case '>':
		return p.around(&node{kind: nodeAtomic})
	case '<':
		return p.namedOrBehind()
	case '$', '@':
		p.fail("Unknown group type")
	}
	p.cursor--
	p.setFlags()
	end := p.read()
	switch {
	case end != ')' && end != ':':
		p.fail("Unknown inline modifier")
	case p.has(canonical):
		p.refuse("Canonical equivalence is not supported")
	case end == ')':
		return nil
	}
	return p.around(&node{kind: nodeGroup})
}

func (p *parser) around(n *node) *node {
	n.subs = []*node{p.expression()}
	return n
}

func (p *parser) capture(name string) *node {
	n := &node{kind: nodeGroup, group: p.groups}
	p.groups++
	if name != "" {
		p.names[name] = n.group
	}
	return p.around(n)
}

func (p *parser) namedOrBehind() *node {
	r := p.read()
	if r == '=' || r == '!' {
		return p.lookBehind(r == '!')
	}
	name := p.groupName(r)
	if _, ok := p.names[name]; ok {
		p.fail(fmt.Sprintf("Named capturing group <%s> is already defined", name))
	}
	return p.capture(name)
}

func (p *parser) lookBehind(negative bool) *node {
	start := p.cursor
	n := p.around(&node{kind: nodeLook, behind: true, negative: negative})
	n.pairs = slices.ContainsFunc(p.text[start:], func(r rune) bool { return r > 0xFFFF })
	e := n.subs[0].extent()
	if !e.bounded {
		p.fail("Look-behind group does not have an obvious maximum length")
	}
	n.minLen, n.maxLen = int(e.min), int(e.max)
	if e.max < 0 { // overflowed, and so does Java when it subtracts
		n.maxLen = unbounded
	}
	return n
}

// groupName reads a name that starts with r, up to the > behind it.
func (p *parser) groupName(r rune) string {
	if !isLetter(r) {
		p.fail("capturing group name does not start with a Latin letter")
	}
	var name []rune
	for isLetter(r) || isDigit(r) {
		name = append(name, r)
		r = p.read()
	}
	if r != '>' {
		p.fail("named capturing group is missing trailing '>'")
	}
	return string(name)
}

// setFlags reads cidmsuxU, and after a minus those to take away.
func (p *parser) setFlags() {
	minus := false
	for r := p.peek(); ; r = p.next() {
		if r == '-' && !minus {
			minus = true
			continue
		}
		f, ok := flagLetters[r]
		switch {
		case !ok:
			return
		case minus:
			p.flags &^= f
		default:
			p.flags |= f
		}
	}
}

var flagLetters = map[rune]flag{
	'c': canonical,
	'i': caseInsensitive,
	'd': unixLines,
	'm': multiline,
	's': dotAll,
	'x': comments,
	'u': unicodeCase,
	'U': unicodeClass | unicodeCase,
}
