package document

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

// JSON is v as indented JSON, every level by four spaces, with texts as they
// are: what --output json prints.
func JSON(v any) string {
	w := writer{indent: "    ", colon: ": ", comma: ","}
	w.value(v, 0)
	return w.String()
}

// Line is v as JSON in one line with texts in ASCII: what travels in requests.
func Line(v any) string {
	w := writer{colon: ": ", comma: ", ", ascii: true}
	w.value(v, 0)
	return w.String()
}

// Compact is v as JSON in one line without blanks, with texts in ASCII.
func Compact(v any) string {
	w := writer{colon: ":", comma: ",", ascii: true}
	w.value(v, 0)
	return w.String()
}

type writer struct {
	strings.Builder
	indent, colon, comma string
	ascii                bool
}

func (w *writer) value(v any, depth int) {
	switch v := v.(type) {
	case *Object:
		w.object(v, depth)
	case []any:
		w.list(v, depth)
	case string:
		w.text(v)
	case []byte:
		w.text(base64.StdEncoding.EncodeToString(v))
	default:
		w.WriteString(Scalar(v))
	}
}

// Scalar is a number, boolean or nil as JSON writes it.
func Scalar(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return Float(v)
	}
	return "null"
}

// Float is f as Python writes it: the shortest text that reads back, with a
// fraction or an exponent.
func Float(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	exponent := 0
	if f != 0 {
		exponent = int(math.Floor(math.Log10(math.Abs(f))))
	}
	if exponent < -4 || exponent >= 16 {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

func (w *writer) object(o *Object, depth int) {
	if o.Len() == 0 {
		w.WriteString("{}")
		return
	}
	w.WriteByte('{')
	first := true
	for name, value := range o.All() {
		w.separate(first, depth+1)
		first = false
		w.text(name)
		w.WriteString(w.colon)
		w.value(value, depth+1)
	}
	w.line(depth)
	w.WriteByte('}')
}

func (w *writer) list(list []any, depth int) {
	if len(list) == 0 {
		w.WriteString("[]")
		return
	}
	w.WriteByte('[')
	for i, value := range list {
		w.separate(i == 0, depth+1)
		w.value(value, depth+1)
	}
	w.line(depth)
	w.WriteByte(']')
}

func (w *writer) separate(first bool, depth int) {
	if !first {
		w.WriteString(w.comma)
	}
	w.line(depth)
}

func (w *writer) line(depth int) {
	if w.indent != "" {
		w.WriteString("\n" + strings.Repeat(w.indent, depth))
	}
}

var escapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}

func (w *writer) text(s string) {
	w.WriteByte('"')
	for _, r := range s {
		switch {
		case escapes[r] != "":
			w.WriteString(escapes[r])
		case r < ' ' || w.ascii && r > '~':
			w.unicode(r)
		default:
			w.WriteRune(r)
		}
	}
	w.WriteByte('"')
}

func (w *writer) unicode(r rune) {
	if high, low := utf16.EncodeRune(r); high != '\uFFFD' {
		w.unicode(high)
		w.unicode(low)
		return
	}
	const digits = "0123456789abcdef"
	w.WriteString(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		w.WriteByte(digits[r>>shift&15])
	}
}
