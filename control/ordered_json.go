package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A jsonNode is a JSON value that keeps the order of members and the spelling
// of numbers, for documents that are shown again.
type jsonNode struct {
	kind    jsonKind
	members []jsonMember
	items   []*jsonNode
	text    string // of a string its text, else the literal
}

type jsonMember struct {
	name  string
	value *jsonNode
}

type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonFlag
	jsonNumber
	jsonText
	jsonList
	jsonObject
)

// member is the value of a member, nil if there is none or n is no object.
func (n *jsonNode) member(name string) *jsonNode {
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
func (n *jsonNode) at(pointer string) *jsonNode {
	if pointer == "" {
		return n
	}
	path, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return nil
	}
	for segment := range strings.SplitSeq(path, "/") {
		n = n.member(unescapePointer(segment))
	}
	return n
}

// set changes a member in its place, or adds it at the end.
func (n *jsonNode) set(name string, value *jsonNode) {
	for i := range n.members {
		if n.members[i].name == name {
			n.members[i].value = value
			return
		}
	}
	n.members = append(n.members, jsonMember{name, value})
}

func (n *jsonNode) is(kind jsonKind) bool { return n != nil && n.kind == kind }

// parseJSON reads a document. Errors name line and column.
func parseJSON(text string) (*jsonNode, error) {
	var raw json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		var syntax *json.SyntaxError
		if !errors.As(err, &syntax) {
			return nil, errors.New("it is not JSON")
		}
		read := text[:min(int(syntax.Offset), len(text))]
		line, column := 1+strings.Count(read, "\n"), len(read)-strings.LastIndex(read, "\n")-1
		return nil, fmt.Errorf("line %d, column %d: %w", line, column, syntax)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return readNode(decoder)
}

func readNode(in *json.Decoder) (*jsonNode, error) {
	token, err := in.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		return readNested(in, v)
	case string:
		return &jsonNode{kind: jsonText, text: v}, nil
	case json.Number:
		return &jsonNode{kind: jsonNumber, text: v.String()}, nil
	case bool:
		return &jsonNode{kind: jsonFlag, text: fmt.Sprint(v)}, nil
	}
	return &jsonNode{text: "null"}, nil
}

func readNested(in *json.Decoder, open json.Delim) (*jsonNode, error) {
	n := &jsonNode{kind: jsonObject}
	if open == '[' {
		n.kind = jsonList
	}
	at := map[string]int{}
	for in.More() {
		if n.kind == jsonList {
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

func readMember(in *json.Decoder) (jsonMember, error) {
	token, err := in.Token()
	if err != nil {
		return jsonMember{}, err
	}
	name, _ := token.(string) // it is one: the document was read before
	value, err := readNode(in)
	return jsonMember{name, value}, err
}

// indented writes n over lines, two spaces a level.
func (n *jsonNode) indented() (string, error) {
	var compact, b bytes.Buffer
	n.write(&compact)
	if err := json.Indent(&b, compact.Bytes(), "", "  "); err != nil {
		return "", fmt.Errorf("indent JSON: %w", err)
	}
	return b.String(), nil
}

func (n *jsonNode) write(b *bytes.Buffer) {
	switch n.kind {
	case jsonText:
		b.WriteString(quoteJSON(n.text))
	case jsonObject:
		b.WriteByte('{')
		for i, m := range n.members {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoteJSON(m.name) + ":")
			m.value.write(b)
		}
		b.WriteByte('}')
	case jsonList:
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
