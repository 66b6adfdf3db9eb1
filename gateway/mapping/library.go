package mapping

import (
	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
)

// The roots of every mapping template, in the order of library.Roots.
const (
	rootInput = iota
	rootUtil
	rootContext
	rootStageVariables
)

// library declares them to the engine.
var library = &vtl.Library{
	Roots: []string{"input", "util", "context", "stageVariables"},
	Bind:  bind,
}

// bind finds what a reference means while the template is parsed, so that a
// render looks nothing up by name.
func bind(root int, path []vtl.Step) (steps int, fn vtl.Bound) {
	if len(path) == 0 {
		return 0, nil
	}
	switch root {
	case rootInput:
		return 1, bindInput(path[0])
	case rootUtil:
		if first := path[0]; first.Call {
			return 1, utilFunctions[function{first.Name, len(first.Args)}]
		}
	case rootContext:
		return bindContext(path)
	case rootStageVariables:
		return 1, bindStageVariable(path[0])
	}
	return 0, nil
}

// env is a Scope as the engine sees it.
type env struct{ s *Scope }

// Arena holds the values of the request.
func (e env) Arena() *jsonv.Arena { return e.s.Arena() }

// Root returns a root as a value, for what bind does not know: $context taken
// as a map, a root that is kept in another variable.
func (e env) Root(i int) jsonv.Value {
	switch i {
	case rootInput:
		return jsonv.FromForeign(inputObject(e))
	case rootUtil:
		return jsonv.FromForeign(utilObject{})
	case rootContext:
		return jsonv.FromObject(e.s.contextMap())
	}
	return jsonv.FromObject(e.s.stageMap())
}

// scopeOf returns the Scope that a render runs for.
func scopeOf(r *vtl.Run) *Scope { return r.Env().(env).s }

// function names a function by the number of its arguments.
type function struct {
	name  string
	arity int
}

// stringMap makes a map of a list: the last value of each name.
func (s *Scope) stringMap(flavor jsonv.MapFlavor, l ParamList) *jsonv.Object {
	m := s.Arena().NewObject(flavor, len(l))
	for i := range l {
		m.Put(l[i].Name, jsonv.String(l[i].Value))
	}
	return m
}

// stageMap is $stageVariables as a map.
func (s *Scope) stageMap() *jsonv.Object {
	if s.stage == nil {
		s.stage = s.stringMap(jsonv.LinkedHashMap, s.StageVariables)
	}
	return s.stage
}

// bindStageVariable binds $stageVariables.name.
func bindStageVariable(first vtl.Step) vtl.Bound {
	name := first.Name
	if first.Call || name == "class" {
		return nil
	}
	return func(r *vtl.Run, _ []jsonv.Value) (jsonv.Value, error) {
		s := scopeOf(r)
		if s.stage != nil {
			v, _ := s.stage.Get(name)
			return v, nil
		}
		v, _ := lookupParam(s.StageVariables, name)
		return v, nil
	}
}
