package openapi

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// readPaths makes a Resource of each path and a Method of each operation.
func (im *importer) readPaths() {
	paths := im.object(im.root.get("paths"), "paths")
	if im.root.get("paths") == nil {
		im.missing(im.root, "paths")
	}
	prefix := im.prefix()
	for _, f := range paths.members() {
		if strings.HasPrefix(f.name, "x-") {
			continue
		}
		im.readPath(prefix, f)
	}
}

// prefix is what the option BasePath puts before every path (AF-162).
func (im *importer) prefix() string {
	base := strings.Trim(im.dialect.basePath(im), "/")
	switch im.opts.BasePath {
	case BasePathPrepend:
	case BasePathSplit:
		_, base, _ = strings.Cut(base, "/")
	default:
		base = ""
	}
	if base == "" {
		return ""
	}
	return "/" + base
}

func (im *importer) readPath(prefix string, f field) {
	if !strings.HasPrefix(f.name, "/") {
		im.found.add("unexpected", f.position, "Parse issue: attribute paths. Resource %s should start with /", f.name)
		return
	}
	at := "paths.'" + clip(f.name) + "'"
	path := prefix + f.name
	if len(path) > 1 && strings.HasSuffix(path, "/") {
		if f.name != "/" {
			im.found.add("trailing-slash", f.position, "The path %s becomes the resource %s", f.name, strings.TrimSuffix(path, "/"))
		}
		path = strings.TrimSuffix(path, "/")
	}
	resource, where, err := im.resources.add(path)
	if err != nil {
		im.found.refuse("resource-path", f.position, "Unable to create resource at path '"+where+"': ", err)
		return
	}
	im.doc.places[place{path: path}] = Position{im.opts.File, int(f.line), int(f.column)}
	item := im.resolve(im.object(f.value, at), at)
	for _, m := range item.members() {
		im.readPathMember(item, resource, m, at)
	}
	im.parts.describe(im, item, apigw.DocumentationPartLocation{Type: "RESOURCE", Path: &path})
}

// verbs are the members of a path item that are operations. TRACE is one of
// OpenAPI's that no Method can have.
var verbs = map[string]string{
	"get": "GET", "put": "PUT", "post": "POST", "delete": "DELETE", "options": "OPTIONS",
	"head": "HEAD", "patch": "PATCH", "trace": "TRACE", "x-amazon-apigateway-any-method": "ANY",
}

// pathItemMembers are the other members of a path item.
var pathItemMembers = []string{"$ref", "summary", "description", "servers", "parameters"}

func (im *importer) readPathMember(item *node, resource *apigw.Resource, m field, at string) {
	if verb, ok := verbs[m.name]; ok {
		im.readOperation(item, resource, m, verb, at)
		return
	}
	im.expect(m, at+".", pathItemMembers)
	im.noteUnknownExtension(m)
}

func (im *importer) readOperation(item *node, resource *apigw.Resource, m field, verb, at string) {
	at += "(" + strings.ToLower(m.name) + ")"
	o := &operation{
		node: im.object(m.value, at), path: *resource.Path, verb: verb, at: at, position: m.position,
		method: &apigw.Method{HttpMethod: &verb, ApiKeyRequired: new(false), AuthorizationType: new("NONE")},
	}
	if o.node == nil && !m.value.absent() {
		return
	}
	if verb == "TRACE" {
		im.refuseMethod(o, rule.Verbs.Check(verb))
		return
	}
	if resource.ResourceMethods[verb] != nil {
		im.refuseMethod(o, rule.ErrMethodExists())
		return
	}
	im.doc.places[place{o.path, verb}] = Position{im.opts.File, int(m.line), int(m.column)}
	o.parameters = im.parametersOf(item, o)
	for _, step := range operationSteps {
		step(im, o)
	}
	if resource.ResourceMethods == nil {
		resource.ResourceMethods = map[string]*apigw.Method{}
	}
	resource.ResourceMethods[verb] = o.method
}
