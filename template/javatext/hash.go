package javatext

import "slices"

// HashCode returns String.hashCode of s: over its UTF-16 units, with the
// overflow of a 32-bit int.
func HashCode(s string) int32 {
	var h int32
	for i := 0; i < len(s); {
		if c := s[i]; c < 0x80 {
			h = 31*h + int32(c)
			i++
			continue
		}
		r, n := decode(s[i:])
		i += n
		if r > 0xFFFF {
			hi, lo := split(r)
			h = 31*h + hi
			r = lo
		}
		h = 31*h + r
	}
	return h
}

// HashMapOrder returns keys in the order in which a java.util.HashMap with
// default capacity yields them after they were put in the order given. The
// second and later occurrences of a key are left out, as put would only
// replace the value. (Nine and more keys that collide in a table of 64 and
// more buckets become a tree in Java; their order among themselves is then
// not reproduced.)
func HashMapOrder(keys []string) []string {
	m := hashTable{buckets: make([][]string, 16)}
	for _, k := range keys {
		m.put(k)
	}
	return slices.Concat(m.buckets...)
}

// hashTable mimics the growth of a HashMap: at 3/4 of its capacity, and
// instead of a tree while it is small.
type hashTable struct {
	buckets [][]string
	size    int
}

const (
	treeifyAt      = 8
	treeifyMinimum = 64
)

func (m *hashTable) put(key string) {
	b := m.bucket(key)
	if slices.Contains(m.buckets[b], key) {
		return
	}
	m.buckets[b] = append(m.buckets[b], key)
	if len(m.buckets[b]) > treeifyAt && len(m.buckets) < treeifyMinimum {
		m.grow()
	}
	m.size++
	if m.size > len(m.buckets)/4*3 {
		m.grow()
	}
}

func (m *hashTable) bucket(key string) int {
	h := uint32(HashCode(key))
	return int(h^h>>16) & (len(m.buckets) - 1)
}

func (m *hashTable) grow() {
	old := m.buckets
	m.buckets = make([][]string, 2*len(old))
	for _, bucket := range old {
		for _, k := range bucket {
			b := m.bucket(k)
			m.buckets[b] = append(m.buckets[b], k)
		}
	}
}
