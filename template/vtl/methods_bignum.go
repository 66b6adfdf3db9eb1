package vtl

import (
	"math/big"
	"strings"

	"github.com/poterne/poterne/template/jsonv"
)

// maxBits bounds what shiftLeft and pow may make.
const maxBits = maxDigits * 4

func bigValue(n *big.Int) Value { return jsonv.FromBigInt(jsonv.NewBigInt(n)) }

// bigMethod is a method of a BigInteger with an argument that is one.
func bigMethod(f func(z, x, y *big.Int) *big.Int) method {
	return typed("I", func(v Value, a []Value) (Value, error) {
		x, y, err := twoBigs(v, a[0])
		if err != nil {
			return jsonv.Null, err
		}
		return bigValue(f(new(big.Int), x, y)), nil
	})
}

func twoBigs(v, w Value) (x, y *big.Int, err error) {
	if x, err = toBig(v); err != nil {
		return nil, nil, err
	}
	y, err = toBig(w)
	return x, y, err
}

// bigDivision refuses to divide by zero.
func bigDivision(f func(z, x, y *big.Int) *big.Int) method {
	return typed("I", func(v Value, a []Value) (Value, error) {
		x, y, err := twoBigs(v, a[0])
		switch {
		case err != nil:
			return jsonv.Null, err
		case y.Sign() == 0:
			return jsonv.Null, javaError("ArithmeticException: BigInteger divide by zero")
		}
		return bigValue(f(new(big.Int), x, y)), nil
	})
}

// bigOne is a method of a BigInteger without arguments.
func bigOne(f func(x *big.Int) (Value, error)) method {
	return func(_ *Run, v Value, _ []Value) (Value, error) {
		x, err := toBig(v)
		if err != nil {
			return jsonv.Null, err
		}
		return f(x)
	}
}

// bigBit is a method of a BigInteger with an int: a bit's number or a count.
func bigBit(f func(x *big.Int, n int) (Value, error)) method {
	return typed("i", func(v Value, a []Value) (Value, error) {
		x, err := toBig(v)
		if err != nil {
			return jsonv.Null, err
		}
		return f(x, int(a[0].Int64()))
	})
}

// changedBit sets bit n to what of makes of it.
func changedBit(of func(old uint) uint) method {
	return bigBit(func(x *big.Int, n int) (Value, error) {
		switch {
		case n < 0:
			return jsonv.Null, javaError("ArithmeticException: Negative bit address")
		case n > maxBits:
			return jsonv.Null, spent("numbers of more than %d bits", maxBits)
		}
		return bigValue(new(big.Int).SetBit(x, n, of(x.Bit(n)))), nil
	})
}

func shift(x *big.Int, n int) (Value, error) {
	switch {
	case n > maxBits:
		return jsonv.Null, spent("numbers of more than %d bits", maxBits)
	case n >= 0:
		return bigValue(new(big.Int).Lsh(x, uint(n))), nil
	}
	return bigValue(new(big.Int).Rsh(x, uint(-n))), nil
}

func power(x *big.Int, n int) (Value, error) {
	switch {
	case n < 0:
		return jsonv.Null, javaError("ArithmeticException: Negative exponent")
	case n > maxBits || x.BitLen()*n > maxBits:
		return jsonv.Null, spent("numbers of more than %d bits", maxBits)
	}
	return bigValue(new(big.Int).Exp(x, big.NewInt(int64(n)), nil)), nil
}

// javaBitLength is BigInteger.bitLength: of the two's complement.
func javaBitLength(x *big.Int) int {
	if x.Sign() < 0 {
		x = new(big.Int).Not(x)
	}
	return x.BitLen()
}

func javaBitCount(x *big.Int) int {
	if x.Sign() < 0 {
		x = new(big.Int).Not(x)
	}
	n := 0
	for i := range x.BitLen() {
		n += int(x.Bit(i))
	}
	return n
}

