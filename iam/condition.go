package iam

import (
	"cmp"
	"encoding/base64"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A condition is one key of a Condition element's operator.
type condition struct {
	operator   *operator
	quantifier quantifier
	ifExists   bool
	key        string // in lower case
	values     []comparison
}

// A quantifier says how many of a key's values must pass.
type quantifier uint8

const (
	single quantifier = iota // the operator alone: meant for keys of one value
	forAll                   // ForAllValues: every one; a key without values passes
	forAny                   // ForAnyValue: one at least; a key without values fails
)

// A comparison compares a value of the request with one of the policy.
type comparison func(value string, keys Keys) bool

// An operator is a row of IAM's table of condition operators.
type operator struct {
	name    string
	negated bool
	compile func(value string, variables bool) (comparison, string) // the string says what is wrong with the value
}

// operators has a row per operator; of Null the evaluation is in holds.
var operators = []operator{
	{"StringEquals", false, text(dialect{})},
	{"StringNotEquals", true, text(dialect{})},
	{"StringEqualsIgnoreCase", false, text(dialect{fold: true})},
	{"StringNotEqualsIgnoreCase", true, text(dialect{fold: true})},
	{"StringLike", false, text(dialect{wildcards: true})},
	{"StringNotLike", true, text(dialect{wildcards: true})},
	{"NumericEquals", false, number(func(c int) bool { return c == 0 })},
	{"NumericNotEquals", true, number(func(c int) bool { return c == 0 })},
	{"NumericLessThan", false, number(func(c int) bool { return c < 0 })},
	{"NumericLessThanEquals", false, number(func(c int) bool { return c <= 0 })},
	{"NumericGreaterThan", false, number(func(c int) bool { return c > 0 })},
	{"NumericGreaterThanEquals", false, number(func(c int) bool { return c >= 0 })},
	{"DateEquals", false, date(func(c int) bool { return c == 0 })},
	{"DateNotEquals", true, date(func(c int) bool { return c == 0 })},
	{"DateLessThan", false, date(func(c int) bool { return c < 0 })},
	{"DateLessThanEquals", false, date(func(c int) bool { return c <= 0 })},
	{"DateGreaterThan", false, date(func(c int) bool { return c > 0 })},
	{"DateGreaterThanEquals", false, date(func(c int) bool { return c >= 0 })},
	{"Bool", false, boolean},
	{"BinaryEquals", false, binary},
	{"IpAddress", false, address},
	{"NotIpAddress", true, address},
	{"ArnEquals", false, arn},
	{"ArnLike", false, arn},
	{"ArnNotEquals", true, arn},
	{"ArnNotLike", true, arn},
	{nullOperator, false, boolean},
}

const nullOperator = "Null"

// parseOperator reads [ForAllValues:|ForAnyValue:]Name[IfExists].
func parseOperator(name string) (c condition, ok bool) {
	if rest, found := strings.CutPrefix(name, "ForAllValues:"); found {
		c.quantifier, name = forAll, rest
	} else if rest, found := strings.CutPrefix(name, "ForAnyValue:"); found {
		c.quantifier, name = forAny, rest
	}
	if rest, found := strings.CutSuffix(name, "IfExists"); found {
		c.ifExists, name = true, rest
	}
	i := slices.IndexFunc(operators, func(o operator) bool { return o.name == name })
	if i < 0 || name == nullOperator && (c.ifExists || c.quantifier != single) {
		return c, false
	}
	c.operator = &operators[i]
	return c, true
}

// holds: values of the policy are alternatives, and a negated operator wants
// none of them. A key that the request does not have fails a positive operator
// and passes a negated one.
func (c *condition) holds(keys Keys) bool {
	values := keys.values(c.key)
	if c.operator.name == nullOperator {
		return c.matches(strconv.FormatBool(len(values) == 0), keys)
	}
	if len(values) == 0 {
		return c.holdsWithout()
	}
	passes := 0
	for _, v := range values {
		if c.matches(v, keys) != c.operator.negated {
			passes++
		}
	}
	all := c.quantifier == forAll || c.quantifier == single && c.operator.negated
	return passes == len(values) || !all && passes > 0
}

// holdsWithout is the answer where the request does not have the key.
func (c *condition) holdsWithout() bool {
	switch {
	case c.ifExists, c.quantifier == forAll:
		return true
	case c.quantifier == forAny:
		return false
	}
	return c.operator.negated
}

func (c *condition) matches(value string, keys Keys) bool {
	for _, compare := range c.values {
		if compare(value, keys) {
			return true
		}
	}
	return false
}

func text(d dialect) func(string, bool) (comparison, string) {
	return func(value string, variables bool) (comparison, string) {
		d := d
		d.variables = variables
		p := compilePattern(value, d)
		return p.matches, ""
	}
}

func arn(value string, variables bool) (comparison, string) {
	p, ok := compileARN(value, variables)
	if !ok {
		return nil, "no ARN: write arn:partition:service:region:account:resource"
	}
	return p.matches, ""
}

func boolean(value string, _ bool) (comparison, string) {
	want, ok := parseBool(value)
	if !ok {
		return nil, "neither true nor false"
	}
	return func(value string, _ Keys) bool {
		got, ok := parseBool(value)
		return ok && got == want
	}, ""
}

func parseBool(s string) (value, ok bool) {
	return strings.EqualFold(s, "true"), strings.EqualFold(s, "true") || strings.EqualFold(s, "false")
}

func binary(value string, _ bool) (comparison, string) {
	want, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return nil, "no base64"
	}
	return func(value string, _ Keys) bool {
		got, err := base64.StdEncoding.DecodeString(value)
		return err == nil && string(got) == string(want)
	}, ""
}

func number(holds func(int) bool) func(string, bool) (comparison, string) {
	return func(value string, _ bool) (comparison, string) {
		want, ok := parseNumber(value)
		if !ok {
			return nil, "no number"
		}
		return func(value string, _ Keys) bool {
			got, ok := parseNumber(value)
			return ok && holds(cmp.Compare(got, want))
		}, ""
	}
}

func parseNumber(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

func date(holds func(int) bool) func(string, bool) (comparison, string) {
	return func(value string, _ bool) (comparison, string) {
		want, ok := parseDate(value)
		if !ok {
			return nil, "no date: write 2026-01-31T12:00:00Z, or seconds since 1970"
		}
		return func(value string, _ Keys) bool {
			got, ok := parseDate(value)
			return ok && holds(got.Compare(want))
		}, ""
	}
}

// dateForms are those of ISO 8601 that the W3C's note names.
var dateForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"}

func parseDate(s string) (time.Time, bool) {
	if len(s) > 4 { // four digits are a year
		if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
			return time.Unix(seconds, 0), true
		}
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// address compares with an address or a range; an IPv4 address written as
// IPv6 is that IPv4 address.
func address(value string, _ bool) (comparison, string) {
	prefix, ok := parsePrefix(value)
	if !ok {
		return nil, "no IP address and no range: write 203.0.113.0/24"
	}
	return func(value string, _ Keys) bool {
		addr, err := netip.ParseAddr(value)
		return err == nil && prefix.Contains(addr.Unmap().WithZone(""))
	}, ""
}

func parsePrefix(s string) (netip.Prefix, bool) {
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	if addr := prefix.Addr(); addr.Is4In6() {
		if prefix.Bits() < 96 {
			return netip.Prefix{}, false
		}
		prefix = netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
	}
	return prefix.Masked(), true
}
