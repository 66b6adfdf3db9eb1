package control

import (
	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/store"
)

// Every type of gateway response is always there; a document holds the ones
// that were customised (control plane §2.12).

const (
	default4xx = "DEFAULT_4XX"
	default5xx = "DEFAULT_5XX"
)

func (t *tx) gatewayResponseKey(api, kind string) store.Key {
	return t.key("restapis", api, "gatewayresponses", kind)
}

// customisedResponses are those of an API, which has to be there, by type.
func (t *tx) customisedResponses(api string) (map[string]*apigw.GatewayResponse, error) {
	if _, err := t.restApi(api); err != nil {
		return nil, err
	}
	customised := map[string]*apigw.GatewayResponse{}
	for response, err := range scan[apigw.GatewayResponse](t, t.key("restapis", api, "gatewayresponses")) {
		if err != nil {
			return nil, err
		}
		customised[*response.ResponseType] = rule.CompleteGatewayResponse(response)
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
	shown := rule.BuiltInResponse(kind)
	class := default4xx
	if deref(shown.StatusCode) >= "500" {
		class = default5xx
	}
	inherited := customised[class]
	if inherited == nil || shown.StatusCode == nil {
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
	customised, err := t.customisedResponses(in.RestApiId)
	if err != nil {
		return nil, err
	}
	return shownResponse(customised, in.ResponseType), nil
}

// getGatewayResponses lists all types by name (AF-102).
func (t *tx) getGatewayResponses(in *apigw.GetGatewayResponsesInput) (*apigw.GatewayResponses, error) {
	customised, err := t.customisedResponses(in.RestApiId)
	if err != nil {
		return nil, err
	}
	kinds, position, err := paginate(rule.GatewayResponseTypes(), func(kind string) string { return kind }, in.Position, in.Limit)
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
	response := rule.CompleteGatewayResponse(&apigw.GatewayResponse{
		ResponseType:       &in.ResponseType,
		StatusCode:         in.StatusCode,
		ResponseParameters: in.ResponseParameters,
		ResponseTemplates:  in.ResponseTemplates,
	})
	return response, t.saveGatewayResponse(in.RestApiId, response)
}

func (t *tx) saveGatewayResponse(api string, response *apigw.GatewayResponse) error {
	if err := checkEntries(response); err != nil {
		return err
	}
	if err := rule.GatewayResponse(response, t.ruleServer()); err != nil {
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

// patchGatewayStatus makes no status an empty one, which is refused.
func patchGatewayStatus(r *apigw.GatewayResponse, p *patch) error {
	r.StatusCode = new(p.text())
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

// checkEntries wants a value in each entry, which an import does not.
func checkEntries(response *apigw.GatewayResponse) error {
	for _, value := range response.ResponseParameters {
		if value == "" {
			return errNullEntry("responseParameters")
		}
	}
	for _, template := range response.ResponseTemplates {
		if deref(template) == "" {
			return errNullEntry("responseTemplates")
		}
	}
	return nil
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
	response := rule.CompleteGatewayResponse(stored)
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
