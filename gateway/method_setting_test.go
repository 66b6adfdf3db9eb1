package gateway

import (
	"testing"

	"github.com/poterne/poterne/apigw"
)

// A request to an ANY Method is under the setting of its verb, else under that
// of ANY, else under that of all.
func TestSettingsOfAnyMethods(t *testing.T) {
	method := passthroughMock("200")
	def := definitionOf(map[string]*apigw.Method{})
	def.Resources = append(def.Resources, apigw.Resource{Id: ptr("r"), Path: ptr("/a"), ResourceMethods: map[string]*apigw.Method{"ANY": method, "PUT": method}})
	release := releaseOf("dev", "d", def)
	limit := func(burst int) *apigw.MethodSetting {
		return &apigw.MethodSetting{ThrottlingRateLimit: ptr(apigw.Double(0)), ThrottlingBurstLimit: ptr(burst)}
	}
	release.Stage.MethodSettings = map[string]*apigw.MethodSetting{"*/*": limit(9), "a/ANY": limit(2), "a/GET": limit(1), "~1a/HEAD": limit(0)}
	g := New(Deps{})
	g.Publish(caseApi, []apigw.Release{release})
	stage := g.live.Load().stage(caseApi, "dev")
	for verb, want := range map[verb]int{verbGet: 1, verbHead: 0, verbPost: 2, verbDelete: 2, verbPut: 9} {
		m, _ := stage.main.deployment.tree.match("/a", verb, nil)
		if got := stage.main.methods[m].of(verb).limit.Burst; got != want {
			t.Errorf("%s: %d; want %d", verbNames[verb], got, want)
		}
	}
	get, post := stage.main.methods[0].of(verbGet), stage.main.methods[0].of(verbPost)
	if stage.main.methods[0].verb != verbAny {
		get, post = stage.main.methods[1].of(verbGet), stage.main.methods[1].of(verbPost)
	}
	if get.bucket == post.bucket {
		t.Error("GET has the bucket of ANY")
	}
}
