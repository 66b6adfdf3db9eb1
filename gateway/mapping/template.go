package mapping

import (
	"unsafe"

	"github.com/poterne/poterne/template/vtl"
)

// Template is a parsed mapping template. It is immutable: any number of
// requests may render it at once.
type Template struct {
	program *vtl.Template
}

// ParseTemplate parses src, once, when a deployment is compiled. The error is
// a *vtl.Error of kind ParseError or LimitError, with line and column; name
// stands in it.
func ParseTemplate(name, src string) (*Template, error) {
	program, err := vtl.Parse(name, src, library)
	if err != nil {
		return nil, err
	}
	return &Template{program}, nil
}

// Render appends the output of the template for the scope to dst. The error is
// a *vtl.Error; errors.As finds a *BodyError in it when the template needed
// the body as JSON and it is none. After an error dst holds what was written.
func (t *Template) Render(dst []byte, s *Scope, limits vtl.Limits) ([]byte, error) {
	out, err := t.program.Render(dst, env{s}, limits)
	s.takeOverrides()
	return out, err
}

// viewOf returns b as a string without a copy; b must not change meanwhile.
func viewOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
