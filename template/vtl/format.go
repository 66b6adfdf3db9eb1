package vtl

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// format is String.format.
func (r *Run) format(layout string, args []Value) (Value, error) {
	f := formatter{r: r, args: args}
	out, err := f.format(layout)
	if err != nil {
		return jsonv.Null, err
	}
	return jsonv.String(string(out)), nil
}

// formatter is java.util.Formatter.
type formatter struct {
	r    *Run
	args []Value
	next int // argument of the next specifier that names none
	last int // argument of the specifier before
}

// specifier is %[index$][flags][width][.precision]conversion.
type specifier struct {
	text      string
	index     int // from 1; 0: the next; -1: the same again
	flags     string
	width     int
	precision int // -1: none
	verb      byte
}

func (f *formatter) format(s string) (out []byte, err error) {
	for {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			return append(out, s...), f.r.Build(len(s))
		}
		out = append(out, s[:i]...)
		spec, n := parseSpecifier(s[i:])
		if n == 0 {
			return nil, javaError("UnknownFormatConversionException: Conversion = '%'")
		}
		s = s[i+n:]
		text, err := f.one(spec)
		if err != nil {
			return nil, err
		}
		if err := f.r.Build(i + max(len(text), spec.width)); err != nil {
			return nil, err
		}
		out = append(out, pad(text, spec)...)
	}
}

func parseSpecifier(s string) (spec specifier, n int) {
	spec.precision = -1
	i := 1
	if d := digits(s[i:]); d > 0 && i+d < len(s) && s[i+d] == '$' {
		spec.index, _ = strconv.Atoi(s[i : i+d])
		i += d + 1
	} else if strings.HasPrefix(s[i:], "<") {
		spec.index = -1
		i++
	}
	f := run(s[i:], func(c byte) bool { return strings.IndexByte("-#+ 0,(", c) >= 0 })
	spec.flags = s[i : i+f]
	i += f
	d := digits(s[i:])
	spec.width, _ = strconv.Atoi("0" + s[i:i+d])
	i += d
	if strings.HasPrefix(s[i:], ".") {
		d := digits(s[i+1:])
		if d == 0 {
			return spec, 0
		}
		spec.precision, _ = strconv.Atoi(s[i+1 : i+1+d])
		i += 1 + d
	}
	if i >= len(s) {
		return spec, 0
	}
	spec.verb = s[i]
	spec.text = s[:i+1]
	return spec, i + 1
}

func (s specifier) has(flag byte) bool { return strings.IndexByte(s.flags, flag) >= 0 }

// pad fills up to the width, with zeros behind the sign under the flag 0.
func pad(text string, s specifier) string {
	missing := s.width - javatext.Length(text)
	switch {
	case missing <= 0:
		return text
	case s.has('-'):
		return text + strings.Repeat(" ", missing)
	case s.has('0') && strings.IndexByte("dxXofeEgG", s.verb) >= 0:
		sign := run(text, func(c byte) bool { return c == '-' || c == '+' || c == '(' || c == ' ' })
		return text[:sign] + strings.Repeat("0", missing) + text[sign:]
	}
	return strings.Repeat(" ", missing) + text
}

// one formats one specifier without its padding.
func (f *formatter) one(s specifier) (string, error) {
	switch s.verb {
	case 'n':
		return "\n", nil
	case '%':
		return "%", nil
	}
	if strings.IndexByte("bBhHsScCdoxXeEfgG", s.verb) < 0 {
		return "", javaError(fmt.Sprintf("UnknownFormatConversionException: Conversion = '%c'", s.verb))
	}
	v, err := f.argument(s)
	if err != nil {
		return "", err
	}
	text, err := f.convert(s, v)
	if strings.IndexByte("BHSCXEG", s.verb) >= 0 {
		text = javatext.ToUpperCase(text)
	}
	return text, err
}

func (f *formatter) argument(s specifier) (Value, error) {
	i := s.index - 1
	switch s.index {
	case 0:
		i = f.next
		f.next++
	case -1:
		i = f.last
	}
	if i >= len(f.args) {
		return jsonv.Null, javaError(fmt.Sprintf("MissingFormatArgumentException: Format specifier '%s'", s.text))
	}
	f.last = i
	return f.args[i], nil
}

func (f *formatter) convert(s specifier, v Value) (string, error) {
	lower := s.verb | 0x20
	switch {
	case lower == 'b':
		return cut(strconv.FormatBool(!v.IsNull() && (v.Kind() != jsonv.KindBool || v.Bool())), s), nil
	case v.IsNull():
		return cut("null", s), nil
	case lower == 's':
		text, err := f.r.text(v)
		return cut(text, s), err
	case lower == 'h':
		h, err := f.r.hash(v, 0)
		return cut(strconv.FormatUint(uint64(uint32(h)), 16), s), err
	case lower == 'c' && v.Kind() == jsonv.KindInt:
		return string(rune(v.Int64())), nil
	case (s.verb == 'd' || lower == 'x' || s.verb == 'o') && v.IsInteger():
		return formatInteger(s, v)
	case (lower == 'e' || s.verb == 'f' || lower == 'g') && (v.Kind() == jsonv.KindDouble || v.Kind() == jsonv.KindDecimal):
		return f.formatFloat(s, v)
	}
	return "", javaError(fmt.Sprintf("IllegalFormatConversionException: %c != %s", s.verb, kindName(v)))
}

