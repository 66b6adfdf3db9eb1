package gateway

import (
	"cmp"
	"maps"
	"slices"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/gateway/throttle"
)

// A snapshot is all that is served at one moment. It is never changed: the
// next one shares what stays.
type snapshot struct {
	apis    map[string]*liveAPI
	stages  stageTable         // of all APIs
	coming  map[string]*coming // by API id: stored, not compiled yet
	root    rootStage
	sites   map[string]*liveSite // by region
	domains domains
}

// A rootStage is the Stage that is served without a stage in the path.
type rootStage struct{ api, stage string }

// A liveAPI is what is served of one RestApi.
type liveAPI struct {
	stages   map[string]*liveStage
	compiled map[string]*deployment // by deployment id: those that a stage uses
}

// A liveStage is a Stage over the compiled Deployments that it points to. What
// every request reads of it comes first, and together.
type liveStage struct {
	key          stageKey
	door         stageDoor
	canary       *branch            // nil without a canary
	meter        *meter             // of the whole stage
	accessFormat *mapping.LogFormat // nil: no access logs
	accountId    string
	certificate  string // clientCertificateId
	main         branch

	share   float64 // of the requests that the canary takes, 0 to 1
	domain  string  // {api}.execute-api.{Domain}
	release apigw.Release
	reports []Report
}

// A stageDoor is what keeps a stage shut for some requests.
type stageDoor struct {
	off        bool // the default endpoint is
	strictName bool // the name of the TLS handshake must be the Host
	private    bool // VPC endpoints alone lead to it
}

// A branch is a Deployment as a stage serves it: the production one or the
// canary, with the stage's variables and method settings.
type branch struct {
	tree         tree         // the deployment's
	methods      []liveMethod // by the indexes of the tree
	variables    mapping.ParamList
	deployment   *deployment
	deploymentId string
	isCanary     bool
	sharesCache  bool // a canary with useStageCache
}

// A liveMethod is a compiled Method under its stage's settings, with the steps
// that it needs.
type liveMethod struct {
	plan
	steps    stepSet
	delivery stepSet
	logging  logLevel
	trace    bool          // dataTraceEnabled
	meter    *meter        // nil: it has none of its own
	verbs    *verbSettings // nil: all verbs are under the same settings

	*method
	caching *caching         // nil: responses are not cached
	bucket  *throttle.Bucket // nil: not throttled by the stage
	account *throttle.Bucket // nil: nor by the account
	limit   throttle.Limit
}

// isBinary reports whether a Content-Type, or what Accept asks for, is one of the
// API's binary media types.
func (m *liveMethod) isBinary(mediaType string) bool {
	return m.hasBinary && m.deployment.binary.match(mediaType)
}

func newLiveMethod(m *method) *liveMethod { return &liveMethod{plan: m.plan, method: m} }

func (s *snapshot) without(apiId string) *snapshot {
	next := *s
	next.apis = maps.Clone(s.apis)
	if next.apis == nil {
		next.apis = map[string]*liveAPI{}
	}
	delete(next.apis, apiId)
	return &next
}

func (s *snapshot) stage(apiId, name string) *liveStage { return s.stages.find(apiId, name) }

func (s *snapshot) reports() []Report {
	var all []Report
	for _, api := range s.apis {
		for _, stage := range api.stages {
			all = append(all, stage.reports...)
			all = append(all, lateReports(stage)...)
		}
	}
	for _, site := range s.sites {
		all = append(all, site.reports...)
	}
	all = append(all, s.keyReports()...)
	slices.SortFunc(all, func(a, b Report) int {
		return cmp.Or(cmp.Compare(a.Domain, b.Domain), cmp.Compare(a.ApiId, b.ApiId), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Method, b.Method), cmp.Compare(a.Position, b.Position), cmp.Compare(a.Text, b.Text))
	})
	return all
}

