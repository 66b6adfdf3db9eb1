package openapi

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// ExportOptions say what GetExport is to write.
type ExportOptions struct {
	Format     Format // OpenAPI30 or Swagger20
	Accept     string // "application/json", also "", or "application/yaml"
	Extensions string // comma-separated: integrations, authorizers, apigateway, documentation, postman

	RestApiId, Region, StageName string // the address of the Stage

	// The documentation of the Stage, if it has a version.
	Parts                    []apigw.DocumentationPart
	DocumentationVersion     string
	DocumentationCreatedDate *apigw.Timestamp
}

// An Exported is the answer of GetExport.
type Exported struct {
	Body               []byte
	ContentType        string // always application/octet-stream (AF-175)
	ContentDisposition string
}

// Export writes a Definition as a document. What Import makes of that is the
// same Definition, but for what a document cannot say: endpoint types, ids,
// models that no method uses, and with few extensions all that they leave out. The error is an
// *apigw.Error for options that GetExport refuses.
func Export(def *apigw.Definition, opts ExportOptions) (*Exported, error) {
	write, ok := exportFormats[opts.Format]
	if !ok {
		return nil, apigw.BadRequest("No API exporter for type '%s'", opts.Format)
	}
	suffix := "json"
	switch opts.Accept {
	case "", "*/*", "application/json":
	case "application/yaml":
		suffix = "yaml"
	default:
		return nil, apigw.BadRequest("Invalid Accept header: %s. Valid values are application/json and application/yaml", opts.Accept)
	}
	x := &exporter{def: def, opts: opts, version: versionOf(def)}
	if err := x.readExtensions(); err != nil {
		return nil, err
	}
	x.indexParts()
	var body []byte
	switch doc := write(x); {
	case suffix == "json":
		body = appendPrettyJSON(nil, doc, "")
	case opts.Format == Swagger20: // of the two, only it begins with the mark of a document
		body = appendYAML([]byte("---\n"), doc)
	default:
		body = appendYAML(nil, doc)
	}
	return &Exported{
		Body: body, ContentType: "application/octet-stream",
		ContentDisposition: fmt.Sprintf("attachment; filename=%q", string(opts.Format)+"_"+x.version+"."+suffix),
	}, nil
}

// An exporter is one export under way.
type exporter struct {
	def     *apigw.Definition
	opts    ExportOptions
	version string
	extend  map[string]bool // the extensions asked for
	parts   map[partKey]*node
}

var exportFormats = map[Format]func(*exporter) *node{OpenAPI30: (*exporter).openapi3, Swagger20: (*exporter).swagger2}

// versionOf is the API's version, or the time that it was made at (AF-175).
func versionOf(def *apigw.Definition) string {
	if v := deref(def.RestApi.Version); v != "" || def.RestApi.CreatedDate == nil {
		return v
	}
	return def.RestApi.CreatedDate.UTC().Format(exportedTime)
}

const exportedTime = "2006-01-02T15:04:05Z"

// exportExtensions are the values of the parameter "extensions" (§4.9). Plain
// documents are what postman asks for.
var exportExtensions = []string{"integrations", "authorizers", "apigateway", "documentation", "postman"}

func (x *exporter) readExtensions() error {
	x.extend = map[string]bool{}
	for name := range strings.SplitSeq(x.opts.Extensions, ",") {
		name = strings.TrimSpace(name)
		if name != "" && !slices.Contains(exportExtensions, name) {
			return apigw.BadRequest("Invalid extension specified: %s. Valid values are [%s]", name, strings.Join(exportExtensions, ", "))
		}
		x.extend[name] = true
	}
	return nil
}

// wants is whether any of the extensions was asked for; apigateway is all but
// documentation.
func (x *exporter) wants(names ...string) bool {
	return x.extend["apigateway"] || slices.ContainsFunc(names, func(name string) bool { return x.extend[name] })
}

func (x *exporter) host() string {
	return x.opts.RestApiId + ".execute-api." + x.opts.Region + ".amazonaws.com"
}

