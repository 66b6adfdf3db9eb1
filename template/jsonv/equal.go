package jsonv

import "math"

// equalWork bounds one comparison: lists can share their items, so that small
// values compare without end.
const equalWork = 1 << 20

// Equal reports a.equals(b) of Java: only values of the same class are equal
// (the Integer 1 is not the Long 1), lists item by item, maps whatever their
// order, BigDecimals only with the same scale. Values nested too deeply, or of
// more than a million items, are not equal.
func Equal(a, b Value) bool {
	equal, _ := Compare(a, b)
	return equal
}

// Compare is Equal, and returns what it cost: about the number of values and
// of 16 bytes of text that it looked at.
func Compare(a, b Value) (equal bool, cost int) {
	c := comparison{left: equalWork}
	equal = c.equal(a, b, 0)
	return equal, equalWork - c.left
}

// comparison counts the values that may still be looked at.
type comparison struct{ left int }

func (c *comparison) equal(a, b Value, depth int) bool {
	if c.left--; c.left < 0 || a.Kind() != b.Kind() || depth > maxPrintDepth {
		return false
	}
	switch a.Kind() {
	case KindString:
		c.left -= len(a.Str()) >> 4
		return a.Str() == b.Str()
	case KindDouble:
		return a.n == b.n || math.IsNaN(a.Float64()) && math.IsNaN(b.Float64())
	case KindBigInt:
		return a.BigInt().text == b.BigInt().text
	case KindDecimal:
		return *a.Decimal() == *b.Decimal()
	case KindArray:
		return c.lists(a.Array(), b.Array(), depth)
	case KindObject:
		return c.maps(a.Object(), b.Object(), depth)
	case KindForeign:
		return a.Foreign() == b.Foreign()
	}
	return a.n == b.n
}

func (c *comparison) lists(a, b *Array, depth int) bool {
	if a == b {
		return true
	}
	if a.IsJavaArray() || b.IsJavaArray() || len(a.items) != len(b.items) {
		return false
	}
	for i := range a.items {
		if !c.equal(a.items[i], b.items[i], depth+1) {
			return false
		}
	}
	return true
}

func (c *comparison) maps(a, b *Object, depth int) bool {
	if a == b {
		return true
	}
	if len(a.members) != len(b.members) {
		return false
	}
	for i := range a.members {
		v, ok := b.Get(a.members[i].Key)
		if !ok || !c.equal(a.members[i].Value, v, depth+1) {
			return false
		}
	}
	return true
}
