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
	constant   string // all that is rendered
	isConstant bool
	program    *vtl.Template
	err        error
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
		known = parse(t.name, t.src)
		t.parsed.Store(known)
	}
	return known.program, known.err
}

func parse(name, src string) *parsed {
	p := &parsed{}
	if p.program, p.err = vtl.Parse(name, src, library); p.err != nil {
		return p
	}
	if text, ok := p.program.Constant(); ok && len(text) <= maxConstant {
		p.constant, p.isConstant = text, true
	}
	return p
}

// maxConstant is below every limit of what a template may write.
const maxConstant = 64 << 10

// Constant is what the template renders for every scope, if it is parsed and
// nothing but text.
func (t *Template) Constant() (text string, ok bool) {
	if known := t.parsed.Load(); known != nil {
		return known.constant, known.isConstant
	}
	return "", false
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
