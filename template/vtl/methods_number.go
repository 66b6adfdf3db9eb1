package vtl

import (
	"cmp"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"unicode"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// numberMethods are those of java.lang.Number.
var numberMethods = []methodRow{
	{signature{"intValue", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return jsonv.Int(toInt(v)), nil }},
	{signature{"longValue", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return jsonv.Long(toLong(v)), nil }},
	{signature{"shortValue", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.Int(int32(int16(toInt(v)))), nil
	}},
	{signature{"byteValue", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.Int(int32(int8(toInt(v)))), nil
	}},
	{signature{"doubleValue", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return jsonv.Double(v.AsFloat64()), nil }},
	{signature{"floatValue", 0}, floatValue},
	{signature{"compareTo", 1}, compareSameClass},
}

// floatValue is the Double that prints as the Float does: there are no Floats
// here.
func floatValue(_ *Run, v Value, _ []Value) (Value, error) {
	f, err := strconv.ParseFloat(strconv.FormatFloat(float64(float32(v.AsFloat64())), 'g', -1, 32), 64)
	if math.IsInf(f, 0) {
		err = nil
	}
	return jsonv.Double(f), err
}

// compareSameClass is compareTo: another class is a ClassCastException.
func compareSameClass(_ *Run, v Value, args []Value) (Value, error) {
	if args[0].IsNull() {
		return jsonv.Null, errNullPointer
	}
	if args[0].Kind() != v.Kind() {
		return jsonv.Null, errClassCast
	}
	if v.Kind() == jsonv.KindDouble {
		return jsonv.Int(int32(javaCompare(v.Float64(), args[0].Float64()))), nil
	}
	c, err := compareNumbers(v, args[0])
	return jsonv.Int(int32(c)), err
}

// javaCompare is Double.compare: NaN is the largest and -0.0 is less than 0.0.
func javaCompare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return cmp.Compare(orderedBits(a), orderedBits(b))
}

func orderedBits(f float64) int64 {
	if math.IsNaN(f) {
		return math.MaxInt64
	}
	return int64(math.Float64bits(f))
}

// The shapes of static methods of Integer and Long. letter is the parameter's.

func intOf(f func(a int32) int32) method {
	return typed("i", func(_ Value, a []Value) (Value, error) { return jsonv.Int(f(int32(a[0].Int64()))), nil })
}

func intsOf(f func(a, b int32) int32) method {
	return typed("ii", func(_ Value, a []Value) (Value, error) {
		return jsonv.Int(f(int32(a[0].Int64()), int32(a[1].Int64()))), nil
	})
}

func longOf(f func(a int64) int64) method {
	return typed("l", func(_ Value, a []Value) (Value, error) { return jsonv.Long(f(a[0].Int64())), nil })
}

func longsOf(f func(a, b int64) int64) method {
	return typed("ll", func(_ Value, a []Value) (Value, error) { return jsonv.Long(f(a[0].Int64(), a[1].Int64())), nil })
}

// longToInt is a static method of Long that answers with an int.
func longToInt(f func(a int64) int) method {
	return typed("l", func(_ Value, a []Value) (Value, error) { return jsonv.Int(int32(f(a[0].Int64()))), nil })
}

func longsToInt(f func(a, b int64) int) method {
	return typed("ll", func(_ Value, a []Value) (Value, error) {
		return jsonv.Int(int32(f(a[0].Int64(), a[1].Int64()))), nil
	})
}

// unsignedText is toHexString and its like: of the two's complement.
func unsignedText(param string, mask uint64, base int) method {
	return typed(param, func(_ Value, a []Value) (Value, error) {
		return jsonv.String(strconv.FormatUint(uint64(a[0].Int64())&mask, base)), nil
	})
}

func signedText(param string) method {
	return typed(param, func(_ Value, a []Value) (Value, error) {
		base := 10
		if len(a) == 2 {
			base = radixOf(a[1])
		}
		return jsonv.String(strconv.FormatInt(a[0].Int64(), base)), nil
	})
}

// radixOf is a radix; Java takes 10 for what is none.
func radixOf(v Value) int {
	if r := v.Int64(); r >= 2 && r <= 36 {
		return int(r)
	}
	return 10
}

