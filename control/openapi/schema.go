package openapi

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// modelURL is how a schema refers to another model (AF-092).
const modelURL = "https://apigateway.amazonaws.com/restapis/"

// A modelSet is what an import knows of models.
type modelSet struct {
	declared map[string]bool
	refused  map[string]bool  // those that cannot be made
	inline   map[*node]string // names of those that were made of schemas in operations
	arrays   map[string]bool  // of those, the names that are not a digest
}

// readModels makes a Model of each schema that the document declares.
func (im *importer) readModels() {
	at := strings.Join(im.dialect.schemas, ".")
	im.models = modelSet{declared: map[string]bool{}, refused: map[string]bool{}, inline: map[*node]string{}, arrays: map[string]bool{}}
	declared := im.object(im.root.at(im.dialect.schemas...), at)
	for _, f := range declared.members() {
		if !im.loops(f) && im.namesModel(f) && im.object(f.value, at+"."+f.name) != nil {
			im.models.declared[f.name] = true
		}
	}
	for _, f := range declared.members() {
		if im.models.declared[f.name] {
			im.readModel(f, at+"."+f.name)
		}
	}
	for name := range im.models.refused { // what refers to it finds nothing, says AWS
		delete(im.models.declared, name)
	}
}

func (im *importer) refuseModel(name string, at position, err error) {
	im.models.refused[name] = true
	im.found.refuse("model", at, "Unable to create model for '"+name+"': ", err)
}

func (im *importer) namesModel(f field) bool {
	err := rule.ModelName(f.name)
	if err != nil {
		im.refuseModel(f.name, f.position, err)
	}
	return err == nil
}

// loops is whether a schema is nothing but a reference that leads back to
// itself, which no validator can make anything of.
func (im *importer) loops(f field) bool {
	n := f.value
	for range maxHops {
		name, ok := localModel(n.get("$ref").scalar())
		if !ok {
			return false
		}
		if n = im.root.at(im.dialect.schemas...).get(name); n == nil {
			return false
		}
		if n == f.value {
			im.found.add("reference-loop", f.position, "Unable to create model for '%s': its reference leads back to itself", f.name)
			return true
		}
	}
	im.found.add("reference-loop", f.position, "Unable to create model for '%s': references lead to one another", f.name)
	return true
}

func (im *importer) readModel(f field, at string) {
	model := apigw.Model{Name: &f.name, Schema: new(im.schemaText(f.name, f.value)), ContentType: new("application/json")}
	model.Description = optional(im.text(f.value.get("description"), at+".description")) // stays in the schema too (AF-169)
	im.def.Models = append(im.def.Models, model)
	im.parts.describe(im, f.value, apigw.DocumentationPartLocation{Type: "MODEL", Name: &f.name})
}

// modelOf is the name of the model of a body: the one that the schema refers
// to, or one made for a schema that is written out. It is "" if there is none.
func (im *importer) modelOf(schema *node, at string) string {
	schema = im.object(schema, at)
	if schema == nil || len(schema.fields) == 0 {
		return ""
	}
	ref := schema.get("$ref")
	if ref == nil {
		return im.inlineModel(schema)
	}
	name, ok := im.modelNamed(ref.scalar())
	switch {
	case !ok && strings.HasPrefix(ref.scalar(), "#/"):
		return im.modelOf(im.resolve(schema, at), at) // has no $ref any more
	case !ok:
		im.remoteReference(ref)
		return ""
	case !im.hasModel(name):
		im.found.add("missing-model", ref.position, "Reference to model '%s' not found. Ignoring.", name)
		return ""
	}
	return name
}

// modelNamed is the model that a reference names, local or in API Gateway's
// own form.
func (im *importer) modelNamed(ref string) (name string, ok bool) {
	if name, ok = localModel(ref); ok {
		return name, true
	}
	_, name, ok = strings.Cut(strings.TrimPrefix(ref, modelURL), "/models/")
	return name, ok && strings.HasPrefix(ref, modelURL)
}

