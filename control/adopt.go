package control

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/store"
)

// An adoption stores what a document says under a RestApi that exists, in the
// transaction of its tx. In a document's Definition references are paths and
// names; here they become ids.
type adoption struct {
	tx   *tx
	api  *apigw.RestApi
	doc  *openapi.Document
	mode adoptionMode

	authorizers map[string]string // id by name: those there were, then the document's
	validators  map[string]string
	kept        map[string]bool // Resources by id that were there before
	refusals    []string        // one for each part that is refused
}

// adoptionMode says what becomes of what a RestApi has and the document has
// not (control plane §4.6).
type adoptionMode int

const (
	// merge keeps it.
	merge adoptionMode = iota
	// overwrite drops it; Resources of the same path keep their ids.
	overwrite
	// replaceWhole is overwrite without its new cache namespaces, so that the
	// same document makes the same definition.
	replaceWhole
)

// adopt stores doc under api, all of it or nothing.
func (t *tx) adopt(api *apigw.RestApi, doc *openapi.Document, mode adoptionMode) error {
	a := &adoption{tx: t, api: api, doc: doc, mode: mode}
	for _, step := range adoptionSteps {
		if err := step(a); err != nil {
			return err
		}
	}
	if len(a.refusals) > 0 {
		return apigw.BadRequest("%s", "Errors found during import:\n\t"+strings.Join(a.refusals, "\n\t"))
	}
	return nil
}

// adoptionSteps are in order: what a Method refers to before the Methods.
var adoptionSteps = []func(*adoption) error{
	(*adoption).settings,
	(*adoption).noteWhatIs,
	(*adoption).dropWhatIs,
	(*adoption).models,
	(*adoption).requestValidators,
	(*adoption).addAuthorizers,
	(*adoption).gatewayResponses,
	(*adoption).documentation,
	(*adoption).resources,
}

// refuse keeps an *apigw.Error of one part, so that all are told at once; any
// other error ends the import.
func (a *adoption) refuse(unable string, err error) error {
	var known *apigw.Error
	if !errors.As(err, &known) {
		return err
	}
	a.refusals = append(a.refusals, unable+known.Message)
	return nil
}

// settings are the members of the RestApi. Its id, endpoint types and tags stay
// (AF-159).
func (a *adoption) settings() error {
	given := &a.doc.Definition.RestApi
	if a.mode != merge {
		a.api.Description, a.api.Version, a.api.Policy = nil, nil, nil
		a.api.BinaryMediaTypes, a.api.MinimumCompressionSize = nil, nil
		a.api.ApiKeySource, a.api.DisableExecuteApiEndpoint = nil, nil
	}
	for _, member := range []struct{ to, from **string }{
		{&a.api.Name, &given.Name},
		{&a.api.Description, &given.Description},
		{&a.api.Version, &given.Version},
		{&a.api.Policy, &given.Policy},
		{&a.api.ApiKeySource, &given.ApiKeySource},
		{&a.api.SecurityPolicy, &given.SecurityPolicy},
		{&a.api.EndpointAccessMode, &given.EndpointAccessMode},
	} {
		overlay(member.to, *member.from)
	}
	overlay(&a.api.MinimumCompressionSize, given.MinimumCompressionSize)
	overlay(&a.api.DisableExecuteApiEndpoint, given.DisableExecuteApiEndpoint)
	for _, mediaType := range given.BinaryMediaTypes {
		if !slices.Contains(a.api.BinaryMediaTypes, mediaType) {
			a.api.BinaryMediaTypes = append(a.api.BinaryMediaTypes, mediaType)
		}
	}
	a.endpoint(given.EndpointConfiguration)
	setApiDefaults(a.api)
	if err := a.tx.checkRestApi(a.api); err != nil {
		return err
	}
	return a.tx.saveRestApi(a.api)
}

// endpoint takes over what the document says of the endpoint; its types are
// the caller's, at the creation of the RestApi.
func (a *adoption) endpoint(given *apigw.EndpointConfiguration) {
	if given == nil || a.api.EndpointConfiguration == nil {
		return
	}
	if given.VpcEndpointIds != nil {
		a.api.EndpointConfiguration.VpcEndpointIds = given.VpcEndpointIds
	}
	overlay(&a.api.EndpointConfiguration.IpAddressType, given.IpAddressType)
}

func overlay[T any](to **T, from *T) {
	if from != nil {
		*to = from
	}
}

