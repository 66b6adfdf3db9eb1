package apigw

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// DecodeDocument reads JSON that was written from one of the shapes that are
// stored as they are, or from a Definition, into document, a pointer to such a
// shape that is zero. It is encoding/json.Unmarshal for them, several times as
// fast; names of members are taken by their exact case. Known is false for
// every other type.
func DecodeDocument(data []byte, document any) (known bool, err error) {
	d := decoder{data: data}
	if definition, ok := document.(*Definition); ok {
		readDefinition(&d, definition)
	} else if !d.readDocument(document) {
		return false, nil
	}
	d.end()
	if d.err != nil {
		return true, fmt.Errorf("read %T: %w", document, d.err)
	}
	return true, nil
}

func readDefinition(d *decoder, v *Definition) {
	for more := d.open('{'); more; more = d.more('}') {
		switch string(d.name()) {
		case "restApi":
			readRestApi(d, &v.RestApi)
		case "resources":
			readList(d, &v.Resources, readResource)
		case "models":
			readList(d, &v.Models, readModel)
		case "requestValidators":
			readList(d, &v.RequestValidators, readRequestValidator)
		case "gatewayResponses":
			readList(d, &v.GatewayResponses, readGatewayResponse)
		case "authorizers":
			readList(d, &v.Authorizers, readAuthorizer)
		default:
			d.skip()
		}
	}
}

// A decoder walks JSON from its beginning to its end, or to its first fault:
// then nothing more is read.
type decoder struct {
	data   []byte
	at     int
	err    error
	shared map[string]string // short texts: most of a document's are of a few
}

// Bounds of the texts that are shared.
const (
	sharedLength = 24
	sharedTexts  = 1024
)

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("offset %d: "+format, append([]any{d.at}, args...)...)
	}
	d.at = len(d.data)
}

// next is the byte that comes behind white space, which stays; 0 at the end.
func (d *decoder) next() byte {
	for d.at < len(d.data) {
		switch c := d.data[d.at]; c {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return c
		}
	}
	return 0
}

func (d *decoder) end() {
	if c := d.next(); c != 0 || d.at < len(d.data) {
		d.fail("%q behind the end", c)
	}
}

// open enters an object or a list and reports whether there is something in
// it. null is read as an empty one.
func (d *decoder) open(bracket byte) bool {
	if d.null() {
		return false
	}
	if d.next() != bracket {
		d.fail("no %q", bracket)
		return false
	}
	d.at++
	if d.next() == bracket+2 { // ] and } in ASCII
		d.at++
		return false
	}
	return d.err == nil
}

// more reports whether something comes before the closing bracket.
func (d *decoder) more(bracket byte) bool {
	switch c := d.next(); {
	case d.err != nil:
	case c == ',':
		d.at++
		return true
	case c == bracket:
		d.at++
	default:
		d.fail("no ',' or %q", bracket)
	}
	return false
}

// name is the name of a member.
func (d *decoder) name() []byte {
	name := d.quoted()
	if d.next() != ':' {
		d.fail("no ':'")
		return nil
	}
	d.at++
	return name
}

func (d *decoder) null() bool {
	return d.next() == 'n' && d.word("null")
}

func (d *decoder) word(word string) bool {
	if len(d.data)-d.at < len(word) || string(d.data[d.at:d.at+len(word)]) != word {
		d.fail("no %s", word)
		return false
	}
	d.at += len(word)
	return true
}

// quoted is a text, a view of the JSON where nothing in it is escaped.
func (d *decoder) quoted() []byte {
	if d.next() != '"' {
		d.fail("no text")
		return nil
	}
	begin := d.at
	for i := begin + 1; i < len(d.data); i++ {
		switch c := d.data[i]; {
		case c == '"':
			d.at = i + 1
			return d.data[begin+1 : i]
		case c == '\\' || c < ' ' || c >= utf8.RuneSelf:
			return d.unquoted(begin)
		}
	}
	d.fail("a text has no end")
	return nil
}

