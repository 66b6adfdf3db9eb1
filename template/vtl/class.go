package vtl

import "github.com/poterne/poterne/template/jsonv"

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
)

var classMethods = []methodRow{
	{signature{"getName", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.String(string(v.Foreign().(javaClass))), nil
	}},
	{signature{"getClass", 0}, func(*Run, Value, []Value) (Value, error) {
		return jsonv.FromForeign(javaClass("java.lang.Class")), nil
	}},
}

// staticsOf are the static methods of classes.
var staticsOf = map[javaClass][]methodRow{
	stringClass: stringStatics, boolClass: boolStatics, integerClass: integerStatics,
	longClass: longStatics, doubleClass: doubleStatics, charClass: charStatics,
}

// sampleOf is a value of each class, for what methods its values have.
var sampleOf = map[javaClass]Value{
	stringClass: jsonv.String(""), boolClass: jsonv.Bool(false), integerClass: jsonv.Int(0),
	longClass: jsonv.Long(0), doubleClass: jsonv.Double(0), charClass: asciiChars[0],
	"java.util.ArrayList": jsonv.FromArray(jsonv.NewArray(jsonv.ArrayList)), "java.util.LinkedHashMap": jsonv.FromObject(jsonv.NewObject()),
	"net.minidev.json.JSONArray": jsonv.FromArray(jsonv.NewArray(jsonv.JSONArray)), "java.util.HashMap": jsonv.FromObject(jsonv.NewObject()),
}

// callStatic calls a static method of the class. A method of the class's
// values is found too, and fails: the class is none of them.
func (r *Run) callStatic(c javaClass, s *stepNode, args []Value) (Value, error) {
	for _, row := range staticsOf[c] {
		if row.name == s.name && row.arity == len(args) && row.arity > 0 {
			return row.run(r, sampleOf[c], args)
		}
	}
	if sample, ok := sampleOf[c]; ok {
		methods := dispatch[classOf(sample)]
		if methods[s.id] != nil || methods[s.get] != nil && len(args) > 0 {
			return jsonv.Null, javaError("IllegalArgumentException: object is not an instance of declaring class")
		}
		return r.variadic(sample, s, args)
	}
	return jsonv.Null, nil
}

var kindClasses = map[jsonv.Kind]javaClass{
	jsonv.KindString: stringClass, jsonv.KindBool: boolClass,
	jsonv.KindInt: integerClass, jsonv.KindLong: longClass,
	jsonv.KindBigInt: "java.math.BigInteger", jsonv.KindDouble: doubleClass,
	jsonv.KindDecimal: "java.math.BigDecimal",
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
		return "org.apache.velocity.runtime.directive.ForeachScope"
	case *block:
		return "org.apache.velocity.runtime.directive.Block$Reference"
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
