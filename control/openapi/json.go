package openapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A jsonReader reads RFC 8259 JSON into nodes. It exists because a finding
// needs a line and a column, which encoding/json does not give.
type jsonReader struct {
	src     []byte
	at      int // of the next byte
	line    int32
	start   int // of the line
	wide    int // continuation bytes of UTF-8 since start
	nodes   int
	replace func(string) string
	tree    tree
}

func readJSON(document []byte, replace func(string) string) (t tree, err error) {
	r := &jsonReader{src: document, line: 1, replace: replace}
	root, err := r.value(0)
	if err != nil {
		return tree{}, err
	}
	if r.space(); r.at < len(r.src) {
		return tree{}, r.errorf("more text after the end of the JSON document")
	}
	r.tree.root = root
	return r.tree, nil
}

func (r *jsonReader) position() position {
	return position{r.line, int32(r.at - r.start - r.wide + 1)}
}

func (r *jsonReader) errorf(format string, args ...any) error {
	return syntaxErrorf(r.position(), format, args...)
}

func (r *jsonReader) space() {
	for r.at < len(r.src) {
		switch r.src[r.at] {
		case '\n':
			r.line++
			r.start, r.wide = r.at+1, 0
		case ' ', '\t', '\r':
		default:
			return
		}
		r.at++
	}
}

// peek is the next byte after white space, 0 at the end.
func (r *jsonReader) peek() byte {
	r.space()
	if r.at == len(r.src) {
		return 0
	}
	return r.src[r.at]
}

func (r *jsonReader) value(depth int) (*node, error) {
	c := r.peek()
	if r.nodes++; r.nodes > maxNodes {
		return nil, r.errorf("the document has more than %d values", maxNodes)
	}
	if depth > maxDepth {
		return nil, r.errorf("the document is nested deeper than %d levels", maxDepth)
	}
	n := &node{position: r.position()}
	switch {
	case c == '{':
		return n, r.object(n, depth)
	case c == '[':
		return n, r.list(n, depth)
	case c == '"':
		s, err := r.str()
		n.kind, n.text = kindText, r.replace(s)
		return n, err
	case c == '-' || c >= '0' && c <= '9':
		return n, r.number(n)
	}
	return n, r.word(n)
}

func (r *jsonReader) object(n *node, depth int) error {
	n.kind = kindObject
	r.at++
	if r.peek() == '}' {
		r.at++
		return nil
	}
	for {
		if r.peek() != '"' {
			return r.expected("a member's name in double quotes")
		}
		f := field{position: r.position()}
		var err error
		if f.name, err = r.str(); err != nil {
			return err
		}
		if r.peek() != ':' {
			return r.expected("a colon")
		}
		r.at++
		if f.value, err = r.value(depth + 1); err != nil {
			return err
		}
		r.tree.put(n, f)
		if done, err := r.next('}'); done || err != nil {
			return err
		}
	}
}

func (r *jsonReader) list(n *node, depth int) error {
	n.kind = kindList
	r.at++
	if r.peek() == ']' {
		r.at++
		return nil
	}
	for {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
		if done, err := r.next(']'); done || err != nil {
			return err
		}
	}
}

// next takes a comma, or what ends the object or list.
func (r *jsonReader) next(end byte) (done bool, err error) {
	switch r.peek() {
	case ',':
		r.at++
		return false, nil
	case end:
		r.at++
		return true, nil
	}
	return false, r.expected(fmt.Sprintf("a comma or %q", end))
}

func (r *jsonReader) expected(what string) error {
	if r.at == len(r.src) {
		return r.errorf("the document ends where %s should stand", what)
	}
	c, _ := utf8.DecodeRune(r.src[r.at:])
	return r.errorf("%q stands where %s should", c, what)
}

// str reads a string; encoding/json does its escapes, pairs of surrogates too.
func (r *jsonReader) str() (string, error) {
	begin, escaped, wide := r.at, false, 0
	for i := begin + 1; i < len(r.src); i++ {
		switch c := r.src[i]; {
		case c == '"':
			raw := r.src[begin : i+1]
			if !escaped {
				r.at, r.wide = i+1, r.wide+wide
				return string(raw[1 : len(raw)-1]), nil
			}
			var s string
			if err := json.Unmarshal(raw, &s); err != nil {
				return "", r.errorf("bad escape in a string: %s", strings.TrimPrefix(err.Error(), "json: "))
			}
			r.at, r.wide = i+1, r.wide+wide
			return s, nil
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			r.at, r.wide = i, r.wide+wide
			return "", r.errorf("a string has the control character %U, which must be escaped", c)
		case c&0xC0 == 0x80:
			wide++
		}
	}
	return "", r.errorf("the string that begins here does not end")
}

func (r *jsonReader) number(n *node) error {
	end := r.at
	for end < len(r.src) && strings.IndexByte("+-.eE0123456789", r.src[end]) >= 0 {
		end++
	}
	text := string(r.src[r.at:end])
	if !isJSONNumber(text) {
		return r.errorf("%q is not a number", text)
	}
	n.kind, n.text = kindNumber, text
	r.at = end
	return nil
}

func isJSONNumber(s string) bool {
	return s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') && json.Valid([]byte(s))
}

var jsonWords = map[string]kind{"true": kindBoolean, "false": kindBoolean, "null": kindNull}

func (r *jsonReader) word(n *node) error {
	end := r.at
	for end < len(r.src) && r.src[end] >= 'a' && r.src[end] <= 'z' {
		end++
	}
	k, ok := jsonWords[string(r.src[r.at:end])]
	if !ok {
		return r.expected("a value")
	}
	n.kind, n.text = k, string(r.src[r.at:end])
	r.at = end
	return nil
}

// put adds a field to an object and notes one that replaces another.
func (t *tree) put(n *node, f field) {
	if n.put(f) && len(t.duplicates) < maxNoted {
		t.duplicates = append(t.duplicates, f)
	}
}
