package openapi

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"go.yaml.in/yaml/v3"
)

// ExportOptions say what GetExport is to write.
type ExportOptions struct {
	Format     Format // OpenAPI30 or Swagger20
	Accept     string // "application/json", also "", or "application/yaml"
	Extensions string // comma-separated: integrations, authorizers, apigateway, documentation, postman

	RestApiId, Region, StageName string // the address of the Stage

	// Parts and DocumentationVersion are the documentation of the Stage, if it
	// has a version.
	Parts                []apigw.DocumentationPart
	DocumentationVersion string
}

// An Exported is the answer of GetExport.
type Exported struct {
	Body               []byte
	ContentType        string // always application/octet-stream (AF-175)
	ContentDisposition string
}

// Export writes a Definition as a document. What Import makes of that is the
// same Definition, but for what a document cannot say: endpoint types, ids,
// and with few extensions all that they leave out. The error is an
// *apigw.Error for options that GetExport refuses.
func Export(def *apigw.Definition, opts ExportOptions) (*Exported, error) {
	write, ok := exportFormats[opts.Format]
	if !ok {
		return nil, apigw.BadRequest("Invalid export type")
	}
	encode, suffix := appendPrettyDocument, "json"
	switch opts.Accept {
	case "", "*/*", "application/json":
	case "application/yaml":
		encode, suffix = appendYAMLDocument, "yaml"
	default:
		return nil, apigw.BadRequest("Invalid Accept header: %s. Valid values are application/json and application/yaml", opts.Accept)
	}
	x := &exporter{def: def, opts: opts, version: versionOf(def)}
	if err := x.readExtensions(); err != nil {
		return nil, err
	}
	x.indexParts()
	body, err := encode(write(x))
	if err != nil {
		return nil, fmt.Errorf("export API %s: %w", opts.RestApiId, err)
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
	return def.RestApi.CreatedDate.UTC().Format("2006-01-02T15:04:05Z")
}

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
	info.set("version", textNode(x.version))
	basePath := objectNode().set("default", textNode(x.opts.StageName))
	server := objectNode().
		set("url", textNode("https://"+x.host()+"/{basePath}")).
		set("variables", objectNode().set("basePath", basePath))
	components := objectNode()
	setUnlessEmpty(components, "schemas", x.schemas("#/components/schemas/"))
	setUnlessEmpty(components, "securitySchemes", x.schemes())
	doc := objectNode().
		set("openapi", textNode("3.0.1")).
		set("info", x.weave(info, partKey{kind: "API"})).
		set("servers", listNode(server)).
		set("paths", x.paths(openapi3Writer)).
		set("components", components)
	return x.rootExtensions(doc)
}

