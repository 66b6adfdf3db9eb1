package control

import (
	"fmt"
	"iter"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// definition is what a Deployment freezes of api (control plane §5.1): one
// scan for each kind of document, none of deployments and stages. Its RestApi
// has the policy as plain JSON, not as GetRestApi escapes it.
func (t *tx) definition(api string) (*apigw.Definition, error) {
	definition, err := t.definitionFrame(api)
	if err != nil {
		return nil, err
	}
	definition.Resources, err = t.resourcesWithMethods(api)
	return definition, err
}

// resourcesWithMethods are the Resources of an API by path.
func (t *tx) resourcesWithMethods(api string) ([]apigw.Resource, error) {
	tree, err := t.tree(api)
	if err != nil {
		return nil, err
	}
	methods, err := t.allMethods(api)
	if err != nil {
		return nil, err
	}
	var resources []apigw.Resource
	for _, resource := range tree.sorted() {
		whole := *resource
		whole.ResourceMethods = omitEmptyMap(methods[*resource.Id])
		resources = append(resources, whole)
	}
	return resources, nil
}

// definitionFrame is the Definition of api without Resources.
func (t *tx) definitionFrame(api string) (*apigw.Definition, error) {
	restApi, err := t.restApi(api)
	if err != nil {
		return nil, err
	}
	restApi.Tags, restApi.Warnings = nil, nil
	definition := &apigw.Definition{RestApi: *restApi, Resources: []apigw.Resource{}}
	if definition.Models, err = values(scan[apigw.Model](t, t.key("restapis", api, "models"))); err != nil {
		return nil, err
	}
	if definition.RequestValidators, err = values(scan[apigw.RequestValidator](t, t.key("restapis", api, "requestvalidators"))); err != nil {
		return nil, err
	}
	if definition.GatewayResponses, err = values(scan[apigw.GatewayResponse](t, t.key("restapis", api, "gatewayresponses"))); err != nil {
		return nil, err
	}
	definition.Authorizers, err = values(scan[apigw.Authorizer](t, t.key("restapis", api, "authorizers")))
	return definition, err
}

// methodDefinition is the Definition of api with one Method of one Resource,
// which is what TestInvokeMethod runs.
func (t *tx) methodDefinition(ref methodRef, method *apigw.Method) (*apigw.Definition, error) {
	definition, err := t.definitionFrame(ref.api)
	if err != nil {
		return nil, err
	}
	resource, err := t.resource(ref.api, ref.resource)
	if err != nil {
		return nil, err
	}
	resource.ResourceMethods = map[string]*apigw.Method{ref.verb: method}
	definition.Resources = []apigw.Resource{*resource}
	return definition, nil
}

// frozen is the Definition of a Deployment.
func (t *tx) frozen(api, deployment string) (*apigw.Definition, error) {
	definition, err := load[apigw.Definition](t, t.definitionKey(api, deployment))
	if err == nil && definition == nil {
		err = fmt.Errorf("deployment %s of API %s has no definition", deployment, api)
	}
	return definition, err
}

// Releases are the stages of a RestApi as they are live, by name; none when it
// does not exist. Definitions never change, so those of current, which is what
// the caller has of the same RestApi (or nil), are taken over by deployment id.
func (s *Service) Releases(in store.Tx, region, api string, current []apigw.Release) ([]apigw.Release, error) {
	t := s.newTx(Caller{Region: region, AccountId: s.deps.AccountId}, in)
	definitions := map[string]*apigw.Definition{"": nil}
	for _, release := range current {
		definitions[deref(release.Stage.DeploymentId)] = release.Definition
		definitions[canaryDeployment(&release.Stage)] = release.Canary
	}
	definition := func(deployment string) (*apigw.Definition, error) {
		if known, ok := definitions[deployment]; ok {
			return known, nil
		}
		read, err := t.frozen(api, deployment)
		definitions[deployment] = read
		return read, err
	}
	stages, err := collect(scan[apigw.Stage](t, t.key("restapis", api, "stages")))
	if err != nil {
		return nil, err
	}
	var releases []apigw.Release
	for _, stage := range stages {
		release := apigw.Release{Region: region, AccountId: s.deps.AccountId, RestApiId: api, Stage: *stage}
		if release.Definition, err = definition(deref(stage.DeploymentId)); err != nil {
			return nil, fmt.Errorf("read stage %s of API %s: %w", *stage.StageName, api, err)
		}
		if release.Canary, err = definition(canaryDeployment(stage)); err != nil {
			return nil, fmt.Errorf("read canary of stage %s of API %s: %w", *stage.StageName, api, err)
		}
		releases = append(releases, release)
	}
	return releases, nil
}

// canaryDeployment is the deployment of a stage's canary, "" without one.
func canaryDeployment(stage *apigw.Stage) string {
	if stage.CanarySettings == nil {
		return ""
	}
	return deref(stage.CanarySettings.DeploymentId)
}

func collect[T any](documents iter.Seq2[*T, error]) (all []*T, err error) {
	for document, err := range documents {
		if err != nil {
			return nil, err
		}
		all = append(all, document)
	}
	return all, nil
}

func values[T any](documents iter.Seq2[*T, error]) (all []T, err error) {
	for document, err := range documents {
		if err != nil {
			return nil, err
		}
		all = append(all, *document)
	}
	return all, nil
}
