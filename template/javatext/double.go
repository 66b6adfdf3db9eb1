package javatext

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// DoubleString returns f as Java's Double.toString prints it: 1.0, 100.0,
// 1.0E-4, 1.23456789E7, NaN, -Infinity. The digits are the shortest that read
// back as f (as of JDK 19; older ones print a few values with a digit more).
func DoubleString(f float64) string {
	return string(AppendDouble(nil, f))
}

// AppendDouble appends [DoubleString] of f to dst.
func AppendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case f == 0:
		if math.Signbit(f) {
			dst = append(dst, '-')
		}
		return append(dst, "0.0"...)
	}
	if f < 0 {
		dst = append(dst, '-')
		f = -f
	}
	var buf [32]byte
	digits, exp := shortest(buf[:0], f)
	switch {
	case exp >= 7 || exp < -3:
		return appendScientific(dst, digits, exp)
	case exp >= 0:
		return appendWhole(dst, digits, exp)
	default:
		dst = append(dst, "0."...)
		for ; exp < -1; exp++ {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
}

// shortest returns the significant digits of f and the power of ten of the
// first one. Java wants two digits where one would do and a second one comes
// closer: Double.MIN_VALUE is 4.9E-324, not 5.0E-324.
func shortest(buf []byte, f float64) (digits []byte, exp int) {
	buf = strconv.AppendFloat(buf, f, 'e', -1, 64)
	if len(buf) > 1 && buf[1] != '.' {
		two := strconv.AppendFloat(nil, f, 'e', 1, 64)
		if back, err := strconv.ParseFloat(string(two), 64); err == nil && back == f {
			buf = two
		}
	}
	mark := len(buf) - 1
	for buf[mark] != 'e' {
		mark--
	}
	exp, _ = strconv.Atoi(string(buf[mark+1:]))
	digits = buf[:1]
	if mark > 2 {
		digits = append(digits, buf[2:mark]...)
	}
	for len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return digits, exp
}

func appendScientific(dst, digits []byte, exp int) []byte {
	dst = append(dst, digits[0], '.')
	if len(digits) == 1 {
		dst = append(dst, '0')
	}
	dst = append(dst, digits[1:]...)
	dst = append(dst, 'E')
	return strconv.AppendInt(dst, int64(exp), 10)
}

func appendWhole(dst, digits []byte, exp int) []byte {
	for i := 0; i <= exp; i++ {
		if i < len(digits) {
			dst = append(dst, digits[i])
		} else {
			dst = append(dst, '0')
		}
	}
	dst = append(dst, '.')
	if len(digits) <= exp+1 {
		return append(dst, '0')
	}
	return append(dst, digits[exp+1:]...)
}

// HexDouble returns Double.toHexString(f), "0x1.8p0".
func HexDouble(f float64) string {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return DoubleString(f)
	case f == 0:
		return strings.TrimSuffix(DoubleString(f), "0.0") + "0x0.0p0"
	}
	bits := math.Float64bits(f)
	sign := ""
	if bits>>63 == 1 {
		sign = "-"
	}
	exponent, lead := int(bits>>52&0x7ff)-1023, "1"
	if exponent == -1023 {
		exponent, lead = -1022, "0"
	}
	fraction := strings.TrimRight(fmt.Sprintf("%013x", bits&(1<<52-1)), "0")
	if fraction == "" {
		fraction = "0"
	}
	return fmt.Sprintf("%s0x%s.%sp%d", sign, lead, fraction, exponent)
}
