package control

import (
	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// MethodResponses are kept inside their Method's document, under their status
// code (control plane §2.4).

func (t *tx) putMethodResponse(in *apigw.PutMethodResponseInput) (*apigw.MethodResponse, error) {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if err != nil {
		return nil, err
	}
	if method.MethodResponses[in.StatusCode] != nil {
		return nil, apigw.Conflict("Response already exists for this resource")
	}
	response := &apigw.MethodResponse{
		StatusCode:         &in.StatusCode,
		ResponseParameters: in.ResponseParameters, // {} is kept (AF-060)
		ResponseModels:     in.ResponseModels,
	}
	if err := t.checkMethodResponse(ref.api, response); err != nil {
		return nil, err
	}
	setMethodResponse(method, response)
	return response, t.save(t.methodKey(ref), method)
}

func setMethodResponse(method *apigw.Method, response *apigw.MethodResponse) {
	if method.MethodResponses == nil {
		method.MethodResponses = map[string]*apigw.MethodResponse{}
	}
	method.MethodResponses[*response.StatusCode] = response
}

func (t *tx) getMethodResponse(in *apigw.GetMethodResponseInput) (*apigw.MethodResponse, error) {
	method, err := t.method(methodRef{in.RestApiId, in.ResourceId, in.HttpMethod})
	if err != nil {
		return nil, err
	}
	return methodResponse(method, in.StatusCode)
}

var methodResponsePatches = patchTable[apigw.MethodResponse]{familyB, []patchRule[apigw.MethodResponse]{
	{path: "/responseParameters/*", ops: add | replace | remove,
		apply: setEntry(func(r *apigw.MethodResponse) *map[string]bool { return &r.ResponseParameters }, isTrue, noParameter)},
	{path: "/responseModels/*", ops: add | replace | remove,
		apply: setEntry(func(r *apigw.MethodResponse) *map[string]string { return &r.ResponseModels }, (*patch).text, noContentType)},
}}

func (t *tx) updateMethodResponse(in *apigw.UpdateMethodResponseInput) (*apigw.MethodResponse, error) {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if err != nil {
		return nil, err
	}
	response, err := methodResponse(method, in.StatusCode)
	if err != nil {
		return nil, err
	}
	if err := methodResponsePatches.apply(response, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.checkMethodResponse(ref.api, response); err != nil {
		return nil, err
	}
	return response, t.save(t.methodKey(ref), method)
}

// deleteMethodResponse is allowed while an IntegrationResponse uses it
// (control plane §2.4).
func (t *tx) deleteMethodResponse(in *apigw.DeleteMethodResponseInput) error {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if err != nil {
		return err
	}
	if _, err := methodResponse(method, in.StatusCode); err != nil {
		return err
	}
	delete(method.MethodResponses, in.StatusCode)
	if len(method.MethodResponses) == 0 {
		method.MethodResponses = nil
	}
	return t.save(t.methodKey(ref), method)
}

// methodResponse is the one of method for status, or a NotFoundException.
func methodResponse(method *apigw.Method, status string) (*apigw.MethodResponse, error) {
	response, ok := method.MethodResponses[status]
	if !ok {
		return nil, apigw.NotFound(missingResponse)
	}
	return response, nil
}

func (t *tx) checkMethodResponse(api string, response *apigw.MethodResponse) error {
	if err := rule.MethodResponse(response); err != nil {
		return err
	}
	return t.checkModels(api, response.ResponseModels)
}