// localModel is the name in #/definitions/X or #/components/schemas/X; both
// forms mean the same in either version.
func localModel(ref string) (name string, ok bool) {
	if name, ok = strings.CutPrefix(ref, "#/definitions/"); !ok {
		name, ok = strings.CutPrefix(ref, "#/components/schemas/")
	}
	return name, ok && name != "" && !strings.Contains(name, "/")
}

func (im *importer) hasModel(name string) bool {
	if im.models.declared[name] {
		return true
	}
	if im.opts.Existing == nil {
		return false
	}
	for _, m := range im.opts.Existing.Models {
		if m.Name != nil && *m.Name == name {
			return true
		}
	}
	return false
}

// inlineModel makes a model for a schema that stands in an operation. AWS
// names those MODEL and six hexadecimal digits; which is not known, so ours are
// a digest of the schema: an import that is repeated makes no further models.
// An array of Error is ArrayOfError in the Developer Guide's export of what is
// imported as "ReqValidators Sample".
func (im *importer) inlineModel(schema *node) string {
	if name := im.models.inline[schema]; name != "" {
		return name // references and aliases share nodes
	}
	text := im.schemaText("MODEL", schema)
	sum := sha256.Sum256([]byte(strings.ReplaceAll(text, modelURL+im.opts.RestApiId+"/", modelURL)))
	name := "MODEL" + hex.EncodeToString(sum[:3])
	if array := im.arrayOf(schema); array != "" && (!im.models.declared[array] || im.models.arrays[array]) {
		name = array
		im.models.arrays[array] = true
	}
	im.models.inline[schema] = name
	if !im.models.declared[name] {
		im.models.declared[name] = true
		im.def.Models = append(im.def.Models, apigw.Model{Name: &name, Schema: &text, ContentType: new("application/json")})
	}
	return name
}

// arrayOf is the name for a schema that is no more than an array of a model.
func (im *importer) arrayOf(schema *node) string {
	items := schema.get("items")
	if len(schema.fields) != 2 || schema.get("type").scalar() != "array" || items == nil || len(items.fields) != 1 || items.get("$ref") == nil {
		return ""
	}
	name, ok := im.modelNamed(items.get("$ref").scalar())
	if !ok {
		return ""
	}
	return "ArrayOf" + name
}

// schemaText is the JSON schema of a Model; what it finds is told of in the
// document's order, whatever the order that is written.
func (im *importer) schemaText(model string, schema *node) string {
	w, before := schemaWriter{im: im, model: model}, len(im.found.list)
	w.schema(schema)
	im.found.byPlace(before)
	return string(w.out)
}

// A schemaWriter writes a schema of a document as the JSON schema of a Model.
type schemaWriter struct {
	im    *importer
	model string // name, for findings
	out   []byte
}

// shape says what a keyword's value holds.
type shape uint8

const (
	shapeValue   shape = iota // anything: copied
	shapeDropped              // no meaning for a validator: left out
	shapeLost                 // left out, and its meaning with it
	shapeSchema               // a schema, or a list of them
	shapeSchemas              // an object of schemas
)

// keywords are those whose values are not copied as they are (§4.2, §4.10).
var keywords = map[string]shape{
	"properties": shapeSchemas, "patternProperties": shapeSchemas, "definitions": shapeSchemas, "dependencies": shapeSchemas,
	"items": shapeSchema, "additionalItems": shapeSchema, "additionalProperties": shapeSchema,
	"not": shapeSchema, "allOf": shapeSchema, "anyOf": shapeSchema, "oneOf": shapeSchema,
	"example": shapeDropped, "examples": shapeDropped, "xml": shapeDropped, "externalDocs": shapeDropped,
	"deprecated": shapeDropped, "readOnly": shapeDropped, "writeOnly": shapeDropped,
	"discriminator": shapeLost, "nullable": shapeLost,
}

