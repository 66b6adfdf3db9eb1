package jsonv

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// BigInt is a java.math.BigInteger. It is kept as decimal text until it is
// computed with, since most big numbers only pass through and reading a
// million digits is slow.
type BigInt struct {
	text string
	n    *big.Int
}

// NewBigInt returns the BigInteger n, which must not change afterwards.
func NewBigInt(n *big.Int) *BigInt { return &BigInt{text: n.String(), n: n} }

// Text returns the decimal digits with a leading "-" for negative numbers.
func (b *BigInt) Text() string { return b.text }

// Big returns the number itself, for reading. Callers bound the length of Text
// before they ask.
func (b *BigInt) Big() *big.Int {
	if b.n == nil {
		b.n, _ = new(big.Int).SetString(b.text, 10)
	}
	return b.n
}

// parseBigInt reads an optional "-" and digits.
func parseBigInt(s string) *BigInt {
	neg := strings.HasPrefix(s, "-")
	digits := strings.TrimLeft(strings.TrimPrefix(s, "-"), "0")
	switch {
	case digits == "":
		return &BigInt{text: "0"}
	case neg:
		return &BigInt{text: "-" + digits}
	}
	return &BigInt{text: digits}
}

// Decimal is a java.math.BigDecimal: unscaled * 10^-scale.
type Decimal struct {
	negative bool
	digits   string // of the unscaled value, no leading zeros, "0" for zero
	scale    int32
}

// NewDecimal returns unscaled * 10^-scale.
func NewDecimal(unscaled *big.Int, scale int32) *Decimal {
	return &Decimal{unscaled.Sign() < 0, new(big.Int).Abs(unscaled).String(), scale}
}

// Unscaled returns the unscaled value. Callers bound Digits first.
func (d *Decimal) Unscaled() *big.Int {
	n, _ := new(big.Int).SetString(d.digits, 10)
	if d.negative {
		n.Neg(n)
	}
	return n
}

// Digits returns the number of digits of the unscaled value.
func (d *Decimal) Digits() int { return len(d.digits) }

// Scale returns the number of digits after the decimal point.
func (d *Decimal) Scale() int32 { return d.scale }

// errNumber is Java's NumberFormatException: the text looks like a number to
// json-smart and is none.
var errNumber = errors.New("NumberFormatException")

// ParseDecimal reads text as new BigDecimal(String) does.
func ParseDecimal(text string) (*Decimal, error) {
	mantissa, exponent, err := splitExponent(text)
	if err != nil {
		return nil, err
	}
	d := &Decimal{negative: strings.HasPrefix(mantissa, "-")}
	mantissa = strings.TrimLeft(mantissa, "+-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return nil, errNumber
	}
	scale := int64(len(fraction)) - exponent
	if scale < math.MinInt32 || scale > math.MaxInt32 {
		return nil, errNumber
	}
	d.scale = int32(scale)
	if d.digits = strings.TrimLeft(whole+fraction, "0"); d.digits == "" {
		d.digits, d.negative = "0", false
	}
	return d, nil
}

func splitExponent(text string) (mantissa string, exponent int64, err error) {
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		return text, 0, nil
	}
	exponent, err = strconv.ParseInt(text[i+1:], 10, 64)
	if err != nil || exponent < -math.MaxInt32 || exponent > math.MaxInt32 {
		return "", 0, errNumber
	}
	return text[:i], exponent, nil
}

// append writes BigDecimal.toString: plain where the exponent is small, else
// scientific.
func (d *Decimal) append(dst []byte) []byte {
	if d.negative {
		dst = append(dst, '-')
	}
	adjusted := int64(len(d.digits)) - 1 - int64(d.scale)
	switch {
	case d.scale == 0:
		return append(dst, d.digits...)
	case d.scale > 0 && adjusted >= -6:
		return d.appendPlain(dst)
	}
	dst = append(dst, d.digits[0])
	if len(d.digits) > 1 {
		dst = append(append(dst, '.'), d.digits[1:]...)
	}
	if adjusted == 0 {
		return dst
	}
	dst = append(dst, 'E')
	if adjusted > 0 {
		dst = append(dst, '+')
	}
	return strconv.AppendInt(dst, adjusted, 10)
}

func (d *Decimal) appendPlain(dst []byte) []byte {
	point := len(d.digits) - int(d.scale)
	if point > 0 {
		dst = append(dst, d.digits[:point]...)
		return append(append(dst, '.'), d.digits[point:]...)
	}
	dst = append(dst, "0."...)
	for range -point {
		dst = append(dst, '0')
	}
	return append(dst, d.digits...)
}

// AsFloat64 converts any number to a double as Number.doubleValue does; 0 for
// what is no number.
func (v Value) AsFloat64() float64 {
	switch v.Kind() {
	case KindInt, KindLong:
		return float64(v.Int64())
	case KindDouble:
		return v.Float64()
	case KindBigInt:
		f, _ := strconv.ParseFloat(v.BigInt().text, 64)
		return f
	case KindDecimal:
		f, _ := strconv.ParseFloat(string(v.Decimal().append(nil)), 64)
		return f
	}
	return 0
}

// parseInteger reads an optional "-" and digits into the smallest class.
func parseInteger(s string) Value {
	if len(s) <= 18 {
		return Integer(smallInteger(s))
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Integer(n)
	}
	return FromBigInt(parseBigInt(s))
}

// smallInteger reads at most 18 characters, so that it cannot overflow. A bare
// "-" is 0, as json-smart has it.
func smallInteger(s string) (n int64) {
	digits := strings.TrimPrefix(s, "-")
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	if len(digits) < len(s) {
		return -n
	}
	return n
}

// parseFloat reads a number with a point or an exponent: BigDecimal from 19
// characters on (json-smart's rule), else Double.
func parseFloat(s string) (Value, error) {
	if len(s) > 18 {
		d, err := ParseDecimal(s)
		if err != nil {
			return Null, err
		}
		return FromDecimal(d), nil
	}
	if f, ok := plainFraction(s); ok {
		return Double(f), nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return Null, errNumber
	}
	return Double(f), nil
}

// plainFraction reads digits with a point in them, at most 15, so that one
// division of exact numbers gives the nearest double.
func plainFraction(s string) (float64, bool) {
	if len(s) < 2 || len(s) > 16 {
		return 0, false
	}
	mantissa, point := uint64(0), -1
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			mantissa = mantissa*10 + uint64(c-'0')
		case c == '.' && point < 0:
			point = i
		default:
			return 0, false
		}
	}
	if point < 0 {
		return 0, false
	}
	return float64(mantissa) / powers[len(s)-1-point], true
}

// powers are those of ten, exact as doubles.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// IsZero reports whether d is 0 at any scale.
func (d *Decimal) IsZero() bool { return d.digits == "0" }
