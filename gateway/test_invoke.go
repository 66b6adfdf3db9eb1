package gateway

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// What $context holds in a test invocation, where there is no client and no
// stage (data plane §22.1).
const (
	testStage     = "test-invoke-stage"
	testDomain    = "testPrefix.testDomainName"
	testPrefix    = "testPrefix"
	testSourceIp  = "test-invoke-source-ip"
	testUserAgent = "aws-internal/3"
	testApiKey    = "test-invoke-api-key"
	testApiKeyId  = "test-invoke-api-key-id"
)

// TestInvokeMethod runs a Method as def has it, deployed or not, without
// authorization, keys and throttles, and answers with the log that AWS writes
// (AF-181 to AF-188). An invocation that fails is an answer too. The error is
// an *apigw.Error: def has no such Method.
func (g *Gateway) TestInvokeMethod(ctx context.Context, def *apigw.Definition, in *apigw.TestInvokeMethodInput) (*apigw.TestInvokeMethodResponse, error) {
	d := compile(def, g.compileDeps())
	m := testedMethod(d, in)
	if m == nil {
		return nil, apigw.NotFound("Invalid Method identifier specified")
	}
	test := newTestRequest(in, m.resourcePath)
	inv := g.invocations.Get().(*Invocation)
	var resp httpmsg.Response
	inv.beginTest(&test, &resp)
	inv.snapshot, inv.certificate = g.live.Load(), deref(in.ClientCertificateId)
	inv.branch = &branch{deployment: d, variables: paramList(in.StageVariables)}
	inv.enterTest(in, m)
	if deadline, ok := ctx.Deadline(); ok {
		inv.method.timeout = min(m.timeout, time.Until(deadline))
	}
	if m.streamIdle > 0 {
		inv.method.timeout = min(inv.method.timeout, testStreamTime)
	}
	inv.serveTest()
	answer := inv.testAnswer()
	resp.Reset()
	inv.release()
	return answer, nil
}

func testedMethod(d *deployment, in *apigw.TestInvokeMethodInput) *method {
	for _, wanted := range []verb{verbOf(in.HttpMethod), verbAny} {
		for _, m := range d.methods {
			if m.verb == wanted && (in.ResourceId == "" || m.resourceId == in.ResourceId) {
				return m
			}
		}
	}
	return nil
}

// newTestRequest is the request that in describes. Without a path it is the
// resource's own, braces and all (AF-183).
func newTestRequest(in *apigw.TestInvokeMethodInput, resourcePath string) httpmsg.Request {
	target := deref(in.PathWithQueryString)
	if target == "" {
		target = resourcePath
	}
	r := httpmsg.Request{Method: in.HttpMethod, Host: testDomain, Proto: "HTTP/1.1"}
	r.Path, r.RawQuery, _ = strings.Cut(target, "?")
	if !strings.HasPrefix(r.Path, "/") {
		r.Path = "/" + r.Path
	}
	for _, name := range slices.Sorted(maps.Keys(in.MultiValueHeaders)) {
		for _, value := range in.MultiValueHeaders[name] {
			r.Header.Add(name, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.Headers)) {
		if _, both := in.MultiValueHeaders[name]; !both {
			r.Header.Add(name, in.Headers[name])
		}
	}
	r.SetBody([]byte(deref(in.Body)))
	return r
}

func (inv *Invocation) beginTest(req *httpmsg.Request, resp *httpmsg.Response) {
	inv.begin(req, resp)
	inv.mode = modeTest
	inv.listener = &notes{step: stepRouting, now: inv.g.deps.Now}
	h := readHeaders(&req.Header)
	inv.identify(&h)
	inv.describe(address{path: req.Path}, &h)
	inv.contentType = jsonType // whatever the header says, as AWS's own test
}

func (inv *Invocation) enterTest(in *apigw.TestInvokeMethodInput, m *method) {
	c := &inv.context
	c.AccountID, c.APIID, c.Stage = inv.g.deps.AccountId, in.RestApiId, testStage
	c.DomainName, c.DomainPrefix = testDomain, testPrefix
	c.Identity.SourceIP, c.Identity.UserAgent = testSourceIp, testUserAgent
	c.Identity.APIKey, c.Identity.APIKeyID = testApiKey, testApiKeyId
	c.ResourceID, c.ResourcePath = m.resourceId, m.resourcePath
	c.Path = m.resourcePath // not the path of the test (field reports: brefphp/bref 534)
	c.HTTPMethod = in.HttpMethod
	inv.scope.StageVariables = inv.branch.variables
	inv.method = newLiveMethod(m)
	inv.method.takeSteps(modeTest)
	var own tree
	own.add(m.resourcePath, m.verb, 0)
	// A path that does not fit the resource has no parameters, and is served
	// all the same (AF-183).
	_, inv.pathParams = own.match(inv.req.Path, matchingVerb(m.verb), inv.pathParams[:0])
}

// matchingVerb is a verb that finds a Method of v.
func matchingVerb(v verb) verb {
	if v == verbAny {
		return verbGet
	}
	return v
}

func (inv *Invocation) serveTest() {
	defer inv.recoverPanic()
	inv.invoke()
}

// logDate begins every line of the log but the first.
const logDate = "Mon Jan 02 15:04:05 MST 2006"

func (inv *Invocation) testAnswer() *apigw.TestInvokeMethodResponse {
	r := inv.resp
	status, body := r.Status, string(r.Body)
	if r.Stream != nil {
		body = readTested(r.Stream)
		r.Stream = nil
	}
	latency := inv.g.deps.Now().Sub(inv.start).Milliseconds()
	out := &apigw.TestInvokeMethodResponse{
		Status: &status, Body: &body, Latency: &latency,
		Headers: map[string]string{}, MultiValueHeaders: map[string][]string{},
	}
	for name, value := range r.Header.All() {
		name, value = strings.Clone(name), strings.Clone(value)
		out.Headers[name] = value
		out.MultiValueHeaders[name] = append(out.MultiValueHeaders[name], value)
	}
	log := inv.testLog()
	if inv.method.streamIdle > 0 {
		log = "" // data plane §23
		if inv.context.Error.ResponseType == apigw.GatewayResponseTypeIntegrationTimeout {
			*out = apigw.TestInvokeMethodResponse{Status: new(int), Latency: &latency} // no headers in time
		}
	}
	out.Log = &log
	return out
}

func (inv *Invocation) testLog() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n", logTitle, inv.context.RequestID)
	for i := range inv.listener.lines {
		if n := &inv.listener.lines[i]; noteLines[n.kind].class != classOurs {
			fmt.Fprintf(&b, "%s : %s\n", n.at.UTC().Format(logDate), n.text())
		}
	}
	return b.String()
}
