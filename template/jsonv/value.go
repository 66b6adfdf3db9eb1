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
// It is three words: what p points to and what n means follows from kind
// (string: bytes and length; number: its bits; list, map, big number, foreign:
// the object).
type Value struct {
	p    unsafe.Pointer
	n    uint64
	kind Kind
}

// Foreign is a value that is no JSON: a host object, an iterator, a block of a
// template. Engines above add what they need by type assertion.
type Foreign interface {
	// AppendString appends the object's toString.
	AppendString(dst []byte) []byte
}

// Null is the null value.
var Null = Value{}

// Bool returns a java.lang.Boolean.
func Bool(b bool) Value {
	if b {
		return Value{n: 1, kind: KindBool}
	}
	return Value{kind: KindBool}
}

// Int returns a java.lang.Integer.
func Int(i int32) Value { return Value{n: uint64(int64(i)), kind: KindInt} }

// Long returns a java.lang.Long, however small i is.
func Long(i int64) Value { return Value{n: uint64(i), kind: KindLong} }

// Integer returns the smallest of Integer and Long that holds i.
func Integer(i int64) Value {
	if i >= math.MinInt32 && i <= math.MaxInt32 {
		return Value{n: uint64(i), kind: KindInt}
	}
	return Value{n: uint64(i), kind: KindLong}
}

// Double returns a java.lang.Double.
func Double(f float64) Value { return Value{n: math.Float64bits(f), kind: KindDouble} }

// FromBigInt returns a java.math.BigInteger.
func FromBigInt(b *BigInt) Value { return Value{p: unsafe.Pointer(b), kind: KindBigInt} }

// FromDecimal returns a java.math.BigDecimal.
func FromDecimal(d *Decimal) Value { return Value{p: unsafe.Pointer(d), kind: KindDecimal} }

// String returns a java.lang.String. Its bytes are shared, not copied.
func String(s string) Value {
	return Value{p: unsafe.Pointer(unsafe.StringData(s)), n: uint64(len(s)), kind: KindString}
}

// FromArray returns the list a itself.
func FromArray(a *Array) Value { return Value{p: unsafe.Pointer(a), kind: KindArray} }

// FromObject returns the map o itself.
func FromObject(o *Object) Value { return Value{p: unsafe.Pointer(o), kind: KindObject} }

// FromForeign wraps an object of an engine above; it allocates a small box, so
// wrap long-lived objects once.
func FromForeign(f Foreign) Value { return Value{p: unsafe.Pointer(&f), kind: KindForeign} }

// Kind returns the kind of v.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.kind == KindNull }

// IsNumber reports whether v is one of the five number classes.
func (v Value) IsNumber() bool { return v.kind >= KindInt && v.kind <= KindDecimal }

// IsInteger reports whether v is an Integer, Long or BigInteger.
func (v Value) IsInteger() bool { return v.kind >= KindInt && v.kind <= KindBigInt }

// Bool returns the Boolean that v is; false for every other kind.
func (v Value) Bool() bool { return v.kind == KindBool && v.n != 0 }

// Int64 returns the Integer or Long that v is; 0 for every other kind.
func (v Value) Int64() int64 {
	if v.kind == KindInt || v.kind == KindLong {
		return int64(v.n)
	}
	return 0
}

// Float64 returns the Double that v is; 0 for every other kind. See
// [Value.AsFloat64] for conversion.
func (v Value) Float64() float64 {
	if v.kind != KindDouble {
		return 0
	}
	return math.Float64frombits(v.n)
}

// BigInt returns the BigInteger that v is, or nil.
func (v Value) BigInt() *BigInt {
	if v.kind != KindBigInt {
		return nil
	}
	return (*BigInt)(v.p)
}

// Decimal returns the BigDecimal that v is, or nil.
func (v Value) Decimal() *Decimal {
	if v.kind != KindDecimal {
		return nil
	}
	return (*Decimal)(v.p)
}

// Str returns the String that v is; "" for every other kind.
func (v Value) Str() string {
	if v.kind != KindString {
		return ""
	}
	return unsafe.String((*byte)(v.p), int(v.n))
}

// Array returns the list that v is, or nil.
func (v Value) Array() *Array {
	if v.kind != KindArray {
		return nil
	}
	return (*Array)(v.p)
}

// Object returns the map that v is, or nil.
func (v Value) Object() *Object {
	if v.kind != KindObject {
		return nil
	}
	return (*Object)(v.p)
}

// Foreign returns the foreign object that v is, or nil.
func (v Value) Foreign() Foreign {
	if v.kind != KindForeign {
		return nil
	}
	return *(*Foreign)(v.p)
}