// integerStatics are static methods of Integer.
var integerStatics = []methodRow{
	{signature{"toString", 1}, signedText("i")},
	{signature{"toString", 2}, signedText("ii")},
	{signature{"toUnsignedString", 1}, unsignedText("i", math.MaxUint32, 10)},
	{signature{"toUnsignedString", 2}, typed("ii", func(_ Value, a []Value) (Value, error) {
		return jsonv.String(strconv.FormatUint(uint64(uint32(a[0].Int64())), radixOf(a[1]))), nil
	})},
	{signature{"toHexString", 1}, unsignedText("i", math.MaxUint32, 16)},
	{signature{"toOctalString", 1}, unsignedText("i", math.MaxUint32, 8)},
	{signature{"toBinaryString", 1}, unsignedText("i", math.MaxUint32, 2)},
	{signature{"parseInt", 1}, parsing("s", 32)},
	{signature{"parseInt", 2}, parsing("si", 32)},
	{signature{"parseUnsignedInt", 1}, typed("s", unsigned(32))},
	{signature{"parseUnsignedInt", 2}, typed("si", unsigned(32))},
	{signature{"valueOf", 1}, overloads(
		overload{"i", func(_ Value, a []Value) (Value, error) { return a[0], nil }},
		overload{"s", parsed(32)},
	)},
	{signature{"valueOf", 2}, parsing("si", 32)},
	{signature{"decode", 1}, decoding(32)},
	{signature{"hashCode", 1}, intOf(func(a int32) int32 { return a })},
	{signature{"compare", 2}, intsOf(func(a, b int32) int32 { return int32(cmp.Compare(a, b)) })},
	{signature{"compareUnsigned", 2}, intsOf(func(a, b int32) int32 { return int32(cmp.Compare(uint32(a), uint32(b))) })},
	{signature{"toUnsignedLong", 1}, typed("i", func(_ Value, a []Value) (Value, error) {
		return jsonv.Long(int64(uint32(a[0].Int64()))), nil
	})},
	{signature{"divideUnsigned", 2}, dividing("ii", func(a, b int64) Value { return jsonv.Int(int32(uint32(a) / uint32(b))) })},
	{signature{"remainderUnsigned", 2}, dividing("ii", func(a, b int64) Value { return jsonv.Int(int32(uint32(a) % uint32(b))) })},
	{signature{"highestOneBit", 1}, intOf(func(a int32) int32 { return int32(highestBit(uint64(uint32(a)))) })},
	{signature{"lowestOneBit", 1}, intOf(func(a int32) int32 { return a & -a })},
	{signature{"numberOfLeadingZeros", 1}, intOf(func(a int32) int32 { return int32(bits.LeadingZeros32(uint32(a))) })},
	{signature{"numberOfTrailingZeros", 1}, intOf(func(a int32) int32 { return int32(bits.TrailingZeros32(uint32(a))) })},
	{signature{"bitCount", 1}, intOf(func(a int32) int32 { return int32(bits.OnesCount32(uint32(a))) })},
	{signature{"rotateLeft", 2}, intsOf(func(a, b int32) int32 { return int32(bits.RotateLeft32(uint32(a), int(b))) })},
	{signature{"rotateRight", 2}, intsOf(func(a, b int32) int32 { return int32(bits.RotateLeft32(uint32(a), -int(b))) })},
	{signature{"reverse", 1}, intOf(func(a int32) int32 { return int32(bits.Reverse32(uint32(a))) })},
	{signature{"reverseBytes", 1}, intOf(func(a int32) int32 { return int32(bits.ReverseBytes32(uint32(a))) })},
	{signature{"signum", 1}, intOf(func(a int32) int32 { return int32(cmp.Compare(a, 0)) })},
	{signature{"sum", 2}, intsOf(func(a, b int32) int32 { return a + b })},
	{signature{"max", 2}, intsOf(func(a, b int32) int32 { return max(a, b) })},
	{signature{"min", 2}, intsOf(func(a, b int32) int32 { return min(a, b) })},
}

