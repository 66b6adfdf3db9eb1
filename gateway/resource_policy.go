package gateway

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/authorizer"
	"github.com/poterne/poterne/iam"
)

// A policyGate is an API's resource policy, compiled.
type policyGate struct {
	policy *iam.Policy // nil: there is none
	closed string      // why nobody passes; "" otherwise
}

func (p *policyGate) exists() bool { return p.policy != nil || p.closed != "" }

// policyGate reads the resource policy. One that cannot be read lets nobody
// through, and so does a private API without one (data plane §4.1).
func (c *compiler) policyGate() policyGate {
	text := deref(c.def.RestApi.Policy)
	if text == "" {
		if !c.isPrivate() {
			return policyGate{}
		}
		c.report(Refused, "", "PRIVATE endpoint without a resource policy: every call answers 403")
		return policyGate{closed: "a private API needs a resource policy"}
	}
	policy, err := iam.Parse(text, iam.ResourcePolicy)
	if err != nil {
		c.report(Broken, "resource policy", err.Error()+": every call answers 403")
		return policyGate{closed: "the resource policy cannot be read: " + err.Error()}
	}
	return policyGate{policy: policy}
}

// maxMethodARN bounds the ARN of a call that a policy or an authorizer judges
// (data plane §2.2).
const maxMethodARN = 1600

// resourcePolicy is what the resource policy decides before anybody is asked
// who calls: all of it for a Method without authorization, an explicit deny for
// one with a Lambda authorizer (data plane §4.1).
func resourcePolicy(inv *Invocation) error {
	gate := &inv.method.deployment.gate
	if gate.closed != "" {
		return inv.denied(iam.Implicit, iam.Anonymous, gate.closed)
	}
	phase := phases[inv.method.authorization]
	if phase == afterwards {
		return nil
	}
	if err := inv.nameMethod(); err != nil {
		return err
	}
	decision := inv.askPolicy(iam.Anonymous)
	if decision == iam.Deny || phase == alone && decision != iam.Allow {
		return inv.denied(decision, iam.Anonymous, "resource policy")
	}
	return nil
}

// A phase says when a resource policy decides.
type phase uint8

const (
	afterwards phase = iota // once it is known who calls
	denies                  // an explicit deny at once, the rest afterwards
	alone                   // there is nobody to be known
)

var phases = map[string]phase{"NONE": alone, "CUSTOM": denies}

// askPolicy is what the resource policy says of the call.
func (inv *Invocation) askPolicy(who iam.Principal) iam.Decision {
	keys := inv.keys
	if inv.callerKeys != nil {
		keys = inv.callerKeys
	}
	return inv.method.deployment.gate.evaluate(&iam.Request{Principal: who, Action: authorizer.InvokeAction, Resource: inv.methodARN, Keys: keys})
}

func (p *policyGate) evaluate(r *iam.Request) iam.Decision {
	if p.policy == nil {
		return iam.Implicit
	}
	return p.policy.Evaluate(r)
}

// nameMethod writes the ARN of the Method as it was called: the path as it was
// sent, but for the slashes that routing passes over, which must not get
// anybody around a policy (AF-192, AF-193).
func (inv *Invocation) nameMethod() error {
	if inv.methodARN != "" {
		return nil
	}
	c := &inv.context
	path := strings.TrimSuffix(strings.TrimLeft(inv.rest, "/"), "/")
	region := inv.region()
	start := len(inv.text)
	for _, part := range []string{"arn:", apigw.Partition(region), ":execute-api:", region, ":", c.AccountID, ":", c.APIID, "/", c.Stage, "/", c.HTTPMethod, "/", path} {
		inv.text = append(inv.text, part...)
	}
	inv.methodARN = view(inv.text[start:])
	if len(inv.methodARN) > maxMethodARN {
		return &failure{kind: uriTooLong}
	}
	return nil
}

// denied is 403 in IAM's words. The account is masked, as AWS masks it (data
// plane §4.2).
func (inv *Invocation) denied(decision iam.Decision, who iam.Principal, why string) error {
	if err := inv.nameMethod(); err != nil {
		return err
	}
	user := "anonymous"
	if who.ARN != "" {
		user = who.ARN
	}
	message := "User: " + user + " is not authorized to perform: " + authorizer.InvokeAction + " on resource: " + inv.maskedARN()
	return inv.denial(decision, message, why)
}

func (inv *Invocation) denial(decision iam.Decision, message, why string) error {
	if decision == iam.Deny {
		message += " with an explicit deny"
	}
	inv.context.Authorize.Status, inv.context.Authorize.Error = 403, "The client is not authorized to perform this operation."
	return &failure{kind: accessDenied, note: noteDenied, details: [2]string{why}, message: message}
}

func (inv *Invocation) maskedARN() string {
	account := inv.context.AccountID
	if len(account) < 4 {
		return inv.methodARN
	}
	return strings.Replace(inv.methodARN, ":"+account+":", ":********"+account[len(account)-4:]+":", 1)
}

func (inv *Invocation) region() string {
	if inv.stage == nil {
		return ""
	}
	return inv.stage.release.Region
}

// conditionValues are those of a condition key of the call, whoever makes it.
func (inv *Invocation) conditionValues(name string) []string {
	referer, _ := inv.req.Header.Get("Referer")
	call := iam.Call{
		Time: inv.start, Source: inv.req.Remote.Addr(), Secure: inv.req.TLS != nil,
		UserAgent: inv.context.Identity.UserAgent, Referer: referer, Region: inv.region(),
		VPC: inv.context.Identity.VPCID, VPCEndpoint: inv.context.Identity.VPCEndpointID,
	}
	return call.Values(name)
}
