package mapping

import (
	"strings"

	"github.com/poterne/poterne/template/jsonv"
)

// A Text is the body template of a gateway response. It is no Velocity: names
// are replaced by values, character for character, and what is unknown by
// nothing (data plane §17.2).
type Text struct{ parts []textPart }

// A textPart is literal text, or an expression.
type textPart struct {
	text string
	expr *Expr
}

// textForms are the beginnings of names in a Text. A name ends where no
// character of one follows, and not with a dot.
var textForms = []struct {
	prefix string
	source source
}{
	{"$context.", fromContext},
	{"$stageVariables.", fromStage},
	{"$method.request.path.", fromPath},
	{"$method.request.querystring.", fromQuery},
	{"$method.request.header.", fromHeader},
	{"$method.request.multivaluequerystring.", fromQueries},
	{"$method.request.multivalueheader.", fromHeaders},
	{"method.request.path.", fromPath},
	{"method.request.querystring.", fromQuery},
	{"method.request.header.", fromHeader},
	{"method.request.multivaluequerystring.", fromQueries},
	{"method.request.multivalueheader.", fromHeaders},
}

// ParseText parses the body template of a gateway response. Every text is one.
func ParseText(src string) *Text {
	t := &Text{}
	start := 0
	for at := 0; at < len(src); {
		part, n := textName(src[at:])
		if n == 0 {
			at++
			continue
		}
		t.literal(src[start:at])
		t.parts = append(t.parts, part)
		at += n
		start = at
	}
	t.literal(src[start:])
	return t
}

func (t *Text) literal(s string) {
	if s != "" {
		t.parts = append(t.parts, textPart{text: s})
	}
}

// textName reads a name at the beginning of src and says how long it is; 0 if
// there is none.
func textName(src string) (textPart, int) {
	if src[0] != '$' && src[0] != 'm' {
		return textPart{}, 0
	}
	for _, form := range textForms {
		rest, ok := strings.CutPrefix(src, form.prefix)
		if !ok {
			continue
		}
		n := 0
		for n < len(rest) && isNameByte(rest[n]) && rest[n] != '$' {
			n++
		}
		name := strings.TrimRight(rest[:n], ".-")
		if name == "" {
			return textPart{}, 0
		}
		return textPart{expr: newExpr(FailureSide, form.source, name)}, len(form.prefix) + len(name)
	}
	return textPart{}, 0
}

// Append renders t.
func (t *Text) Append(dst []byte, s *Scope) []byte {
	for i := range t.parts {
		part := &t.parts[i]
		if part.expr == nil {
			dst = append(dst, part.text...)
			continue
		}
		if part.expr.source == fromContext {
			if v, ok := part.expr.lookup(s.Context); ok {
				dst = jsonv.AppendString(dst, v)
			}
			continue
		}
		value, _, _ := part.expr.Value(s) // what is missing prints nothing; none of these reads the body
		dst = append(dst, value...)
	}
	return dst
}
