package vtl

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/poterne/poterne/template/javatext"
)

// Template is a parsed template: an immutable program that any number of
// renders may run at once.
type Template struct {
	name, src string
	program   *program
	runs      sync.Pool // of *Run, the memory of earlier renders
	heavy     atomic.Bool
}

// heavySteps is what a tenth of a millisecond or two are good for.
const heavySteps = 1 << 13

// Heavy reports whether the last render that ended had more than a few thousand
// steps, which is work that others may have to wait for.
func (t *Template) Heavy() bool { return t.heavy.Load() }

// Parse reads a template. lib may be nil. The error is an *Error of kind
// ParseError, ExecError for what Velocity finds only when it sets a parsed
// template up, or LimitError for a template that is too large or nested too
// deeply.
func Parse(name, src string, lib *Library) (*Template, error) {
	if len(src) > MaxTemplate {
		return nil, locate(LimitError, name, src, 0, fmt.Sprintf("the template has %d bytes, more than %d", len(src), MaxTemplate))
	}
	body, err := parse(name, src, src, 0, 0)
	if err != nil {
		return nil, err
	}
	if lib == nil {
		lib = &Library{}
	}
	return &Template{name: name, src: src, program: compile(body, lib)}, nil
}

// Constant is what t renders, whatever it is given, if it is nothing but text.
func (t *Template) Constant() (text string, ok bool) {
	code := t.program.code
	if len(code) != 1 || code[0].op != opText {
		return "", false
	}
	return code[0].text, true
}

// Render appends the output of t to dst. The error is an *Error of kind
// ExecError or LimitError; what was written before it is in the slice that is
// returned.
func (t *Template) Render(dst []byte, env Env, limits Limits) ([]byte, error) {
	limits = limits.orDefault()
	if text, ok := t.Constant(); ok && len(text) <= limits.Output {
		return append(dst, text...), nil
	}
	r, _ := t.runs.Get().(*Run)
	if r == nil {
		r = &Run{t: t, slots: make([]Value, len(t.program.slots)), hints: make([]int32, t.program.hints)}
	}
	r.start(dst, env, limits)
	sig, err := signalOf(r.run(0, t.program.main))
	switch {
	case err != nil:
	case sig == broken && r.breakTo != nil:
		err = r.wrap(0, "#break", javaError("StopCommand: the loop has ended"))
	default:
		err = r.late
	}
	if heavy := r.spent() > heavySteps; heavy != t.heavy.Load() {
		t.heavy.Store(heavy)
	}
	out := javatext.EncodeFrom(r.finish(), len(dst))
	t.runs.Put(r)
	return out, err
}
