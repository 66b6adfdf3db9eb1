package restjson

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
)

// An object is a HAL resource: _links, members, _embedded.
type object struct {
	links    links
	members  map[string]any
	embedded map[string][]object
}

type links struct {
	curies []link
	self   link
	others map[string][]link
}

type link struct {
	Href      string `json:"href"`
	Name      string `json:"name,omitempty"`
	Title     string `json:"title,omitempty"`
	Templated bool   `json:"templated,omitempty"`
}

// MarshalJSON writes the parts in their order.
func (o object) MarshalJSON() ([]byte, error) { return o.bytes() }

func (o object) bytes() ([]byte, error) {
	var w memberWriter
	w.write("_links", o.links)
	for _, name := range slices.Sorted(maps.Keys(o.members)) {
		w.write(name, o.members[name])
	}
	if len(o.embedded) > 0 {
		embedded := map[string]any{}
		for rel, list := range o.embedded {
			embedded[rel] = oneOrAll(list)
		}
		w.write("_embedded", embedded)
	}
	return w.end()
}

// MarshalJSON writes curies and self before the relations.
func (l links) MarshalJSON() ([]byte, error) {
	var w memberWriter
	if len(l.curies) > 0 {
		w.write("curies", oneOrAll(l.curies))
	}
	w.write("self", l.self)
	for _, rel := range slices.Sorted(maps.Keys(l.others)) {
		w.write(rel, oneOrAll(l.others[rel]))
	}
	return w.end()
}

// A memberWriter writes an object's members in the order of its calls.
type memberWriter struct {
	b   bytes.Buffer
	err error
}

func (w *memberWriter) write(name string, value any) {
	encoded, err := marshal(value)
	if err != nil || w.err != nil {
		w.err = cmp.Or(w.err, err)
		return
	}
	sep := byte(',')
	if w.b.Len() == 0 {
		sep = '{'
	}
	w.b.WriteByte(sep)
	quoted, _ := marshal(name) // a string always encodes
	w.b.Write(quoted)
	w.b.WriteByte(':')
	w.b.Write(encoded)
}

func (w *memberWriter) end() ([]byte, error) {
	if w.b.Len() == 0 {
		w.b.WriteByte('{')
	}
	w.b.WriteByte('}')
	return w.b.Bytes(), w.err
}

// oneOrAll is a list, or the element of a list of one, as AWS writes it.
func oneOrAll[T any](list []T) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}
