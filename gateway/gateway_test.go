package gateway

import (
	"bytes"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// passthroughMock is a Method that answers what it is sent: {"statusCode": n}.
func passthroughMock(status string) *apigw.Method {
	return &apigw.Method{HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"), MethodIntegration: &apigw.Integration{
		Type:                 ptr("MOCK"),
		IntegrationResponses: map[string]*apigw.IntegrationResponse{status: {}},
	}}
}

func definitionOf(methods map[string]*apigw.Method) *apigw.Definition {
	d := &apigw.Definition{}
	for path, m := range methods {
		d.Resources = append(d.Resources, apigw.Resource{Id: ptr("r"), Path: ptr(path), ResourceMethods: map[string]*apigw.Method{"GET": m}})
	}
	return d
}

func releaseOf(stage, deployment string, def *apigw.Definition) apigw.Release {
	return apigw.Release{
		Region: "eu-west-1", AccountId: "123456789012", RestApiId: caseApi, Definition: def,
		Stage: apigw.Stage{StageName: ptr(stage), DeploymentId: ptr(deployment)},
	}
}

// call sends a MOCK its own statusCode.
func call(g *Gateway, host, path string) (int, httpmsg.Header, string) {
	req := &httpmsg.Request{Method: "GET", Host: host, Path: path, Proto: "HTTP/1.1"}
	req.SetBody([]byte(`{"statusCode": 1}`))
	var resp httpmsg.Response
	g.Handle(req, &resp)
	status, body := resp.Status, string(resp.Body)
	var header httpmsg.Header
	for name, value := range resp.Header.All() {
		header.Add(strings.Clone(name), strings.Clone(value))
	}
	resp.Done(0, nil)
	resp.Reset()
	return status, header, body
}

const caseHost = caseApi + ".execute-api.localhost"

func TestIds(t *testing.T) {
	g := New(Deps{})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", definitionOf(map[string]*apigw.Method{"/": passthroughMock("200")}))})
	seen := map[string]bool{}
	for range 3 {
		_, header, _ := call(g, caseHost, "/dev/")
		id, _ := header.Get("x-amzn-RequestId")
		extended, _ := header.Get("x-amz-apigw-id")
		if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
			t.Errorf("request id %q is no UUID of version 4", id)
		}
		if len(extended) != 16 || !strings.HasSuffix(extended, "=") {
			t.Errorf("extended request id %q", extended)
		}
		if seen[id] || seen[extended] {
			t.Errorf("ids %q, %q came twice", id, extended)
		}
		seen[id], seen[extended] = true, true
	}
}

// A client's own request id is kept if it is a UUID (data plane §3.1).
func TestClientRequestId(t *testing.T) {
	g := New(Deps{})
	for sent, kept := range map[string]bool{"2f9ad2b5-9f5a-4a0e-9d0c-0123456789ab": true, "mine": false} {
		req := &httpmsg.Request{Method: "GET", Host: caseHost, Path: "/dev/"}
		req.Header.Add("x-amzn-requestid", sent)
		var resp httpmsg.Response
		g.Handle(req, &resp)
		if id, _ := resp.Header.Get("x-amzn-RequestId"); (id == sent) != kept {
			t.Errorf("client sent %q, response says %q", sent, id)
		}
	}
}

func TestTrace(t *testing.T) {
	cases := []struct{ sent, want string }{
		{"", `^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$`},
		{"Root=1-a-b", `^Root=1-a-b;Parent=[0-9a-f]{16};Sampled=0$`},
		{"Root=1-a-b;Parent=p", `^Root=1-a-b;Parent=p;Sampled=1$`},
		{"Sampled=0; Parent=p; Root=r;Lineage=x", `^Root=r;Parent=p;Sampled=0$`},
		{"nonsense", `^Root=1-[0-9a-f-]{33};Parent=[0-9a-f]{16};Sampled=0$`},
	}
	for _, c := range cases {
		var d ids
		got := readTrace(c.sent)
		got.draw(countingRandom())
		got.complete(&d, caseNow)
		if text := string(got.appendTo(nil)); !regexp.MustCompile(c.want).MatchString(text) {
			t.Errorf("%q becomes %q, want %s", c.sent, text, c.want)
		}
	}
}

