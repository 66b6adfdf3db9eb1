// Package document holds JSON documents whose objects keep the order of their
// members, and writes them as the AWS CLI does.
//
// A value is nil, bool, int64, float64, string, []byte (a blob), []any or
// *Object.
package document

import "iter"

// An Object is a JSON object. The zero value is empty and ready for use.
type Object struct {
	keys   []string
	values map[string]any
}

// Make is an Object of names and values that alternate.
func Make(pairs ...any) *Object {
	o := &Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		o.Set(name, pairs[i+1])
	}
	return o
}

// Len is the number of members.
func (o *Object) Len() int { return len(o.keys) }

// Keys are the names of the members, in order. The caller must not change them.
func (o *Object) Keys() []string { return o.keys }

// Get is the member name, or nil.
func (o *Object) Get(name string) any { return o.values[name] }

// Has reports whether o has the member name.
func (o *Object) Has(name string) bool {
	_, ok := o.values[name]
	return ok
}

// Set sets the member name; a new one goes last.
func (o *Object) Set(name string, value any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if !o.Has(name) {
		o.keys = append(o.keys, name)
	}
	o.values[name] = value
}

// All yields the members in order.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, name := range o.keys {
			if !yield(name, o.values[name]) {
				return
			}
		}
	}
}
