package mapping

import (
	"errors"

	"github.com/poterne/poterne/template/jsonpath"
	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
)

// inputObject is $input where it is used as a value.
type inputObject struct{ s *Scope }

// AppendString prints nothing: what AWS prints is not recorded.
func (inputObject) AppendString(dst []byte) []byte { return dst }

// Property is $input.body.
func (in inputObject) Property(_ *vtl.Run, name string) (jsonv.Value, error) {
	if name == "body" || name == "Body" {
		return jsonv.String(in.s.Body()), nil
	}
	return jsonv.Null, nil
}

// Call runs a function of $input.
func (inputObject) Call(r *vtl.Run, name string, args []jsonv.Value) (jsonv.Value, error) {
	if fn := inputFunctions[function{name, len(args)}]; fn != nil {
		return fn(r, args)
	}
	if inputFunctions[function{name, 0}] != nil {
		return jsonv.Null, errWrongNumber
	}
	return jsonv.Null, nil
}

// errWrongNumber is what a function without parameters makes of arguments, as
// every method of Java does in Velocity.
var errWrongNumber = errors.New("IllegalArgumentException: wrong number of arguments")

// inputFunctions are the functions of $input (data plane §15.8).
var inputFunctions = map[function]vtl.Bound{
	{"json", 1}:    inputJSON,
	{"path", 1}:    inputPath,
	{"params", 0}:  inputParams,
	{"params", 1}:  inputParam,
	{"getBody", 0}: inputBody,
}

// bindInput binds a member of $input; a path that is written out is compiled
// here.
func bindInput(first vtl.Step) vtl.Bound {
	if !first.Call {
		if first.Name == "body" || first.Name == "Body" { // getBody, as Velocity looks for it
			return inputBody
		}
		return nil
	}
	if len(first.Args) == 1 && first.Args[0].Known && first.Args[0].Value.Kind() == jsonv.KindString {
		path, err := jsonpath.Compile(first.Args[0].Value.Str())
		switch {
		case err != nil: // an error of the render, not of the template
		case first.Name == "path":
			return func(r *vtl.Run, _ []jsonv.Value) (jsonv.Value, error) { return readPath(r, path) }
		case first.Name == "json":
			return func(r *vtl.Run, _ []jsonv.Value) (jsonv.Value, error) {
				v, err := readPath(r, path)
				return asJSON(r, v, err)
			}
		}
	}
	return inputFunctions[function{first.Name, len(first.Args)}]
}

func inputBody(r *vtl.Run, _ []jsonv.Value) (jsonv.Value, error) {
	return jsonv.String(scopeOf(r).Body()), nil
}

// errNullPath is what $input.path(null) comes to.
var errNullPath = errors.New("IllegalArgumentException: path can not be null or empty")

// inputPath is $input.path(expression).
func inputPath(r *vtl.Run, args []jsonv.Value) (jsonv.Value, error) {
	switch args[0].Kind() {
	case jsonv.KindString:
	case jsonv.KindNull:
		return jsonv.Null, errNullPath
	default:
		return jsonv.Null, nil // no such method
	}
	source := args[0].Str()
	if err := r.Work(len(source)); err != nil {
		return jsonv.Null, err
	}
	if doc, err := scopeOf(r).JSON(); err != nil || doc.IsNull() {
		return jsonv.Null, err // before the path is looked at
	}
	path, err := jsonpath.Compile(source)
	if err != nil {
		return jsonv.Null, err
	}
	return readPath(r, path)
}

// inputJSON is $input.json(expression).
func inputJSON(r *vtl.Run, args []jsonv.Value) (jsonv.Value, error) {
	if k := args[0].Kind(); k != jsonv.KindString && k != jsonv.KindNull {
		return jsonv.Null, nil
	}
	v, err := inputPath(r, args)
	return asJSON(r, v, err)
}

// asJSON prints what was found; what is missing, or null, is "" with its quotes.
func asJSON(r *vtl.Run, v jsonv.Value, err error) (jsonv.Value, error) {
	switch {
	case err != nil:
		return jsonv.Null, err
	case v.IsNull():
		return jsonv.String(`""`), nil
	}
	return r.Text(v, jsonv.JSON)
}

// inputParams is $input.params(): path, querystring and header, whose order is
// that of HashMaps (see ParamList.HashOrder).
func inputParams(r *vtl.Run, _ []jsonv.Value) (jsonv.Value, error) {
	s := scopeOf(r)
	if s.params == nil {
		m := s.Arena().NewObject(jsonv.LinkedHashMap, 3)
		flavor := jsonv.HashMap
		if s.Params.InOrder {
			flavor = jsonv.LinkedHashMap
		}
		m.Put("path", jsonv.FromObject(s.stringMap(flavor, s.Params.Path)))
		m.Put("querystring", jsonv.FromObject(s.stringMap(flavor, s.Params.Query)))
		m.Put("header", jsonv.FromObject(s.stringMap(flavor, s.Params.Header)))
		s.params = m
	}
	return jsonv.FromObject(s.params), nil
}

// inputParam is $input.params(name): the first of path, query string and
// headers that has the name; "" if none has, so that it has a length (AF-211).
func inputParam(r *vtl.Run, args []jsonv.Value) (jsonv.Value, error) {
	switch args[0].Kind() {
	case jsonv.KindString:
	case jsonv.KindNull:
		return jsonv.Null, nil
	default:
		return jsonv.Null, errWrongNumber
	}
	s, name := scopeOf(r), args[0].Str()
	if s.params != nil {
		for _, m := range s.params.Members() {
			if v, ok := m.Value.Object().Get(name); ok {
				return v, nil
			}
		}
		return jsonv.String(""), nil
	}
	for _, list := range [...]ParamList{s.Params.Path, s.Params.Query, s.Params.Header} {
		if value, ok := list.Last(name); ok {
			return jsonv.String(value), nil
		}
	}
	return jsonv.String(""), nil
}