func TestPublishCompilesWhatIsNew(t *testing.T) {
	g := New(Deps{})
	def := definitionOf(map[string]*apigw.Method{"/": passthroughMock("200")})
	g.Publish(caseApi, []apigw.Release{releaseOf("a", "d1", def), releaseOf("b", "d1", def)})
	first := g.live.Load().apis[caseApi]
	if first.stages["a"].main.deployment != first.stages["b"].main.deployment {
		t.Error("two stages of a deployment have compiled it twice")
	}
	g.Publish(caseApi, []apigw.Release{releaseOf("a", "d1", def), releaseOf("b", "d2", def)})
	second := g.live.Load().apis[caseApi]
	if second.stages["a"].main.deployment != first.stages["a"].main.deployment {
		t.Error("a deployment that stayed was compiled again")
	}
	if second.stages["b"].main.deployment == first.stages["b"].main.deployment {
		t.Error("a new deployment serves the old one")
	}
	g.Publish(caseApi, []apigw.Release{releaseOf("b", "d2", def)})
	if status, _, _ := call(g, caseHost, "/a/"); status != 403 {
		t.Errorf("a stage that is gone answers %d", status)
	}
	if len(g.live.Load().apis[caseApi].compiled) != 1 {
		t.Error("deployments that no stage uses are kept")
	}
	g.Unpublish(caseApi)
	if status, _, body := call(g, caseHost, "/b/"); status != 403 || body != `{"message":"Forbidden"}` {
		t.Errorf("an API that is gone answers %d %s", status, body)
	}
}

// What a Deployment froze serves until another one is made: validators, binary
// types and all (AF-204, AF-254, AF-277).
func TestDeploymentIsFrozen(t *testing.T) {
	validated := passthroughMock("200")
	validated.RequestValidatorId = ptr("v")
	validated.RequestParameters = map[string]bool{"method.request.querystring.q": true}
	def := definitionOf(map[string]*apigw.Method{"/": validated})
	def.RequestValidators = []apigw.RequestValidator{{Id: ptr("v"), ValidateRequestParameters: ptr(true)}}
	g := New(Deps{})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d1", def)})
	if status, _, _ := call(g, caseHost, "/dev/"); status != 400 {
		t.Fatalf("a parameter is missing: %d", status)
	}
	changed := *def
	changed.RequestValidators = []apigw.RequestValidator{{Id: ptr("v")}}
	changed.RestApi.BinaryMediaTypes = []string{"*/*"}
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d1", &changed)})
	if status, _, _ := call(g, caseHost, "/dev/"); status != 400 {
		t.Errorf("changed without a deployment: %d", status)
	}
	changed.RestApi.BinaryMediaTypes = nil
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d2", &changed)})
	if status, _, _ := call(g, caseHost, "/dev/"); status != 200 {
		t.Errorf("after the deployment: %d", status)
	}
}

func TestRoot(t *testing.T) {
	g := New(Deps{})
	def := definitionOf(map[string]*apigw.Method{"/": passthroughMock("200"), "/pets/{id}": passthroughMock("201")})
	g.Publish(caseApi, []apigw.Release{releaseOf("v1", "d", def)})
	if g.Serves("GET", "/pets/7") {
		t.Error("the root is served before SetRoot")
	}
	g.SetRoot(caseApi, "v1")
	for path, want := range map[string]int{"/": 200, "/pets/7": 201, "/nothing": 403} {
		if status, _, _ := call(g, "localhost:4566", path); status != want {
			t.Errorf("%s answers %d, want %d", path, status, want)
		}
		if g.Serves("GET", path) != (want != 403) {
			t.Errorf("Serves(GET, %s) is wrong", path)
		}
	}
	if g.Serves("DELETE", "/pets/7") {
		t.Error("Serves a verb that no Method has")
	}
	g.SetRoot("", "")
	if status, _, _ := call(g, "localhost:4566", "/pets/7"); status != 403 {
		t.Errorf("the root is still served: %d", status)
	}
}