func intValueOf(n int) (Value, error) { return jsonv.Int(int32(n)), nil }

var bigIntegerMethods = []methodRow{
	{signature{"add", 1}, bigMethod((*big.Int).Add)},
	{signature{"subtract", 1}, bigMethod((*big.Int).Sub)},
	{signature{"multiply", 1}, bigMethod((*big.Int).Mul)},
	{signature{"divide", 1}, bigDivision((*big.Int).Quo)},
	{signature{"remainder", 1}, bigDivision((*big.Int).Rem)},
	{signature{"mod", 1}, typed("I", func(v Value, a []Value) (Value, error) {
		x, y, err := twoBigs(v, a[0])
		switch {
		case err != nil:
			return jsonv.Null, err
		case y.Sign() <= 0:
			return jsonv.Null, javaError("ArithmeticException: BigInteger: modulus not positive")
		}
		return bigValue(new(big.Int).Mod(x, y)), nil
	})},
	{signature{"gcd", 1}, bigMethod(func(z, x, y *big.Int) *big.Int {
		return z.GCD(nil, nil, new(big.Int).Abs(x), new(big.Int).Abs(y))
	})},
	{signature{"and", 1}, bigMethod((*big.Int).And)},
	{signature{"or", 1}, bigMethod((*big.Int).Or)},
	{signature{"xor", 1}, bigMethod((*big.Int).Xor)},
	{signature{"andNot", 1}, bigMethod((*big.Int).AndNot)},
	{signature{"min", 1}, bigMethod(func(z, x, y *big.Int) *big.Int { return z.Set(lesser(x, y, -1)) })},
	{signature{"max", 1}, bigMethod(func(z, x, y *big.Int) *big.Int { return z.Set(lesser(x, y, 1)) })},
	{signature{"abs", 0}, bigOne(func(x *big.Int) (Value, error) { return bigValue(new(big.Int).Abs(x)), nil })},
	{signature{"negate", 0}, bigOne(func(x *big.Int) (Value, error) { return bigValue(new(big.Int).Neg(x)), nil })},
	{signature{"not", 0}, bigOne(func(x *big.Int) (Value, error) { return bigValue(new(big.Int).Not(x)), nil })},
	{signature{"signum", 0}, bigOne(func(x *big.Int) (Value, error) { return intValueOf(x.Sign()) })},
	{signature{"bitLength", 0}, bigOne(func(x *big.Int) (Value, error) { return intValueOf(javaBitLength(x)) })},
	{signature{"bitCount", 0}, bigOne(func(x *big.Int) (Value, error) { return intValueOf(javaBitCount(x)) })},
	{signature{"getLowestSetBit", 0}, bigOne(func(x *big.Int) (Value, error) {
		if x.Sign() == 0 {
			return intValueOf(-1)
		}
		return intValueOf(int(x.TrailingZeroBits()))
	})},
	{signature{"sqrt", 0}, bigOne(func(x *big.Int) (Value, error) {
		if x.Sign() < 0 {
			return jsonv.Null, javaError("ArithmeticException: Negative BigInteger")
		}
		return bigValue(new(big.Int).Sqrt(x)), nil
	})},
	{signature{"pow", 1}, bigBit(power)},
	{signature{"shiftLeft", 1}, bigBit(shift)},
	{signature{"shiftRight", 1}, bigBit(func(x *big.Int, n int) (Value, error) { return shift(x, -n) })},
	{signature{"testBit", 1}, bigBit(func(x *big.Int, n int) (Value, error) {
		if n < 0 {
			return jsonv.Null, javaError("ArithmeticException: Negative bit address")
		}
		return jsonv.Bool(x.Bit(n) == 1), nil
	})},
	{signature{"setBit", 1}, changedBit(func(uint) uint { return 1 })},
	{signature{"clearBit", 1}, changedBit(func(uint) uint { return 0 })},
	{signature{"flipBit", 1}, changedBit(func(old uint) uint { return 1 - old })},
	{signature{"toString", 1}, bigBit(func(x *big.Int, n int) (Value, error) {
		return jsonv.String(x.Text(radixOf(jsonv.Int(int32(n))))), nil
	})},
	{signature{"longValueExact", 0}, bigOne(func(x *big.Int) (Value, error) {
		if !x.IsInt64() {
			return jsonv.Null, javaError("ArithmeticException: BigInteger out of long range")
		}
		return jsonv.Long(x.Int64()), nil
	})},
	{signature{"intValueExact", 0}, bigOne(func(x *big.Int) (Value, error) {
		if !x.IsInt64() || int64(int32(x.Int64())) != x.Int64() {
			return jsonv.Null, javaError("ArithmeticException: BigInteger out of int range")
		}
		return jsonv.Int(int32(x.Int64())), nil
	})},
}

