package jsonpath

import (
	"errors"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// ErrBudget says that an evaluation visited more values than its [Session]
// allows, or went too deep. The regular expressions of filters end with
// [javatext.ErrBudget] of their own.
var ErrBudget = errors.New("JSONPath visits too many values")

// DefaultVisits is what an evaluation without a [Session] may visit.
const DefaultVisits = 1_000_000

// A Session is what the evaluations of one request share. Evaluations
// subtract from its budgets. It is for one goroutine at a time.
type Session struct {
	// Visits is how many values may still be looked at.
	Visits int
	// Regex pays for =~ in filters; nil means a new budget for each Eval.
	Regex *javatext.Budget
	// Arena holds the lists and maps that evaluations make; nil means the heap.
	Arena *jsonv.Arena
}

// A SyntaxError says why and where a path cannot be compiled; Jayway calls it
// InvalidPathException.
type SyntaxError struct {
	Desc     string
	Position int // byte offset in the path as it was given
	Path     string
}

// Error returns the description alone, as Jayway's message is.
func (e *SyntaxError) Error() string { return e.Desc }

// An EvalError says that a path does not fit a document in a way that Jayway
// throws on, other than by finding nothing: a filter on a number, a sum of no
// numbers, a function that does not exist.
type EvalError struct{ Desc string }

// Error returns Jayway's message.
func (e *EvalError) Error() string { return e.Desc }

// A Path is a compiled path, safe for concurrent use.
type Path struct {
	source   string
	root     byte // '$' or '@'
	steps    []step
	definite bool
	plain    bool // names and single indexes only
}

// A step is one token of a path behind the root.
type step struct {
	kind    stepKind
	names   []string // stepNames: one or more
	indexes []int    // stepIndexes: one or more
	slice   slice
	filter  expression
	call    *call
	// upstream is whether all steps before are definite: then what does not
	// fit makes the path missing, otherwise it is passed over.
	upstream bool
	leaf     bool
}

type stepKind uint8

const (
	stepNames stepKind = iota
	stepIndexes
	stepSlice
	stepWildcard
	stepFilter
	stepScan
	stepCall
)

// slice is [from:to]; a missing end is not set.
type slice struct {
	from, to       int
	hasFrom, hasTo bool
}

// definite reports whether s leads from one value to at most one.
func (s *step) definite() bool {
	switch s.kind {
	case stepNames:
		return len(s.names) == 1 || s.leaf // several names at the end make one map
	case stepIndexes:
		return len(s.indexes) == 1
	case stepCall:
		return true
	}
	return false
}

// newPath finishes steps: it links what each must know about the others.
func newPath(source string, root byte, steps []step) *Path {
	p := &Path{source: source, root: root, steps: steps, definite: true, plain: true}
	for i := range steps {
		s := &steps[i]
		s.leaf = i == len(steps)-1
		s.upstream = p.definite
		p.definite = p.definite && s.definite()
		p.plain = p.plain && s.definite() && s.kind != stepCall && len(s.names) <= 1
	}
	return p
}

// String returns the path as it was given.
func (p *Path) String() string { return p.source }

// Definite reports whether the path leads to one value or none, rather than
// to a list.
func (p *Path) Definite() bool { return p.definite }

// Eval evaluates p on doc. found is false when a definite path leads nowhere;
// a null that is there is found. Any other path finds a list, maybe an empty
// one. The values found are those of doc, not copies. A nil session means
// [DefaultVisits] and the heap. The error is an *[EvalError], [ErrBudget] or
// [javatext.ErrBudget].
func (p *Path) Eval(doc jsonv.Value, s *Session) (v jsonv.Value, found bool, err error) {
	if p.plain {
		v, found = p.walk(doc)
		return v, found, nil
	}
	if s == nil {
		s = &Session{Visits: DefaultVisits}
	}
	if s.Regex == nil {
		withRegex := *s
		withRegex.Regex = javatext.NewBudget()
		defer func() { s.Visits = withRegex.Visits }()
		return p.run(doc, &withRegex)
	}
	return p.run(doc, s)
}

func (p *Path) run(doc jsonv.Value, s *Session) (v jsonv.Value, found bool, err error) {
	e := &evaluator{session: s, root: doc}
	r, err := e.eval(p, doc)
	switch {
	case errors.Is(err, errMissing):
		return jsonv.Null, false, nil
	case err != nil:
		return jsonv.Null, false, err
	}
	return r, true, nil
}

// walk follows a plain path; it allocates nothing.
func (p *Path) walk(v jsonv.Value) (jsonv.Value, bool) {
	for i := range p.steps {
		s := &p.steps[i]
		var ok bool
		if s.kind == stepNames {
			v, ok = member(v, s.names[0])
		} else {
			v, ok = item(v, s.indexes[0])
		}
		if !ok {
			return jsonv.Null, false
		}
	}
	return v, true
}

func member(v jsonv.Value, name string) (jsonv.Value, bool) {
	if v.Kind() != jsonv.KindObject {
		return jsonv.Null, false
	}
	return v.Object().Get(name)
}

func item(v jsonv.Value, index int) (jsonv.Value, bool) {
	if v.Kind() != jsonv.KindArray {
		return jsonv.Null, false
	}
	a := v.Array()
	if index < 0 {
		index += a.Len()
	}
	if index < 0 || index >= a.Len() {
		return jsonv.Null, false
	}
	return a.At(index), true
}
