package restjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/poterne/poterne/apigw"
)

// maxDepth bounds how deep a body nests. The contract's own shapes nest five
// deep.
const maxDepth = 64

// A jsonReader reads a JSON body into Go structs as their shapes say, token by
// token: what the contract does not know is passed over and costs no memory.
//
// AWS's texts for mismatched types are the recorded ones of AF-012 for strings
// and those of the same framework in other services for the rest. Its texts
// for malformed bodies are not known; ours name line and column.
type jsonReader struct {
	in     *json.Decoder
	body   []byte
	depth  int
	absent map[string]bool
}

// A path leads from the input to a value; it is rendered when it is needed.
type path struct {
	up   *path
	name string
}

func (p *path) String() string {
	if p == nil {
		return ""
	}
	if p.up == nil {
		return p.name
	}
	return p.up.String() + "." + p.name
}

// document reads a whole body, one object and nothing after it.
func (r *jsonReader) document(shape *apigw.Shape, into reflect.Value, body []byte) error {
	if !utf8.Valid(body) {
		return serialization("The request body is not valid UTF-8")
	}
	r.body = body
	r.in = json.NewDecoder(bytes.NewReader(body))
	r.in.UseNumber()
	token, err := r.next()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
	case json.Delim('['):
		return startOfList()
	default:
		return r.malformed("a JSON object is expected")
	}
	if err := r.structure(shape, into, nil); err != nil {
		return err
	}
	if _, err := r.in.Token(); !errors.Is(err, io.EOF) {
		return r.malformed("nothing may follow the JSON object")
	}
	return nil
}

// next is the next token. It keeps count of the depth.
func (r *jsonReader) next() (json.Token, error) {
	token, err := r.in.Token()
	if err != nil {
		return nil, r.broken(err)
	}
	switch token {
	case json.Delim('{'), json.Delim('['):
		if r.depth++; r.depth > maxDepth {
			return nil, r.malformed("it nests deeper than " + strconv.Itoa(maxDepth) + " levels")
		}
	case json.Delim('}'), json.Delim(']'):
		r.depth--
	}
	return token, nil
}

func (r *jsonReader) broken(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return r.malformed("it ends too early")
	case errors.As(err, &syntax):
		return r.malformed(syntax.Error())
	}
	return r.malformed("it is not JSON")
}

// malformed is the error of a body at the place that was read last.
func (r *jsonReader) malformed(reason string) *apigw.Error {
	read := r.body[:min(int(r.in.InputOffset()), len(r.body))]
	line := bytes.Count(read, []byte{'\n'}) + 1
	column := utf8.RuneCount(read[bytes.LastIndexByte(read, '\n')+1:]) + 1
	return serialization("Malformed request body at line %d, column %d: %s", line, column, reason)
}

func startOfList() *apigw.Error {
	return serialization("Start of list found where not expected")
}

func startOfStructure() *apigw.Error {
	return serialization("Start of structure or map found where not expected.")
}

// structure reads members up to the closing brace.
func (r *jsonReader) structure(shape *apigw.Shape, into reflect.Value, at *path) error {
	given := make([]bool, len(shape.Members))
	err := r.members(func(name string) error {
		for i := range shape.Members {
			m := &shape.Members[i]
			if m.In == apigw.InBody && m.Wire == name {
				null, err := r.value(m.Shape, into.Field(m.Index), &path{at, m.Name})
				given[i] = !null
				return err
			}
		}
		return r.skip()
	})
	if err != nil {
		return err
	}
	r.missing(shape, given, at)
	return nil
}

// missing notes required members that were not given; given is by index, nil
// for none.
func (r *jsonReader) missing(shape *apigw.Shape, given []bool, at *path) {
	for i, m := range shape.Members {
		if m.Required && m.In == apigw.InBody && (given == nil || !given[i]) {
			r.absent[(&path{at, m.Name}).String()] = true
		}
	}
}

// members calls f after each name of the object that has begun; f reads the
// value. A name that comes twice is refused: what would win is anybody's guess.
func (r *jsonReader) members(f func(name string) error) error {
	seen := map[string]bool{}
	for r.in.More() {
		token, err := r.next()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return r.malformed("a member's name is expected")
		}
		if seen[name] {
			return r.malformed("the member " + strconv.Quote(name) + " comes twice")
		}
		seen[name] = true
		if err := f(name); err != nil {
			return err
		}
	}
	_, err := r.next()
	return err
}

// skip passes over a value of any form.
func (r *jsonReader) skip() error {
	token, err := r.next()
	switch {
	case err != nil:
		return err
	case token == json.Delim('{'):
		return r.members(func(string) error { return r.skip() })
	case token == json.Delim('['):
		for r.in.More() {
			if err := r.skip(); err != nil {
				return err
			}
		}
		_, err = r.next()
	}
	return err
}

