package gateway

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// gatewayResponses are an API's own gateway responses, by type; nil where the
// built-in one serves.
type gatewayResponses [typeCount]*gatewayResponse

// A gatewayResponse is a customised one, compiled.
type gatewayResponse struct {
	status  int // 0: the type's own
	headers []paramMapping
	bodies  []gatewayBody
}

// A gatewayBody is the body for a media type; a nil text is the built-in one.
type gatewayBody struct {
	contentType string
	text        *mapping.Text
}

// defaultTemplate is what every type has unless it is changed (AF-103). Its
// spacing on the wire depends on the type, so it is not rendered as written.
const defaultTemplate = `{"message":$context.error.messageString}`

// gatewayResponses resolves, for each type, its own customisation, or that of
// DEFAULT_4XX or DEFAULT_5XX by the status that the type has by itself
// (data plane §17.1).
func (c *compiler) gatewayResponses(all []apigw.GatewayResponse) gatewayResponses {
	named := map[string]*gatewayResponse{}
	for i := range all {
		if def := &all[i]; def.ResponseType != nil {
			named[*def.ResponseType] = c.gatewayResponse(def)
		}
	}
	var out gatewayResponses
	for i := range responseTypes {
		t := &responseTypes[i]
		fallback := apigw.GatewayResponseTypeDefault4xx
		if t.status >= 500 {
			fallback = apigw.GatewayResponseTypeDefault5xx
		}
		if own := named[t.name]; own != nil && t.name != "" {
			out[i] = own
		} else {
			out[i] = named[fallback]
		}
	}
	return out
}

func (c *compiler) gatewayResponse(def *apigw.GatewayResponse) *gatewayResponse {
	what := "gateway response " + *def.ResponseType
	r := &gatewayResponse{}
	if def.StatusCode != nil {
		r.status, _ = strconv.Atoi(*def.StatusCode) // the contract admits [1-5]\d\d alone
	}
	if r.status < 200 {
		r.status = 0 // 1xx is no final status
	}
	for _, key := range slices.Sorted(maps.Keys(def.ResponseParameters)) {
		at := what + " responseParameters " + key
		name, ok := strings.CutPrefix(key, "gatewayresponse.header.")
		if !ok {
			c.report(NotEnforced, at, "a response has headers, but no path and no query: left out")
			continue
		}
		p := c.paramMapping(mapping.FailureSide, at, name, def.ResponseParameters[key])
		if p.broken == nil {
			r.headers = append(r.headers, p)
		}
	}
	for _, contentType := range slices.Sorted(maps.Keys(def.ResponseTemplates)) {
		body := gatewayBody{contentType: contentType}
		if src := deref(def.ResponseTemplates[contentType]); src != defaultTemplate {
			body.text = mapping.ParseText(src)
		}
		r.bodies = append(r.bodies, body)
	}
	return r
}

// gatewayResponse writes the answer to f.
func (inv *Invocation) gatewayResponse(f *failure) {
	t := &responseTypes[f.kind]
	r := inv.resp
	r.Header.Reset()
	r.Stream = nil
	inv.describeError(t, f)
	custom := inv.customResponse(f.kind)
	r.Status = t.status
	if custom != nil && custom.status != 0 {
		r.Status = custom.status
	}
	if f.kind == requestTooLarge {
		inv.tooLarge()
		return
	}
	r.Header.Add(errorTypeHeader, errorType(t, f))
	if f.kind == overloaded {
		r.Header.Add("Retry-After", "1") // second
	}
	inv.writeFailure(t, f, custom)
	if custom != nil {
		inv.failureHeaders(custom)
	}
}

// tooLarge is plain text, and customising REQUEST_TOO_LARGE changes nothing
// (data plane §2.2).
func (inv *Invocation) tooLarge() {
	inv.resp.Status = responseTypes[requestTooLarge].status
	inv.resp.Header.Add("Content-Type", "text/plain")
	inv.out = append(inv.out[:0], "HTTP content length exceeded 10485760 bytes."...)
	inv.resp.Body = inv.out
}

func errorType(t *responseType, f *failure) string {
	if f.errorType != "" {
		return f.errorType
	}
	return t.errorType
}

// describeError fills $context.error.
func (inv *Invocation) describeError(t *responseType, f *failure) {
	e := &inv.context.Error
	e.Message = f.text()
	e.NullMessage = e.Message == ""
	e.ResponseType = t.name
	e.ValidationErrors = f.validation
}

func (inv *Invocation) customResponse(kind typeIndex) *gatewayResponse {
	if inv.branch == nil {
		return nil // the API or the stage is unknown
	}
	return inv.branch.deployment.responses[kind]
}

// writeFailure writes the body. Which template Accept selects is not recorded:
// its own, else the one for JSON, else the first (data plane §26.11).
func (inv *Invocation) writeFailure(t *responseType, f *failure, custom *gatewayResponse) {
	body := custom.body(inv.accept)
	contentType := body.contentType
	if contentType == "" {
		contentType = jsonType
	}
	if inv.mode == modeLive { // a failed test shows x-amzn-ErrorType alone (data plane §22.1)
		inv.resp.Header.Add("Content-Type", contentType)
	}
	if body.text == nil {
		inv.out = appendFailure(inv.out[:0], t, f)
	} else {
		inv.readParams()
		inv.out = body.text.Append(inv.out[:0], &inv.scope)
	}
	inv.resp.Body = inv.out
}

func appendFailure(dst []byte, t *responseType, f *failure) []byte {
	dst = append(dst, t.key...)
	switch text := f.text(); {
	case text == "":
		dst = append(dst, "null"...)
	case f.kind == eventRefused: // it's is it\'s, which is no JSON: so it was seen
		dst = append(javatext.AppendEscapeJavaScript(append(dst, '"'), text), '"')
	default:
		dst, _ = jsonv.AppendJSON(dst, jsonv.String(text))
	}
	return append(dst, '}')
}

func (r *gatewayResponse) body(accept string) gatewayBody {
	if r == nil || len(r.bodies) == 0 {
		return gatewayBody{}
	}
	for _, wanted := range []string{mediaType(accept), jsonType} {
		for _, b := range r.bodies {
			if strings.EqualFold(b.contentType, wanted) {
				return b
			}
		}
	}
	return r.bodies[0]
}

// failureHeaders sets gatewayresponse.header.*; what is missing or empty is
// left out (data plane §17.2).
func (inv *Invocation) failureHeaders(r *gatewayResponse) {
	if len(r.headers) == 0 {
		return
	}
	inv.readParams()
	for i := range r.headers {
		p := &r.headers[i]
		value, ok, err := p.expr.Value(&inv.scope)
		if err != nil || !ok || value == "" || p.rule.fromResponder != pass {
			continue
		}
		if validHeader(p.name, value) {
			inv.resp.Header.Set(p.name, value)
		}
	}
}
