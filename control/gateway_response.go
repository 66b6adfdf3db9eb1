package control

import (
	"maps"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
	"github.com/poterne/poterne/store"
)

// Every type of gateway response is always there; a document holds the ones
// that were customised (control plane §2.12).

// gatewayResponseStatus is the built-in status of each type (AF-102).
var gatewayResponseStatus = map[string]string{
	"ACCESS_DENIED":                  "403",
	"API_CONFIGURATION_ERROR":        "500",
	"AUTHORIZER_CONFIGURATION_ERROR": "500",
	"AUTHORIZER_FAILURE":             "500",
	"BAD_REQUEST_BODY":               "400",
	"BAD_REQUEST_PARAMETERS":         "400",
	default4xx:                       "",
	default5xx:                       "",
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

const (
	default4xx = "DEFAULT_4XX"
	default5xx = "DEFAULT_5XX"
)

// builtInResponse is what a type answers when nobody has changed it (AF-103).
func builtInResponse(kind string) *apigw.GatewayResponse {
	return &apigw.GatewayResponse{
		ResponseType:       &kind,
		StatusCode:         optional(gatewayResponseStatus[kind]),
		ResponseParameters: map[string]string{},
		ResponseTemplates:  apigw.Templates{"application/json": new(`{"message":$context.error.messageString}`)},
		DefaultResponse:    new(true),
	}
}

// completed is a customised response with the type's built-in in the place of
// what it leaves open, not what DEFAULT_4XX or DEFAULT_5XX say (AF-104, AF-105).
func completed(given *apigw.GatewayResponse) *apigw.GatewayResponse {
	response := builtInResponse(*given.ResponseType)
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

func (t *tx) gatewayResponseKey(api, kind string) store.Key {
	return t.key("restapis", api, "gatewayresponses", kind)
}

// customisedResponses are those of an API, by type.
func (t *tx) customisedResponses(api string) (map[string]*apigw.GatewayResponse, error) {
	customised := map[string]*apigw.GatewayResponse{}
	for response, err := range scan[apigw.GatewayResponse](t, t.key("restapis", api, "gatewayresponses")) {
		if err != nil {
			return nil, err
		}
		customised[*response.ResponseType] = completed(response)
	}
	return customised, nil
}

// shownResponse is what a type answers: its own, else what DEFAULT_4XX or
// DEFAULT_5XX were made, else the built-in. The class of a type is that of its
// built-in status (AF-105).
func shownResponse(customised map[string]*apigw.GatewayResponse, kind string) *apigw.GatewayResponse {
	if own := customised[kind]; own != nil {
		return own
	}
	shown := builtInResponse(kind)
	class := default4xx
	if deref(shown.StatusCode) >= "500" {
		class = default5xx
	}
	inherited := customised[class]
	if inherited == nil || gatewayResponseStatus[kind] == "" {
		return shown
	}
	if inherited.StatusCode != nil {
		shown.StatusCode = inherited.StatusCode
	}
	shown.ResponseParameters = inherited.ResponseParameters
	shown.ResponseTemplates = inherited.ResponseTemplates
	return shown
}

func (t *tx) getGatewayResponse(in *apigw.GetGatewayResponseInput) (*apigw.GatewayResponse, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	customised, err := t.customisedResponses(in.RestApiId)
	if err != nil {
		return nil, err
	}
	return shownResponse(customised, in.ResponseType), nil
}

// getGatewayResponses lists all types by name (AF-102).
func (t *tx) getGatewayResponses(in *apigw.GetGatewayResponsesInput) (*apigw.GatewayResponses, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	customised, err := t.customisedResponses(in.RestApiId)
	if err != nil {
		return nil, err
	}
	kinds, position, err := paginate(sortedKeys(gatewayResponseStatus), func(kind string) string { return kind }, in.Position, in.Limit)
	if err != nil {
		return nil, err
	}
	answer := &apigw.GatewayResponses{Position: position, Items: []apigw.GatewayResponse{}}
	for _, kind := range kinds {
		answer.Items = append(answer.Items, *shownResponse(customised, kind))
	}
	return answer, nil
}

func (t *tx) putGatewayResponse(in *apigw.PutGatewayResponseInput) (*apigw.GatewayResponse, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	response := completed(&apigw.GatewayResponse{
		ResponseType:       &in.ResponseType,
		StatusCode:         in.StatusCode,
		ResponseParameters: in.ResponseParameters,
		ResponseTemplates:  in.ResponseTemplates,
	})
	return response, t.saveGatewayResponse(in.RestApiId, response)
}

func (t *tx) saveGatewayResponse(api string, response *apigw.GatewayResponse) error {
	if err := t.checkGatewayResponse(response); err != nil {
		return err
	}
	return t.save(t.gatewayResponseKey(api, *response.ResponseType), response)
}

var gatewayResponsePatches = patchTable[apigw.GatewayResponse]{familyB, []patchRule[apigw.GatewayResponse]{
	{path: "/statusCode", ops: replace, wrongOp: "Invalid patch path /statusCode", apply: patchGatewayStatus},
	{path: "/responseParameters/*", ops: add | replace | remove,
		apply: wantingValue("responseParameters", setEntry(func(r *apigw.GatewayResponse) *map[string]string { return &r.ResponseParameters }, (*patch).text, noParameter))},
	{path: "/responseTemplates/*", ops: add | replace | remove,
		apply: wantingValue("responseTemplates", setEntry(func(r *apigw.GatewayResponse) *apigw.Templates { return &r.ResponseTemplates }, templateValue, noContentType))},
}}

var statusCode = lazyregexp.New(`^[1-5]\d\d$`)

func patchGatewayStatus(r *apigw.GatewayResponse, p *patch) error {
	if !statusCode.MatchString(p.text()) {
		return apigw.BadRequest("Invalid status code specified: %s", p.text())
	}
	r.StatusCode = p.value
	return nil
}

// wantingValue refuses a null before it is looked whether the entry is there
// (AF-109).
func wantingValue(member string, apply func(*apigw.GatewayResponse, *patch) error) func(*apigw.GatewayResponse, *patch) error {
	return func(r *apigw.GatewayResponse, p *patch) error {
		if p.op != remove && p.text() == "" {
			return errNullEntry(member)
		}
		return apply(r, p)
	}
}

func errNullEntry(member string) error {
	return apigw.BadRequest("Invalid null or empty value in %s", member)
}

// updateGatewayResponse also works on a type that was never set, which is
// customised by it (AF-108).
func (t *tx) updateGatewayResponse(in *apigw.UpdateGatewayResponseInput) (*apigw.GatewayResponse, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	stored, err := load[apigw.GatewayResponse](t, t.gatewayResponseKey(in.RestApiId, in.ResponseType))
	if err != nil {
		return nil, err
	}
	if stored == nil {
		stored = &apigw.GatewayResponse{ResponseType: &in.ResponseType}
	}
	response := completed(stored)
	if err := gatewayResponsePatches.apply(response, in.PatchOperations); err != nil {
		return nil, err
	}
	keepEmpty(&response.ResponseParameters)
	keepEmpty(&response.ResponseTemplates)
	return response, t.saveGatewayResponse(in.RestApiId, response)
}

// keepEmpty makes a map of which the last entry was removed an empty one.
func keepEmpty[M ~map[string]V, V any](m *M) {
	if *m == nil {
		*m = M{}
	}
}

func (t *tx) deleteGatewayResponse(in *apigw.DeleteGatewayResponseInput) error {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return err
	}
	customised, err := t.has(t.gatewayResponseKey(in.RestApiId, in.ResponseType))
	if err != nil {
		return err
	}
	if !customised {
		return apigw.NotFound("Gateway response type not defined on api")
	}
	return t.Delete(t.gatewayResponseKey(in.RestApiId, in.ResponseType))
}

// checkGatewayResponse: rule 7 of control plane §2.12, and no entry without a
// value.
func (t *tx) checkGatewayResponse(response *apigw.GatewayResponse) error {
	for _, key := range sortedKeys(response.ResponseParameters) {
		value := response.ResponseParameters[key]
		if value == "" {
			return errNullEntry("responseParameters")
		}
		if _, ok := parseParameter(key, "gatewayresponse", "header"); !ok {
			return errMapping(notAnExpression(key))
		}
		if !isGatewayExpression(value) {
			return errMapping(notAnExpression(value))
		}
	}
	for template := range maps.Values(response.ResponseTemplates) {
		if deref(template) == "" {
			return errNullEntry("responseTemplates")
		}
	}
	if err := checkContentTypes(response.ResponseTemplates); err != nil {
		return err
	}
	return t.checkTemplateSizes(response.ResponseTemplates)
}

func isGatewayExpression(expression string) bool {
	if isStatic(expression) || isVariable(expression) {
		return true
	}
	_, ok := parseParameter(expression, "method.request", "header", "querystring", "path", "multivalueheader", "multivaluequerystring")
	return ok
}
