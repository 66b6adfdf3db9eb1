// Package jsonpath evaluates JSONPath expressions as Jayway JsonPath does,
// the dialect behind $input.path, $input.json and the body.… mapping
// expressions of API Gateway. Where versions of Jayway differ the current
// one is followed.
//
// A path is compiled once and evaluated on any number of documents:
//
//	p, err := jsonpath.Compile("$.store.book[?(@.price < 10)].title")
//	v, found, err := p.Eval(doc, nil)
//
// What the dialect has of its own: the leading "$." may be left out; a
// definite path (names and single indexes) has one value or none, any other
// always a list; several names in brackets make one map; the step of a slice
// is ignored; negative indexes count from the end; a filter on an object
// tests the object itself; "$..a.sum()" is the sum of what "$..a" finds.
//
// Work is bounded by a [Session]: a path that visits more values than allowed
// ends with [ErrBudget].
package jsonpath
