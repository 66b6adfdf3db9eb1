package jsonv

import "slices"

// Flavor tells which Java class a list is; it decides how the list prints and
// which methods it has.
type Flavor uint8

// The flavors of lists.
const (
	JSONArray   Flavor = iota // net.minidev.json.JSONArray: prints as JSON
	ArrayList                 // java.util.ArrayList: prints [a, b]
	JavaArray                 // Object[]: prints like ArrayList here
	StringArray               // String[]
)

// Array is a mutable list. The zero Array is an empty JSONArray.
type Array struct {
	items  []Value
	flavor Flavor
}

// NewArray returns a list over items, which it takes over.
func NewArray(flavor Flavor, items ...Value) *Array {
	return &Array{items: items, flavor: flavor}
}

// Flavor returns the Java class of a.
func (a *Array) Flavor() Flavor { return a.flavor }

// IsJavaArray reports whether a is an array of Java rather than a list.
func (a *Array) IsJavaArray() bool { return a.flavor >= JavaArray }

// Len returns the number of items.
func (a *Array) Len() int { return len(a.items) }

// At returns item i; it panics out of range as a slice does.
func (a *Array) At(i int) Value { return a.items[i] }

// Items returns the items themselves, for reading.
func (a *Array) Items() []Value { return a.items }

// Set replaces item i.
func (a *Array) Set(i int, v Value) { a.items[i] = v }

// Append adds v at the end.
func (a *Array) Append(v ...Value) { a.items = append(a.items, v...) }

// Insert puts v before item i, i <= Len.
func (a *Array) Insert(i int, v ...Value) { a.items = slices.Insert(a.items, i, v...) }

// Remove takes item i out.
func (a *Array) Remove(i int) { a.items = slices.Delete(a.items, i, i+1) }

// Clear empties the list.
func (a *Array) Clear() { a.items = nil }
