package vtl

import (
	"errors"

	"github.com/poterne/poterne/template/jsonv"
)

// call runs $v.name(args); null where there is no such method.
func (r *Run) call(v Value, s *stepNode, args []Value) (Value, error) {
	if h, ok := foreignOf(v).(Host); ok {
		if res, err := h.Call(r, s.name, args); err != nil || !res.IsNull() {
			return res, err
		}
	}
	if v.Object() != nil && len(args) > 0 {
		if err := r.key(args[0]); err != nil {
			return jsonv.Null, err
		}
	}
	methods := dispatch[classOf(v)]
	if run := methods[s.id]; run != nil {
		res, err := run(r, v, args)
		if err == nil || !errors.Is(err, errNoMethod) {
			return res, err
		}
	}
	if methods[s.get] != nil && len(args) > 0 {
		return jsonv.Null, errWrongNumber
	}
	return r.variadic(v, s, args)
}

// classOf returns the class of v.
func classOf(v Value) class {
	switch v.Kind() {
	case jsonv.KindString:
		return classString
	case jsonv.KindBool:
		return classBool
	case jsonv.KindObject:
		return classMap
	case jsonv.KindArray:
		return [...]class{
			jsonv.JSONArray: classJSONArray, jsonv.ArrayList: classList, jsonv.JavaArray: classJavaArray, jsonv.StringArray: classJavaArray,
		}[v.Array().Flavor()]
	case jsonv.KindInt:
		return classInteger
	case jsonv.KindLong:
		return classLong
	case jsonv.KindDouble:
		return classDouble
	case jsonv.KindBigInt:
		return classBigInteger
	case jsonv.KindDecimal:
		return classBigDecimal
	case jsonv.KindForeign:
		return foreignClass(v.Foreign())
	}
	return classNone
}

func foreignClass(f jsonv.Foreign) class {
	switch f := f.(type) {
	case *mapView:
		if f.part == viewValues {
			return classValues
		}
		return classKeySet
	case javaChar:
		return classChar
	case *iterator:
		return classIterator
	case *mapEntry:
		return classEntry
	case *loopScope:
		return classScope
	case javaClass:
		return classClass
	}
	return classNone
}

// The arguments of methods: each function reports false where Java would not
// find a method for the argument.

func stringArg(v Value) (string, bool) { return v.Str(), v.Kind() == jsonv.KindString }

func intArg(v Value) (int, bool) { return int(v.Int64()), v.Kind() == jsonv.KindInt }

// stringsArg reads all args as strings.
func stringsArg(args []Value) (list [3]string, err error) {
	for i, a := range args {
		s, ok := stringArg(a)
		if a.IsNull() {
			return list, errNullPointer
		}
		if !ok {
			return list, errNoMethod
		}
		list[i] = s
	}
	return list, nil
}

// nothing is what a method of type void returns.
var nothing = emptyString

// objectMethods are those of java.lang.Object.
var objectMethods = []methodRow{
	{signature{"getClass", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return classValue(v), nil }},
	{signature{"toString", 0}, func(r *Run, v Value, _ []Value) (Value, error) { return r.toString(v) }},
	{signature{"equals", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		equal, err := r.same(v, args[0])
		return jsonv.Bool(equal), err
	}},
	{signature{"hashCode", 0}, hashCode},
}

var boolMethods = []methodRow{
	{signature{"booleanValue", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return v, nil }},
	{signature{"compareTo", 1}, func(_ *Run, v Value, args []Value) (Value, error) {
		switch {
		case args[0].IsNull():
			return jsonv.Null, errNullPointer
		case args[0].Kind() != jsonv.KindBool:
			return jsonv.Null, errClassCast
		}
		return jsonv.Int(truthInt(v) - truthInt(args[0])), nil
	}},
}

func truthInt(v Value) int32 {
	if v.Bool() {
		return 1
	}
	return 0
}

var iteratorMethods = []methodRow{
	{signature{"hasNext", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.Bool(v.Foreign().(*iterator).more()), nil
	}},
	{signature{"next", 0}, func(r *Run, v Value, _ []Value) (Value, error) {
		return v.Foreign().(*iterator).next(r)
	}},
}

var entryMethods = []methodRow{
	{signature{"getKey", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return v.Foreign().(*mapEntry).key, nil
	}},
	{signature{"getValue", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return v.Foreign().(*mapEntry).value(), nil
	}},
	{signature{"setValue", 1}, func(_ *Run, v Value, args []Value) (Value, error) {
		e := v.Foreign().(*mapEntry)
		old, _ := e.of.PutKey(e.key, args[0])
		return old, nil
	}},
}

// scopeProperty makes a getter of $foreach a method.
func scopeProperty(id nameID) method {
	return func(_ *Run, v Value, _ []Value) (Value, error) {
		return v.Foreign().(*loopScope).property(id, ""), nil
	}
}

// onScope makes the methods of maps methods of $foreach, which is one.
func onScope(rows []methodRow) []methodRow {
	list := make([]methodRow, len(rows))
	for i, row := range rows {
		list[i] = methodRow{row.signature, func(r *Run, v Value, args []Value) (Value, error) {
			return row.run(r, jsonv.FromObject(v.Foreign().(*loopScope).object()), args)
		}}
	}
	return list
}

var scopeMethods = []methodRow{
	{signature{"hasNext", 0}, scopeProperty(nameHasNext)},
	{signature{"getHasNext", 0}, scopeProperty(nameHasNext)},
	{signature{"getCount", 0}, scopeProperty(nameCount)},
	{signature{"getIndex", 0}, scopeProperty(nameIndex)},
	{signature{"isFirst", 0}, scopeProperty(nameFirst)},
	{signature{"isLast", 0}, scopeProperty(nameLast)},
	{signature{"getFirst", 0}, scopeProperty(nameFirst)},
	{signature{"getLast", 0}, scopeProperty(nameLast)},
	{signature{"getParent", 0}, scopeProperty(nameParent)},
	{signature{"getTopmost", 0}, scopeProperty(nameTopmost)},
	{signature{"toString", 0}, func(r *Run, v Value, _ []Value) (Value, error) { return r.toString(v) }},
	{signature{"get", 1}, func(_ *Run, v Value, args []Value) (Value, error) {
		return v.Foreign().(*loopScope).get(args[0]), nil
	}},
}
