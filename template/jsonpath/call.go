package jsonpath

import (
	"fmt"
	"math"

	"github.com/poterne/poterne/template/jsonv"
)

// A call is a function at the end of a path, such as length() or sum($.a).
type call struct {
	name       string
	parameters []parameter
}

// A parameter is a path, evaluated on the root, or a JSON text.
type parameter struct {
	path *Path
	json string
}

type function func(*evaluator, *call, jsonv.Value) (jsonv.Value, error)

// functionNamed returns a function of Jayway. A name that it does not have is
// an error when the path is evaluated, not before, as in Jayway.
func functionNamed(name string) function {
	switch name {
	case "append":
		return (*evaluator).appendTo
	case "avg":
		return aggregate(average)
	case "concat":
		return (*evaluator).concat
	case "first":
		return at(func(*evaluator, *call) (int, error) { return 0, nil })
	case "index":
		return at((*evaluator).indexParameter)
	case "keys":
		return (*evaluator).keys
	case "last":
		return at(func(*evaluator, *call) (int, error) { return -1, nil })
	case "length", "size":
		return (*evaluator).length
	case "max":
		return aggregate(maximum)
	case "min":
		return aggregate(minimum)
	case "stddev":
		return aggregate(deviation)
	case "sum":
		return aggregate(sum)
	}
	return nil
}

func (e *evaluator) called(p *Path, i int, v jsonv.Value) error {
	c := p.steps[i].call
	f := functionNamed(c.name)
	if f == nil {
		return &EvalError{fmt.Sprintf("Function with name: %s does not exist.", c.name)}
	}
	result, err := f(e, c, v)
	if err != nil {
		return err
	}
	e.results = append(e.results, result)
	if p.steps[i].leaf {
		return nil
	}
	return e.from(p, i+1, result)
}

func (e *evaluator) parameter(p parameter) (jsonv.Value, error) {
	if p.path != nil {
		return e.eval(p.path, e.root)
	}
	v, err := jsonv.Parse(p.json)
	if err != nil {
		return jsonv.Null, &EvalError{err.Error()}
	}
	return v, nil
}

// numbers returns the numbers of v, if it is a list, and of the parameters.
func (e *evaluator) numbers(c *call, v jsonv.Value) ([]float64, error) {
	values := []jsonv.Value{}
	if v.Kind() == jsonv.KindArray {
		values = append(values, v)
	}
	for _, p := range c.parameters {
		pv, err := e.parameter(p)
		if err != nil {
			return nil, err
		}
		values = append(values, pv)
	}
	var out []float64
	for _, v := range values {
		for _, n := range flat(v) {
			if err := e.visit(); err != nil {
				return nil, err
			}
			if n.IsNumber() {
				out = append(out, n.AsFloat64())
			}
		}
	}
	return out, nil
}

// flat returns the items of a list, or the value itself.
func flat(v jsonv.Value) []jsonv.Value {
	if v.Kind() == jsonv.KindArray {
		return v.Array().Items()
	}
	return []jsonv.Value{v}
}

const emptyAggregate = "Aggregation function attempted to calculate value using empty array"

func aggregate(f func([]float64) float64) function {
	return func(e *evaluator, c *call, v jsonv.Value) (jsonv.Value, error) {
		numbers, err := e.numbers(c, v)
		if err != nil {
			return jsonv.Null, err
		}
		if len(numbers) == 0 {
			return jsonv.Null, &EvalError{emptyAggregate}
		}
		return jsonv.Double(f(numbers)), nil
	}
}

func sum(numbers []float64) float64 {
	total := 0.0
	for _, n := range numbers {
		total += n
	}
	return total
}

func average(numbers []float64) float64 { return sum(numbers) / float64(len(numbers)) }

// maximum starts, as Jayway does, from Java's Double.MIN_VALUE, which is the
// smallest positive number: there is no maximum below it.
func maximum(numbers []float64) float64 {
	most := math.SmallestNonzeroFloat64
	for _, n := range numbers {
		if most < n {
			most = n
		}
	}
	return most
}

func minimum(numbers []float64) float64 {
	least := math.MaxFloat64
	for _, n := range numbers {
		if least > n {
			least = n
		}
	}
	return least
}

func deviation(numbers []float64) float64 {
	squares := 0.0
	for _, n := range numbers {
		squares += n * n
	}
	total, count := sum(numbers), float64(len(numbers))
	return math.Sqrt(squares/count - total*total/count/count)
}

