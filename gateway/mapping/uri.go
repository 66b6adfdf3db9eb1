package mapping

import (
	"net/url"
	"strings"
)

// A URI is the address of an endpoint, with ${stageVariables.name} and
// {placeholder} in it (data plane §10.4), parsed once.
type URI struct{ parts []uriPart }

// A uriPart is literal text, a stage variable or a placeholder.
type uriPart struct {
	text  string // of a literal, or the name
	kind  uriKind
	query bool // after the first "?"
}

type uriKind uint8

const (
	uriLiteral uriKind = iota
	uriStage
	uriPlaceholder
)

// ParseURI parses text. Every text is one; whether it is the address of
// anything shows when it is rendered.
func ParseURI(text string) *URI {
	u := &URI{}
	query := false
	start := 0
	for at := 0; at < len(text); {
		part, n := uriName(text[at:])
		switch {
		case n > 0:
			u.add(uriPart{text: text[start:at], query: query})
			part.query = query
			u.add(part)
			at += n
			start = at
			continue
		case text[at] == '?':
			query = true
		}
		at++
	}
	u.add(uriPart{text: text[start:], query: query})
	return u
}

func (u *URI) add(p uriPart) {
	if p.text != "" || p.kind != uriLiteral {
		u.parts = append(u.parts, p)
	}
}

// uriName reads ${stageVariables.name} or {name} at the beginning of text.
func uriName(text string) (uriPart, int) {
	kind, prefix := uriPlaceholder, "{"
	if strings.HasPrefix(text, stageOpen) {
		kind, prefix = uriStage, stageOpen
	}
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return uriPart{}, 0
	}
	end := strings.IndexByte(rest, '}')
	if end < 0 || kind == uriPlaceholder && strings.ContainsAny(rest[:end], "{/?&=") {
		return uriPart{}, 0
	}
	return uriPart{text: rest[:end], kind: kind}, len(prefix) + end + 1
}

const stageOpen = "${stageVariables."

// IsStatic reports whether the address is the same for every request.
func (u *URI) IsStatic() bool {
	for _, p := range u.parts {
		if p.kind != uriLiteral {
			return false
		}
	}
	return true
}

// Variables are the names of the stage variables in the address.
func (u *URI) Variables() (names []string) {
	for _, p := range u.parts {
		if p.kind == uriStage {
			names = append(names, p.text)
		}
	}
	return names
}

// Head is what stands before the first placeholder; false if there is none.
func (u *URI) Head() (*URI, bool) {
	for i := range u.parts {
		if u.parts[i].kind == uriPlaceholder {
			return &URI{parts: u.parts[:i]}, true
		}
	}
	return nil, false
}

// Append renders u. A missing stage variable is empty; a placeholder without a
// value stays as it is written. Values of placeholders are percent-encoded as
// they shall be sent in a path. A slash on both sides of a seam of a variable
// is one slash (AF-239).
func (u *URI) Append(dst []byte, variables, values ParamList) []byte {
	seam := false
	for i := range u.parts {
		p := &u.parts[i]
		text := p.text
		if p.kind == uriStage {
			text, _ = variables.Last(p.text)
		}
		if p.kind == uriPlaceholder {
			dst = p.appendValue(dst, values)
			seam = false
			continue
		}
		if (seam || p.kind == uriStage) && len(dst) > 0 && dst[len(dst)-1] == '/' && !strings.HasSuffix(viewOf(dst), "://") {
			text = strings.TrimPrefix(text, "/")
		}
		dst = append(dst, text...)
		seam = p.kind == uriStage
	}
	return dst
}

func (p *uriPart) appendValue(dst []byte, values ParamList) []byte {
	value, ok := values.Last(p.text)
	switch {
	case !ok:
		dst = append(dst, '{')
		dst = append(dst, p.text...)
		return append(dst, '}')
	case p.query:
		return append(dst, url.QueryEscape(DecodePath(value))...)
	}
	return append(dst, value...)
}

const upperHex = "0123456789ABCDEF"

// AppendSegment percent-encodes value so that it is one segment of a path,
// whatever it holds: no "/", "?" or "#" of a client leads elsewhere.
func AppendSegment(dst []byte, value string) []byte {
	if value == "." || value == ".." {
		return append(dst, strings.ReplaceAll(value, ".", "%2E")...)
	}
	for i := range len(value) {
		c := value[i]
		if isUnreserved(c) || strings.IndexByte("!$&'()*+,;=:@", c) >= 0 {
			dst = append(dst, c)
			continue
		}
		dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
	}
	return dst
}

// AppendQueryValue percent-encodes a name or a value of a query; a space
// becomes %20, which is one everywhere.
func AppendQueryValue(dst []byte, value string) []byte {
	for i := range len(value) {
		c := value[i]
		if isUnreserved(c) {
			dst = append(dst, c)
			continue
		}
		dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
	}
	return dst
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}
