package jsonpath

import (
	"errors"
	"fmt"
	"strings"
)

const (
	maxPath    = 1 << 16 // bytes
	maxNesting = 50      // filters and parameters inside one another
	maxParens  = 1000    // parentheses inside one another in a filter
)

// Compile compiles a path. The error is a *[SyntaxError] where Jayway throws
// an InvalidPathException.
func Compile(path string) (p *Path, err error) {
	if path == "" {
		return nil, &SyntaxError{Desc: "json can not be null or empty"}
	}
	if len(path) > maxPath {
		return nil, &SyntaxError{Desc: fmt.Sprintf("Path is longer than %d bytes", maxPath), Path: path[:maxPath]}
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case invalid:
			p, err = nil, r.err
			r.err.Path = path
			r.err.Position = min(max(r.err.Position, 0), len(path))
		default:
			panic(r)
		}
	}()
	return compile(path, 0, 0), nil
}

// IsSyntaxError reports whether err comes from Compile, rather than from an
// evaluation.
func IsSyntaxError(err error) bool {
	var se *SyntaxError
	return errors.As(err, &se)
}

// compile compiles text, which starts at base in the path as it was given.
func compile(text string, base, nest int) *Path {
	c := &cursor{text: text, end: len(text), base: base, nest: nest}
	if nest > maxNesting {
		c.broken(fmt.Sprintf("Path nests deeper than %d", maxNesting))
	}
	c.trim()
	if first := c.current(); first != '$' && first != '@' {
		c = &cursor{text: "$." + text, end: len(text) + 2, base: base - 2, nest: nest}
		c.trim()
	}
	if c.text[c.end-1] == '.' {
		c.failAt(c.end-1, "Path must not end with a '.' or '..'")
	}
	return c.path()
}

// path parses from the context, $ or @, to the end.
func (c *cursor) path() *Path {
	for c.more() && strings.IndexByte(" \t\r\n", c.text[c.pos]) >= 0 {
		c.pos++
	}
	root := c.current()
	if root != '$' && root != '@' {
		c.fail("Path must start with '$' or '@'")
	}
	var steps []step
	if !c.last() {
		c.pos++
		if b := c.current(); b != '.' && b != '[' {
			c.fail(fmt.Sprintf("Illegal character at position %d expected '.' or '['", c.base+c.pos))
		}
		for {
			steps = c.step(steps)
			if c.last() {
				break
			}
		}
	}
	return newPath(c.text, root, invertScan(root, steps))
}

// invertScan turns $..a.sum() into $.sum($..a), as Jayway does.
func invertScan(root byte, steps []step) []step {
	if len(steps) == 0 || steps[0].kind != stepScan || steps[len(steps)-1].kind != stepCall {
		return steps
	}
	for i := range steps {
		if steps[i].kind == stepCall {
			inner := newPath("", root, append([]step(nil), steps[:i]...))
			steps[i].call.parameters = []parameter{{path: inner}}
			return steps[i:]
		}
	}
	return steps
}

// step parses the next step, with the dots before it.
func (c *cursor) step(steps []step) []step {
	switch c.current() {
	case '[':
		return append(steps, c.bracket())
	case '*':
		return append(steps, c.star())
	case '.':
		return c.dot(steps)
	}
	return append(steps, c.nameOrCall())
}

func (c *cursor) dot(steps []step) []step {
	switch {
	case c.inside(c.pos+1) && c.text[c.pos+1] == '.':
		steps = append(steps, step{kind: stepScan})
		c.pos += 2
	case c.last():
		c.fail("Path must not end with a '.")
	default:
		c.pos++
	}
	if c.current() == '.' {
		c.fail(fmt.Sprintf("Character '.' on position %d is not valid.", c.base+c.pos))
	}
	return c.step(steps)
}

func (c *cursor) star() step {
	if c.pos+1 > c.end {
		c.unparsable()
	}
	c.pos++
	return step{kind: stepWildcard}
}

func (c *cursor) unparsable() {
	c.fail(fmt.Sprintf("Could not parse token starting at position %d", c.base+c.pos))
}

// nameOrCall parses name or name(…).
func (c *cursor) nameOrCall() step {
	if b := c.current(); b == ' ' {
		c.unparsable()
	}
	start := c.pos
	for c.more() {
		switch c.current() {
		case ' ':
			c.failAt(start, fmt.Sprintf("Use bracket notion ['my prop'] if your property contains blank characters. position: %d", c.base+start))
		case '.', '[':
			if c.pos == start {
				c.unparsable()
			}
			return step{kind: stepNames, names: []string{c.text[start:c.pos]}}
		case '(':
			return c.call(c.text[start:c.pos])
		}
		c.pos++
	}
	return step{kind: stepNames, names: []string{c.text[start:c.end]}}
}
