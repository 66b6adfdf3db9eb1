package jsonv

import (
	"errors"
	"hash/maphash"
	"math/bits"
)

// Limits bound one Parse. Zero members mean the default.
type Limits struct {
	Depth  int // nesting of lists and maps: 400, the bound of current json-smart
	Values int // values in all, see the weights: 2,000,000, which is 32 MB
}

// What a list, a map and each member of one count beside the value itself, in
// the 16 bytes of a value.
const (
	arrayWeight  = 3
	objectWeight = 5
	memberWeight = 1
)

func (l Limits) orDefault() Limits {
	if l.Depth == 0 {
		l.Depth = 400
	}
	if l.Values == 0 {
		l.Values = 2_000_000
	}
	return l
}

// Parse reads the first value of src as json-smart's permissive mode does; what
// follows the value is ignored. Strings without escapes share the memory of
// src. The error is a *SyntaxError, a *LimitError or, for text such as "-.",
// an error named NumberFormatException.
func (a *Arena) Parse(src string, limits Limits) (Value, error) {
	limits = limits.orDefault()
	v, err := a.parseStrict(src, limits)
	if errors.Is(err, errNotStrict) {
		v, err = a.parsePermissive(src, limits)
	}
	a.clearStacks()
	return v, err
}

// Parse is Arena.Parse with an arena of its own and default limits.
func Parse(src string) (Value, error) { return new(Arena).Parse(src, Limits{}) }

// sealArray moves what is on the stack above base into a list.
func (a *Arena) sealArray(base int) Value {
	items := a.valueStack[base:]
	if base == 0 && len(items) >= keepItems {
		a.valueStack = nil // too much to copy: the list has the stack
		return FromArray(NewArray(JSONArray, items...))
	}
	arr := a.NewArray(JSONArray, len(items))
	copy(arr.items, items)
	clear(items)
	a.valueStack = a.valueStack[:base]
	return FromArray(arr)
}

// sealObject moves what is on the stack above base into a map. Of members with
// the same key the first keeps the place and the last the value.
func (a *Arena) sealObject(base int) Value {
	members := a.memberStack[base:]
	if mayRepeat(members) {
		members = a.dropRepeated(members)
	}
	o := &a.objects.Take(1)[0]
	o.members = a.members.Take(len(members))
	copy(o.members, members)
	clear(a.memberStack[base:])
	a.memberStack = a.memberStack[:base]
	return FromObject(o)
}

// mayRepeat is a quick filter: false means that all keys differ.
func mayRepeat(members []Member) bool {
	if len(members) >= indexFrom {
		return true
	}
	var seen [8]uint64
	for i := range members {
		k := members[i].Key
		h := uint32(len(k))
		if h > 0 {
			h += uint32(k[0])<<8 + uint32(k[h-1])<<16 + uint32(k[h/2])<<24
		}
		h *= 0x9E3779B1 // spreads what differs into the high bits
		word, bit := &seen[h>>29], uint64(1)<<(h>>23&63)
		if *word&bit != 0 {
			return true
		}
		*word |= bit
	}
	return false
}

// dropRepeated keeps one member of each key, in place. It remembers the keys
// in a table of the arena: linear in the number of members whatever the keys.
func (a *Arena) dropRepeated(members []Member) []Member {
	if len(members) < indexFrom {
		o := Object{members: members[:0]}
		for i := range members {
			o.Put(members[i].Key, members[i].Value)
		}
		return o.members
	}
	table := a.keyTable(len(members))
	kept := members[:0]
	for _, m := range members {
		at := a.lookup(table, kept, m.Key)
		if i := table[at]; i > 0 {
			kept[i-1].Value = m.Value
			continue
		}
		kept = append(kept, m)
		table[at] = int32(len(kept))
	}
	return kept
}

// keyTable returns an empty table for n keys, a power of two in size.
func (a *Arena) keyTable(n int) []int32 {
	size := 1 << bits.Len(uint(n)) * 2
	if cap(a.keys) < size {
		a.keys = make([]int32, size)
		a.seed = maphash.MakeSeed()
	}
	table := a.keys[:size]
	clear(table)
	return table
}

// lookup returns the place of a key in the table: where its index in kept, from
// 1, stands or belongs.
func (a *Arena) lookup(table []int32, kept []Member, key string) int {
	mask := len(table) - 1
	at := int(maphash.String(a.seed, key)) & mask //nolint:gosec // only the low bits count
	for table[at] != 0 && kept[table[at]-1].Key != key {
		at = (at + 1) & mask
	}
	return at
}
