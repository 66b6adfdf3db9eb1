package vtl

import (
	"math"
	"math/big"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// hashCode is Object.hashCode of values that have one of their own.
func hashCode(r *Run, v Value, _ []Value) (Value, error) {
	h, err := r.hash(v, 0)
	return jsonv.Int(h), err
}

const maxHashDepth = 1000

func (r *Run) hash(v Value, depth int) (int32, error) {
	if depth > maxHashDepth {
		return 0, jsonv.ErrDeep
	}
	if err := r.tick(); err != nil {
		return 0, err
	}
	switch v.Kind() {
	case jsonv.KindString:
		return javatext.HashCode(v.Str()), r.Work(len(v.Str()))
	case jsonv.KindBool:
		if v.Bool() {
			return 1231, nil
		}
		return 1237, nil
	case jsonv.KindInt:
		return int32(v.Int64()), nil
	case jsonv.KindLong:
		return fold(uint64(v.Int64())), nil
	case jsonv.KindDouble:
		return fold(math.Float64bits(v.Float64())), nil
	case jsonv.KindBigInt, jsonv.KindDecimal:
		return hashBig(v)
	case jsonv.KindArray:
		return r.hashList(v.Array(), depth)
	case jsonv.KindObject:
		return r.hashMap(v.Object(), depth)
	case jsonv.KindForeign:
		return r.hashForeign(v.Foreign(), depth)
	}
	return 0, nil
}

// hashForeign is the hash code of characters, entries and sets.
func (r *Run) hashForeign(f jsonv.Foreign, depth int) (int32, error) {
	switch f := f.(type) {
	case javaChar:
		return int32(f), nil
	case *mapEntry:
		k, err := r.hash(f.key, depth+1)
		if err != nil {
			return 0, err
		}
		x, err := r.hash(f.value(), depth+1)
		return k ^ x, err
	case *mapView:
		var sum int32
		for i := range f.of.Len() {
			h, err := r.hash(r.viewItem(f.of, f.part, i), depth+1)
			if err != nil {
				return 0, err
			}
			sum += h
		}
		return sum, nil
	}
	return 0, nil
}

func fold(bits uint64) int32 { return int32(uint32(bits ^ bits>>32)) }

// hashBig is BigInteger.hashCode, and BigDecimal's on top of it.
func hashBig(v Value) (int32, error) {
	d, err := toDecimal(v)
	if err != nil {
		return 0, err
	}
	var h uint32
	for _, word := range words(d.unscaled) {
		h = 31*h + word
	}
	if d.unscaled.Sign() < 0 {
		h = -h
	}
	if v.Kind() == jsonv.KindDecimal {
		return int32(31*h + uint32(d.scale)), nil
	}
	return int32(h), nil
}

// words are the 32-bit words of |n|, the highest first.
func words(n *big.Int) []uint32 {
	b := new(big.Int).Abs(n).Bytes()
	for len(b)%4 != 0 {
		b = append([]byte{0}, b...)
	}
	list := make([]uint32, 0, len(b)/4)
	for i := 0; i < len(b); i += 4 {
		list = append(list, uint32(b[i])<<24|uint32(b[i+1])<<16|uint32(b[i+2])<<8|uint32(b[i+3]))
	}
	return list
}

func (r *Run) hashList(list *jsonv.Array, depth int) (int32, error) {
	h := int32(1)
	for _, item := range list.Items() {
		x, err := r.hash(item, depth+1)
		if err != nil {
			return 0, err
		}
		h = 31*h + x
	}
	return h, nil
}

func (r *Run) hashMap(o *jsonv.Object, depth int) (int32, error) {
	h := int32(0)
	for i := range o.Len() {
		k, err := r.hash(o.Key(i), depth+1)
		if err != nil {
			return 0, err
		}
		x, err := r.hash(o.At(i).Value, depth+1)
		if err != nil {
			return 0, err
		}
		h += k ^ x
	}
	return h, nil
}
