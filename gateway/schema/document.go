package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// A kind is a primitive type of draft 4. A number is an integer if it is
// written without a point and an exponent. Kinds are bits, so that they make
// sets.
type kind uint8

const (
	list kind = 1 << iota
	boolean
	integer
	null
	decimal // any other number
	object
	text

	number     = integer | decimal
	everything = list | boolean | number | null | object | text
)

// kindNames are the names of types in the order of messages; "number" admits
// integers too.
var kindNames = []struct {
	name string
	kind kind
}{
	{"array", list}, {"boolean", boolean}, {"integer", integer}, {"null", null},
	{"number", decimal}, {"object", object}, {"string", text},
}

func (k kind) String() string {
	for _, row := range kindNames {
		if row.kind == k {
			return row.name
		}
	}
	return "?"
}

// Bounds of a document. Numbers are bounded as Jackson's are.
const (
	maxDepth  = 512
	maxValues = 1_000_000
	maxDigits = 1_000
)

// A document is a JSON text, read strictly (RFC 8259) and kept small: 20 bytes
// for a value, nothing decoded that is not escaped.
type document struct {
	src    string
	own    []byte // strings that had escapes
	values []value
	kids   []uint32 // of containers, those of one side by side
}

// A value is one value of a document, known by its index.
type value struct {
	kind kind
	name span // of a member
	span span // of a scalar its text, of a container its kids
}

// A span is a part of src, of own if its first bit is set, or of kids.
type span struct{ from, to uint32 }

const ownSpan = 1 << 31

func (d *document) string(s span) string {
	if s.from&ownSpan != 0 {
		b := d.own[s.from&^ownSpan : s.to&^ownSpan]
		return unsafe.String(unsafe.SliceData(b), len(b)) // own is complete before anybody reads
	}
	return d.src[s.from:s.to]
}

func (d *document) kind(at uint32) kind   { return d.values[at].kind }
func (d *document) name(at uint32) string { return d.string(d.values[at].name) }

// text is the text of a scalar: a string decoded, anything else as written.
func (d *document) text(at uint32) string { return d.string(d.values[at].span) }

// children are the items of a list in order, or the members of an object by
// name; of members of one name the last is there alone.
func (d *document) children(at uint32) []uint32 {
	v := &d.values[at]
	if v.kind&(list|object) == 0 {
		return nil
	}
	return d.kids[v.span.from:v.span.to]
}

// member finds a member of an object.
func (d *document) member(at uint32, name string) (uint32, bool) {
	if d.kind(at) != object {
		return 0, false
	}
	kids := d.children(at)
	i, ok := slices.BinarySearchFunc(kids, name, func(kid uint32, name string) int { return cmp.Compare(d.name(kid), name) })
	if !ok {
		return 0, false
	}
	return kids[i], true
}

// A parser reads one document.
type parser struct {
	document
	at    int
	depth int
	open  []uint32 // children of the containers that are not closed yet
}

// A syntaxError says where a text is no JSON.
type syntaxError struct {
	offset int
	wanted string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("at byte %d: %s", e.offset, e.wanted) }

func (p *parser) wants(what string) error { return &syntaxError{p.at, what} }

func parse(src string) (*document, error) {
	most := min(mostValues(src), maxValues)
	p := &parser{document: document{src: src, values: make([]value, 0, most), kids: make([]uint32, 0, most)}}
	if _, err := p.value(); err != nil {
		return nil, err
	}
	if p.space(); p.at < len(src) {
		return nil, p.wants("something follows the JSON value")
	}
	return &p.document, nil
}

// mostValues is how many values src can hold.
func mostValues(src string) int {
	return 1 + strings.Count(src, ",") + strings.Count(src, "{") + strings.Count(src, "[")
}

func (p *parser) space() {
	for p.at < len(p.src) && strings.IndexByte(" \t\r\n", p.src[p.at]) >= 0 {
		p.at++
	}
}

// next is the byte at hand, 0 at the end.
func (p *parser) next() byte {
	if p.at < len(p.src) {
		return p.src[p.at]
	}
	return 0
}

func (p *parser) value() (uint32, error) {
	p.space()
	if len(p.values) >= maxValues {
		return 0, p.wants("more than a million values")
	}
	id := uint32(len(p.values))
	p.values = append(p.values, value{})
	v, err := p.read()
	p.values[id] = v
	return id, err
}

func (p *parser) read() (value, error) {
	switch c := p.next(); {
	case c == '"':
		s, err := p.quoted()
		return value{kind: text, span: s}, err
	case c == '{':
		return p.container(object, '}')
	case c == '[':
		return p.container(list, ']')
	case c == '-' || isDigit(c):
		return p.number()
	}
	return p.word()
}

func (p *parser) word() (value, error) {
	for _, w := range []struct {
		text string
		kind kind
	}{{"true", boolean}, {"false", boolean}, {"null", null}} {
		if strings.HasPrefix(p.src[p.at:], w.text) {
			return p.scalar(w.kind, p.at+len(w.text)), nil
		}
	}
	return value{}, p.wants("no JSON value begins here")
}

func (p *parser) scalar(k kind, end int) value {
	v := value{kind: k, span: span{uint32(p.at), uint32(end)}}
	p.at = end
	return v
}