// noteWhatIs remembers the ids that names and paths have, for they keep them.
func (a *adoption) noteWhatIs() error {
	a.authorizers, a.validators, a.kept = map[string]string{}, map[string]string{}, map[string]bool{}
	for authorizer, err := range scan[apigw.Authorizer](a.tx, a.key("authorizers")) {
		if err != nil {
			return err
		}
		a.authorizers[deref(authorizer.Name)] = *authorizer.Id
	}
	for validator, err := range scan[apigw.RequestValidator](a.tx, a.key("requestvalidators")) {
		if err != nil {
			return err
		}
		a.validators[deref(validator.Name)] = *validator.Id
	}
	return nil
}

// dropWhatIs deletes everything but the Resources that the document has too.
func (a *adoption) dropWhatIs() error {
	if a.mode == merge {
		return nil
	}
	for _, kind := range []string{"methods", "models", "requestvalidators", "authorizers", "gatewayresponses", "documentationparts"} {
		if err := a.tx.deleteAll(a.key(kind)); err != nil {
			return err
		}
	}
	paths := map[string]bool{}
	for _, resource := range a.doc.Definition.Resources {
		paths[*resource.Path] = true
	}
	tree, err := a.tx.tree(*a.api.Id)
	if err != nil {
		return err
	}
	for _, resource := range tree.sorted() {
		if paths[*resource.Path] || resource.ParentId == nil {
			continue
		}
		if err := a.tx.Delete(a.tx.resourceKey(*a.api.Id, *resource.Id)); err != nil {
			return err
		}
		delete(tree.byId, *resource.Id)
	}
	return nil
}

func (a *adoption) key(segments ...string) (key store.Key) {
	return a.tx.apiKey(*a.api.Id).Child(segments...)
}

func (a *adoption) models() error {
	for _, model := range a.doc.Definition.Models {
		key := a.key("models", *model.Name)
		existing, err := load[apigw.Model](a.tx, key)
		if err != nil {
			return err
		}
		model.Id = new(a.tx.deps.NewID("model"))
		if existing != nil {
			model.Id = existing.Id
		}
		if err := a.tx.save(key, &model); err != nil {
			return err
		}
	}
	return nil
}

func (a *adoption) requestValidators() error {
	for _, validator := range a.doc.Definition.RequestValidators {
		id, err := a.idOf(a.validators, *validator.Name, "requestvalidator", "requestvalidators")
		if err != nil {
			return err
		}
		validator.Id = &id
		if err := a.tx.save(a.key("requestvalidators", id), &validator); err != nil {
			return err
		}
	}
	return nil
}

func (a *adoption) addAuthorizers() error {
	for _, authorizer := range a.doc.Definition.Authorizers {
		id, err := a.idOf(a.authorizers, *authorizer.Name, "authorizer", "authorizers")
		if err != nil {
			return err
		}
		authorizer.Id = &id
		if err := a.tx.save(a.key("authorizers", id), &authorizer); err != nil {
			return err
		}
	}
	if len(a.authorizers) > a.tx.deps.Quotas.AuthorizersPerApi {
		return errQuota("Authorizers", "this API")
	}
	return nil
}

// idOf is the id that name has in ids, or a new one, noted there.
func (a *adoption) idOf(ids map[string]string, name, kind, branch string) (string, error) {
	if id, ok := ids[name]; ok {
		return id, nil
	}
	id, err := a.tx.newID(kind, func(id string) store.Key { return a.key(branch, id) })
	ids[name] = id
	return id, err
}

func (a *adoption) gatewayResponses() error {
	for _, response := range a.doc.Definition.GatewayResponses {
		if err := a.tx.save(a.key("gatewayresponses", *response.ResponseType), &response); err != nil {
			return err
		}
	}
	return nil
}

// documentation stores the parts; one of the same location is replaced.
func (a *adoption) documentation() error {
	there, err := a.tx.partIds(*a.api.Id)
	if err != nil {
		return err
	}
	parts := slices.Clone(a.doc.DocumentationParts)
	if err := a.tx.saveParts(*a.api.Id, parts, there); err != nil {
		return err
	}
	version := a.doc.DocumentationVersion
	if version == "" {
		return nil
	}
	return a.tx.save(a.key("documentationversions", version), &documentationVersion{
		DocumentationVersion: apigw.DocumentationVersion{Version: &version, CreatedDate: apigw.NewTimestamp(a.tx.deps.Now())},
		Parts:                parts,
	})
}

// locationName is a text that two locations share only if they are the same.
func locationName(l *apigw.DocumentationPartLocation) string {
	if l == nil {
		return ""
	}
	return strings.Join([]string{l.Type, deref(l.Path), deref(l.Method), deref(l.StatusCode), deref(l.Name)}, "\x00")
}

