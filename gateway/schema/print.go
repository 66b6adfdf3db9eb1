package schema

import (
	"slices"

	"github.com/poterne/poterne/template/jsonv"
)

// printed is a value as messages show it: compact JSON, members in the order
// in which they were written.
func (d *document) printed(at uint32) string { return string(d.appendJSON(nil, at)) }

// maxPrinted bounds what one value adds to a message.
const maxPrinted = 16 << 10

func (d *document) appendJSON(dst []byte, at uint32) []byte {
	if len(dst) > maxPrinted {
		return dst
	}
	switch k := d.kind(at); k {
	case text:
		return appendQuoted(dst, d.text(at))
	case integer, decimal:
		return append(dst, printNumber(k, d.text(at))...)
	case list:
		return d.appendChildren(append(dst, '['), d.children(at), ']')
	case object:
		members := slices.Sorted(slices.Values(d.children(at)))
		return d.appendChildren(append(dst, '{'), members, '}')
	}
	return append(dst, d.text(at)...)
}

func (d *document) appendChildren(dst []byte, children []uint32, end byte) []byte {
	for i, kid := range children {
		if i > 0 {
			dst = append(dst, ',')
		}
		if end == '}' {
			dst = append(appendQuoted(dst, d.name(kid)), ':')
		}
		dst = d.appendJSON(dst, kid)
		if len(dst) > maxPrinted {
			return append(dst, "…"...)
		}
	}
	return append(dst, end)
}

func appendQuoted(dst []byte, s string) []byte {
	dst, _ = jsonv.AppendJSON(dst, jsonv.String(s)) // a string always has a text
	return dst
}

// printNames is a list of strings as JSON.
func printNames(names []string) string {
	out := []byte{'['}
	for i, name := range names {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendQuoted(out, name)
	}
	return string(append(out, ']'))
}
