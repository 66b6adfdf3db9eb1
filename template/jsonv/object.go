package jsonv

import (
	"cmp"
	"slices"

	"github.com/poterne/poterne/template/javatext"
)

// indexFrom is the number of members from which an Object keeps an index.
const indexFrom = 33

// Member is one entry of an Object.
type Member struct {
	Key   string
	Value Value
}

// MapFlavor tells which Java class a map is.
type MapFlavor uint8

// The flavors of maps.
const (
	LinkedHashMap MapFlavor = iota // keeps the order in which keys were put
	HashMap                        // is ordered by the hash codes of its keys
	SilentMap                      // a HashMap that prints as nothing: the maps inside $context
)

// Object is a mutable map. The zero Object is an empty LinkedHashMap.
//
// Keys are strings, but for what a template puts under other keys: see
// [Object.PutKey].
type Object struct {
	members []Member
	index   map[string]int32 // nil: search; see indexFrom
	alien   map[string]Value // the keys that are no Strings, by their encoding
	flavor  MapFlavor
	sorted  bool // members are in the order of flavor
	peak    int  // the most members there were: a HashMap's table never shrinks
}

// NewObject returns a LinkedHashMap over members, which it takes over; keys
// must differ.
func NewObject(members ...Member) *Object { return &Object{members: members} }

// Flavor returns the Java class of o.
func (o *Object) Flavor() MapFlavor { return o.flavor }

// Len returns the number of members.
func (o *Object) Len() int { return len(o.members) }

// Members returns the members in the order of iteration, for reading.
func (o *Object) Members() []Member {
	if o.flavor != LinkedHashMap && !o.sorted {
		o.sortByHash()
	}
	return o.members
}

// At returns member i in the order of iteration.
func (o *Object) At(i int) Member { return o.Members()[i] }

// Get returns the value under key and whether there is one.
func (o *Object) Get(key string) (Value, bool) {
	if i := o.find(key); i >= 0 {
		return o.members[i].Value, true
	}
	return Null, false
}

// GetNear is Get for a key that was found at *place in an object of the same
// making; it keeps the place up to date. Null stands for no member too.
func (o *Object) GetNear(key string, place *int32) Value {
	if i := int(*place); uint(i) < uint(len(o.members)) && o.members[i].Key == key {
		return o.members[i].Value
	}
	i := o.find(key)
	if i < 0 {
		return Null
	}
	*place = int32(i)
	return o.members[i].Value
}

// Put sets the value under key and returns what was there before.
func (o *Object) Put(key string, v Value) (old Value, had bool) {
	if i := o.find(key); i >= 0 {
		old = o.members[i].Value
		o.members[i].Value = v
		return old, true
	}
	o.members = append(o.members, Member{key, v})
	o.sorted = false
	o.peak = max(o.peak, len(o.members))
	if o.index != nil {
		o.index[key] = int32(len(o.members) - 1)
	}
	return Null, false
}

// Remove takes the member of that key out and returns its value.
func (o *Object) Remove(key string) (old Value, had bool) {
	i := o.find(key)
	if i < 0 {
		return Null, false
	}
	old = o.members[i].Value
	o.members = slices.Delete(o.members, i, i+1)
	o.index = nil
	delete(o.alien, key)
	return old, true
}

// Clear empties the map.
func (o *Object) Clear() { *o = Object{flavor: o.flavor, peak: o.peak} }

func (o *Object) find(key string) int {
	if len(o.members) < indexFrom {
		for i := range o.members {
			if o.members[i].Key == key {
				return i
			}
		}
		return -1
	}
	if o.index == nil {
		o.buildIndex()
	}
	if i, ok := o.index[key]; ok {
		return int(i)
	}
	return -1
}

func (o *Object) buildIndex() {
	o.index = make(map[string]int32, len(o.members))
	for i := range o.members {
		o.index[o.members[i].Key] = int32(i)
	}
}

// sortByHash puts the members in the order of a java.util.HashMap: by bucket,
// and within a bucket as they were put. Sorting again after more members came
// keeps that true, since a table only ever splits its buckets.
func (o *Object) sortByHash() {
	buckets := 16
	for o.peak > buckets*3/4 {
		buckets *= 2
	}
	if len(o.members) <= maxFew {
		o.insertByBucket(buckets)
	} else {
		slices.SortStableFunc(o.members, func(a, b Member) int { return cmp.Compare(bucketOf(a.Key, buckets), bucketOf(b.Key, buckets)) })
	}
	o.index = nil
	o.sorted = true
}

// bucketOf is where a java.util.HashMap of so many buckets keeps a key.
func bucketOf(key string, buckets int) int {
	h := uint32(javatext.HashCode(key))
	return int(h^h>>16) & (buckets - 1)
}

// maxFew bounds the members that insertByBucket sorts.
const maxFew = 32

// insertByBucket sorts a few members, as maps of headers have them, without
// hashing a key twice.
func (o *Object) insertByBucket(buckets int) {
	var at [maxFew]int
	for i := range o.members {
		m, bucket := o.members[i], bucketOf(o.members[i].Key, buckets)
		j := i
		for ; j > 0 && at[j-1] > bucket; j-- {
			at[j], o.members[j] = at[j-1], o.members[j-1]
		}
		at[j], o.members[j] = bucket, m
	}
}

// GetKey is Get for a key of any class: Java's maps tell the Integer 1 from
// the String "1".
func (o *Object) GetKey(key Value) (Value, bool) { return o.Get(encodeKey(key)) }

// PutKey is Put for a key of any class.
func (o *Object) PutKey(key, v Value) (old Value, had bool) {
	k := encodeKey(key)
	if key.Kind() != KindString {
		if o.alien == nil {
			o.alien = map[string]Value{}
		}
		if _, ok := o.alien[k]; !ok {
			o.alien[k] = key
		}
	}
	return o.Put(k, v)
}

// RemoveKey is Remove for a key of any class.
func (o *Object) RemoveKey(key Value) (old Value, had bool) { return o.Remove(encodeKey(key)) }

// Key returns the key of member i as it was put.
func (o *Object) Key(i int) Value {
	k := o.Members()[i].Key
	if o.alien != nil {
		if v, ok := o.alien[k]; ok {
			return v
		}
	}
	return String(k)
}

// encodeKey maps keys to strings so that keys are equal in Java exactly when
// their encodings are equal: Strings stand for themselves, others carry a mark
// that no sane JSON key begins with.
func encodeKey(key Value) string {
	if key.Kind() == KindString {
		return key.Str()
	}
	if one, is := key.Foreign().(Singular); is {
		return string(one.AppendIdentity([]byte{0, 'a' + byte(KindForeign), 1}))
	}
	return string(AppendString([]byte{0, 'a' + byte(key.Kind()), 0}, key))
}
