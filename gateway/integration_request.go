package gateway

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
)

// integrationRequest makes what the integration is sent (data plane §10).
func integrationRequest(inv *Invocation) error {
	m := inv.method
	if m.broken != nil {
		return m.broken
	}
	inv.openCall()
	if err := inv.presentCertificate(); err != nil {
		return err
	}
	switch {
	case m.kind.Event:
		return inv.toEvent()
	case m.kind.Proxy:
		return inv.forward()
	}
	return inv.transform()
}

// openCall fills what every integration gets.
func (inv *Invocation) openCall() {
	c := &inv.call
	c.Verb, c.ClientQuery = inv.context.HTTPMethod, inv.req.RawQuery
	c.Scope, c.ApiId, c.RequestId = &inv.scope, inv.context.APIID, inv.context.RequestID
	if inv.method.kind.Remote {
		c.Trace = inv.traceText()
	}
	if inv.listener != nil {
		c.Sending = inv.sending
		inv.noteUnset()
	}
}

// forward makes the request of a proxy integration: the client's, with mapped
// headers replacing its own and mapped query parameters added to it (AF-232,
// AF-233).
func (inv *Invocation) forward() error {
	m, c := inv.method, &inv.call
	inv.eachHeader(func(name, value string, rule *headerRule) {
		if rule.proxied == pass && !inv.hidesHeader(name, value) {
			c.Header.Add(name, value)
		}
	})
	payload, _, err := inv.convertRequest()
	if err != nil {
		return err
	}
	c.Body = payload
	if !m.maps {
		return nil
	}
	if m.mapsMore {
		inv.readParams()
		inv.scope.SetBody(payload)
	}
	if err := inv.mapParams(); err != nil {
		return err
	}
	c.Query = dropEmpty(c.Query)
	return nil
}