func (p *parser) container(k kind, end byte) (value, error) {
	if p.depth++; p.depth > maxDepth {
		return value{}, p.wants("nested too deeply")
	}
	p.at++
	base := len(p.open)
	if p.space(); p.next() == end {
		p.at++
		return p.seal(k, base), nil
	}
	for {
		id, err := p.child(k)
		if err != nil {
			return value{}, err
		}
		p.open = append(p.open, id)
		p.space()
		switch c := p.next(); c {
		case ',':
			p.at++
		case end:
			p.at++
			return p.seal(k, base), nil
		default:
			return value{}, p.wants("a comma or the end of the container is missing")
		}
	}
}

func (p *parser) child(k kind) (uint32, error) {
	if k == list {
		return p.value()
	}
	if p.space(); p.next() != '"' {
		return 0, p.wants("a member's name is missing")
	}
	name, err := p.quoted()
	if err != nil {
		return 0, err
	}
	if p.space(); p.next() != ':' {
		return 0, p.wants("a colon is missing")
	}
	p.at++
	id, err := p.value()
	p.values[id].name = name
	return id, err
}

// seal moves the children above base to where they stay.
func (p *parser) seal(k kind, base int) value {
	p.depth--
	from := uint32(len(p.kids))
	children := p.open[base:]
	if k == object {
		children = p.byName(children)
	}
	p.kids = append(p.kids, children...)
	p.open = p.open[:base]
	return value{kind: k, span: span{from, uint32(len(p.kids))}}
}

func (p *parser) byName(members []uint32) []uint32 {
	slices.SortFunc(members, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(p.name(a), p.name(b)), cmp.Compare(a, b))
	})
	kept := members[:0]
	for _, id := range members {
		if n := len(kept); n > 0 && p.name(kept[n-1]) == p.name(id) {
			kept[n-1] = id
			continue
		}
		kept = append(kept, id)
	}
	return kept
}

// quoted reads a string; its span is one of src unless it has escapes.
func (p *parser) quoted() (span, error) {
	p.at++
	from := p.at
	for p.at < len(p.src) {
		switch c := p.src[p.at]; {
		case c == '"':
			p.at++
			return span{uint32(from), uint32(p.at - 1)}, nil
		case c == '\\':
			return p.escaped(from)
		case c < ' ':
			return span{}, p.wants("a control character in a string")
		}
		p.at++
	}
	return span{}, p.wants("a string without an end")
}

// escaped reads the rest of a string that began at from into own.
func (p *parser) escaped(from int) (span, error) {
	start := len(p.own)
	p.own = append(p.own, p.src[from:p.at]...)
	for p.at < len(p.src) {
		switch c := p.src[p.at]; {
		case c == '"':
			p.at++
			return span{uint32(start) | ownSpan, uint32(len(p.own)) | ownSpan}, nil
		case c == '\\':
			if err := p.escape(); err != nil {
				return span{}, err
			}
		case c < ' ':
			return span{}, p.wants("a control character in a string")
		default:
			p.own = append(p.own, c)
			p.at++
		}
	}
	return span{}, p.wants("a string without an end")
}

const (
	escapes  = `"\/bfnrt`
	escapeds = "\"\\/\b\f\n\r\t"
)

func (p *parser) escape() error {
	p.at++
	if i := strings.IndexByte(escapes, p.next()); i >= 0 && p.at < len(p.src) {
		p.own = append(p.own, escapeds[i])
		p.at++
		return nil
	}
	unit, err := p.unicode()
	if err != nil {
		return err
	}
	if unit >= 0xd800 && unit < 0xdc00 && strings.HasPrefix(p.src[p.at:], `\u`) {
		before := p.at
		p.at++
		low, err := p.unicode()
		if err != nil {
			return err
		}
		if low >= 0xdc00 && low < 0xe000 {
			p.own = utf8.AppendRune(p.own, 0x10000+(unit-0xd800)<<10+(low-0xdc00))
			return nil
		}
		p.at = before
	}
	p.own = utf8.AppendRune(p.own, unit)
	return nil
}

// unicode reads the uXXXX of an escape.
func (p *parser) unicode() (rune, error) {
	if len(p.src)-p.at < 5 || p.src[p.at] != 'u' {
		return 0, p.wants("an escape that is none")
	}
	n, err := strconv.ParseUint(p.src[p.at+1:p.at+5], 16, 16)
	if err != nil {
		return 0, p.wants("an escape that is none")
	}
	p.at += 5
	return rune(n), nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// digits is the end of the digits from at on.
func (p *parser) digits(at int) int {
	for at < len(p.src) && isDigit(p.src[at]) {
		at++
	}
	return at
}

func (p *parser) number() (value, error) {
	end, kind := p.at, integer
	if p.src[end] == '-' {
		end++
	}
	whole := end
	if end = p.digits(end); end == whole || p.src[whole] == '0' && end > whole+1 {
		return value{}, p.wants("a number that is none")
	}
	for _, part := range []string{".", "eE"} {
		if end == len(p.src) || strings.IndexByte(part, p.src[end]) < 0 {
			continue
		}
		kind = decimal
		end++
		if part == "eE" && end < len(p.src) && (p.src[end] == '+' || p.src[end] == '-') {
			end++
		}
		from := end
		if end = p.digits(end); end == from || part == "eE" && end-from > 9 {
			return value{}, p.wants("a number that is none, or too large")
		}
	}
	if end-p.at > maxDigits {
		return value{}, p.wants("a number of more than 1000 characters")
	}
	return p.scalar(kind, end), nil
}
