package control

import (
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/store"
)

// A DocumentationPart is a document under its id; of two parts of one API no
// two have the same location (control plane §2.22).

const noPart = "Invalid Documentation part identifier specified"

func (t *tx) partKey(api, id string) store.Key {
	return t.key("restapis", api, "documentationparts", id)
}

func (t *tx) documentationPart(api, id string) (*apigw.DocumentationPart, error) {
	part, err := load[apigw.DocumentationPart](t, t.partKey(api, id))
	if err == nil && part == nil {
		err = apigw.NotFound(noPart)
	}
	return part, err
}

func (t *tx) createDocumentationPart(in *apigw.CreateDocumentationPartInput) (*apigw.DocumentationPart, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	made := []apigw.DocumentationPart{{Location: in.Location, Properties: &in.Properties}}
	part := &made[0]
	if err := rule.DocumentationPart(part); err != nil {
		return nil, err
	}
	there, err := t.partIds(in.RestApiId)
	if err != nil {
		return nil, err
	}
	if _, exists := there[locationName(part.Location)]; exists {
		return nil, rule.ErrPartExists(part.Location)
	}
	return part, t.saveParts(in.RestApiId, made, there)
}

// partIds are the ids of an API's parts by location.
func (t *tx) partIds(api string) (map[string]string, error) {
	ids := map[string]string{}
	for part, err := range scan[apigw.DocumentationPart](t, t.key("restapis", api, "documentationparts")) {
		if err != nil {
			return nil, err
		}
		ids[locationName(part.Location)] = *part.Id
	}
	return ids, nil
}

// saveParts stores parts, each under the id that its location has in there, or
// a new one, noted there.
func (t *tx) saveParts(api string, parts []apigw.DocumentationPart, there map[string]string) error {
	for i := range parts {
		part := &parts[i]
		id, ok := there[locationName(part.Location)]
		if !ok {
			var err error
			if id, err = t.newID("documentationpart", func(id string) store.Key { return t.partKey(api, id) }); err != nil {
				return err
			}
			there[locationName(part.Location)] = id
		}
		part.Id = &id
		if err := t.save(t.partKey(api, id), part); err != nil {
			return err
		}
	}
	if len(there) > t.deps.Quotas.DocumentationPartsPerApi {
		return errQuota("documentation parts", "this API")
	}
	return nil
}

func (t *tx) getDocumentationPart(in *apigw.GetDocumentationPartInput) (*apigw.DocumentationPart, error) {
	return t.documentationPart(in.RestApiId, in.DocumentationPartId)
}

func (t *tx) getDocumentationParts(in *apigw.GetDocumentationPartsInput) (*apigw.DocumentationParts, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	parts, err := t.partsOf(in)
	if err != nil {
		return nil, err
	}
	parts = slices.DeleteFunc(parts, func(p *apigw.DocumentationPart) bool { return !partWanted(p.Location, in) })
	slices.SortFunc(parts, func(a, b *apigw.DocumentationPart) int {
		return strings.Compare(locationName(a.Location), locationName(b.Location))
	})
	page, position, err := paginate(parts, func(p *apigw.DocumentationPart) string { return locationName(p.Location) }, in.Position, in.Limit)
	answer := &apigw.DocumentationParts{Items: []apigw.DocumentationPart{}, Position: position}
	for _, part := range page {
		answer.Items = append(answer.Items, *part)
	}
	return answer, err
}

// partsOf are the parts there are, or, with locationStatus UNDOCUMENTED, the
// places that have none, without id and properties.
func (t *tx) partsOf(in *apigw.GetDocumentationPartsInput) ([]*apigw.DocumentationPart, error) {
	parts, err := collect(scan[apigw.DocumentationPart](t, t.key("restapis", in.RestApiId, "documentationparts")))
	if err != nil || deref(in.LocationStatus) != apigw.LocationStatusTypeUndocumented {
		return parts, err
	}
	documented := map[string]bool{}
	for _, part := range parts {
		documented[locationName(part.Location)] = true
	}
	definition, err := t.definition(in.RestApiId)
	if err != nil {
		return nil, err
	}
	var missing []*apigw.DocumentationPart
	for _, location := range placesToDocument(definition) {
		if !documented[locationName(location)] {
			missing = append(missing, &apigw.DocumentationPart{Location: location})
		}
	}
	return missing, nil
}

// placesToDocument are the parts of an API that documentation can speak of.
func placesToDocument(d *apigw.Definition) []*apigw.DocumentationPartLocation {
	places := []*apigw.DocumentationPartLocation{{Type: apigw.DocumentationPartTypeAPI}}
	for _, a := range d.Authorizers {
		places = append(places, &apigw.DocumentationPartLocation{Type: apigw.DocumentationPartTypeAuthorizer, Name: a.Name})
	}
	for _, m := range d.Models {
		places = append(places, &apigw.DocumentationPartLocation{Type: apigw.DocumentationPartTypeModel, Name: m.Name})
	}
	for _, r := range d.Resources {
		places = append(places, &apigw.DocumentationPartLocation{Type: apigw.DocumentationPartTypeResource, Path: r.Path})
		for _, verb := range slices.Sorted(maps.Keys(r.ResourceMethods)) {
			places = append(places, methodToDocument(r.Path, verb, r.ResourceMethods[verb])...)
		}
	}
	return places
}

