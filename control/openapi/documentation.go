package openapi

import (
	"cmp"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// A partSet holds documentation parts by location. Those of the extension
// come first and stay; those made of descriptions fill the gaps.
type partSet struct {
	list []apigw.DocumentationPart
	own  int // how many of the list are the extension's
	have map[partKey]bool
	said map[saying][]partKey // where the extension says the same
}

// A saying is what a part says, wherever it says it.
type saying struct{ kind, name, properties string }

// maxSaid bounds the places at which the same is looked for: AWS's quota of
// documentation parts.
const maxSaid = 2000

type partKey struct{ kind, path, method, status, name string }

func keyOf(l apigw.DocumentationPartLocation) partKey {
	return partKey{l.Type, deref(l.Path), deref(l.Method), deref(l.StatusCode), deref(l.Name)}
}

func (p *partSet) add(l apigw.DocumentationPartLocation, properties string) bool {
	if p.have == nil {
		p.have = map[partKey]bool{}
	}
	if p.have[keyOf(l)] {
		return false
	}
	p.have[keyOf(l)] = true
	p.list = append(p.list, apigw.DocumentationPart{Location: &l, Properties: &properties})
	return true
}

// declare adds a part of the extension.
func (p *partSet) declare(l apigw.DocumentationPartLocation, properties string) bool {
	if p.said == nil {
		p.said = map[saying][]partKey{}
	}
	what := saying{l.Type, deref(l.Name), properties}
	if len(p.said[what]) < maxSaid {
		p.said[what] = append(p.said[what], keyOf(l))
	}
	added := p.add(l, properties)
	if added {
		p.own++
	}
	return added
}

// inherits is whether a location has those properties already, from a part of
// the extension that is about more than this location (§2.22).
func (p *partSet) inherits(l apigw.DocumentationPartLocation, properties string) bool {
	at := keyOf(l)
	for _, above := range p.said[saying{l.Type, deref(l.Name), properties}] {
		below := above.path == at.path || above.path == "/" || strings.HasPrefix(at.path, above.path+"/")
		if below && (above.method == at.method || above.method == "*") && (above.status == at.status || above.status == "*") {
			return true
		}
	}
	return false
}

// described are the members whose texts become the properties of a part.
var described = []string{"summary", "description", "tags"}

// ImportDocumentation reads the documentation parts of a document and the
// version that they have, for ImportDocumentationParts. What would refuse the
// rest of the document does not matter. The error is an *Error.
func ImportDocumentation(document []byte, opts Options) (parts []apigw.DocumentationPart, version string, err error) {
	im, err := readDocument(document, opts, toImport)
	if err != nil {
		return nil, "", err
	}
	var refused []Finding
	for _, f := range im.found.list {
		if f.Rule == "documentation-part" {
			refused = append(refused, f)
		}
	}
	if len(refused) > 0 {
		return nil, "", &Error{Errors: refused}
	}
	return im.doc.DocumentationParts, im.doc.DocumentationVersion, nil
}

const documentationExtension = "x-amazon-apigateway-documentation"

// describe makes a part of what a node says about itself. That those members
// become parts is documented; the form of their properties is inferred.
func (p *partSet) describe(im *importer, n *node, l apigw.DocumentationPartLocation) {
	properties := objectNode()
	for _, name := range described {
		v := n.get(name)
		isTags := v != nil && v.kind == kindList && l.Type == "METHOD"
		if isTags || (v != nil && v.kind == kindText && v.text != "") {
			properties.set(name, v)
		}
	}
	if im.opts.IgnoreDocumentation || len(properties.fields) == 0 {
		return
	}
	if l.Type == "API" {
		properties = objectNode().set("info", properties)
	}
	if text := string(appendJSON(nil, properties)); !p.inherits(l, text) {
		p.add(l, text)
	}
}

// describeOperation makes the parts of an operation, its parameters and body.
func (im *importer) describeOperation(o *operation) {
	verb := documentedVerb(o.verb)
	at := apigw.DocumentationPartLocation{Type: "METHOD", Path: &o.path, Method: &verb}
	im.parts.describe(im, o.node, at)
	for _, p := range o.parameters {
		here := at
		if place, ok := placeIn(p.in); ok {
			here.Type, here.Name = place.part, &p.name
		} else if p.in == "body" {
			here.Type = apigw.DocumentationPartTypeRequestBody
		} else {
			continue
		}
		im.parts.describe(im, p.node, here)
	}
	if body := o.node.get("requestBody"); im.dialect.format == OpenAPI30 && body != nil && body.get("$ref") == nil {
		at.Type = "REQUEST_BODY"
		im.parts.describe(im, body, at)
	}
}

func (im *importer) describeResponse(o *operation, code string, response *node) {
	verb := documentedVerb(o.verb)
	l := apigw.DocumentationPartLocation{Type: "RESPONSE", Path: &o.path, Method: &verb, StatusCode: &code}
	if response.get("description").scalar() != code+" response" { // which is what an export says where nobody said anything
		im.parts.describe(im, response, l)
	}
	for _, h := range response.get("headers").members() {
		l.Type, l.Name = "RESPONSE_HEADER", &h.name
		im.parts.describe(im, h.value, l)
	}
}

// readDocumentation reads the extension's parts and version.
func (im *importer) readDocumentation(n *node, at string) {
	n = im.object(n, at)
	im.doc.DocumentationVersion = im.text(n.get("version"), at+".version")
	if im.opts.IgnoreDocumentation {
		im.doc.DocumentationVersion = ""
		return
	}
	at += ".documentationParts"
	for _, part := range im.array(n.get("documentationParts"), at).elements() {
		if part = im.object(part, at); part != nil {
			im.readPart(part, at)
		}
	}
}

func (im *importer) readPart(n *node, at string) {
	location := im.partLocation(im.object(n.get("location"), at+".location"), at+".location")
	properties := n.get("properties")
	text := properties.scalar()
	if !properties.absent() && properties.kind != kindText {
		text = string(appendJSON(nil, properties))
	}
	err := rule.DocumentationPart(&apigw.DocumentationPart{Location: &location, Properties: &text})
	if err == nil && !im.parts.declare(location, text) {
		err = rule.ErrPartExists(&location)
	}
	if err != nil {
		im.found.refuse("documentation-part", n.position, "Unable to create documentation part: ", err)
	}
}

// partLocation leaves out what a location of its type has not, and fills in
// what it has by default (AF-114).
func (im *importer) partLocation(n *node, at string) apigw.DocumentationPartLocation {
	partType := im.text(n.get("type"), at+".type")
	member := func(name, missing string) *string {
		if !rule.LocationTakes(partType, name) {
			return nil
		}
		return optional(cmp.Or(im.text(n.get(name), at+"."+name), missing))
	}
	return apigw.DocumentationPartLocation{
		Type: partType, Path: member("path", "/"), Method: member("method", "*"),
		StatusCode: member("statusCode", "*"), Name: member("name", ""),
	}
}

// finishDocumentation describes the API, where the extension does not, and
// hands the parts over: those of the extension in its order, as
// ImportDocumentationParts answered LocalStack's test_import_documentation_parts
// on AWS; then the others, the API's first, then by place.
func (im *importer) finishDocumentation() {
	im.parts.describe(im, im.root.get("info"), apigw.DocumentationPartLocation{Type: "API"})
	slices.SortStableFunc(im.parts.list[im.parts.own:], func(a, b apigw.DocumentationPart) int {
		x, y := keyOf(*a.Location), keyOf(*b.Location)
		return cmp.Or(strings.Compare(x.path, y.path), strings.Compare(x.method, y.method), strings.Compare(x.status, y.status),
			strings.Compare(x.kind, y.kind), strings.Compare(x.name, y.name))
	})
	im.doc.DocumentationParts = im.parts.list
}
