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

// The document is read before the transaction that stores it begins, so that
// a long one holds up no other writer.

func (s *Service) importRestApi(ctx context.Context, c Caller, in *apigw.ImportRestApiInput) (*apigw.RestApi, error) {
	id := s.deps.NewID("restapi")
	options := s.importOptions(c, id, in.Parameters)
	options.FailOnWarnings = deref(in.FailOnWarnings)
	doc, err := s.readDocument(in.Body, options)
	if err != nil {
		return nil, err
	}
	var shown *apigw.RestApi
	err = s.update(ctx, c, func(t *tx) error {
		api, err := t.createFrom(id, doc)
		shown = api
		return err
	})
	if err != nil {
		return nil, err
	}
	shown = shownApi(shown)
	shown.Warnings = doc.WarningTexts()
	return shown, nil
}

func (s *Service) putRestApi(ctx context.Context, c Caller, in *apigw.PutRestApiInput) (*apigw.RestApi, error) {
	mode := merge
	if deref(in.Mode) == apigw.PutModeOverwrite {
		mode = overwrite
	}
	doc, err := s.readForPut(ctx, c, mode, in)
	if err != nil {
		return nil, err
	}
	var shown *apigw.RestApi
	err = s.update(ctx, c, func(t *tx) error {
		api, err := t.restApi(in.RestApiId)
		if err != nil {
			return err
		}
		shown = api
		return t.adopt(api, doc, mode)
	})
	if err != nil {
		return nil, err
	}
	shown = shownApiWithTags(shown)
	shown.Warnings = doc.WarningTexts()
	return shown, nil
}

// readForPut reads the document of a PutRestApi. That the input cannot be read
// comes before that there is no API, which comes before what is wrong with the
// document (AF-156).
func (s *Service) readForPut(ctx context.Context, c Caller, mode adoptionMode, in *apigw.PutRestApiInput) (*openapi.Document, error) {
	options := s.importOptions(c, in.RestApiId, in.Parameters)
	options.FailOnWarnings, options.Named = deref(in.FailOnWarnings), true
	missing := s.view(ctx, c, func(t *tx) error {
		existing, err := t.definitionFrame(in.RestApiId)
		if mode == merge {
			options.Existing = existing
		}
		return err
	})
	doc, err := s.readDocument(in.Body, options)
	var refused *openapi.Error
	if missing != nil && (!errors.As(err, &refused) || !refused.Unreadable) {
		return nil, missing
	}
	return doc, err
}

// readDocument reads a document; an error of its own is an *openapi.Error.
func (s *Service) readDocument(document []byte, options openapi.Options) (*openapi.Document, error) {
	if limit := s.deps.Quotas.DocumentBytes; len(document) > limit {
		return nil, apigw.BadRequest("The document has %d bytes, and %d are allowed", len(document), limit)
	}
	return openapi.Import(document, options)
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

// importOptions are the query parameters of an import (control plane §4.1,
// §4.7).
func (s *Service) importOptions(c Caller, id string, parameters map[string]string) openapi.Options {
	options := openapi.Options{
		RestApiId:           id,
		Server:              s.deps.ruleServer(),
		MaxBytes:            s.deps.Quotas.DocumentBytes,
		BasePath:            openapi.BasePath(parameters["basepath"]),
		IgnoreDocumentation: parameters["ignore"] == "documentation",
		Variables: openapi.Variables{
			AccountId: s.deps.AccountId,
			Region:    c.Region,
			Partition: apigw.Partition(c.Region),
		},
	}
	if types := parameters["endpointConfigurationTypes"]; types != "" {
		options.EndpointConfigurationTypes = strings.Split(types, ",")
	}
	return options
}