// openapi3 is the document of AF-177.
func (x *exporter) openapi3() *node {
	api := x.def.RestApi
	info := objectNode()
	info.set("title", textNode(deref(api.Name)))
	info.setText("description", api.Description)
	x.weaveKnown(info, partKey{kind: "API"})
	info.set("version", textNode(x.version))
	basePath := objectNode().set("default", textNode(x.opts.StageName))
	server := objectNode().
		set("url", textNode("https://"+x.host()+"/{basePath}")).
		set("variables", objectNode().set("basePath", basePath))
	components := objectNode()
	setUnlessEmpty(components, "schemas", x.schemas(schemas3))
	setUnlessEmpty(components, "securitySchemes", x.schemes())
	doc := objectNode().
		set("openapi", textNode("3.0.1")).
		set("info", x.weaveExtensions(info, partKey{kind: "API"})).
		set("servers", listNode(server)).
		set("paths", objectOf(x.paths(openapi3Writer), hashOrder)).
		set("components", components)
	return x.rootExtensions(doc)
}

// swagger2 is the document of AF-176.
func (x *exporter) swagger2() *node {
	api := x.def.RestApi
	info := objectNode()
	info.setText("description", api.Description)
	x.weaveKnown(info, partKey{kind: "API"})
	info.set("version", textNode(x.version)).set("title", textNode(deref(api.Name)))
	doc := objectNode().
		set("swagger", textNode("2.0")).
		set("info", x.weaveExtensions(info, partKey{kind: "API"})).
		set("host", textNode(x.host())).
		set("basePath", textNode("/"+x.opts.StageName)).
		set("schemes", textsNode([]string{"https"})).
		set("paths", objectOf(x.paths(swagger2Writer), sortedOrder))
	setUnlessEmpty(doc, "securityDefinitions", x.schemes())
	setUnlessEmpty(doc, "definitions", x.schemas(schemas2))
	return x.rootExtensions(doc)
}

func listNode(items ...*node) *node { return &node{kind: kindList, items: items} }

func setUnlessEmpty(n *node, name string, value *node) {
	if value != nil && len(value.fields)+len(value.items) > 0 {
		n.set(name, value)
	}
}

// exportedVerbs are the verbs in the order in which a path item has them.
var exportedVerbs = []string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "ANY"}

// paths has an item for each Resource that has methods.
func (x *exporter) paths(w operationWriter) map[string]*node {
	paths := map[string]*node{}
	for _, r := range x.def.Resources {
		item, part := objectNode(), partKey{kind: "RESOURCE", path: deref(r.Path)}
		if !w.isSwagger { // which has no description of paths
			x.weaveKnown(item, part)
		}
		for _, verb := range exportedVerbs {
			m := r.ResourceMethods[verb]
			if m == nil {
				continue
			}
			name := strings.ToLower(verb)
			if verb == "ANY" {
				name = "x-amazon-apigateway-any-method"
			}
			item.set(name, x.operation(w, &exportedMethod{Method: m, resource: r, verb: verb}))
		}
		if x.weaveExtensions(item, part); len(item.fields) > 0 {
			paths[*r.Path] = item
		}
	}
	return paths
}

func objectOf(members map[string]*node, order func(map[string]*node) []string) *node {
	n := objectNode()
	for _, name := range order(members) {
		n.set(name, members[name])
	}
	return n
}

// An exportedExtension is an extension at the top of a document and the export
// extensions that bring it, beside apigateway (§4.3).
type exportedExtension struct {
	name  string
	with  []string
	value func(*exporter) *node // nil: left out
}

var exportedExtensions = []exportedExtension{
	{"x-amazon-apigateway-gateway-responses", nil, (*exporter).gatewayResponses},
	{"x-amazon-apigateway-request-validators", []string{"integrations"}, (*exporter).validators},
	{"x-amazon-apigateway-api-key-source", []string{"integrations"}, (*exporter).apiKeySource},
	{"x-amazon-apigateway-binary-media-types", nil, (*exporter).binaryMediaTypes},
	{"x-amazon-apigateway-minimum-compression-size", nil, (*exporter).compressionSize},
	{"x-amazon-apigateway-security-policy", nil, func(x *exporter) *node { return optionalText(x.def.RestApi.SecurityPolicy) }},
	{"x-amazon-apigateway-endpoint-access-mode", nil, func(x *exporter) *node { return optionalText(x.def.RestApi.EndpointAccessMode) }},
	{"x-amazon-apigateway-policy", nil, (*exporter).policy},
}

