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
}

// env is a Scope as the engine sees it.
type env struct{ s *Scope }

func (e env) Arena() *jsonv.Arena { return &e.s.arena }

func (e env) Root(i int) jsonv.Value { return jsonv.Null }
