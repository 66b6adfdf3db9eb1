package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/template/jsonv"
)

// checkLambda ends a call that Lambda itself refused (data plane §11.3, §11.4):
// the function was not run. Any other status is the integration's.
func (inv *Invocation) checkLambda() error {
	status := inv.back.Status
	var reason, change string
	switch {
	case status == 400 && !inv.method.kind.Event:
		return inv.eventRefused()
	case status == 413:
		return &failure{kind: eventTooLarge, note: noteLambdaRefused, details: [2]string{statusText(status), inv.lambdaRequestId()}}
	case status == 429:
		reason = "Rate Exceeded."
	case status == 403, status == 404:
		reason, change = "Invalid permissions on Lambda function", provideFunction
	case status >= 500:
		reason = "Lambda answered with status " + statusText(status)
	default:
		return nil
	}
	inv.note(noteLambdaRefused, statusText(status), inv.lambdaRequestId())
	return configuration(reason).because(nil, change)
}

// eventRefused is an event that Lambda did not take: the client gets Lambda's
// words (field reports: nateyolles/slack-pokerbot 1, TaylorBriggs/stripe-lambda
// 1, serverless 2270; the status is inferred from Lambda's).
func (inv *Invocation) eventRefused() *failure {
	f := &failure{kind: eventRefused, note: noteLambdaRefused, details: [2]string{"400", inv.lambdaRequestId()}}
	if answer, err := inv.scope.Arena().Parse(view(inv.back.Body), jsonv.Limits{}); err == nil && answer.Object() != nil {
		message, _ := answer.Object().Get("message")
		f.message = message.Str()
	}
	return f.because(nil, "let the integration's request template make JSON: a Lambda function takes nothing else")
}

func (inv *Invocation) lambdaRequestId() string {
	id, _ := inv.back.Header.Get(egress.AWSRequestIdHeader)
	return id
}

// functionFailed reports whether the function ended in an error.
func (inv *Invocation) functionFailed() bool { return inv.back.Header.Has(egress.FunctionErrorHeader) }

// errorMessage is what selection patterns of a Lambda function are matched
// against: the errorMessage of a function that failed (AF-256).
func (inv *Invocation) errorMessage() string {
	if !inv.functionFailed() {
		return ""
	}
	result, err := inv.scope.Arena().Parse(view(inv.back.Body), jsonv.Limits{})
	if err != nil || result.Object() == nil {
		return ""
	}
	message, _ := result.Object().Get("errorMessage")
	return message.Str()
}

// unwrapProxy makes the client's response of what a Lambda proxy function
// returned (data plane §11.4).
func (inv *Invocation) unwrapProxy() error {
	if inv.functionFailed() {
		return &failure{kind: malformedProxy, note: noteFunctionError, details: [2]string{inv.errorMessage(), inv.lambdaRequestId()}}
	}
	if stream := inv.back.Stream; stream != nil {
		inv.back.Stream = nil // the response's from now on
		return inv.unwrapStream(stream)
	}
	if inv.method.streamIdle > 0 {
		return streamFailure(errNoMetadata) // a function that does not stream
	}
	p, payload := proxyResult{inv: inv, status: 200, members: proxyMembers}, inv.back.Body
	if metadata, _, streamed := bytes.Cut(payload, delimiter); streamed {
		p.members, payload = streamMembers, metadata // the rest of a stream that was not asked for is lost (data plane §23)
	}
	if err := p.read(payload); err != nil {
		return err
	}
	inv.resp.Status = p.status
	inv.context.Integration.Status = p.status
	return p.write()
}

const provideFunction = "say who serves the function: --function NAME=COMMAND, or an endpoint that has it (--aws-endpoint, AWS_ENDPOINT_URL_LAMBDA)"

// malformed is an answer in no form that API Gateway takes, and why.
func malformed(format string, a ...any) *failure {
	f := &failure{kind: malformedProxy, note: noteConfiguration, details: [2]string{"Malformed Lambda proxy response"}}
	return f.because(fmt.Errorf(format, a...), `let the function return {"statusCode": 200, "headers": {"NAME": "VALUE"}, "body": "TEXT"}, each member optional and no others but multiValueHeaders and isBase64Encoded`)
}

// proxyResult is the object that a Lambda proxy function returned.
type proxyResult struct {
	inv     *Invocation
	status  int
	headers *jsonv.Object // nil: none
	multi   *jsonv.Object
	body    string
	encoded bool
	cookies []jsonv.Value // of a stream

	members map[string]func(*proxyResult, jsonv.Value) bool // that it may have
}