func (x *exporter) rootExtensions(doc *node) *node {
	for _, e := range exportedExtensions {
		if !x.wants(e.with...) {
			continue
		}
		if value := e.value(x); value != nil {
			doc.set(e.name, value)
		}
	}
	if x.extend["documentation"] && len(x.opts.Parts) > 0 {
		doc.set("x-amazon-apigateway-documentation", x.documentation())
	}
	return x.weaveExtensions(doc, partKey{kind: documentPart})
}

func optionalText(s *string) *node {
	if s == nil {
		return nil
	}
	return textNode(*s)
}

func (x *exporter) validators() *node {
	validators := objectNode()
	for _, v := range x.def.RequestValidators {
		validators.set(deref(v.Name), objectNode().
			set("validateRequestParameters", booleanNode(deref(v.ValidateRequestParameters))).
			set("validateRequestBody", booleanNode(deref(v.ValidateRequestBody))))
	}
	return unlessEmpty(validators)
}

func unlessEmpty(n *node) *node {
	if len(n.fields)+len(n.items) == 0 {
		return nil
	}
	return n
}

func (x *exporter) gatewayResponses() *node {
	responses := objectNode()
	for _, g := range x.def.GatewayResponses {
		if deref(g.DefaultResponse) {
			continue
		}
		n := objectNode()
		if code := deref(g.StatusCode); code != "" {
			n.set("statusCode", numberNode(code))
		}
		setUnlessEmpty(n, "responseParameters", textMap(g.ResponseParameters))
		if !hasBuiltInTemplates(g) {
			setUnlessEmpty(n, "responseTemplates", templateMap(g.ResponseTemplates))
		}
		responses.set(deref(g.ResponseType), n)
	}
	return unlessEmpty(responses)
}

// hasBuiltInTemplates is whether g is DEFAULT_4XX or DEFAULT_5XX with templates
// that are not exported; those of other types are, whatever they are.
func hasBuiltInTemplates(g apigw.GatewayResponse) bool {
	return strings.HasPrefix(deref(g.ResponseType), "DEFAULT_") && maps.EqualFunc(g.ResponseTemplates, rule.BuiltInResponse(*g.ResponseType).ResponseTemplates,
		func(a, b *string) bool { return deref(a) == deref(b) })
}

func (x *exporter) apiKeySource() *node {
	if deref(x.def.RestApi.ApiKeySource) != "AUTHORIZER" {
		return nil
	}
	return textNode("AUTHORIZER")
}

func (x *exporter) binaryMediaTypes() *node {
	return unlessEmpty(textsNode(x.def.RestApi.BinaryMediaTypes))
}

func (x *exporter) compressionSize() *node {
	if size := x.def.RestApi.MinimumCompressionSize; size != nil {
		return numberNode(fmt.Sprint(*size))
	}
	return nil
}

// policy is an object in a document; the control plane keeps it as a text that
// is escaped once more (AF-034).
func (x *exporter) policy() *node {
	text := deref(x.def.RestApi.Policy)
	if text == "" {
		return nil
	}
	for _, candidate := range []string{text, strings.ReplaceAll(strings.ReplaceAll(text, `\"`, `"`), `\/`, `/`)} {
		if t, err := readJSON([]byte(candidate), func(s string) string { return s }); err == nil && t.root.kind == kindObject {
			return t.root
		}
	}
	return textNode(text)
}

func textMap(texts map[string]string) *node {
	n := objectNode()
	for _, key := range hashOrder(texts) {
		n.set(key, textNode(texts[key]))
	}
	return n
}

// templateMap writes templates; a null one as the empty text that means it.
func templateMap(templates apigw.Templates) *node {
	n := objectNode()
	for _, key := range hashOrder(templates) {
		n.set(key, textNode(deref(templates[key])))
	}
	return n
}
