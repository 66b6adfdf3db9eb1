package openapi

import "strings"

// swagger2 is Swagger 2.0: a body is a parameter, and what media types there
// are is said apart from schemas.
var swagger2 = dialect{
	format:         Swagger20,
	members:        []string{"swagger", "host", "basePath", "schemes", "consumes", "produces", "definitions", "parameters", "responses", "securityDefinitions"},
	schemas:        []string{"definitions"},
	schemes:        []string{"securityDefinitions"},
	response:       []string{"$ref", "description", "schema", "headers", "examples"},
	readMembers:    func(*importer) {},
	basePath:       swagger2BasePath,
	requestModels:  swagger2RequestModels,
	responseModels: swagger2ResponseModels,
}

func swagger2BasePath(im *importer) string { return im.text(im.root.get("basePath"), "basePath") }

// swagger2RequestModels gives the model of the body parameter to each media
// type that the operation, or the document, consumes.
func swagger2RequestModels(im *importer, o *operation) map[string]string {
	models := map[string]string{}
	for _, p := range o.parameters {
		if p.in != "body" {
			continue
		}
		model := im.modelOf(p.get("schema"), o.at+".parameters."+p.name)
		for _, mediaType := range im.mediaTypes(o, "consumes") {
			if model != "" && models[mediaType] == "" {
				models[mediaType] = model
			}
		}
	}
	return models
}

func swagger2ResponseModels(im *importer, o *operation, response *node, at string) map[string]string {
	model := im.modelOf(response.get("schema"), at+".schema")
	if model == "" {
		return nil
	}
	models := map[string]string{}
	for _, mediaType := range im.mediaTypes(o, "produces") {
		models[mediaType] = model
	}
	return models
}

// mediaTypes is the operation's list, else the document's, else JSON (§4.2).
func (im *importer) mediaTypes(o *operation, member string) []string {
	list := im.texts(o.node.get(member), o.at+"."+member)
	if len(list) == 0 {
		list = im.texts(im.root.get(member), member)
	}
	if len(list) == 0 {
		return []string{"application/json"}
	}
	return list
}

// pathOfURL is the path of an absolute or relative URL that may have {variables}.
func pathOfURL(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			return rest[i:]
		}
		return ""
	}
	return url
}
