package gateway

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/wire/httpmsg"
)

// integrationResponse makes the client's response of the integration's
// (data plane §13).
func integrationResponse(inv *Invocation) error {
	if inv.call.Lambda {
		if err := inv.checkLambda(); err != nil {
			return err
		}
	}
	switch {
	case inv.method.kind.Event:
		return inv.unwrapProxy()
	case inv.method.kind.Proxy:
		return inv.passBack()
	}
	a, err := inv.selectAnswer(inv.selection())
	if err != nil {
		return err
	}
	inv.answer = a
	payload, conversion, err := inv.convertResponse(a.handling)
	if err != nil {
		return err
	}
	inv.scope.Back = &inv.back.Header
	inv.scope.SetBody(payload)
	inv.resp.Status = a.status
	if err := inv.mapResponseHeaders(a); err != nil {
		return err
	}
	if err := inv.renderResponse(a, payload, conversion); err != nil {
		return err
	}
	return inv.applyResponseOverrides()
}

// selection is what selection patterns are matched against (data plane §13.1).
func (inv *Invocation) selection() string {
	if inv.call.Lambda {
		return inv.errorMessage()
	}
	return statusText(inv.back.Status)
}

// selectAnswer finds the integration response whose pattern matches the whole
// text: the one of that very status code (ministack#1756, measured), else the
// first one by status code; else the one without a pattern (data plane §13.1).
func (inv *Invocation) selectAnswer(text string) (*integrationAnswer, error) {
	answers := inv.method.answers
	var first *integrationAnswer
	for i := range answers {
		if answers[i].isDefault || first != nil && answers[i].text != text {
			continue
		}
		matched, err := answers[i].matches(text, inv.patternBudget())
		if err != nil {
			return nil, err
		}
		if matched {
			first = &answers[i]
		}
	}
	if first != nil {
		inv.noteSelected(first, text)
		return first, nil
	}
	for i := range answers {
		if answers[i].isDefault {
			inv.noteOtherDefaults(answers[i+1:])
			inv.noteSelected(&answers[i], text)
			return &answers[i], nil
		}
	}
	return nil, &failure{kind: apiConfigurationError, note: noteNoOutput, details: [2]string{text}}
}

func (a *integrationAnswer) matches(text string, budget *javatext.Budget) (bool, error) {
	if a.broken != nil {
		return false, a.broken
	}
	ok, err := a.pattern.Matches(text, budget)
	if err != nil {
		f := configuration(fmt.Sprintf("selectionPattern %q of integration response %s: %v", a.pattern, a.text, err))
		f.place = "integration response " + a.text + " selectionPattern"
		return false, f
	}
	return ok, nil
}

// patternBudget is what all patterns of a request may cost together.
func (inv *Invocation) patternBudget() *javatext.Budget {
	if inv.budget == nil {
		inv.budget = javatext.NewBudget()
	}
	return inv.budget
}

func (inv *Invocation) noteOtherDefaults(rest []integrationAnswer) {
	for i := range rest {
		if rest[i].isDefault {
			inv.note(noteSeveralDefaults, "the first one is taken")
			return
		}
	}
}

// convertResponse applies contentHandling to the integration's body. An empty
// body is text: there is nothing to convert.
func (inv *Invocation) convertResponse(h handling) ([]byte, conversion, error) {
	body := inv.call.Response.Body
	if len(body) == 0 {
		return body, asText, nil
	}
	c := inv.responseConversion(h)
	payload, err := c.convert(body)
	if err != nil {
		return nil, c, noBase64(err)
	}
	return payload, c, nil
}

func (inv *Invocation) responseConversion(h handling) conversion {
	m := inv.method
	if !m.hasBinary {
		return responseConversion[textAlone][h]
	}
	contentType, _ := inv.call.Response.Header.Get("Content-Type")
	return responseConversion[exchangeOf(contentType != "" && m.isBinary(contentType), m.isBinary(cmp.Or(inv.accept, jsonType)))][h]
}

func (inv *Invocation) mapResponseHeaders(a *integrationAnswer) error {
	for i := range a.headers {
		p := &a.headers[i]
		if p.broken != nil {
			return p.broken
		}
		value, ok, err := p.expr.Value(&inv.scope)
		if err != nil {
			return responseBodyError(err)
		}
		if !ok {
			inv.noteLeftOut(responseHeader, p.name)
			continue
		}
		inv.values = append(inv.values[:0], value)
		if err := inv.setResponseHeader(p.name, p.rule, inv.values); err != nil {
			return err
		}
	}
	return nil
}

// responseBodyError: a back end's body that has to be JSON and is none
// (data plane §13.2).
func responseBodyError(err error) error {
	var body *mapping.BodyError
	if errors.As(err, &body) {
		return &failure{kind: apiConfigurationError, errorType: "InternalFailureException", cause: err}
	}
	return err
}

