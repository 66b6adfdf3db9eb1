package schema

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"

	"github.com/poterne/poterne/template/jsonv"
)

// An amount is a number of any size: ±0.digits × 10^scale, with no zeros at
// either end of digits; none at all is zero. Two that are equal are the same.
type amount struct {
	negative bool
	digits   string
	scale    int
}

// amountOf reads a JSON number.
func amountOf(s string) amount {
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa = s[:i]
		exponent, _ = strconv.Atoi(s[i+1:]) // at most nine digits: see parser.number
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole
	if fraction != "" {
		digits += fraction
	}
	trimmed := strings.TrimLeft(digits, "0")
	scale := len(whole) - (len(digits) - len(trimmed)) + exponent
	if trimmed = strings.TrimRight(trimmed, "0"); trimmed == "" {
		return amount{}
	}
	return amount{negative, trimmed, scale}
}

func (a amount) isZero() bool { return a.digits == "" }

func (a amount) sign() int {
	switch {
	case a.isZero():
		return 0
	case a.negative:
		return -1
	}
	return 1
}

func (a amount) compare(b amount) int {
	if c := cmp.Compare(a.sign(), b.sign()); c != 0 || a.isZero() {
		return c
	}
	return a.sign() * cmp.Or(cmp.Compare(a.scale, b.scale), strings.Compare(a.digits, b.digits))
}

// isMultipleOf reports whether a is a whole multiple of d, which is not zero.
func (a amount) isMultipleOf(d amount) bool {
	if a.isZero() {
		return true
	}
	// As integers over one power of ten: a·10^up against d·10^down.
	up := (a.scale - len(a.digits)) - (d.scale - len(d.digits))
	down := 0
	if up < 0 {
		up, down = 0, -up
	}
	if down > len(a.digits) {
		return false // more zeros at its end than a has digits
	}
	divisor := d.unscaled()
	ten := big.NewInt(10)
	divisor.Mul(divisor, new(big.Int).Exp(ten, big.NewInt(int64(down)), nil))
	rest := a.unscaled()
	rest.Mul(rest, new(big.Int).Exp(ten, big.NewInt(int64(up)), divisor))
	return rest.Rem(rest, divisor).Sign() == 0
}

func (a amount) unscaled() *big.Int {
	n, _ := new(big.Int).SetString(a.digits, 10)
	return n
}

// printNumber is a number as Jackson prints it: integers as they are, others
// as BigDecimal does, without zeros at the end (10.0 is 1E+1).
func printNumber(k kind, s string) string {
	if k == integer {
		if s == "-0" {
			return "0"
		}
		return s
	}
	a := amountOf(s)
	if a.isZero() {
		return "0"
	}
	plain := a.digits + "E" + strconv.Itoa(a.scale-len(a.digits))
	if a.negative {
		plain = "-" + plain
	}
	d, err := jsonv.ParseDecimal(plain)
	if err != nil {
		return s
	}
	return jsonv.ToString(jsonv.FromDecimal(d))
}
