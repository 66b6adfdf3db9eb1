package openapi

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// A schemaForm is how a version of the format has schemas: where they stand,
// and the order of their members; others come after those, as they are.
type schemaForm struct {
	prefix string
	order  []string
}

// The orders are those of exports on GitHub and in the Developer Guide.
var (
	schemas3 = schemaForm{"#/components/schemas/", []string{
		"title", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern",
		"maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties", "required", "type", "properties",
		"additionalProperties", "description", "format",
	}}
	schemas2 = schemaForm{"#/definitions/", []string{"type", "format", "required", "properties", "title", "description"}}
)

// schemas are the models that methods use, and those that these refer to: no
// export on GitHub has the model Error, which each new API has, unless a
// method uses it.
func (x *exporter) schemas(form schemaForm) *node {
	models := map[string]*apigw.Model{}
	for i := range x.def.Models {
		models[deref(x.def.Models[i].Name)] = &x.def.Models[i]
	}
	schemas := map[string]*node{}
	var export func(name string)
	export = func(name string) {
		m := models[name]
		if m == nil || schemas[name] != nil {
			return
		}
		schemas[name] = objectNode() // while what it refers to is exported
		t, err := readJSON([]byte(deref(m.Schema)), func(s string) string { return s })
		schema := t.root
		if err != nil || schema.kind != kindObject { // an XML model, or one that was never JSON
			schema = objectNode().set("type", textNode("object"))
		}
		schemas[name] = x.weave(form.schema(schema, export), partKey{kind: "MODEL", name: name})
	}
	for _, r := range x.def.Resources {
		for _, m := range r.ResourceMethods {
			for _, name := range m.RequestModels {
				export(name)
			}
			for _, response := range m.MethodResponses {
				for _, name := range response.ResponseModels {
					export(name)
				}
			}
		}
	}
	return objectOf(schemas, hashOrder)
}

// schema is a schema in the form, without $schema and properties that are
// none, what is required sorted,
// and with references within the document, which are told of.
func (form schemaForm) schema(n *node, refersTo func(model string)) *node {
	switch n.kind {
	case kindList:
		return form.list(n, refersTo)
	case kindObject:
	default:
		return n
	}
	members := map[string]*node{}
	for _, f := range n.fields {
		members[f.name] = form.member(f, refersTo)
	}
	delete(members, "$schema")
	if p := members["properties"]; p != nil && len(p.fields) == 0 {
		delete(members, "properties")
	}
	ordered := objectNode()
	for _, name := range form.order {
		if members[name] != nil {
			ordered.set(name, members[name])
			delete(members, name)
		}
	}
	for _, f := range n.fields {
		if members[f.name] != nil {
			ordered.set(f.name, members[f.name])
		}
	}
	return ordered
}

func (form schemaForm) list(n *node, refersTo func(model string)) *node {
	items := make([]*node, len(n.items))
	for i, item := range n.items {
		items[i] = form.schema(item, refersTo)
	}
	return listNode(items...)
}

func (form schemaForm) member(f field, refersTo func(model string)) *node {
	switch keywords[f.name] {
	case shapeSchema:
		return form.schema(f.value, refersTo)
	case shapeSchemas:
		schemas := objectNode()
		for _, s := range f.value.members() {
			schemas.set(s.name, form.schema(s.value, refersTo))
		}
		return schemas
	}
	switch {
	case f.name == "$ref" && strings.HasPrefix(f.value.text, modelURL):
		_, name, _ := strings.Cut(strings.TrimPrefix(f.value.text, modelURL), "/models/")
		refersTo(name)
		return textNode(form.prefix + name)
	case f.name == "required" && f.value.kind == kindList:
		return sortedTexts(f.value)
	}
	return f.value
}

func sortedTexts(list *node) *node {
	return listNode(slices.SortedFunc(slices.Values(list.items), func(a, b *node) int { return strings.Compare(a.text, b.text) })...)
}
