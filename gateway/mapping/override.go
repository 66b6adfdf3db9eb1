package mapping

import (
	"fmt"
	"iter"
	"strconv"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// Overrides are what templates set under $context.requestOverride and
// $context.responseOverride (data plane §10.3). Those of the request template
// are still there for the response template (AF-216). The last one wins.
type Overrides struct {
	request, response *jsonv.Object // nil: never touched
}

// RequestHeaders yields the headers that override the integration request's,
// by name in order of setting; a list gives several values.
func (o *Overrides) RequestHeaders() iter.Seq2[string, []string] {
	return overridden(o.request, "header")
}

// RequestQuery yields the query parameters that override.
func (o *Overrides) RequestQuery() iter.Seq2[string, []string] {
	return overridden(o.request, "querystring")
}

// RequestPath yields the path parameters that override.
func (o *Overrides) RequestPath() iter.Seq2[string, []string] {
	return overridden(o.request, "path")
}

// ResponseHeaders yields the headers that override the client response's.
func (o *Overrides) ResponseHeaders() iter.Seq2[string, []string] {
	return overridden(o.response, "header")
}

// ResponseStatus returns the status that overrides the client response's and
// whether one is set. The error says that what was set is no integer of 100 to
// 599.
func (o *Overrides) ResponseStatus() (status int, set bool, err error) {
	if o.response == nil {
		return 0, false, nil
	}
	v, ok := o.response.Get("status")
	if !ok {
		return 0, false, nil
	}
	text := jsonv.ToString(v)
	status, err = strconv.Atoi(text)
	if err != nil || status < 100 || status > 599 {
		return 0, true, fmt.Errorf("responseOverride.status %q is no HTTP status", text)
	}
	return status, true, nil
}

// takeOverrides looks at what $context holds by now: a template may have put
// another map in the place of $context.requestOverride.
func (s *Scope) takeOverrides() {
	if s.context == nil {
		return
	}
	request, _ := s.context.Get("requestOverride")
	response, _ := s.context.Get("responseOverride")
	s.Overrides.request, s.Overrides.response = request.Object(), response.Object()
}

// overridden yields what is under one member of an override map. Only strings,
// numbers, Booleans and lists of them are values.
func overridden(o *jsonv.Object, part string) iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		if o == nil {
			return
		}
		v, _ := o.Get(part)
		m := v.Object()
		if m == nil {
			return
		}
		for _, member := range m.Members() {
			if values := overrideValues(member.Value); values != nil && !yield(member.Key, values) {
				return
			}
		}
	}
}

func overrideValues(v jsonv.Value) []string {
	if list := v.Array(); list != nil {
		values := make([]string, 0, list.Len())
		for _, item := range list.Items() {
			values = append(values, overrideValues(item)...)
		}
		return values
	}
	if v.Kind() == jsonv.KindString || v.Kind() == jsonv.KindBool || v.IsNumber() {
		return []string{javatext.Encode(jsonv.ToString(v))}
	}
	return nil
}