// resources adds the paths that are new, parents first, and stores the Methods
// of each.
func (a *adoption) resources() error {
	tree, err := a.tx.tree(*a.api.Id)
	if err != nil {
		return err
	}
	ids := map[string]string{}
	for _, resource := range tree.sorted() {
		ids[*resource.Path] = *resource.Id
		a.kept[*resource.Id] = true
	}
	for i := range a.doc.Definition.Resources {
		resource := &a.doc.Definition.Resources[i]
		if err := a.resource(tree, ids, resource); err != nil {
			return err
		}
		if id, ok := ids[*resource.Path]; ok {
			if err := a.methods(id, resource); err != nil {
				return err
			}
		}
	}
	return nil
}

// resource adds one path, unless it is there. A path that is refused gets no
// id, and neither do those below it.
func (a *adoption) resource(tree *tree, ids map[string]string, given *apigw.Resource) error {
	if _, exists := ids[*given.Path]; exists {
		return nil
	}
	parent, ok := ids[*given.ParentId]
	if !ok {
		return nil
	}
	resource := &apigw.Resource{ParentId: &parent, PathPart: given.PathPart, Path: given.Path}
	if err := tree.checkPlace(resource); err != nil {
		return a.refuse("Unable to create resource at path '"+*given.Path+"': ", err)
	}
	if len(tree.byId) >= a.tx.deps.Quotas.ResourcesPerApi {
		return errQuota("Resources", "this API")
	}
	id, err := a.tx.newID("resource", func(id string) store.Key { return a.tx.resourceKey(*a.api.Id, id) })
	if err != nil {
		return err
	}
	resource.Id, ids[*given.Path], tree.byId[id] = &id, id, resource
	return a.tx.saveResource(*a.api.Id, resource)
}

// methods stores the Methods of a Resource, each replacing the one there was.
func (a *adoption) methods(resource string, given *apigw.Resource) error {
	namespace := resource
	if a.mode == overwrite && a.kept[resource] { // AF-160
		namespace = a.tx.deps.NewID("resource")
	}
	for _, verb := range slices.Sorted(maps.Keys(given.ResourceMethods)) {
		method := a.resolved(given.ResourceMethods[verb], namespace)
		ref := methodRef{*a.api.Id, resource, verb}
		if err := a.checkMethod(ref, *given.Path, method); err != nil {
			return err
		}
		if err := a.tx.save(a.tx.methodKey(ref), method); err != nil {
			return err
		}
	}
	return nil
}

// resolved is a copy of a document's Method with ids for names and with the
// defaults; the document stays as it is, for the transaction may run again.
func (a *adoption) resolved(given *apigw.Method, namespace string) *apigw.Method {
	method := *given
	if method.AuthorizerId != nil {
		method.AuthorizerId = new(a.authorizers[*method.AuthorizerId])
	}
	if method.RequestValidatorId != nil {
		method.RequestValidatorId = new(a.validators[*method.RequestValidatorId])
	}
	setDefault(&method.ApiKeyRequired, false)
	if method.MethodIntegration != nil {
		integration := *method.MethodIntegration
		setIntegrationDefaults(&integration, namespace)
		method.MethodIntegration = &integration
	}
	return &method
}

// checkMethod holds a Method and what is inside against the rules of the Put
// operations: the document was checked by itself, not against this server.
func (a *adoption) checkMethod(ref methodRef, path string, method *apigw.Method) error {
	refuse := func(part string, err error) error { return a.refuse(rule.UnableToPut(part, ref.verb, path), err) }
	if err := a.tx.checkMethod(ref.api, method); err != nil {
		return refuse("method", err)
	}
	for _, status := range slices.Sorted(maps.Keys(method.MethodResponses)) {
		if err := a.tx.checkMethodResponse(ref.api, method.MethodResponses[status]); err != nil {
			return refuse("method response", err)
		}
	}
	if method.MethodIntegration == nil {
		return nil
	}
	place := rule.Place{Method: method, Path: path, Server: a.tx.ruleServer(), InDocument: true}
	if err := rule.Integration(method.MethodIntegration, place); err != nil {
		return refuse("integration", err)
	}
	for _, status := range slices.Sorted(maps.Keys(method.MethodIntegration.IntegrationResponses)) {
		if err := rule.IntegrationResponse(method.MethodIntegration.IntegrationResponses[status], place); err != nil {
			return refuse("integration response", err)
		}
	}
	return nil
}
