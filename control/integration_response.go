package control

import (
	"maps"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/template/javatext"
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
	if err := t.checkIntegrationResponse(method, response); err != nil {
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
		apply: setOneOf(func(r *apigw.IntegrationResponse) **string { return &r.ContentHandling }, contentHandlings, badContentHandling)},
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
	if err := t.checkIntegrationResponse(method, response); err != nil {
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

// checkIntegrationResponse holds a response of method against the rules of
// control plane §2.6, in AWS's order (rules 7 to 11, then uniqueness). What a
// template says is not looked at: AWS stores one that does not parse.
func (t *tx) checkIntegrationResponse(method *apigw.Method, response *apigw.IntegrationResponse) error {
	if err := checkContentTypes(response.ResponseTemplates); err != nil {
		return err
	}
	if err := t.checkTemplateSizes(response.ResponseTemplates); err != nil {
		return err
	}
	if err := checkResponseMappings(method, response); err != nil {
		return err
	}
	if err := checkPattern(deref(response.SelectionPattern)); err != nil {
		return err
	}
	return t.checkPatternIsUnique(method.MethodIntegration, response)
}

// checkResponseMappings: rules 8 to 10. Without mappings no MethodResponse
// needs to exist (AF-085).
func checkResponseMappings(method *apigw.Method, response *apigw.IntegrationResponse) error {
	if len(response.ResponseParameters) == 0 {
		return nil
	}
	declared := method.MethodResponses[*response.StatusCode]
	if declared == nil {
		return errMapping("No method response exists for method.")
	}
	for _, header := range sortedKeys(response.ResponseParameters) {
		if _, ok := parseParameter(header, "method.response", "header"); !ok {
			return errMapping(notAnExpression(header))
		}
		if _, ok := declared.ResponseParameters[header]; !ok {
			return errMapping(undeclared(header))
		}
		if value := response.ResponseParameters[header]; !isResponseExpression(value) {
			return errMapping(notAnExpression(value))
		}
	}
	return nil
}

func isResponseExpression(expression string) bool {
	if isStatic(expression) || isVariable(expression) || isBody(expression, "integration.response") {
		return true
	}
	_, ok := parseParameter(expression, "integration.response", "header", "multivalueheader")
	return ok
}

// checkPattern wants a regular expression as Java reads it (cdk-preflight).
func checkPattern(pattern string) error {
	if _, err := javatext.CompileRegex(pattern); err != nil {
		return apigw.BadRequest("Invalid regex pattern specified")
	}
	return nil
}

// checkPatternIsUnique: no two status codes of an Integration share a pattern;
// none and "" are one, the default's.
func (t *tx) checkPatternIsUnique(integration *apigw.Integration, response *apigw.IntegrationResponse) error {
	if t.deps.SharedPatterns {
		return nil
	}
	pattern := deref(response.SelectionPattern)
	for status, other := range integration.IntegrationResponses {
		if status != *response.StatusCode && deref(other.SelectionPattern) == pattern {
			if pattern == "" {
				pattern = "default"
			}
			return apigw.Conflict("Integration response with selection pattern %s already exists", pattern)
		}
	}
	return nil
}

// storedTemplates is templates as AWS keeps them: "" becomes null (AF-080).
func storedTemplates(templates apigw.Templates) apigw.Templates {
	stored := maps.Clone(templates)
	for contentType, template := range stored {
		stored[contentType] = optional(deref(template))
	}
	return stored
}
