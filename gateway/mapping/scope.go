// Package mapping is what stands between a client's request and an
// integration, and on the way back: mapping templates ([Template]) and mapping
// expressions, and the one thing that both look at, the [Scope] of a request.
package mapping

import (
	"fmt"
	"sync"

	"github.com/poterne/poterne/template/jsonpath"
	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/wire/httpmsg"
)

// Scope is what the templates and expressions of one request can see. The
// gateway makes one for each request: it fills in the exported members, sets
// the body of the side that is being mapped (the client's, then the
// integration's), renders, and reads Overrides. A Scope is used by one
// goroutine at a time, and is reused after Reset.
type Scope struct {
	Params         Params
	StageVariables ParamList // in order of definition, overrides of a canary applied
	Context        *Context  // never nil while rendering
	Overrides      Overrides // what templates have set

	// Back is the header of the integration's response, for expressions on
	// that side; nil before there is one.
	Back *httpmsg.Header

	// Arenas keeps the memory of values between requests, apart from Scopes: a
	// request that waits to be rendered, or is past it, holds none. nil: the Scope
	// keeps its own.
	Arenas *sync.Pool

	body   string
	doc    jsonv.Value
	docErr error
	parsed bool

	paths jsonpath.Session // what JSONPaths may still cost

	arena   *jsonv.Arena  // of this request; nil: none is needed yet
	context *jsonv.Object // $context as a map, once a template asked for it as such
	stage   *jsonv.Object // $stageVariables, likewise
	params  *jsonv.Object // $input.params(), likewise
}

// A BodyError says that the body had to be read as JSON and is none. On the
// request side it is the client's fault (400), on the response side a 500
// (data plane §15.8).
type BodyError struct{ Err error }

func (e *BodyError) Error() string { return fmt.Sprintf("could not process payload: %v", e.Err) }

// Unwrap returns the *jsonv.SyntaxError or *jsonv.LimitError.
func (e *BodyError) Unwrap() error { return e.Err }

// SetBody sets the body of the side that is mapped from now on. The bytes are
// shared and must not change before the next SetBody or Reset.
func (s *Scope) SetBody(body []byte) {
	s.body = viewOf(body)
	s.doc, s.docErr, s.parsed = jsonv.Null, nil, false
}

// Body returns the text of the body; an empty body reads {} (AF-207).
func (s *Scope) Body() string {
	if s.body == "" {
		return "{}"
	}
	return s.body
}

// HasBody reports whether the body is not empty.
func (s *Scope) HasBody() bool { return s.body != "" }

// JSON returns the body as JSON, read once and permissively: every reader
// shares the value, and sees what a template changes in it. The error is a
// *BodyError.
func (s *Scope) JSON() (jsonv.Value, error) {
	if !s.parsed {
		s.parsed = true
		doc, err := s.Arena().Parse(s.Body(), jsonv.Limits{})
		if err != nil {
			s.docErr = &BodyError{err}
		}
		s.doc = doc
	}
	return s.doc, s.docErr
}

// Arena holds the values of this request; they are valid until Reset.
func (s *Scope) Arena() *jsonv.Arena {
	if s.arena == nil && s.Arenas != nil {
		s.arena, _ = s.Arenas.Get().(*jsonv.Arena)
	}
	if s.arena == nil {
		s.arena = new(jsonv.Arena)
	}
	return s.arena
}

// Reset empties the scope for the next request and keeps its memory. Nothing
// that came out of the scope may be used any more.
func (s *Scope) Reset() {
	params := Params{Path: s.Params.Path[:0], Query: s.Params.Query[:0], Header: s.Params.Header[:0]}
	arenas, arena := s.Arenas, s.arena
	if arena != nil {
		arena.Reset()
	}
	if arena != nil && arenas != nil {
		arenas.Put(arena)
		arena = nil
	}
	*s = Scope{} // first: a literal with members would be made elsewhere and copied
	s.Params, s.Arenas, s.arena = params, arenas, arena
}