// length counts the items of a list or the members of an object; anything
// else, strings too, has null. With a path as parameter (where a scan was
// turned into one) it counts the children of what the path finds.
func (e *evaluator) length(c *call, v jsonv.Value) (jsonv.Value, error) {
	if len(c.parameters) > 0 {
		n, ok, err := e.lengthOf(c.parameters[0], v)
		if ok || err != nil {
			return n, err
		}
	}
	switch v.Kind() {
	case jsonv.KindArray:
		return jsonv.Integer(int64(v.Array().Len())), nil
	case jsonv.KindObject:
		return jsonv.Integer(int64(v.Object().Len())), nil
	}
	return jsonv.Null, nil
}

func (e *evaluator) lengthOf(p parameter, v jsonv.Value) (n jsonv.Value, ok bool, err error) {
	path := p.path
	if path == nil {
		return jsonv.Null, false, &EvalError{"length() takes a path"}
	}
	if !path.endsInCall() {
		path = path.children()
	}
	found, err := e.eval(path, v)
	if err != nil || found.Kind() != jsonv.KindArray {
		return jsonv.Null, false, err
	}
	return jsonv.Integer(int64(found.Array().Len())), true, nil
}

func (p *Path) endsInCall() bool {
	return len(p.steps) > 0 && p.steps[len(p.steps)-1].kind == stepCall
}

// children returns p with a wildcard at its end.
func (p *Path) children() *Path {
	steps := append(append([]step(nil), p.steps...), step{kind: stepWildcard})
	return newPath(p.source, p.root, steps)
}

func (e *evaluator) keys(_ *call, v jsonv.Value) (jsonv.Value, error) {
	if v.Kind() != jsonv.KindObject {
		return jsonv.Null, nil
	}
	o := v.Object()
	keys := make([]jsonv.Value, o.Len())
	for i := range keys {
		keys[i] = o.Key(i)
	}
	return jsonv.FromArray(jsonv.NewArray(jsonv.ArrayList, keys...)), e.visit()
}

// concat joins the strings of a list and the parameters.
func (e *evaluator) concat(c *call, v jsonv.Value) (jsonv.Value, error) {
	var out []byte
	if v.Kind() == jsonv.KindArray {
		for _, s := range v.Array().Items() {
			if s.Kind() == jsonv.KindString {
				out = append(out, s.Str()...)
			}
		}
	}
	for _, p := range c.parameters {
		pv, err := e.parameter(p)
		if err != nil {
			return jsonv.Null, err
		}
		if out, err = e.appendText(out, pv); err != nil {
			return jsonv.Null, err
		}
	}
	return jsonv.String(string(out)), e.visit()
}

// maxText bounds what concat makes.
const maxText = 10 << 20

// appendText appends a string, or all items of a list as text.
func (e *evaluator) appendText(out []byte, v jsonv.Value) ([]byte, error) {
	if v.Kind() != jsonv.KindArray && v.Kind() != jsonv.KindString {
		return out, nil
	}
	for _, s := range flat(v) {
		if s.IsNull() {
			continue
		}
		var err error
		if out, err = jsonv.Append(out, s, jsonv.Java, maxText); err != nil {
			return nil, ErrBudget
		}
		if err := e.visit(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// appendTo adds the parameters to a list: to the document's own, as Jayway
// does.
func (e *evaluator) appendTo(c *call, v jsonv.Value) (jsonv.Value, error) {
	for _, p := range c.parameters {
		pv, err := e.parameter(p)
		if err != nil {
			return jsonv.Null, err
		}
		if v.Kind() == jsonv.KindArray {
			v.Array().Append(pv)
		}
	}
	return v, e.visit()
}

// at makes a function that takes one item of a list.
func at(target func(*evaluator, *call) (int, error)) function {
	return func(e *evaluator, c *call, v jsonv.Value) (jsonv.Value, error) {
		if v.Kind() != jsonv.KindArray {
			return jsonv.Null, &EvalError{emptyAggregate}
		}
		index, err := target(e, c)
		if err != nil {
			return jsonv.Null, err
		}
		length := v.Array().Len()
		switch {
		case index < 0 && length+index <= 0: // Jayway refuses the first item, counted from the end, too
			return jsonv.Null, &EvalError{fmt.Sprintf("Target index:%d larger than object count:%d", index, length)}
		case index < 0:
			index += length
		case index >= length:
			return jsonv.Null, &EvalError{fmt.Sprintf("Index %d out of bounds for length %d", index, length)}
		}
		return v.Array().At(index), nil
	}
}

func (e *evaluator) indexParameter(c *call) (int, error) {
	numbers, err := e.numbers(c, jsonv.Null)
	if err != nil {
		return 0, err
	}
	if len(numbers) == 0 {
		return 0, &EvalError{"Index 0 out of bounds for length 0"}
	}
	return int(javaInt(numbers[0])), nil
}

// javaInt is Java's (int) of a double: cut off and held within the range.
func javaInt(f float64) int32 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt32:
		return math.MaxInt32
	case f <= math.MinInt32:
		return math.MinInt32
	}
	return int32(f)
}
