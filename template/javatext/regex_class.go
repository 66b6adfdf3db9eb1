package javatext

import "fmt"

// class parses from [ (or, as the right side of &&, from the character before
// the cursor's next) to the closing bracket, which it passes when consume is
// set.
func (p *parser) class(consume bool) runeSet {
	var items classItems
	r := p.next()
	negated := r == '^' && p.at(p.cursor-1) == '['
	if negated {
		r = p.next()
	}
	for {
		switch {
		case r == '[':
			p.nest()
			items.add(p.class(true))
			p.depth--
			r = p.peek()
			continue
		case r == '&' && p.at(p.cursor+1) == '&':
			r = p.intersection(&items)
			continue
		case r == 0 && p.cursor >= p.length:
			p.fail("Unclosed character class")
		case r == ']' && items.any:
			if consume {
				p.next()
			}
			if negated {
				return items.all.negate()
			}
			return items.all
		}
		if single, ok := p.classRange(&items); ok {
			items.addSingle(single)
		}
		r = p.peek()
	}
}

// classItems is what a class has gathered so far. Java keeps the single
// Latin-1 characters apart, in singles.
type classItems struct {
	all, last, singles runeSet
	any                bool
	composed           bool // something else than singles is there
}

func (c *classItems) addSingle(s runeSet) {
	if s[0].lo > 0xFF {
		c.add(s)
		return
	}
	c.any, c.last = true, nil
	c.singles = c.singles.union(s)
	c.all = c.all.union(c.singles)
}

func (c *classItems) add(s runeSet) {
	c.any, c.composed = true, true
	c.last = s
	c.all = c.all.union(s)
}

// intersection parses from && to the next && or the closing bracket.
func (p *parser) intersection(items *classItems) rune {
	p.next()
	r := p.next()
	var right classItems
	for r != ']' && r != '&' {
		if r != '[' {
			p.cursor--
		}
		p.nest()
		right.add(p.class(r == '['))
		p.depth--
		r = p.peek()
	}
	switch {
	case right.any && items.any:
		items.all = items.all.intersect(right.all)
		items.last = right.all
	case right.any:
		*items = classItems{all: right.all, last: right.all, any: true, composed: true}
	case !items.any:
		p.fail("Bad class syntax")
	case !items.composed: // Java intersects them with themselves
	case items.last == nil: // Java throws when it matches
		p.refuse("Nothing on the right side of &&")
	default: // Java takes the last item twice
		items.all = items.all.intersect(items.last)
	}
	return r
}

// classRange parses one item of a class: a range or an escape, which it adds
// to items, or a single character, which it returns.
func (p *parser) classRange(items *classItems) (single runeSet, ok bool) {
	r := p.peek()
	if r == '\\' {
		escaped := p.at(p.cursor + 1)
		if escaped == 'p' || escaped == 'P' {
			p.cursor++
			items.add(p.property(escaped == 'P'))
			return nil, false
		}
		beforeRange := p.at(p.cursor+2) == '-'
		p.skip()
		if escaped == 'v' && beforeRange {
			r = '\v'
		} else if s, ok := p.classEscape(escaped); ok {
			items.add(s)
			return nil, false
		} else {
			r = p.charEscape(escaped)
		}
	} else {
		p.next()
	}
	if p.peek() != '-' {
		return p.foldCase(singleton(r)), true
	}
	if end := p.at(p.cursor + 1); end == '[' || end == ']' {
		return p.foldCase(singleton(r)), true
	}
	p.next()
	items.add(p.foldCase(between(r, p.rangeEnd(r))))
	return nil, false
}

func (p *parser) rangeEnd(first rune) rune {
	last := p.peek()
	if last == '\\' {
		last = p.rangeEndEscape(p.skip())
	} else {
		p.next()
	}
	if last < first {
		p.fail("Illegal character range")
	}
	return last
}

func (p *parser) rangeEndEscape(r rune) rune {
	if r == 'v' {
		return '\v'
	}
	if _, ok := p.classEscape(r); ok {
		p.fail("Illegal character range")
	}
	return p.charEscape(r)
}

// property parses behind \p or \P.
func (p *parser) property(negated bool) runeSet {
	name := p.propertyName()
	s, err := p.propertySet(name)
	if err != "" {
		p.fail(err)
	}
	if negated {
		return s.negate()
	}
	return s
}

func (p *parser) propertyName() string {
	if p.next() != '{' {
		r := p.read()
		return string(r)
	}
	p.cursor++
	start := p.cursor
	for p.cursor < p.length && p.at(p.cursor) != '}' {
		p.cursor++
	}
	p.cursor++
	if p.cursor > p.length {
		p.fail("Unclosed character family")
	}
	if p.cursor-start <= 1 {
		p.fail("Empty character family")
	}
	return string(p.text[start : p.cursor-1])
}

func unknownProperty(name string) string {
	return fmt.Sprintf("Unknown character property name {%s}", name)
}
