package control

import (
	"context"
	"errors"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
)

// ImportRestApi and PutRestApi take an OpenAPI document (control plane §4).
// What a document says is read by package openapi and stored by adopt.

func (t *tx) importRestApi(in *apigw.ImportRestApiInput) (*apigw.RestApi, error) {
	if err := t.checkDocumentSize(in.Body); err != nil {
		return nil, err
	}
	id, err := t.newID("restapi", indexKey)
	if err != nil {
		return nil, err
	}
	options := t.importOptions(id, in.Parameters)
	options.FailOnWarnings = deref(in.FailOnWarnings)
	doc, err := openapi.Import(in.Body, options)
	if err != nil {
		return nil, importError(err)
	}
	api, err := t.createFrom(id, doc)
	if err != nil {
		return nil, err
	}
	shown := shownApi(api)
	shown.Warnings = doc.WarningTexts()
	return shown, nil
}

func (t *tx) putRestApi(in *apigw.PutRestApiInput) (*apigw.RestApi, error) {
	if err := t.checkDocumentSize(in.Body); err != nil {
		return nil, err
	}
	api, err := load[apigw.RestApi](t, t.apiKey(in.RestApiId))
	if err != nil {
		return nil, err
	}
	mode := merge
	if deref(in.Mode) == apigw.PutModeOverwrite {
		mode = overwrite
	}
	doc, err := t.readForPut(api, mode, in)
	if err != nil {
		return nil, err
	}
	if err := t.adopt(api, doc, mode); err != nil {
		return nil, err
	}
	shown := shownApiWithTags(api)
	shown.Warnings = doc.WarningTexts()
	return shown, nil
}

// readForPut reads the document of a PutRestApi on api, which may be missing:
// that the input cannot be read comes first (AF-156).
func (t *tx) readForPut(api *apigw.RestApi, mode adoptionMode, in *apigw.PutRestApiInput) (*openapi.Document, error) {
	options := t.importOptions(in.RestApiId, in.Parameters)
	options.FailOnWarnings = deref(in.FailOnWarnings)
	if api != nil && mode == merge {
		existing, err := t.definitionFrame(in.RestApiId)
		if err != nil {
			return nil, err
		}
		options.Existing = existing
	}
	doc, err := openapi.Import(in.Body, options)
	var refused *openapi.Error
	if api == nil && (!errors.As(err, &refused) || !refused.Unreadable) {
		return nil, t.errNoApi(in.RestApiId)
	}
	if err != nil {
		return nil, importError(err)
	}
	return doc, nil
}

// createFrom makes a RestApi of a document, under id. It has no default models
// (AF-169).
func (t *tx) createFrom(id string, doc *openapi.Document) (*apigw.RestApi, error) {
	given := doc.Definition.RestApi
	api := &apigw.RestApi{Name: given.Name, EndpointConfiguration: &apigw.EndpointConfiguration{}}
	if given.EndpointConfiguration != nil {
		api.EndpointConfiguration.Types = given.EndpointConfiguration.Types
	}
	setApiDefaults(api)
	if err := t.addRestApi(api, id); err != nil {
		return nil, err
	}
	return api, t.adopt(api, doc, merge)
}

// Apply makes the RestApi id be what doc says: it is created, or overwritten
// without a trace of what it was. Errors are those of PutRestApi.
func (s *Service) Apply(ctx context.Context, c Caller, id string, doc *openapi.Document) (*apigw.RestApi, error) {
	var applied *apigw.RestApi
	err := s.update(ctx, c, func(t *tx) error {
		api, err := load[apigw.RestApi](t, t.apiKey(id))
		if err != nil {
			return err
		}
		if api == nil {
			applied, err = t.createFrom(id, doc)
			return err
		}
		applied = api
		return t.adopt(api, doc, replaceWhole)
	})
	if err != nil {
		return nil, s.answer(ctx, c, "Apply", err)
	}
	return shownApi(applied), nil
}

func importError(err error) error {
	var refused *openapi.Error
	if errors.As(err, &refused) {
		return refused.BadRequest()
	}
	return err
}

func (t *tx) checkDocumentSize(document []byte) error {
	if len(document) > t.deps.Quotas.DocumentBytes {
		return apigw.BadRequest("The document has %d bytes, and %d are allowed", len(document), t.deps.Quotas.DocumentBytes)
	}
	return nil
}

// importOptions are the query parameters of an import (control plane §4.1,
// §4.7).
func (t *tx) importOptions(id string, parameters map[string]string) openapi.Options {
	options := openapi.Options{
		RestApiId:           id,
		BasePath:            openapi.BasePath(parameters["basepath"]),
		IgnoreDocumentation: parameters["ignore"] == "documentation",
		Variables: openapi.Variables{
			AccountId: t.deps.AccountId,
			Region:    t.caller.Region,
			Partition: partition(t.caller.Region),
		},
	}
	if types := parameters["endpointConfigurationTypes"]; types != "" {
		options.EndpointConfigurationTypes = strings.Split(types, ",")
	}
	return options
}
