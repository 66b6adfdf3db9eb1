package jsonpath

import (
	"errors"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// An expression is a filter or a part of it.
type expression interface {
	// test reports whether v passes. errUnfit and errMissing mean that the
	// whole filter does not.
	test(e *evaluator, v jsonv.Value) (bool, error)
}

// errUnfit says that an operator cannot take its operands.
var errUnfit = errors.New("operator does not fit")

// accept tests v against the filter f.
func (e *evaluator) accept(f expression, v jsonv.Value) (bool, error) {
	defer func() { e.depth-- }()
	if err := e.deeper(); err != nil {
		return false, err
	}
	ok, err := f.test(e, v)
	if errors.Is(err, errMissing) || errors.Is(err, errUnfit) {
		return false, nil
	}
	return ok && err == nil, err
}

type anyOf []expression

func (x anyOf) test(e *evaluator, v jsonv.Value) (bool, error) {
	for _, sub := range x {
		if ok, err := sub.test(e, v); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

type allOf []expression

func (x allOf) test(e *evaluator, v jsonv.Value) (bool, error) {
	for _, sub := range x {
		if ok, err := sub.test(e, v); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

type negation struct{ sub expression }

func (x negation) test(e *evaluator, v jsonv.Value) (bool, error) {
	ok, err := x.sub.test(e, v)
	return !ok, err
}

// existence is a path alone: it passes when the path leads somewhere, be it
// to null. All members on the way must be there, also on the branches of a
// path that is not definite.
type existence struct {
	path    *Path
	negated bool
}

func (x existence) test(e *evaluator, v jsonv.Value) (bool, error) {
	required := e.require
	e.require = true
	_, err := e.follow(x.path, v)
	e.require = required
	var unfit *EvalError
	switch {
	case errors.Is(err, errMissing):
		return x.negated, nil
	case errors.As(err, &unfit):
		return false, errUnfit
	case err != nil:
		return false, err
	}
	return !x.negated, nil
}

// follow evaluates a path of a filter: @ is v, $ the document.
func (e *evaluator) follow(p *Path, v jsonv.Value) (jsonv.Value, error) {
	if p.root == '$' {
		v = e.root
	}
	if !p.plain {
		return e.eval(p, v)
	}
	if err := e.visit(); err != nil {
		return jsonv.Null, err
	}
	v, ok := p.walk(v)
	if !ok {
		return jsonv.Null, errMissing
	}
	return v, nil
}

// An operand is one side of a comparison.
type operand struct {
	kind    operandKind
	text    string // operandString; of a JSON literal its source
	number  number
	yes     bool        // operandBool
	value   jsonv.Value // operandJSON
	literal bool        // operandJSON written in the filter
	bad     error       // why a literal cannot be read
	pattern *javatext.Regex
	path    *Path
	negated bool // a path behind "!"
}

type operandKind uint8

const (
	operandUndefined operandKind = iota
	operandNull
	operandBool
	operandNumber
	operandString
	operandJSON // a list or an object
	operandPattern
	operandPath
)

type comparison struct {
	left  operand
	op    operator
	right operand
}

func (x comparison) test(e *evaluator, v jsonv.Value) (bool, error) {
	left, err := e.resolve(x.left, v)
	if err != nil {
		return false, err
	}
	right, err := e.resolve(x.right, v)
	if err != nil {
		return false, err
	}
	if err := e.visit(); err != nil {
		return false, err
	}
	return x.op(e, left, right)
}

// resolve replaces a path by what it leads to.
func (e *evaluator) resolve(o operand, v jsonv.Value) (operand, error) {
	if o.kind != operandPath {
		return o, o.bad
	}
	required := e.require
	e.require = false
	found, err := e.follow(o.path, v)
	e.require = required
	var unfit *EvalError
	switch {
	case errors.Is(err, errMissing):
		return operand{}, nil
	case errors.As(err, &unfit):
		return operand{}, err
	case err != nil:
		return operand{}, err
	}
	return valueOperand(found)
}

func valueOperand(v jsonv.Value) (operand, error) {
	switch v.Kind() {
	case jsonv.KindNull:
		return operand{kind: operandNull}, nil
	case jsonv.KindBool:
		return operand{kind: operandBool, yes: v.Bool()}, nil
	case jsonv.KindString:
		return operand{kind: operandString, text: v.Str()}, nil
	case jsonv.KindArray, jsonv.KindObject:
		return operand{kind: operandJSON, value: v}, nil
	}
	n, ok := numberOf(v)
	if !ok {
		return operand{}, &EvalError{"Could not convert " + jsonv.ToString(v) + " to a ValueNode"}
	}
	return operand{kind: operandNumber, number: n}, nil
}
