package jmespath

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/poterne/poterne/cli/awscli/document"
)

// A function has the types of its arguments, as jmespath.org lists them; a last
// "…" lets the one before repeat.
type function struct {
	takes []string
	run   func(args []any) (any, error)
}

// functions are those of jmespath.org.
var functions = map[string]function{
	"abs":         {[]string{"number"}, plain(func(a []any) any { return numeric(math.Abs, a[0]) })},
	"avg":         {[]string{"array-number"}, plain(average)},
	"ceil":        {[]string{"number"}, plain(func(a []any) any { return whole(math.Ceil, a[0]) })},
	"contains":    {[]string{"array|string", "any"}, plain(contains)},
	"ends_with":   {[]string{"string", "string"}, texts(func(a, b string) any { return strings.HasSuffix(a, b) })},
	"floor":       {[]string{"number"}, plain(func(a []any) any { return whole(math.Floor, a[0]) })},
	"join":        {[]string{"string", "array-string"}, plain(join)},
	"keys":        {[]string{"object"}, plain(keys)},
	"length":      {[]string{"string|array|object"}, plain(length)},
	"map":         {[]string{"expref", "array"}, mapped},
	"max":         {[]string{"array-number|array-string"}, plain(extreme(1))},
	"max_by":      {[]string{"array", "expref"}, extremeBy(1)},
	"merge":       {[]string{"object", "…"}, plain(merge)},
	"min":         {[]string{"array-number|array-string"}, plain(extreme(-1))},
	"min_by":      {[]string{"array", "expref"}, extremeBy(-1)},
	"not_null":    {[]string{"any", "…"}, plain(notNull)},
	"reverse":     {[]string{"array|string"}, plain(reverse)},
	"sort":        {[]string{"array-number|array-string"}, plain(func(a []any) any { return sorted(elementsOf(a[0]), elementsOf(a[0])) })},
	"sort_by":     {[]string{"array", "expref"}, sortBy},
	"starts_with": {[]string{"string", "string"}, texts(func(a, b string) any { return strings.HasPrefix(a, b) })},
	"sum":         {[]string{"array-number"}, plain(sum)},
	"to_array":    {[]string{"any"}, plain(toArray)},
	"to_number":   {[]string{"any"}, plain(toNumber)},
	"to_string":   {[]string{"any"}, plain(toString)},
	"type":        {[]string{"any"}, plain(func(a []any) any { return typeOf(a[0]) })},
	"values":      {[]string{"object"}, plain(func(a []any) any { return valuesOf(a[0]) })},
}

func plain(f func([]any) any) func([]any) (any, error) {
	return func(args []any) (any, error) { return f(args), nil }
}

func texts(f func(a, b string) any) func([]any) (any, error) {
	return plain(func(args []any) any {
		a, _ := args[0].(string)
		b, _ := args[1].(string)
		return f(a, b)
	})
}

func invoke(name string, args []node) node {
	return node{eval: func(v any) (any, error) {
		values, err := evalAll(args, v)
		if err != nil {
			return nil, err
		}
		f, ok := functions[name]
		if !ok {
			return nil, fmt.Errorf("Unknown function: %s()", name)
		}
		if err := f.check(name, values); err != nil {
			return nil, err
		}
		return f.run(values)
	}}
}

func (f function) check(name string, args []any) error {
	takes := f.takes
	if last := len(takes) - 1; takes[last] == "…" {
		if len(args) < last {
			return fmt.Errorf("Expected at least %d argument for function %s(), received %d", last, name, len(args))
		}
		takes = takes[:last]
	} else if len(args) != len(takes) {
		return fmt.Errorf("Expected %d arguments for function %s(), received %d", len(takes), name, len(args))
	}
	for i, arg := range args {
		if err := fits(name, takes[min(i, len(takes)-1)], arg); err != nil {
			return err
		}
	}
	return nil
}

func fits(name, takes string, arg any) error {
	var expected []string
	for kind := range strings.SplitSeq(takes, "|") {
		base, inner, typed := strings.Cut(kind, "-")
		if kind == "any" || base == typeOf(arg) && (!typed || allAre(elementsOf(arg), inner)) {
			return nil
		}
		expected = append(expected, "'"+base+"'")
	}
	return fmt.Errorf("In function %s(), invalid type for value: %s, expected one of: [%s], received: \"%s\"",
		name, display(arg), strings.Join(expected, ", "), typeOf(arg))
}

func allAre(list []any, kind string) bool {
	return !slices.ContainsFunc(list, func(v any) bool { return typeOf(v) != kind })
}

func display(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return "None"
	}
	return document.Line(v)
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case *document.Object:
		return "object"
	case expref:
		return "expref"
	}
	return "number"
}

