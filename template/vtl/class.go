package vtl

import "github.com/poterne/poterne/template/jsonv"

// javaClass is $x.class: the name of a Java class and nothing else. There is
// no reflection behind it, so forName and its family do not exist.
type javaClass string

// AppendString prints "class java.lang.String".
func (c javaClass) AppendString(dst []byte) []byte { return append(append(dst, "class "...), c...) }

var classMethods = []methodRow{
	{signature{"getName", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.String(string(v.Foreign().(javaClass))), nil
	}},
	{signature{"toString", 0}, func(r *Run, v Value, _ []Value) (Value, error) { return r.toString(v) }},
}

var kindClasses = map[jsonv.Kind]javaClass{
	jsonv.KindString: "java.lang.String", jsonv.KindBool: "java.lang.Boolean",
	jsonv.KindInt: "java.lang.Integer", jsonv.KindLong: "java.lang.Long",
	jsonv.KindBigInt: "java.math.BigInteger", jsonv.KindDouble: "java.lang.Double",
	jsonv.KindDecimal: "java.math.BigDecimal",
}

// classValue is $v.class; the embedder's objects have none.
func classValue(v Value) Value {
	name := kindClasses[v.Kind()]
	switch {
	case v.Array() != nil:
		name = [...]javaClass{
			jsonv.JSONArray: "net.minidev.json.JSONArray", jsonv.ArrayList: "java.util.ArrayList",
			jsonv.JavaArray: "[Ljava.lang.Object;",
		}[v.Array().Flavor()]
	case v.Object() != nil && v.Object().Flavor() == jsonv.LinkedHashMap:
		name = "java.util.LinkedHashMap"
	case v.Object() != nil:
		name = "java.util.HashMap"
	case classOf(v) == classScope:
		name = "org.apache.velocity.runtime.directive.ForeachScope"
	case isBlock(v):
		name = "org.apache.velocity.runtime.directive.Block$Reference"
	}
	if name == "" {
		return jsonv.Null
	}
	return jsonv.FromForeign(name)
}
