package control

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// A Deployment is two documents: what GetDeployment shows, and the Definition
// that it froze, which never changes and is read by the gateway alone
// (control plane §2.7, §5.1).

const noDeployment = "Deployment id does not exist"

func (t *tx) createDeployment(in *apigw.CreateDeploymentInput) (*apigw.Deployment, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	if err := t.checkCanaryDeployment(in); err != nil {
		return nil, err
	}
	definition, err := t.definition(in.RestApiId)
	if err != nil {
		return nil, err
	}
	if err := checkDeployable(definition); err != nil {
		return nil, err
	}
	deployment, err := t.addDeployment(in, definition)
	if err != nil || deref(in.StageName) == "" {
		return deployment, err
	}
	return deployment, t.deployToStage(in, *deployment.Id)
}

// checkCanaryDeployment: AF-133, with AWS's missing space.
func (t *tx) checkCanaryDeployment(in *apigw.CreateDeploymentInput) error {
	if in.CanarySettings == nil {
		return nil
	}
	const prefix = "Invalid deployment content specified."
	if deref(in.StageName) == "" {
		given := "null"
		if in.StageName != nil {
			given = ""
		}
		return apigw.BadRequest(prefix+"Non null and non empty stageName must be provided for canary deployment. Provided value is %s", given)
	}
	exists, err := t.has(t.stageKey(in.RestApiId, *in.StageName))
	if err != nil {
		return err
	}
	if exists {
		return t.checkCanaryTraffic(in.CanarySettings)
	}
	return apigw.BadRequest(prefix+"Stage %s must already be created before making a canary release deployment", *in.StageName)
}

func (t *tx) checkCanaryTraffic(canary *apigw.DeploymentCanarySettings) error {
	if err := checkPercent(float64(deref(canary.PercentTraffic))); err != nil {
		return err
	}
	return t.checkVariables(canary.StageVariableOverrides)
}

// checkDeployable wants a Method, an Integration in each, of a PRIVATE RestApi
// a policy (Terraform's AWS provider, issue 14290), and of one with a policy
// that no Integration passes the caller's credentials on (field reports of
// SAM's InvokeRole).
func checkDeployable(definition *apigw.Definition) error {
	hasPolicy := deref(definition.RestApi.Policy) != ""
	methods := 0
	for _, resource := range definition.Resources {
		for _, method := range resource.ResourceMethods {
			if method.MethodIntegration == nil {
				return apigw.BadRequest(noIntegration)
			}
			if hasPolicy && isCallers(method.MethodIntegration) {
				return apigw.BadRequest("Caller provided credentials not allowed when resource policy is set")
			}
			methods++
		}
	}
	if methods == 0 {
		return apigw.BadRequest("The REST API doesn't contain any methods")
	}
	if isPrivateApi(&definition.RestApi) && !hasPolicy {
		return apigw.BadRequest("Private REST API doesn't have a resource policy attached to it")
	}
	return nil
}

// isCallers is whether an Integration is made with the caller's credentials.
func isCallers(in *apigw.Integration) bool {
	return strings.HasSuffix(deref(in.Credentials), ":iam::*:user/*")
}

func (t *tx) addDeployment(in *apigw.CreateDeploymentInput, definition *apigw.Definition) (*apigw.Deployment, error) {
	id, err := t.newID("deployment", func(id string) store.Key { return t.deploymentKey(in.RestApiId, id) })
	if err != nil {
		return nil, err
	}
	deployment := &apigw.Deployment{
		Id:          &id,
		Description: optional(deref(in.Description)),
		CreatedDate: apigw.NewTimestamp(t.deps.Now()),
	}
	if err := t.save(t.definitionKey(in.RestApiId, id), definition); err != nil {
		return nil, err
	}
	return deployment, t.save(t.deploymentKey(in.RestApiId, id), deployment)
}

// deployToStage makes the stage, or points it at the deployment; as a canary
// the stage keeps its own (AF-119, AF-132).
func (t *tx) deployToStage(in *apigw.CreateDeploymentInput, deployment string) error {
	stage, err := load[apigw.Stage](t, t.stageKey(in.RestApiId, *in.StageName))
	if err != nil {
		return err
	}
	if stage == nil {
		_, err := t.createStage(&apigw.CreateStageInput{
			RestApiId:           in.RestApiId,
			StageName:           *in.StageName,
			DeploymentId:        deployment,
			Description:         in.StageDescription,
			CacheClusterEnabled: in.CacheClusterEnabled,
			CacheClusterSize:    in.CacheClusterSize,
			Variables:           in.Variables,
			TracingEnabled:      in.TracingEnabled,
		})
		return err
	}
	if err := t.redeployStage(stage, in, deployment); err != nil {
		return err
	}
	return t.saveStage(in.RestApiId, stage)
}

