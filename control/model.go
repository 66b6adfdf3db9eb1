package control

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/store"
)

// A Model is a document under its name; its schema is kept as it was sent
// (control plane §2.10).

func (t *tx) modelKey(api, name string) store.Key { return t.key("restapis", api, "models", name) }

func (t *tx) model(api, name string) (*apigw.Model, error) {
	model, err := load[apigw.Model](t, t.modelKey(api, name))
	if err == nil && model == nil {
		err = apigw.NotFound("Invalid model name specified: %s", name)
	}
	return model, err
}

func (t *tx) createModel(in *apigw.CreateModelInput) (*apigw.Model, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	model := &apigw.Model{
		Name:        &in.Name,
		Description: optional(deref(in.Description)), // AF-087
		Schema:      in.Schema,
		ContentType: &in.ContentType,
	}
	if err := rule.ModelName(in.Name); err != nil {
		return nil, err
	}
	if err := rule.ContentType(in.ContentType); err != nil {
		return nil, err
	}
	exists, err := t.has(t.modelKey(in.RestApiId, in.Name))
	if err != nil {
		return nil, err
	}
	if exists {
		return nil, apigw.Conflict("Model name already exists for this REST API")
	}
	if err := t.checkModelSchema(in.RestApiId, model); err != nil {
		return nil, err
	}
	model.Id = new(t.deps.NewID("model"))
	return model, t.save(t.modelKey(in.RestApiId, in.Name), model)
}

func (t *tx) getModel(in *apigw.GetModelInput) (*apigw.Model, error) {
	model, err := t.model(in.RestApiId, in.ModelName)
	if err != nil || !deref(in.Flatten) {
		return model, err
	}
	flat, err := t.flatSchema(in.RestApiId, model)
	if err != nil {
		return nil, err
	}
	model.Schema = &flat
	return model, nil
}

// getModels lists by name.
func (t *tx) getModels(in *apigw.GetModelsInput) (*apigw.Models, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	items, position, err := listDocuments(t, t.key("restapis", in.RestApiId, "models"),
		func(m *apigw.Model) string { return *m.Name }, in.Position, in.Limit)
	return &apigw.Models{Items: items, Position: position}, err
}

var modelPatches = patchTable[apigw.Model]{familyA, []patchRule[apigw.Model]{
	{path: "/description", ops: replace,
		apply: setOptional(func(m *apigw.Model) **string { return &m.Description })},
	{path: "/schema", ops: replace,
		apply: setText(func(m *apigw.Model) **string { return &m.Schema })},
}}

func (t *tx) updateModel(in *apigw.UpdateModelInput) (*apigw.Model, error) {
	model, err := t.model(in.RestApiId, in.ModelName)
	if err != nil {
		return nil, err
	}
	before := model.Schema
	if err := modelPatches.apply(model, in.PatchOperations); err != nil {
		return nil, err
	}
	if model.Schema != before { // what an import brought is not checked again
		if err := t.checkModelSchema(in.RestApiId, model); err != nil {
			return nil, err
		}
	}
	return model, t.save(t.modelKey(in.RestApiId, in.ModelName), model)
}

func (t *tx) deleteModel(in *apigw.DeleteModelInput) error {
	if _, err := t.model(in.RestApiId, in.ModelName); err != nil {
		return err
	}
	if err := t.checkMethodsWithoutModel(in.RestApiId, in.ModelName); err != nil {
		return err
	}
	if err := t.checkModelsWithoutModel(in.RestApiId, in.ModelName); err != nil {
		return err
	}
	return t.Delete(t.modelKey(in.RestApiId, in.ModelName))
}

// checkMethodsWithoutModel: AF-091. Unlike that of validators and authorizers
// the text has the path first; of / and /test, which both used a Model, AWS
// named /test (LocalStack's test_put_method_model).
func (t *tx) checkMethodsWithoutModel(api, name string) error {
	places, err := t.methodPlaces(api)
	if err != nil {
		return err
	}
	for _, place := range slices.Backward(places) {
		if hasValue(place.method.RequestModels, name) {
			return apigw.Conflict("Cannot delete model '%s', is referenced in method request: %s/%s", name, place.path, place.verb)
		}
		for _, response := range place.method.MethodResponses {
			if hasValue(response.ResponseModels, name) {
				return apigw.Conflict("Cannot delete model '%s', is referenced in method response: %s/%s", name, place.path, place.verb)
			}
		}
	}
	return nil
}

func (t *tx) checkModelsWithoutModel(api, name string) error {
	for other, err := range scan[apigw.Model](t, t.key("restapis", api, "models")) {
		if err != nil {
			return err
		}
		if *other.Name != name && slices.Contains(modelsIn(api, other), name) {
			return apigw.Conflict("Cannot delete model '%s', is referenced in model: %s", name, *other.Name)
		}
	}
	return nil
}

func hasValue(m map[string]string, value string) bool {
	for _, v := range m {
		if v == value {
			return true
		}
	}
	return false
}

// isJSONModel says whether a Model's schema is one: those of other content
// types are texts.
func isJSONModel(model *apigw.Model) bool {
	return strings.Contains(strings.ToLower(deref(model.ContentType)), "json")
}
