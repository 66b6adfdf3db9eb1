package control

import (
	"maps"
	"slices"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// A Stage is a document; nothing in it needs a deployment to go live
// (control plane §2.8).

func (t *tx) stage(api, name string) (*apigw.Stage, error) {
	stage, err := load[apigw.Stage](t, t.stageKey(api, name))
	if err == nil && stage == nil {
		err = apigw.NotFound("Invalid stage identifier specified")
	}
	return stage, err
}

func (t *tx) saveStage(api string, stage *apigw.Stage) error {
	stage.LastUpdatedDate = apigw.NewTimestamp(t.deps.Now())
	return t.save(t.stageKey(api, *stage.StageName), stage)
}

func (t *tx) createStage(in *apigw.CreateStageInput) (*apigw.Stage, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	if err := t.checkNewStage(in); err != nil {
		return nil, err
	}
	stage := newStage(in)
	stage.CreatedDate = apigw.NewTimestamp(t.deps.Now())
	return stage, t.saveStage(in.RestApiId, stage)
}

// newStage is what is stored for in, with AWS's defaults (AF-121).
func newStage(in *apigw.CreateStageInput) *apigw.Stage {
	stage := &apigw.Stage{
		StageName:            &in.StageName,
		DeploymentId:         &in.DeploymentId,
		Description:          optional(deref(in.Description)),
		Variables:            omitEmptyMap(in.Variables),
		DocumentationVersion: optional(deref(in.DocumentationVersion)),
		CacheClusterEnabled:  new(false),
		CacheClusterStatus:   new(apigw.CacheClusterStatusNotAvailable),
		MethodSettings:       map[string]*apigw.MethodSetting{},
		TracingEnabled:       new(deref(in.TracingEnabled)),
		Tags:                 omitEmptyMap(in.Tags),
	}
	setCache(stage, in.CacheClusterEnabled, in.CacheClusterSize)
	if in.CanarySettings != nil {
		canary := *in.CanarySettings
		setDefault(&canary.DeploymentId, in.DeploymentId) // AF-134, of an update
		setDefault(&canary.PercentTraffic, 0)
		setDefault(&canary.UseStageCache, false)
		stage.CanarySettings = &canary
	}
	return stage
}

// setCache changes the cache cluster's settings that are given. A cluster is
// there at once (control plane §5.3).
func setCache(stage *apigw.Stage, enabled *bool, size *string) {
	if size != nil {
		stage.CacheClusterSize = size
	}
	if enabled == nil {
		return
	}
	stage.CacheClusterEnabled = enabled
	stage.CacheClusterStatus = new(apigw.CacheClusterStatusNotAvailable)
	if *enabled {
		setDefault(&stage.CacheClusterSize, "0.5")
		stage.CacheClusterStatus = new(apigw.CacheClusterStatusAvailable)
	}
}

func (t *tx) checkNewStage(in *apigw.CreateStageInput) error {
	if err := checkStageName(in.StageName); err != nil {
		return err
	}
	exists, err := t.has(t.stageKey(in.RestApiId, in.StageName))
	if err != nil {
		return err
	}
	if exists {
		return apigw.Conflict("Stage already exists")
	}
	if err := t.checkDeploymentExists(in.RestApiId, in.DeploymentId); err != nil {
		return err
	}
	if err := t.checkNewCanary(in.RestApiId, in.CanarySettings); err != nil {
		return err
	}
	if err := t.checkVariables(in.Variables); err != nil {
		return err
	}
	if version := deref(in.DocumentationVersion); version != "" {
		if err := t.checkDocumentationVersion(in.RestApiId, version); err != nil {
			return err
		}
	}
	if err := t.checkTags(in.Tags); err != nil {
		return err
	}
	return t.checkRoom(t.key("restapis", in.RestApiId, "stages"), t.deps.Quotas.StagesPerApi, "stages", "this API")
}

func (t *tx) checkNewCanary(api string, canary *apigw.CanarySettings) error {
	if canary == nil {
		return nil
	}
	if err := checkPercent(float64(deref(canary.PercentTraffic))); err != nil {
		return err
	}
	if canary.DeploymentId != nil {
		if err := t.checkDeploymentExists(api, *canary.DeploymentId); err != nil {
			return err
		}
	}
	return t.checkVariables(canary.StageVariableOverrides)
}

// checkDeploymentExists is how a stage asks for one (AF-131).
func (t *tx) checkDeploymentExists(api, id string) error {
	exists, err := t.has(t.deploymentKey(api, id))
	if err != nil || exists {
		return err
	}
	return apigw.BadRequest(noDeployment)
}

var (
	stageName     = lazyregexp.New(`^[a-zA-Z0-9_-]+$`)
	variableName  = lazyregexp.New(`^[A-Za-z0-9_]+$`)
	variableValue = lazyregexp.New(`^[A-Za-z0-9 ._~:/?#&=,-]+$`)
)

// within: a count in a pattern is compiled to that many copies, at every start.
func within(longest int, s string, pattern *lazyregexp.Regexp) bool {
	return len(s) <= longest && pattern.MatchString(s)
}

func checkStageName(name string) error {
	if !within(128, name, stageName) {
		return apigw.BadRequest("Stage name only allows a-zA-Z0-9_")
	}
	return nil
}

// checkVariables has AWS's texts, quotes included (control plane §2.8,
// cdk-preflight). An empty value is none (aws-lambda-blog, issue 10).
func (t *tx) checkVariables(variables map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if !within(64, name, variableName) {
			return apigw.BadRequest("Invalid stage variable name: %s.  Please use names with only word characters.", name)
		}
		if value := variables[name]; !within(512, value, variableValue) {
			return apigw.BadRequest("Invalid stage variable value of key %s.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.", name)
		}
	}
	if len(variables) > t.deps.Quotas.StageVariables {
		return errQuota("stage variables", "this stage")
	}
	return nil
}

func (t *tx) getStage(in *apigw.GetStageInput) (*apigw.Stage, error) {
	return t.stage(in.RestApiId, in.StageName)
}

// getStages lists all; it has no pages (control plane §1.9).
func (t *tx) getStages(in *apigw.GetStagesInput) (*apigw.Stages, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	answer := &apigw.Stages{Item: []apigw.Stage{}}
	for stage, err := range scan[apigw.Stage](t, t.key("restapis", in.RestApiId, "stages")) {
		if err != nil {
			return nil, err
		}
		if in.DeploymentId == nil || *in.DeploymentId == deref(stage.DeploymentId) {
			answer.Item = append(answer.Item, *stage)
		}
	}
	return answer, nil
}

func (t *tx) deleteStage(in *apigw.DeleteStageInput) error {
	if _, err := t.stage(in.RestApiId, in.StageName); err != nil {
		return err
	}
	if err := t.checkUnmapped(in.RestApiId, in.StageName); err != nil {
		return err
	}
	if err := t.detachStages(in.RestApiId, in.StageName); err != nil {
		return err
	}
	return t.Delete(t.stageKey(in.RestApiId, in.StageName))
}
