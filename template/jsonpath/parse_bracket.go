package jsonpath

import (
	"fmt"
	"strconv"
	"strings"
)

// bracket parses ['name',…], [1,…], [1:2], [*] or [?(…)].
func (c *cursor) bracket() step {
	next := c.significant(c.pos)
	if !c.inside(next) {
		c.unknownBracket()
	}
	switch b := c.text[next]; {
	case b == '\'' || b == '"':
		return c.bracketNames(b)
	case b == '-' || b == ':' || b >= '0' && b <= '9':
		return c.bracketNumbers()
	case b == '*':
		return c.bracketStar(next)
	case b == '?':
		return c.bracketFilter(next)
	}
	c.unknownBracket()
	return step{}
}

func (c *cursor) unknownBracket() {
	c.fail(fmt.Sprintf("Could not parse token starting at position %d. Expected ?, ', 0-9, * ", c.base+c.pos))
}

func (c *cursor) bracketStar(star int) step {
	if !c.significantIs(star, ']') {
		c.failAt(star+1, fmt.Sprintf("Expected wildcard token to end with ']' on position %d", c.base+star+1))
	}
	c.pos = c.significant(star) + 1
	return step{kind: stepWildcard}
}

// bracketNames parses quoted names with commas between. Quotes are those of
// the first name.
func (c *cursor) bracketNames(quote byte) step {
	var names []string
	start, last := c.pos+1, 0
	inName, comma := false, false
	i := c.pos + 1
scan:
	for ; i < c.end; i++ {
		switch b := c.text[i]; {
		case b == '\\':
			i++
		case b == ']' && !inName:
			if comma {
				c.failAt(i, fmt.Sprintf("Found empty property at index %d", c.base+i))
			}
			break scan
		case b == quote && inName:
			if !c.significantIs(i, ']') && !c.significantIs(i, ',') {
				c.failAt(i, fmt.Sprintf("Property must be separated by comma or Property must be terminated close square bracket at index %d", c.base+i))
			}
			names = append(names, unescape(c.text[start:i]))
			inName, last = false, i
		case b == quote:
			start, inName, comma = i+1, true, false
		case b == ',' && !inName:
			if comma {
				c.failAt(i, fmt.Sprintf("Found empty property at index %d", c.base+i))
			}
			comma = true
		}
	}
	if inName {
		c.fail(fmt.Sprintf("Property has not been closed - missing closing %c", quote))
	}
	if !c.significantIs(last, ']') {
		c.fail("Property has not been closed - missing closing ]")
	}
	c.pos = c.significant(last) + 1
	return step{kind: stepNames, names: names}
}

func (c *cursor) bracketNumbers() step {
	closing := c.find(c.pos+1, ']')
	if closing < 0 {
		c.unknownBracket()
	}
	text := strings.Trim(c.text[c.pos+1:closing], " ")
	if strings.Trim(text, "0123456789,-: ") != "" {
		c.unknownBracket()
	}
	s := step{kind: stepIndexes}
	if strings.Contains(text, ":") {
		s.kind, s.slice = stepSlice, c.slice(text)
	} else {
		s.indexes = c.indexes(text)
	}
	c.pos = closing + 1
	return s
}

// slice parses from:to; what follows a second colon is ignored.
func (c *cursor) slice(text string) (s slice) {
	bad := func() { c.fail("Failed to parse SliceOperation: " + text) }
	if strings.ContainsAny(text, ", ") {
		bad()
	}
	parts := strings.Split(text, ":")
	for i, part := range parts[:min(len(parts), 2)] {
		if part == "" {
			continue
		}
		n, err := strconv.ParseInt(part, 10, 32)
		if err != nil {
			c.broken(fmt.Sprintf("For input string: %q", part))
		}
		if i == 0 {
			s.from, s.hasFrom = int(n), true
		} else {
			s.to, s.hasTo = int(n), true
		}
	}
	if !s.hasFrom && !s.hasTo {
		bad()
	}
	return s
}

func (c *cursor) indexes(text string) []int {
	var out []int
	for _, part := range strings.Split(text, ",") {
		n, err := strconv.ParseInt(strings.Trim(part, " "), 10, 32)
		if err != nil {
			c.fail("Failed to parse token in ArrayIndexOperation: " + part)
		}
		out = append(out, int(n))
	}
	return out
}

// bracketFilter parses [?(…)]; question is the place of the question mark.
func (c *cursor) bracketFilter(question int) step {
	open := c.significant(question)
	if !c.inside(open) || c.text[open] != '(' {
		c.placeholder(open)
	}
	closing := c.matching(open, ')', true)
	if closing < 0 || !c.significantIs(closing, ']') {
		c.unknownBracket()
	}
	if c.nest+1 > maxNesting {
		c.broken(fmt.Sprintf("Path nests deeper than %d", maxNesting))
	}
	f := &filterParser{cursor: cursor{text: c.text, pos: open, end: closing + 1, base: c.base, nest: c.nest + 1}}
	s := step{kind: stepFilter, filter: f.parse()}
	c.pos = c.significant(closing) + 1
	return s
}

// placeholder refuses [?], which stands for predicates given by a program.
func (c *cursor) placeholder(next int) {
	if c.inside(next) && (c.text[next] == ']' || c.text[next] == ',') {
		c.fail(fmt.Sprintf("Not enough predicates supplied for filter [?] at position %d", c.base+c.pos))
	}
	c.unknownBracket()
}
