package vtl

import (
	"slices"

	"github.com/poterne/poterne/template/jsonv"
)

// collectionMethods are those that lists, arrays and the views of maps share.
var collectionMethods = []methodRow{
	{signature{"size", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.Int(int32(sizeOf(v))), nil
	}},
	{signature{"isEmpty", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.Bool(sizeOf(v) == 0), nil
	}},
	{signature{"contains", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		i, err := r.find(v, args[0], 1)
		return jsonv.Bool(i >= 0), err
	}},
	{signature{"containsAll", 1}, containsAll},
	{signature{"iterator", 0}, func(r *Run, v Value, _ []Value) (Value, error) {
		q, _ := sequenceOf(v)
		return r.newIterator(iterator{over: q}), nil
	}},
	{signature{"toArray", 0}, func(r *Run, v Value, _ []Value) (Value, error) {
		return r.copyOf(v, jsonv.JavaArray)
	}},
	{signature{"toArray", 1}, toArrayOf},
}

// listMethods are those of java.util.List.
var listMethods = []methodRow{
	{signature{"get", 1}, listGetMethod},
	{signature{"add", 1}, listAdd},
	{signature{"add", 2}, listInsert},
	{signature{"addAll", 1}, listAddAll},
	{signature{"addAll", 2}, listAddAll},
	{signature{"set", 2}, listSet},
	{signature{"remove", 1}, listRemove},
	{signature{"removeAll", 1}, func(r *Run, v Value, args []Value) (Value, error) { return r.keepIf(v, args[0], false) }},
	{signature{"retainAll", 1}, func(r *Run, v Value, args []Value) (Value, error) { return r.keepIf(v, args[0], true) }},
	{signature{"indexOf", 1}, indexOfItem(1)},
	{signature{"lastIndexOf", 1}, indexOfItem(-1)},
	{signature{"clone", 0}, func(r *Run, v Value, _ []Value) (Value, error) { return r.copyOf(v, v.Array().Flavor()) }},
	{signature{"trimToSize", 0}, func(*Run, Value, []Value) (Value, error) { return nothing, nil }},
	{signature{"ensureCapacity", 1}, typed("i", func(Value, []Value) (Value, error) { return nothing, nil })},
	{signature{"subList", 2}, subList},
	{signature{"listIterator", 0}, func(r *Run, v Value, _ []Value) (Value, error) {
		q, _ := sequenceOf(v)
		return r.newIterator(iterator{over: q}), nil
	}},
	{signature{"clear", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		v.Array().Clear()
		return nothing, nil
	}},
}

// jsonArrayMethods are what net.minidev.json.JSONArray adds.
var jsonArrayMethods = []methodRow{
	{signature{"toJSONString", 0}, func(r *Run, v Value, _ []Value) (Value, error) { return r.toString(v) }},
	{signature{"toJSONString", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		if args[0].IsNull() { // of a list or of a style? Velocity takes none
			return jsonv.Null, nil
		}
		if args[0].Array() == nil || args[0].Array().IsJavaArray() {
			return jsonv.Null, errNoMethod
		}
		return r.Text(args[0], jsonv.ArrayJSON)
	}},
	{signature{"merge", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		from := args[0].Array()
		switch {
		case args[0].IsNull():
			return nothing, nil
		case from == nil || from.Flavor() != jsonv.JSONArray:
			return jsonv.Null, errClassCast
		}
		if err := r.Build(24 * from.Len()); err != nil {
			return jsonv.Null, err
		}
		v.Array().Append(slices.Clone(from.Items())...)
		return nothing, nil
	}},
}

// setMethods are what the key sets and entry sets of maps have beside.
var setMethods = []methodRow{
	{signature{"hashCode", 0}, func(r *Run, v Value, _ []Value) (Value, error) {
		h, err := r.hash(v, 0)
		return jsonv.Int(h), err
	}},
}

// viewMethods change the map behind a view; nothing can be added.
var viewMethods = []methodRow{
	{signature{"add", 1}, unsupported},
	{signature{"addAll", 1}, addNothing},
	{signature{"remove", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		i, err := r.find(v, args[0], 1)
		if err != nil || i < 0 {
			return jsonv.Bool(false), err
		}
		of := v.Foreign().(*mapView).of
		of.RemoveKey(of.Key(i))
		return jsonv.Bool(true), nil
	}},
	{signature{"removeAll", 1}, func(r *Run, v Value, args []Value) (Value, error) { return r.keepInView(v, args[0], false) }},
	{signature{"retainAll", 1}, func(r *Run, v Value, args []Value) (Value, error) { return r.keepInView(v, args[0], true) }},
	{signature{"clear", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		v.Foreign().(*mapView).of.Clear()
		return nothing, nil
	}},
}

var errUnsupported error = javaError("UnsupportedOperationException")

