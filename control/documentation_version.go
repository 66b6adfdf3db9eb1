package control

import (
	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// A DocumentationVersion is a copy of all parts of an API at one moment, under
// its name (control plane §2.23).

const noDocumentation = "Invalid Documentation version specified"

// A documentationVersion holds copies of the parts of its time.
type documentationVersion struct {
	apigw.DocumentationVersion
	Parts []apigw.DocumentationPart `json:"parts,omitzero"`
}

func (t *tx) versionKey(api, version string) store.Key {
	return t.key("restapis", api, "documentationversions", version)
}

func (t *tx) documentationVersion(api, version string) (*documentationVersion, error) {
	found, err := load[documentationVersion](t, t.versionKey(api, version))
	if err == nil && found == nil {
		err = apigw.NotFound(noDocumentation)
	}
	return found, err
}

func (t *tx) createDocumentationVersion(in *apigw.CreateDocumentationVersionInput) (*apigw.DocumentationVersion, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	if in.DocumentationVersion == "" {
		return nil, apigw.BadRequest(noDocumentation)
	}
	exists, err := t.has(t.versionKey(in.RestApiId, in.DocumentationVersion))
	if err != nil {
		return nil, err
	}
	if exists {
		return nil, apigw.Conflict("Documentation version already exists: %s", in.DocumentationVersion)
	}
	parts, err := values(scan[apigw.DocumentationPart](t, t.key("restapis", in.RestApiId, "documentationparts")))
	if err != nil {
		return nil, err
	}
	version := &documentationVersion{Parts: parts, DocumentationVersion: apigw.DocumentationVersion{
		Version: &in.DocumentationVersion, CreatedDate: apigw.NewTimestamp(t.deps.Now()), Description: optional(deref(in.Description))}}
	if err := t.save(t.versionKey(in.RestApiId, in.DocumentationVersion), version); err != nil {
		return nil, err
	}
	return &version.DocumentationVersion, t.documentStage(in)
}

// documentStage gives the version to the stage that the call names.
func (t *tx) documentStage(in *apigw.CreateDocumentationVersionInput) error {
	if deref(in.StageName) == "" {
		return nil
	}
	stage, err := t.stage(in.RestApiId, *in.StageName)
	if err != nil {
		return err
	}
	stage.DocumentationVersion = &in.DocumentationVersion
	return t.saveStage(in.RestApiId, stage)
}

func (t *tx) getDocumentationVersion(in *apigw.GetDocumentationVersionInput) (*apigw.DocumentationVersion, error) {
	version, err := t.documentationVersion(in.RestApiId, in.DocumentationVersion)
	if err != nil {
		return nil, err
	}
	return &version.DocumentationVersion, nil
}

func (t *tx) getDocumentationVersions(in *apigw.GetDocumentationVersionsInput) (*apigw.DocumentationVersions, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	items, position, err := listDocuments(t, t.key("restapis", in.RestApiId, "documentationversions"),
		func(v *apigw.DocumentationVersion) string { return *v.Version }, in.Position, in.Limit)
	return &apigw.DocumentationVersions{Items: items, Position: position}, err
}

var documentationVersionPatches = patchTable[apigw.DocumentationVersion]{familyA, []patchRule[apigw.DocumentationVersion]{
	{path: "/description", ops: replace,
		apply: setOptional(func(v *apigw.DocumentationVersion) **string { return &v.Description })},
}}

func (t *tx) updateDocumentationVersion(in *apigw.UpdateDocumentationVersionInput) (*apigw.DocumentationVersion, error) {
	version, err := t.documentationVersion(in.RestApiId, in.DocumentationVersion)
	if err != nil {
		return nil, err
	}
	if err := documentationVersionPatches.apply(&version.DocumentationVersion, in.PatchOperations); err != nil {
		return nil, err
	}
	return &version.DocumentationVersion, t.save(t.versionKey(in.RestApiId, in.DocumentationVersion), version)
}

func (t *tx) deleteDocumentationVersion(in *apigw.DeleteDocumentationVersionInput) error {
	if _, err := t.documentationVersion(in.RestApiId, in.DocumentationVersion); err != nil {
		return err
	}
	for stage, err := range scan[apigw.Stage](t, t.key("restapis", in.RestApiId, "stages")) {
		if err != nil {
			return err
		}
		if deref(stage.DocumentationVersion) == in.DocumentationVersion {
			return apigw.Conflict("Cannot delete documentation version '%s', is referenced in stage: %s", in.DocumentationVersion, *stage.StageName)
		}
	}
	return t.Delete(t.versionKey(in.RestApiId, in.DocumentationVersion))
}
