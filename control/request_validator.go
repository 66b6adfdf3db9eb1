package control

import (
	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/store"
)

// A RequestValidator is a document under its id (control plane §2.11).

func (t *tx) requestValidatorKey(api, id string) store.Key {
	return t.key("restapis", api, "requestvalidators", id)
}

func (t *tx) requestValidator(api, id string) (*apigw.RequestValidator, error) {
	validator, err := load[apigw.RequestValidator](t, t.requestValidatorKey(api, id))
	if err == nil && validator == nil {
		err = apigw.NotFound(rule.NoRequestValidator)
	}
	return validator, err
}

func (t *tx) createRequestValidator(in *apigw.CreateRequestValidatorInput) (*apigw.RequestValidator, error) {
	if err := t.checkApi(in.RestApiId); err != nil {
		return nil, err
	}
	validator := &apigw.RequestValidator{
		Name:                      in.Name,
		ValidateRequestBody:       new(deref(in.ValidateRequestBody)), // AF-093
		ValidateRequestParameters: new(deref(in.ValidateRequestParameters)),
	}
	if err := t.checkValidator(in.RestApiId, validator); err != nil {
		return nil, err
	}
	id, err := t.newID("requestvalidator", func(id string) store.Key { return t.requestValidatorKey(in.RestApiId, id) })
	if err != nil {
		return nil, err
	}
	validator.Id = &id
	return validator, t.save(t.requestValidatorKey(in.RestApiId, id), validator)
}

// checkValidator wants a name that no other validator of the API has.
func (t *tx) checkValidator(api string, validator *apigw.RequestValidator) error {
	if err := rule.RequestValidatorName(deref(validator.Name)); err != nil {
		return err
	}
	for other, err := range scan[apigw.RequestValidator](t, t.key("restapis", api, "requestvalidators")) {
		if err != nil {
			return err
		}
		if *other.Name == *validator.Name && *other.Id != deref(validator.Id) {
			return apigw.BadRequest("Request Validator name must be unique")
		}
	}
	return nil
}

func (t *tx) getRequestValidator(in *apigw.GetRequestValidatorInput) (*apigw.RequestValidator, error) {
	return t.requestValidator(in.RestApiId, in.RequestValidatorId)
}

func (t *tx) getRequestValidators(in *apigw.GetRequestValidatorsInput) (*apigw.RequestValidators, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	items, position, err := listDocuments(t, t.key("restapis", in.RestApiId, "requestvalidators"),
		func(v *apigw.RequestValidator) string { return *v.Id }, in.Position, in.Limit)
	return &apigw.RequestValidators{Items: items, Position: position}, err
}

var requestValidatorPatches = patchTable[apigw.RequestValidator]{familyA, []patchRule[apigw.RequestValidator]{
	{path: "/name", ops: replace, apply: patchValidatorName},
	{path: "/validateRequestParameters", ops: replace,
		apply: setBool(func(v *apigw.RequestValidator) **bool { return &v.ValidateRequestParameters })},
	{path: "/validateRequestBody", ops: replace,
		apply: setBool(func(v *apigw.RequestValidator) **bool { return &v.ValidateRequestBody })},
}}

func patchValidatorName(v *apigw.RequestValidator, p *patch) error {
	v.Name = new(p.text())
	return rule.RequestValidatorName(p.text())
}

func (t *tx) updateRequestValidator(in *apigw.UpdateRequestValidatorInput) (*apigw.RequestValidator, error) {
	validator, err := t.requestValidator(in.RestApiId, in.RequestValidatorId)
	if err != nil {
		return nil, err
	}
	if err := requestValidatorPatches.apply(validator, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.checkValidator(in.RestApiId, validator); err != nil {
		return nil, err
	}
	return validator, t.save(t.requestValidatorKey(in.RestApiId, *validator.Id), validator)
}

func (t *tx) deleteRequestValidator(in *apigw.DeleteRequestValidatorInput) error {
	validator, err := t.requestValidator(in.RestApiId, in.RequestValidatorId)
	if err != nil {
		return err
	}
	uses := func(m *apigw.Method) bool { return deref(m.RequestValidatorId) == in.RequestValidatorId }
	if err := t.checkMethodsWithout(in.RestApiId, "Request Validator", *validator.Name, uses); err != nil {
		return err
	}
	return t.Delete(t.requestValidatorKey(in.RestApiId, in.RequestValidatorId))
}
