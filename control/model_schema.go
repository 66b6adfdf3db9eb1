package control

import (
	"errors"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// A Model's schema is a JSON schema, draft 4. Other Models are referred to as
// https://apigateway.amazonaws.com/restapis/{api}/models/{name} (AF-092).

// checkModelSchema holds a Model's schema against control plane §2.10.
func (t *tx) checkModelSchema(api string, model *apigw.Model) error {
	text := deref(model.Schema)
	if text == "" { // AF-088, whatever the content type
		return apigw.BadRequest("Model schema must have at least 1 property or array items defined")
	}
	if !isJSONModel(model) {
		return nil
	}
	schema, err := parseSchema(text)
	if err != nil {
		return rule.ErrModel(invalidSchema)
	}
	findings, err := t.refFindings(schemaFindings(nil, schema), api, *model.Name, schema)
	if err != nil || len(findings) == 0 {
		return err
	}
	return rule.ErrModel(findings...)
}

// parseSchema reads a JSON object.
func parseSchema(text string) (*jsonNode, error) {
	schema, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	if schema.kind != jsonObject {
		return nil, errors.New("a JSON object is expected")
	}
	return schema, nil
}

// schemaOf is a Model's schema, nil if that is no JSON object, as an import
// may have brought it.
func schemaOf(model *apigw.Model) *jsonNode {
	schema, err := parseSchema(deref(model.Schema))
	if err != nil {
		return nil
	}
	return schema
}

// refFindings appends what is wrong with what a schema refers to: that are
// Models of the API, itself, or a place in it (serverless-todo-api-example-
// complete, issue 3).
func (t *tx) refFindings(found []string, api, name string, schema *jsonNode) ([]string, error) {
	for _, ref := range refsIn(schema) {
		if local, ok := strings.CutPrefix(ref, "#"); ok {
			if schema.at(local) == nil {
				found = append(found, "Unresolvable reference: "+ref)
			}
			continue
		}
		other, ok := strings.CutPrefix(ref, rule.ModelURL(api))
		if !ok {
			found = append(found, rule.ForeignReference)
			continue
		}
		exists, err := t.has(t.modelKey(api, other))
		if err != nil {
			return nil, err
		}
		if !exists && other != name {
			found = append(found, rule.UnknownModel(other))
		}
	}
	return found, nil
}

// refsIn are the values of $ref in a schema, in their order.
func refsIn(v *jsonNode) []string {
	var refs []string
	for _, member := range v.members {
		if member.name == "$ref" && member.value.is(jsonText) {
			refs = append(refs, member.value.text)
		} else {
			refs = append(refs, refsIn(member.value)...)
		}
	}
	for _, item := range v.items {
		refs = append(refs, refsIn(item)...)
	}
	return refs
}

// modelsIn are the Models that a Model refers to.
func modelsIn(api string, model *apigw.Model) []string {
	schema := schemaOf(model)
	if schema == nil {
		return nil
	}
	var names []string
	for _, ref := range refsIn(schema) {
		if name, ok := strings.CutPrefix(ref, rule.ModelURL(api)); ok {
			names = append(names, name)
		}
	}
	return names
}

// flatSchema is a Model's schema with every Model that it needs under
// definitions (control plane §2.10, flatten).
func (t *tx) flatSchema(api string, model *apigw.Model) (string, error) {
	schema := schemaOf(model)
	if schema == nil {
		return deref(model.Schema), nil // there is nothing to flatten
	}
	definitions := schema.member("definitions")
	if !definitions.is(jsonObject) {
		definitions = &jsonNode{kind: jsonObject}
	}
	pending := localRefs(schema, rule.ModelURL(api))
	for len(pending) > 0 {
		name := pending[0]
		pending = pending[1:]
		if definitions.member(name) != nil {
			continue
		}
		other, err := load[apigw.Model](t, t.modelKey(api, name))
		if err != nil {
			return "", err
		}
		if other == nil {
			continue // deleted since, or never there in an import
		}
		part := schemaOf(other)
		if part == nil {
			continue
		}
		definitions.set(name, part)
		pending = append(pending, localRefs(part, rule.ModelURL(api))...)
	}
	if len(definitions.members) > 0 {
		schema.set("definitions", definitions)
	}
	return schema.indented()
}

// localRefs rewrites each reference to a Model as one into definitions and
// gives the Models' names.
func localRefs(v *jsonNode, url string) []string {
	var names []string
	for _, member := range v.members {
		name, ok := strings.CutPrefix(member.value.text, url)
		if member.name == "$ref" && member.value.is(jsonText) && ok {
			member.value.text = "#/definitions/" + name
			names = append(names, name)
		} else {
			names = append(names, localRefs(member.value, url)...)
		}
	}
	for _, item := range v.items {
		names = append(names, localRefs(item, url)...)
	}
	return names
}
