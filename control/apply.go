package control

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
)

// What the server does with the documents that it is started with. These are
// no operations of the contract, but they are made of theirs.

// Apply makes the RestApi id be what doc says: it is created, or overwritten
// without a trace of what it was. Quotas that AWS raises do not bound it.
// Errors are those of PutRestApi.
func (s *Service) Apply(ctx context.Context, c Caller, id string, doc *openapi.Document) (*apigw.RestApi, error) {
	var applied *apigw.RestApi
	unbound := *s
	unbound.deps.Quotas = s.deps.Quotas.raised()
	err := unbound.update(ctx, c, func(t *tx) error {
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

// DeployChanges is CreateDeployment, unless the stage has variables and a
// definition that are the same already; then there is no deployment and no
// error.
func (s *Service) DeployChanges(ctx context.Context, c Caller, in *apigw.CreateDeploymentInput) (*apigw.Deployment, error) {
	var made *apigw.Deployment
	err := s.update(ctx, c, func(t *tx) error {
		same, err := t.isDeployed(in)
		if err != nil || same {
			made = nil
			return err
		}
		made, err = t.createDeployment(in)
		return err
	})
	if err != nil {
		return nil, s.answer(ctx, c, "DeployChanges", err)
	}
	return made, nil
}

// isDeployed says whether the stage of in is what in would make of it.
func (t *tx) isDeployed(in *apigw.CreateDeploymentInput) (bool, error) {
	stage, err := load[apigw.Stage](t, t.stageKey(in.RestApiId, deref(in.StageName)))
	if err != nil || stage == nil || !maps.Equal(stage.Variables, in.Variables) {
		return false, err
	}
	deployed, err := t.frozen(in.RestApiId, deref(stage.DeploymentId))
	if err != nil {
		return false, err
	}
	edited, err := t.definition(in.RestApiId)
	if err != nil {
		return false, err
	}
	return sameDocument(deployed, edited)
}

func sameDocument(a, b *apigw.Definition) (bool, error) {
	was, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	is, err := json.Marshal(b)
	return bytes.Equal(was, is), err
}
