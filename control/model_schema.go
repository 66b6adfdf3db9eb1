package control

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/control/schema"
)

// A Model's schema is a JSON schema, draft 4. Other Models are referred to as
// https://apigateway.amazonaws.com/restapis/{api}/models/{name} (AF-092).

// checkModelSchema holds a Model's schema against control plane §2.10.
func (t *tx) checkModelSchema(api string, model *apigw.Model) error {
	text := deref(model.Schema)
	if text == "" { // AF-088, whatever the content type
		return apigw.BadRequest("Model schema must have at least 1 property or array items defined")
	}
	if !isJSONModel(model) {
		return nil
	}
	parsed, err := schema.Parse(text)
	if err != nil {
		return rule.ErrModel(schema.Invalid)
	}
	findings, err := t.schemaFindings(api, *model.Name, parsed)
	if err != nil || len(findings) == 0 {
		return err
	}
	return rule.ErrModel(findings...)
}

// schemaOf is a Model's schema, nil if that is no JSON object, as an import
// may have brought it.
func schemaOf(model *apigw.Model) *schema.Schema {
	parsed, err := schema.Parse(deref(model.Schema))
	if err != nil {
		return nil
	}
	return parsed
}

// schemaFindings are what is wrong with a schema, then with what it refers to:
// that are Models of the API, itself, or a place in it (serverless-todo-api-
// example-complete, issue 3).
func (t *tx) schemaFindings(api, name string, parsed *schema.Schema) ([]string, error) {
	found := parsed.Findings()
	for _, ref := range parsed.References() {
		if local, ok := strings.CutPrefix(ref, "#"); ok {
			if !parsed.Has(local) {
				found = append(found, "Unresolvable reference: "+ref)
			}
			continue
		}
		other, ok := strings.CutPrefix(ref, rule.ModelURL(api))
		if !ok {
			found = append(found, rule.ForeignReference)
			continue
		}
		exists, err := t.has(t.modelKey(api, other))
		if err != nil {
			return nil, err
		}
		if !exists && other != name {
			found = append(found, rule.UnknownModel(other))
		}
	}
	return found, nil
}

// modelsIn are the Models that a Model refers to.
func modelsIn(api string, model *apigw.Model) []string {
	if parsed := schemaOf(model); parsed != nil {
		return parsed.Models(rule.ModelURL(api))
	}
	return nil
}

// flatSchema is a Model's schema with every Model that it needs under
// definitions (control plane §2.10, flatten). Those that were deleted since, or
// never there in an import, are left out.
func (t *tx) flatSchema(api string, model *apigw.Model) (string, error) {
	flat := schemaOf(model)
	if flat == nil {
		return deref(model.Schema), nil // there is nothing to flatten
	}
	err := flat.Flatten(rule.ModelURL(api), func(name string) (*schema.Schema, error) {
		other, err := load[apigw.Model](t, t.modelKey(api, name))
		if err != nil || other == nil {
			return nil, err
		}
		return schemaOf(other), nil
	})
	if err != nil {
		return "", err
	}
	return flat.Indented()
}

// getModelTemplate makes a sample mapping template of a Model's schema, with
// sample values in the places of its properties (control plane §2.10).
func (t *tx) getModelTemplate(in *apigw.GetModelTemplateInput) (*apigw.Template, error) {
	model, err := t.model(in.RestApiId, in.ModelName)
	if err != nil {
		return nil, err
	}
	flat, err := t.flatSchema(in.RestApiId, model)
	if err != nil {
		return nil, err
	}
	parsed, err := schema.Parse(flat)
	if err != nil || !isJSONModel(model) {
		return nil, apigw.BadRequest("A template can be made of a model with a JSON schema only: %s", in.ModelName)
	}
	template := "#set($inputRoot = $input.path('$'))\n" + parsed.Sample()
	if len(template) > t.deps.Quotas.TemplateBytes {
		return nil, rule.TooLong("The template of model "+in.ModelName, t.deps.Quotas.TemplateBytes)
	}
	return &apigw.Template{Value: &template}, nil
}
