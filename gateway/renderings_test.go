package gateway

import (
	"runtime"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// While too many templates wait to be rendered, a request that needs one is
// refused before anything is done for it, and served when they are through.
func TestOverrunRenderingsAreRefused(t *testing.T) {
	g := New(Deps{})
	defer g.deps.Egress.Close()
	g.Publish(caseApi, []apigw.Release{growthRelease(caseApi, 1)})
	var retryAfter string
	ask := func() (status int) {
		status, retryAfter = askGrowth(t, g, "/dev/area0/kind0/7/part")
		return status
	}
	if got := ask(); got != 200 {
		t.Fatalf("answered %d", got)
	}
	for range g.renderings.limit {
		g.renderings.enter()
	}
	entered := make(chan struct{})
	for range mostWaiting {
		go func() {
			g.renderings.enter()
			entered <- struct{}{}
		}()
	}
	for began := time.Now(); !g.renderings.overrun(); runtime.Gosched() {
		if time.Since(began) > time.Minute {
			t.Fatalf("%d wait, and more may", g.renderings.asked.Load())
		}
	}
	if got := ask(); got != 503 || retryAfter != "1" {
		t.Errorf("answered %d, Retry-After %q", got, retryAfter)
	}
	for range mostWaiting { // each that leaves lets one in
		g.renderings.leave()
		<-entered
	}
	for range g.renderings.limit {
		g.renderings.leave()
	}
	if got := ask(); got != 200 {
		t.Errorf("answered %d when it was over", got)
	}
	if n := g.renderings.asked.Load(); n != 0 {
		t.Errorf("%d places were not given back", n)
	}
}

func askGrowth(t *testing.T, g *Gateway, path string) (status int, retryAfter string) {
	t.Helper()
	req := httpmsg.Request{Method: "GET", Path: path, Host: caseApi + ".execute-api.localhost:4566", Proto: "HTTP/1.1", Received: caseNow}
	var resp httpmsg.Response
	g.Handle(&req, &resp)
	defer resp.Reset()
	resp.Done(0, nil)
	retryAfter, _ = resp.Header.Get("Retry-After")
	return resp.Status, retryAfter
}
