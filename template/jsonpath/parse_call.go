package jsonpath

import "fmt"

// call parses the parameters of a function; the cursor is on the parenthesis.
func (c *cursor) call(name string) step {
	if c.closingParen() < 0 {
		c.fail(fmt.Sprintf("Arguments to function: '%s' are not closed properly.", name))
	}
	s := step{kind: stepCall, call: &call{name: name}}
	c.pos++
	if c.current() == ')' {
		return s // the cursor stays on the parenthesis: what follows is read as a name
	}
	s.call.parameters = c.parameters(name)
	return s
}

// closingParen counts parentheses only, quoted or not, as Jayway does.
func (c *cursor) closingParen() int {
	open := 0
	for i := c.pos; i < c.end; i++ {
		switch c.text[i] {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
}

// parameterReader splits parameters at commas and tells paths from JSON.
type parameterReader struct {
	*cursor
	name                             string
	parens, brackets, braces, quotes int
	kind                             parameterKind
	text                             []byte
	start                            int
	found                            []parameter
}

type parameterKind uint8

const (
	parameterUnknown parameterKind = iota
	parameterJSON
	parameterPath
)

// parameters parses up to behind the closing parenthesis.
func (c *cursor) parameters(name string) []parameter {
	r := &parameterReader{cursor: c, name: name, parens: 1}
	prior := byte(0)
	for done := false; c.more() && !done; {
		b := c.current()
		c.pos++
		if r.kind == parameterUnknown && !r.begin(b) {
			continue
		}
		if b == '\\' && r.quotes == 1 && c.more() && (c.current() == ',' || c.current() == '"') {
			r.text = append(r.text, c.current())
			c.pos++
			prior = 0
			continue
		}
		done = r.mark(b, prior)
		separates := b == ',' && r.braces == 0 && r.brackets == 0 && r.parens == 1
		if r.kind != parameterUnknown && !separates {
			r.text = append(r.text, b)
		}
		prior = b
	}
	if r.parens != 0 || r.brackets != 0 || r.braces != 0 {
		c.fail(fmt.Sprintf("Arguments to function: '%s' are not closed properly.", name))
	}
	return r.found
}

// begin looks at a byte between parameters; blanks are passed over.
func (r *parameterReader) begin(b byte) bool {
	switch {
	case b == ' ' || b == '\t' || b == '\n' || b == '\r':
		return false
	case b == '{' || b == '"' || b == '-' || b >= '0' && b <= '9':
		r.kind, r.start = parameterJSON, r.pos-1
	case b == '$' || b == '@':
		r.kind, r.start = parameterPath, r.pos-1
	}
	return true
}

// mark counts brackets and quotes; at a comma or the last parenthesis it ends
// the parameter. It reports whether that was the last one.
func (r *parameterReader) mark(b, prior byte) (last bool) {
	switch b {
	case '"':
		if prior != '\\' && r.quotes > 0 {
			r.quotes--
		} else {
			r.quotes++
		}
	case '(':
		r.parens++
	case '{':
		r.braces++
	case '[':
		r.brackets++
	case '}':
		r.braces = r.close(r.braces, "brace '}'")
	case ']':
		r.brackets = r.close(r.brackets, "bracket ']'")
	case ')':
		if r.parens--; r.parens < 0 || prior == '(' {
			r.text = append(r.text, b)
		}
		return r.end(b)
	case ',':
		return r.end(b)
	}
	return false
}

func (r *parameterReader) close(open int, what string) int {
	if open == 0 {
		r.fail(fmt.Sprintf("Unexpected close %s at character position: %d", what, r.base+r.pos))
	}
	return open - 1
}

func (r *parameterReader) end(b byte) (last bool) {
	if r.quotes != 0 || r.braces != 0 || r.brackets != 0 || r.parens > 1 || r.parens == 0 && b != ')' {
		return false
	}
	switch r.kind {
	case parameterJSON:
		r.found = append(r.found, parameter{json: string(r.text)})
	case parameterPath:
		if r.nest+1 > maxNesting {
			r.broken(fmt.Sprintf("Path nests deeper than %d", maxNesting))
		}
		inner := &cursor{text: string(r.text), end: len(r.text), base: r.base + r.start, nest: r.nest + 1}
		r.found = append(r.found, parameter{path: inner.path()})
	}
	r.text, r.kind = nil, parameterUnknown
	return r.parens == 0
}
