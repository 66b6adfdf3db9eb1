package control

import (
	"context"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

func (s *session) releases(current []apigw.Release) (releases []apigw.Release) {
	s.t.Helper()
	err := s.store.View(context.Background(), func(in store.Tx) (err error) {
		releases, err = s.service.Releases(in, "us-east-1", "api1", current)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return releases
}

// Stages of one Deployment share its Definition, edits wait for a deployment,
// and what the caller has is not read again.
func TestReleases(t *testing.T) {
	s := newSession(t, "integration")
	if got := s.releases(nil); len(got) != 0 {
		t.Fatalf("before a deployment: %v", got)
	}
	s.call(`> CreateDeployment {"restApiId":"api1","stageName":"dev"}`)
	s.call(`> CreateStage {"restApiId":"api1","stageName":"prod","deploymentId":"deployment1"}`)
	s.call(`> DeleteIntegration {$m}`)

	first := s.releases(nil)
	if len(first) != 2 || first[0].Definition != first[1].Definition || first[0].Canary != nil {
		t.Fatalf("releases: %s", encodeOutput(t, first))
	}
	method := first[0].Definition.Resources[1].ResourceMethods["GET"]
	if method.MethodIntegration == nil || *first[0].Stage.StageName != "dev" || first[0].RestApiId != "api1" || first[0].AccountId != NoAccount {
		t.Errorf("release: %s", encodeOutput(t, first[0]))
	}
	if len(first[0].Definition.Models) != 2 || first[0].Definition.RestApi.Tags != nil {
		t.Errorf("definition: %s", encodeOutput(t, first[0].Definition))
	}

	s.call(`> PutIntegration {$m,"type":"MOCK"}`)
	s.call(`> CreateDeployment {"restApiId":"api1","stageName":"prod","canarySettings":{"percentTraffic":10}}`)
	second := s.releases(first)
	if second[0].Definition != first[0].Definition || second[1].Definition != first[0].Definition || second[1].Canary == nil {
		t.Errorf("known definitions were read again: %s", encodeOutput(t, second))
	}
	if third := s.releases(second); third[1].Canary != second[1].Canary {
		t.Error("a known canary was read again")
	}
	s.call(`> DeleteRestApi {"restApiId":"api1"}`)
	if got := s.releases(second); len(got) != 0 {
		t.Errorf("after DeleteRestApi: %v", got)
	}
}
