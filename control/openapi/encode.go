package openapi

import (
	"strings"
	"unicode/utf8"
)

// appendJSON writes a node as JSON without white space.
func appendJSON(out []byte, n *node) []byte {
	switch n.kind {
	case kindNull:
		return append(out, "null"...)
	case kindBoolean, kindNumber:
		return append(out, n.text...)
	case kindText:
		return appendJSONString(out, n.text)
	case kindList:
		out = append(out, '[')
		for i, item := range n.items {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendJSON(out, item)
		}
		return append(out, ']')
	}
	out = append(out, '{')
	for i, f := range n.fields {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendJSONString(out, f.name), ':')
		out = appendJSON(out, f.value)
	}
	return append(out, '}')
}

// appendPrettyJSON writes a node as AWS writes exports: two spaces for each
// level, a space before and after each colon, lists on one line.
func appendPrettyJSON(out []byte, n *node, indent string) []byte {
	switch {
	case n.kind == kindList && len(n.items) > 0:
		out = append(out, "[ "...)
		for i, item := range n.items {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = appendPrettyJSON(out, item, indent)
		}
		return append(out, " ]"...)
	case n.kind == kindObject && len(n.fields) > 0:
		deeper := indent + "  "
		separator := "{\n"
		for _, f := range n.fields {
			out = append(append(out, separator...), deeper...)
			separator = ",\n"
			out = append(appendJSONString(out, f.name), " : "...)
			out = appendPrettyJSON(out, f.value, deeper)
		}
		return append(append(out, '\n'), indent+"}"...)
	case n.kind == kindList:
		return append(out, "[ ]"...)
	case n.kind == kindObject:
		return append(out, "{ }"...)
	}
	return appendJSON(out, n)
}

const hexDigits = "0123456789abcdef"

var jsonEscapes = map[byte]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}

// appendJSONString writes a text as JSON; what needs no escape gets none.
func appendJSONString(out []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	out = append(out, '"')
	from := 0
	for i := range len(s) {
		if s[i] >= ' ' && s[i] != '"' && s[i] != '\\' {
			continue
		}
		out = append(out, s[from:i]...)
		if escape, ok := jsonEscapes[s[i]]; ok {
			out = append(out, escape...)
		} else {
			out = append(out, '\\', 'u', '0', '0', hexDigits[s[i]>>4], hexDigits[s[i]&15])
		}
		from = i + 1
	}
	return append(append(out, s[from:]...), '"')
}