// schema writes a schema; a list of schemas and what is no object too.
func (w *schemaWriter) schema(n *node) {
	switch n.kind {
	case kindList:
		w.list(n)
	case kindObject:
		w.object(w.inOrder(n), w.member)
	default:
		w.out = appendJSON(w.out, n)
	}
}

// inOrder are the members of a schema in the order in which AWS keeps them:
// that of exports, in LocalStack's recordings of imported circular models. Of
// Swagger 2 documents nothing is recorded.
func (w *schemaWriter) inOrder(n *node) *node {
	if w.im.dialect.format != OpenAPI30 {
		return n
	}
	place := func(f field) int {
		if i := slices.Index(schemas3.order, f.name); i >= 0 {
			return i
		}
		return len(schemas3.order)
	}
	ordered := *n
	ordered.fields = slices.SortedStableFunc(slices.Values(n.fields), func(a, b field) int { return cmp.Compare(place(a), place(b)) })
	return &ordered
}

func (w *schemaWriter) list(n *node) {
	w.out = append(w.out, '[')
	for i, item := range n.items {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.schema(item)
	}
	w.out = append(w.out, ']')
}

// object writes members with a function that reports whether it wrote one.
func (w *schemaWriter) object(n *node, member func(field) bool) {
	w.out = append(w.out, '{')
	first := true
	for _, f := range n.fields {
		before := len(w.out)
		if !first {
			w.out = append(w.out, ',')
		}
		if !member(f) {
			w.out = w.out[:before]
			continue
		}
		first = false
	}
	w.out = append(w.out, '}')
}

func (w *schemaWriter) member(f field) bool {
	as := keywords[f.name]
	switch {
	case strings.HasPrefix(f.name, "x-") || as == shapeDropped:
		return false
	case as == shapeLost || exclusiveNumber(f):
		if f.value.scalar() != "false" {
			w.im.found.add("unsupported-keyword", f.position, "Unsupported keyword '%s' in the schema of model '%s'. Ignoring.", f.name, w.model)
		}
		return false
	case f.name == "$ref" && f.value.kind == kindText:
		w.reference(f)
		return true
	}
	w.name(f)
	switch as {
	case shapeSchema:
		w.schema(f.value)
	case shapeSchemas:
		w.schemas(f.value)
	default:
		w.out = appendJSON(w.out, w.required(f))
	}
	return true
}

// required are the names that a schema requires, sorted as AWS sorts those of
// OpenAPI 3, and the value of any other member.
func (w *schemaWriter) required(f field) *node {
	if f.name != "required" || f.value.kind != kindList || w.im.dialect.format != OpenAPI30 {
		return f.value
	}
	return sortedTexts(f.value)
}

// exclusiveNumber is whether f is a bound of later JSON schema drafts, whose
// value is a number where draft 04 has a boolean.
func exclusiveNumber(f field) bool {
	return (f.name == "exclusiveMinimum" || f.name == "exclusiveMaximum") && f.value.kind == kindNumber
}

func (w *schemaWriter) name(f field) {
	w.out = append(appendJSONString(w.out, f.name), ':')
}

func (w *schemaWriter) schemas(n *node) {
	if n.kind != kindObject {
		w.out = appendJSON(w.out, n)
		return
	}
	w.object(n, func(f field) bool {
		w.name(f)
		w.schema(f.value)
		return true
	})
}

// reference writes a $ref in API Gateway's form.
func (w *schemaWriter) reference(f field) {
	w.name(f)
	ref := f.value.text
	name, ok := w.im.modelNamed(ref)
	switch {
	case ok && w.im.hasModel(name):
		ref = rule.ModelURL(w.im.opts.RestApiId) + name
	case ok:
		w.refuse(f, rule.UnknownModel(name))
	default: // a URL too, as users of the wzdx schemas met it
		w.refuse(f, rule.ForeignReference)
	}
	w.out = appendJSONString(w.out, ref)
}

func (w *schemaWriter) refuse(f field, finding string) {
	w.im.refuseModel(w.model, f.position, rule.ErrModel(finding))
}
