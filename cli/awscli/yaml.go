package awscli

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/poterne/poterne/cli/awscli/document"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// writeYAML prints v as the AWS CLI does, in block style with the members of
// objects sorted by name, and lines folded at 80 columns.
func writeYAML(b *strings.Builder, v any) {
	w := yamlWriter{Builder: b}
	switch v := v.(type) {
	case []any:
		w.list(v, 0)
	case *document.Object:
		w.object(v, 0)
	}
}

type yamlWriter struct {
	*strings.Builder
	line int // where the current line begins
}

func (w *yamlWriter) newline(indent int) {
	w.WriteByte('\n')
	w.line = w.Len()
	w.WriteString(strings.Repeat(" ", indent))
}

func (w *yamlWriter) column() int { return utf8.RuneCountInString(w.String()[w.line:]) }

func (w *yamlWriter) end() {
	w.WriteByte('\n')
	w.line = w.Len()
}

// object prints members at indent; the first stands where the line is.
func (w *yamlWriter) object(o *document.Object, indent int) {
	if o.Len() == 0 {
		w.WriteString("{}")
		w.end()
		return
	}
	for i, name := range slices.Sorted(slices.Values(o.Keys())) {
		if i > 0 {
			w.WriteString(strings.Repeat(" ", indent))
		}
		w.text(name, indent, false)
		w.WriteByte(':')
		w.member(o.Get(name), indent)
	}
}

func (w *yamlWriter) member(v any, indent int) {
	switch v := v.(type) {
	case []any:
		if len(v) > 0 {
			w.newline(indent)
			w.list(v, indent)
			return
		}
	case *document.Object:
		if v.Len() > 0 {
			w.newline(indent + 2)
			w.object(v, indent+2)
			return
		}
	}
	w.WriteByte(' ')
	w.inline(v, indent)
}

func (w *yamlWriter) list(list []any, indent int) {
	if len(list) == 0 {
		w.WriteString("[]")
		w.end()
		return
	}
	for i, element := range list {
		if i > 0 {
			w.WriteString(strings.Repeat(" ", indent))
		}
		w.WriteString("- ")
		switch v := element.(type) {
		case *document.Object:
			w.object(v, indent+2)
		case []any:
			w.list(v, indent+2)
		default:
			w.inline(v, indent)
		}
	}
}

// inline prints what takes one place: a scalar, or an empty list or object.
func (w *yamlWriter) inline(v any, indent int) {
	switch v := v.(type) {
	case []any:
		w.WriteString("[]")
	case *document.Object:
		w.WriteString("{}")
	case string:
		w.text(v, indent+2, true)
	default:
		w.WriteString(document.Scalar(v))
	}
	w.end()
}

// resolved are plain scalars that would be read as something else than text.
var resolved = lazyregexp.New(`^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|=|<<` +
	`|[-+]?0b[0-1_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+` +
	`|[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?(?:[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)` +
	`|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)` +
	`|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$`)

// text prints a text plain where that reads back, else in single quotes, else
// in double ones.
func (w *yamlWriter) text(s string, indent int, folds bool) {
	switch a := analyse(s); {
	case a.unprintable || a.blanksAtBreak:
		w.double(s, indent, folds)
	case a.plain && !resolved.MatchString(s):
		w.words(s, indent, folds, false)
	case strings.Contains(s, "\n") && !folds:
		w.double(s, indent, folds)
	default:
		w.WriteByte('\'')
		w.words(strings.ReplaceAll(s, "'", "''"), indent, folds, true)
		w.WriteByte('\'')
	}
}

type analysis struct{ plain, unprintable, blanksAtBreak bool }

func analyse(s string) analysis {
	a := analysis{plain: s != "" && !strings.HasPrefix(s, "---") && !strings.HasPrefix(s, "...")}
	if strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") || strings.Contains(s, "\n") {
		a.plain = false
	}
	a.blanksAtBreak = strings.Contains(s, " \n") || strings.Contains(s, "\n ") || strings.HasSuffix(s, " ") && strings.Contains(s, "\n")
	runes := []rune(s)
	for i, r := range runes {
		followed := i+1 < len(runes) && !unicode.IsSpace(runes[i+1])
		preceded := i > 0 && !unicode.IsSpace(runes[i-1])
		switch {
		case i == 0 && strings.ContainsRune("#,[]{}&*!|>'\"%@`", r), i == 0 && strings.ContainsRune("-?", r) && !followed,
			r == ':' && !followed, r == '#' && !preceded:
			a.plain = false
		case r != '\n' && (r < ' ' || r == 0x7f || r == 0xfeff || unicode.Is(unicode.Cc, r)):
			a.unprintable = true
		}
	}
	return a
}

const bestWidth = 80

// words prints s and breaks lines at single blanks behind bestWidth. In quotes a
// line break of s is written as one more.
func (w *yamlWriter) words(s string, indent int, folds, quoted bool) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n' && quoted:
			run := len(s[i:]) - len(strings.TrimLeft(s[i:], "\n"))
			w.WriteString(strings.Repeat("\n", run))
			w.newline(indent)
			i += run - 1
		case c == ' ' && folds && w.column() > bestWidth && i > 0 && i+1 < len(s) && s[i-1] != ' ' && s[i+1] != ' ' && s[i-1] != '\n':
			w.newline(indent)
		default:
			w.WriteByte(c)
		}
	}
}

var yamlEscapes = map[rune]string{0: `\0`, 7: `\a`, 8: `\b`, '\t': `\t`, '\n': `\n`, 0xb: `\v`, 0xc: `\f`, '\r': `\r`,
	0x1b: `\e`, '"': `\"`, '\\': `\\`, 0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`}

func (w *yamlWriter) double(s string, indent int, folds bool) {
	w.WriteByte('"')
	for i, r := range s {
		switch {
		case r == ' ' && folds && w.column() > bestWidth && i > 0 && i+1 < len(s) && s[i-1] != ' ':
			w.newline(indent)
			if s[i+1] == ' ' {
				w.WriteByte('\\')
			}
		case yamlEscapes[r] != "":
			w.WriteString(yamlEscapes[r])
		case r < ' ' || r == 0x7f || r == 0xfeff:
			fmt.Fprintf(w, `\x%02X`, r)
		default:
			w.WriteRune(r)
		}
	}
	w.WriteByte('"')
}
