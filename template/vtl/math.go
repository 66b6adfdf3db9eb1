package vtl

import (
	"cmp"
	"math"
	"math/big"

	"github.com/poterne/poterne/template/jsonv"
)

// maxDigits bounds the big numbers that are computed with.
const maxDigits = 10_000

// base is the class in which two numbers are computed.
type base uint8

const (
	baseLong base = iota
	baseBig
	baseDouble
	baseDecimal
)

// baseOf is Velocity's choice: the wider of the two, and BigDecimal for a
// Double with a BigInteger.
func baseOf(a, b Value) base {
	ka, kb := a.Kind(), b.Kind()
	if ka <= jsonv.KindLong && kb <= jsonv.KindLong { // the usual pair
		return baseLong
	}
	has := func(k jsonv.Kind) bool { return ka == k || kb == k }
	switch {
	case has(jsonv.KindDecimal), has(jsonv.KindDouble) && has(jsonv.KindBigInt):
		return baseDecimal
	case has(jsonv.KindDouble):
		return baseDouble
	case has(jsonv.KindBigInt):
		return baseBig
	}
	return baseLong
}

// calculate computes a op b; null when one is no number or b is a zero to
// divide by.
func calculate(op kind, a, b Value) (Value, error) {
	if !a.IsNumber() || !b.IsNumber() {
		return jsonv.Null, nil
	}
	if (op == tDivide || op == tModulus) && isZero(b) {
		return jsonv.Null, nil
	}
	switch baseOf(a, b) {
	case baseLong:
		return calculateLong(op, a, b), nil
	case baseDouble:
		return jsonv.Double(calculateDouble(op, a.AsFloat64(), b.AsFloat64())), nil
	case baseBig:
		return calculateBig(op, a, b)
	}
	return calculateDecimal(op, a, b)
}

func isZero(v Value) bool {
	switch v.Kind() {
	case jsonv.KindDecimal:
		return v.Decimal().IsZero()
	case jsonv.KindBigInt:
		return v.BigInt().Text() == "0"
	}
	return v.AsFloat64() == 0
}

// calculateLong computes in 64 bits and goes to BigInteger on overflow. The
// result is an Integer where both operands are and it fits.
func calculateLong(op kind, a, b Value) Value {
	x, y := a.Int64(), b.Int64()
	var z int64
	overflow := false
	switch op {
	case tPlus:
		z = x + y
		overflow = (z^x) < 0 && (z^y) < 0
	case tMinus:
		z = x - y
		overflow = (z^x) < 0 && (z^^y) < 0
	case tMultiply:
		z = x * y
		overflow = x != 0 && (z/x != y || x == -1 && y == math.MinInt64)
	case tDivide:
		z = x / y
	case tModulus:
		z = x % y
	}
	if overflow {
		v, _ := calculateBig(op, a, b)
		return v
	}
	if a.Kind() == jsonv.KindLong || b.Kind() == jsonv.KindLong {
		return jsonv.Long(z)
	}
	return jsonv.Integer(z)
}

func calculateDouble(op kind, x, y float64) float64 {
	switch op {
	case tPlus:
		return x + y
	case tMinus:
		return x - y
	case tMultiply:
		return x * y
	case tDivide:
		return x / y
	}
	return math.Mod(x, y)
}

func calculateBig(op kind, a, b Value) (Value, error) {
	x, err := toBig(a)
	if err != nil {
		return jsonv.Null, err
	}
	y, err := toBig(b)
	if err != nil {
		return jsonv.Null, err
	}
	z := new(big.Int)
	switch op {
	case tPlus:
		z.Add(x, y)
	case tMinus:
		z.Sub(x, y)
	case tMultiply:
		z.Mul(x, y)
	case tDivide:
		z.Quo(x, y)
	case tModulus:
		if y.Sign() < 0 {
			return jsonv.Null, javaError("ArithmeticException: BigInteger: modulus not positive")
		}
		z.Mod(x, y) // never negative, unlike that of Longs
	}
	return jsonv.FromBigInt(jsonv.NewBigInt(z)), nil
}

func toBig(v Value) (*big.Int, error) {
	if b := v.BigInt(); b != nil {
		if len(b.Text()) > maxDigits {
			return nil, spent("computing with more than %d digits", maxDigits)
		}
		return b.Big(), nil
	}
	return big.NewInt(v.Int64()), nil
}

// decimal is unscaled * 10^-scale.
type decimal struct {
	unscaled *big.Int
	scale    int32
}

