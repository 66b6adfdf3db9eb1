package jmespath

import (
	"cmp"

	"github.com/poterne/poterne/cli/awscli/document"
)

// comparators by their token. Those that order yield null for what has none.
var comparators = map[string]func(l, r any) any{
	"==": func(l, r any) any { return equal(l, r) },
	"!=": func(l, r any) any { return !equal(l, r) },
	"<":  ordered(func(c int) bool { return c < 0 }),
	"<=": ordered(func(c int) bool { return c <= 0 }),
	">":  ordered(func(c int) bool { return c > 0 }),
	">=": ordered(func(c int) bool { return c >= 0 }),
}

func compare(left, right node, comparator func(l, r any) any) node {
	return node{eval: func(v any) (any, error) {
		l, err := left.eval(v)
		if err != nil {
			return nil, err
		}
		r, err := right.eval(v)
		if err != nil {
			return nil, err
		}
		return comparator(l, r), nil
	}}
}

func ordered(holds func(int) bool) func(l, r any) any {
	return func(l, r any) any {
		if c, ok := order(l, r); ok {
			return holds(c)
		}
		return nil
	}
}

// order compares two numbers or two strings.
func order(l, r any) (int, bool) {
	if a, ok := l.(string); ok {
		b, ok := r.(string)
		return cmp.Compare(a, b), ok
	}
	a, ok := number(l)
	b, also := number(r)
	return cmp.Compare(a, b), ok && also
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func equal(l, r any) bool {
	switch a := l.(type) {
	case []any:
		b, ok := r.([]any)
		return ok && equalLists(a, b)
	case *document.Object:
		b, ok := r.(*document.Object)
		return ok && equalObjects(a, b)
	case int64, float64:
		c, ok := order(l, r)
		return ok && c == 0
	}
	switch r.(type) {
	case []any, *document.Object:
		return false
	}
	return l == r
}

func equalLists(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalObjects(a, b *document.Object) bool {
	if a.Len() != b.Len() {
		return false
	}
	for name, value := range a.All() {
		if !b.Has(name) || !equal(value, b.Get(name)) {
			return false
		}
	}
	return true
}
