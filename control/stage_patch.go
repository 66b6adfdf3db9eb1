package control

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// stagePatches is the table of UpdateStage (control plane §3.5). Two segments
// that no other row knows are the path and verb of a method setting, whose key
// keeps its escapes (AF-125); the verb is one (cdk-preflight).
var stagePatches = patchTable[apigw.Stage]{familyC, []patchRule[apigw.Stage]{
	{path: "/deploymentId", ops: replace | copyOp, apply: patchStageDeployment},
	{path: "/description", ops: replace,
		apply: setOptional(func(s *apigw.Stage) **string { return &s.Description })},
	{path: "/cacheClusterEnabled", ops: replace, apply: patchCacheEnabled},
	{path: "/cacheClusterSize", ops: replace, apply: patchCacheSize},
	{path: "/clientCertificateId", ops: replace,
		apply: setOptional(func(s *apigw.Stage) **string { return &s.ClientCertificateId })},
	{path: "/documentationVersion", ops: replace | remove, apply: patchDocumentationVersion},
	{path: "/tracingEnabled", ops: replace,
		apply: setBool(func(s *apigw.Stage) **bool { return &s.TracingEnabled })},

	{path: "/variables", ops: copyOp, apply: promoteVariables},
	{path: "/variables/*", ops: add | replace | remove, apply: patchVariable},

	{path: "/accessLogSettings", ops: remove, apply: removeAccessLog},
	{path: "/accessLogSettings/destinationArn", ops: add | replace,
		apply: setAccessLog(func(s *apigw.AccessLogSettings) **string { return &s.DestinationArn }, checkLogDestination)},
	{path: "/accessLogSettings/format", ops: add | replace,
		apply: setAccessLog(func(s *apigw.AccessLogSettings) **string { return &s.Format }, checkLogFormat)},

	{path: "/canarySettings", ops: remove, apply: removeCanary},
	{path: "/canarySettings/deploymentId", ops: replace, apply: patchCanaryDeployment},
	{path: "/canarySettings/percentTraffic", ops: replace, apply: patchCanaryPercent},
	{path: "/canarySettings/useStageCache", ops: replace, apply: patchCanaryCache},
	{path: "/canarySettings/stageVariableOverrides", ops: replace, apply: replaceOverrides},
	{path: "/canarySettings/stageVariableOverrides/*", ops: replace | remove, apply: patchOverride},

	{path: "/*/{verb}/metrics/enabled", ops: replace,
		apply: settingFlag(func(m *apigw.MethodSetting) **bool { return &m.MetricsEnabled })},
	{path: "/*/{verb}/logging/dataTrace", ops: replace,
		apply: settingFlag(func(m *apigw.MethodSetting) **bool { return &m.DataTraceEnabled })},
	{path: "/*/{verb}/logging/loglevel", ops: replace,
		apply: settingOneOf(func(m *apigw.MethodSetting) **string { return &m.LoggingLevel }, logLevels)},
	{path: "/*/{verb}/throttling/burstLimit", ops: replace, apply: patchBurstLimit},
	{path: "/*/{verb}/throttling/rateLimit", ops: replace, apply: patchRateLimit},
	{path: "/*/{verb}/caching/enabled", ops: replace,
		apply: settingFlag(func(m *apigw.MethodSetting) **bool { return &m.CachingEnabled })},
	{path: "/*/{verb}/caching/ttlInSeconds", ops: replace, apply: patchCacheTtl},
	{path: "/*/{verb}/caching/dataEncrypted", ops: replace,
		apply: settingFlag(func(m *apigw.MethodSetting) **bool { return &m.CacheDataEncrypted })},
	{path: "/*/{verb}/caching/requireAuthorizationForCacheControl", ops: replace,
		apply: settingFlag(func(m *apigw.MethodSetting) **bool { return &m.RequireAuthorizationForCacheControl })},
	{path: "/*/{verb}/caching/unauthorizedCacheControlHeaderStrategy", ops: replace,
		apply: settingOneOf(func(m *apigw.MethodSetting) **string { return &m.UnauthorizedCacheControlHeaderStrategy }, cacheControlStrategies)},
	{path: "/*/*", ops: remove, apply: removeSetting},
}}