// redeployStage changes the settings that in has and leaves the others.
func (t *tx) redeployStage(stage *apigw.Stage, in *apigw.CreateDeploymentInput, deployment string) error {
	if err := t.checkVariables(in.Variables); err != nil {
		return err
	}
	if in.CanarySettings != nil {
		stage.CanarySettings = newCanary(in.CanarySettings, deployment)
	} else {
		stage.DeploymentId = &deployment
	}
	if in.StageDescription != nil {
		stage.Description = optional(*in.StageDescription)
	}
	if in.Variables != nil {
		stage.Variables = omitEmptyMap(in.Variables)
	}
	if in.TracingEnabled != nil {
		stage.TracingEnabled = in.TracingEnabled
	}
	setCache(stage, in.CacheClusterEnabled, in.CacheClusterSize)
	return nil
}

func newCanary(in *apigw.DeploymentCanarySettings, deployment string) *apigw.CanarySettings {
	return &apigw.CanarySettings{
		DeploymentId:           &deployment,
		PercentTraffic:         new(deref(in.PercentTraffic)),
		StageVariableOverrides: omitEmptyMap(in.StageVariableOverrides),
		UseStageCache:          new(deref(in.UseStageCache)),
	}
}

func (t *tx) deployment(api, id string) (*apigw.Deployment, error) {
	deployment, err := load[apigw.Deployment](t, t.deploymentKey(api, id))
	if err == nil && deployment == nil {
		err = apigw.NotFound("Invalid Deployment identifier specified")
	}
	return deployment, err
}

func (t *tx) getDeployment(in *apigw.GetDeploymentInput) (*apigw.Deployment, error) {
	deployment, err := t.deployment(in.RestApiId, in.DeploymentId)
	if err != nil || !embeds(in.Embed, "apisummary") {
		return deployment, err
	}
	definition, err := t.frozen(in.RestApiId, in.DeploymentId)
	if err != nil {
		return nil, err
	}
	deployment.ApiSummary = summary(definition)
	return deployment, nil
}

// summary is every Resource with Methods, by path and verb (control plane
// §5.1).
func summary(definition *apigw.Definition) map[string]map[string]*apigw.MethodSnapshot {
	paths := map[string]map[string]*apigw.MethodSnapshot{}
	for _, resource := range definition.Resources {
		for verb, method := range resource.ResourceMethods {
			if paths[*resource.Path] == nil {
				paths[*resource.Path] = map[string]*apigw.MethodSnapshot{}
			}
			paths[*resource.Path][verb] = &apigw.MethodSnapshot{
				AuthorizationType: method.AuthorizationType,
				ApiKeyRequired:    method.ApiKeyRequired,
			}
		}
	}
	return paths
}

// getDeployments lists the newest first.
func (t *tx) getDeployments(in *apigw.GetDeploymentsInput) (*apigw.Deployments, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	deployments, err := collect(scan[apigw.Deployment](t, t.key("restapis", in.RestApiId, "deployments")))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(deployments, func(a, b *apigw.Deployment) int { return strings.Compare(newestFirst(a), newestFirst(b)) })
	page, position, err := paginate(deployments, newestFirst, in.Position, in.Limit)
	if err != nil {
		return nil, err
	}
	answer := &apigw.Deployments{Position: position, Items: []apigw.Deployment{}}
	for _, deployment := range page {
		answer.Items = append(answer.Items, *deployment)
	}
	return answer, nil
}

// newestFirst is a text that sorts deployments from the newest to the oldest.
func newestFirst(d *apigw.Deployment) string {
	return fmt.Sprintf("%019d %s", math.MaxInt64-d.CreatedDate.Unix(), *d.Id)
}

// deleteDeployment is refused while a stage points at it, be it as a canary
// (AF-120).
func (t *tx) deleteDeployment(in *apigw.DeleteDeploymentInput) error {
	if _, err := t.deployment(in.RestApiId, in.DeploymentId); err != nil {
		return err
	}
	for stage, err := range scan[apigw.Stage](t, t.key("restapis", in.RestApiId, "stages")) {
		if err != nil {
			return err
		}
		if deref(stage.DeploymentId) == in.DeploymentId || stage.CanarySettings != nil && deref(stage.CanarySettings.DeploymentId) == in.DeploymentId {
			return apigw.BadRequest("Active stages pointing to this deployment must be moved or deleted")
		}
	}
	if err := t.Delete(t.definitionKey(in.RestApiId, in.DeploymentId)); err != nil {
		return err
	}
	return t.Delete(t.deploymentKey(in.RestApiId, in.DeploymentId))
}

var deploymentPatches = patchTable[apigw.Deployment]{familyA, []patchRule[apigw.Deployment]{
	{path: "/description", ops: replace,
		apply: setOptional(func(d *apigw.Deployment) **string { return &d.Description })},
}}

func (t *tx) updateDeployment(in *apigw.UpdateDeploymentInput) (*apigw.Deployment, error) {
	deployment, err := t.deployment(in.RestApiId, in.DeploymentId)
	if err != nil {
		return nil, err
	}
	if err := deploymentPatches.apply(deployment, in.PatchOperations); err != nil {
		return nil, err
	}
	return deployment, t.save(t.deploymentKey(in.RestApiId, in.DeploymentId), deployment)
}
