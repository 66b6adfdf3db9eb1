package jsonv

import "errors"

// Limits bound one Parse. Zero members mean the default.
type Limits struct {
	Depth  int // nesting of lists and maps: 400, the bound of current json-smart
	Values int // values in all: 1,000,000
}

func (l Limits) orDefault() Limits {
	if l.Depth == 0 {
		l.Depth = 400
	}
	if l.Values == 0 {
		l.Values = 1_000_000
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
	arr := a.NewArray(JSONArray, len(items))
	copy(arr.items, items)
	a.valueStack = a.valueStack[:base]
	return FromArray(arr)
}

// sealObject moves what is on the stack above base into a map. Of members with
// the same key the first keeps the place and the last the value.
func (a *Arena) sealObject(base int) Value {
	members := a.memberStack[base:]
	if mayRepeat(members) {
		members = dropRepeated(members)
	}
	o := &a.objects.take(1)[0]
	o.members = a.members.take(len(members))
	copy(o.members, members)
	a.memberStack = a.memberStack[:base]
	return FromObject(o)
}

// mayRepeat is a quick filter: false means that all keys differ.
func mayRepeat(members []Member) bool {
	if len(members) >= indexFrom {
		return true
	}
	var seen uint64
	for i := range members {
		k := members[i].Key
		h := uint(len(k))
		if h > 0 {
			h += uint(k[0])*7 + uint(k[h-1])*31 + uint(k[h/2])*3
		}
		bit := uint64(1) << (h & 63)
		if seen&bit != 0 {
			return true
		}
		seen |= bit
	}
	return false
}

func dropRepeated(members []Member) []Member {
	o := Object{members: members[:0]}
	for i := range members {
		o.Put(members[i].Key, members[i].Value)
	}
	return o.members
}