// makeAPI compiles what old does not have yet. A Stage keeps nothing of what it
// was compiled from.
func (g *Gateway) makeAPI(old *liveAPI, releases []apigw.Release, deps *compileDeps) *liveAPI {
	api := &liveAPI{stages: map[string]*liveStage{}, compiled: map[string]*deployment{}}
	compiled := func(id *string, d *apigw.Definition) *deployment {
		if done := api.compiled[deref(id)]; done != nil {
			return done
		}
		var result *deployment
		if old != nil {
			result = old.compiled[deref(id)]
		}
		if result == nil && d != nil {
			result = compile(d, deps)
		}
		if result != nil {
			api.compiled[deref(id)] = result
		}
		return result
	}
	for _, r := range releases {
		main := compiled(r.Stage.DeploymentId, r.Definition)
		if main == nil {
			continue // nothing is deployed: the stage answers 403 as an unknown one does
		}
		stage := &liveStage{release: r, accountId: r.AccountId, certificate: deref(r.Stage.ClientCertificateId), domain: r.RestApiId + "." + executeApi + g.deps.Domain}
		stage.key.set(r.RestApiId, deref(r.Stage.StageName))
		stage.door = stageDoor{off: main.defaultEndpointOff, strictName: main.strictName, private: main.private}
		stage.main = g.makeBranch(stage, main, nil)
		if canary := r.Stage.CanarySettings; canary != nil {
			if d := compiled(canary.DeploymentId, r.Canary); d != nil {
				branch := g.makeBranch(stage, d, canary)
				stage.canary = &branch
				stage.share = float64(deref(canary.PercentTraffic)) / 100
			}
		}
		stage.release.Definition, stage.release.Canary = nil, nil
		stage.meter = g.meters.get(meterName{stage: stageName{r.RestApiId, deref(r.Stage.StageName)}})
		stage.accessFormat = accessFormat(r.Stage.AccessLogSettings)
		stage.reports = append(stageReports(stage), g.accessReports(stage)...)
		api.stages[deref(r.Stage.StageName)] = stage
	}
	return api
}

func (g *Gateway) makeBranch(s *liveStage, d *deployment, canary *apigw.CanarySettings) branch {
	b := branch{tree: d.tree, deployment: d, deploymentId: deref(s.release.Stage.DeploymentId)}
	variables := maps.Clone(s.release.Stage.Variables)
	if canary != nil {
		b.isCanary, b.deploymentId, b.sharesCache = true, deref(canary.DeploymentId), deref(canary.UseStageCache)
		if variables == nil {
			variables = map[string]string{}
		}
		maps.Copy(variables, canary.StageVariableOverrides)
	}
	b.variables = paramList(variables)
	b.methods = make([]liveMethod, len(d.methods))
	for i, m := range d.methods {
		b.methods[i] = g.makeMethod(s, m, m.verb)
		b.methods[i].verbs = g.verbSettings(s, m)
	}
	return b
}

// makeMethod puts a Method under its stage's settings for requests of a verb.
func (g *Gateway) makeMethod(s *liveStage, m *method, v verb) liveMethod {
	setting := settingOf(&s.release.Stage, m, v)
	live := liveMethod{plan: m.plan, method: m, logging: logLevelOf(setting.LoggingLevel), trace: deref(setting.DataTraceEnabled)}
	name := stageName{s.release.RestApiId, deref(s.release.Stage.StageName)}
	if deref(setting.MetricsEnabled) {
		live.meter = g.meters.get(meterName{name, m.resourcePath, verbNames[v]})
	}
	if limit, ok := limitOf(setting.MethodSetting); ok {
		live.limit = limit
		live.bucket = g.buckets.get(bucketKey{api: name.api, stage: name.stage, path: m.resourcePath, verb: v})
	}
	if g.deps.AccountLimit != nil {
		live.account = g.buckets.get(bucketKey{region: s.release.Region})
	}
	live.caching = g.cachingOf(s, m, setting)
	live.takeSteps(modeLive)
	return live
}

func paramList(m map[string]string) mapping.ParamList {
	list := make(mapping.ParamList, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, mapping.Param{Name: name, Value: m[name]})
	}
	return list
}
