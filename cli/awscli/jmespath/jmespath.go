// Package jmespath evaluates JMESPath expressions over documents whose objects
// keep their order, so that what an expression yields is printed in the order
// in which the AWS CLI prints it: hashes as they are written, wildcards and
// keys() as the document has them. (Libraries for Go's maps lose that order;
// docs/adr/0020-jmespath.md.)
//
// The grammar is jmespath.org's, version 1.0, as the AWS CLI has it: a literal
// that is no JSON is a string.
package jmespath

import "github.com/poterne/poterne/cli/awscli/document"

// An Expression is a compiled expression.
type Expression struct{ root node }

// Search evaluates the expression. Its errors are calls of functions with
// arguments that they do not take.
func (e *Expression) Search(v any) (any, error) { return e.root.eval(v) }

// A node is a compiled part of an expression.
type node struct {
	eval func(v any) (any, error)
	name string // of a field, which a call makes its function's
}

// An expref is the value of &expression.
type expref func(v any) (any, error)

var identity = node{eval: func(v any) (any, error) { return v, nil }}

func constant(value any) node {
	return node{eval: func(any) (any, error) { return value, nil }}
}

func field(name string) node {
	return node{name: name, eval: func(v any) (any, error) {
		if o, ok := v.(*document.Object); ok {
			return o.Get(name), nil
		}
		return nil, nil
	}}
}

func chain(left, right node) node {
	return node{eval: func(v any) (any, error) {
		v, err := left.eval(v)
		if err != nil {
			return nil, err
		}
		return right.eval(v)
	}}
}

// project applies right to each element that elements finds in what left
// yields, and drops nulls.
func project(left, right node, elements func(v any) []any) node {
	return node{eval: func(v any) (any, error) {
		v, err := left.eval(v)
		if err != nil {
			return nil, err
		}
		list := elements(v)
		if list == nil {
			return nil, nil
		}
		out := []any{}
		for _, element := range list {
			projected, err := right.eval(element)
			if err != nil {
				return nil, err
			}
			if projected != nil {
				out = append(out, projected)
			}
		}
		return out, nil
	}}
}

func elementsOf(v any) []any {
	list, _ := v.([]any)
	return list
}

func valuesOf(v any) []any {
	o, ok := v.(*document.Object)
	if !ok {
		return nil
	}
	values := make([]any, 0, o.Len())
	for _, value := range o.All() {
		values = append(values, value)
	}
	return values
}

// flatten merges lists in what left yields into it.
func flatten(left node) node {
	return node{eval: func(v any) (any, error) {
		v, err := left.eval(v)
		list, ok := v.([]any)
		if err != nil || !ok {
			return nil, err
		}
		out := []any{}
		for _, element := range list {
			if inner, ok := element.([]any); ok {
				out = append(out, inner...)
			} else {
				out = append(out, element)
			}
		}
		return out, nil
	}}
}

// filter keeps the elements for which condition holds.
func filter(left, condition, right node) node {
	kept := node{eval: func(v any) (any, error) {
		v, err := left.eval(v)
		list, ok := v.([]any)
		if err != nil || !ok {
			return nil, err
		}
		out := []any{}
		for _, element := range list {
			holds, err := condition.eval(element)
			if err != nil {
				return nil, err
			}
			if truthy(holds) {
				out = append(out, element)
			}
		}
		return out, nil
	}}
	return project(kept, right, elementsOf)
}

func index(i int) node {
	return node{eval: func(v any) (any, error) {
		list := elementsOf(v)
		at := i
		if at < 0 {
			at += len(list)
		}
		if at < 0 || at >= len(list) {
			return nil, nil
		}
		return list[at], nil
	}}
}

// A bounds is start:stop:step; absent ones are nil.
type bounds [3]*int

func slice(b bounds) node {
	return node{eval: func(v any) (any, error) {
		list, ok := v.([]any)
		if !ok {
			return nil, nil
		}
		out := []any{}
		start, stop, step := b.over(len(list))
		for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
			out = append(out, list[i])
		}
		return out, nil
	}}
}

// over is b over a list of n, as Python's slices have it.
func (b bounds) over(n int) (start, stop, step int) {
	step = 1
	if b[2] != nil {
		step = *b[2]
	}
	lowest, highest := 0, n
	if step < 0 {
		lowest, highest = -1, n-1
	}
	clamp := func(p *int, absent int) int {
		if p == nil {
			return absent
		}
		at := *p
		if at < 0 {
			at += n
		}
		return min(max(at, lowest), highest)
	}
	if step > 0 {
		return clamp(b[0], 0), clamp(b[1], n), step
	}
	return clamp(b[0], n-1), clamp(b[1], -1), step
}

func or(left, right node) node {
	return node{eval: func(v any) (any, error) {
		l, err := left.eval(v)
		if err != nil || truthy(l) {
			return l, err
		}
		return right.eval(v)
	}}
}

func and(left, right node) node {
	return node{eval: func(v any) (any, error) {
		l, err := left.eval(v)
		if err != nil || !truthy(l) {
			return l, err
		}
		return right.eval(v)
	}}
}

func not(of node) node {
	return node{eval: func(v any) (any, error) {
		holds, err := of.eval(v)
		return !truthy(holds), err
	}}
}

func selectList(parts []node) node {
	return node{eval: func(v any) (any, error) {
		if v == nil {
			return nil, nil
		}
		return evalAll(parts, v)
	}}
}

func selectHash(names []string, parts []node) node {
	return node{eval: func(v any) (any, error) {
		if v == nil {
			return nil, nil
		}
		values, err := evalAll(parts, v)
		if err != nil {
			return nil, err
		}
		o := &document.Object{}
		for i, name := range names {
			o.Set(name, values[i])
		}
		return o, nil
	}}
}

func evalAll(parts []node, v any) ([]any, error) {
	values := make([]any, len(parts))
	for i, part := range parts {
		var err error
		if values[i], err = part.eval(v); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// truthy: null, false, and what is empty are not true; 0 is.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case *document.Object:
		return v.Len() > 0
	}
	return true
}
