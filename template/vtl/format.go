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
	f := formatter{r: r, args: args, last: -1}
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
	width     int // -1: none
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
		if err := spec.check(); err != nil {
			return nil, err
		}
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
	spec.width = -1
	if d > 0 {
		spec.width, _ = strconv.Atoi(s[i : i+d])
	}
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
	case s.has('0') && !isWordy(text):
		head := run(text, func(c byte) bool { return c == '-' || c == '+' || c == '(' || c == ' ' })
		if strings.IndexByte("xXaA", s.verb) >= 0 && strings.HasPrefix(strings.ToLower(text[head:]), "0x") {
			head += 2
		}
		return text[:head] + strings.Repeat("0", missing) + text[head:]
	}
	return strings.Repeat(" ", missing) + text
}

// isWordy tells null, NaN and Infinity from numbers.
func isWordy(text string) bool {
	switch word := strings.ToLower(strings.Trim(text, "+-( )")); word {
	case "nan", "infinity":
		return true
	default:
		const null = "null"
		return len(word) <= len(null) && null[:len(word)] == word // a precision may have cut it
	}
}

// one formats one specifier without its padding.
func (f *formatter) one(s specifier) (string, error) {
	switch s.verb {
	case 'n':
		return "\n", nil
	case '%':
		return "%", nil
	}
	v, err := f.argument(s)
	if err != nil {
		return "", err
	}
	text, err := f.convert(s, v)
	if strings.IndexByte("BHSCXEGA", s.verb) >= 0 {
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
	if i >= 0 && len(f.args) == 1 && f.args[0].IsNull() { // a null for the array of arguments
		f.last = i
		return jsonv.Null, nil
	}
	if i < 0 || i >= len(f.args) {
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
	case lower == 's' && s.has('#'):
		return "", mismatch(s, '#')
	case v.IsNull():
		return cut("null", s), nil
	case lower == 's':
		text, err := f.r.text(v)
		return cut(text, s), err
	case lower == 'h':
		h, err := f.r.hash(v, 0)
		return cut(strconv.FormatUint(uint64(uint32(h)), 16), s), err
	case lower == 'c':
		return formatChar(v)
	case lower == 'a' && v.Kind() == jsonv.KindDouble:
		return formatHex(s, v.Float64())
	case (s.verb == 'd' || lower == 'x' || s.verb == 'o') && v.IsInteger():
		return formatInteger(s, v)
	case (lower == 'e' || s.verb == 'f' || lower == 'g') && (v.Kind() == jsonv.KindDouble || v.Kind() == jsonv.KindDecimal):
		return f.formatFloat(s, v)
	}
	return "", javaError(fmt.Sprintf("IllegalFormatConversionException: %c != %s", s.verb, kindName(v)))
}

// check refuses what java.util.Formatter refuses before it looks at an argument.
func (s specifier) check() error {
	for i := range len(s.flags) {
		if strings.IndexByte(s.flags[i+1:], s.flags[i]) >= 0 {
			return javaError("DuplicateFormatFlagsException: Flags = '" + s.flags[i:i+1] + "'")
		}
	}
	rule := formatRules[s.verb]
	if rule == nil {
		return javaError(fmt.Sprintf("UnknownFormatConversionException: Conversion = '%c'", s.verb))
	}
	switch {
	case (s.verb == 'n' || s.verb == '%') && s.index < 0:
		return javaError("IllegalFormatFlagsException: Flags = '<'")
	case s.verb == 'n' && s.width >= 0:
		return javaError("IllegalFormatWidthException")
	case s.precision >= 0 && !rule.precision:
		return javaError("IllegalFormatPrecisionException")
	case s.width < 0 && (s.has('-') || s.has('0') && rule.number):
		return javaError("MissingFormatWidthException: " + s.text)
	case rule.number && (s.has('+') && s.has(' ') || s.has('-') && s.has('0')):
		return javaError("IllegalFormatFlagsException: Flags = '" + s.flags + "'")
	}
	if i := strings.IndexAny(s.flags, rule.bad); i >= 0 {
		return mismatch(s, s.flags[i])
	}
	return nil
}

func mismatch(s specifier, flag byte) error {
	return javaError(fmt.Sprintf("FormatFlagsConversionMismatchException: Conversion = %c, Flags = %c", s.verb, flag))
}

// formatRule says which flags a conversion refuses and whether it takes a
// precision.
type formatRule struct {
	bad       string
	precision bool
	number    bool
}

var formatRules = func() (rules [256]*formatRule) {
	for _, r := range [...]struct {
		verbs string
		rule  formatRule
	}{
		{"bBhH", formatRule{bad: "#+ 0,(", precision: true}},
		{"sS", formatRule{bad: "+ 0,(", precision: true}},
		{"cC", formatRule{bad: "#+ 0,("}},
		{"d", formatRule{bad: "#", number: true}},
		{"oxX", formatRule{bad: ",", number: true}},
		{"f", formatRule{precision: true, number: true}},
		{"eE", formatRule{bad: ",", precision: true, number: true}},
		{"gG", formatRule{bad: "#", precision: true, number: true}},
		{"aA", formatRule{bad: "(,", precision: true, number: true}},
		{"%", formatRule{bad: "#+ 0,("}},
		{"n", formatRule{bad: "-#+ 0,("}},
	} {
		for i := range len(r.verbs) {
			rules[r.verbs[i]] = &r.rule
		}
	}
	return rules
}()

// formatChar prints a Character, or the code point that an Integer is.
func formatChar(v Value) (string, error) {
	if c, ok := charOf(v); ok {
		return string(c.AppendString(nil)), nil
	}
	switch n := v.Int64(); {
	case v.Kind() != jsonv.KindInt:
		return "", javaError("IllegalFormatConversionException: c != " + kindName(v))
	case n < 0 || n > 0x10FFFF:
		return "", javaError("IllegalFormatCodePointException")
	default:
		return string(javatext.AppendRune(nil, rune(n))), nil
	}
}

// formatHex prints a double in hexadecimal, with all of its digits.
func formatHex(s specifier, f float64) (string, error) {
	if s.precision >= 0 {
		return "", javaError("UnsupportedOperationException: a precision with %a")
	}
	text := javatext.HexDouble(f)
	return signed(s, strings.HasPrefix(text, "-"), strings.TrimPrefix(text, "-")), nil
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
	prefix := ""
	if s.has('#') {
		prefix = map[int]string{8: "0", 16: "0x"}[base]
	}
	if v.Kind() == jsonv.KindBigInt {
		return signed(s, n.Sign() < 0, prefix+new(big.Int).Abs(n).Text(base)), nil
	}
	if i := strings.IndexAny(s.flags, "( +"); i >= 0 {
		return "", mismatch(s, s.flags[i])
	}
	if n.Sign() < 0 {
		bits := uint(32)
		if v.Kind() == jsonv.KindLong {
			bits = 64
		}
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), bits))
	}
	return prefix + n.Text(base), nil
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
	switch strings.TrimPrefix(text, "-") {
	case "NaN":
		return text, nil
	case "Infinity":
		return signed(s, strings.HasPrefix(text, "-"), "Infinity"), nil
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
		text = group(s, fixed(x, precision))
	case 'e':
		text = scientific(x, precision)
	default:
		text = general(x, max(precision, 1))
		if !strings.Contains(text, "e") {
			text = group(s, text)
		}
		return signed(s, negative, text), nil
	}
	if s.has('#') && precision == 0 {
		mantissa, exponent, _ := strings.Cut(text, "e")
		text = mantissa + "." + text[len(mantissa):len(text)-len(exponent)] + exponent
	}
	return signed(s, negative, text), nil
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
	if x.unscaled.Sign() != 0 && strings.HasPrefix(fixed(decimal{x.unscaled, x.scale + int32(exponent)}, precision-1), "10") {
		exponent++ // rounded up to the next power of ten
	}
	switch {
	case x.unscaled.Sign() == 0:
		return fixed(x, precision-1)
	case exponent >= -4 && exponent < precision:
		return fixed(x, precision-1-exponent)
	}
	return scientific(x, precision-1)
}
