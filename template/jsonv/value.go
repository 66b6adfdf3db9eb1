// Package jsonv holds JSON values as the Java libraries behind API Gateway
// hold them: objects keep the order of their members, numbers keep their Java
// class (Integer, Long, BigInteger, Double, BigDecimal), and what is mutable
// in Java (lists, maps) is mutable and shared here.
//
// A body is read with [Arena.Parse]: first as strict JSON, and where that
// fails as json-smart's permissive mode reads it (unquoted keys, single quotes,
// trailing commas, bare text). Values print in three ways, see [Format].
//
// The values of a request live in an [Arena] and are valid until its Reset.
package jsonv

import (
	"math"
	"unsafe"
)

// Kind names the Java class behind a Value.
type Kind uint8

// The kinds of values. Float32 (json-smart reads NaN as a Float) is Double here.
const (
	KindNull    Kind = iota
	KindBool         // java.lang.Boolean
	KindInt          // java.lang.Integer
	KindLong         // java.lang.Long
	KindBigInt       // java.math.BigInteger
	KindDouble       // java.lang.Double
	KindDecimal      // java.math.BigDecimal
	KindString       // java.lang.String
	KindArray        // java.util.List, or a Java array: see Flavor
	KindObject       // java.util.LinkedHashMap
	KindForeign      // an object of an engine above, see Foreign
)

// Value is one value. The zero Value is null. Copies share the list, map or
// number behind them, as Java references do. Values are not comparable with
// ==; use [Equal].
//
// It is two words. The high byte of n is the kind, and p and the rest of n what
// the kind needs (string: bytes and length; list, map, big number, foreign: the
// object; Boolean, Integer: the low bits). Long and Double need all of n, so
// that p says what they are.
type Value struct {
	p unsafe.Pointer
	n uint64
}

// kindShift is where the kind is in n.
const kindShift = 56

// wide are the places that p of a Long (0) and of a Double (1) points to.
var wide [2]byte

func ofKind(k Kind, p unsafe.Pointer, low uint64) Value {
	return Value{p, uint64(k)<<kindShift | low}
}

// isWide reports the p of a Long or a Double, by its index in wide.
func isWide(p unsafe.Pointer) (uintptr, bool) {
	i := uintptr(p) - uintptr(unsafe.Pointer(&wide))
	return i, i < uintptr(len(wide))
}

// Foreign is a value that is no JSON: a host object, an iterator, a block of a
// template. Engines above add what they need by type assertion.
type Foreign interface {
	// AppendString appends the object's toString.
	AppendString(dst []byte) []byte
}

// Singular is a Foreign that equals itself alone, as a key of a map too.
type Singular interface {
	Foreign
	// AppendIdentity appends what no other value of the render appends.
	AppendIdentity(dst []byte) []byte
}

// Container is a Foreign that has values in it. It prints them by item, so that
// what contains itself is noticed.
type Container interface {
	Foreign
	// Item returns value i and what is printed before it. Behind the last one
	// ok is false, and before is what ends the text.
	Item(i int) (v Value, before string, ok bool)
}

// Null is the null value.
var Null = Value{}

// Bool returns a java.lang.Boolean.
func Bool(b bool) Value {
	if b {
		return ofKind(KindBool, nil, 1)
	}
	return ofKind(KindBool, nil, 0)
}

// Int returns a java.lang.Integer.
func Int(i int32) Value { return ofKind(KindInt, nil, uint64(uint32(i))) }

// Long returns a java.lang.Long, however small i is.
func Long(i int64) Value { return Value{unsafe.Pointer(&wide[0]), uint64(i)} }

// Integer returns the smallest of Integer and Long that holds i.
func Integer(i int64) Value {
	if i >= math.MinInt32 && i <= math.MaxInt32 {
		return Int(int32(i))
	}
	return Long(i)
}