// lesser returns the one that compares as sign says: -1 the less, 1 the
// greater.
func lesser(x, y *big.Int, sign int) *big.Int {
	if x.Cmp(y)*sign >= 0 {
		return x
	}
	return y
}

func decimalValue(d decimal) Value { return jsonv.FromDecimal(jsonv.NewDecimal(d.unscaled, d.scale)) }

// decimalMethod is a method of a BigDecimal with an argument that is one.
func decimalMethod(op kind) method {
	return typed("D", func(v Value, a []Value) (Value, error) { return calculateDecimal(op, v, a[0]) })
}

// nullContext is a method of a BigDecimal with a MathContext, which no template
// has one of: null is all that there can be.
func nullContext(_ *Run, _ Value, args []Value) (Value, error) {
	if k := args[0].Kind(); args[1].IsNull() && (k == jsonv.KindDecimal || k == jsonv.KindNull) {
		return jsonv.Null, errNullPointer
	}
	return jsonv.Null, errNoMethod
}

// decimalOne is a method of a BigDecimal without arguments.
func decimalOne(f func(d decimal) Value) method {
	return func(_ *Run, v Value, _ []Value) (Value, error) {
		d, err := toDecimal(v)
		if err != nil {
			return jsonv.Null, err
		}
		return f(d), nil
	}
}

// decimalPoint is a method of a BigDecimal that takes an int n.
func decimalPoint(f func(d decimal, n int32) decimal) method {
	return typed("i", func(v Value, a []Value) (Value, error) {
		d, err := toDecimal(v)
		n := int32(a[0].Int64())
		switch {
		case err != nil:
			return jsonv.Null, err
		case n > maxDigits || n < -maxDigits:
			return jsonv.Null, spent("computing with more than %d digits", maxDigits)
		}
		return decimalValue(f(d, n)), nil
	})
}

// moved is movePointLeft by n, which leaves no negative scale.
func moved(d decimal, n int32) decimal {
	if n == 0 {
		return d
	}
	d.scale += n
	if d.scale < 0 {
		return rescale(d, 0)
	}
	return d
}

func stripZeros(d decimal) decimal {
	if d.unscaled.Sign() == 0 {
		return decimal{big.NewInt(0), 0}
	}
	ten, n, scale := big.NewInt(10), new(big.Int).Set(d.unscaled), d.scale
	for {
		q, rem := new(big.Int).QuoRem(n, ten, new(big.Int))
		if rem.Sign() != 0 {
			return decimal{n, scale}
		}
		n, scale = q, scale-1
	}
}

