package jsonpath

import (
	"errors"
	"fmt"

	"github.com/poterne/poterne/template/jsonv"
)

// errMissing says that a path leads nowhere: Jayway's PathNotFoundException.
// Filters take it, like every other unfit path, for false.
var errMissing = errors.New("no results for path")

// maxDepth bounds how deep documents and filters are followed; templates can
// put a list into itself.
const maxDepth = 2000

// An evaluator runs one path on one document, with the paths inside of its
// filters and calls.
type evaluator struct {
	session *Session
	root    jsonv.Value // what $ means
	results []jsonv.Value
	// require makes a missing member an error: so existence is tested.
	require bool
	depth   int
}

func (e *evaluator) visit() error {
	if e.session.Visits--; e.session.Visits < 0 {
		return ErrBudget
	}
	return nil
}

func (e *evaluator) deeper() error {
	if e.depth++; e.depth > maxDepth {
		return ErrBudget
	}
	return e.visit()
}

// eval evaluates p with v as its @, or its $ when v is the root.
func (e *evaluator) eval(p *Path, v jsonv.Value) (jsonv.Value, error) {
	outer := e.results
	e.results = nil
	defer func() { e.results = outer }()
	if err := e.from(p, 0, v); err != nil {
		return jsonv.Null, err
	}
	if !p.definite {
		return e.list(e.results), nil
	}
	if len(e.results) == 0 {
		return jsonv.Null, errMissing
	}
	return e.results[len(e.results)-1], nil
}

func (e *evaluator) list(items []jsonv.Value) jsonv.Value {
	if e.session.Arena == nil {
		return jsonv.FromArray(jsonv.NewArray(jsonv.JSONArray, items...))
	}
	a := e.session.Arena.NewArray(jsonv.JSONArray, len(items))
	for i, v := range items {
		a.Set(i, v)
	}
	return jsonv.FromArray(a)
}

// from evaluates the steps of p from number i on v.
func (e *evaluator) from(p *Path, i int, v jsonv.Value) error {
	if i == len(p.steps) {
		e.results = append(e.results, v)
		return e.visit()
	}
	defer func() { e.depth-- }()
	if err := e.deeper(); err != nil {
		return err
	}
	s := &p.steps[i]
	switch s.kind {
	case stepNames:
		return e.names(p, i, v)
	case stepIndexes, stepSlice:
		return e.indexes(p, i, v)
	case stepWildcard:
		return e.wildcard(p, i, v)
	case stepFilter:
		return e.filtered(p, i, v)
	case stepScan:
		return e.scan(p, i+1, v)
	default:
		return e.called(p, i, v)
	}
}

// unfit is the answer where a step does not fit a value.
func (s *step) unfit() error {
	if s.upstream {
		return errMissing
	}
	return nil
}

func (e *evaluator) names(p *Path, i int, v jsonv.Value) error {
	s := &p.steps[i]
	if v.Kind() != jsonv.KindObject {
		return s.unfit()
	}
	if len(s.names) > 1 && s.leaf {
		return e.merged(s, v.Object())
	}
	for _, name := range s.names {
		if err := e.name(p, i, name, v.Object()); err != nil {
			return err
		}
	}
	return nil
}

func (e *evaluator) name(p *Path, i int, name string, o *jsonv.Object) error {
	s := &p.steps[i]
	v, ok := o.Get(name)
	switch {
	case ok:
		return e.from(p, i+1, v)
	case e.require, !s.leaf && s.upstream && s.definite():
		return errMissing
	}
	return nil
}

// merged makes one map of several members; those missing are left out.
func (e *evaluator) merged(s *step, o *jsonv.Object) error {
	m := jsonv.NewObject()
	if e.session.Arena != nil {
		m = e.session.Arena.NewObject(jsonv.LinkedHashMap, len(s.names))
	}
	for _, name := range s.names {
		v, ok := o.Get(name)
		switch {
		case ok:
			m.Put(name, v)
		case e.require:
			return errMissing
		}
	}
	e.results = append(e.results, jsonv.FromObject(m))
	return e.visit()
}

func (e *evaluator) indexes(p *Path, i int, v jsonv.Value) error {
	s := &p.steps[i]
	if v.Kind() != jsonv.KindArray {
		return s.unfit()
	}
	if s.kind == stepIndexes {
		for _, index := range s.indexes {
			if err := e.index(p, i, v, index); err != nil {
				return err
			}
		}
		return nil
	}
	from, to := s.slice.bounds(v.Array().Len())
	for index := from; index < to; index++ {
		if err := e.index(p, i, v, index); err != nil {
			return err
		}
	}
	return nil
}

