package control

import (
	"errors"
	"fmt"
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
	if err != nil {
		return errModel("Invalid model schema specified. " + err.Error())
	}
	if finding := checkSchema(schema, "#"); finding != "" {
		return errModel("Invalid model schema specified. " + finding)
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
	formCount
	formFlag
	formObject
	formList
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
	"enum":                 formList,
	"dependencies":         formObject,
	"minimum":              formNumber,
	"maximum":              formNumber,
	"multipleOf":           formNumber,
	"minLength":            formCount,
	"maxLength":            formCount,
	"minItems":             formCount,
	"maxItems":             formCount,
	"minProperties":        formCount,
	"maxProperties":        formCount,
	"uniqueItems":          formFlag,
}

// checkSchema is what is wrong with a schema, "" if nothing.
func checkSchema(schema *jsonNode, at string) string {
	for _, member := range schema.members {
		if finding := checkForm(schemaForms[member.name], member.value, at+"/"+escapePointer(member.name)); finding != "" {
			return finding
		}
	}
	return ""
}

// escapePointer writes a segment of a JSON pointer.
func escapePointer(segment string) string {
	return strings.ReplaceAll(strings.ReplaceAll(segment, "~", "~0"), "/", "~1")
}

func wanted(ok bool, at, what string) string {
	if ok {
		return ""
	}
	return at + ": " + what + " is expected"
}

// checkForm is what is wrong with a keyword's value, "" if nothing.
func checkForm(form schemaForm, v *jsonNode, at string) string {
	switch form {
	case formText:
		return wanted(v.is(jsonText), at, "a string")
	case formTexts:
		return wantTexts(v, at)
	case formNumber:
		return wanted(v.is(jsonNumber), at, "a number")
	case formCount:
		return wanted(v.is(jsonNumber) && !strings.HasPrefix(v.text, "-"), at, "a number that is not negative")
	case formFlag:
		return wanted(v.is(jsonFlag), at, "true or false")
	case formObject:
		return wanted(v.is(jsonObject), at, "an object")
	case formList:
		return wanted(v.is(jsonList), at, "a list")
	case formType:
		return wantType(v, at)
	}
	return checkSubschemas(form, v, at)
}

// checkSubschemas is checkForm for the keywords that hold schemas.
func checkSubschemas(form schemaForm, v *jsonNode, at string) string {
	isFlag, isList := v.is(jsonFlag), v.is(jsonList)
	switch {
	case form == formSchemas:
		return wantSchemas(v, at)
	case form == formSchemaList, form == formItems && isList:
		return wantSchemaList(v, at)
	case form == formSchemaOrFlag && isFlag:
		return ""
	case form == formSchema, form == formSchemaOrFlag, form == formItems:
		return wantSchema(v, at)
	}
	return ""
}

func wantTexts(v *jsonNode, at string) string {
	if !v.is(jsonList) {
		return wanted(false, at, "a list of strings")
	}
	for _, item := range v.items {
		if finding := checkForm(formText, item, at); finding != "" {
			return finding
		}
	}
	return ""
}

var schemaTypes = []string{"array", "boolean", "integer", "null", "number", "object", "string"}

func wantType(v *jsonNode, at string) string {
	names := []*jsonNode{v}
	if v.is(jsonList) {
		names = v.items
	}
	for _, name := range names {
		if !name.is(jsonText) || !slices.Contains(schemaTypes, name.text) {
			return wanted(false, at, "one of "+strings.Join(schemaTypes, ", "))
		}
	}
	return ""
}

func wantSchema(v *jsonNode, at string) string {
	if !v.is(jsonObject) {
		return wanted(false, at, "a schema")
	}
	return checkSchema(v, at)
}

func wantSchemaList(v *jsonNode, at string) string {
	if !v.is(jsonList) {
		return wanted(false, at, "a list of schemas")
	}
	for i, item := range v.items {
		if finding := wantSchema(item, fmt.Sprintf("%s/%d", at, i)); finding != "" {
			return finding
		}
	}
	return ""
}

func wantSchemas(v *jsonNode, at string) string {
	if !v.is(jsonObject) {
		return wanted(false, at, "an object of schemas")
	}
	for _, member := range v.members {
		if finding := wantSchema(member.value, at+"/"+escapePointer(member.name)); finding != "" {
			return finding
		}
	}
	return ""
}

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