var bigDecimalMethods = []methodRow{
	{signature{"add", 1}, decimalMethod(tPlus)},
	{signature{"subtract", 1}, decimalMethod(tMinus)},
	{signature{"multiply", 1}, decimalMethod(tMultiply)},
	{signature{"add", 2}, nullContext}, {signature{"subtract", 2}, nullContext}, {signature{"multiply", 2}, nullContext},
	{signature{"abs", 0}, decimalOne(func(d decimal) Value { return decimalValue(decimal{new(big.Int).Abs(d.unscaled), d.scale}) })},
	{signature{"negate", 0}, decimalOne(func(d decimal) Value { return decimalValue(decimal{new(big.Int).Neg(d.unscaled), d.scale}) })},
	{signature{"plus", 0}, decimalOne(decimalValue)},
	{signature{"signum", 0}, decimalOne(func(d decimal) Value { return jsonv.Int(int32(d.unscaled.Sign())) })},
	{signature{"scale", 0}, decimalOne(func(d decimal) Value { return jsonv.Int(d.scale) })},
	{signature{"precision", 0}, decimalOne(func(d decimal) Value {
		return jsonv.Int(int32(len(new(big.Int).Abs(d.unscaled).String())))
	})},
	{signature{"unscaledValue", 0}, decimalOne(func(d decimal) Value { return bigValue(d.unscaled) })},
	{signature{"ulp", 0}, decimalOne(func(d decimal) Value { return decimalValue(decimal{big.NewInt(1), d.scale}) })},
	{signature{"stripTrailingZeros", 0}, decimalOne(func(d decimal) Value { return decimalValue(stripZeros(d)) })},
	{signature{"toBigInteger", 0}, decimalOne(func(d decimal) Value { return bigValue(wholePart(d)) })},
	{signature{"toPlainString", 0}, decimalOne(func(d decimal) Value { return jsonv.String(plainDecimal(d)) })},
	{signature{"movePointLeft", 1}, decimalPoint(moved)},
	{signature{"movePointRight", 1}, decimalPoint(func(d decimal, n int32) decimal { return moved(d, -n) })},
	{signature{"scaleByPowerOfTen", 1}, decimalPoint(func(d decimal, n int32) decimal { return decimal{d.unscaled, d.scale - n} })},
	{signature{"min", 1}, decimalExtreme(-1)},
	{signature{"max", 1}, decimalExtreme(1)},
}

func decimalExtreme(sign int) method {
	return typed("D", func(v Value, a []Value) (Value, error) {
		c, err := compareNumbers(v, a[0])
		if c*sign >= 0 {
			return v, err
		}
		return a[0], err
	})
}

// wholePart cuts the fraction off.
func wholePart(d decimal) *big.Int {
	if d.scale <= 0 {
		return rescale(d, 0).unscaled
	}
	return new(big.Int).Quo(d.unscaled, tenTo(d.scale))
}

// plainDecimal is toPlainString: no exponent.
func plainDecimal(d decimal) string {
	if d.scale < 0 {
		return rescale(d, 0).unscaled.String()
	}
	text := new(big.Int).Abs(d.unscaled).String()
	if missing := int(d.scale) + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	if d.scale > 0 {
		point := len(text) - int(d.scale)
		text = text[:point] + "." + text[point:]
	}
	if d.unscaled.Sign() < 0 {
		text = "-" + text
	}
	return text
}

// bigIntegerStatics and bigDecimalStatics are static methods of these classes.
var bigIntegerStatics = []methodRow{
	{signature{"valueOf", 1}, typed("l", func(_ Value, a []Value) (Value, error) { return bigValue(big.NewInt(a[0].Int64())), nil })},
}

var bigDecimalStatics = []methodRow{
	{signature{"valueOf", 1}, overloads(
		overload{"l", func(_ Value, a []Value) (Value, error) {
			return decimalValue(decimal{big.NewInt(a[0].Int64()), 0}), nil
		}},
		overload{"d", func(_ Value, a []Value) (Value, error) {
			text := string(jsonv.AppendString(nil, a[0]))
			d, err := jsonv.ParseDecimal(text)
			if err != nil {
				return jsonv.Null, notANumber(text)
			}
			return jsonv.FromDecimal(d), nil
		}},
	)},
	{signature{"valueOf", 2}, typed("li", func(_ Value, a []Value) (Value, error) {
		return decimalValue(decimal{big.NewInt(a[0].Int64()), int32(a[1].Int64())}), nil //nolint:gosec // an int
	})},
}
