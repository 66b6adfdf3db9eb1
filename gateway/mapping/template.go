package mapping

import (
	"sync/atomic"
	"unsafe"

	"github.com/poterne/poterne/template/vtl"
)

// Template is a mapping template. To those who render it it is immutable: any
// number of requests may do so at once.
type Template struct {
	name, src string
	parsed    atomic.Pointer[parsed] // nil: not yet
}

// parsed is what became of a source.
type parsed struct {
	program *vtl.Template
	err     error
}

// ParseTemplate parses src, once, when a deployment is compiled. The error is
// a *vtl.Error of kind ParseError or LimitError, with line and column; name
// stands in it.
func ParseTemplate(name, src string) (*Template, error) {
	t := DeferTemplate(name, src)
	if err := t.Parse(); err != nil {
		return nil, err
	}
	return t, nil
}

// DeferTemplate leaves the parsing of src to the first Render, which answers
// with the error of ParseTemplate if there is one.
func DeferTemplate(name, src string) *Template { return &Template{name: name, src: src} }

// Parse parses a deferred template now.
func (t *Template) Parse() error {
	_, err := t.program()
	return err
}

// Check is the error of Parse; the program of a deferred template, which is
// several times as large as its source, is not kept.
func (t *Template) Check() error {
	if known := t.parsed.Load(); known != nil {
		return known.err
	}
	_, err := vtl.Parse(t.name, t.src, library)
	return err
}

// program is parsed once, or once by each of those who come first together.
func (t *Template) program() (*vtl.Template, error) {
	known := t.parsed.Load()
	if known == nil {
		known = &parsed{}
		known.program, known.err = vtl.Parse(t.name, t.src, library)
		t.parsed.Store(known)
	}
	return known.program, known.err
}

// Heavy reports whether a render of late was long enough for others to wait for.
func (t *Template) Heavy() bool {
	known := t.parsed.Load()
	return known != nil && known.program != nil && known.program.Heavy()
}

// Render appends the output of the template for the scope to dst. The error is
// a *vtl.Error; errors.As finds a *BodyError in it when the template needed
// the body as JSON and it is none. After an error dst holds what was written.
func (t *Template) Render(dst []byte, s *Scope, limits vtl.Limits) ([]byte, error) {
	program, err := t.program()
	if err != nil {
		return dst, err
	}
	out, err := program.Render(dst, env{s}, limits)
	s.takeOverrides()
	return out, err
}

// viewOf returns b as a string without a copy; b must not change meanwhile.
func viewOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