// swagger2 is the document of AF-176.
func (x *exporter) swagger2() *node {
	api := x.def.RestApi
	info := objectNode()
	info.setText("description", api.Description)
	info.set("version", textNode(x.version)).set("title", textNode(deref(api.Name)))
	doc := objectNode().
		set("swagger", textNode("2.0")).
		set("info", x.weave(info, partKey{kind: "API"})).
		set("host", textNode(x.host())).
		set("basePath", textNode("/"+x.opts.StageName)).
		set("schemes", textsNode([]string{"https"})).
		set("paths", x.paths(swagger2Writer))
	setUnlessEmpty(doc, "securityDefinitions", x.schemes())
	setUnlessEmpty(doc, "definitions", x.schemas("#/definitions/"))
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
func (x *exporter) paths(w operationWriter) *node {
	paths := objectNode()
	for _, r := range x.def.Resources {
		item := x.weave(objectNode(), partKey{kind: "RESOURCE", path: deref(r.Path)})
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
		setUnlessEmpty(paths, *r.Path, item)
	}
	return paths
}

// schemas are the models, with references among them in the document's form.
func (x *exporter) schemas(prefix string) *node {
	models := map[string]*apigw.Model{}
	for i := range x.def.Models {
		models[deref(x.def.Models[i].Name)] = &x.def.Models[i]
	}
	schemas := objectNode()
	for _, name := range hashOrder(models) {
		m := models[name]
		t, err := readJSON([]byte(deref(m.Schema)), func(s string) string { return s })
		schema := t.root
		if err != nil || schema.kind != kindObject { // an XML model, or one that was never JSON
			schema = objectNode().set("type", textNode("object"))
		}
		localReferences(schema, prefix)
		if schema.get("description") == nil {
			schema.setText("description", m.Description)
		}
		schemas.set(name, x.weave(schema, partKey{kind: "MODEL", name: name}))
	}
	return schemas
}

// localReferences turns references to models into references within the document.
func localReferences(n *node, prefix string) {
	for i, f := range n.fields {
		if f.name == "$ref" && strings.HasPrefix(f.value.text, modelURL) {
			_, name, _ := strings.Cut(strings.TrimPrefix(f.value.text, modelURL), "/models/")
			n.fields[i].value = textNode(prefix + name)
			continue
		}
		localReferences(f.value, prefix)
	}
	for _, item := range n.items {
		localReferences(item, prefix)
	}
}

// An exportedExtension is an extension at the top of a document and the export
// extensions that bring it, beside apigateway (§4.3).
type exportedExtension struct {
	name  string
	with  []string
	value func(*exporter) *node // nil: left out
}

var exportedExtensions = []exportedExtension{
	{"x-amazon-apigateway-request-validators", []string{"integrations"}, (*exporter).validators},
	{"x-amazon-apigateway-gateway-responses", nil, (*exporter).gatewayResponses},
	{"x-amazon-apigateway-api-key-source", []string{"integrations"}, (*exporter).apiKeySource},
	{"x-amazon-apigateway-binary-media-types", nil, (*exporter).binaryMediaTypes},
	{"x-amazon-apigateway-minimum-compression-size", nil, (*exporter).compressionSize},
	{"x-amazon-apigateway-policy", nil, (*exporter).policy},
	{"x-amazon-apigateway-security-policy", nil, func(x *exporter) *node { return optionalText(x.def.RestApi.SecurityPolicy) }},
	{"x-amazon-apigateway-endpoint-access-mode", nil, func(x *exporter) *node { return optionalText(x.def.RestApi.EndpointAccessMode) }},
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
	return doc
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
		setUnlessEmpty(n, "responseTemplates", templateMap(g.ResponseTemplates))
		responses.set(deref(g.ResponseType), n)
	}
	return unlessEmpty(responses)
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

func appendPrettyDocument(doc *node) ([]byte, error) { return appendPrettyJSON(nil, doc, ""), nil }

func appendYAMLDocument(doc *node) ([]byte, error) {
	b := bytes.NewBufferString("---\n")
	e := yaml.NewEncoder(b)
	e.SetIndent(2)
	err := cmp.Or(e.Encode(yamlNode(doc)), e.Close())
	return b.Bytes(), err
}

var yamlTags = [...]string{"!!null", "!!bool", "!!float", "!!str", "!!seq", "!!map"}

// yamlNode is a node as the library writes it; the tag of a text makes the
// library quote one that would be read as something else.
func yamlNode(n *node) *yaml.Node {
	y := &yaml.Node{Kind: yaml.ScalarNode, Tag: yamlTags[n.kind], Value: n.text}
	switch n.kind {
	case kindNull:
		y.Value = "null"
	case kindNumber:
		y.Tag = ""
	case kindText:
		if strings.Contains(n.text, "\n") {
			y.Style = yaml.LiteralStyle
		}
	case kindList:
		y.Kind = yaml.SequenceNode
		for _, item := range n.items {
			y.Content = append(y.Content, yamlNode(item))
		}
	case kindObject:
		y.Kind = yaml.MappingNode
		for _, f := range n.fields {
			y.Content = append(y.Content, yamlNode(textNode(f.name)), yamlNode(f.value))
		}
	}
	return y
}
