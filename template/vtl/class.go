package vtl

import (
	"errors"
	"math/big"

	"github.com/poterne/poterne/template/jsonv"
)

// javaClass is $x.class: the name of a Java class, the static methods of the
// classes that have some here, and nothing else. There is no reflection behind
// it, so forName and its family do not exist.
type javaClass string

// AppendString prints "class java.lang.String".
func (c javaClass) AppendString(dst []byte) []byte { return append(append(dst, "class "...), c...) }

const (
	stringClass  javaClass = "java.lang.String"
	boolClass    javaClass = "java.lang.Boolean"
	integerClass javaClass = "java.lang.Integer"
	longClass    javaClass = "java.lang.Long"
	doubleClass  javaClass = "java.lang.Double"
	charClass    javaClass = "java.lang.Character"

	bigIntegerClass javaClass = "java.math.BigInteger"
	bigDecimalClass javaClass = "java.math.BigDecimal"

	classOfClasses javaClass = "java.lang.Class" // Velocity lets no method of it be called but getName

	foreachClass javaClass = "org.apache.velocity.runtime.directive.ForeachScope"
	blockClass   javaClass = "org.apache.velocity.runtime.directive.Block$Reference"
)

var classMethods = []methodRow{
	{signature{"getName", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.String(string(v.Foreign().(javaClass))), nil
	}},
	{signature{"getClass", 0}, func(*Run, Value, []Value) (Value, error) {
		return jsonv.FromForeign(classOfClasses), nil
	}},
}

// staticsOf are the static methods of classes.
var staticsOf = map[javaClass][]methodRow{
	"net.minidev.json.JSONArray": jsonArrayMethods[1:2], // toJSONString(list)

	stringClass: stringStatics, boolClass: boolStatics, integerClass: integerStatics,
	longClass: longStatics, doubleClass: doubleStatics, charClass: charStatics,
	bigIntegerClass: bigIntegerStatics, bigDecimalClass: bigDecimalStatics,
}

// instancesOf is what methods the values of a Java class have.
var instancesOf = map[javaClass]class{
	stringClass: classString, boolClass: classBool, integerClass: classInteger, longClass: classLong,
	doubleClass: classDouble, charClass: classChar, bigIntegerClass: classBigInteger, bigDecimalClass: classBigDecimal,
	"java.util.ArrayList": classList, "net.minidev.json.JSONArray": classJSONArray,
	"java.util.LinkedHashMap": classMap, "java.util.HashMap": classMap,
	"java.util.LinkedHashMap$LinkedKeySet": classKeySet, "java.util.HashMap$KeySet": classKeySet,
	"java.util.LinkedHashMap$LinkedEntrySet": classKeySet, "java.util.HashMap$EntrySet": classKeySet,
	"java.util.LinkedHashMap$LinkedValues": classValues, "java.util.HashMap$Values": classValues,
	"java.util.LinkedHashMap$Entry": classEntry, "java.util.HashMap$Node": classEntry,
	foreachClass: classScope, blockClass: classNone,
}

// errNotInstance is what a method of a class's values makes of the class
// itself: Velocity 1.7 finds it all the same.
var errNotInstance error = javaError("IllegalArgumentException: object is not an instance of declaring class")

// callStatic calls a static method of the class. A method of the class's
// values is found too, and fails; what these do not have is the class's own.
func (r *Run) callStatic(c javaClass, s *stepNode, args []Value) (Value, error) {
	for _, row := range staticsOf[c] {
		if row.name == s.name && row.arity == len(args) && row.arity > 0 {
			if res, err := row.run(r, jsonv.Null, args); !errors.Is(err, errNoMethod) {
				return res, err
			}
		}
	}
	if r.instancesTake(c, s, args) {
		return jsonv.Null, errNotInstance
	}
	switch {
	case c == classOfClasses:
		return jsonv.Null, nil
	case c == stringClass:
		return r.variadic(jsonv.String(""), s, args)
	case s.name == "toString" && len(args) == 0:
		return jsonv.String(string(c.AppendString(nil))), nil
	case s.name == "toString", s.name == "hashCode" && len(args) > 0:
		return jsonv.Null, errWrongNumber
	case s.name == "equals" && len(args) == 1:
		other, is := foreignOf(args[0]).(javaClass)
		return jsonv.Bool(is && other == c), nil
	}
	return jsonv.Null, nil
}

// instancesTake reports whether the values of class c have a method for args.
func (r *Run) instancesTake(c javaClass, s *stepNode, args []Value) bool {
	of, ok := instancesOf[c]
	if !ok || c.isHidden(s, args) {
		return false
	}
	methods := dispatch[of]
	if methods[s.get] != nil && len(args) > 0 || c == stringClass && s.name == "formatted" {
		return true
	}
	v := r.sample(c)
	if methods[s.id] == nil || v.IsNull() {
		return methods[s.id] != nil
	}
	_, err := methods[s.id](r, v, args)
	return !errors.Is(err, errNoMethod)
}

