package rule

import (
	"maps"
	"slices"

	"github.com/poterne/poterne/apigw"
)

// gatewayStatus is the built-in status of each type (AF-102).
var gatewayStatus = map[string]string{
	"ACCESS_DENIED":                  "403",
	"API_CONFIGURATION_ERROR":        "500",
	"AUTHORIZER_CONFIGURATION_ERROR": "500",
	"AUTHORIZER_FAILURE":             "500",
	"BAD_REQUEST_BODY":               "400",
	"BAD_REQUEST_PARAMETERS":         "400",
	"DEFAULT_4XX":                    "",
	"DEFAULT_5XX":                    "",
	"EXPIRED_TOKEN":                  "403",
	"INTEGRATION_FAILURE":            "504",
	"INTEGRATION_TIMEOUT":            "504",
	"INVALID_API_KEY":                "403",
	"INVALID_SIGNATURE":              "403",
	"MISSING_AUTHENTICATION_TOKEN":   "403",
	"QUOTA_EXCEEDED":                 "429",
	"REQUEST_TOO_LARGE":              "413",
	"RESOURCE_NOT_FOUND":             "404",
	"THROTTLED":                      "429",
	"UNAUTHORIZED":                   "401",
	"UNSUPPORTED_MEDIA_TYPE":         "415",
	"WAF_FILTERED":                   "403",
}

// GatewayResponseTypes are all types, by name.
func GatewayResponseTypes() []string { return slices.Sorted(maps.Keys(gatewayStatus)) }

// BuiltInResponse is what a type answers when nobody has changed it (AF-103).
func BuiltInResponse(kind string) *apigw.GatewayResponse {
	response := &apigw.GatewayResponse{
		ResponseType:       &kind,
		ResponseParameters: map[string]string{},
		ResponseTemplates:  apigw.Templates{"application/json": new(`{"message":$context.error.messageString}`)},
		DefaultResponse:    new(true),
	}
	if status := gatewayStatus[kind]; status != "" {
		response.StatusCode = &status
	}
	return response
}

// CompleteGatewayResponse is a customised response with the type's built-in in
// the place of what it leaves open, not what DEFAULT_4XX or DEFAULT_5XX say
// (AF-104, AF-105).
func CompleteGatewayResponse(given *apigw.GatewayResponse) *apigw.GatewayResponse {
	response := BuiltInResponse(*given.ResponseType)
	response.DefaultResponse = new(false)
	if given.StatusCode != nil {
		response.StatusCode = given.StatusCode
	}
	if given.ResponseParameters != nil {
		response.ResponseParameters = given.ResponseParameters
	}
	if given.ResponseTemplates != nil {
		response.ResponseTemplates = given.ResponseTemplates
	}
	return response
}

// GatewayResponse refuses what PutGatewayResponse, UpdateGatewayResponse and an
// import do not take (§2.12).
func GatewayResponse(g *apigw.GatewayResponse, by Server) error {
	return refuse(gatewayResponseRules, gatewayResponse{g, by})
}

type gatewayResponse struct {
	*apigw.GatewayResponse
	server Server
}

var gatewayResponseRules = []row[gatewayResponse]{
	{checkGatewayType, "use one of the response types of API Gateway"},
	{checkGatewayStatus, "give a statusCode from 100 to 599"},
	{checkGatewayParameters, "map 'text', method.request.header.X, context.X or stageVariables.X to gatewayresponse.header.X"},
	{func(g gatewayResponse) error { return g.server.checkTemplates(g.ResponseTemplates) }, nameTemplates},
}

// checkGatewayType is for documents: an operation's type has passed the
// contract.
func checkGatewayType(g gatewayResponse) error {
	if _, ok := gatewayStatus[*g.ResponseType]; ok {
		return nil
	}
	return apigw.BadRequest("Invalid gateway response type specified")
}

func checkGatewayStatus(g gatewayResponse) error {
	if g.StatusCode == nil || statusCode.MatchString(*g.StatusCode) {
		return nil
	}
	return apigw.BadRequest("Invalid status code specified: %s", *g.StatusCode)
}

// checkGatewayParameters: rule 7. That path and querystring are places of a
// gateway response too is in the Developer Guide
// (x-amazon-apigateway-gateway-responses.responseParameters).
func checkGatewayParameters(g gatewayResponse) error {
	for _, key := range slices.Sorted(maps.Keys(g.ResponseParameters)) {
		if _, ok := parseReference(key, "gatewayresponse", "header", "path", "querystring"); !ok {
			return errMapping(notAnExpression(key))
		}
		if value := g.ResponseParameters[key]; !isGatewayExpression(value) {
			return errMapping(notAnExpression(value))
		}
	}
	return nil
}

// isGatewayExpression: the Developer Guide's sample of gateway responses in
// OpenAPI reads method.input.params.X.
func isGatewayExpression(expression string) bool {
	_, request := parseRequestReference(expression)
	_, anywhere := parseReference(expression, "method.input", "params")
	return request || anywhere || isStatic(expression) || isVariable(expression)
}
