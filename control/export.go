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
	parts, err := t.documentationOf(in.RestApiId, stage)
	if err != nil {
		return nil, err
	}
	exported, err := openapi.Export(definition, openapi.ExportOptions{
		Format:               openapi.Format(in.ExportType),
		Accept:               deref(in.Accepts),
		Extensions:           in.Parameters["extensions"],
		RestApiId:            in.RestApiId,
		Region:               t.caller.Region,
		StageName:            in.StageName,
		Parts:                parts,
		DocumentationVersion: deref(stage.DocumentationVersion),
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

// documentationOf is what a Stage's version holds; none if the version is gone.
func (t *tx) documentationOf(api string, stage *apigw.Stage) ([]apigw.DocumentationPart, error) {
	if stage.DocumentationVersion == nil {
		return nil, nil
	}
	version, err := t.documentationVersion(api, *stage.DocumentationVersion)
	if isMissing(err, noDocumentation) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return version.Parts, nil
}