// keepInView removes from the map what is not, or is, in other.
func (r *Run) keepInView(v, other Value, in bool) (Value, error) {
	switch {
	case other.IsNull():
		return jsonv.Null, errNullPointer
	case !isCollection(other):
		return jsonv.Null, errNoMethod
	}
	view := v.Foreign().(*mapView)
	changed := false
	for i := 0; i < view.of.Len(); {
		at, err := r.find(other, r.viewItem(view.of, view.part, i), 1)
		if err != nil {
			return jsonv.Null, err
		}
		if (at >= 0) == in {
			i++
			continue
		}
		view.of.RemoveKey(view.of.Key(i))
		changed = true
	}
	return jsonv.Bool(changed), nil
}

// arrayMethods are what Velocity gives Java arrays beside those of collections:
// java.util.AbstractList over the array, which has a fixed size.
var arrayMethods = []methodRow{
	objectMethods[0], // getClass
	{signature{"get", 1}, listGetMethod},
	{signature{"set", 2}, arraySet},
	{signature{"indexOf", 1}, indexOfItem(1)},
	{signature{"lastIndexOf", 1}, indexOfItem(-1)},
	{signature{"subList", 2}, subList},
	{signature{"add", 1}, unsupported},
	{signature{"add", 2}, typed("io", func(Value, []Value) (Value, error) { return jsonv.Null, errUnsupported })},
	{signature{"addAll", 1}, addNothing},
	{signature{"equals", 1}, func(_ *Run, v Value, args []Value) (Value, error) {
		return jsonv.Bool(args[0].Array() == v.Array()), nil
	}},
}

func unsupported(*Run, Value, []Value) (Value, error) { return jsonv.Null, errUnsupported }

// addNothing is addAll of what cannot grow.
var addNothing = typed("c", func(_ Value, args []Value) (Value, error) {
	if sizeOf(args[0]) == 0 {
		return jsonv.Bool(false), nil
	}
	return jsonv.Null, errUnsupported
})

func arraySet(r *Run, v Value, args []Value) (Value, error) {
	if v.Array().Flavor() == jsonv.StringArray && isNoString(args[1]) {
		if args[0].Kind() != jsonv.KindInt {
			return jsonv.Null, errNoMethod
		}
		return jsonv.Null, javaError("IllegalArgumentException: array element type mismatch")
	}
	return listSet(r, v, args)
}

func indexOfItem(step int) method {
	return func(r *Run, v Value, args []Value) (Value, error) {
		i, err := r.find(v, args[0], step)
		return jsonv.Int(int32(i)), err
	}
}

func sizeOf(v Value) int {
	if list := v.Array(); list != nil {
		return list.Len()
	}
	if view, ok := foreignOf(v).(*mapView); ok {
		return view.of.Len()
	}
	return 0
}

// find returns the index of an item that equals x, from the front or the back,
// or -1.
func (r *Run) find(v, x Value, step int) (int, error) {
	q, _ := sequenceOf(v)
	size := sizeOf(v)
	i := 0
	if step < 0 {
		i = size - 1
	}
	for ; i >= 0 && i < size; i += step {
		item, err := q.next(r, i)
		if err != nil {
			return i, err
		}
		if equal, err := r.same(item, x); equal || err != nil {
			return i, err
		}
	}
	return -1, nil
}

func isCollection(v Value) bool {
	_, isView := foreignOf(v).(*mapView)
	return isView || v.Array() != nil && !v.Array().IsJavaArray()
}

func containsAll(r *Run, v Value, args []Value) (Value, error) {
	if args[0].IsNull() {
		return jsonv.Null, errNullPointer
	}
	if !isCollection(args[0]) {
		return jsonv.Null, errNoMethod
	}
	q, _ := sequenceOf(args[0])
	for i := 0; q.more(i); i++ {
		item, err := q.next(r, i)
		if err != nil {
			return jsonv.Null, err
		}
		if at, err := r.find(v, item, 1); at < 0 || err != nil {
			return jsonv.Bool(false), err
		}
	}
	return jsonv.Bool(true), nil
}

// copyOf returns the items of a collection as a new list.
func (r *Run) copyOf(v Value, flavor jsonv.Flavor) (Value, error) {
	size := sizeOf(v)
	if err := r.Build(64 + 24*size); err != nil {
		return jsonv.Null, err
	}
	q, _ := sequenceOf(v)
	list := r.arena.NewArray(flavor, size)
	for i := range size {
		item, err := q.next(r, i)
		if err != nil {
			return jsonv.Null, err
		}
		list.Set(i, item)
	}
	return jsonv.FromArray(list), nil
}

// toArrayOf is toArray(T[]): into the given array where it is long enough, else
// into a new one of its class. Of what is no array Velocity makes one of one.
func toArrayOf(r *Run, v Value, args []Value) (Value, error) {
	if args[0].IsNull() {
		return jsonv.Null, errNullPointer
	}
	into := args[0].Array()
	if into == nil || !into.IsJavaArray() {
		list, err := r.copyOf(v, jsonv.JavaArray)
		if err == nil && sizeOf(v) == 0 {
			list.Array().Append(jsonv.Null)
		}
		return list, err
	}
	list, err := r.copyOf(v, into.Flavor())
	if err != nil {
		return jsonv.Null, err
	}
	items := list.Array().Items()
	switch {
	case into.Flavor() == jsonv.StringArray && slices.ContainsFunc(items, isNoString):
		return jsonv.Null, javaError("ArrayStoreException")
	case into.Len() < len(items):
		return list, nil
	}
	if copy(into.Items(), items) < into.Len() {
		into.Set(len(items), jsonv.Null) // marks the end
	}
	return args[0], nil
}

