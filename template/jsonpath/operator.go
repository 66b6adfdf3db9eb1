package jsonpath

import (
	"strings"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// An operator compares two operands, paths already followed.
type operator func(e *evaluator, left, right operand) (bool, error)

// operatorNamed returns the operator of a name in capitals: Jayway does not
// mind their case.
func operatorNamed(name string) operator {
	switch name {
	case "==":
		return func(_ *evaluator, l, r operand) (bool, error) { return equal(l, r), nil }
	case "!=":
		return func(_ *evaluator, l, r operand) (bool, error) { return !equal(l, r), nil }
	case "===":
		return func(_ *evaluator, l, r operand) (bool, error) { return l.kind == r.kind && equal(l, r), nil }
	case "!==":
		return func(_ *evaluator, l, r operand) (bool, error) { return l.kind != r.kind || !equal(l, r), nil }
	case "<":
		return ordered(func(c int) bool { return c < 0 })
	case "<=":
		return ordered(func(c int) bool { return c <= 0 })
	case ">":
		return ordered(func(c int) bool { return c > 0 })
	case ">=":
		return ordered(func(c int) bool { return c >= 0 })
	case "=~":
		return matches
	}
	return wordOperator(name)
}

func wordOperator(name string) operator {
	switch name {
	case "IN":
		return in
	case "NIN":
		return notIn
	case "CONTAINS":
		return contains
	case "SIZE":
		return size
	case "EMPTY":
		return empty
	case "SUBSETOF":
		return subsetOf
	case "ANYOF":
		return commonItems(true)
	case "NONEOF":
		return commonItems(false)
	case "ALL", "TYPE", "MATCHES", "EXISTS":
		return never
	}
	return nil
}

// never is for operators that take what only programs can give: a class, a
// predicate, a list of operands. In a path they do not pass.
func never(*evaluator, operand, operand) (bool, error) { return false, errUnfit }

// equal is Jayway's ==. Numbers and strings meet: as numbers when the number
// stands left, as text when the string does.
func equal(l, r operand) bool {
	switch l.kind {
	case operandNull:
		return r.kind == operandNull
	case operandBool:
		return r.kind == operandBool && l.yes == r.yes
	case operandNumber:
		switch r.kind {
		case operandNumber:
			return l.number.compare(r.number) == 0
		case operandString:
			n, ok := parseNumber(r.text)
			return ok && l.number.compare(n) == 0
		}
	case operandString:
		return (r.kind == operandString || r.kind == operandNumber) && l.text == r.asText()
	case operandJSON:
		// A literal on the left is not read, but compared as the text it is.
		return r.kind == operandJSON && !l.literal && jsonv.Equal(l.value, r.value)
	}
	return false
}

func (o operand) asText() string {
	if o.kind == operandNumber {
		return o.number.String()
	}
	return o.text
}

func ordered(is func(int) bool) operator {
	return func(_ *evaluator, l, r operand) (bool, error) {
		scalar := func(o operand) bool { return o.kind == operandNumber || o.kind == operandString }
		switch {
		case l.kind == operandNumber && r.kind == operandNumber:
			return is(l.number.compare(r.number)), nil
		case scalar(l) && scalar(r):
			return is(javatext.CompareTo(l.asText(), r.asText())), nil
		}
		return false, nil
	}
}

// matches is =~: the pattern must match all of the text, or of one item.
func matches(e *evaluator, l, r operand) (bool, error) {
	if (l.kind == operandPattern) == (r.kind == operandPattern) {
		return false, nil
	}
	if l.kind == operandPattern {
		l, r = r, l
	}
	if l.kind != operandJSON || l.value.Kind() != jsonv.KindArray {
		return r.pattern.Matches(l.matchText(), e.session.Regex)
	}
	items, err := e.items(l)
	if err != nil {
		return false, err
	}
	for _, o := range items {
		if ok, err := r.pattern.Matches(o.matchText(), e.session.Regex); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (o operand) matchText() string {
	switch {
	case o.kind == operandString || o.kind == operandNumber:
		return o.asText()
	case o.kind == operandBool && o.yes:
		return "true"
	case o.kind == operandBool:
		return "false"
	}
	return ""
}

// items returns the items of a list as operands; errUnfit says that there is
// no list. Strings among them are read as filters read theirs: without their
// quotes, and as paths or JSON when they look like it.
func (e *evaluator) items(o operand) ([]operand, error) {
	if o.kind != operandJSON {
		return nil, errUnfit
	}
	if o.value.Kind() != jsonv.KindArray {
		return nil, nil
	}
	values := o.value.Array().Items()
	out := make([]operand, 0, len(values))
	for _, v := range values {
		if err := e.visit(); err != nil {
			return nil, err
		}
		if v.Kind() == jsonv.KindArray || v.Kind() == jsonv.KindObject {
			return nil, &EvalError{"Could not determine value type"}
		}
		item, err := valueOperand(v)
		if err != nil {
			return nil, err
		}
		if item.kind == operandString {
			item = e.quoted(item.text)
		}
		out = append(out, item)
	}
	return out, nil
}

// quoted reads a string that was an item of a list.
func (e *evaluator) quoted(s string) operand {
	trimmed := javatext.Trim(s)
	if trimmed != "" && (trimmed[0] == '$' || trimmed[0] == '@') {
		if _, err := Compile(trimmed); err == nil {
			return operand{} // a path among items equals nothing
		}
	}
	if enclosed(trimmed, '[', ']') || enclosed(trimmed, '{', '}') {
		if v, err := jsonv.Parse(trimmed); err == nil {
			return operand{kind: operandJSON, text: s, literal: true, value: v}
		}
	}
	if enclosed(s, '\'', '\'') || enclosed(s, '"', '"') {
		s = s[1 : len(s)-1]
	}
	return operand{kind: operandString, text: lenientUnescape(s)}
}

func enclosed(s string, first, last byte) bool {
	return len(s) > 1 && s[0] == first && s[len(s)-1] == last
}

// lenientUnescape leaves a string alone that is no valid escape: it comes
// from a document, and a filter must not fail on it.
func lenientUnescape(s string) (out string) {
	defer func() {
		if r := recover(); r != nil {
			out = s
		}
	}()
	return unescape(s)
}

func (e *evaluator) hasItem(items []operand, o operand) (bool, error) {
	for _, item := range items {
		if err := e.visit(); err != nil {
			return false, err
		}
		if equal(o, item) {
			return true, nil
		}
	}
	return false, nil
}

func in(e *evaluator, l, r operand) (bool, error) {
	items, err := e.items(r)
	if err != nil {
		return false, err
	}
	return e.hasItem(items, l)
}

func notIn(e *evaluator, l, r operand) (bool, error) {
	ok, err := in(e, l, r)
	return !ok, err
}

func contains(e *evaluator, l, r operand) (bool, error) {
	if l.kind == operandString && r.kind == operandString {
		return strings.Contains(l.text, r.text), nil
	}
	if l.kind != operandJSON {
		return false, nil
	}
	items, err := e.items(l)
	if err != nil {
		return false, err
	}
	return e.hasItem(items, r)
}

func size(_ *evaluator, l, r operand) (bool, error) {
	if r.kind != operandNumber {
		return false, nil
	}
	want := r.number.small()
	switch {
	case l.kind == operandString:
		return javatext.Length(l.text) == want, nil
	case l.kind == operandJSON && l.value.Kind() == jsonv.KindArray:
		return l.value.Array().Len() == want, nil
	case l.kind == operandJSON:
		return want == -1, nil
	}
	return false, nil
}

func empty(_ *evaluator, l, r operand) (bool, error) {
	if l.kind != operandString && l.kind != operandJSON {
		return false, nil
	}
	if r.kind != operandBool {
		return false, errUnfit
	}
	var isEmpty bool
	switch {
	case l.kind == operandString:
		isEmpty = l.text == ""
	case l.value.Kind() == jsonv.KindArray:
		isEmpty = l.value.Array().Len() == 0
	default:
		isEmpty = l.value.Object().Len() == 0
	}
	return isEmpty == r.yes, nil
}

// bothItems returns the items of two lists; ok is false when one is no list.
func (e *evaluator) bothItems(l, r operand) (left, right []operand, ok bool, err error) {
	if right, err = e.items(r); err != nil {
		return nil, nil, false, err
	}
	if left, err = e.items(l); err != nil {
		return nil, nil, false, err
	}
	return left, right, isList(l) && isList(r), nil
}

func isList(o operand) bool { return o.kind == operandJSON && o.value.Kind() == jsonv.KindArray }

func subsetOf(e *evaluator, l, r operand) (bool, error) {
	left, right, ok, err := e.bothItems(l, r)
	if err != nil || !ok {
		return false, err
	}
	for _, o := range left {
		if has, err := e.hasItem(right, o); !has || err != nil {
			return false, err
		}
	}
	return true, nil
}

// commonItems makes the operators that ask whether two lists share an item.
func commonItems(want bool) operator {
	return func(e *evaluator, l, r operand) (bool, error) {
		left, right, ok, err := e.bothItems(l, r)
		if err != nil || !ok {
			return false, err
		}
		for _, o := range left {
			has, err := e.hasItem(right, o)
			if err != nil {
				return false, err
			}
			if has {
				return want, nil
			}
		}
		return !want, nil
	}
}
