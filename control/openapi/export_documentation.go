package openapi

import (
	"strings"

	"github.com/poterne/poterne/apigw"
)

// indexParts reads the properties of the documentation parts.
func (x *exporter) indexParts() {
	x.parts = map[partKey]*node{}
	for _, p := range x.opts.Parts {
		properties := propertiesOf(p)
		if properties == nil || p.Location == nil {
			continue
		}
		key := keyOf(*p.Location)
		if info := properties.get("info"); key.kind == "API" && info != nil {
			x.parts[partKey{kind: documentPart}] = properties
			properties = info
		}
		x.parts[key] = properties
	}
}

// propertiesOf are a part's properties if they are a JSON object, else nil.
func propertiesOf(p apigw.DocumentationPart) *node {
	t, err := readJSON([]byte(deref(p.Properties)), func(s string) string { return s })
	if err != nil || t.root.kind != kindObject {
		return nil
	}
	return t.root
}

// woven are the members of documentation that OpenAPI has a place for.
var woven = map[string]bool{"summary": true, "description": true, "tags": true, "deprecated": true, "externalDocs": true}

// documentPart stands for what a part of the API says beside its info.
const documentPart = "DOCUMENT"

// weave puts documentation into the object that it is about, its extensions
// behind the others (Developer Guide, "Export API documentation").
func (x *exporter) weave(n *node, at partKey) *node {
	x.weaveKnown(n, at)
	return x.weaveExtensions(n, at)
}

func (x *exporter) weaveKnown(n *node, at partKey) {
	for _, f := range x.parts[at].members() {
		if woven[f.name] {
			n.set(f.name, f.value)
		}
	}
}

func (x *exporter) weaveExtensions(n *node, at partKey) *node {
	for _, f := range x.parts[at].members() {
		if strings.HasPrefix(f.name, "x-") {
			n.set(f.name, f.value)
		}
	}
	return n
}

// documentation is the extension that has all parts.
func (x *exporter) documentation() *node {
	list := &node{kind: kindList}
	for _, p := range x.opts.Parts {
		if p.Location == nil {
			continue
		}
		part := objectNode().set("location", locationNode(*p.Location))
		if properties := propertiesOf(p); properties != nil {
			part.set("properties", properties)
		} else {
			part.set("properties", textNode(deref(p.Properties)))
		}
		list.items = append(list.items, part)
	}
	n := objectNode()
	n.setText("version", optional(x.opts.DocumentationVersion))
	if made := x.opts.DocumentationCreatedDate; made != nil {
		n.set("createdDate", textNode(made.UTC().Format(exportedTime)))
	}
	return n.set("documentationParts", list)
}

func locationNode(l apigw.DocumentationPartLocation) *node {
	n := objectNode().set("type", textNode(l.Type))
	n.setText("path", l.Path)
	n.setText("method", l.Method)
	n.setText("statusCode", l.StatusCode)
	n.setText("name", l.Name)
	return n
}
