package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A node is a JSON value that keeps the order of members and the spelling
// of numbers, for documents that are shown again.
type node struct {
	kind    kind
	members []member
	items   []*node
	text    string // of a string its text, else the literal
}

type member struct {
	name  string
	value *node
}

type kind uint8

const (
	kindNull kind = iota
	kindFlag
	kindNumber
	kindText
	kindList
	kindObject
)

// member is the value of a member, nil if there is none or n is no object.
func (n *node) member(name string) *node {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// at follows a JSON pointer through objects, "" being n itself; nil if it leads
// to nothing.
func (n *node) at(pointer string) *node {
	if pointer == "" {
		return n
	}
	path, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return nil
	}
	for segment := range strings.SplitSeq(path, "/") {
		n = n.member(pointerEscapes.Replace(segment))
	}
	return n
}

var pointerEscapes = strings.NewReplacer("~1", "/", "~0", "~")

// set changes a member in its place, or adds it at the end.
func (n *node) set(name string, value *node) {
	for i := range n.members {
		if n.members[i].name == name {
			n.members[i].value = value
			return
		}
	}
	n.members = append(n.members, member{name, value})
}

func (n *node) is(kind kind) bool { return n != nil && n.kind == kind }

func parse(text string) (*node, error) {
	if !json.Valid([]byte(text)) {
		return nil, errors.New("it is not JSON")
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return readNode(decoder)
}

func readNode(in *json.Decoder) (*node, error) {
	token, err := in.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		return readNested(in, v)
	case string:
		return &node{kind: kindText, text: v}, nil
	case json.Number:
		return &node{kind: kindNumber, text: v.String()}, nil
	case bool:
		return &node{kind: kindFlag, text: fmt.Sprint(v)}, nil
	}
	return &node{text: "null"}, nil
}

func readNested(in *json.Decoder, open json.Delim) (*node, error) {
	n := &node{kind: kindObject}
	if open == '[' {
		n.kind = kindList
	}
	at := map[string]int{}
	for in.More() {
		if n.kind == kindList {
			item, err := readNode(in)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
			continue
		}
		member, err := readMember(in)
		if err != nil {
			return nil, err
		}
		if i, twice := at[member.name]; twice { // the last one counts
			n.members[i] = member
			continue
		}
		at[member.name] = len(n.members)
		n.members = append(n.members, member)
	}
	_, err := in.Token()
	return n, err
}

func readMember(in *json.Decoder) (member, error) {
	token, err := in.Token()
	if err != nil {
		return member{}, err
	}
	name, _ := token.(string) // it is one: the document was read before
	value, err := readNode(in)
	return member{name, value}, err
}

// indented writes n over lines, two spaces a level.
func (n *node) indented() (string, error) {
	var compact, b bytes.Buffer
	n.write(&compact)
	if err := json.Indent(&b, compact.Bytes(), "", "  "); err != nil {
		return "", fmt.Errorf("indent JSON: %w", err)
	}
	return b.String(), nil
}

func (n *node) write(b *bytes.Buffer) {
	switch n.kind {
	case kindText:
		b.WriteString(quoteJSON(n.text))
	case kindObject:
		b.WriteByte('{')
		for i, m := range n.members {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoteJSON(m.name) + ":")
			m.value.write(b)
		}
		b.WriteByte('}')
	case kindList:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b)
		}
		b.WriteByte(']')
	default:
		b.WriteString(n.text)
	}
}

func quoteJSON(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}
