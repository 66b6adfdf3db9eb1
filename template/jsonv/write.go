package jsonv

import (
	"errors"
	"math"
	"strconv"
	"unicode/utf8"
)

var nan = math.NaN()

// maxPrintDepth bounds printing: a template can build a list that contains
// itself, on which Java overflows its stack.
const maxPrintDepth = 1000

// Format is a way to print a value.
type Format uint8

// The formats.
const (
	// JSON is how $input.json prints: compact, "/" as it is, and control
	// characters, U+007F-9F and U+2000-20FF as \uXXXX.
	JSON Format = iota
	// ArrayJSON is how a JSONArray prints itself: as JSON but "/" is escaped.
	ArrayJSON
	// Java is String.valueOf: maps as {k=v}, JSON arrays as ArrayJSON, other
	// lists as [a, b], null as null.
	Java
)

// ErrDeep says that a value is nested too deeply to print, as a list within
// itself is: Java overflows its stack on it.
var ErrDeep = errors.New("StackOverflowError")

// ErrLong says that the text of a value is longer than asked for.
var ErrLong = errors.New("value too long to print")

// Append appends v in the format. It stops soon after dst is longer than limit:
// lists can share their items, so that a small value prints without end. The
// error is ErrDeep or ErrLong.
func Append(dst []byte, v Value, format Format, limit int) ([]byte, error) {
	if format == Java && v.Kind() < KindString {
		return appendScalar(dst, v), nil
	}
	p := printer{slash: format == ArrayJSON, limit: limit}
	if format == Java {
		dst = p.java(dst, v, 0)
	} else {
		dst = p.json(dst, v, 0)
	}
	return dst, p.err
}

// AppendJSON is Append of JSON without a limit. It reports false when v is
// nested too deeply, which a value that was parsed never is.
func AppendJSON(dst []byte, v Value) ([]byte, bool) {
	dst, err := Append(dst, v, JSON, math.MaxInt)
	return dst, err == nil
}

// AppendString is Append of Java within 64 MiB; what is longer is cut.
func AppendString(dst []byte, v Value) []byte {
	dst, _ = Append(dst, v, Java, len(dst)+64<<20)
	return dst
}

// printer writes values; err is why it stopped early.
type printer struct {
	slash bool // escape "/" as "\/"
	limit int
	err   error
}

// ToString returns String.valueOf(v), sharing the bytes of a String.
func ToString(v Value) string {
	if v.Kind() == KindString {
		return v.Str()
	}
	return stringOf(AppendString(nil, v))
}

// stop reports whether printing must end before another list or map.
func (p *printer) stop(dst []byte, depth int) bool {
	switch {
	case depth > maxPrintDepth:
		p.err = ErrDeep
	case len(dst) > p.limit:
		p.err = ErrLong
	}
	return p.err != nil
}

func (p *printer) java(dst []byte, v Value, depth int) []byte {
	switch v.Kind() {
	case KindString:
		return append(dst, v.Str()...)
	case KindArray:
		return p.javaList(dst, v, depth)
	case KindObject:
		return p.javaMap(dst, v.Object(), depth)
	case KindForeign:
		return p.foreign(dst, v.Foreign(), depth)
	}
	return appendScalar(dst, v)
}

func (p *printer) foreign(dst []byte, f Foreign, depth int) []byte {
	c, ok := f.(Container)
	switch {
	case !ok:
		return f.AppendString(dst)
	case p.stop(dst, depth):
		return dst
	}
	for i := 0; p.err == nil; i++ {
		v, before, ok := c.Item(i)
		dst = append(dst, before...)
		if !ok {
			break
		}
		dst = p.java(dst, v, depth+1)
	}
	return dst
}

func (p *printer) javaList(dst []byte, v Value, depth int) []byte {
	a := v.Array()
	if a.flavor == JSONArray {
		q := printer{slash: true, limit: p.limit}
		dst = q.json(dst, v, depth)
		p.err = q.err
		return dst
	}
	if p.stop(dst, depth) {
		return dst
	}
	dst = append(dst, '[')
	for i := range a.items {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if it := a.items[i]; it.Kind() == KindArray && it.Array() == a {
			dst = append(dst, "(this Collection)"...)
			continue
		}
		dst = p.java(dst, a.items[i], depth+1)
		if p.err != nil {
			return dst
		}
	}
	return append(dst, ']')
}

