package openapi

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// appendYAML writes a document as AWS's exports are in YAML, which is as
// Jackson writes them through SnakeYAML: texts in double quotes, folded at 80
// columns, names plain where they may be, lists as deep as their names.
func appendYAML(out []byte, doc *node) []byte {
	w := yamlWriter{out: out}
	w.fields(doc, 0)
	return append(w.out, '\n')
}

const yamlWidth = 80

type yamlWriter struct {
	out    []byte
	column int // in UTF-16
}

func (w *yamlWriter) write(s string) {
	w.out = append(w.out, s...)
	for _, r := range s {
		w.column += utf16.RuneLen(r)
	}
}

func (w *yamlWriter) newline(indent int) {
	w.out = append(w.out, '\n')
	w.out = append(w.out, strings.Repeat(" ", indent)...)
	w.column = indent
}

// fields writes an object from where the writer is.
func (w *yamlWriter) fields(n *node, indent int) {
	for i, f := range n.fields {
		if i > 0 {
			w.newline(indent)
		}
		name := strings.ToValidUTF8(f.name, "\uFFFD")
		short := yamlShort(name)
		switch {
		case !short: // a name that may have several lines is marked as one
			w.write("? ")
			w.quoted(name, indent+2, true)
			w.newline(indent)
		case yamlQuotes(name):
			w.quoted(name, indent, false)
		case yamlPlain(name):
			w.write(name)
		default:
			w.write("'" + strings.ReplaceAll(name, "'", "''") + "'")
		}
		w.write(":")
		w.value(f.value, indent, !short)
	}
}

// value writes what a name or the dash of an item has behind it.
func (w *yamlWriter) value(n *node, indent int, sameLine bool) {
	switch {
	case len(n.fields) > 0:
		w.open(indent+2, sameLine)
		w.fields(n, indent+2)
	case len(n.items) > 0:
		if sameLine {
			indent += 2
		}
		w.open(indent, sameLine)
		for i, item := range n.items {
			if i > 0 {
				w.newline(indent)
			}
			w.write("-")
			w.value(item, indent, true)
		}
	case n.kind == kindText:
		w.write(" ")
		w.quoted(strings.ToValidUTF8(n.text, "\uFFFD"), indent+2, true)
	case n.kind == kindObject:
		w.write(" {}")
	case n.kind == kindList:
		w.write(" []")
	default:
		w.write(" " + string(appendJSON(nil, n)))
	}
}

func (w *yamlWriter) open(indent int, sameLine bool) {
	if sameLine {
		w.write(" ")
		return
	}
	w.newline(indent)
}

// quoted writes a text in double quotes. Once a line is full it is folded
// before a space or beside an escape, never at the ends of the text.
func (w *yamlWriter) quoted(s string, indent int, fold bool) {
	w.write(`"`)
	last := len(utf16.Encode([]rune(s))) - 1
	from, at := 0, -1 // from where s is to be written; the index of the last unit of r
	for i, r := range s {
		at += utf16.RuneLen(r)
		ahead := i - from
		escape := yamlEscape(r)
		if escape != "" {
			w.write(s[from:i] + escape)
			from, ahead = i+utf8.RuneLen(r), -1
		}
		if !fold || at == 0 || at >= last || r != ' ' && ahead > 0 || w.column+ahead <= yamlWidth {
			continue
		}
		if escape == "" {
			w.write(s[from:i])
			from = i
		}
		w.write(`\`)
		w.newline(indent)
		if s[from] == ' ' {
			w.write(`\`)
		}
	}
	w.write(s[from:] + `"`)
}

var yamlEscapes = map[rune]string{
	0: `\0`, '\a': `\a`, '\b': `\b`, '\t': `\t`, '\n': `\n`, '\v': `\v`, '\f': `\f`, '\r': `\r`, 0x1b: `\e`,
	'"': `\"`, '\\': `\\`, 0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`,
}

// yamlEscape is how double quotes hold a character that is not of ASCII's
// plain ones, or "". Printable ones are as they are, but may be folded beside.
func yamlEscape(r rune) string {
	escape := yamlEscapes[r]
	switch {
	case escape != "", ' ' <= r && r <= '~':
		return escape
	case yamlPrintable(r):
		return string(r)
	case r <= 0xff:
		return fmt.Sprintf(`\x%02x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

func yamlPrintable(r rune) bool {
	return ' ' <= r && r <= '~' || r >= 0xa0 && r != 0xfffe && r != 0xffff
}

// yamlShort has names that are written without a mark.
func yamlShort(name string) bool {
	return name != "" && len(utf16.Encode([]rune(name))) < 128 && !strings.ContainsAny(name, "\n\u0085\u2028\u2029")
}

var yamlReserved = []string{"false", "n", "no", "null", "off", "on", "true", "y", "yes"}

// yamlQuotes has names in double quotes: words of YAML 1.1 for other than
// texts, what begins as a number does, and what no other style can hold.
func yamlQuotes(name string) bool {
	if strings.ContainsRune("0123456789-+.~", rune(name[0])) || strings.ContainsFunc(name, func(r rune) bool { return !yamlPrintable(r) }) {
		return true
	}
	lower := strings.ToLower(name)
	return slices.Contains(yamlReserved, lower) && (name == lower || name == strings.ToUpper(name) || name == strings.ToUpper(name[:1])+lower[1:])
}

// yamlPlain has names that need no quotes at all.
func yamlPlain(name string) bool {
	return !strings.ContainsRune("#,[]{}&*!|>'\"%@`", rune(name[0])) && !strings.HasPrefix(name, "? ") && name != "?" &&
		strings.Trim(name, " ") == name && !strings.Contains(name, " #") && !strings.Contains(name+" ", ": ")
}
