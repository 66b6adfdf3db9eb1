package vtl

import "errors"

// Template is a parsed template: an immutable program that any number of
// renders may run at once.
type Template struct {
	name, src string
}

// Run is the state of one render, as bound functions and hosts see it.
type Run struct {
	env Env
}

// Env returns what the render was given.
func (r *Run) Env() Env { return r.env }

// Parse reads a template. lib may be nil. The error is an *Error of kind
// ParseError, or LimitError for a template that is too large or nested too
// deeply.
func Parse(name, src string, lib *Library) (*Template, error) {
	return &Template{name, src}, nil
}

// Render appends the output of t to dst. The error is an *Error of kind
// ExecError or LimitError; what was written before it is in the slice that is
// returned.
func (t *Template) Render(dst []byte, env Env, limits Limits) ([]byte, error) {
	return dst, errors.New("not there yet")
}