// longStatics are static methods of Long.
var longStatics = []methodRow{
	{signature{"toString", 1}, signedText("l")},
	{signature{"toString", 2}, signedText("li")},
	{signature{"toUnsignedString", 1}, unsignedText("l", math.MaxUint64, 10)},
	{signature{"toUnsignedString", 2}, typed("li", func(_ Value, a []Value) (Value, error) {
		return jsonv.String(strconv.FormatUint(uint64(a[0].Int64()), radixOf(a[1]))), nil
	})},
	{signature{"toHexString", 1}, unsignedText("l", math.MaxUint64, 16)},
	{signature{"toOctalString", 1}, unsignedText("l", math.MaxUint64, 8)},
	{signature{"toBinaryString", 1}, unsignedText("l", math.MaxUint64, 2)},
	{signature{"parseLong", 1}, parsing("s", 64)},
	{signature{"parseLong", 2}, parsing("si", 64)},
	{signature{"parseUnsignedLong", 1}, typed("s", unsigned(64))},
	{signature{"parseUnsignedLong", 2}, typed("si", unsigned(64))},
	{signature{"valueOf", 1}, overloads(
		overload{"l", func(_ Value, a []Value) (Value, error) { return jsonv.Long(a[0].Int64()), nil }},
		overload{"s", parsed(64)},
	)},
	{signature{"valueOf", 2}, parsing("si", 64)},
	{signature{"decode", 1}, decoding(64)},
	{signature{"hashCode", 1}, longToInt(func(a int64) int { return int(fold(uint64(a))) })},
	{signature{"compare", 2}, longsToInt(cmp.Compare[int64])},
	{signature{"compareUnsigned", 2}, longsToInt(func(a, b int64) int { return cmp.Compare(uint64(a), uint64(b)) })},
	{signature{"divideUnsigned", 2}, dividing("ll", func(a, b int64) Value { return jsonv.Long(int64(uint64(a) / uint64(b))) })},
	{signature{"remainderUnsigned", 2}, dividing("ll", func(a, b int64) Value { return jsonv.Long(int64(uint64(a) % uint64(b))) })},
	{signature{"highestOneBit", 1}, longOf(func(a int64) int64 { return int64(highestBit(uint64(a))) })},
	{signature{"lowestOneBit", 1}, longOf(func(a int64) int64 { return a & -a })},
	{signature{"numberOfLeadingZeros", 1}, longToInt(func(a int64) int { return bits.LeadingZeros64(uint64(a)) })},
	{signature{"numberOfTrailingZeros", 1}, longToInt(func(a int64) int { return bits.TrailingZeros64(uint64(a)) })},
	{signature{"bitCount", 1}, longToInt(func(a int64) int { return bits.OnesCount64(uint64(a)) })},
	{signature{"rotateLeft", 2}, rotating(1)},
	{signature{"rotateRight", 2}, rotating(-1)},
	{signature{"reverse", 1}, longOf(func(a int64) int64 { return int64(bits.Reverse64(uint64(a))) })},
	{signature{"reverseBytes", 1}, longOf(func(a int64) int64 { return int64(bits.ReverseBytes64(uint64(a))) })},
	{signature{"signum", 1}, longToInt(func(a int64) int { return cmp.Compare(a, 0) })},
	{signature{"sum", 2}, longsOf(func(a, b int64) int64 { return a + b })},
	{signature{"max", 2}, longsOf(func(a, b int64) int64 { return max(a, b) })},
	{signature{"min", 2}, longsOf(func(a, b int64) int64 { return min(a, b) })},
}

func highestBit(a uint64) uint64 {
	if a == 0 {
		return 0
	}
	return 1 << (bits.Len64(a) - 1)
}

func rotating(sign int) method {
	return typed("li", func(_ Value, a []Value) (Value, error) {
		return jsonv.Long(int64(bits.RotateLeft64(uint64(a[0].Int64()), sign*int(a[1].Int64())))), nil
	})
}

func dividing(params string, f func(a, b int64) Value) method {
	return typed(params, func(_ Value, a []Value) (Value, error) {
		if a[1].Int64() == 0 {
			return jsonv.Null, javaError("ArithmeticException: / by zero")
		}
		return f(a[0].Int64(), a[1].Int64()), nil
	})
}

func notANumber(s string) error {
	return javaError("NumberFormatException: For input string: " + strconv.Quote(s))
}

// parseInteger is Integer.parseInt and Long.parseLong: an optional sign and
// digits of any script.
func parseInteger(s string, radix, size int) (int64, error) {
	if err := checkRadix(radix); err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(asciiDigits(s), radix, size)
	if err != nil || strings.Contains(s, "_") {
		return 0, notANumber(s)
	}
	return n, nil
}

func checkRadix(radix int) error {
	if radix < 2 || radix > 36 {
		return javaError("NumberFormatException: radix " + strconv.Itoa(radix) + " is none")
	}
	return nil
}