func (e *evaluator) index(p *Path, i int, v jsonv.Value, index int) error {
	hit, ok := item(v, index)
	if !ok {
		return nil
	}
	return e.from(p, i+1, hit)
}

// bounds returns the indexes that a slice goes over. With both ends given
// Jayway counts from a negative start up through 0, so that [-2:1] is the
// last two items and the first.
func (s slice) bounds(length int) (from, to int) {
	from, to = s.from, s.to
	switch {
	case s.hasFrom && s.hasTo:
		return max(from, -length), min(to, length)
	case s.hasFrom:
		if from < 0 {
			from += length
		}
		return max(from, 0), length
	default:
		if to < 0 {
			to += length
		}
		return 0, min(to, length)
	}
}

func (e *evaluator) wildcard(p *Path, i int, v jsonv.Value) error {
	switch v.Kind() {
	case jsonv.KindObject:
		for _, m := range v.Object().Members() {
			if err := e.from(p, i+1, m.Value); err != nil {
				return err
			}
		}
	case jsonv.KindArray:
		for _, hit := range v.Array().Items() {
			err := e.from(p, i+1, hit)
			if err != nil && (e.require || !errors.Is(err, errMissing)) {
				return err
			}
		}
	}
	return nil
}

func (e *evaluator) filtered(p *Path, i int, v jsonv.Value) error {
	s := &p.steps[i]
	switch v.Kind() {
	case jsonv.KindObject:
		ok, err := e.accept(s.filter, v)
		if err != nil || !ok {
			return err
		}
		return e.from(p, i+1, v)
	case jsonv.KindArray:
		for _, hit := range v.Array().Items() {
			ok, err := e.accept(s.filter, hit)
			if err != nil {
				return err
			}
			if ok {
				if err := e.from(p, i+1, hit); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if s.upstream {
		return &EvalError{fmt.Sprintf("Filter: [?] can not be applied to primitives. Current context is: %.100s", jsonv.ToString(v))}
	}
	return nil
}

// scan walks v and all below it, parents first, with the step i on each that
// it concerns.
func (e *evaluator) scan(p *Path, i int, v jsonv.Value) error {
	defer func() { e.depth-- }()
	if err := e.deeper(); err != nil {
		return err
	}
	switch v.Kind() {
	case jsonv.KindObject:
		return e.scanObject(p, i, v)
	case jsonv.KindArray:
		return e.scanArray(p, i, v)
	}
	return nil
}

func (e *evaluator) scanObject(p *Path, i int, v jsonv.Value) error {
	ok, err := e.concerns(&p.steps[i], v)
	if err != nil {
		return err
	}
	if ok {
		if err := e.from(p, i, v); err != nil {
			return err
		}
	}
	for _, m := range v.Object().Members() {
		if err := e.scan(p, i, m.Value); err != nil {
			return err
		}
	}
	return nil
}

// scanArray: where more steps follow, Jayway applies these to every item of a
// list, whichever items the step itself would choose.
func (e *evaluator) scanArray(p *Path, i int, v jsonv.Value) error {
	ok, err := e.concerns(&p.steps[i], v)
	if err != nil {
		return err
	}
	switch {
	case ok && p.steps[i].leaf:
		if err := e.from(p, i, v); err != nil {
			return err
		}
	case ok:
		for _, hit := range v.Array().Items() {
			if err := e.from(p, i+1, hit); err != nil {
				return err
			}
		}
	}
	for _, hit := range v.Array().Items() {
		if err := e.scan(p, i, hit); err != nil {
			return err
		}
	}
	return nil
}

// concerns reports whether a scan applies the step s to v.
func (e *evaluator) concerns(s *step, v jsonv.Value) (bool, error) {
	switch s.kind {
	case stepNames:
		return v.Kind() == jsonv.KindObject && (e.require || !s.definite() || hasAll(v.Object(), s.names)), nil
	case stepIndexes, stepSlice:
		return v.Kind() == jsonv.KindArray, nil
	case stepWildcard:
		return true, nil
	case stepFilter:
		return e.accept(s.filter, v)
	}
	return false, nil
}

func hasAll(o *jsonv.Object, names []string) bool {
	for _, name := range names {
		if _, ok := o.Get(name); !ok {
			return false
		}
	}
	return true
}
