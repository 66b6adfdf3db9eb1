package jsonpath

import (
	"strconv"
	"strings"

	"github.com/poterne/poterne/template/jsonv"
)

// A number is a java.math.BigDecimal for comparing: 0.digits * 10^exp. It is
// never computed with, so that an exponent of a billion costs nothing.
type number struct {
	text   string // as it was written
	digits string // without zeros at the ends; empty for zero
	exp    int64
	neg    bool
}

func numberOf(v jsonv.Value) (number, bool) {
	return parseNumber(jsonv.ToString(v))
}

// parseNumber reads text as new BigDecimal(text) does.
func parseNumber(text string) (n number, ok bool) {
	n.text = text
	mantissa := text
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		exp, err := strconv.ParseInt(text[i+1:], 10, 32)
		if err != nil {
			return n, false
		}
		n.exp, mantissa = exp, text[:i]
	}
	if mantissa != "" && (mantissa[0] == '-' || mantissa[0] == '+') {
		n.neg = mantissa[0] == '-'
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return n, false
	}
	n.exp += int64(len(whole))
	trimmed := strings.TrimLeft(digits, "0")
	n.exp -= int64(len(digits) - len(trimmed))
	n.digits = strings.TrimRight(trimmed, "0")
	if n.digits == "" {
		n.exp, n.neg = 0, false
	}
	return n, true
}

// compare returns how n compares to m by value.
func (n number) compare(m number) int {
	if n.sign() != m.sign() {
		return n.sign() - m.sign()
	}
	var c int
	switch {
	case n.exp < m.exp:
		c = -1
	case n.exp > m.exp:
		c = 1
	default:
		c = strings.Compare(n.digits, m.digits)
	}
	return c * max(n.sign(), -1)
}

func (n number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.neg:
		return -1
	}
	return 1
}

// String returns BigDecimal.toString.
func (n number) String() string {
	if !strings.ContainsAny(n.text, "eE.+") {
		if _, err := strconv.ParseInt(n.text, 10, 64); err == nil && n.text[0] != '0' {
			return n.text
		}
	}
	d, err := jsonv.ParseDecimal(n.text)
	if err != nil {
		return n.text
	}
	return jsonv.ToString(jsonv.FromDecimal(d))
}

// small returns the value of n as an int, which its size operator needs.
func (n number) small() int {
	f, _ := strconv.ParseFloat(n.text, 64)
	return int(javaInt(f))
}