func kindName(v Value) string {
	if c, ok := foreignOf(classValue(v)).(javaClass); ok {
		return string(c)
	}
	return "java.lang.Object"
}

// cut keeps as many characters as the precision says.
func cut(text string, s specifier) string {
	if s.precision < 0 || s.precision >= javatext.Length(text) {
		return text
	}
	text, _ = javatext.Substring(text, 0, s.precision)
	return text
}

func formatInteger(s specifier, v Value) (string, error) {
	n, err := toBig(v)
	if err != nil {
		return "", err
	}
	if s.verb == 'd' {
		return signed(s, n.Sign() < 0, group(s, new(big.Int).Abs(n).String())), nil
	}
	base := 16
	if s.verb == 'o' {
		base = 8
	}
	if n.Sign() < 0 && v.Kind() != jsonv.KindBigInt {
		bits := uint(32)
		if v.Kind() == jsonv.KindLong {
			bits = 64
		}
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), bits))
	}
	return n.Text(base), nil
}

// group puts commas between thousands under the flag ",".
func group(s specifier, digits string) string {
	if !s.has(',') {
		return digits
	}
	whole, fraction, dotted := strings.Cut(digits, ".")
	var b strings.Builder
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if dotted {
		b.WriteString("." + fraction)
	}
	return b.String()
}

// signed puts the sign as the flags want it.
func signed(s specifier, negative bool, digits string) string {
	switch {
	case negative && s.has('('):
		return "(" + digits + ")"
	case negative:
		return "-" + digits
	case s.has('+'):
		return "+" + digits
	case s.has(' '):
		return " " + digits
	}
	return digits
}

// formatFloat rounds half up on the shortest digits of the number, as Java
// does.
func (f *formatter) formatFloat(s specifier, v Value) (string, error) {
	precision := s.precision
	if precision < 0 {
		precision = 6
	}
	if err := f.r.Build(precision); err != nil {
		return "", err
	}
	text := string(jsonv.AppendString(nil, v))
	if text == "NaN" || strings.HasSuffix(text, "Infinity") {
		return text, nil
	}
	if v.Kind() == jsonv.KindDouble {
		text = strconv.FormatFloat(v.Float64(), 'e', -1, 64)
	}
	d, err := jsonv.ParseDecimal(text)
	if err != nil || d.Digits() > maxDigits || d.Scale() > maxDigits || d.Scale() < -maxDigits {
		return "", spent("formatting more than %d digits", maxDigits)
	}
	x := decimal{d.Unscaled(), d.Scale()}
	negative := strings.HasPrefix(text, "-")
	x.unscaled.Abs(x.unscaled)
	switch s.verb | 0x20 {
	case 'f':
		return signed(s, negative, group(s, fixed(x, precision))), nil
	case 'e':
		return signed(s, negative, scientific(x, precision)), nil
	}
	return signed(s, negative, general(x, max(precision, 1))), nil
}

// fixed is x with so many digits behind the point.
func fixed(x decimal, precision int) string {
	n := x.unscaled
	if shift := precision - int(x.scale); shift >= 0 {
		n = new(big.Int).Mul(n, tenTo(int32(shift)))
	} else {
		n = halfUp(n, tenTo(int32(-shift)))
	}
	text := n.String()
	if precision == 0 {
		return text
	}
	if missing := precision + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	return text[:len(text)-precision] + "." + text[len(text)-precision:]
}

// halfUp is n / d, rounded half up.
func halfUp(n, d *big.Int) *big.Int {
	twice := new(big.Int).Lsh(n, 1)
	return twice.Add(twice, d).Quo(twice, new(big.Int).Lsh(d, 1))
}

// scientific is d.ddde+xx.
func scientific(x decimal, precision int) string {
	if x.unscaled.Sign() == 0 {
		return fixed(decimal{new(big.Int), 0}, precision) + "e+00"
	}
	exponent := len(x.unscaled.String()) - 1 - int(x.scale)
	mantissa := fixed(decimal{x.unscaled, x.scale + int32(exponent)}, precision)
	if strings.HasPrefix(mantissa, "10") {
		exponent++
		mantissa = fixed(decimal{x.unscaled, x.scale + int32(exponent)}, precision)
	}
	return fmt.Sprintf("%se%+03d", mantissa, exponent)
}

// general is fixed from 10^-4 up to 10^precision, else scientific, with so many
// digits that count.
func general(x decimal, precision int) string {
	exponent := len(x.unscaled.String()) - 1 - int(x.scale)
	switch {
	case x.unscaled.Sign() == 0:
		return fixed(x, precision-1)
	case exponent >= -4 && exponent < precision:
		return fixed(x, precision-1-exponent)
	}
	return scientific(x, precision-1)
}