// A stage's method throttle; a swap of the snapshot refills nothing
// (data plane §7.2).
func TestThrottleOutlivesSnapshots(t *testing.T) {
	now := caseNow
	g := New(Deps{Now: func() time.Time { return now }})
	release := releaseOf("dev", "d", definitionOf(map[string]*apigw.Method{"/pets": passthroughMock("200")}))
	release.Stage.MethodSettings = map[string]*apigw.MethodSetting{
		"pets/GET": {ThrottlingBurstLimit: ptr(2), ThrottlingRateLimit: ptr(apigw.Double(1))},
	}
	g.Publish(caseApi, []apigw.Release{release})
	statuses := func(n int) (all []int) {
		for range n {
			g.Publish(caseApi, []apigw.Release{release})
			status, _, _ := call(g, caseHost, "/dev/pets")
			all = append(all, status)
		}
		return all
	}
	if got := statuses(3); got[0] != 200 || got[1] != 200 || got[2] != 429 {
		t.Errorf("a burst of 2 answers %v", got)
	}
	now = now.Add(time.Second)
	if got := statuses(2); got[0] != 200 || got[1] != 429 {
		t.Errorf("a second later: %v", got)
	}
	_, header, body := call(g, caseHost, "/dev/pets")
	if kind, _ := header.Get("x-amzn-ErrorType"); kind != "TooManyRequestsException" || body != `{"message":"Too Many Requests"}` {
		t.Errorf("throttled: %s %s", kind, body)
	}
}

func TestCanaryShare(t *testing.T) {
	g := New(Deps{Random: countingRandom()})
	release := releaseOf("dev", "d1", definitionOf(map[string]*apigw.Method{"/": passthroughMock("200")}))
	release.Canary = definitionOf(map[string]*apigw.Method{"/": passthroughMock("201")})
	for _, percent := range []float64{0, 25, 100} {
		release.Stage.CanarySettings = &apigw.CanarySettings{DeploymentId: ptr("d2"), PercentTraffic: ptr(apigw.Double(percent))}
		g.Publish(caseApi, []apigw.Release{release})
		const calls = 2000
		canary := 0
		for range calls {
			if status, _, _ := call(g, caseHost, "/dev/"); status == 201 {
				canary++
			}
		}
		if share := 100 * float64(canary) / calls; share < percent-3 || share > percent+3 || percent == 0 && canary > 0 || percent == 100 && canary < calls {
			t.Errorf("%v %% asked, %v %% went to the canary", percent, share)
		}
	}
}

// Every request sees one snapshot whole, and pooled Invocations do not leak
// into one another.
func TestSwapsUnderLoad(t *testing.T) {
	g := New(Deps{})
	publish := func(n int) {
		method := passthroughMock("200")
		method.MethodIntegration.IntegrationResponses["200"].ResponseParameters = map[string]string{
			"method.response.header.X-One": "stageVariables.n", "method.response.header.X-Two": "'" + strconv.Itoa(n) + "'",
			"method.response.header.X-Path": "context.path",
		}
		release := releaseOf("dev", "d"+strconv.Itoa(n), definitionOf(map[string]*apigw.Method{"/{p+}": method}))
		release.Stage.Variables = map[string]string{"n": strconv.Itoa(n)}
		g.Publish(caseApi, []apigw.Release{release})
	}
	publish(0)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 500 {
				path := "/dev/" + strconv.Itoa(w) + "/" + strconv.Itoa(i)
				status, header, _ := call(g, caseHost, path)
				one, _ := header.Get("X-One")
				two, _ := header.Get("X-Two")
				seen, _ := header.Get("X-Path")
				if status != 200 || one != two || seen != path {
					t.Errorf("%s: status %d, variable %q, mapping %q, path %q", path, status, one, two, seen)
					return
				}
			}
		})
	}
	for n := range 100 {
		publish(n + 1)
	}
	wg.Wait()
}

// A fault of ours is a 500 for that request alone, and a line in the log.
func TestPanicIsAnswered(t *testing.T) {
	var said bytes.Buffer
	g := New(Deps{Log: slog.New(slog.NewTextHandler(&said, nil))})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", definitionOf(map[string]*apigw.Method{"/": passthroughMock("200")}))})
	req := &httpmsg.Request{Method: "GET", Host: caseHost, Path: "/dev/"}
	req.SetBodyReader(func() ([]byte, error) { panic("fault") })
	var resp httpmsg.Response
	g.Handle(req, &resp)
	if resp.Status != 500 || string(resp.Body) != `{"message": "Internal server error"}` {
		t.Errorf("%d %s", resp.Status, resp.Body)
	}
	id, _ := resp.Header.Get(requestIdHeader)
	if text := said.String(); !strings.Contains(text, "panic while serving a request") || !strings.Contains(text, "cause=fault") || !strings.Contains(text, "request="+id) || !strings.Contains(text, "stack=") {
		t.Errorf("the log says %s", text)
	}
	resp.Done(0, nil)
	if status, _, _ := call(g, caseHost, "/dev/"); status != 200 {
		t.Errorf("the next request answers %d", status)
	}
}
