package gateway

import (
	"context"
	"errors"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/authorizer"
	"github.com/poterne/poterne/wire/httpmsg"
)

// What a test of an authorizer stands for (data plane §22.2).
const (
	testRequestId      = "test-request"
	testAuthorizeStage = "ESTestInvoke-stage"
)

// TestInvokeAuthorizer asks an authorizer as def has it, without a result that
// was kept, and answers with the log that AWS writes. A call that is refused is
// an answer too: clientStatus is what a client would get, 0 for one who was
// found out.
func (g *Gateway) TestInvokeAuthorizer(_ context.Context, region string, def *apigw.Authorizer, in *apigw.TestInvokeAuthorizerInput) (*apigw.TestInvokeAuthorizerResponse, error) {
	req := newTestRequest(&apigw.TestInvokeMethodInput{
		HttpMethod: "GET", PathWithQueryString: in.PathWithQueryString, Headers: in.Headers, MultiValueHeaders: in.MultiValueHeaders, Body: in.Body,
	}, "/")
	inv := g.invocations.Get().(*Invocation)
	var resp httpmsg.Response
	inv.beginTest(&req, &resp)
	inv.enterAuthorizerTest(region, in)
	answer := inv.testAuthorizer(region, def, in)
	inv.release()
	return answer, nil
}

func (inv *Invocation) enterAuthorizerTest(region string, in *apigw.TestInvokeAuthorizerInput) {
	c := &inv.context
	c.RequestID, c.AccountID, c.APIID, c.Stage = testRequestId, inv.g.deps.AccountId, in.RestApiId, testAuthorizeStage
	c.DomainName, c.DomainPrefix = testDomain, testPrefix
	c.Identity.SourceIP, c.Identity.UserAgent, c.Identity.APIKey = testSourceIp, testUserAgent, testApiKey
	c.HTTPMethod, c.ResourcePath = "GET", "/"
	inv.branch = &branch{variables: paramList(in.StageVariables)}
	inv.method = newLiveMethod(&method{})
	inv.scope.StageVariables = inv.branch.variables
	inv.methodARN = "arn:" + apigw.Partition(region) + ":execute-api:" + region + ":" + c.AccountID + ":" + c.APIID + "/" + testAuthorizeStage + "/GET/"
}

// authorizationTypes are those of Methods that the types of Authorizers are for.
var authorizationTypes = map[string]string{
	apigw.AuthorizerTypeToken:            "CUSTOM",
	apigw.AuthorizerTypeRequest:          "CUSTOM",
	apigw.AuthorizerTypeCognitoUserPools: "COGNITO_USER_POOLS",
}

func (inv *Invocation) testAuthorizer(region string, def *apigw.Authorizer, in *apigw.TestInvokeAuthorizerInput) *apigw.TestInvokeAuthorizerResponse {
	kind := authorizationTypes[deref(def.Type)]
	inv.method.authorization = kind
	inv.note(noteAuthorizing, deref(def.Id), testRequestId)
	deps := inv.g.compileDeps().authorization
	deps.Results = nil
	tested, err := authorizer.New(&apigw.Method{AuthorizationType: &kind}, def, deps)
	out := authorizer.Outcome{}
	if err != nil {
		err = &authorizer.Refusal{Kind: authorizer.Misconfigured, Reason: err.Error()}
	} else {
		inv.readParams()
		out, err = tested.Authorize(&authorizer.Request{
			HTTP: inv.req, Scope: &inv.scope, Region: region, ARN: inv.methodARN, Keys: inv.keys, Now: inv.start, Trace: inv.traceText(),
			Event: inv.event, Context: in.AdditionalContext, Log: authorizerLog{inv},
		})
	}
	return inv.authorizerAnswer(&out, err)
}

func (inv *Invocation) authorizerAnswer(out *authorizer.Outcome, err error) *apigw.TestInvokeAuthorizerResponse {
	status := 0
	if err != nil {
		var f *failure
		errors.As(inv.refused(err), &f)
		inv.note(f.note, f.details[:]...)
		status = responseTypes[f.kind].status
	}
	latency := inv.g.deps.Now().Sub(inv.start).Milliseconds()
	log := inv.testLog()
	answer := &apigw.TestInvokeAuthorizerResponse{ClientStatus: &status, Latency: &latency, Log: &log}
	a := &inv.context.Authorizer
	if err != nil {
		return answer
	}
	if out.Policy != "" {
		principal := strings.Clone(a.PrincipalID)
		answer.PrincipalId, answer.Policy = &principal, &out.Policy
	}
	for _, p := range a.Context {
		if answer.Authorization == nil {
			answer.Authorization = map[string][]string{}
		}
		answer.Authorization[p.Name] = []string{p.Value}
	}
	for _, p := range a.Claims {
		if answer.Claims == nil {
			answer.Claims = map[string]string{}
		}
		answer.Claims[p.Name] = p.Value
	}
	return answer
}
