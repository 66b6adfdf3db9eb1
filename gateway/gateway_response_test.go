package gateway

import (
	"slices"
	"strconv"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// Every type of the contract (data plane §17.1, AF-102): status, error type and
// body, built in.
var builtInResponses = []struct {
	kind      typeIndex
	name      string
	status    int
	errorType string
	body      string
}{
	{accessDenied, "ACCESS_DENIED", 403, "AccessDeniedException", `{"Message":"User is not authorized to access this resource"}`},
	{apiConfigurationError, "API_CONFIGURATION_ERROR", 500, "InternalServerErrorException", `{"message": "Internal server error"}`},
	{authorizerConfigurationError, "AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException", `{"message":null}`},
	{authorizerFailure, "AUTHORIZER_FAILURE", 500, "AuthorizerFailureException", `{"message":null}`},
	{badRequestBody, "BAD_REQUEST_BODY", 400, "BadRequestException", `{"message": "Invalid request body"}`},
	{badRequestParameters, "BAD_REQUEST_PARAMETERS", 400, "BadRequestException", `{"message": "Missing required request parameters: []"}`},
	{expiredToken, "EXPIRED_TOKEN", 403, "ExpiredTokenException", `{"message":"The security token included in the request is expired"}`},
	{integrationFailure, "INTEGRATION_FAILURE", 504, "InternalServerErrorException", `{"message": "Network error communicating with endpoint"}`},
	{integrationTimeout, "INTEGRATION_TIMEOUT", 504, "InternalServerErrorException", `{"message": "Endpoint request timed out"}`},
	{invalidAPIKey, "INVALID_API_KEY", 403, "ForbiddenException", `{"message":"Forbidden"}`},
	{missingAuthenticationToken, "MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`},
	{quotaExceeded, "QUOTA_EXCEEDED", 429, "LimitExceededException", `{"message":"Limit Exceeded"}`},
	{resourceNotFound, "RESOURCE_NOT_FOUND", 404, "ResourceNotFoundException", `{"message":"Not Found"}`},
	{throttled, "THROTTLED", 429, "TooManyRequestsException", `{"message":"Too Many Requests"}`},
	{unauthorized, "UNAUTHORIZED", 401, "UnauthorizedException", `{"message":"Unauthorized"}`},
	{unsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException", `{"message": "Unsupported Media Type"}`},
	{wafFiltered, "WAF_FILTERED", 403, "ForbiddenException", `{"message":"Forbidden"}`},
}

// failing serves an API with gateway responses, and answers it with a failure.
func failing(t *testing.T, responses []apigw.GatewayResponse, kind typeIndex) (status int, errorType, body string) {
	t.Helper()
	def := definitionOf(map[string]*apigw.Method{"/": passthroughMock("200")})
	def.GatewayResponses = responses
	g := New(Deps{})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", def)})
	var resp httpmsg.Response
	inv := newInvocation(g)
	inv.begin(&httpmsg.Request{Method: "GET", Path: "/dev/", Host: caseHost}, &resp)
	if err := inv.route(g.live.Load()); err != nil {
		t.Fatal(err)
	}
	inv.fail(&failure{kind: kind, validation: "[found]"})
	errorType, _ = resp.Header.Get(errorTypeHeader)
	return resp.Status, errorType, string(resp.Body)
}

func TestGatewayResponseTypes(t *testing.T) {
	for _, want := range builtInResponses {
		status, errorType, body := failing(t, nil, want.kind)
		if status != want.status || errorType != want.errorType || body != want.body {
			t.Errorf("%s: %d %s %s, want %d %s %s", want.name, status, errorType, body, want.status, want.errorType, want.body)
		}
	}
}

// DEFAULT_4XX and DEFAULT_5XX serve the types of their hundred that have no
// response of their own, whose status they set only if they have one
// (data plane §17.1, §17.2, AF-105); what a template says of the error is the
// same for all.
func TestGatewayResponseDefaults(t *testing.T) {
	const text = "$context.error.responseType|$context.error.message|$context.error.messageString|$context.error.validationErrorString"
	template := text
	named := func(name string, status *string) apigw.GatewayResponse {
		return apigw.GatewayResponse{ResponseType: &name, StatusCode: status, ResponseTemplates: apigw.Templates{"application/json": ptr(name + " " + template)}}
	}
	for _, row := range builtInResponses {
		group := "DEFAULT_4XX"
		if row.status >= 500 {
			group = "DEFAULT_5XX"
		}
		defaults := []apigw.GatewayResponse{named("DEFAULT_4XX", nil), named("DEFAULT_5XX", ptr("599"))}
		want := row.status
		if group == "DEFAULT_5XX" {
			want = 599
		}
		message := responseTypes[row.kind].message
		quoted, rest := strconv.Quote(message), "|[found]"
		if message == "" {
			quoted = "null"
		}
		told := row.name + "|" + message + "|" + quoted + rest
		if status, _, body := failing(t, defaults, row.kind); status != want || body != group+" "+told {
			t.Errorf("%s by %s: %d %s, want %d %s", row.name, group, status, body, want, told)
		}
		own := append(slices.Clone(defaults), named(row.name, ptr("418")))
		if status, _, body := failing(t, own, row.kind); status != 418 || body != row.name+" "+told {
			t.Errorf("%s by its own: %d %s", row.name, status, body)
		}
	}
}

// A body that is too large is told in plain text whatever is customised
// (data plane §2.2).
func TestTooLargeIsNotCustomised(t *testing.T) {
	name := "REQUEST_TOO_LARGE"
	custom := []apigw.GatewayResponse{{ResponseType: &name, StatusCode: ptr("418"), ResponseTemplates: apigw.Templates{"application/json": ptr("custom")}}}
	if status, _, body := failing(t, custom, requestTooLarge); status != 413 || body != "HTTP content length exceeded 10485760 bytes." {
		t.Errorf("%d %s", status, body)
	}
}

// A parameter that a response has no place for is told, once.
func TestGatewayResponseHasNoPath(t *testing.T) {
	def := definitionOf(map[string]*apigw.Method{"/": passthroughMock("200")})
	def.GatewayResponses = []apigw.GatewayResponse{{ResponseType: ptr("THROTTLED"), ResponseParameters: map[string]string{
		"gatewayresponse.path.p": "'x'", "gatewayresponse.header.X": "'x'",
	}}}
	g := New(Deps{})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", def)})
	reports := g.Reports()
	if len(reports) != 1 || reports[0].Severity != NotEnforced || reports[0].Position != "gateway response THROTTLED responseParameters gatewayresponse.path.p" {
		t.Errorf("%+v", reports)
	}
}
