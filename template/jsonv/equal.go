package jsonv

import "math"

// Equal reports a.equals(b) of Java: only values of the same class are equal
// (the Integer 1 is not the Long 1), lists item by item, maps whatever their
// order, BigDecimals only with the same scale. Values nested too deeply are
// not equal.
func Equal(a, b Value) bool { return equal(a, b, 0) }

func equal(a, b Value, depth int) bool {
	if a.kind != b.kind || depth > maxPrintDepth {
		return false
	}
	switch a.kind {
	case KindString:
		return a.Str() == b.Str()
	case KindDouble:
		return a.n == b.n || math.IsNaN(a.Float64()) && math.IsNaN(b.Float64())
	case KindBigInt:
		return a.BigInt().text == b.BigInt().text
	case KindDecimal:
		return *a.Decimal() == *b.Decimal()
	case KindArray:
		return equalLists(a.Array(), b.Array(), depth)
	case KindObject:
		return equalMaps(a.Object(), b.Object(), depth)
	case KindForeign:
		return a.Foreign() == b.Foreign()
	}
	return a.n == b.n
}

func equalLists(a, b *Array, depth int) bool {
	if a == b {
		return true
	}
	if a.flavor == JavaArray || b.flavor == JavaArray || len(a.items) != len(b.items) {
		return false
	}
	for i := range a.items {
		if !equal(a.items[i], b.items[i], depth+1) {
			return false
		}
	}
	return true
}

func equalMaps(a, b *Object, depth int) bool {
	if a == b {
		return true
	}
	if len(a.members) != len(b.members) {
		return false
	}
	for i := range a.members {
		v, ok := b.Get(a.members[i].Key)
		if !ok || !equal(a.members[i].Value, v, depth+1) {
			return false
		}
	}
	return true
}
