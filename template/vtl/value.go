package vtl

import (
	"fmt"

	"github.com/poterne/poterne/template/jsonv"
)

// foreignOf returns the object behind a foreign value, nil for others.
func foreignOf(v Value) jsonv.Foreign {
	if v.Kind() != jsonv.KindForeign {
		return nil
	}
	return v.Foreign()
}

// sameClass reports whether the classes of two values are the same, or one is
// a subclass of the other, so that == is equals.
func sameClass(a, b Value) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	if list := a.Array(); list != nil {
		x, y := list.Flavor(), b.Array().Flavor()
		return x == y || x < jsonv.JavaArray && y < jsonv.JavaArray // a JSONArray is an ArrayList
	}
	return true
}

// javaError is an exception that a Java method would have thrown.
type javaError string

func (e javaError) Error() string { return string(e) }

func outOfBounds(i int64, size int) error {
	return javaError(fmt.Sprintf("IndexOutOfBoundsException: Index %d out of bounds for length %d", i, size))
}

var errNullPointer error = javaError("NullPointerException")

// errNoMethod says that a method does not take these arguments: the call is
// undefined.
var errNoMethod error = javaError("no such method")

// property returns $v.name.
func (r *Run) property(v Value, s *stepNode) (Value, error) {
	if s.id == nameClass {
		return classValue(v), nil
	}
	switch v.Kind() {
	case jsonv.KindObject:
		res, _ := v.Object().Get(s.name)
		return res, nil
	case jsonv.KindForeign:
		res, err := r.foreignProperty(v.Foreign(), s)
		if err != nil || !res.IsNull() {
			return res, err
		}
	case jsonv.KindArray:
		if v.Array().IsJavaArray() {
			return jsonv.Null, nil
		}
	}
	return r.getter(v, s)
}

// getter is a property that getName() or isName() reads.
func (r *Run) getter(v Value, s *stepNode) (Value, error) {
	methods := dispatch[classOf(v)]
	if run := methods[s.get]; run != nil {
		return run(r, v, nil)
	}
	if run := methods[s.is]; run != nil {
		if res, err := run(r, v, nil); err != nil || res.Kind() == jsonv.KindBool {
			return res, err
		}
	}
	return jsonv.Null, nil
}

func (r *Run) foreignProperty(f jsonv.Foreign, s *stepNode) (Value, error) {
	switch f := f.(type) {
	case *loopScope:
		return f.property(s.id, s.name), nil
	case javaClass:
		if s.name == "name" {
			return jsonv.String(string(f)), nil
		}
	case Host:
		return f.Property(r, s.name)
	}
	return jsonv.Null, nil
}

// key charges what it costs to look a key up: its text.
func (r *Run) key(key Value) error {
	switch {
	case key.Kind() < jsonv.KindString:
		return nil
	case key.Kind() == jsonv.KindString:
		return r.read(len(key.Str()))
	}
	if _, is := foreignOf(key).(*block); is {
		return nil
	}
	_, err := r.toString(key)
	return err
}

// read charges a look at n bytes; a short one belongs to the step that it is in.
func (r *Run) read(n int) error {
	if n < 256 {
		return nil
	}
	return r.Work(n)
}

// index returns $v[key]: the get method of lists and maps. A negative Integer
// counts from the end, which a value without a size refuses.
func (r *Run) index(v, key Value) (Value, error) {
	key, err := r.fromEnd(v, key)
	switch {
	case err != nil:
		return jsonv.Null, err
	case v.Object() != nil:
		if err := r.key(key); err != nil {
			return jsonv.Null, err
		}
		res, _ := v.Object().GetKey(key)
		return res, nil
	case v.Array() != nil:
		return listGet(v.Array(), key)
	}
	switch f := foreignOf(v).(type) {
	case *loopScope:
		return f.get(key), nil
	case javaClass:
		return jsonv.Null, f.index(key)
	}
	return jsonv.Null, nil
}

// fromEnd turns a negative Integer into an index that counts from the end of v.
func (r *Run) fromEnd(v, key Value) (Value, error) {
	if key.Kind() != jsonv.KindInt || key.Int64() >= 0 {
		return key, nil
	}
	size, ok := 0, true
	switch f := foreignOf(v).(type) {
	case *mapView:
		size = f.of.Len()
	case *loopScope:
		size = f.object().Len()
	default:
		switch {
		case v.Object() != nil:
			size = v.Object().Len()
		case v.Array() != nil:
			size = v.Array().Len()
		default:
			ok = false
		}
	}
	if !ok {
		return key, javaError("VelocityException: a negative index needs a value with a size")
	}
	return jsonv.Int(int32(key.Int64() + int64(size))), nil
}

func listGet(list *jsonv.Array, key Value) (Value, error) {
	if key.Kind() != jsonv.KindInt {
		return jsonv.Null, nil
	}
	i := key.Int64()
	if i < 0 || i >= int64(list.Len()) {
		return jsonv.Null, outOfBounds(i, list.Len())
	}
	return list.At(int(i)), nil
}
