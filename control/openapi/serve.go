package openapi

import "maps"

// readServeWith reads x-poterne-serve-with: a list of documents, or one.
func (im *importer) readServeWith(n *node, at string) {
	if n.kind == kindText {
		im.doc.Serve.With = []string{n.text}
		return
	}
	im.doc.Serve.With = im.texts(n, at)
}

// readStage reads x-poterne-stage: name and variables of the stage that
// `poterne serve FILE` makes.
func (im *importer) readStage(n *node, at string) {
	n = im.object(n, at)
	if name := im.text(n.get("name"), at+".name"); name != "" {
		im.doc.Serve.StageName = name
	}
	variables := map[string]string{}
	for _, f := range im.object(n.get("variables"), at+".variables").members() {
		variables[f.name] = im.text(f.value, at+".variables."+f.name)
	}
	if len(variables) > 0 {
		im.doc.Serve.Variables = maps.Clone(variables)
	}
}
