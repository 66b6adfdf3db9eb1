package restjson

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/poterne/poterne/apigw"
)

// HAL is what API Gateway answers to those who do not ask for JSON by name.
// Its forms are those of the samples in AWS's API reference: links first, the
// members in alphabetical order and without the absent ones, embedded
// resources last; a list of one stands as its element; absent members of a
// structure inside are null; times are ISO 8601 (control plane §1.5).

// encodeHAL writes an answer as HAL.
func encodeHAL(m *match, rawQuery string, value reflect.Value) ([]byte, error) {
	h := halWriter{curies: map[string]bool{}}
	shape := m.operation.Output
	var doc object
	var err error
	if items := listItems(shape); items != nil {
		doc, err = h.page(m, rawQuery, items, value)
	} else if kind, ok := halKinds()[shape.Name]; ok {
		doc, err = h.resource(kind, shape, value, m.labels)
	} else {
		doc, err = h.plain(m, shape, value)
	}
	if err != nil {
		return nil, err
	}
	doc.links.curies = h.curieLinks()
	return doc.bytes()
}

// listItems is the member of a list's answer that has its items.
func listItems(shape *apigw.Shape) *apigw.Member {
	for i, m := range shape.Members {
		if m.Wire == "item" && m.Shape.Kind == apigw.KindList {
			return &shape.Members[i]
		}
	}
	return nil
}

// A halWriter notes which curies the links of a document need.
type halWriter struct{ curies map[string]bool }

// page is the answer of a list operation.
func (h *halWriter) page(m *match, rawQuery string, items *apigw.Member, value reflect.Value) (object, error) {
	shape := items.Shape.Of
	kind := halKinds()[shape.Name]
	list := value.Field(items.Index)
	doc := object{embedded: map[string][]object{"item": {}}}
	doc.links = links{self: link{Href: withQuery(m.path, rawQuery)}, others: map[string][]link{}}
	for _, l := range kind.collection {
		h.add(doc.links.others, l, m.labels, reflect.Value{}, nil)
	}
	for i := range list.Len() {
		item, err := h.resource(kind, shape, list.Index(i), m.labels)
		if err != nil {
			return object{}, err
		}
		doc.embedded["item"] = append(doc.embedded["item"], item)
		doc.links.others["item"] = append(doc.links.others["item"], link{Href: item.links.self.Href})
	}
	addPageLinks(&doc, m, rawQuery, value)
	return doc, nil
}