func (p *printer) javaMap(dst []byte, o *Object, depth int) []byte {
	if p.stop(dst, depth) {
		return dst
	}
	if o.flavor == SilentMap {
		return dst
	}
	dst = append(dst, '{')
	for i := range o.Members() {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if k := o.Key(i); k.Kind() == KindObject && k.Object() == o {
			dst = append(dst, "(this Map)"...)
		} else {
			dst = p.java(dst, k, depth+1)
		}
		dst = append(dst, '=')
		if it := o.members[i].Value; it.Kind() == KindObject && it.Object() == o {
			dst = append(dst, "(this Map)"...)
			continue
		}
		dst = p.java(dst, o.members[i].Value, depth+1)
		if p.err != nil {
			return dst
		}
	}
	return append(dst, '}')
}

// appendScalar appends null, a Boolean or a number.
func appendScalar(dst []byte, v Value) []byte {
	switch v.Kind() {
	case KindBool:
		return strconv.AppendBool(dst, v.Bool())
	case KindInt, KindLong:
		return strconv.AppendInt(dst, v.Int64(), 10)
	case KindDouble:
		return appendDouble(dst, v.Float64())
	case KindBigInt:
		return append(dst, v.BigInt().text...)
	case KindDecimal:
		return v.Decimal().append(dst)
	}
	return append(dst, "null"...)
}

func (p *printer) json(dst []byte, v Value, depth int) []byte {
	switch v.Kind() {
	case KindString:
		return p.quoted(dst, v.Str())
	case KindArray:
		return p.jsonList(dst, v.Array(), depth)
	case KindObject:
		return p.jsonMap(dst, v.Object(), depth)
	case KindForeign:
		if bean, ok := v.Foreign().(interface{ AppendJSON([]byte) []byte }); ok {
			return bean.AppendJSON(dst)
		}
		return p.quoted(dst, string(p.foreign(nil, v.Foreign(), depth)))
	case KindDouble:
		if f := v.Float64(); math.IsInf(f, 0) {
			return append(dst, "null"...)
		}
	}
	return appendScalar(dst, v)
}

func (p *printer) jsonList(dst []byte, a *Array, depth int) []byte {
	if p.stop(dst, depth) {
		return dst
	}
	dst = append(dst, '[')
	for i := range a.items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = p.json(dst, a.items[i], depth+1)
		if p.err != nil {
			return dst
		}
	}
	return append(dst, ']')
}

func (p *printer) jsonMap(dst []byte, o *Object, depth int) []byte {
	if p.stop(dst, depth) {
		return dst
	}
	dst = append(dst, '{')
	for i := range o.Members() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = p.quoted(dst, ToString(o.Key(i)))
		dst = append(dst, ':')
		dst = p.json(dst, o.members[i].Value, depth+1)
		if p.err != nil {
			return dst
		}
	}
	return append(dst, '}')
}

// plain marks the bytes that need no look: printable ASCII but for quote,
// backslash and slash.
var plain = func() (t [256]bool) {
	for c := 0x20; c < 0x7f; c++ {
		t[c] = c != '"' && c != '\\' && c != '/'
	}
	return t
}()

func (p *printer) quoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if !hidden(r) {
				i += size
				continue
			}
			dst = appendHex(append(dst, s[start:i]...), uint16(r))
			i += size
			start = i
			continue
		}
		if c == '/' && !p.slash {
			i++
			continue
		}
		dst = appendEscape(append(dst, s[start:i]...), c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

// hidden reports the characters beyond ASCII that json-smart escapes.
func hidden(r rune) bool { return r >= 0x7f && r <= 0x9f || r >= 0x2000 && r <= 0x20ff }

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\', '/':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return appendHex(dst, uint16(c))
}

func appendHex(dst []byte, unit uint16) []byte {
	const digits = "0123456789ABCDEF"
	return append(dst, '\\', 'u', digits[unit>>12], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
}
