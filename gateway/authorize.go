package gateway

import (
	"cmp"
	"errors"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/authorizer"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/httpmsg"
)

// authorize finds out who calls, and joins what the caller's own policies say
// with the resource policy (data plane §4 to §6).
func authorize(inv *Invocation) error {
	m := inv.method
	if m.unauthorizable != nil {
		return m.unauthorizable
	}
	if err := inv.nameMethod(); err != nil {
		return err
	}
	inv.readParams()
	inv.note(noteAuthorizing, m.authorizerId, inv.context.RequestID)
	r := authorizer.Request{
		HTTP: inv.req, Scope: &inv.scope, Region: inv.region(), ARN: inv.methodARN, Keys: inv.keys, Now: inv.start,
		Trace: inv.traceText(), Event: inv.event,
	}
	if inv.listener != nil {
		r.Log = authorizerLog{inv}
	}
	asked := inv.logClock()
	out, err := m.authorizer.Authorize(&r)
	answered, phase := inv.logClock(), inv.authorizerPhase()
	phase.Status, phase.Latency = 200, answered.Sub(asked).Milliseconds()
	if err != nil {
		return inv.refused(err)
	}
	inv.caller, inv.callerKeys = out.Identity, out.Keys
	inv.call.Caller, inv.usageIdentifierKey = out.Caller, out.UsageIdentifierKey
	inv.context.Authorize.Status = 200
	err = joins[m.authorization](inv, &out)
	inv.context.Authorize.Latency = inv.logClock().Sub(answered).Milliseconds()
	return err
}

// authorizerPhase is what access logs call the asking: authenticate of a
// signature, authorizer of what the API names as one.
func (inv *Invocation) authorizerPhase() *mapping.Phase {
	if inv.method.authorization == "AWS_IAM" {
		return &inv.context.Authenticate
	}
	return &inv.context.Authorizer.Phase
}

// logClock is the time where an access log may show how long something took.
func (inv *Invocation) logClock() time.Time {
	if inv.stage.accessFormat == nil {
		return inv.start
	}
	return inv.g.deps.Now()
}

// joins are how each kind of authorization and the resource policy decide
// together (data plane §4.1).
var joins = map[string]func(*Invocation, *authorizer.Outcome) error{
	"AWS_IAM":            joinCaller,
	"CUSTOM":             joinFunction,
	"COGNITO_USER_POOLS": joinPool,
}

// joinCaller: in the caller's own account either may allow, across accounts
// both must.
func joinCaller(inv *Invocation, out *authorizer.Outcome) error {
	join := iam.SameAccount
	if out.Principal.Account != inv.context.AccountID {
		join = iam.CrossAccount
	}
	decision := join(out.Decision, inv.askPolicy(out.Principal))
	if decision == iam.Allow {
		return nil
	}
	return inv.denied(decision, out.Principal, "policies of the caller and of the API")
}

func joinFunction(inv *Invocation, out *authorizer.Outcome) error {
	decision := iam.SameAccount(out.Decision, inv.askPolicy(iam.Anonymous))
	if decision == iam.Allow {
		return nil
	}
	return inv.denial(decision, responseTypes[accessDenied].message, "policy of the authorizer")
}

// joinPool: the policy is asked by itself, and must allow.
func joinPool(inv *Invocation, _ *authorizer.Outcome) error {
	if !inv.method.deployment.gate.exists() {
		return nil
	}
	decision := inv.askPolicy(iam.Anonymous)
	if decision == iam.Allow {
		return nil
	}
	return inv.denied(decision, iam.Anonymous, "resource policy")
}

// refusalTypes are the gateway responses of an authorizer's refusals.
var refusalTypes = map[authorizer.Kind]typeIndex{
	authorizer.Unauthorized:  unauthorized,
	authorizer.MissingToken:  missingAuthenticationToken,
	authorizer.BadSignature:  invalidSignature,
	authorizer.Unreadable:    incompleteSignature,
	authorizer.ExpiredToken:  expiredToken,
	authorizer.Denied:        accessDenied,
	authorizer.Misconfigured: authorizerConfigurationError,
}

func (inv *Invocation) refused(err error) error {
	var r *authorizer.Refusal
	if !errors.As(err, &r) {
		return bodyFailure(err)
	}
	f := &failure{kind: refusalTypes[r.Kind], message: r.Message, errorType: r.Code, cause: r.Err}
	phase := inv.authorizerPhase()
	phase.Status, phase.Error = responseTypes[f.kind].status, cmp.Or(r.Message, responseTypes[f.kind].message)
	switch {
	case r.Kind == authorizer.Misconfigured:
		f.note, f.details = noteAuthorizer, [2]string{r.Reason}
	case r.Reason != "":
		f.note, f.details = noteUnauthorized, [2]string{inv.context.RequestID}
		f.cause = cmp.Or(f.cause, errors.New(r.Reason))
	}
	return f
}

// authorizerLog writes an authorizer's lines (data plane §21.1).
type authorizerLog struct{ inv *Invocation }

var authorizerNotes = [...]noteKind{
	authorizer.LineIdentity: noteIdentity,
	authorizer.LineURI:      noteAuthorizerURI,
	authorizer.LineEvent:    noteAuthorizerEvent,
	authorizer.LineResult:   noteAuthorizerResult,
	authorizer.LineValid:    noteAuthorizerValid,
	authorizer.LineDone:     noteAuthorizerDone,
}

// Line implements authorizer.Log.
func (l authorizerLog) Line(line authorizer.Line, detail string) {
	if line == authorizer.LineIdentity || line == authorizer.LineValid {
		detail = mask(detail)
	}
	l.inv.note(authorizerNotes[line], detail)
}

// Headers implements authorizer.Log.
func (l authorizerLog) Headers(h *httpmsg.Header) { l.inv.note(noteAuthorizerHeaders, headerText(h)) }

// authorizer compiles what authorizes a Method. What cannot be compiled
// answers 500 to all.
func (c *compiler) authorizer(m *method, def *apigw.Method) {
	if m.authorization == "NONE" {
		return
	}
	m.authorizerId = deref(def.AuthorizerId)
	var err error
	if m.authorizer, err = authorizer.New(def, c.findAuthorizer(m.authorizerId), c.authorization); err != nil {
		c.report(Broken, "authorizer", err.Error()+": every call answers 500")
		m.unauthorizable = &failure{kind: authorizerConfigurationError, note: noteAuthorizer, details: [2]string{err.Error()}}
	}
	if m.authorization == "AWS_IAM" && c.authorization.Identities == nil {
		c.reportNoIdentities()
	}
}

func (c *compiler) reportNoIdentities() {
	if c.authorization.AnySignature {
		c.report(NotEnforced, "", "AWS_IAM: signature not verified: --identities names who may sign")
		return
	}
	c.report(Refused, "", "AWS_IAM: --identities names nobody who may sign, so every call answers 403")
}

func (c *compiler) findAuthorizer(id string) *apigw.Authorizer {
	for i := range c.def.Authorizers {
		if deref(c.def.Authorizers[i].Id) == id {
			return &c.def.Authorizers[i]
		}
	}
	return nil
}
