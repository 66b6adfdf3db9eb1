package mapping

import (
	"errors"
	"strconv"
	"strings"

	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
)

// templatePath is a compiled JSONPath.
type templatePath struct {
	steps []string
}

func compilePath(source string) (*templatePath, error) {
	rest := strings.TrimPrefix(strings.TrimPrefix(source, "$"), ".")
	if strings.ContainsAny(rest, "*?:,'()") || strings.Contains(rest, "..") {
		return nil, errors.New("not yet: " + source)
	}
	p := &templatePath{}
	for _, step := range strings.FieldsFunc(rest, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		p.steps = append(p.steps, step)
	}
	return p, nil
}

func (s *Scope) path(source string) (*templatePath, error) { return compilePath(source) }

func (p *templatePath) read(_ *vtl.Run, v jsonv.Value) (jsonv.Value, error) {
	for _, step := range p.steps {
		if m := v.Object(); m != nil {
			v, _ = m.Get(step)
			continue
		}
		i, err := strconv.Atoi(step)
		if a := v.Array(); a != nil && err == nil && i < a.Len() && i >= 0 {
			v = a.At(i)
			continue
		}
		return jsonv.Null, nil
	}
	return v, nil
}
