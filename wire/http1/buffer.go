package http1

import "sync"

// Size classes of pooled buffers: 4 KiB, doubled, up to 8 MiB. Larger ones are
// made to measure and left to the garbage collector.
const (
	smallSlab   = 4 << 10
	slabClasses = 12
	unpooled    = -1
)

// A slab is one buffer and the class that it goes back to.
type slab struct {
	b     []byte
	class int
}

// slabs is a set of pools, one per size class. The zero value is ready.
type slabs struct{ pools [slabClasses]sync.Pool }

func classOf(n int) int {
	size := smallSlab
	for class := range slabClasses {
		if n <= size {
			return class
		}
		size <<= 1
	}
	return unpooled
}

// get returns a slab of at least n bytes with arbitrary content.
func (s *slabs) get(n int) *slab {
	class := classOf(n)
	if class == unpooled {
		return &slab{b: make([]byte, n), class: unpooled}
	}
	if v := s.pools[class].Get(); v != nil {
		return v.(*slab)
	}
	return &slab{b: make([]byte, smallSlab<<class), class: class}
}

// put takes b back; nil is allowed. No view into it may be used any more.
func (s *slabs) put(b *slab) {
	if b == nil {
		return
	}
	poison(b.b)
	if b.class != unpooled {
		s.pools[b.class].Put(b)
	}
}
