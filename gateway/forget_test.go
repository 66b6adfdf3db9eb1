package gateway

import (
	"testing"

	"github.com/poterne/poterne/apigw"
)

// What is kept of a Method goes with the last deployment of its stage that has
// it; a Method that stays keeps what it has.
func TestRemovedMethodsAreForgotten(t *testing.T) {
	g := New(Deps{})
	t.Cleanup(g.deps.Egress.Close)
	deploy := func(id string, canary *apigw.Definition, verbs ...string) {
		release := releaseOf("dev", id, methodsOf(verbs...))
		release.Stage.MethodSettings = map[string]*apigw.MethodSetting{"*/*": {
			MetricsEnabled: ptr(true), ThrottlingRateLimit: ptr(apigw.Double(1)), ThrottlingBurstLimit: ptr(1),
		}}
		if canary != nil {
			release.Canary, release.Stage.CanarySettings = canary, &apigw.CanarySettings{DeploymentId: ptr(id + "c")}
		}
		g.Publish(caseApi, []apigw.Release{release})
	}
	kept := func(v verb) (*meter, bool) {
		_, bucket := g.buckets.all[bucketKey{api: caseApi, stage: "dev", path: "/a", verb: v}]
		m := g.meters.all[meterName{stageName{caseApi, "dev"}, "/a", verbNames[v]}]
		if bucket != (m != nil) {
			t.Errorf("%s has a bucket or a meter, but not both", verbNames[v])
		}
		return m, bucket
	}

	deploy("one", nil, "GET", "PUT")
	get, ok := kept(verbGet)
	if _, put := kept(verbPut); !ok || !put {
		t.Fatal("nothing is kept of what is served")
	}
	deploy("two", methodsOf("PUT"), "GET")
	if _, put := kept(verbPut); !put {
		t.Error("what the canary has was forgotten")
	}
	deploy("three", nil, "GET")
	if _, put := kept(verbPut); put {
		t.Error("PUT is gone, and what was kept of it is not")
	}
	if again, _ := kept(verbGet); again != get {
		t.Error("GET stayed, and counts anew")
	}
	if g.meters.all[meterName{stage: stageName{caseApi, "dev"}}] == nil {
		t.Error("the stage's own numbers were forgotten")
	}
	deploy("four", nil, "ANY")
	if _, get := kept(verbGet); !get {
		t.Error("ANY serves GET, and what was kept of that is gone")
	}
}

func methodsOf(verbs ...string) *apigw.Definition {
	methods := map[string]*apigw.Method{}
	for _, verb := range verbs {
		methods[verb] = passthroughMock("200")
	}
	def := definitionOf(map[string]*apigw.Method{})
	def.Resources = append(def.Resources, apigw.Resource{Id: ptr("r"), Path: ptr("/a"), ResourceMethods: methods})
	return def
}