// unsigned is parseUnsignedInt and parseUnsignedLong: a plus sign is taken, the
// number wraps around into the signed class.
func unsigned(size int) func(Value, []Value) (Value, error) {
	return func(_ Value, a []Value) (Value, error) {
		radix := 10
		if len(a) == 2 {
			radix = int(a[1].Int64())
		}
		if err := checkRadix(radix); err != nil {
			return jsonv.Null, err
		}
		s := a[0].Str()
		n, err := strconv.ParseUint(asciiDigits(strings.TrimPrefix(s, "+")), radix, size)
		if err != nil {
			return jsonv.Null, notANumber(s)
		}
		return integerOfSize(int64(n), size), nil //nolint:gosec // wraps as Java's does
	}
}

// asciiDigits replaces decimal digits of other scripts.
func asciiDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 || !unicode.IsDigit(r) {
			return r
		}
		zero := r
		for unicode.IsDigit(zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + r - zero
	}, s)
}

func integerOfSize(n int64, size int) Value {
	if size == 32 {
		return jsonv.Int(int32(n))
	}
	return jsonv.Long(n)
}

func parsed(size int) func(Value, []Value) (Value, error) {
	return func(_ Value, a []Value) (Value, error) {
		radix := 10
		if len(a) == 2 {
			radix = int(a[1].Int64())
		}
		n, err := parseInteger(a[0].Str(), radix, size)
		return integerOfSize(n, size), err
	}
}

func parsing(params string, size int) method { return typed(params, parsed(size)) }

// decoding is Integer.decode: 0x, # and 0 set the radix.
func decoding(size int) method {
	return typed("s", func(_ Value, a []Value) (Value, error) {
		s := a[0].Str()
		rest := strings.TrimPrefix(s, "-")
		sign := s[:len(s)-len(rest)]
		if sign == "" {
			rest = strings.TrimPrefix(s, "+")
		}
		radix := 10
		for _, p := range [...]struct {
			prefix string
			radix  int
		}{{"0x", 16}, {"0X", 16}, {"#", 16}, {"0", 8}} {
			if after, ok := strings.CutPrefix(rest, p.prefix); ok && (p.prefix != "0" || after != "") {
				rest, radix = after, p.radix
				break
			}
		}
		if strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "+") {
			return jsonv.Null, notANumber(s)
		}
		n, err := parseInteger(sign+rest, radix, size)
		return integerOfSize(n, size), err
	})
}

// The shapes of static methods of Double.

func doubleTest(is func(float64) bool) method {
	return typed("d", func(_ Value, a []Value) (Value, error) { return jsonv.Bool(is(a[0].AsFloat64())), nil })
}

func doublesOf(f func(a, b float64) float64) method {
	return typed("dd", func(_ Value, a []Value) (Value, error) {
		return jsonv.Double(f(a[0].AsFloat64(), a[1].AsFloat64())), nil
	})
}

func doubleText(text func(float64) string) method {
	return typed("d", func(_ Value, a []Value) (Value, error) { return jsonv.String(text(a[0].AsFloat64())), nil })
}

func doubleBits(_ Value, a []Value) (Value, error) {
	f := a[0].AsFloat64()
	if math.IsNaN(f) {
		return jsonv.Long(0x7ff8000000000000), nil
	}
	return jsonv.Long(int64(math.Float64bits(f))), nil
}

func isInfinite(f float64) bool { return math.IsInf(f, 0) }

