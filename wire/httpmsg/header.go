package httpmsg

import (
	"iter"
	"strings"
)

// A Field is one header line: the name in the case in which it was sent, and
// the value without surrounding white space.
type Field struct{ Name, Value string }

// A Header is an ordered list of header lines. Order, repetition and the case
// of names are kept, since API Gateway shows all three to back ends.
// The zero value is an empty Header.
type Header struct{ fields []Field }

// Reset empties h and keeps its memory.
func (h *Header) Reset() { h.fields = h.fields[:0] }

// Len reports how many lines h holds.
func (h *Header) Len() int { return len(h.fields) }

// At returns line i in order of arrival.
func (h *Header) At(i int) Field { return h.fields[i] }

// All yields the lines in order.
func (h *Header) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, f := range h.fields {
			if !yield(f.Name, f.Value) {
				return
			}
		}
	}
}

// Add appends a line.
func (h *Header) Add(name, value string) {
	h.fields = append(h.fields, Field{name, value})
}

// Set replaces every line of that name, in any case, by one line that keeps
// the place of the first, or appends it.
func (h *Header) Set(name, value string) {
	for i := range h.fields {
		if sameName(h.fields[i].Name, name) {
			h.fields[i] = Field{name, value}
			h.deleteFrom(i+1, name)
			return
		}
	}
	h.Add(name, value)
}

// Delete removes every line of that name, in any case.
func (h *Header) Delete(name string) { h.deleteFrom(0, name) }

func (h *Header) deleteFrom(start int, name string) {
	kept := h.fields[:start]
	for _, f := range h.fields[start:] {
		if !sameName(f.Name, name) {
			kept = append(kept, f)
		}
	}
	h.fields = kept
}

// Get returns the first value of name, in any case.
func (h *Header) Get(name string) (value string, ok bool) {
	for _, f := range h.fields {
		if sameName(f.Name, name) {
			return f.Value, true
		}
	}
	return "", false
}

// Last returns the last value of exactly this name. API Gateway's mapping
// expressions look names up with their case (data plane §3.3).
func (h *Header) Last(name string) (value string, ok bool) {
	for i := len(h.fields) - 1; i >= 0; i-- {
		if h.fields[i].Name == name {
			return h.fields[i].Value, true
		}
	}
	return "", false
}

// Has reports whether h has a line of that name, in any case.
func (h *Header) Has(name string) bool {
	_, ok := h.Get(name)
	return ok
}

// sameName compares names, which are ASCII, in any case. Most differ in length.
func sameName(a, b string) bool {
	return len(a) == len(b) && (a == b || strings.EqualFold(a, b))
}
