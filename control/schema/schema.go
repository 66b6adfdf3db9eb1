// Package schema is the JSON schema, draft 4, of a Model as the control plane
// needs it: what AWS refuses of one, what it refers to, flattened, and as a
// sample. Members keep their order and numbers their spelling, for schemas are
// shown again.
//
// A schema refers to a Model by an URL that ends with the Model's name (AF-092);
// which Models there are is the caller's to know.
package schema

import (
	"errors"
	"strings"
)

// A Schema is a JSON object.
type Schema struct{ root *node }

// Parse reads a JSON object.
func Parse(text string) (*Schema, error) {
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	if root.kind != kindObject {
		return nil, errors.New("a JSON object is expected")
	}
	return &Schema{root}, nil
}

// Has says whether a JSON pointer leads to an object or list of s.
func (s *Schema) Has(pointer string) bool { return s.root.at(pointer) != nil }

// Indented is s over lines, two spaces a level.
func (s *Schema) Indented() (string, error) { return s.root.indented() }

// References are the values of $ref in s, in their order.
func (s *Schema) References() []string {
	var refs []string
	s.root.eachReference(func(ref *node) { refs = append(refs, ref.text) })
	return refs
}

// Models are the names of the Models under url that s refers to.
func (s *Schema) Models(url string) []string {
	var names []string
	for _, ref := range s.References() {
		if name, ok := strings.CutPrefix(ref, url); ok {
			names = append(names, name)
		}
	}
	return names
}

// Flatten puts every Model under url that s needs under its definitions, and
// lets references name that. A Model of which model has no schema is left out.
func (s *Schema) Flatten(url string, model func(name string) (*Schema, error)) error {
	definitions := s.root.member("definitions")
	if !definitions.is(kindObject) {
		definitions = &node{kind: kindObject}
	}
	pending := s.root.makeLocal(url)
	for len(pending) > 0 {
		name := pending[0]
		pending = pending[1:]
		if definitions.member(name) != nil {
			continue
		}
		part, err := model(name)
		if err != nil {
			return err
		}
		if part == nil {
			continue
		}
		definitions.set(name, part.root)
		pending = append(pending, part.root.makeLocal(url)...)
	}
	if len(definitions.members) > 0 {
		s.root.set("definitions", definitions)
	}
	return nil
}

// makeLocal rewrites each reference to a Model as one into definitions and
// gives the Models' names.
func (n *node) makeLocal(url string) []string {
	var names []string
	n.eachReference(func(ref *node) {
		if name, ok := strings.CutPrefix(ref.text, url); ok {
			ref.text = "#/definitions/" + name
			names = append(names, name)
		}
	})
	return names
}

// eachReference calls a function with the value of each $ref that is a text.
func (n *node) eachReference(with func(ref *node)) {
	for _, m := range n.members {
		if m.name == "$ref" && m.value.is(kindText) {
			with(m.value)
		} else {
			m.value.eachReference(with)
		}
	}
	for _, item := range n.items {
		item.eachReference(with)
	}
}