// doubleStatics are methods of Double, most of them static.
var doubleStatics = []methodRow{
	{signature{"isNaN", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return jsonv.Bool(math.IsNaN(v.Float64())), nil }},
	{signature{"isInfinite", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return jsonv.Bool(isInfinite(v.Float64())), nil }},
	{signature{"isNaN", 1}, doubleTest(math.IsNaN)},
	{signature{"isInfinite", 1}, doubleTest(isInfinite)},
	{signature{"isFinite", 1}, doubleTest(func(f float64) bool { return !math.IsNaN(f) && !isInfinite(f) })},
	{signature{"toString", 1}, doubleText(javatext.DoubleString)},
	{signature{"toHexString", 1}, doubleText(javatext.HexDouble)},
	{signature{"parseDouble", 1}, typed("s", parsedDouble)},
	{signature{"valueOf", 1}, overloads(
		overload{"d", func(_ Value, a []Value) (Value, error) { return jsonv.Double(a[0].AsFloat64()), nil }},
		overload{"s", parsedDouble},
	)},
	{signature{"hashCode", 1}, typed("d", func(_ Value, a []Value) (Value, error) {
		b, _ := doubleBits(jsonv.Null, a)
		return jsonv.Int(fold(uint64(b.Int64()))), nil
	})},
	{signature{"doubleToLongBits", 1}, typed("d", doubleBits)},
	{signature{"doubleToRawLongBits", 1}, typed("d", doubleBits)},
	{signature{"longBitsToDouble", 1}, typed("l", func(_ Value, a []Value) (Value, error) {
		return jsonv.Double(math.Float64frombits(uint64(a[0].Int64()))), nil
	})},
	{signature{"compare", 2}, typed("dd", func(_ Value, a []Value) (Value, error) {
		return jsonv.Int(int32(javaCompare(a[0].AsFloat64(), a[1].AsFloat64()))), nil
	})},
	{signature{"sum", 2}, doublesOf(func(a, b float64) float64 { return a + b })},
	{signature{"max", 2}, doublesOf(math.Max)},
	{signature{"min", 2}, doublesOf(math.Min)},
}

// parsedDouble is Double.parseDouble: blanks around and a suffix d or f are
// legal; hexadecimal needs its exponent.
func parsedDouble(_ Value, a []Value) (Value, error) {
	s := a[0].Str()
	text := javatext.Trim(s)
	if n := len(text); n > 1 && strings.IndexByte("dDfF", text[n-1]) >= 0 && !strings.HasSuffix(text, "Inf") {
		text = text[:n-1]
	}
	switch strings.TrimLeft(text, "+-") {
	case "NaN", "Infinity":
		if strings.Count(text, "+")+strings.Count(text, "-") > 1 {
			return jsonv.Null, notANumber(s)
		}
		text = strings.Replace(strings.TrimLeft(text, "+-"), "Infinity", text[:1]+"Inf", 1)
		text = strings.Replace(text, "IInf", "Inf", 1)
	default:
		if strings.Trim(text, "0123456789+-.eE") != "" && !strings.HasPrefix(strings.ToLower(strings.TrimLeft(text, "+-")), "0x") {
			return jsonv.Null, notANumber(s)
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) || strings.Contains(text, "_") {
		return jsonv.Null, notANumber(s)
	}
	return jsonv.Double(f), nil
}

// The shapes of static methods of Boolean.

func boolsOf(f func(a, b bool) bool) method {
	return typed("bb", func(_ Value, a []Value) (Value, error) { return jsonv.Bool(f(a[0].Bool(), a[1].Bool())), nil })
}

// parsedBool is Boolean.parseBoolean, which takes null for false.
func parsedBool(_ Value, a []Value) (Value, error) {
	return jsonv.Bool(strings.EqualFold(a[0].Str(), "true")), nil
}

// boolStatics are static methods of Boolean.
var boolStatics = []methodRow{
	{signature{"parseBoolean", 1}, nullable(typed("s", parsedBool), jsonv.Bool(false))},
	{signature{"valueOf", 1}, nullable(overloads(
		overload{"b", func(_ Value, a []Value) (Value, error) { return a[0], nil }},
		overload{"s", parsedBool},
	), jsonv.Bool(false))},
	{signature{"toString", 1}, typed("b", func(_ Value, a []Value) (Value, error) {
		return jsonv.String(strconv.FormatBool(a[0].Bool())), nil
	})},
	{signature{"hashCode", 1}, typed("b", func(_ Value, a []Value) (Value, error) {
		if a[0].Bool() {
			return jsonv.Int(1231), nil
		}
		return jsonv.Int(1237), nil
	})},
	{signature{"compare", 2}, typed("bb", func(_ Value, a []Value) (Value, error) {
		return jsonv.Int(truthInt(a[0]) - truthInt(a[1])), nil
	})},
	{signature{"logicalAnd", 2}, boolsOf(func(a, b bool) bool { return a && b })},
	{signature{"logicalOr", 2}, boolsOf(func(a, b bool) bool { return a || b })},
	{signature{"logicalXor", 2}, boolsOf(func(a, b bool) bool { return a != b })},
}

// nullable is a method of one argument that takes null for an answer of its
// own.
func nullable(run method, ofNull Value) method {
	return func(r *Run, v Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return ofNull, nil
		}
		return run(r, v, args)
	}
}