// addPageLinks leads to the page after this one and to the first.
func addPageLinks(doc *object, m *match, rawQuery string, value reflect.Value) {
	query, err := url.ParseQuery(rawQuery)
	if err != nil { // the route has read it before
		return
	}
	if query.Has("position") {
		query.Del("position")
		doc.links.others["first"] = []link{{Href: withQuery(m.path, query.Encode())}}
	}
	position, ok := memberNamed(m.operation.Output, "position")
	if !ok || value.Field(position.Index).IsNil() {
		return
	}
	query.Set("position", value.Field(position.Index).Elem().String())
	doc.links.others["next"] = []link{{Href: withQuery(m.path, query.Encode())}}
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

func memberNamed(shape *apigw.Shape, wire string) (*apigw.Member, bool) {
	for i, m := range shape.Members {
		if m.Wire == wire {
			return &shape.Members[i], true
		}
	}
	return nil, false
}

// plain is an answer that is no resource of its own: its link is the request.
func (h *halWriter) plain(m *match, shape *apigw.Shape, value reflect.Value) (object, error) {
	return object{
		links:   links{self: link{Href: m.path}},
		members: stateOf(shape, value, nil),
	}, nil
}

// resource is a value that has a place in the API, with the resources in it.
func (h *halWriter) resource(kind halKind, shape *apigw.Shape, value reflect.Value, labels map[string]string) (object, error) {
	labels = maps.Clone(labels)
	name := ""
	if kind.key != "" {
		name = textOf(shape, value, kind.key)
		labels[kind.label()] = name
	}
	doc := object{links: links{others: map[string][]link{}}, embedded: map[string][]object{}}
	doc.links.self = link{Href: fill(kind.self, labels, nil)}
	if kind.naming >= titled {
		doc.links.self.Title = name
	}
	if kind.naming == titledAndNamed {
		doc.links.self.Name = name
	}
	member := func(wire string) string { return textOf(shape, value, wire) }
	for _, l := range kind.links {
		h.add(doc.links.others, l, labels, value, member)
	}
	for _, e := range kind.embeds {
		if err := h.embed(&doc, e, shape, value, labels); err != nil {
			return object{}, err
		}
	}
	doc.members = stateOf(shape, value, kind.embeds)
	return doc, nil
}

// embed puts the resources of a member under _embedded and links to them.
func (h *halWriter) embed(doc *object, e halEmbed, shape *apigw.Shape, value reflect.Value, labels map[string]string) error {
	m, ok := memberNamed(shape, e.member)
	if !ok {
		return nil
	}
	of := m.Shape
	if of.Kind == apigw.KindMap {
		of = of.Of
	}
	for _, v := range resourcesIn(value.Field(m.Index)) {
		child, err := h.resource(halKinds()[of.Name], of, v, labels)
		if err != nil {
			return err
		}
		child.links.self.Name = child.links.self.Title
		h.note(e.rel)
		doc.links.others[e.rel] = append(doc.links.others[e.rel], child.links.self)
		doc.embedded[e.rel] = append(doc.embedded[e.rel], child)
	}
	return nil
}

// resourcesIn are the structs behind a pointer or in a map, by key.
func resourcesIn(field reflect.Value) []reflect.Value {
	if field.IsNil() {
		return nil
	}
	if field.Kind() == reflect.Pointer {
		return []reflect.Value{field.Elem()}
	}
	keys := field.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	found := make([]reflect.Value, 0, len(keys))
	for _, key := range keys {
		if v := field.MapIndex(key); !v.IsNil() {
			found = append(found, v.Elem())
		}
	}
	return found
}

// add puts l among the links, if it applies to the value.
func (h *halWriter) add(into map[string][]link, l halLink, labels map[string]string, value reflect.Value, member func(string) string) {
	if l.when != "" && (!value.IsValid() || member(l.when) == "") {
		return
	}
	h.note(l.rel)
	href := fill(l.href, labels, member)
	into[l.rel] = []link{{Href: href, Templated: strings.Contains(href, "{")}}
}

// note keeps the curie of a relation: "method" of "method:put".
func (h *halWriter) note(rel string) {
	if curie, _, ok := strings.Cut(rel, ":"); ok {
		h.curies[curie] = true
	}
}

func (h *halWriter) curieLinks() []link {
	var all []link
	for _, name := range slices.Sorted(maps.Keys(h.curies)) {
		page := "restapi-" + name
		if special, ok := curiePages[name]; ok {
			page = special
		}
		all = append(all, link{Href: "https://docs.aws.amazon.com/apigateway/latest/developerguide/" + page + "-{rel}.html", Name: name, Templated: true})
	}
	return all
}

// fill puts labels and, as {.name}, members of the value into an href; what is
// not known stays as a template. {!label} is a template though it is known.
func fill(href string, labels map[string]string, member func(string) string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(href, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		href = after
		open, isOpen := strings.CutPrefix(name, "!")
		if wire, ok := strings.CutPrefix(name, "."); ok {
			b.WriteString(url.PathEscape(member(wire)))
		} else if value, ok := labels[name]; ok {
			b.WriteString(url.PathEscape(value))
		} else if isOpen {
			b.WriteString("{" + open + "}")
		} else {
			b.WriteString("{" + name + "}")
		}
	}
}

// textOf is a member's text, "" for an absent or false one.
func textOf(shape *apigw.Shape, value reflect.Value, wire string) string {
	m, ok := memberNamed(shape, wire)
	if !ok {
		return ""
	}
	field := value.Field(m.Index)
	if field.Kind() == reflect.Pointer {
		if field.IsNil() {
			return ""
		}
		field = field.Elem()
	}
	switch field.Kind() {
	case reflect.String:
		return field.String()
	case reflect.Bool:
		if field.Bool() {
			return "true"
		}
	}
	return ""
}

// stateOf are the members that are present and not embedded.
func stateOf(shape *apigw.Shape, value reflect.Value, embeds []halEmbed) map[string]any {
	state := map[string]any{}
	for _, m := range shape.Members {
		field := value.Field(m.Index)
		embedded := slices.ContainsFunc(embeds, func(e halEmbed) bool { return e.member == m.Wire })
		if embedded || m.In != apigw.InBody || isAbsent(field) {
			continue
		}
		state[m.Wire] = halValue(m.Shape, field)
	}
	return state
}

func isAbsent(field reflect.Value) bool {
	switch field.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return field.IsNil()
	}
	return false
}

// halValue is a value inside a resource.
func halValue(shape *apigw.Shape, field reflect.Value) any {
	if isAbsent(field) {
		return nil
	}
	if field.Kind() == reflect.Pointer {
		field = field.Elem()
	}
	switch shape.Kind {
	case apigw.KindStructure:
		inner := map[string]any{}
		for _, m := range shape.Members {
			inner[m.Wire] = halValue(m.Shape, field.Field(m.Index))
		}
		return inner
	case apigw.KindList:
		return halList(shape, field)
	case apigw.KindMap:
		inner := map[string]any{}
		for _, key := range field.MapKeys() {
			inner[key.String()] = halValue(shape.Of, field.MapIndex(key))
		}
		return inner
	case apigw.KindTimestamp:
		return field.Interface().(apigw.Timestamp).UTC().Format(time.RFC3339)
	}
	return field.Interface()
}

// halList is a list, or the element of a list of one.
func halList(shape *apigw.Shape, field reflect.Value) any {
	list := make([]any, field.Len())
	for i := range list {
		list[i] = halValue(shape.Of, field.Index(i))
	}
	return oneOrAll(list)
}
