package openapi

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
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

// add makes the Resource of a path and its parents. If the path cannot be, the
// error is what AWS says of the Resource at.
func (t *resourceTree) add(path string) (resource *apigw.Resource, at string, err error) {
	t.init()
	switch {
	case len(path) > maxPath:
		return nil, clip(path), errors.New("The path is longer than any URL that can be called.")
	case strings.Count(path, "/") > maxSegments:
		return nil, clip(path), fmt.Errorf("The path has more than %d segments.", maxSegments)
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
			if err := t.check(*resource.Path, part); err != nil {
				return nil, here, err
			}
			next = t.create(resource, here, part)
		}
		resource = next
	}
	return resource, path, nil
}

// init makes the root.
func (t *resourceTree) init() {
	if t.byPath == nil {
		t.byPath = map[string]*apigw.Resource{"/": {Path: new("/")}}
		t.variables = map[string]string{}
	}
}

func (t *resourceTree) create(parent *apigw.Resource, path, part string) *apigw.Resource {
	if rule.IsPathVariable(part) {
		t.variables[*parent.Path] = part
	}
	r := &apigw.Resource{Path: &path, PathPart: &part, ParentId: parent.Path}
	t.byPath[path] = r
	return r
}

// check is why there cannot be a Resource of that part below parent.
func (t *resourceTree) check(parent, part string) error {
	if err := rule.PathPart(part); err != nil {
		return err
	}
	if err := rule.Parent(parent[strings.LastIndexByte(parent, '/')+1:]); err != nil {
		return err
	}
	if err := rule.Siblings(part, t.variables[parent]); err != nil {
		return err
	}
	if len(t.byPath) >= maxResources {
		return errors.New("The API has more resources than can be served.")
	}
	return nil
}

// list has the Resources in the order in which GetResources lists them (AF-037).
func (t *resourceTree) list() []apigw.Resource {
	t.init()
	all := make([]apigw.Resource, 0, len(t.byPath))
	for _, r := range t.byPath {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b apigw.Resource) int { return strings.Compare(*a.Path, *b.Path) })
	return all
}