// dropEmpty drops query parameters without a value (AF-232).
func dropEmpty(list mapping.ParamList) mapping.ParamList {
	kept := list[:0]
	for _, p := range list {
		if p.Value != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// transform makes the request of any other integration: template or
// passthrough, mapped parameters, overrides.
func (inv *Invocation) transform() error {
	if inv.g.renderings.overrun() {
		return errOverrun
	}
	m, c := inv.method, &inv.call
	template, err := m.requestTemplate(inv.contentType)
	if err != nil {
		return err
	}
	inv.noteTemplate(noteRequestBody, template)
	payload, conversion, err := inv.convertRequest()
	if err != nil {
		return err
	}
	if inv.sendsContentType() {
		c.ContentType = inv.contentType
	}
	inv.scope.SetBody(payload)
	if m.maps {
		inv.readParams()
		if err := inv.mapParams(); err != nil {
			return err
		}
	}
	if template == nil || template.template == nil && template.broken == nil {
		c.Body = payload
		return nil
	}
	if conversion.isBinary() {
		return binaryTemplate(noteRequestTemplate)
	}
	c.Body, err = inv.render(template, &inv.request, requestSide)
	if err != nil {
		return err
	}
	return inv.applyRequestOverrides()
}

// sendsContentType: recorded for a GET without a body, which reached the back
// end without the Content-Type that the client had sent (AF-226).
func (inv *Invocation) sendsContentType() bool {
	switch inv.context.HTTPMethod {
	case "GET", "HEAD", "OPTIONS":
		return false
	}
	return true
}

var errUnsupportedMediaType = &failure{kind: unsupportedMediaType}

// requestTemplate is the template for a Content-Type, nil to pass the body
// through, or 415: the table of data plane §10.1.
func (m *plan) requestTemplate(contentType string) (*bodyTemplate, error) {
	if t := findTemplate(m.templates, contentType); t != nil {
		return t, nil
	}
	if !m.passes {
		return nil, errUnsupportedMediaType
	}
	return nil, nil
}

// findTemplate looks a media type up; none means JSON. A template for $default
// serves every type that has none of its own.
func findTemplate(templates []bodyTemplate, contentType string) *bodyTemplate {
	if len(templates) == 0 {
		return nil
	}
	wanted := mediaType(contentType)
	if wanted == "" {
		wanted = jsonType
	}
	var fallback *bodyTemplate
	for i := range templates {
		switch t := &templates[i]; {
		case t.contentType == wanted || strings.EqualFold(t.contentType, wanted):
			return t
		case t.contentType == anyType:
			fallback = t
		}
	}
	return fallback
}

// convertRequest applies contentHandling to the client's body.
func (inv *Invocation) convertRequest() ([]byte, conversion, error) {
	m := inv.method
	c := requestConversion(m.isBinary(cmp.Or(inv.contentType, jsonType)), m.handling)
	payload, err := c.convert(inv.body)
	if err != nil {
		return nil, c, noBase64(err)
	}
	return payload, c, nil
}

// noBase64 is a body that had to be decoded and is no base64.
func noBase64(cause error) *failure {
	return configuration("Unable to base64 decode the body").because(cause,
		"contentHandling CONVERT_TO_BINARY, or a binary type in Accept, decodes a text as base64: send base64, or change contentHandling or binaryMediaTypes")
}

// binaryTemplate is a template that is given binary data.
func binaryTemplate(note noteKind) *failure {
	return &failure{kind: apiConfigurationError, note: note, details: [2]string{"a mapping template cannot be applied to binary data"},
		change: "set contentHandling CONVERT_TO_TEXT, so that the template sees base64, or take the media type out of binaryMediaTypes"}
}

// mapParams evaluates requestParameters.
func (inv *Invocation) mapParams() error {
	m, c := inv.method, &inv.call
	for i := range m.headers {
		if err := inv.mapHeader(&m.headers[i]); err != nil {
			return err
		}
	}
	for i := range m.query {
		values, err := inv.evaluate(&m.query[i])
		if err != nil {
			return err
		}
		if len(values) == 0 {
			inv.noteLeftOut("integration.request.querystring.", m.query[i].name)
		}
		for _, value := range values {
			c.Query = append(c.Query, mapping.Param{Name: m.query[i].name, Value: value})
		}
	}
	for i := range m.path {
		if err := inv.mapPath(&m.path[i]); err != nil {
			return err
		}
	}
	return nil
}

func (inv *Invocation) evaluate(p *paramMapping) ([]string, error) {
	if p.broken != nil {
		return nil, p.broken
	}
	values, err := p.expr.Values(inv.values[:0], &inv.scope)
	inv.values = values
	return values, requestBodyError(err)
}

// requestBodyError: a body that had to be JSON and is none is the client's
// fault (data plane §10.1).
func requestBodyError(err error) error {
	if err == nil {
		return nil
	}
	var body *mapping.BodyError
	if errors.As(err, &body) {
		return &failure{kind: badRequestBody, message: "Invalid JSON in request body", cause: err}
	}
	return err
}

func (inv *Invocation) mapHeader(p *paramMapping) error {
	if p.broken != nil {
		return p.broken
	}
	value, ok, err := p.expr.Value(&inv.scope)
	if err != nil || !ok {
		inv.noteLeftOut("integration.request.header.", p.name)
		return requestBodyError(err)
	}
	inv.values = append(inv.values[:0], value)
	return inv.setRequestHeader(p.name, p.rule, inv.values)
}

// setRequestHeader sets a header that a mapping or a template made, under the
// rules for reserved names (data plane §14.2).
func (inv *Invocation) setRequestHeader(name string, rule *headerRule, values []string) error {
	switch inv.method.requestAction(rule) {
	case fail:
		return configuration(name+" header already present").because(nil, "take the mapping of "+name+" out: API Gateway sets this header itself")
	case drop:
		return nil
	}
	for i, value := range values {
		if !validHeader(name, value) {
			return configuration(fmt.Sprintf("header %q cannot be sent: it is no header name, or its value has a line break", name))
		}
		if i == 0 {
			inv.call.Header.Set(name, value)
		} else {
			inv.call.Header.Add(name, value)
		}
	}
	return nil
}

// requestAction is what becomes of a mapped header on its way to m's kind of
// integration.
func (m *method) requestAction(rule *headerRule) action {
	if m.kind.ToAWS {
		return rule.mappedAWS
	}
	return rule.mappedHTTP
}

// mapPath sets integration.request.path.NAME. A path parameter goes on as it
// was sent and what the API's author wrote as it was written; anything else
// becomes one segment.
func (inv *Invocation) mapPath(p *paramMapping) error {
	if p.broken != nil {
		return p.broken
	}
	value, ok, err := inv.pathValue(p.expr)
	if err != nil {
		return err
	}
	if !ok {
		inv.noteLeftOut("integration.request.path.", p.name)
		return nil
	}
	inv.call.Path = append(inv.call.Path, mapping.Param{Name: p.name, Value: value})
	return nil
}

func (inv *Invocation) pathValue(e *mapping.Expr) (value string, ok bool, err error) {
	if source, isPath := e.PathParam(); isPath {
		if value, ok = inv.rawPathParam(source); climbs(value) {
			return "", false, errClimbs
		}
		return value, ok, nil
	}
	value, ok, err = e.Value(&inv.scope)
	switch {
	case err != nil || !ok:
		return "", false, requestBodyError(err)
	case e.FromAuthor():
		return value, true, nil
	case value == "..":
		return "", false, errClimbs
	}
	return string(mapping.AppendSegment(nil, value)), true, nil
}

var errClimbs = &failure{kind: badRequest, note: noteConfiguration, details: [2]string{"the path leads above the integration's own"}}

// dots are the ways in which dots and slashes of a path are written.
var dots = strings.NewReplacer("%2e", ".", "%2E", ".", "%2f", "/", "%2F", "/", "%5c", "/", "%5C", "/", "\\", "/")

// climbs reports whether a path leads above the place that it is put into: back
// ends resolve "..", and no encoding of it is safe from all of them.
func climbs(path string) bool {
	if !strings.Contains(path, "..") && !strings.Contains(path, "%2") {
		return false
	}
	depth := 0
	for segment := range strings.SplitSeq(dots.Replace(path), "/") {
		switch name, _, _ := strings.Cut(segment, ";"); name {
		case "..":
			depth--
		case "", ".":
		default:
			depth++
		}
		if depth < 0 {
			return true
		}
	}
	return false
}

func (inv *Invocation) rawPathParam(name string) (string, bool) {
	for _, p := range inv.pathParams {
		if p.name == name {
			return p.value, true
		}
	}
	return "", false
}

// applyRequestOverrides applies what the request template set: it wins over
// what was mapped (data plane §10.3).
func (inv *Invocation) applyRequestOverrides() error {
	c, o := &inv.call, &inv.scope.Overrides
	for name, values := range o.RequestHeaders() {
		if err := inv.setRequestHeader(name, ruleFor(name), values); err != nil {
			return err
		}
	}
	for name, values := range o.RequestQuery() {
		c.Query = withoutParam(c.Query, name)
		for _, value := range values {
			c.Query = append(c.Query, mapping.Param{Name: name, Value: value})
		}
	}
	for name, values := range o.RequestPath() {
		value := strings.Join(values, ",")
		c.Path = append(c.Path, mapping.Param{Name: name, Value: string(mapping.AppendSegment(nil, value))})
	}
	return nil
}

func withoutParam(list mapping.ParamList, name string) mapping.ParamList {
	kept := list[:0]
	for _, p := range list {
		if p.Name != name {
			kept = append(kept, p)
		}
	}
	return kept
}

// A side is the way on which a template is rendered.
type side uint8

const (
	requestSide side = iota
	responseSide
)

var templateNotes = [...]noteKind{requestSide: noteRequestTemplate, responseSide: noteResponseTemplate}

// known is what t renders for every request, if it is nothing but text.
func (t *bodyTemplate) known() (string, bool) {
	if t.constant != "" {
		return t.constant, true
	}
	return t.template.Constant()
}

// render renders t into the memory at buf.
func (inv *Invocation) render(t *bodyTemplate, buf *[]byte, s side) ([]byte, error) {
	if t.broken != nil {
		return nil, t.broken
	}
	if text, ok := t.known(); ok {
		*buf = append((*buf)[:0], text...)
		return *buf, nil
	}
	inv.readParams()
	inv.g.renderings.enter()
	defer inv.g.renderings.leave()
	if t.template.Heavy() {
		standBack()
	}
	out, err := t.template.Render((*buf)[:0], &inv.scope, vtl.Limits{})
	*buf = out
	if err == nil {
		return out, nil
	}
	var body *mapping.BodyError
	if s == requestSide && errors.As(err, &body) {
		return nil, payloadError(err)
	}
	return nil, templateFailure(s, err)
}

// payloadError is requestBodyError for a template: AWS lets the client see what
// json-smart says (recorded by api-gateway-mapping-template, test/_.md).
func payloadError(err error) error {
	var syntax *jsonv.SyntaxError
	if !errors.As(err, &syntax) {
		return requestBodyError(err)
	}
	message := "Could not process payloadnet.minidev.json.parser.ParseException: " + syntax.Error()
	return &failure{kind: badRequestBody, message: message, cause: err}
}

// templateFailure is a template that failed while it ran: 500, with the place
// in the execution log.
func templateFailure(s side, err error) *failure {
	f := &failure{kind: apiConfigurationError, note: templateNotes[s], details: [2]string{err.Error()}}
	var at *vtl.Error
	if errors.As(err, &at) {
		f.details[0], f.place = at.Detail(), templatePlace(at)
	}
	return f
}

func templatePlace(at *vtl.Error) string {
	return fmt.Sprintf("%s:%d:%d", at.Template, at.Line, at.Column)
}