func numeric(f func(float64) float64, v any) any {
	if n, ok := v.(int64); ok {
		return int64(f(float64(n)))
	}
	n, _ := number(v)
	return f(n)
}

func whole(f func(float64) float64, v any) any {
	n, _ := number(v)
	return int64(f(n))
}

func total(list []any) (float64, bool) {
	var t float64
	integers := true
	for _, v := range list {
		n, _ := number(v)
		t += n
		_, integer := v.(int64)
		integers = integers && integer
	}
	return t, integers
}

func sum(args []any) any {
	t, integers := total(elementsOf(args[0]))
	if integers {
		return int64(t)
	}
	return t
}

func average(args []any) any {
	list := elementsOf(args[0])
	if len(list) == 0 {
		return nil
	}
	t, _ := total(list)
	return t / float64(len(list))
}

func contains(args []any) any {
	if text, ok := args[0].(string); ok {
		part, ok := args[1].(string)
		return ok && strings.Contains(text, part)
	}
	return slices.ContainsFunc(elementsOf(args[0]), func(v any) bool { return equal(v, args[1]) })
}

func join(args []any) any {
	glue, _ := args[0].(string)
	var parts []string
	for _, v := range elementsOf(args[1]) {
		part, _ := v.(string)
		parts = append(parts, part)
	}
	return strings.Join(parts, glue)
}

func keys(args []any) any {
	o, _ := args[0].(*document.Object)
	names := make([]any, 0, o.Len())
	for name := range o.All() {
		names = append(names, name)
	}
	return names
}

func length(args []any) any {
	switch v := args[0].(type) {
	case string:
		return int64(utf8.RuneCountInString(v))
	case *document.Object:
		return int64(v.Len())
	}
	return int64(len(elementsOf(args[0])))
}

func mapped(args []any) (any, error) {
	each, _ := args[0].(expref)
	return applied(elementsOf(args[1]), each)
}

func applied(list []any, each expref) ([]any, error) {
	out := make([]any, len(list))
	for i, v := range list {
		var err error
		if out[i], err = each(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func merge(args []any) any {
	merged := &document.Object{}
	for _, arg := range args {
		o, _ := arg.(*document.Object)
		for name, value := range o.All() {
			merged.Set(name, value)
		}
	}
	return merged
}

func notNull(args []any) any {
	for _, arg := range args {
		if arg != nil {
			return arg
		}
	}
	return nil
}

func reverse(args []any) any {
	if text, ok := args[0].(string); ok {
		runes := []rune(text)
		slices.Reverse(runes)
		return string(runes)
	}
	list := slices.Clone(elementsOf(args[0]))
	slices.Reverse(list)
	return list
}

// extreme finds the greatest (sign 1) or the least (sign -1).
func extreme(sign int) func([]any) any {
	return func(args []any) any {
		list := elementsOf(args[0])
		return pick(list, list, sign)
	}
}

func pick(list, by []any, sign int) any {
	var best any
	at := -1
	for i, v := range by {
		if c, _ := order(v, best); at < 0 || c*sign > 0 {
			best, at = v, i
		}
	}
	if at < 0 {
		return nil
	}
	return list[at]
}

func extremeBy(sign int) func([]any) (any, error) {
	return func(args []any) (any, error) {
		list, by, err := keyed(args)
		if err != nil {
			return nil, err
		}
		return pick(list, by, sign), nil
	}
}

func sortBy(args []any) (any, error) {
	list, by, err := keyed(args)
	if err != nil {
		return nil, err
	}
	return sorted(list, by), nil
}

// keyed evaluates the expression of sort_by and its like, which must yield
// numbers or strings only.
func keyed(args []any) (list, by []any, err error) {
	list = elementsOf(args[0])
	each, _ := args[1].(expref)
	if by, err = applied(list, each); err != nil {
		return nil, nil, err
	}
	for _, v := range by {
		if kind := typeOf(v); kind != typeOf(by[0]) || kind != "number" && kind != "string" {
			return nil, nil, fmt.Errorf("In function sort_by(), invalid type for value: %s, expected one of: ['number', 'string'], received: \"%s\"", display(v), kind)
		}
	}
	return list, by, nil
}

func sorted(list, by []any) any {
	at := make([]int, len(list))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int {
		c, _ := order(by[a], by[b])
		return c
	})
	out := make([]any, len(list))
	for i, from := range at {
		out[i] = list[from]
	}
	return out
}

func toArray(args []any) any {
	if list, ok := args[0].([]any); ok {
		return list
	}
	return []any{args[0]}
}

func toNumber(args []any) any {
	text, ok := args[0].(string)
	if !ok {
		if _, ok := number(args[0]); ok {
			return args[0]
		}
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return f
	}
	return nil
}

func toString(args []any) any {
	if text, ok := args[0].(string); ok {
		return text
	}
	return document.Compact(args[0])
}