// unquoted is a text that is no view of the JSON.
func (d *decoder) unquoted(begin int) []byte {
	end := begin + 1
	for end < len(d.data) && d.data[end] != '"' {
		if d.data[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(d.data) {
		d.fail("a text has no end")
		return nil
	}
	d.at = end + 1
	if text, ok := unescaped(d.data[begin+1 : end]); ok {
		return text
	}
	var text string
	if err := json.Unmarshal(d.data[begin:end+1], &text); err != nil {
		d.fail("%w", err)
	}
	return []byte(text)
}

// unescaped resolves the escapes of one letter. What has others, or is no
// UTF-8, is left to encoding/json.
func unescaped(quoted []byte) (text []byte, ok bool) {
	if !utf8.Valid(quoted) {
		return nil, false
	}
	text = make([]byte, 0, len(quoted))
	for i := 0; i < len(quoted); i++ {
		c := quoted[i]
		switch {
		case c < ' ': // must be escaped
			return nil, false
		case c == '\\':
			i++ // a quote would have ended the text, so there is one more
			if c = escapes[quoted[i]]; c == 0 {
				return nil, false
			}
		}
		text = append(text, c)
	}
	return text, true
}

// escapes are the bytes that follow a backslash and what they stand for.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// skip passes over a value of any kind.
func (d *decoder) skip() {
	switch d.next() {
	case '{':
		for more := d.open('{'); more; more = d.more('}') {
			d.name()
			d.skip()
		}
	case '[':
		for more := d.open('['); more; more = d.more(']') {
			d.skip()
		}
	case '"':
		d.quoted()
	case 't':
		d.word("true")
	case 'f':
		d.word("false")
	case 'n':
		d.word("null")
	default:
		d.number()
	}
}

// number is the text of a number, as JSON has it.
func (d *decoder) number() []byte {
	d.next()
	begin := d.at
	for d.at < len(d.data) {
		switch c := d.data[d.at]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
			d.at++
			continue
		}
		break
	}
	text := d.data[begin:d.at]
	if !json.Valid(text) {
		d.fail("no value")
		return nil
	}
	return text
}

func readText(d *decoder, v *string) {
	if d.null() {
		return
	}
	text := d.quoted()
	if len(text) > sharedLength {
		*v = string(text)
		return
	}
	known, ok := d.shared[string(text)]
	if !ok {
		known = string(text)
		if d.shared == nil {
			d.shared = map[string]string{}
		}
		if len(d.shared) < sharedTexts {
			d.shared[known] = known
		}
	}
	*v = known
}

func readBool(d *decoder, v *bool) {
	switch d.next() {
	case 't':
		*v = d.word("true")
	case 'n':
		d.word("null")
	default:
		d.word("false")
		*v = false
	}
}

func readWhole[T int | int64](d *decoder, v *T) {
	if d.null() {
		return
	}
	text := d.number()
	if d.err != nil {
		return
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || int64(T(n)) != n {
		d.fail("%s is no whole number", text)
		return
	}
	*v = T(n)
}

func readDouble(d *decoder, v *Double) {
	if d.null() {
		return
	}
	text := d.number()
	if d.err != nil {
		return
	}
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		d.fail("%w", err)
	}
	*v = Double(n)
}

// readTimestamp leaves a time to its own method.
func readTimestamp(d *decoder, v *Timestamp) {
	d.next()
	begin := d.at
	if d.skip(); d.err != nil {
		return
	}
	if err := v.UnmarshalJSON(d.data[begin:d.at]); err != nil {
		d.fail("%w", err)
	}
}

// readPointer reads what can be absent, which null says too.
func readPointer[T any](d *decoder, v **T, read func(*decoder, *T)) {
	if d.null() {
		return
	}
	*v = new(T)
	read(d, *v)
}

func readList[T any](d *decoder, v *[]T, read func(*decoder, *T)) {
	if d.null() {
		return
	}
	list := []T{}
	for more := d.open('['); more; more = d.more(']') {
		list = append(list, *new(T))
		read(d, &list[len(list)-1])
	}
	*v = list
}

func readMap[T any](d *decoder, v *map[string]T, read func(*decoder, *T)) {
	if d.null() {
		return
	}
	*v = map[string]T{}
	for more := d.open('{'); more; more = d.more('}') {
		name, value := string(d.name()), *new(T)
		read(d, &value)
		if d.err == nil {
			(*v)[name] = value
		}
	}
}

// readPointerMap reads a map of what can be null, which is then there as nil.
func readPointerMap[T any](d *decoder, v *map[string]*T, read func(*decoder, *T)) {
	if d.null() {
		return
	}
	*v = map[string]*T{}
	for more := d.open('{'); more; more = d.more('}') {
		name, value := string(d.name()), (*T)(nil)
		readPointer(d, &value, read)
		if d.err == nil {
			(*v)[name] = value
		}
	}
}