// setResponseHeader sets a header that a mapping or a template made, under the
// rules for reserved names (data plane §14.4, AF-236).
func (inv *Invocation) setResponseHeader(name string, rule *headerRule, values []string) error {
	switch rule.mappedBack {
	case drop:
		return nil
	case remap:
		name = inv.join(remapPrefix, name)
	}
	for i, value := range values {
		if !validHeader(name, value) {
			return configuration(fmt.Sprintf("header %q cannot be sent: it is no header name, or its value has a line break", name))
		}
		if i == 0 {
			inv.resp.Header.Set(name, value)
		} else {
			inv.resp.Header.Add(name, value)
		}
	}
	return nil
}

// renderResponse renders the response template for the client's Accept, else
// the one for JSON, else the first one; without any the body passes through.
// A template's media type is the response's unless one was mapped (§13.2).
func (inv *Invocation) renderResponse(a *integrationAnswer, payload []byte, c conversion) error {
	t := a.template(inv.accept)
	inv.noteTemplate(noteResponseBodyBy, t)
	if t == nil || t.template == nil && t.broken == nil {
		inv.resp.Body = payload
		return nil
	}
	if c.isBinary() {
		return binaryTemplate(noteResponseTemplate)
	}
	out, err := inv.render(t, &inv.out, responseSide)
	if err != nil {
		return err
	}
	inv.resp.Body = out
	if !inv.resp.Header.Has("Content-Type") {
		inv.resp.Header.Add("Content-Type", t.contentType)
	}
	return nil
}

func (a *integrationAnswer) template(accept string) *bodyTemplate {
	if len(a.templates) == 0 {
		return nil
	}
	if accept != "" {
		if t := exactTemplate(a.templates, mediaType(accept)); t != nil {
			return t
		}
	}
	if t := exactTemplate(a.templates, jsonType); t != nil {
		return t
	}
	return &a.templates[0]
}

func exactTemplate(templates []bodyTemplate, mediaType string) *bodyTemplate {
	for i := range templates {
		if t := &templates[i]; t.contentType == mediaType || strings.EqualFold(t.contentType, mediaType) {
			return t
		}
	}
	return nil
}

// applyResponseOverrides applies what templates set, those of the request
// template as well (AF-216). A status that is none is ignored (§10.3).
func (inv *Invocation) applyResponseOverrides() error {
	o := &inv.scope.Overrides
	for name, values := range o.ResponseHeaders() {
		if err := inv.setResponseHeader(name, ruleFor(name), values); err != nil {
			return err
		}
	}
	status, set, err := o.ResponseStatus()
	switch {
	case !set || err != nil:
		return nil
	case status < 200:
		return configuration("responseOverride.status " + statusText(status) + " is no status of a final response")
	}
	inv.resp.Status = status
	return nil
}

// passBack passes a proxy integration's answer to the client, headers under the
// rules of §14.4, the body as it is if its media type is binary and as text if
// not; it is never base64 on the way (data plane §11.2).
func (inv *Invocation) passBack() error {
	r := inv.resp
	h := readBackHeaders(&r.Header)
	if r.Stream != nil {
		r.Stream = inv.pace(r.Stream)
	} else if !h.encoded && !inv.method.isBinary(h.contentType) {
		r.Body = validText(r.Body)
	}
	scratch := &inv.back.Header
	scratch.Reset()
	for i := range r.Header.Len() {
		f := r.Header.At(i)
		switch ruleFor(f.Name).proxiedBack {
		case pass:
			scratch.Add(f.Name, f.Value)
		case remap:
			scratch.Add(inv.join(remapPrefix, f.Name), f.Value)
		}
	}
	if h.length != "" && r.Stream != nil {
		scratch.Add("Content-Length", h.length) // else it would go out in chunks
	}
	r.Header, inv.back.Header = inv.back.Header, r.Header
	return nil
}

// backHeaders are the headers of a proxy integration's answer that decide what
// becomes of its body; of several lines the first.
type backHeaders struct {
	contentType, length string
	encoded             bool
}

func readBackHeaders(h *httpmsg.Header) (b backHeaders) {
	for i := h.Len() - 1; i >= 0; i-- {
		switch f := h.At(i); {
		case len(f.Name) == len("Content-Type") && strings.EqualFold(f.Name, "Content-Type"):
			b.contentType = f.Value
		case len(f.Name) == len("Content-Length") && strings.EqualFold(f.Name, "Content-Length"):
			b.length = f.Value
		case len(f.Name) == len("Content-Encoding") && strings.EqualFold(f.Name, "Content-Encoding"):
			b.encoded = true
		}
	}
	return b
}
