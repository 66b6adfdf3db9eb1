package vtl

import (
	"cmp"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// numberMethods are those of Integer, Long, Double, BigInteger and BigDecimal
// that the classes share, and static ones that are called on a number.
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
	{signature{"compareTo", 1}, compareSameClass},
	{signature{"parseInt", 1}, onKind(jsonv.KindInt, parseInteger)},
	{signature{"parseLong", 1}, onKind(jsonv.KindLong, parseInteger)},
	{signature{"parseDouble", 1}, onKind(jsonv.KindDouble, parseDouble)},
	{signature{"valueOf", 1}, numberValueOf},
	{signature{"toString", 1}, onKind(jsonv.KindInt, integerText)},
	{signature{"isNaN", 0}, onKind(jsonv.KindDouble, func(v Value, _ []Value) (Value, error) {
		return jsonv.Bool(math.IsNaN(v.Float64())), nil
	})},
	{signature{"isInfinite", 0}, onKind(jsonv.KindDouble, func(v Value, _ []Value) (Value, error) {
		return jsonv.Bool(math.IsInf(v.Float64(), 0)), nil
	})},
	{signature{"toHexString", 1}, radix(16)},
	{signature{"toOctalString", 1}, radix(8)},
	{signature{"toBinaryString", 1}, radix(2)},
	{signature{"max", 2}, extreme(1)},
	{signature{"min", 2}, extreme(-1)},
	{signature{"toPlainString", 0}, onKind(jsonv.KindDecimal, func(v Value, _ []Value) (Value, error) {
		return plainDecimal(v)
	})},
}

// onKind makes a method that only one class of numbers has.
func onKind(k jsonv.Kind, run func(v Value, args []Value) (Value, error)) method {
	return func(_ *Run, v Value, args []Value) (Value, error) {
		if v.Kind() != k {
			return jsonv.Null, errNoMethod
		}
		return run(v, args)
	}
}

func compareSameClass(_ *Run, v Value, args []Value) (Value, error) {
	if args[0].IsNull() {
		return jsonv.Null, errNullPointer
	}
	if args[0].Kind() != v.Kind() {
		return jsonv.Null, errNoMethod
	}
	if v.Kind() == jsonv.KindDouble {
		return jsonv.Int(int32(cmp.Compare(v.Float64(), args[0].Float64()))), nil
	}
	c, err := compareNumbers(v, args[0])
	return jsonv.Int(int32(c)), err
}

// parseInteger is Integer.parseInt and Long.parseLong.
func parseInteger(v Value, args []Value) (Value, error) {
	s, ok := stringArg(args[0])
	if !ok {
		return jsonv.Null, errNoMethod
	}
	bits := 32
	if v.Kind() == jsonv.KindLong {
		bits = 64
	}
	n, err := strconv.ParseInt(s, 10, bits)
	if err != nil || strings.Contains(s, "_") {
		return jsonv.Null, javaError("NumberFormatException: For input string: " + strconv.Quote(s))
	}
	if bits == 32 {
		return jsonv.Int(int32(n)), nil
	}
	return jsonv.Long(n), nil
}

// parseDouble is Double.parseDouble: blanks around and a suffix d or f are
// legal, hexadecimal is left out.
func parseDouble(_ Value, args []Value) (Value, error) {
	s, ok := stringArg(args[0])
	if !ok {
		return jsonv.Null, errNoMethod
	}
	text := strings.TrimRight(javatext.Trim(s), "dDfF")
	if strings.Trim(text, "0123456789+-.eE") != "" && text != "NaN" && strings.TrimLeft(text, "+-") != "Infinity" {
		return jsonv.Null, javaError("NumberFormatException: For input string: " + strconv.Quote(s))
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return jsonv.Null, javaError("NumberFormatException: For input string: " + strconv.Quote(s))
	}
	return jsonv.Double(f), nil
}

// numberValueOf is Integer.valueOf and so on, of a string or a number.
func numberValueOf(_ *Run, v Value, args []Value) (Value, error) {
	isText := args[0].Kind() == jsonv.KindString
	switch k := v.Kind(); {
	case k == jsonv.KindInt && args[0].Kind() == k:
		return args[0], nil
	case (k == jsonv.KindInt || k == jsonv.KindLong) && isText:
		return parseInteger(v, args)
	case k == jsonv.KindLong && (args[0].Kind() == k || args[0].Kind() == jsonv.KindInt):
		return jsonv.Long(args[0].Int64()), nil
	case k == jsonv.KindDouble && isText:
		return parseDouble(v, args)
	case k == jsonv.KindDouble && args[0].IsNumber():
		return jsonv.Double(args[0].AsFloat64()), nil
	}
	return jsonv.Null, errNoMethod
}

func integerText(_ Value, args []Value) (Value, error) {
	if args[0].Kind() != jsonv.KindInt {
		return jsonv.Null, errNoMethod
	}
	return jsonv.String(strconv.FormatInt(args[0].Int64(), 10)), nil
}

// radix is Integer.toHexString and its like: of the two's complement.
func radix(base int) method {
	return func(_ *Run, v Value, args []Value) (Value, error) {
		switch {
		case v.Kind() == jsonv.KindInt && args[0].Kind() == jsonv.KindInt:
			return jsonv.String(strconv.FormatUint(uint64(uint32(args[0].Int64())), base)), nil
		case v.Kind() == jsonv.KindLong && (args[0].Kind() == jsonv.KindInt || args[0].Kind() == jsonv.KindLong):
			return jsonv.String(strconv.FormatUint(uint64(args[0].Int64()), base)), nil
		}
		return jsonv.Null, errNoMethod
	}
}

// extreme is the static max or min of Integer, Long and Double.
func extreme(sign int) method {
	return func(_ *Run, v Value, args []Value) (Value, error) {
		if args[0].Kind() != v.Kind() || args[1].Kind() != v.Kind() || v.BigInt() != nil || v.Decimal() != nil {
			return jsonv.Null, errNoMethod
		}
		c, err := compareNumbers(args[0], args[1])
		if c*sign >= 0 {
			return args[0], err
		}
		return args[1], err
	}
}

func plainDecimal(v Value) (Value, error) {
	d, err := toDecimal(v)
	if err != nil {
		return jsonv.Null, err
	}
	if d.scale < 0 {
		return jsonv.String(rescale(d, 0).unscaled.String()), nil
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
	return jsonv.String(text), nil
}
