package openapi

import (
	"cmp"
	"strings"
)

// openapi3 is OpenAPI 3.0: schemas stand with the media types of bodies.
var openapi3 = dialect{
	format:         OpenAPI30,
	members:        []string{"openapi", "servers", "components", "jsonSchemaDialect", "webhooks"},
	schemas:        []string{"components", "schemas"},
	schemes:        []string{"components", "securitySchemes"},
	response:       []string{"$ref", "description", "headers", "content", "links"},
	readMembers:    openapi3Members,
	basePath:       openapi3BasePath,
	requestModels:  openapi3RequestModels,
	responseModels: openapi3ResponseModels,
}

// What components and requestBody are made of.
var (
	componentMembers = []string{"schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links", "callbacks",
		"pathItems"} // of 3.1, which is read as 3.0
	requestBodyMembers = []string{"$ref", "description", "content", "required"}
)

// openapi3Members warns of misspelt members of components.
func openapi3Members(im *importer) {
	for _, f := range im.object(im.root.get("components"), "components").members() {
		im.expect(f, "components.", componentMembers)
	}
}

// openapi3BasePath is the default of the first server's variable basePath, else
// the path of its URL (§4.7).
func openapi3BasePath(im *importer) string {
	servers := im.array(im.root.get("servers"), "servers").elements()
	if len(servers) == 0 {
		return ""
	}
	if base := servers[0].at("variables", "basePath", "default"); !base.absent() {
		return im.text(base, "servers.variables.basePath.default")
	}
	return pathOfURL(im.text(servers[0].get("url"), "servers.url"))
}

func openapi3RequestModels(im *importer, o *operation) map[string]string {
	at := o.at + ".requestBody"
	body := im.object(im.resolve(o.node.get("requestBody"), at), at)
	for _, f := range body.members() {
		im.expect(f, at+".", requestBodyMembers)
	}
	return im.contentModels(body.get("content"), at+".content", func(field) bool { return true })
}

// openapi3ResponseModels: a text or a number that is written out in a response
// makes no model (field report of an import, control plane §4.10).
func openapi3ResponseModels(im *importer, o *operation, response *node, at string) map[string]string {
	code := at[strings.LastIndexByte(at, '.')+1:]
	return im.contentModels(response.get("content"), at+".content", func(f field) bool {
		kind := primitiveSchema(f.value.get("schema"))
		if kind != "" {
			im.found.add("unsupported-model", f.position, "Unsupported model type '%s' in %s response to method '%s %s'. Ignoring.", kind, code, o.verb, o.path)
		}
		return kind == ""
	})
}

// stringSchemas are AWS's names of schemas of strings by format.
var stringSchemas = map[string]string{
	"binary":    "BinarySchema",
	"byte":      "ByteArraySchema",
	"date":      "DateSchema",
	"date-time": "DateTimeSchema",
	"email":     "EmailSchema",
	"password":  "PasswordSchema",
	"uuid":      "UUIDSchema",
}

// primitiveSchema is AWS's name of a schema of a text, a number or a truth
// value, "" of any other.
func primitiveSchema(schema *node) string {
	if schema.get("$ref") != nil || schema.get("properties") != nil {
		return ""
	}
	switch schema.get("type").scalar() {
	case "string":
		return cmp.Or(stringSchemas[schema.get("format").scalar()], "StringSchema")
	case "integer":
		return "IntegerSchema"
	case "number":
		return "NumberSchema"
	case "boolean":
		return "BooleanSchema"
	}
	return ""
}

// contentModels has the model of each media type that has a schema and is
// taken.
func (im *importer) contentModels(content *node, at string, take func(field) bool) map[string]string {
	models := map[string]string{}
	for _, f := range im.object(content, at).members() {
		if !take(f) {
			continue
		}
		if model := im.modelOf(f.value.get("schema"), at+".schema"); model != "" {
			models[f.name] = model
		}
	}
	return models
}