// Double returns a java.lang.Double.
func Double(f float64) Value { return Value{unsafe.Pointer(&wide[1]), math.Float64bits(f)} }

// FromBigInt returns a java.math.BigInteger.
func FromBigInt(b *BigInt) Value { return ofKind(KindBigInt, unsafe.Pointer(b), 0) }

// FromDecimal returns a java.math.BigDecimal.
func FromDecimal(d *Decimal) Value { return ofKind(KindDecimal, unsafe.Pointer(d), 0) }

// String returns a java.lang.String. Its bytes are shared, not copied.
func String(s string) Value {
	return ofKind(KindString, unsafe.Pointer(unsafe.StringData(s)), uint64(len(s)))
}

// FromArray returns the list a itself.
func FromArray(a *Array) Value { return ofKind(KindArray, unsafe.Pointer(a), 0) }

// FromObject returns the map o itself.
func FromObject(o *Object) Value { return ofKind(KindObject, unsafe.Pointer(o), 0) }

// FromForeign wraps an object of an engine above; it allocates a small box, so
// wrap long-lived objects once.
func FromForeign(f Foreign) Value { return ofKind(KindForeign, unsafe.Pointer(&f), 0) }

// ForeignAt is FromForeign of what is at f, which must not change afterwards; it
// allocates nothing.
func ForeignAt(f *Foreign) Value { return ofKind(KindForeign, unsafe.Pointer(f), 0) }

// Kind returns the kind of v.
func (v Value) Kind() Kind {
	if i, ok := isWide(v.p); ok {
		return KindLong + Kind(i)*(KindDouble-KindLong)
	}
	return Kind(v.n >> kindShift)
}

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.p == nil && v.n>>kindShift == uint64(KindNull) }

// IsNumber reports whether v is one of the five number classes.
func (v Value) IsNumber() bool { k := v.Kind(); return k >= KindInt && k <= KindDecimal }

// IsInteger reports whether v is an Integer, Long or BigInteger.
func (v Value) IsInteger() bool { k := v.Kind(); return k >= KindInt && k <= KindBigInt }

// Bool returns the Boolean that v is; false for every other kind.
func (v Value) Bool() bool { return v.p == nil && v.n == uint64(KindBool)<<kindShift|1 }

// Int64 returns the Integer or Long that v is; 0 for every other kind.
func (v Value) Int64() int64 {
	switch v.Kind() {
	case KindInt:
		return int64(int32(uint32(v.n)))
	case KindLong:
		return int64(v.n)
	}
	return 0
}

// Float64 returns the Double that v is; 0 for every other kind. See
// [Value.AsFloat64] for conversion.
func (v Value) Float64() float64 {
	if v.Kind() != KindDouble {
		return 0
	}
	return math.Float64frombits(v.n)
}

// BigInt returns the BigInteger that v is, or nil.
func (v Value) BigInt() *BigInt {
	if v.Kind() != KindBigInt {
		return nil
	}
	return (*BigInt)(v.p)
}

// Decimal returns the BigDecimal that v is, or nil.
func (v Value) Decimal() *Decimal {
	if v.Kind() != KindDecimal {
		return nil
	}
	return (*Decimal)(v.p)
}

// Str returns the String that v is; "" for every other kind.
func (v Value) Str() string {
	if v.Kind() != KindString {
		return ""
	}
	return unsafe.String((*byte)(v.p), int(v.n&(1<<kindShift-1)))
}

// Array returns the list that v is, or nil.
func (v Value) Array() *Array {
	if v.Kind() != KindArray {
		return nil
	}
	return (*Array)(v.p)
}

// Object returns the map that v is, or nil.
func (v Value) Object() *Object {
	if v.Kind() != KindObject {
		return nil
	}
	return (*Object)(v.p)
}

// Foreign returns the foreign object that v is, or nil.
func (v Value) Foreign() Foreign {
	if v.Kind() != KindForeign {
		return nil
	}
	return *(*Foreign)(v.p)
}
