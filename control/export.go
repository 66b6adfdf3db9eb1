package control

import (
	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
)

// getExport writes what a Stage serves, its Deployment's Definition, with the
// documentation of the version that the Stage names (control plane §4.9).
func (t *tx) getExport(in *apigw.GetExportInput) (*apigw.ExportResponse, error) {
	stage, err := t.stage(in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	definition, err := t.frozen(in.RestApiId, deref(stage.DeploymentId))
	if err != nil {
		return nil, err
	}
	documentation, err := t.documentationOf(in.RestApiId, stage)
	if err != nil {
		return nil, err
	}
	exported, err := openapi.Export(definition, openapi.ExportOptions{
		Format:     openapi.Format(in.ExportType),
		Accept:     deref(in.Accepts),
		Extensions: in.Parameters["extensions"],
		RestApiId:  in.RestApiId,
		Region:     t.caller.Region,
		StageName:  in.StageName,

		Parts:                    documentation.Parts,
		DocumentationVersion:     deref(stage.DocumentationVersion),
		DocumentationCreatedDate: documentation.CreatedDate,
	})
	if err != nil {
		return nil, err
	}
	return &apigw.ExportResponse{
		Body:               exported.Body,
		ContentType:        &exported.ContentType,
		ContentDisposition: &exported.ContentDisposition,
	}, nil
}

// documentationOf is a Stage's version; an empty one if it has none, or that is
// gone.
func (t *tx) documentationOf(api string, stage *apigw.Stage) (*documentationVersion, error) {
	if stage.DocumentationVersion == nil {
		return &documentationVersion{}, nil
	}
	version, err := t.documentationVersion(api, *stage.DocumentationVersion)
	if isMissing(err, noDocumentation) {
		return &documentationVersion{}, nil
	}
	return version, err
}
