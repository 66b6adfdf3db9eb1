package mapping

import (
	"errors"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonpath"
	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
)

// find returns what path leads to in the body; it reports false where that is
// nowhere. All paths of a request share one budget and its arena.
func (s *Scope) find(path *jsonpath.Path) (jsonv.Value, bool, error) {
	doc, err := s.JSON()
	if err != nil || doc.IsNull() {
		return jsonv.Null, false, err
	}
	if s.paths.Arena == nil {
		s.paths = jsonpath.Session{Visits: jsonpath.DefaultVisits, Arena: s.Arena()}
	}
	return path.Eval(doc, &s.paths)
}

// readPath is find for a template: a path that costs too much ends the render.
func readPath(r *vtl.Run, path *jsonpath.Path) (jsonv.Value, error) {
	v, _, err := scopeOf(r).find(path)
	if errors.Is(err, jsonpath.ErrBudget) || errors.Is(err, javatext.ErrBudget) {
		return jsonv.Null, vtl.Spent("JSONPath " + path.String() + ": " + err.Error())
	}
	return v, err
}