// proxyMembers are the members that the object may have, and how each is read;
// another one is malformed (AF-247).
var proxyMembers = map[string]func(*proxyResult, jsonv.Value) bool{
	"statusCode": (*proxyResult).readStatus,
	"headers": func(p *proxyResult, v jsonv.Value) bool {
		p.headers = v.Object()
		return v.IsNull() || p.headers != nil
	},
	"multiValueHeaders": func(p *proxyResult, v jsonv.Value) bool { p.multi = v.Object(); return v.IsNull() || p.multi != nil },
	"body":              (*proxyResult).readBody,
	"isBase64Encoded":   (*proxyResult).readEncoded,
}

func (p *proxyResult) read(payload []byte) error {
	if !json.Valid(payload) {
		return malformed("it is no JSON")
	}
	v, err := p.inv.scope.Arena().Parse(view(payload), jsonv.Limits{})
	if err != nil || v.Object() == nil {
		return malformed("it is no JSON object")
	}
	for _, m := range v.Object().Members() {
		switch read := p.members[m.Key]; {
		case read == nil:
			return malformed("the member %q is none that it may have", m.Key)
		case !read(p, m.Value):
			return malformed("the member %q is not of its type, or out of its range", m.Key)
		}
	}
	return nil
}

// readStatus takes a number or its text (AF-246) that can be sent as a final
// status.
func (p *proxyResult) readStatus(v jsonv.Value) bool {
	switch {
	case v.IsInteger():
		p.status = int(v.Int64())
	case v.Kind() == jsonv.KindDouble && v.Float64() == float64(int(v.Float64())):
		p.status = int(v.Float64())
	case v.Kind() == jsonv.KindString:
		status, err := strconv.Atoi(v.Str())
		if err != nil {
			return false
		}
		p.status = status
	default:
		return false
	}
	return p.status >= 200 && p.status <= 599
}

func (p *proxyResult) readBody(v jsonv.Value) (ok bool) {
	if v.IsNull() {
		return true
	}
	p.body, ok = scalarText(v)
	return ok
}

func (p *proxyResult) readEncoded(v jsonv.Value) bool {
	switch {
	case v.IsNull():
		return true
	case v.Kind() == jsonv.KindString:
		p.encoded = v.Str() == "true"
		return p.encoded || v.Str() == "false"
	}
	p.encoded = v.Bool()
	return v.Kind() == jsonv.KindBool
}

// scalarText is a text, a number or a truth value as text (AF-248).
func scalarText(v jsonv.Value) (string, bool) {
	switch {
	case v.Kind() == jsonv.KindString:
		return v.Str(), true
	case v.IsNumber(), v.Kind() == jsonv.KindBool:
		return jsonv.ToString(v), true
	}
	return "", false
}

func (p *proxyResult) write() error {
	if err := p.writeHeaders(); err != nil {
		return err
	}
	if !p.encoded || !p.inv.wantsBinary() {
		p.inv.out = append(p.inv.out[:0], p.body...)
		p.inv.resp.Body = p.inv.out
		return nil
	}
	body, err := base64.StdEncoding.AppendDecode(p.inv.out[:0], []byte(p.body))
	if err != nil {
		return noBase64(err) // AF-251
	}
	p.inv.out, p.inv.resp.Body = body, body
	return nil
}

// wantsBinary reports whether the first media type that the client accepts is a
// binary one of the API; the function's Content-Type does not matter (AF-250).
func (inv *Invocation) wantsBinary() bool {
	accept := inv.accept
	if accept == "" {
		accept = jsonType
	}
	return inv.method.isBinary(accept)
}

// writeHeaders joins both maps: of a header that is in both, the values of
// multiValueHeaders come first, under its spelling (AF-248).
func (p *proxyResult) writeHeaders() error {
	for _, m := range members(p.multi) {
		if m.Value.Array() == nil {
			return malformed("multiValueHeaders %q is no list", m.Key)
		}
		for _, v := range m.Value.Array().Items() {
			if err := p.add(m.Key, v); err != nil {
				return err
			}
		}
	}
	for _, m := range members(p.headers) {
		if err := p.add(p.spelling(m.Key), m.Value); err != nil {
			return err
		}
	}
	for _, cookie := range p.cookies {
		if err := p.add("Set-Cookie", cookie); err != nil {
			return err
		}
	}
	return nil
}

func members(o *jsonv.Object) []jsonv.Member {
	if o == nil {
		return nil
	}
	return o.Members()
}

func (p *proxyResult) spelling(name string) string {
	multi := members(p.multi)
	if i := slices.IndexFunc(multi, func(m jsonv.Member) bool { return strings.EqualFold(m.Key, name) }); i >= 0 {
		return multi[i].Key
	}
	return name
}

// add adds a header under the rules for what proxies send back.
func (p *proxyResult) add(name string, v jsonv.Value) error {
	value, ok := scalarText(v)
	if !ok || !validHeader(name, value) {
		return malformed("the header %q is not one that can be sent", name)
	}
	switch ruleFor(name).proxiedBack {
	case drop:
		return nil
	case remap:
		name = p.inv.join(remapPrefix, name)
	}
	p.inv.resp.Header.Add(name, value)
	return nil
}
