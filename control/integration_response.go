package control

import (
	"maps"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// IntegrationResponses are kept inside their Method's document, under their
// status code: each operation reads and writes that one document
// (control plane §2.6).

func (t *tx) putIntegrationResponse(in *apigw.PutIntegrationResponseInput) (*apigw.IntegrationResponse, error) {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if err != nil {
		return nil, err
	}
	if method.MethodIntegration == nil {
		return nil, apigw.NotFound(noIntegration)
	}
	response := newIntegrationResponse(in)
	if err := rule.IntegrationResponse(response, rule.Place{Method: method, Server: t.ruleServer()}); err != nil {
		return nil, err
	}
	setIntegrationResponse(method.MethodIntegration, response)
	return response, t.save(t.methodKey(ref), method)
}

func newIntegrationResponse(in *apigw.PutIntegrationResponseInput) *apigw.IntegrationResponse {
	return &apigw.IntegrationResponse{
		StatusCode:         &in.StatusCode,
		SelectionPattern:   in.SelectionPattern, // "" is kept apart from none (AF-079)
		ResponseParameters: in.ResponseParameters,
		ResponseTemplates:  storedTemplates(in.ResponseTemplates),
		ContentHandling:    in.ContentHandling,
	}
}

func setIntegrationResponse(integration *apigw.Integration, response *apigw.IntegrationResponse) {
	if integration.IntegrationResponses == nil {
		integration.IntegrationResponses = map[string]*apigw.IntegrationResponse{}
	}
	integration.IntegrationResponses[*response.StatusCode] = response
}

func (t *tx) getIntegrationResponse(in *apigw.GetIntegrationResponseInput) (*apigw.IntegrationResponse, error) {
	method, err := t.method(methodRef{in.RestApiId, in.ResourceId, in.HttpMethod})
	if err != nil {
		return nil, err
	}
	return integrationResponse(method, in.StatusCode)
}

var integrationResponsePatches = patchTable[apigw.IntegrationResponse]{familyB, []patchRule[apigw.IntegrationResponse]{
	{path: "/selectionPattern", ops: replace,
		apply: setText(func(r *apigw.IntegrationResponse) **string { return &r.SelectionPattern })},
	{path: "/contentHandling", ops: replace,
		apply: setEnumeration(func(r *apigw.IntegrationResponse) **string { return &r.ContentHandling }, rule.ContentHandlings)},
	// AWS's own example of the command replaces a header that the response need
	// not have yet.
	{path: "/responseParameters/*", ops: add | replace | remove,
		apply: putEntry(func(r *apigw.IntegrationResponse) *map[string]string { return &r.ResponseParameters }, (*patch).text, noParameter)},
	{path: "/responseTemplates/*", ops: add | replace | remove,
		apply: setEntry(func(r *apigw.IntegrationResponse) *apigw.Templates { return &r.ResponseTemplates }, templateValue, noContentType)},
}}

func (t *tx) updateIntegrationResponse(in *apigw.UpdateIntegrationResponseInput) (*apigw.IntegrationResponse, error) {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if err != nil {
		return nil, err
	}
	response, err := integrationResponse(method, in.StatusCode)
	if err != nil {
		return nil, err
	}
	if err := integrationResponsePatches.apply(response, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := rule.IntegrationResponse(response, rule.Place{Method: method, Server: t.ruleServer()}); err != nil {
		return nil, err
	}
	return response, t.save(t.methodKey(ref), method)
}

// deleteIntegrationResponse answers for a missing method as if the integration
// were missing (AF-083).
func (t *tx) deleteIntegrationResponse(in *apigw.DeleteIntegrationResponseInput) error {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if isMissing(err, noMethod) {
		return apigw.NotFound(missingIntegration)
	}
	if err != nil {
		return err
	}
	if _, err := integrationResponse(method, in.StatusCode); err != nil {
		return err
	}
	responses := method.MethodIntegration.IntegrationResponses
	delete(responses, in.StatusCode)
	if len(responses) == 0 {
		method.MethodIntegration.IntegrationResponses = nil
	}
	return t.save(t.methodKey(ref), method)
}

const (
	// noIntegration is what asks for an Integration that is to be there.
	noIntegration = "No integration defined for method"
	// missingIntegration is what addresses an Integration that is not there.
	missingIntegration = "Invalid Integration identifier specified"
	missingResponse    = "Invalid Response status code specified"
)

// integrationResponse is the one of method for status, or a NotFoundException.
func integrationResponse(method *apigw.Method, status string) (*apigw.IntegrationResponse, error) {
	if method.MethodIntegration == nil {
		return nil, apigw.NotFound(missingIntegration)
	}
	response, ok := method.MethodIntegration.IntegrationResponses[status]
	if !ok {
		return nil, apigw.NotFound(missingResponse)
	}
	return response, nil
}

// storedTemplates is templates as AWS keeps them: "" becomes null (AF-080).
func storedTemplates(templates apigw.Templates) apigw.Templates {
	stored := maps.Clone(templates)
	for contentType, template := range stored {
		stored[contentType] = optional(deref(template))
	}
	return stored
}
