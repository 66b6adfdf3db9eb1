package vtl

import "github.com/poterne/poterne/template/jsonv"

// overload is one of the methods of a name and arity. params has a letter for
// each parameter:
//
//	s String or CharSequence   i int   l long   d double   b boolean   h char
//	o Object   c Collection   m Map   I BigInteger   D BigDecimal
type overload struct {
	params string
	run    func(v Value, args []Value) (Value, error)
}

// overloads makes a method of overloads, the most specific first. A null for
// a parameter that is no Object is a NullPointerException, as nearly every
// method of Java makes of it.
func overloads(list ...overload) method {
	return func(r *Run, v Value, args []Value) (Value, error) {
		if err := r.tick(); err != nil {
			return jsonv.Null, err
		}
		for i := range list {
			if fit, hasNull := fits(list[i].params, args); fit {
				if hasNull {
					return jsonv.Null, errNullPointer
				}
				return list[i].run(v, args)
			}
		}
		return jsonv.Null, errNoMethod
	}
}

// typed is a method with one overload.
func typed(params string, run func(v Value, args []Value) (Value, error)) method {
	return overloads(overload{params, run})
}

// fits reports whether Velocity takes args for the parameters, and whether one
// of them is null.
func fits(params string, args []Value) (fit, hasNull bool) {
	for i := range args {
		switch {
		case params[i] == 'o':
		case args[i].IsNull():
			if isPrimitive(params[i]) {
				return false, false
			}
			hasNull = true
		case !converts(params[i], args[i]):
			return false, false
		}
	}
	return true, hasNull
}

func isPrimitive(param byte) bool {
	switch param {
	case 'i', 'l', 'd', 'b', 'h':
		return true
	}
	return false
}

// converts reports whether v, which is not null, may be an argument for param.
func converts(param byte, v Value) bool {
	k := v.Kind()
	switch param {
	case 's':
		return k == jsonv.KindString
	case 'i':
		return k == jsonv.KindInt
	case 'l':
		return k == jsonv.KindInt || k == jsonv.KindLong
	case 'd':
		return k == jsonv.KindInt || k == jsonv.KindLong || k == jsonv.KindDouble
	case 'b':
		return k == jsonv.KindBool
	case 'h':
		_, is := charOf(v)
		return is
	case 'c':
		return isCollection(v)
	case 'm':
		return k == jsonv.KindObject
	case 'I':
		return k == jsonv.KindBigInt
	case 'D':
		return k == jsonv.KindDecimal
	}
	return false
}

// errClassCast is what compareTo of another class comes to.
var errClassCast error = javaError("ClassCastException")

// errWrongNumber is what a method without parameters makes of arguments:
// Velocity 1.7 finds it all the same.
var errWrongNumber error = javaError("IllegalArgumentException: wrong number of arguments")
