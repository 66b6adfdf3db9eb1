package vtl

import (
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
	{signature{"indexOf", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		i, err := r.find(v, args[0], 1)
		return jsonv.Int(int32(i)), err
	}},
	{signature{"lastIndexOf", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		i, err := r.find(v, args[0], -1)
		return jsonv.Int(int32(i)), err
	}},
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
	{signature{"appendElement", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		v.Array().Append(args[0])
		return v, r.Build(24)
	}},
}

// arrayMethods are what Velocity gives Java arrays beside those of collections.
var arrayMethods = []methodRow{
	{signature{"get", 1}, listGetMethod},
	{signature{"set", 2}, listSet},
	{signature{"equals", 1}, func(_ *Run, v Value, args []Value) (Value, error) {
		return jsonv.Bool(args[0].Array() == v.Array()), nil
	}},
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
	if err := r.Work(size << 5); err != nil {
		return -1, err
	}
	i := 0
	if step < 0 {
		i = size - 1
	}
	for ; i >= 0 && i < size; i += step {
		item, err := q.next(r, i)
		if err != nil || jsonv.Equal(item, x) {
			return i, err
		}
	}
	return -1, nil
}

func isCollection(v Value) bool {
	_, isView := foreignOf(v).(*mapView)
	return isView || v.Array() != nil && v.Array().Flavor() != jsonv.JavaArray
}

func containsAll(r *Run, v Value, args []Value) (Value, error) {
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
	if len(args) == 2 {
		var err error
		if at, err = place(args[0], at); err != nil {
			return jsonv.Null, err
		}
	}
	from := args[len(args)-1]
	if !isCollection(from) {
		return jsonv.Null, errNoMethod
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
	if !isCollection(other) {
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
