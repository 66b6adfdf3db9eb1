package control

import (
	"errors"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
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
	if err != nil || !isSchema(schema) {
		return errModel("Invalid model schema specified")
	}
	return t.checkSchemaRefs(api, *model.Name, schema)
}

// errModel is the envelope that AWS puts around what it finds in a Model.
func errModel(finding string) error {
	return apigw.BadRequest("Invalid model specified: Validation Result: warnings : [], errors : [%s]", finding)
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

// A schemaForm is the form that a keyword's value has.
type schemaForm uint8

const (
	formText schemaForm = iota + 1
	formTexts
	formNumber
	formPositive
	formCount
	formFlag
	formValues
	formDependencies
	formType
	formSchema
	formSchemaOrFlag
	formSchemas
	formSchemaList
	formItems
)

// schemaForms are the keywords of draft 4 whose form can be wrong. Others are
// passed over.
var schemaForms = map[string]schemaForm{
	"$ref":                 formText,
	"$schema":              formText,
	"id":                   formText,
	"title":                formText,
	"description":          formText,
	"format":               formText,
	"pattern":              formText,
	"type":                 formType,
	"properties":           formSchemas,
	"patternProperties":    formSchemas,
	"definitions":          formSchemas,
	"additionalProperties": formSchemaOrFlag,
	"additionalItems":      formSchemaOrFlag,
	"items":                formItems,
	"allOf":                formSchemaList,
	"anyOf":                formSchemaList,
	"oneOf":                formSchemaList,
	"not":                  formSchema,
	"required":             formTexts,
	"enum":                 formValues,
	"dependencies":         formDependencies,
	"minimum":              formNumber,
	"maximum":              formNumber,
	"multipleOf":           formPositive,
	"minLength":            formCount,
	"maxLength":            formCount,
	"minItems":             formCount,
	"maxItems":             formCount,
	"minProperties":        formCount,
	"maxProperties":        formCount,
	"uniqueItems":          formFlag,
}

// isSchema says whether schema is one by the meta schema of draft 4; AWS says
// no more of one that is none (cdk-preflight; aws-cdk, issues 18715 and 27433).
func isSchema(schema *jsonNode) bool {
	if !schema.is(jsonObject) {
		return false
	}
	for _, member := range schema.members {
		if !hasForm(schemaForms[member.name], member.value) {
			return false
		}
	}
	return true
}

// hasForm says whether a keyword's value has its form.
func hasForm(form schemaForm, v *jsonNode) bool {
	switch form {
	case formText:
		return v.is(jsonText)
	case formTexts:
		return areTexts(v)
	case formNumber:
		return v.is(jsonNumber)
	case formPositive:
		return v.is(jsonNumber) && !strings.HasPrefix(v.text, "-") && strings.ContainsAny(v.text, "123456789")
	case formCount:
		return v.is(jsonNumber) && !strings.HasPrefix(v.text, "-")
	case formFlag:
		return v.is(jsonFlag)
	case formValues:
		return v.is(jsonList) && areDistinct(v.items)
	case formType:
		return isType(v)
	}
	return holdsSchemas(form, v)
}

// holdsSchemas is hasForm for the keywords that hold schemas.
func holdsSchemas(form schemaForm, v *jsonNode) bool {
	switch form {
	case formSchemas:
		return areMembers(v, isSchema)
	case formSchemaList:
		return v.is(jsonList) && len(v.items) > 0 && areItems(v, isSchema)
	case formDependencies:
		return areMembers(v, func(d *jsonNode) bool { return areTexts(d) || isSchema(d) })
	case formSchemaOrFlag:
		return v.is(jsonFlag) || isSchema(v)
	case formItems:
		return v.is(jsonList) && areItems(v, isSchema) || isSchema(v)
	case formSchema:
		return isSchema(v)
	}
	return true
}

func areItems(v *jsonNode, each func(*jsonNode) bool) bool {
	return !slices.ContainsFunc(v.items, func(item *jsonNode) bool { return !each(item) })
}

func areMembers(v *jsonNode, each func(*jsonNode) bool) bool {
	return v.is(jsonObject) && !slices.ContainsFunc(v.members, func(m jsonMember) bool { return !each(m.value) })
}

func areTexts(v *jsonNode) bool {
	return v.is(jsonList) && areDistinct(v.items) && areItems(v, func(item *jsonNode) bool { return item.is(jsonText) })
}

// areDistinct wants one item at least, and none twice. Lists and objects are
// not compared.
func areDistinct(items []*jsonNode) bool {
	seen := map[[2]string]bool{}
	for _, item := range items {
		if item.is(jsonList) || item.is(jsonObject) {
			continue
		}
		key := [2]string{string(rune(item.kind)), item.text}
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return len(items) > 0
}

var schemaTypes = []string{"array", "boolean", "integer", "null", "number", "object", "string"}

func isType(v *jsonNode) bool {
	if v.is(jsonList) {
		return areDistinct(v.items) && areItems(v, isTypeName)
	}
	return isTypeName(v)
}

func isTypeName(v *jsonNode) bool { return v.is(jsonText) && slices.Contains(schemaTypes, v.text) }

// checkSchemaRefs wants what a schema refers to: Models of the API, itself,
// or a place in it.
func (t *tx) checkSchemaRefs(api, name string, schema *jsonNode) error {
	for _, ref := range refsIn(schema) {
		if local, ok := strings.CutPrefix(ref, "#"); ok {
			if !pointsInto(schema, local) {
				return errModel("Unresolvable reference: " + ref)
			}
			continue
		}
		other, ok := strings.CutPrefix(ref, modelURL(api))
		if !ok {
			return errModel("Unresolvable reference: " + ref)
		}
		exists, err := t.has(t.modelKey(api, other))
		if err != nil {
			return err
		}
		if !exists && other != name {
			return errModel("Invalid model name specified: " + other)
		}
	}
	return nil
}

func modelURL(api string) string {
	return "https://apigateway.amazonaws.com/restapis/" + api + "/models/"
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
		if name, ok := strings.CutPrefix(ref, modelURL(api)); ok {
			names = append(names, name)
		}
	}
	return names
}

// pointsInto says whether a JSON pointer leads to an object or list of v.
func pointsInto(v *jsonNode, pointer string) bool {
	if pointer == "" {
		return true
	}
	rest, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return false
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if v = v.member(unescapePointer(segment)); v == nil {
			return false
		}
	}
	return true
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
	pending := localRefs(schema, modelURL(api))
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
		pending = append(pending, localRefs(part, modelURL(api))...)
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
