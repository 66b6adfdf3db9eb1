package gateway

import (
	"fmt"
	"strings"
)

// explain says why the request failed and what to change, for whoever listens.
func (inv *Invocation) explain(f *failure) {
	if inv.listener == nil {
		return
	}
	e := &TraceFailure{Step: noteLines[f.note].step, Place: f.place, Reason: cutEvent(f.reason()), Change: f.change}
	if e.Step == "" {
		e.Step = inv.listener.step
	}
	if e.Change == "" {
		e.Change = inv.advise(f)
	}
	inv.listener.failure = e
}

func (inv *Invocation) advise(f *failure) string {
	switch f.kind {
	case forbidden, missingAuthenticationToken, incompleteSignature:
		if inv.method == nil {
			return inv.nearby()
		}
	}
	if advise := noteAdvice[f.note]; advise != nil {
		return advise(inv, f)
	}
	if advise := typeAdvice[f.kind]; advise != nil {
		return advise(inv, f)
	}
	return ""
}

// An advice says what to change about a failure.
type advice func(*Invocation, *failure) string

func say(text string) advice { return func(*Invocation, *failure) string { return text } }

// noteAdvice has what to change by the line of the log, for what does not say
// it where it fails.
var noteAdvice = [noteCount]advice{
	noteDenied:           say("allow the call in the policy of the API, of the authorizer or of the caller; a Deny in any of them wins"),
	noteUnauthorized:     say("send what the identitySource of the authorizer names, as its identityValidationExpression wants it"),
	noteAuthorizer:       say("correct the authorizer, or say who serves its function: --function NAME=COMMAND, or an endpoint that has it (--aws-endpoint, AWS_ENDPOINT_URL_LAMBDA)"),
	noteNoKey:            say("send the value of an enabled key that is in a usage plan with this stage, as the header x-api-key (create-api-key, create-usage-plan, create-usage-plan-key)"),
	noteThrottled:        say("call less often, or raise the rate and burst limits of the method's settings, of the usage plan, or --account-throttle"),
	noteQuota:            say("raise the quota of the usage plan, or what remains of it for this key (update-usage)"),
	noteParameters:       adviseParameters,
	noteModel:            say("send a body that fits the Model of its content type, or change the Model"),
	noteRequestTemplate:  say("correct the template at the place of the caret; poterne render runs it alone"),
	noteResponseTemplate: say("correct the template at the place of the caret; poterne render runs it alone"),
	noteFunctionError:    say("correct the function: what it threw is in the Endpoint response body"),
	noteNoOutput:         adviseOutput,
	noteMockStatus:       say(`let the request template write {"statusCode": 200}: an integer without quotes`),
	noteTimeout:          adviseTimeout,
	noteNetwork:          adviseNetwork,
	noteConfiguration:    adviseConfiguration,
	noteInternal:         say("this is a fault of poterne: please report it, with the log of the server"),
}

// typeAdvice has the same by the gateway response, for failures without a line.
var typeAdvice = [typeCount]advice{
	accessDenied:               noteAdvice[noteDenied],
	badRequestBody:             say("send a body that is JSON: a mapping or a template of this method reads it"),
	expiredToken:               say("sign with credentials that are not expired"),
	incompleteSignature:        say("sign the call with Signature Version 4 for execute-api, or leave the header Authorization out"),
	invalidSignature:           say("sign the call as it is sent, with the secret of a key that --identities knows"),
	missingAuthenticationToken: say("authorizationType is AWS_IAM: sign the call with Signature Version 4 for execute-api"),
	requestTooLarge:            say("send 10,485,760 bytes of body at most"),
	unauthorized:               noteAdvice[noteUnauthorized],
	unsupportedMediaType:       adviseMediaType,
	uriTooLong:                 say("shorten the path: the ARN of the call may have 1,600 bytes, and the URL of a PRIVATE API 8,192"),
	headersTooLong:             say("shorten the headers: all values of a request to a PRIVATE API may have 8,000 bytes together"),
}

func adviseParameters(inv *Invocation, _ *failure) string {
	var keys []string
	for _, p := range inv.method.validation.required {
		if value, ok := inv.param(p); !ok || strings.TrimSpace(value) == "" {
			keys = append(keys, "method.request."+p.location+"."+p.name)
		}
	}
	return "send them, or make them optional in requestParameters: " + strings.Join(keys, ", ")
}

// adviseOutput shows the patterns that were tried.
func adviseOutput(inv *Invocation, f *failure) string {
	text := f.details[0]
	var tried []string
	for i := range inv.method.answers {
		a := &inv.method.answers[i]
		tried = append(tried, fmt.Sprintf("%s has %q", a.text, a.pattern))
	}
	if tried == nil {
		return fmt.Sprintf("add an integration response: without a selectionPattern it takes every answer, such as this %q", text)
	}
	return fmt.Sprintf("let a selectionPattern fit the whole of %q (%s), or take it away from one integration response, which is then the default", text, strings.Join(tried, ", "))
}

func adviseTimeout(inv *Invocation, _ *failure) string {
	return fmt.Sprintf("let %s answer within %d ms, or raise timeoutInMillis of the integration", inv.endpointName(), inv.method.timeout.Milliseconds())
}

func adviseNetwork(inv *Invocation, _ *failure) string {
	return "start what shall answer at " + inv.endpointName() + ", or change the uri of the integration"
}

// endpointName is where the integration's call went.
func (inv *Invocation) endpointName() string {
	if inv.call.URI == "" {
		return "the endpoint"
	}
	return inv.call.URI
}

func adviseConfiguration(inv *Invocation, f *failure) string {
	unset := inv.unset()
	switch {
	case f.details[0] == invalidAddress && len(unset) > 0:
		return "set the stage variables that the uri needs: " + strings.Join(unset, ", ")
	case f.details[0] == invalidAddress:
		return writeURI
	case f.place != "":
		return "correct " + f.place
	}
	return ""
}

func adviseMediaType(inv *Invocation, _ *failure) string {
	m := inv.method
	if coding, ok := inv.req.Header.Get("Content-Encoding"); ok && m.deployment.compression.on && inv.listener.step == "unpack" {
		return fmt.Sprintf("send a body that is in the Content-Encoding %q, gzip or deflate", coding)
	}
	var types []string
	for i := range m.templates {
		types = append(types, fmt.Sprintf("%q", m.templates[i].contentType))
	}
	if types == nil {
		types = []string{"none"}
	}
	sent := inv.contentType
	if sent == "" {
		sent = jsonType
	}
	return fmt.Sprintf("passthroughBehavior is %s and there is no request template for Content-Type %q (there is %s): send a type that has one, add a template, or let it pass with WHEN_NO_MATCH",
		m.passthrough, mediaType(sent), strings.Join(types, ", "))
}
