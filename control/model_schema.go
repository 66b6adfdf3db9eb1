package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/template/jsonv"
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

// parseSchema reads strict JSON; jsonv keeps the order of members.
func parseSchema(text string) (jsonv.Value, error) {
	var raw json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		var syntax *json.SyntaxError
		if !errors.As(err, &syntax) {
			return jsonv.Null, errors.New("it is not JSON")
		}
		read := text[:min(int(syntax.Offset), len(text))]
		line, column := 1+strings.Count(read, "\n"), len(read)-strings.LastIndex(read, "\n")-1
		return jsonv.Null, fmt.Errorf("line %d, column %d: %w", line, column, syntax)
	}
	value, err := jsonv.Parse(text)
	if err != nil {
		return jsonv.Null, errors.New("it nests too deep")
	}
	if value.Object() == nil {
		return jsonv.Null, errors.New("a JSON object is expected")
	}
	return value, nil
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
func checkSchema(schema jsonv.Value, at string) string {
	for _, member := range schema.Object().Members() {
		if finding := checkForm(schemaForms[member.Key], member.Value, at+"/"+escapePointer(member.Key)); finding != "" {
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
func checkForm(form schemaForm, v jsonv.Value, at string) string {
	switch form {
	case formText:
		return wanted(v.Kind() == jsonv.KindString, at, "a string")
	case formTexts:
		return wantTexts(v, at)
	case formNumber:
		return wanted(v.IsNumber(), at, "a number")
	case formCount:
		return wanted(v.IsNumber() && v.AsFloat64() >= 0, at, "a number that is not negative")
	case formFlag:
		return wanted(v.Kind() == jsonv.KindBool, at, "true or false")
	case formObject:
		return wanted(v.Object() != nil, at, "an object")
	case formList:
		return wanted(v.Array() != nil, at, "a list")
	case formType:
		return wantType(v, at)
	}
	return checkSubschemas(form, v, at)
}

// checkSubschemas is checkForm for the keywords that hold schemas.
func checkSubschemas(form schemaForm, v jsonv.Value, at string) string {
	isFlag, isList := v.Kind() == jsonv.KindBool, v.Array() != nil
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

func wantTexts(v jsonv.Value, at string) string {
	if v.Array() == nil {
		return wanted(false, at, "a list of strings")
	}
	for _, item := range v.Array().Items() {
		if finding := checkForm(formText, item, at); finding != "" {
			return finding
		}
	}
	return ""
}

var schemaTypes = []string{"array", "boolean", "integer", "null", "number", "object", "string"}

func wantType(v jsonv.Value, at string) string {
	names := []jsonv.Value{v}
	if v.Array() != nil {
		names = v.Array().Items()
	}
	for _, name := range names {
		if name.Kind() != jsonv.KindString || !slices.Contains(schemaTypes, name.Str()) {
			return wanted(false, at, "one of "+strings.Join(schemaTypes, ", "))
		}
	}
	return ""
}

func wantSchema(v jsonv.Value, at string) string {
	if v.Object() == nil {
		return wanted(false, at, "a schema")
	}
	return checkSchema(v, at)
}

func wantSchemaList(v jsonv.Value, at string) string {
	if v.Array() == nil {
		return wanted(false, at, "a list of schemas")
	}
	for i, item := range v.Array().Items() {
		if finding := wantSchema(item, fmt.Sprintf("%s/%d", at, i)); finding != "" {
			return finding
		}
	}
	return ""
}

func wantSchemas(v jsonv.Value, at string) string {
	if v.Object() == nil {
		return wanted(false, at, "an object of schemas")
	}
	for _, member := range v.Object().Members() {
		if finding := wantSchema(member.Value, at+"/"+escapePointer(member.Key)); finding != "" {
			return finding
		}
	}
	return ""
}

// checkSchemaRefs wants what a schema refers to: Models of the API, itself,
// or a place in it.
func (t *tx) checkSchemaRefs(api, name string, schema jsonv.Value) error {
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
func refsIn(v jsonv.Value) []string {
	var refs []string
	switch {
	case v.Object() != nil:
		for _, member := range v.Object().Members() {
			if member.Key == "$ref" && member.Value.Kind() == jsonv.KindString {
				refs = append(refs, member.Value.Str())
			} else {
				refs = append(refs, refsIn(member.Value)...)
			}
		}
	case v.Array() != nil:
		for _, item := range v.Array().Items() {
			refs = append(refs, refsIn(item)...)
		}
	}
	return refs
}

// modelsIn are the Models that a schema refers to; none if it is no JSON.
func modelsIn(api, text string) []string {
	schema, err := parseSchema(text)
	if err != nil {
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
func pointsInto(v jsonv.Value, pointer string) bool {
	if pointer == "" {
		return true
	}
	rest, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return false
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if v.Object() == nil {
			return false
		}
		if v, ok = v.Object().Get(unescapePointer(segment)); !ok {
			return false
		}
	}
	return true
}

// flatSchema is a Model's schema with every Model that it needs under
// definitions (control plane §2.10, flatten).
func (t *tx) flatSchema(api string, model *apigw.Model) (string, error) {
	schema, err := parseSchema(deref(model.Schema))
	if err != nil {
		return deref(model.Schema), nil // no JSON: there is nothing to flatten
	}
	definitions := jsonv.NewObject()
	if own, ok := schema.Object().Get("definitions"); ok && own.Object() != nil {
		definitions = own.Object()
	}
	pending := localRefs(schema, modelURL(api))
	for len(pending) > 0 {
		name := pending[0]
		pending = pending[1:]
		if _, done := definitions.Get(name); done {
			continue
		}
		other, err := load[apigw.Model](t, t.modelKey(api, name))
		if err != nil {
			return "", err
		}
		if other == nil {
			continue // deleted since, or never there in an import
		}
		part, err := parseSchema(deref(other.Schema))
		if err != nil {
			continue
		}
		definitions.Put(name, part)
		pending = append(pending, localRefs(part, modelURL(api))...)
	}
	if definitions.Len() > 0 {
		schema.Object().Put("definitions", jsonv.FromObject(definitions))
	}
	return indentedJSON(schema)
}

// localRefs rewrites each reference to a Model as one into definitions and
// gives the Models' names.
func localRefs(v jsonv.Value, url string) []string {
	var names []string
	switch {
	case v.Object() != nil:
		for i := range v.Object().Len() {
			member := v.Object().At(i)
			name, ok := strings.CutPrefix(member.Value.Str(), url)
			if member.Key == "$ref" && ok {
				v.Object().Put("$ref", jsonv.String("#/definitions/"+name))
				names = append(names, name)
			} else {
				names = append(names, localRefs(member.Value, url)...)
			}
		}
	case v.Array() != nil:
		for _, item := range v.Array().Items() {
			names = append(names, localRefs(item, url)...)
		}
	}
	return names
}

func indentedJSON(v jsonv.Value) (string, error) {
	compact, ok := jsonv.AppendJSON(nil, v)
	if !ok {
		return "", errors.New("write schema: it is too large")
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		return "", fmt.Errorf("write schema: %w", err)
	}
	return b.String(), nil
}