func (t *tx) updateStage(in *apigw.UpdateStageInput) (*apigw.Stage, error) {
	stage, err := t.stage(in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	before, err := t.stage(in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	if err := stagePatches.apply(stage, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.checkPatchedStage(in.RestApiId, before, stage); err != nil {
		return nil, err
	}
	return stage, t.saveStage(in.RestApiId, stage)
}

// checkPatchedStage looks at what a patch has changed: what was stored before
// may refer to things that have gone since.
func (t *tx) checkPatchedStage(api string, before, stage *apigw.Stage) error {
	if id := deref(stage.DeploymentId); id != deref(before.DeploymentId) {
		if err := t.checkDeploymentExists(api, id); err != nil {
			return err
		}
	}
	if err := t.checkPatchedCanary(api, before, stage); err != nil {
		return err
	}
	if err := t.checkVariables(stage.Variables); err != nil {
		return err
	}
	if id := stage.ClientCertificateId; id != nil && *id != deref(before.ClientCertificateId) {
		if err := t.checkClientCertificate(*id); err != nil {
			return err
		}
	}
	if version := stage.DocumentationVersion; version != nil && *version != deref(before.DocumentationVersion) {
		if err := t.checkDocumentationVersion(api, *version); err != nil {
			return err
		}
	}
	return t.checkLoggingRole(before, stage)
}

func (t *tx) checkPatchedCanary(api string, before, stage *apigw.Stage) error {
	if stage.CanarySettings == nil {
		return nil
	}
	if id := canaryDeployment(stage); id != canaryDeployment(before) {
		if err := t.checkDeploymentExists(api, id); err != nil {
			return err
		}
	}
	return t.checkVariables(stage.CanarySettings.StageVariableOverrides)
}

func (t *tx) checkClientCertificate(id string) error {
	exists, err := t.has(t.key("clientcertificates", id))
	if err != nil || exists {
		return err
	}
	return apigw.BadRequest(noClientCertificate)
}

func (t *tx) checkDocumentationVersion(api, version string) error {
	exists, err := t.has(t.key("restapis", api, "documentationversions", version))
	if err != nil || exists {
		return err
	}
	return apigw.BadRequest(noDocumentation)
}

// checkLoggingRole: execution logs need the account's role (control plane
// §2.8).
func (t *tx) checkLoggingRole(before, stage *apigw.Stage) error {
	for _, key := range slices.Sorted(maps.Keys(stage.MethodSettings)) {
		level := deref(stage.MethodSettings[key].LoggingLevel)
		was := before.MethodSettings[key]
		if level == "" || level == "OFF" || was != nil && deref(was.LoggingLevel) == level {
			continue
		}
		account, err := t.account()
		if err != nil {
			return err
		}
		if account.CloudwatchRoleArn == nil {
			return apigw.BadRequest("CloudWatch Logs role ARN must be set in account settings to enable logging")
		}
	}
	return nil
}

// familyC is how AWS answers what UpdateStage does not take; separators that
// are missing are AWS's (control plane §3.3, AF-126 to AF-137).
var familyC = patchErrors{
	unknownPath: func(p *patch, _ []string) error { return stagePathError(p, 0) },
	wrongOp:     func(p *patch, ops patchOps, _ []string) error { return stagePathError(p, ops) },
}

// stagePathError is the answer to p; ops are those that its path takes.
func stagePathError(p *patch, ops patchOps) error {
	switch {
	case p.op == copyOp:
		return apigw.BadRequest("Invalid copy operation with path: %s and from %s. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]", p.path, p.from)
	case p.op == remove:
		return errNoSetting(strings.TrimPrefix(p.path, "/"))
	case len(p.raw) > 0 && p.raw[0] == "accessLogSettings":
		return apigw.BadRequest("Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]")
	case p.op == add && ops&replace != 0:
		return apigw.BadRequest("Invalid add operation with path: %s", p.path)
	case len(p.raw) > 2 && (p.raw[1] == "*" || rule.Verbs.Has(p.raw[1])):
		return apigw.BadRequest("Invalid method setting path: %s. Must be one of: %s", strings.Join(p.raw[2:], "/"), settingPaths)
	}
	return apigw.BadRequest("Invalid method setting path: %s. Must be one of: %s", p.path, stagePaths)
}

// errNoSetting ends with a space, as AWS's text does.
func errNoSetting(path string) error {
	return apigw.BadRequest("Cannot remove method setting %s because there is no method setting for this method ", path)
}

const (
	settingPaths = "[.../metrics/enabled, .../logging/dataTrace, .../logging/loglevel,.../throttling/burstLimit, .../throttling/rateLimit, .../caching/ttlInSeconds, .../caching/enabled, .../caching/dataEncrypted, .../caching/requireAuthorizationForCacheControl, .../caching/unauthorizedCacheControlHeaderStrategy]"
	stagePaths   = "[/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, " +
		"/{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, " +
		"/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, " +
		"/{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, " +
		"/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, " +
		"/*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, " +
		"/*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, " +
		"/variables/{variable_name}, /tracingEnabled]"
)

// Promotion copies from the canary, and from nowhere else (AF-137).
const (
	fromCanaryDeployment = "/canarySettings/deploymentId"
	fromCanaryOverrides  = "/canarySettings/stageVariableOverrides"
)

func patchStageDeployment(s *apigw.Stage, p *patch) error {
	if p.op == replace {
		s.DeploymentId = new(p.text())
		return nil
	}
	canary, err := promoted(s, p, fromCanaryDeployment)
	if err == nil {
		s.DeploymentId = canary.DeploymentId
	}
	return err
}

// promoteVariables merges the canary's over the stage's; the canary stays as
// it is (AF-138).
func promoteVariables(s *apigw.Stage, p *patch) error {
	canary, err := promoted(s, p, fromCanaryOverrides)
	if err != nil {
		return err
	}
	merged := maps.Clone(s.Variables)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, canary.StageVariableOverrides)
	s.Variables = omitEmptyMap(merged)
	return nil
}

// promoted is the canary that p copies from.
func promoted(s *apigw.Stage, p *patch, from string) (*apigw.CanarySettings, error) {
	if p.from != from {
		return nil, stagePathError(p, copyOp)
	}
	if s.CanarySettings == nil {
		return nil, apigw.BadRequest("Promotion not available. Canary does not exist.")
	}
	return s.CanarySettings, nil
}

func patchCacheEnabled(s *apigw.Stage, p *patch) error {
	setCache(s, new(isTrue(p)), nil)
	return nil
}

var cacheSizes = []string{"0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"}

// patchCacheSize takes nothing for the size of a cluster that is off: Terraform
// switches one off so.
func patchCacheSize(s *apigw.Stage, p *patch) error {
	if p.text() == "" && !deref(s.CacheClusterEnabled) {
		s.CacheClusterSize = nil
		return nil
	}
	if !slices.Contains(cacheSizes, p.text()) {
		return apigw.BadRequest("Invalid cache cluster size specified. Must be one of: [%s]", strings.Join(cacheSizes, ", "))
	}
	setCache(s, nil, p.value)
	return nil
}

func patchDocumentationVersion(s *apigw.Stage, p *patch) error {
	s.DocumentationVersion = nil
	if p.op == replace {
		s.DocumentationVersion = optional(p.text())
	}
	return nil
}

func patchVariable(s *apigw.Stage, p *patch) error {
	variables, err := patchedVariables(s.Variables, p)
	if err == nil {
		s.Variables = variables
	}
	return err
}

// patchedVariables is what p makes of variables: one that is not there cannot
// be removed.
func patchedVariables(variables map[string]string, p *patch) (map[string]string, error) {
	variables = maps.Clone(variables)
	if p.op != remove {
		keepEmpty(&variables)
		variables[p.key()] = p.text()
		return variables, nil
	}
	if _, there := variables[p.key()]; !there {
		return nil, errNoSetting(strings.TrimPrefix(p.path, "/"))
	}
	delete(variables, p.key())
	return omitEmptyMap(variables), nil
}

func removeCanary(s *apigw.Stage, _ *patch) error {
	s.CanarySettings = nil
	return nil
}

// canary is the stage's canary, which the first touch makes: of the stage's
// own deployment, without traffic (AF-134).
func canary(s *apigw.Stage) *apigw.CanarySettings {
	if s.CanarySettings == nil {
		s.CanarySettings = &apigw.CanarySettings{
			DeploymentId:   s.DeploymentId,
			PercentTraffic: new(apigw.Double(0)),
			UseStageCache:  new(false),
		}
	}
	return s.CanarySettings
}

func patchCanaryDeployment(s *apigw.Stage, p *patch) error {
	canary(s).DeploymentId = new(p.text())
	return nil
}

// checkPercent wants a share of the traffic.
func checkPercent(n float64) error {
	if !(n >= 0 && n <= 100) { // NaN is none
		return errPercent()
	}
	return nil
}

func errPercent() error {
	return apigw.BadRequest("Invalid canary percentTraffic specified, must be between 0.0 and 100.0")
}

func patchCanaryPercent(s *apigw.Stage, p *patch) error {
	percent, err := strconv.ParseFloat(p.text(), 64)
	if err != nil {
		return errPercent()
	}
	if err := checkPercent(percent); err != nil {
		return err
	}
	canary(s).PercentTraffic = new(apigw.Double(percent))
	return nil
}

func patchCanaryCache(s *apigw.Stage, p *patch) error {
	canary(s).UseStageCache = new(isTrue(p))
	return nil
}

func replaceOverrides(s *apigw.Stage, p *patch) error {
	var overrides map[string]string
	if err := json.Unmarshal([]byte(p.text()), &overrides); err != nil {
		return apigw.BadRequest("Invalid stageVariableOverrides specified: a JSON object of strings is expected")
	}
	canary(s).StageVariableOverrides = omitEmptyMap(overrides)
	return nil
}

func patchOverride(s *apigw.Stage, p *patch) error {
	canary := canary(s)
	overrides, err := patchedVariables(canary.StageVariableOverrides, p)
	if err == nil {
		canary.StageVariableOverrides = overrides
	}
	return err
}
