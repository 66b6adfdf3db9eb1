package openapi

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
	return im.contentModels(body.get("content"), at+".content")
}

func openapi3ResponseModels(im *importer, _ *operation, response *node, at string) map[string]string {
	return im.contentModels(response.get("content"), at+".content")
}

// contentModels has the model of each media type that has a schema.
func (im *importer) contentModels(content *node, at string) map[string]string {
	models := map[string]string{}
	for _, f := range im.object(content, at).members() {
		if model := im.modelOf(f.value.get("schema"), at+".schema"); model != "" {
			models[f.name] = model
		}
	}
	return models
}