var parameterParts = map[string]string{
	"path":        apigw.DocumentationPartTypePathParameter,
	"querystring": apigw.DocumentationPartTypeQueryParameter,
	"header":      apigw.DocumentationPartTypeRequestHeader,
}

func methodToDocument(path *string, verb string, m *apigw.Method) []*apigw.DocumentationPartLocation {
	places := []*apigw.DocumentationPartLocation{{Type: apigw.DocumentationPartTypeMethod, Path: path, Method: &verb}}
	for _, key := range slices.Sorted(maps.Keys(m.RequestParameters)) { // method.request.header.X
		place, name, _ := strings.Cut(strings.TrimPrefix(key, "method.request."), ".")
		places = append(places, &apigw.DocumentationPartLocation{Type: parameterParts[place], Path: path, Method: &verb, Name: &name})
	}
	if len(m.RequestModels) > 0 {
		places = append(places, &apigw.DocumentationPartLocation{Type: apigw.DocumentationPartTypeRequestBody, Path: path, Method: &verb})
	}
	for _, code := range slices.Sorted(maps.Keys(m.MethodResponses)) {
		places = append(places, responseToDocument(path, verb, code, m.MethodResponses[code])...)
	}
	return places
}

func responseToDocument(path *string, verb, code string, r *apigw.MethodResponse) []*apigw.DocumentationPartLocation {
	at := apigw.DocumentationPartLocation{Type: apigw.DocumentationPartTypeResponse, Path: path, Method: &verb, StatusCode: &code}
	places := []*apigw.DocumentationPartLocation{&at}
	for _, key := range slices.Sorted(maps.Keys(r.ResponseParameters)) { // method.response.header.X
		header := at
		header.Type, header.Name = apigw.DocumentationPartTypeResponseHeader, new(strings.TrimPrefix(key, "method.response.header."))
		places = append(places, &header)
	}
	if len(r.ResponseModels) > 0 {
		body := at
		body.Type = apigw.DocumentationPartTypeResponseBody
		places = append(places, &body)
	}
	return places
}

// partWanted: the filters of a list; name is a prefix, as in other lists.
func partWanted(l *apigw.DocumentationPartLocation, in *apigw.GetDocumentationPartsInput) bool {
	return (in.Type == nil || l.Type == *in.Type) &&
		(in.Path == nil || deref(l.Path) == *in.Path) &&
		(in.NameQuery == nil || strings.HasPrefix(deref(l.Name), *in.NameQuery))
}

var documentationPartPatches = patchTable[apigw.DocumentationPart]{familyA, []patchRule[apigw.DocumentationPart]{
	{path: "/properties", ops: replace, apply: patchProperties},
}}

func patchProperties(part *apigw.DocumentationPart, p *patch) error {
	part.Properties = new(p.text())
	return rule.DocumentationProperties(p.text())
}

func (t *tx) updateDocumentationPart(in *apigw.UpdateDocumentationPartInput) (*apigw.DocumentationPart, error) {
	part, err := t.documentationPart(in.RestApiId, in.DocumentationPartId)
	if err != nil {
		return nil, err
	}
	if err := documentationPartPatches.apply(part, in.PatchOperations); err != nil {
		return nil, err
	}
	return part, t.save(t.partKey(in.RestApiId, *part.Id), part)
}

func (t *tx) deleteDocumentationPart(in *apigw.DeleteDocumentationPartInput) error {
	if _, err := t.restApi(in.RestApiId); err != nil { // AF-117
		return err
	}
	if _, err := t.documentationPart(in.RestApiId, in.DocumentationPartId); err != nil {
		return err
	}
	return t.Delete(t.partKey(in.RestApiId, in.DocumentationPartId))
}

// importDocumentationParts takes the parts of an OpenAPI document; with mode
// overwrite they replace all there are.
func (t *tx) importDocumentationParts(in *apigw.ImportDocumentationPartsInput) (*apigw.DocumentationPartIds, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	parts, _, err := openapi.ImportDocumentation(in.Body, openapi.Options{RestApiId: in.RestApiId, MaxBytes: t.deps.Quotas.DocumentBytes})
	if err != nil { // AF-115
		return nil, apigw.BadRequest("Unable to build importer with provided input.")
	}
	if deref(in.Mode) == apigw.PutModeOverwrite {
		if err := t.deleteAll(t.key("restapis", in.RestApiId, "documentationparts")); err != nil {
			return nil, err
		}
	}
	there, err := t.partIds(in.RestApiId)
	if err != nil {
		return nil, err
	}
	if err := t.saveParts(in.RestApiId, parts, there); err != nil {
		return nil, err
	}
	answer := &apigw.DocumentationPartIds{Ids: []string{}}
	for _, part := range parts {
		answer.Ids = append(answer.Ids, *part.Id)
	}
	return answer, nil
}
