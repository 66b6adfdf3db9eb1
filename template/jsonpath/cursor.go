package jsonpath

import "strings"

// A cursor reads a path or a filter. Offsets are bytes; all marks of the
// grammar are ASCII. Reading past the end is a syntax error, as an index out
// of range is one in Jayway.
type cursor struct {
	text string
	pos  int
	end  int // exclusive
	base int // offset of text in the path as it was given
	nest int // filters and parameters around
}

// invalid is panicked with to leave the recursive descent; Compile recovers.
// Filters give some of them a second try, but not the fatal ones.
type invalid struct {
	err   *SyntaxError
	fatal bool
}

func (c *cursor) fail(desc string) { c.failAt(c.pos, desc) }

func (c *cursor) failAt(pos int, desc string) {
	panic(invalid{err: &SyntaxError{Desc: desc, Position: c.base + pos}})
}

func (c *cursor) broken(desc string) {
	panic(invalid{err: &SyntaxError{Desc: desc, Position: c.base + c.pos}, fatal: true})
}

func (c *cursor) inside(pos int) bool { return pos >= 0 && pos < c.end }
func (c *cursor) more() bool          { return c.pos < c.end }

// at returns the byte at pos.
func (c *cursor) at(pos int) byte {
	if !c.inside(pos) {
		panic(invalid{err: &SyntaxError{Desc: "Unexpected end of path", Position: c.base + min(max(pos, 0), c.end)}, fatal: true})
	}
	return c.text[pos]
}

func (c *cursor) current() byte { return c.at(c.pos) }

// last reports whether the cursor is on the last byte, or behind it.
func (c *cursor) last() bool { return c.pos+1 >= c.end }

// trim leaves out blanks at both ends. Only the space is one.
func (c *cursor) trim() {
	c.skipBlanks()
	for c.end > c.pos && c.text[c.end-1] == ' ' {
		c.end--
	}
}

func (c *cursor) skipBlanks() {
	for c.more() && c.text[c.pos] == ' ' {
		c.pos++
	}
}

// significant returns the place of the next byte behind pos that is no blank;
// it may be the end.
func (c *cursor) significant(pos int) int {
	pos++
	for c.inside(pos) && c.text[pos] == ' ' {
		pos++
	}
	return pos
}

// significantIs reports whether the next byte behind pos that is no blank is b.
func (c *cursor) significantIs(pos int, b byte) bool {
	pos = c.significant(pos)
	return c.inside(pos) && c.text[pos] == b
}

// find returns the place of b from pos on, -1 when there is none.
func (c *cursor) find(pos int, b byte) int {
	if pos >= c.end {
		return -1
	}
	i := strings.IndexByte(c.text[pos:c.end], b)
	if i < 0 {
		return -1
	}
	return pos + i
}

// unescaped is find behind pos, passing over what follows a backslash.
func (c *cursor) unescaped(pos int, b byte) int {
	for pos++; pos < c.end; pos++ {
		switch c.text[pos] {
		case '\\':
			pos++
		case b:
			return pos
		}
	}
	return -1
}

// matching returns the place of the mark that closes the one at pos. Quoted
// strings are passed over, regular expressions where regex is set. -1 means
// that there is none.
func (c *cursor) matching(pos int, closing byte, regex bool) int {
	opening, open := c.at(pos), 1
	for pos++; pos < c.end; pos++ {
		b := c.text[pos]
		if b == '\'' || b == '"' || b == '/' && regex {
			if pos = c.unescaped(pos, b); pos < 0 {
				c.fail("Could not find matching close for " + string(b) + " when parsing : " + c.text)
			}
			continue
		}
		switch b {
		case opening:
			open++
		case closing:
			if open--; open == 0 {
				return pos
			}
		}
	}
	return -1
}

// unescape resolves the escapes of names and strings: those of JSON, and any
// other character stands for itself.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return unescapeAll(s)
}