// isNoString reports whether an array of strings cannot hold v.
func isNoString(v Value) bool { return v.Kind() != jsonv.KindString && v.Kind() != jsonv.KindNull }

func listGetMethod(_ *Run, v Value, args []Value) (Value, error) {
	return listGet(v.Array(), args[0])
}

func listAdd(r *Run, v Value, args []Value) (Value, error) {
	if err := r.Build(24); err != nil {
		return jsonv.Null, err
	}
	v.Array().Append(args[0])
	return jsonv.Bool(true), nil
}

// place reads an index of a list, at most limit.
func place(v Value, limit int) (int, error) {
	i, ok := intArg(v)
	switch {
	case !ok:
		return 0, errNoMethod
	case i < 0 || i > limit:
		return 0, outOfBounds(int64(i), limit)
	}
	return i, nil
}

func listInsert(r *Run, v Value, args []Value) (Value, error) {
	list := v.Array()
	i, err := place(args[0], list.Len())
	if err != nil {
		return jsonv.Null, err
	}
	if err := r.Build(24 + (list.Len()-i)*4); err != nil {
		return jsonv.Null, err
	}
	list.Insert(i, args[1])
	return nothing, nil
}

// listAddAll is addAll(items) and addAll(index, items).
func listAddAll(r *Run, v Value, args []Value) (Value, error) {
	list, at := v.Array(), v.Array().Len()
	from := args[len(args)-1]
	switch {
	case !from.IsNull() && !isCollection(from), len(args) == 2 && args[0].Kind() != jsonv.KindInt:
		return jsonv.Null, errNoMethod
	case len(args) == 2:
		var err error
		if at, err = place(args[0], at); err != nil {
			return jsonv.Null, err
		}
	}
	if from.IsNull() {
		return jsonv.Null, errNullPointer
	}
	items, err := r.copyOf(from, jsonv.ArrayList)
	if err != nil {
		return jsonv.Null, err
	}
	list.Insert(at, items.Array().Items()...)
	return jsonv.Bool(items.Array().Len() > 0), nil
}

func listSet(_ *Run, v Value, args []Value) (Value, error) {
	list := v.Array()
	i, err := place(args[0], list.Len()-1)
	if err != nil {
		return jsonv.Null, err
	}
	old := list.At(i)
	list.Set(i, args[1])
	return old, nil
}

// listRemove is remove(int) for an Integer, remove(Object) for all else.
func listRemove(r *Run, v Value, args []Value) (Value, error) {
	list := v.Array()
	if args[0].Kind() == jsonv.KindInt {
		i, err := place(args[0], list.Len()-1)
		if err != nil {
			return jsonv.Null, err
		}
		old := list.At(i)
		list.Remove(i)
		return old, r.Work(24 * (list.Len() - i))
	}
	i, err := r.find(v, args[0], 1)
	if err != nil || i < 0 {
		return jsonv.Bool(false), err
	}
	list.Remove(i)
	return jsonv.Bool(true), nil
}

// keepIf keeps the items that are, or are not, in other.
func (r *Run) keepIf(v, other Value, in bool) (Value, error) {
	switch {
	case other.IsNull():
		return jsonv.Null, errNullPointer
	case !isCollection(other):
		return jsonv.Null, errNoMethod
	}
	list := v.Array()
	var kept []Value
	for _, item := range list.Items() {
		i, err := r.find(other, item, 1)
		if err != nil {
			return jsonv.Null, err
		}
		if (i >= 0) == in {
			kept = append(kept, item)
		}
	}
	changed := len(kept) != list.Len()
	list.Clear()
	list.Append(kept...)
	return jsonv.Bool(changed), nil
}

// subList copies; Java's follows the list.
func subList(r *Run, v Value, args []Value) (Value, error) {
	from, ok := intArg(args[0])
	to, ok2 := intArg(args[1])
	list := v.Array()
	switch {
	case !ok || !ok2:
		return jsonv.Null, errNoMethod
	case from < 0 || to > list.Len():
		return jsonv.Null, outOfBounds(int64(min(from, to)), list.Len())
	case from > to:
		return jsonv.Null, javaError("IllegalArgumentException: fromIndex > toIndex")
	}
	if err := r.Build(64 + 24*(to-from)); err != nil {
		return jsonv.Null, err
	}
	sub := r.arena.NewArray(jsonv.ArrayList, to-from)
	copy(sub.Items(), list.Items()[from:to])
	return jsonv.FromArray(sub), nil
}
