package schema

import (
	"slices"
	"strings"
)

// A schemaForm is the form that a keyword's value has.
type schemaForm uint8

const (
	formAny schemaForm = iota
	formText
	formURI
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

// schemaForms are the keywords of draft 4.
var schemaForms = map[string]schemaForm{
	"$ref":                 formURI,
	"$schema":              formURI,
	"id":                   formURI,
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
	"exclusiveMinimum":     formFlag,
	"exclusiveMaximum":     formFlag,
	"default":              formAny,
}

// Invalid is what AWS has against a schema with a wrong form, and against what is
// none.
const Invalid = "Invalid model schema specified"

const notInURI = " \"<>\\^`{|}\t\r\n"

// Findings are what the validator that AWS uses has against s, nil if nothing.
func (s *Schema) Findings() []string { return findings(nil, s.root) }

// findings appends what the validator that AWS uses has against a
// schema: in each schema the keywords that it does not know, then each whose
// value has a wrong form, then the schemas inside of it. AWS says no more of a
// wrong form than that there is one (cdk-preflight; aws-cdk, issues 14585,
// 18715 and 27433).
func findings(found []string, schema *node) []string {
	if !schema.is(kindObject) {
		return append(found, Invalid)
	}
	keywords, unknown := keywordsOf(schema)
	if len(unknown) > 0 {
		found = append(found, Invalid+". Unsupported keyword(s): ["+strings.Join(unknown, ",")+"]")
	}
	for _, keyword := range keywords {
		if !hasForm(schemaForms[keyword.name], keyword.value) || lacksLimit(schema, keyword.name) {
			found = append(found, Invalid)
		}
	}
	for _, keyword := range keywords {
		for _, inner := range schemasIn(schemaForms[keyword.name], keyword.value) {
			found = findings(found, inner)
		}
	}
	return found
}

// keywordsOf are a schema's members that are keywords, and the names of those
// that are none as JSON writes them, both in the order of their names.
func keywordsOf(schema *node) (known []member, unknown []string) {
	for _, member := range schema.members {
		if _, ok := schemaForms[member.name]; ok {
			known = append(known, member)
		} else {
			unknown = append(unknown, quoteJSON(member.name))
		}
	}
	slices.SortFunc(known, func(a, b member) int { return strings.Compare(a.name, b.name) })
	slices.Sort(unknown)
	return known, unknown
}

// lacksLimit is whether an exclusive limit stands without its limit.
func lacksLimit(schema *node, keyword string) bool {
	switch keyword {
	case "exclusiveMinimum":
		return schema.member("minimum") == nil
	case "exclusiveMaximum":
		return schema.member("maximum") == nil
	}
	return false
}

// hasForm says whether a keyword's value has its form. Of schemas inside of it
// schemasIn are looked at on their own.
func hasForm(form schemaForm, v *node) bool {
	switch form {
	case formText:
		return v.is(kindText)
	case formURI:
		return v.is(kindText) && !strings.ContainsAny(v.text, notInURI)
	case formTexts:
		return areTexts(v)
	case formNumber:
		return v.is(kindNumber)
	case formPositive:
		return v.is(kindNumber) && !strings.HasPrefix(v.text, "-") && strings.ContainsAny(v.text, "123456789")
	case formCount:
		return v.is(kindNumber) && !strings.HasPrefix(v.text, "-")
	case formFlag:
		return v.is(kindFlag)
	case formValues:
		return v.is(kindList) && areDistinct(v.items)
	case formType:
		return isType(v)
	}
	return holdsSchemas(form, v)
}

// holdsSchemas is hasForm for the keywords that hold schemas.
func holdsSchemas(form schemaForm, v *node) bool {
	switch form {
	case formSchemas:
		return v.is(kindObject)
	case formSchemaList:
		return v.is(kindList) && len(v.items) > 0
	case formDependencies:
		return v.is(kindObject) && !slices.ContainsFunc(v.members, func(m member) bool { return !m.value.is(kindObject) && !areTexts(m.value) })
	case formSchemaOrFlag:
		return v.is(kindFlag) || v.is(kindObject)
	case formItems:
		return v.is(kindList) || v.is(kindObject)
	}
	return true
}

// schemasIn are the values that a keyword wants to be schemas.
func schemasIn(form schemaForm, v *node) []*node {
	switch form {
	case formSchema:
		return []*node{v}
	case formSchemaList, formItems, formSchemaOrFlag:
		if v.is(kindObject) {
			return []*node{v}
		}
		return v.items
	case formSchemas:
		return valuesOf(v, func(*node) bool { return true })
	case formDependencies:
		return valuesOf(v, func(d *node) bool { return d.is(kindObject) })
	}
	return nil
}

func valuesOf(v *node, keep func(*node) bool) []*node {
	var values []*node
	for _, member := range v.members {
		if keep(member.value) {
			values = append(values, member.value)
		}
	}
	return values
}

func areItems(v *node, each func(*node) bool) bool {
	return !slices.ContainsFunc(v.items, func(item *node) bool { return !each(item) })
}

func areTexts(v *node) bool {
	return v.is(kindList) && areDistinct(v.items) && areItems(v, func(item *node) bool { return item.is(kindText) })
}

// areDistinct wants one item at least, and none twice. Lists and objects are
// not compared.
func areDistinct(items []*node) bool {
	seen := map[[2]string]bool{}
	for _, item := range items {
		if item.is(kindList) || item.is(kindObject) {
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

func isType(v *node) bool {
	if v.is(kindList) {
		return areDistinct(v.items) && areItems(v, isTypeName)
	}
	return isTypeName(v)
}

func isTypeName(v *node) bool { return v.is(kindText) && slices.Contains(schemaTypes, v.text) }