// value reads a value and says whether it was null, which leaves the field as
// it is.
func (r *jsonReader) value(shape *apigw.Shape, field reflect.Value, at *path) (null bool, err error) {
	token, err := r.next()
	if err != nil {
		return false, err
	}
	if token == nil {
		return true, nil
	}
	switch shape.Kind {
	case apigw.KindStructure:
		if err := opens(token, '{', "Expected null"); err != nil {
			return false, err
		}
		return false, r.structure(shape, settable(field), at)
	case apigw.KindList:
		if err := opens(token, '[', "Expected list or null"); err != nil {
			return false, err
		}
		return false, r.list(shape, field, at)
	case apigw.KindMap:
		if err := opens(token, '{', "Expected map or null"); err != nil {
			return false, err
		}
		return false, r.mapping(shape, field, at)
	}
	return false, scalar(shape.Kind, settable(field), token)
}

// opens checks that a token begins what is expected; scalar is the text for a
// value that begins nothing.
func opens(token json.Token, want json.Delim, scalar string) error {
	switch token {
	case want:
		return nil
	case json.Delim('{'):
		return startOfStructure()
	case json.Delim('['):
		return startOfList()
	}
	return serialization("%s", scalar)
}

func (r *jsonReader) list(shape *apigw.Shape, field reflect.Value, at *path) error {
	list := reflect.MakeSlice(field.Type(), 0, 0)
	for n := 1; r.in.More(); n++ {
		element := reflect.New(field.Type().Elem()).Elem()
		if _, err := r.value(shape.Of, element, &path{&path{at, strconv.Itoa(n)}, "member"}); err != nil {
			return err
		}
		list = reflect.Append(list, element)
	}
	field.Set(list)
	_, err := r.next()
	return err
}

// mapping reads a map. A null value is kept where the Go type can say so: a
// template of null stays null (AF-080).
func (r *jsonReader) mapping(shape *apigw.Shape, field reflect.Value, at *path) error {
	field.Set(reflect.MakeMap(field.Type()))
	return r.members(func(name string) error {
		value := reflect.New(field.Type().Elem()).Elem()
		null, err := r.value(shape.Of, value, &path{at, name})
		if err != nil || null && shape.Of.Kind == apigw.KindStructure {
			return err
		}
		field.SetMapIndex(reflect.ValueOf(name), value)
		return nil
	})
}

func scalar(kind apigw.Kind, into reflect.Value, token json.Token) error {
	switch token {
	case json.Delim('{'):
		return startOfStructure()
	case json.Delim('['):
		return startOfList()
	}
	switch kind {
	case apigw.KindString:
		return setString(into, token)
	case apigw.KindBoolean:
		return setBoolean(into, token)
	case apigw.KindInteger, apigw.KindLong:
		return setInteger(into, token)
	case apigw.KindDouble:
		return setDouble(into, token)
	}
	return serialization("A member of this kind can not be read") // no input has one
}

func setString(into reflect.Value, token json.Token) error {
	text, ok := token.(string)
	if !ok {
		return serialization("class %s can not be converted to an String", javaClass(token))
	}
	into.SetString(text)
	return nil
}

func setBoolean(into reflect.Value, token json.Token) error {
	switch v := token.(type) {
	case bool:
		into.SetBool(v)
		return nil
	case string:
		b, ok := parseBool(v)
		if !ok {
			return serialization("'%s' can not be converted to an Boolean", v)
		}
		into.SetBool(b)
		return nil
	}
	return serialization("class %s can not be converted to an Boolean", javaClass(token))
}

func setInteger(into reflect.Value, token json.Token) error {
	number, ok := token.(json.Number)
	if !ok {
		return serialization("class %s can not be converted to an Integer", javaClass(token))
	}
	f, err := number.Float64() // also reads 1e3 and 5.0
	if err != nil || f != math.Trunc(f) || f < math.MinInt32 || f > math.MaxInt32 {
		return serialization("%s can not be converted to an Integer", number)
	}
	into.SetInt(int64(f))
	return nil
}

func setDouble(into reflect.Value, token json.Token) error {
	number, ok := token.(json.Number)
	if !ok {
		return serialization("class %s can not be converted to an Double", javaClass(token))
	}
	f, err := number.Float64()
	if err != nil {
		return serialization("%s can not be converted to an Double", number)
	}
	into.SetFloat(f)
	return nil
}

// javaClass is the class that AWS's messages name for a JSON value (AF-012).
func javaClass(token json.Token) string {
	switch token.(type) {
	case bool:
		return "java.lang.Boolean"
	case json.Number:
		return "com.amazon.coral.value.json.numbers.TruncatingBigNumber"
	}
	return "java.lang.String"
}
