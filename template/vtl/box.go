package vtl

import "github.com/poterne/poterne/template/jsonv"

// boxes are the memory of the values that are no JSON, so that a loop which
// makes them allocates no more the more turns it has. They live in the arena.
type boxes struct {
	views     jsonv.Slab[box[mapView]]
	entries   jsonv.Slab[box[mapEntry]]
	iterators jsonv.Slab[box[iterator]]
	blocks    jsonv.Slab[box[block]]
}

// box is an object with the interface value that a Value points to.
type box[T any] struct {
	object T
	self   jsonv.Foreign
}

// Reset takes back all boxes.
func (b *boxes) Reset() {
	b.views.Reset()
	b.entries.Reset()
	b.iterators.Reset()
	b.blocks.Reset()
}

// boxesOf returns the boxes of an arena.
func (r *Run) boxesOf() *boxes {
	b, ok := r.arena.Attached.(*boxes)
	if !ok {
		b = &boxes{}
		r.arena.Attached = b
	}
	return b
}

func (r *Run) newView(v mapView) Value { return newBox(&r.boxesOf().views, v) }

func (r *Run) newEntry(e mapEntry) Value { return newBox(&r.boxesOf().entries, e) }

func (r *Run) newIterator(it iterator) Value { return newBox(&r.boxesOf().iterators, it) }

func (r *Run) newBlock(b block) Value { return newBox(&r.boxesOf().blocks, b) }

func newBox[T any, P interface {
	*T
	jsonv.Foreign
}](memory *jsonv.Slab[box[T]], object T) Value {
	b := &memory.Take(1)[0]
	b.object = object
	b.self = P(&b.object)
	return jsonv.ForeignAt(&b.self)
}
