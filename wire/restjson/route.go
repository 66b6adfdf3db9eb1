package restjson

import (
	"net/url"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// A router finds operations by verb and number of path segments, which leaves
// a handful of routes to compare.
type router map[routeKey][]route

type routeKey struct {
	method   string
	segments int
}

type route struct {
	operation *apigw.Operation
	segments  []string // "{label}" is one segment
	key       string   // of the fixed query, "" for none
	value     string
}

// A match is the operation of a request with what its route took out of it.
type match struct {
	operation *apigw.Operation
	labels    map[string]string // by the label's name, unescaped
	query     []parameter       // without the route's own
	path      string            // escaped, as it was sent, without a trailing slash
}

// A parameter is a query parameter, unescaped.
type parameter struct{ name, value string }

func newRouter(operations []apigw.Operation) router {
	r := router{}
	for i := range operations {
		op := &operations[i]
		segments := splitPath(op.Path)
		key, value, _ := strings.Cut(op.Query, "=")
		at := routeKey{op.Method, len(segments)}
		r[at] = append(r[at], route{operation: op, segments: segments, key: key, value: value})
	}
	return r
}

// splitPath has the segments of a path; one trailing slash does not count.
func splitPath(path string) []string {
	return strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/"), "/")
}

// find is the match of a request, nil if there is none. It errs on escapes
// that are none.
func (r router) find(method, escapedPath, rawQuery string) (*match, error) {
	if !strings.HasPrefix(escapedPath, "/") {
		return nil, nil
	}
	segments := splitPath(escapedPath)
	var query []parameter
	var best *route
	for i, candidate := range r[routeKey{method, len(segments)}] {
		if !candidate.takes(segments) {
			continue
		}
		if query == nil {
			var err error
			if query, err = parseQuery(rawQuery); err != nil {
				return nil, err
			}
		}
		if candidate.key == "" && best == nil || candidate.key != "" && hasParameter(query, candidate.key, candidate.value) {
			best = &r[routeKey{method, len(segments)}][i]
		}
	}
	if best == nil {
		return nil, nil
	}
	return best.match(segments, query)
}

func (r route) takes(segments []string) bool {
	for i, s := range r.segments {
		if segments[i] != s && !isLabel(s) || segments[i] == "" {
			return false
		}
	}
	return true
}

func isLabel(segment string) bool { return strings.HasPrefix(segment, "{") }

func (r route) match(segments []string, query []parameter) (*match, error) {
	m := &match{operation: r.operation, labels: map[string]string{}, path: "/" + strings.Join(segments, "/")}
	for i, s := range r.segments {
		if !isLabel(s) {
			continue
		}
		// Each segment for itself: an escaped slash is part of the label.
		label, err := url.PathUnescape(segments[i])
		if err != nil {
			return nil, apigw.BadRequest("Invalid escape in the path segment %q", segments[i])
		}
		m.labels[strings.Trim(s, "{}")] = label
	}
	for _, p := range query {
		if r.key == "" || p.name != r.key {
			m.query = append(m.query, p)
		}
	}
	return m, nil
}

func hasParameter(query []parameter, name, value string) bool {
	for _, p := range query {
		if p.name == name && p.value == value {
			return true
		}
	}
	return false
}

// parseQuery reads a query in its order. Only "&" separates: a ";" belongs to
// its value.
func parseQuery(raw string) ([]parameter, error) {
	query := []parameter{}
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		n, err := url.QueryUnescape(name)
		if err != nil {
			return nil, apigw.BadRequest("Invalid escape in the query parameter %q", name)
		}
		v, err := url.QueryUnescape(value)
		if err != nil {
			return nil, apigw.BadRequest("Invalid escape in the value of the query parameter %q", n)
		}
		query = append(query, parameter{n, v})
	}
	return query, nil
}
