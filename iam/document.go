package iam

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// An Error says where a document cannot be read, and why.
type Error struct {
	Line, Column int    // from 1; the column counts bytes
	Path         string // "Statement[0].Condition.IpAddress"; "" for the document
	Message      string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
	}
	return fmt.Sprintf("%d:%d: %s: %s", e.Line, e.Column, e.Path, e.Message)
}

// A node is a JSON value that knows where it stands.
type node struct {
	offset  int
	path    string
	value   any      // string, json.Number, bool or nil of a scalar
	list    []*node  // of an array
	members []member // of an object, in order
	kind    kind
}

type member struct {
	name  string
	value *node
}

type kind uint8

const (
	scalar kind = iota
	array
	object
)

// maxDepth is more than any document needs.
const maxDepth = 16

// A document is a text that is read as JSON.
type document struct {
	text string
	in   *json.Decoder
}

func readDocument(text string) (*document, *node, error) {
	d := &document{text: text, in: json.NewDecoder(strings.NewReader(text))}
	d.in.UseNumber()
	root, err := d.read("", 0)
	if err != nil {
		return d, nil, err
	}
	if at := d.skip(int(d.in.InputOffset())); at < len(text) {
		return d, nil, d.fail(at, "", "more text after the end of the document")
	}
	return d, root, nil
}

func (d *document) read(path string, depth int) (*node, error) {
	n := &node{offset: d.skip(int(d.in.InputOffset())), path: path}
	token, err := d.in.Token()
	if err != nil {
		return nil, d.syntax(err, n.offset, path)
	}
	if depth > maxDepth {
		return nil, d.fail(n.offset, path, "nested too deeply")
	}
	delim, ok := token.(json.Delim)
	switch {
	case !ok:
		n.value = token
	case delim == '[':
		err = d.readList(n, depth)
	default:
		err = d.readMembers(n, depth)
	}
	return n, err
}

func (d *document) readList(n *node, depth int) error {
	n.kind = array
	for d.in.More() {
		element, err := d.read(fmt.Sprintf("%s[%d]", n.path, len(n.list)), depth+1)
		if err != nil {
			return err
		}
		n.list = append(n.list, element)
	}
	return d.end(n)
}

func (d *document) readMembers(n *node, depth int) error {
	n.kind = object
	for d.in.More() {
		at := d.skip(int(d.in.InputOffset()))
		token, err := d.in.Token()
		if err != nil {
			return d.syntax(err, at, n.path)
		}
		name, _ := token.(string)
		if n.get(name) != nil {
			return d.fail(at, n.path, fmt.Sprintf("%q stands here twice", name))
		}
		value, err := d.read(strings.TrimPrefix(n.path+"."+name, "."), depth+1)
		if err != nil {
			return err
		}
		n.members = append(n.members, member{name, value})
	}
	return d.end(n)
}

func (d *document) end(n *node) error {
	_, err := d.in.Token()
	if err != nil {
		return d.syntax(err, int(d.in.InputOffset()), n.path)
	}
	return nil
}

// skip is the offset of the next token from at.
func (d *document) skip(at int) int {
	for at < len(d.text) && strings.IndexByte(" \t\r\n,:", d.text[at]) >= 0 {
		at++
	}
	return at
}

func (d *document) syntax(err error, at int, path string) error {
	message := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		message = "the document ends here, unfinished"
	}
	return d.fail(at, path, message)
}

func (d *document) fail(at int, path, message string) error {
	before := d.text[:min(at, len(d.text))]
	return &Error{
		Line: 1 + strings.Count(before, "\n"), Column: len(before) - strings.LastIndexByte(before, '\n'),
		Path: path, Message: message,
	}
}

func (n *node) get(name string) *node {
	for i := range n.members {
		if n.members[i].name == name {
			return n.members[i].value
		}
	}
	return nil
}

// elements are those of a list; another value is its only element.
func (n *node) elements() []*node {
	if n.kind == array {
		return n.list
	}
	return []*node{n}
}

// text is a scalar as the policy language reads it: true is "true" and 1 is
// "1".
func (n *node) text() (string, bool) {
	switch v := n.value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}
