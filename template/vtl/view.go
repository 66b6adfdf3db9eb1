package vtl

import "github.com/poterne/poterne/template/jsonv"

// viewPart is what a view of a map shows.
type viewPart uint8

const (
	viewKeys viewPart = iota
	viewValues
	viewEntries
)

// mapView is keySet(), values() or entrySet() of a map: it follows the map.
type mapView struct {
	of   *jsonv.Object
	part viewPart
	r    *Run
}

// AppendString prints [a, b].
func (v *mapView) AppendString(dst []byte) []byte {
	return jsonv.AppendString(dst, jsonv.FromForeign(v))
}

// Item is item i of [a, b].
func (v *mapView) Item(i int) (item Value, before string, ok bool) {
	switch size := v.of.Len(); {
	case size == 0:
		return jsonv.Null, "[]", false
	case i == size:
		return jsonv.Null, "]", false
	case i > 0:
		before = ", "
	default:
		before = "["
	}
	return v.r.viewItem(v.of, v.part, i), before, true
}

// sameViews is equals of sets; other collections are equal to themselves alone.
func (r *Run) sameViews(v, w *mapView) (bool, error) {
	if v.part == viewValues || w.part == viewValues {
		return v.of == w.of && v.part == w.part, nil
	}
	if v.of.Len() != w.of.Len() {
		return false, nil
	}
	for i := range v.of.Len() {
		x, ok := w.of.GetKey(v.of.Key(i))
		if v.part != w.part || !ok {
			return false, r.tick()
		}
		if v.part != viewEntries {
			continue
		}
		if equal, err := r.sameJSON(v.of.At(i).Value, x); !equal || err != nil {
			return false, err
		}
	}
	return true, r.Work(v.of.Len() << 5)
}

// viewItem returns item i of a view.
func (r *Run) viewItem(o *jsonv.Object, part viewPart, i int) Value {
	switch part {
	case viewKeys:
		return o.Key(i)
	case viewValues:
		return o.At(i).Value
	}
	return r.newEntry(mapEntry{of: o, key: o.Key(i)})
}

// mapEntry is one entry of a map, as entrySet() has them.
type mapEntry struct {
	of  *jsonv.Object
	key Value
}

func (e *mapEntry) value() Value {
	v, _ := e.of.GetKey(e.key)
	return v
}

// AppendString prints key=value.
func (e *mapEntry) AppendString(dst []byte) []byte {
	return jsonv.AppendString(dst, jsonv.FromForeign(e))
}

// Item is the key, then the value.
func (e *mapEntry) Item(i int) (item Value, before string, ok bool) {
	switch i {
	case 0:
		return e.key, "", true
	case 1:
		return e.value(), "=", true
	}
	return jsonv.Null, "", false
}

// iterator is what iterator() returns.
type iterator struct {
	over sequence
	at   int
}

// AppendString prints the class; Java adds an address.
func (it *iterator) AppendString(dst []byte) []byte { return append(dst, "java.util.Iterator"...) }

func (it *iterator) more() bool { return it.over.more(it.at) }

func (it *iterator) next(r *Run) (Value, error) {
	if !it.more() {
		return jsonv.Null, javaError("NoSuchElementException")
	}
	v, err := it.over.next(r, it.at)
	it.at++
	return v, err
}
