package authorizer

import (
	"fmt"
	"strings"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/jsonv"
)

// A source is one identity source of an authorizer.
type source struct {
	kind *sourceKind
	name string
}

// A sourceKind is a row of the places where an identity may stand. Names of
// headers know no case here: clients over HTTP/2 have no other than the lower
// one.
type sourceKind struct {
	prefix string
	values func(r *Request, name string, dst []string) []string
}

var sourceKinds = []sourceKind{
	{"method.request.header.", headerValues},
	{"method.request.multivalueheader.", headerValues},
	{"method.request.querystring.", queryValues},
	{"method.request.multivaluequerystring.", queryValues},
	{"method.request.path.", func(r *Request, name string, dst []string) []string { return valuesOf(r.Scope.Params.Path, name, dst) }},
	{"stageVariables.", func(r *Request, name string, dst []string) []string {
		return valuesOf(r.Scope.StageVariables, name, dst)
	}},
	{"context.", contextValues},
}

func headerValues(r *Request, name string, dst []string) []string {
	for i := range r.Scope.Params.Header {
		if h := &r.Scope.Params.Header[i]; len(h.Name) == len(name) && strings.EqualFold(h.Name, name) {
			dst = append(dst, h.Value)
		}
	}
	return dst
}

func queryValues(r *Request, name string, dst []string) []string {
	return valuesOf(r.Scope.Params.Query, name, dst)
}

func valuesOf(list mapping.ParamList, name string, dst []string) []string {
	for i := range list {
		if list[i].Name == name {
			dst = append(dst, list[i].Value)
		}
	}
	return dst
}

func contextValues(r *Request, name string, dst []string) []string {
	if value, ok := r.Context[name]; ok {
		return append(dst, value)
	}
	if value, ok := r.Scope.Context.Lookup(name, mapping.Expressions); ok {
		dst = append(dst, jsonv.ToString(value))
	}
	return dst
}

// parseSources reads a comma-separated list of identity sources.
func parseSources(text string) ([]source, error) {
	var all []source
	for expression := range strings.SplitSeq(text, ",") {
		expression = strings.TrimSpace(expression)
		if expression == "" {
			continue
		}
		s, ok := parseSource(expression)
		if !ok {
			return nil, fmt.Errorf("identity source %q is none", expression)
		}
		all = append(all, s)
	}
	return all, nil
}

func parseSource(expression string) (source, bool) {
	for i := range sourceKinds {
		if name, ok := strings.CutPrefix(expression, sourceKinds[i].prefix); ok && name != "" {
			return source{&sourceKinds[i], name}, true
		}
	}
	return source{}, false
}

// read returns the values of a source in order; there must be some, and none
// may be empty.
func (s *source) read(r *Request, dst []string) ([]string, bool) {
	values := s.kind.values(r, s.name, dst)
	for _, v := range values {
		if v == "" {
			return values, false
		}
	}
	return values, len(values) > 0
}
