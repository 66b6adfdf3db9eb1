package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// maxResources bounds the path tree. AWS's quota is 300, which can be raised.
const maxResources = 10_000

// maxPath is the longest path template, in bytes: no longer URL can be called
// (data plane §2.2). maxSegments is ours.
const (
	maxPath     = 10_240
	maxSegments = 250
)

// A resourceTree grows as paths are added to it; the parents of a path become
// Resources of their own (AF-161).
type resourceTree struct {
	byPath    map[string]*apigw.Resource
	variables map[string]string // parent's path → the one variable part below it
}

// add makes the Resource of a path and its parents. If the path cannot be, it
// is nil and what AWS says, with the path of the Resource that it says it of.
func (t *resourceTree) add(path string) (resource *apigw.Resource, at, refusal string) {
	if t.byPath == nil {
		t.byPath = map[string]*apigw.Resource{"/": {Path: pointer("/")}}
		t.variables = map[string]string{}
	}
	switch {
	case len(path) > maxPath:
		return nil, clip(path), "The path is longer than any URL that can be called."
	case strings.Count(path, "/") > maxSegments:
		return nil, clip(path), fmt.Sprintf("The path has more than %d segments.", maxSegments)
	}
	resource = t.byPath["/"]
	for end := 0; end < len(path) && path != "/"; {
		begin := end + 1
		if end = strings.IndexByte(path[begin:], '/') + begin; end < begin {
			end = len(path)
		}
		part, here := path[begin:end], path[:end]
		next := t.byPath[here]
		if next == nil {
			if refusal = t.refuse(*resource.Path, part); refusal != "" {
				return nil, here, refusal
			}
			next = t.create(resource, here, part)
		}
		resource = next
	}
	return resource, path, ""
}

func (t *resourceTree) create(parent *apigw.Resource, path, part string) *apigw.Resource {
	if isVariable(part) {
		t.variables[*parent.Path] = part
	}
	r := &apigw.Resource{Path: &path, PathPart: &part, ParentId: parent.Path}
	t.byPath[path] = r
	return r
}

// pathPart is what a segment may be; a comma is legal in an import alone.
var pathPart = lazyregexp.New(`^(?:[a-zA-Z0-9._:,-]+|\{[a-zA-Z0-9._:-]+\+?\})$`)

// refuse is why there cannot be a Resource of that part below parent; "" if
// there can (§2.2).
func (t *resourceTree) refuse(parent, part string) string {
	above := parent[strings.LastIndexByte(parent, '/')+1:]
	switch {
	case part == "":
		return "Resource's path part must be specified"
	case !pathPart.MatchString(part):
		return "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end."
	case isGreedy(above):
		return "Cannot create a child of a resource with a greedy path variable: " + above
	case isVariable(part) && t.variables[parent] != "":
		return "A sibling (" + t.variables[parent] + ") of this resource already has a variable path part -- only one is allowed"
	case len(t.byPath) >= maxResources:
		return "The API has more resources than can be served."
	}
	return ""
}

func isVariable(part string) bool { return strings.HasPrefix(part, "{") }

func isGreedy(part string) bool { return strings.HasSuffix(part, "+}") }

// variablesOf are the names of the variables of a path.
func variablesOf(path string) []string {
	var names []string
	for _, part := range strings.Split(path, "/") {
		if isVariable(part) {
			names = append(names, strings.TrimSuffix(strings.Trim(part, "{}"), "+"))
		}
	}
	return names
}

// list has the Resources in the order in which GetResources lists them (AF-037).
func (t *resourceTree) list() []apigw.Resource {
	if t.byPath == nil {
		t.add("/")
	}
	all := make([]apigw.Resource, 0, len(t.byPath))
	for _, r := range t.byPath {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b apigw.Resource) int { return strings.Compare(*a.Path, *b.Path) })
	return all
}

func pointer[T any](v T) *T { return &v }
