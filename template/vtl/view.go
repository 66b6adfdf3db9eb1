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
	dst = append(dst, '[')
	for i := range v.of.Len() {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = jsonv.AppendString(dst, v.r.viewItem(v.of, v.part, i))
	}
	return append(dst, ']')
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
	dst = append(jsonv.AppendString(dst, e.key), '=')
	return jsonv.AppendString(dst, e.value())
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