// sample is a new value of a class whose methods look at the classes of their
// arguments; of other classes it is null.
func (r *Run) sample(c javaClass) Value {
	switch c {
	case stringClass:
		return jsonv.String("")
	case boolClass:
		return jsonv.Bool(false)
	case integerClass:
		return jsonv.Int(0)
	case longClass:
		return jsonv.Long(0)
	case doubleClass:
		return jsonv.Double(0)
	case bigIntegerClass:
		return bigValue(new(big.Int))
	case bigDecimalClass:
		return decimalValue(decimal{unscaled: new(big.Int)})
	case charClass:
		return jsonv.FromForeign(javaChar(0))
	case "java.util.ArrayList":
		return jsonv.FromArray(r.arena.NewArray(jsonv.ArrayList, 0))
	case "net.minidev.json.JSONArray":
		return jsonv.FromArray(r.arena.NewArray(jsonv.JSONArray, 0))
	case "java.util.LinkedHashMap$LinkedKeySet", "java.util.HashMap$KeySet", "java.util.LinkedHashMap$LinkedEntrySet", "java.util.HashMap$EntrySet":
		return r.newView(mapView{of: r.arena.NewObject(jsonv.HashMap, 0), part: viewKeys})
	case "java.util.LinkedHashMap$LinkedValues", "java.util.HashMap$Values":
		return r.newView(mapView{of: r.arena.NewObject(jsonv.HashMap, 0), part: viewValues})
	}
	return jsonv.Null
}

// isHidden reports whether Velocity does not find the method in class c: an
// entry's toString is not public there, a block declares toString alone, and
// get of a list takes an int.
func (c javaClass) isHidden(s *stepNode, args []Value) bool {
	switch instancesOf[c] {
	case classNone:
		return s.name != "toString"
	case classEntry:
		return s.name == "toString"
	case classList, classJSONArray:
		return s.name == "get" && len(args) == 1 && args[0].Kind() != jsonv.KindInt
	}
	return false
}

// index is an index on the class itself: get and set of its values.
func (c javaClass) index(key Value) error {
	switch instancesOf[c] {
	case classMap, classScope:
		return errNotInstance
	case classList, classJSONArray:
		if key.Kind() == jsonv.KindInt {
			return errNotInstance
		}
	}
	return nil
}

var kindClasses = map[jsonv.Kind]javaClass{
	jsonv.KindString: stringClass, jsonv.KindBool: boolClass,
	jsonv.KindInt: integerClass, jsonv.KindLong: longClass,
	jsonv.KindBigInt: bigIntegerClass, jsonv.KindDouble: doubleClass,
	jsonv.KindDecimal: bigDecimalClass,
}

// classValue is $v.class; the embedder's objects have none.
func classValue(v Value) Value {
	name := kindClasses[v.Kind()]
	switch {
	case v.Array() != nil:
		name = [...]javaClass{
			jsonv.JSONArray: "net.minidev.json.JSONArray", jsonv.ArrayList: "java.util.ArrayList",
			jsonv.JavaArray: "[Ljava.lang.Object;", jsonv.StringArray: "[Ljava.lang.String;",
		}[v.Array().Flavor()]
	case v.Object() != nil && v.Object().Flavor() == jsonv.LinkedHashMap:
		name = "java.util.LinkedHashMap"
	case v.Object() != nil:
		name = "java.util.HashMap"
	case v.Foreign() != nil:
		name = foreignClassName(v.Foreign())
	}
	if name == "" {
		return jsonv.Null
	}
	return jsonv.FromForeign(name)
}

func foreignClassName(f jsonv.Foreign) javaClass {
	switch f := f.(type) {
	case javaChar:
		return charClass
	case *loopScope:
		return foreachClass
	case *block:
		return blockClass
	case *mapEntry:
		return "java.util." + mapClass(f.of, "LinkedHashMap$Entry", "HashMap$Node")
	case *mapView:
		return "java.util." + [...]javaClass{
			viewKeys:    mapClass(f.of, "LinkedHashMap$LinkedKeySet", "HashMap$KeySet"),
			viewValues:  mapClass(f.of, "LinkedHashMap$LinkedValues", "HashMap$Values"),
			viewEntries: mapClass(f.of, "LinkedHashMap$LinkedEntrySet", "HashMap$EntrySet"),
		}[f.part]
	}
	return ""
}

func mapClass(o *jsonv.Object, linked, hashed javaClass) javaClass {
	if o.Flavor() == jsonv.LinkedHashMap {
		return linked
	}
	return hashed
}
