package gateway

// What outlives snapshots (token buckets, numbers, what authorizers answered)
// goes with what it was for.

// forgetStages drops what is kept of stages that are gone, and of Methods that
// stages do not serve any more.
func (g *Gateway) forgetStages(old, now *liveAPI) {
	if old == nil || now == nil { // all of an API are Unpublish's to forget
		return
	}
	for name, was := range old.stages {
		if is := now.stages[name]; is == nil {
			g.forget(stageName{was.release.RestApiId, name})
		} else if !is.hasDeploymentsOf(was) {
			g.forgetMethods(stageName{was.release.RestApiId, name}, is.served())
		}
	}
}

// forget drops what is kept of a stage, of all stages of an API for "".
func (g *Gateway) forget(name stageName) {
	g.buckets.forget(name)
	g.meters.forget(name)
	g.results.Flush(name.api, name.stage)
}

// forgetMethods drops what is kept of Methods of a stage that it does not serve.
func (g *Gateway) forgetMethods(name stageName, served servedMethods) {
	g.buckets.forgetMethods(name, served)
	g.meters.forgetMethods(name, served)
}

func (s *liveStage) hasDeploymentsOf(other *liveStage) bool {
	return s.main.deployment == other.main.deployment && s.canaryDeployment() == other.canaryDeployment()
}

func (s *liveStage) canaryDeployment() *deployment {
	if s.canary == nil {
		return nil
	}
	return s.canary.deployment
}

// servedMethods are the verbs, as bits, that a stage has Methods of, by the
// paths of their Resources.
type servedMethods map[string]uint16

func (s *liveStage) served() servedMethods {
	served := servedMethods{}
	for _, d := range []*deployment{s.main.deployment, s.canaryDeployment()} {
		if d == nil {
			continue
		}
		for _, m := range d.methods {
			served[m.resourcePath] |= 1 << m.verb
		}
	}
	return served
}

// has reports whether requests with a verb have a Method, be it ANY's.
func (s servedMethods) has(path string, v verb) bool {
	return s[path]&(1<<v|1<<verbAny) != 0
}
