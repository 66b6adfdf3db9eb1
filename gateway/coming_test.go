package gateway

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/poterne/poterne/apigw"
)

// Who asks for an API that is coming gets its answer, and makes it the next one.
func TestRequestsWaitForAnApiThatIsComing(t *testing.T) {
	g := New(Deps{})
	var asked atomic.Int32
	wanted := make(chan string, 1)
	g.Announce([]string{caseApi, "other"}, func(api string) {
		asked.Add(1)
		wanted <- api
	})
	var waiting sync.WaitGroup
	for range 4 {
		waiting.Go(func() {
			if status, _, _ := call(g, caseHost, "/dev/"); status != 201 {
				t.Errorf("a request that waited is answered %d", status)
			}
		})
	}
	if api := <-wanted; api != caseApi {
		t.Errorf("asked for %s", api)
	}
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", definitionOf(map[string]*apigw.Method{"/": passthroughMock("201")}))})
	waiting.Wait()
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
}

// An API that will not come after all is an unknown one.
func TestRequestsForAnApiThatDoesNotComeEnd(t *testing.T) {
	g := New(Deps{})
	g.Announce([]string{caseApi}, func(api string) { go g.Unpublish(api) })
	for range 2 {
		if status, _, _ := call(g, caseHost, "/dev/"); status != 403 {
			t.Errorf("answered %d", status)
		}
	}
}

// What is served is not announced again, and a Definition that was given once
// need not be given again.
func TestPublishedStaysWhileItIsAnnounced(t *testing.T) {
	g := New(Deps{})
	release := releaseOf("dev", "d", definitionOf(map[string]*apigw.Method{"/": passthroughMock("202")}))
	g.Publish(caseApi, []apigw.Release{release})
	g.Announce([]string{caseApi}, func(string) { t.Error("asked for what is there") })
	release.Definition = nil
	g.Publish(caseApi, []apigw.Release{release})
	if status, _, _ := call(g, caseHost, "/dev/"); status != 202 {
		t.Errorf("answered %d", status)
	}
}
