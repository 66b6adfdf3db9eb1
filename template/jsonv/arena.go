package jsonv

import (
	"hash/maphash"
	"unsafe"
)

// Arena hands out the memory of one request's values in slabs, so that the
// number of allocations does not follow the number of values. It is not safe
// for concurrent use. The zero Arena is ready.
type Arena struct {
	values  Slab[Value]
	members Slab[Member]
	arrays  Slab[Array]
	objects Slab[Object]
	text    Slab[byte]

	valueStack  []Value // items of the lists that are being read
	memberStack []Member

	keys []int32 // see keyTable
	seed maphash.Seed

	// Attached is what an engine above keeps beside the values, for as long.
	Attached interface{ Reset() }
}

// Reset takes back everything that the arena handed out: no value of it may be
// used any more. Its slabs are kept for the next request, up to a bound.
func (a *Arena) Reset() {
	a.values.Reset()
	a.members.Reset()
	a.arrays.Reset()
	a.objects.Reset()
	a.text.Reset()
	a.clearStacks()
	if a.Attached != nil {
		a.Attached.Reset()
	}
}

// Size returns the bytes of what the arena has handed out since its Reset.
func (a *Arena) Size() int {
	return a.values.bytes() + a.members.bytes() + a.arrays.bytes() + a.objects.bytes() + a.text.bytes()
}

// clearStacks drops what a parse that broke off left on the stacks: whoever
// takes items away clears their places.
func (a *Arena) clearStacks() {
	clear(a.valueStack)
	clear(a.memberStack)
	a.valueStack, a.memberStack = a.valueStack[:0], a.memberStack[:0]
	if cap(a.valueStack) > keepItems {
		a.valueStack = nil
	}
	if cap(a.memberStack) > keepItems {
		a.memberStack = nil
	}
	if cap(a.keys) > keepItems {
		a.keys = nil
	}
}

// NewArray returns a list of n nulls.
func (a *Arena) NewArray(flavor Flavor, n int) *Array {
	arr := &a.arrays.Take(1)[0]
	arr.flavor = flavor
	arr.items = a.values.Take(n)
	return arr
}

// NewObject returns an empty map with room for n members.
func (a *Arena) NewObject(flavor MapFlavor, n int) *Object {
	o := &a.objects.Take(1)[0]
	o.flavor = flavor
	o.members = a.members.Take(n)[:0]
	return o
}

// String returns a copy of b.
func (a *Arena) String(b []byte) Value {
	run := a.text.Take(len(b))
	copy(run, b)
	return String(stringOf(run))
}

// Concat returns x and y as one string.
func (a *Arena) Concat(x, y string) Value {
	run := a.text.Take(len(x) + len(y))
	copy(run[copy(run, x):], y)
	return String(stringOf(run))
}

// Slab hands out runs of T from chunks that grow. The zero Slab is ready.
type Slab[T any] struct {
	chunk  []T // what is handed out is chunk[:used]
	used   int
	before int // items of the chunks before it
}

const (
	firstItems = 64      // items of the first chunk
	keepItems  = 1 << 16 // items kept over a reset
)

// Take returns n zeroed items with no room to grow into.
func (s *Slab[T]) Take(n int) []T {
	if n > len(s.chunk)-s.used {
		s.grow(n)
	}
	run := s.chunk[s.used : s.used+n : s.used+n]
	s.used += n
	return run
}

func (s *Slab[T]) grow(n int) {
	s.before += len(s.chunk)
	s.chunk, s.used = make([]T, max(n, firstItems, len(s.chunk)*2)), 0
}

// bytes returns the memory of what was handed out.
func (s *Slab[T]) bytes() int {
	var item T
	return (s.before + s.used) * int(unsafe.Sizeof(item))
}

// Reset takes back what was handed out: it keeps the last chunk, the largest, and empties it.
func (s *Slab[T]) Reset() {
	if len(s.chunk) > keepItems {
		s.chunk = nil
	}
	clear(s.chunk[:min(s.used, len(s.chunk))])
	s.used, s.before = 0, 0
}
