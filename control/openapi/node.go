package openapi

import (
	"slices"
	"strings"
)

// A node is a value of a document that knows where it stands. Nodes are not
// changed once read, but for their weight: YAML aliases share them.
type node struct {
	kind kind
	position
	text   string  // of a scalar; a number's as JSON writes it
	items  []*node // of a list
	fields []field // of an object, in order, names unique
	index  map[string]int32

	// With what is behind aliases: see weigh, and levels. The reader of YAML
	// sets them; weight is 0 until it is asked for otherwise.
	weight, height int32
}

// weightOfText is what a text adds to the weight of what holds it: long texts
// count as several values, for they are copied as often as they are used.
func weightOfText(s string) int32 { return int32(len(s) >> 6) }

// weigh is what n costs whoever reads all of it, in values.
func (n *node) weigh() int32 {
	if n.weight > 0 {
		return n.weight
	}
	n.weight = 1 + weightOfText(n.text)
	for _, f := range n.fields {
		n.weight += f.value.weigh() + weightOfText(f.name)
	}
	for _, item := range n.items {
		n.weight += item.weigh()
	}
	return n.weight
}

// A field is a member of an object.
type field struct {
	name string
	position
	value *node
}

// position is a line and a column, from 1.
type position struct{ line, column int32 }

type kind uint8

const (
	kindNull kind = iota
	kindBoolean
	kindNumber
	kindText
	kindList
	kindObject
)

var kindNames = [...]string{"null", "boolean", "number", "string", "array", "object"}

// String is the kind's name in JSON schema.
func (k kind) String() string { return kindNames[k] }

// indexedFrom is the number of fields from which an object keeps an index.
const indexedFrom = 16

// get is the member of that name, nil if there is none or n is no object.
func (n *node) get(name string) *node {
	if n == nil || n.kind != kindObject {
		return nil
	}
	if i := n.find(name); i >= 0 {
		return n.fields[i].value
	}
	return nil
}

// find is the index of the field of that name, or -1.
func (n *node) find(name string) int {
	if n.index != nil {
		if i, ok := n.index[name]; ok {
			return int(i)
		}
		return -1
	}
	for i := range n.fields {
		if n.fields[i].name == name {
			return i
		}
	}
	return -1
}

// put appends a field or, if there is one of that name already, gives it the
// new value and reports true.
func (n *node) put(f field) (duplicate bool) {
	if i := n.find(f.name); i >= 0 {
		n.fields[i].value = f.value
		return true
	}
	n.fields = append(n.fields, f)
	switch {
	case n.index != nil:
		n.index[f.name] = int32(len(n.fields) - 1)
	case len(n.fields) == indexedFrom:
		n.index = make(map[string]int32, cap(n.fields))
		for i := range n.fields {
			n.index[n.fields[i].name] = int32(i)
		}
	}
	return false
}

// grow makes room for more fields.
func (n *node) grow(more int) { n.fields = slices.Grow(n.fields, more) }

// at follows a path of member names.
func (n *node) at(path ...string) *node {
	for _, name := range path {
		n = n.get(name)
	}
	return n
}

// members are the fields of an object; none of anything else.
func (n *node) members() []field {
	if n == nil {
		return nil
	}
	return n.fields
}

// elements are the items of a list; none of anything else.
func (n *node) elements() []*node {
	if n == nil {
		return nil
	}
	return n.items
}

// absent is whether there is no value: no member, or null.
func (n *node) absent() bool { return n == nil || n.kind == kindNull }

// scalar is the text of a scalar, "" of anything else.
func (n *node) scalar() string {
	if n == nil || n.kind == kindNull {
		return ""
	}
	return n.text
}

// isScalar is whether n is a text, number or boolean.
func (n *node) isScalar() bool {
	return n != nil && (n.kind == kindText || n.kind == kindNumber || n.kind == kindBoolean)
}

// isTrue is whether n is the boolean true, or a text that says so.
func (n *node) isTrue() bool { return n.isScalar() && strings.EqualFold(n.text, "true") }

// where is n's position; the zero position of nil.
func (n *node) where() position {
	if n == nil {
		return position{}
	}
	return n.position
}

// Constructors of nodes that an export writes.

func textNode(s string) *node { return &node{kind: kindText, text: s} }

func numberNode(s string) *node { return &node{kind: kindNumber, text: s} }

func booleanNode(b bool) *node {
	if b {
		return &node{kind: kindBoolean, text: "true"}
	}
	return &node{kind: kindBoolean, text: "false"}
}

func textsNode(texts []string) *node {
	list := &node{kind: kindList}
	for _, s := range texts {
		list.items = append(list.items, textNode(s))
	}
	return list
}

func objectNode() *node { return &node{kind: kindObject} }

// set puts a member and returns n.
func (n *node) set(name string, value *node) *node {
	n.put(field{name: name, value: value})
	return n
}

// setText puts a text member unless the text is absent or empty.
func (n *node) setText(name string, s *string) {
	if s != nil && *s != "" {
		n.set(name, textNode(*s))
	}
}
