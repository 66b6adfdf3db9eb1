package gateway

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// A validation is what a Method's request validator checks.
type validation struct {
	required []requiredParam // in the order in which they are reported
	models   []bodyModel     // by content type
	body     bool
}

// A requiredParam is a parameter that must be there and not blank.
type requiredParam struct{ location, name string }

// locations in the order of messages (AF-200).
var locations = []string{"header", "path", "querystring"}

// validation compiles what a Method's validator asks for. Without a validator
// nothing is checked, whatever models say (data plane §8.1).
func (c *compiler) validation(def *apigw.Method) validation {
	var v validation
	rules := c.validator(deref(def.RequestValidatorId))
	if rules == nil {
		return v
	}
	if deref(rules.ValidateRequestParameters) {
		v.required = requiredParams(def.RequestParameters)
	}
	if deref(rules.ValidateRequestBody) {
		v.body = true
		v.models = c.bodyModels(def.RequestModels)
	}
	return v
}

func (c *compiler) validator(id string) *apigw.RequestValidator {
	for i := range c.def.RequestValidators {
		if id != "" && deref(c.def.RequestValidators[i].Id) == id {
			return &c.def.RequestValidators[i]
		}
	}
	return nil
}

// requiredParams: headers, then path, then query, each by name (AF-200).
func requiredParams(params map[string]bool) []requiredParam {
	var out []requiredParam
	for _, location := range locations {
		prefix := "method.request." + location + "."
		for _, key := range slices.Sorted(maps.Keys(params)) {
			if name, ok := strings.CutPrefix(key, prefix); ok && params[key] {
				out = append(out, requiredParam{location, name})
			}
		}
	}
	return out
}

// methodRequest checks the request: parameters first, then the body (AF-202).
func methodRequest(inv *Invocation) error {
	if err := inv.readBody(); err != nil {
		return err
	}
	inv.noteRequest()
	if !inv.method.validates {
		return nil
	}
	v := &inv.method.validation
	if err := inv.checkParams(v.required); err != nil {
		return err
	}
	if v.body {
		return inv.checkBody(v.models)
	}
	return nil
}

// bodyFailures answer what keeps the door from reading a body.
var bodyFailures = []struct {
	err  error
	kind typeIndex
}{
	{httpmsg.ErrBodyTooLarge, requestTooLarge},
	{httpmsg.ErrBodyTimeout, requestTimeout},
	{httpmsg.ErrOverloaded, overloaded},
}

func (inv *Invocation) readBody() error {
	body, err := inv.req.Body()
	if err == nil {
		inv.body = body
		return nil
	}
	return bodyFailure(err)
}

// bodyFailure answers a body that cannot be read.
func bodyFailure(err error) error {
	for _, f := range bodyFailures {
		if errors.Is(err, f.err) {
			return &failure{kind: f.kind}
		}
	}
	return &failure{kind: badRequest}
}

func (inv *Invocation) checkParams(required []requiredParam) error {
	if len(required) == 0 {
		return nil
	}
	inv.readParams()
	var missing []string
	for _, p := range required {
		if value, ok := inv.param(p); !ok || strings.TrimSpace(value) == "" {
			missing = append(missing, p.name)
		}
	}
	if missing == nil {
		return nil
	}
	names := "[" + strings.Join(missing, ", ") + "]"
	return &failure{
		kind: badRequestParameters, message: "Missing required request parameters: " + names,
		validation: names, note: noteParameters, details: [2]string{names},
	}
}

func (inv *Invocation) param(p requiredParam) (string, bool) {
	params := &inv.scope.Params
	switch p.location {
	case "header":
		return params.Header.Last(p.name)
	case "path":
		return params.Path.Last(p.name)
	}
	return params.Query.Last(p.name)
}

// noteRequest writes what the log shows of a request.
func (inv *Invocation) noteRequest() {
	if inv.listener == nil {
		return
	}
	inv.readParams()
	inv.noteNoPlan()
	c := &inv.context
	inv.note(noteStarting, c.RequestID)
	inv.note(noteMethod, c.HTTPMethod, inv.loggedPath())
	inv.note(notePath, paramText(inv.scope.Params.Path))
	inv.note(noteQuery, paramText(inv.scope.Params.Query))
	inv.note(noteHeaders, paramText(inv.scope.Params.Header))
	inv.note(noteBody, inv.loggedBody())
}

// loggedBody is what the log shows of the client's body: of a binary type, even
// of none, only that (field report, clebert/aws-simple 167).
func (inv *Invocation) loggedBody() string {
	if inv.method.isBinary(cmp.Or(inv.contentType, jsonType)) {
		return "[Binary Data]"
	}
	return string(inv.body)
}