func calculateDecimal(op kind, a, b Value) (Value, error) {
	x, err := toDecimal(a)
	if err != nil {
		return jsonv.Null, err
	}
	y, err := toDecimal(b)
	if err != nil {
		return jsonv.Null, err
	}
	var z decimal
	switch op {
	case tPlus, tMinus:
		x, y = align(x, y)
		z = decimal{new(big.Int), x.scale}
		if op == tPlus {
			z.unscaled.Add(x.unscaled, y.unscaled)
		} else {
			z.unscaled.Sub(x.unscaled, y.unscaled)
		}
	case tMultiply:
		z = decimal{new(big.Int).Mul(x.unscaled, y.unscaled), x.scale + y.scale}
	case tDivide:
		z = divide(x, y)
	default:
		return jsonv.Null, javaError("ArithmeticException: Cannot calculate the modulo of BigDecimals.")
	}
	return jsonv.FromDecimal(jsonv.NewDecimal(z.unscaled, z.scale)), nil
}

// toDecimal is the operand of arithmetic with a BigDecimal: exactly, a Double
// with all digits of its binary value; but a Long by way of a double.
func toDecimal(v Value) (decimal, error) {
	switch v.Kind() {
	case jsonv.KindDecimal:
		d := v.Decimal()
		if d.Digits() > maxDigits || d.Scale() > maxDigits || d.Scale() < -maxDigits {
			return decimal{}, spent("computing with more than %d digits", maxDigits)
		}
		return decimal{d.Unscaled(), d.Scale()}, nil
	case jsonv.KindDouble:
		return exactDecimal(v.Float64())
	case jsonv.KindLong:
		return exactDecimal(float64(v.Int64()))
	}
	n, err := toBig(v)
	return decimal{n, 0}, err
}

// exactDecimal is new BigDecimal(double).
func exactDecimal(f float64) (decimal, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return decimal{}, javaError("NumberFormatException: Infinite or NaN")
	}
	mantissa, exp := math.Frexp(f)
	n := big.NewInt(int64(mantissa * (1 << 53)))
	exp -= 53
	for exp < 0 && n.Sign() != 0 && n.Bit(0) == 0 {
		n.Rsh(n, 1)
		exp++
	}
	if n.Sign() == 0 {
		return decimal{n, 0}, nil
	}
	if exp >= 0 {
		return decimal{n.Lsh(n, uint(exp)), 0}, nil
	}
	n.Mul(n, new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(-exp)), nil))
	return decimal{n, int32(-exp)}, nil
}

// align gives both the larger scale.
func align(x, y decimal) (decimal, decimal) {
	if x.scale < y.scale {
		x = rescale(x, y.scale)
	} else {
		y = rescale(y, x.scale)
	}
	return x, y
}

func rescale(d decimal, scale int32) decimal {
	return decimal{new(big.Int).Mul(d.unscaled, tenTo(scale-d.scale)), scale}
}

func tenTo(n int32) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// divide keeps the scale of x and rounds half down.
func divide(x, y decimal) decimal {
	n, d := new(big.Int).Set(x.unscaled), new(big.Int).Set(y.unscaled)
	if y.scale >= 0 {
		n.Mul(n, tenTo(y.scale))
	} else {
		d.Mul(d, tenTo(-y.scale))
	}
	q, rem := new(big.Int).QuoRem(n, d, new(big.Int))
	twice := new(big.Int).Abs(rem)
	twice.Lsh(twice, 1)
	if twice.CmpAbs(d) > 0 {
		q.Add(q, big.NewInt(int64(n.Sign()*d.Sign())))
	}
	return decimal{q, x.scale}
}

// compareNumbers compares by value across classes.
func compareNumbers(a, b Value) (int, error) {
	switch baseOf(a, b) {
	case baseLong:
		return cmp.Compare(a.Int64(), b.Int64()), nil
	case baseDouble:
		return compareDoubles(a.AsFloat64(), b.AsFloat64()), nil
	case baseBig:
		x, err := toBig(a)
		if err != nil {
			return 0, err
		}
		y, err := toBig(b)
		if err != nil {
			return 0, err
		}
		return x.Cmp(y), nil
	}
	x, err := toDecimal(a)
	if err != nil {
		return 0, err
	}
	y, err := toDecimal(b)
	if err != nil {
		return 0, err
	}
	x, y = align(x, y)
	return x.unscaled.Cmp(y.unscaled), nil
}

// compareDoubles is Velocity's: NaN is neither less nor greater, so equal.
func compareDoubles(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// toLong is Number.longValue.
func toLong(v Value) int64 {
	switch v.Kind() {
	case jsonv.KindInt, jsonv.KindLong:
		return v.Int64()
	case jsonv.KindBigInt:
		if n, err := toBig(v); err == nil {
			return int64(new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64)).Uint64())
		}
		return 0
	case jsonv.KindDecimal:
		d, err := toDecimal(v)
		if err != nil {
			return 0
		}
		return toLong(bigValue(wholePart(d)))
	}
	return saturate(v.AsFloat64())
}

// saturate is Java's (long) of a double.
func saturate(f float64) int64 {
	switch {
	case math.IsNaN(f):
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// toInt is Number.intValue.
func toInt(v Value) int32 {
	if v.Kind() == jsonv.KindDouble {
		return int32(min(max(saturate(v.Float64()), math.MinInt32), math.MaxInt32))
	}
	return int32(toLong(v))
}
