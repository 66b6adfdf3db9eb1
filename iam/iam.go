// Package iam evaluates AWS Identity and Access Management policies: documents
// attached to an identity, to a resource, or returned by an authorizer.
//
// Parse reads a document once, with errors that name line and column; the
// Policy it makes is immutable and Evaluate allocates nothing but what policy
// variables need. The language is that of IAM's user guide: Allow and Deny,
// wildcards, NotAction, NotResource, Principal and NotPrincipal, every
// condition operator with IfExists, ForAllValues, ForAnyValue and Null, and
// policy variables with defaults.
//
//	policy, err := iam.Parse(document, iam.ResourcePolicy)
//	decision := policy.Evaluate(&iam.Request{
//		Principal: iam.Anonymous,
//		Action:    "execute-api:Invoke",
//		Resource:  "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod/GET/pets",
//		Keys:      keys,
//	})
//
// What a document says that this package does not know is an error of Parse,
// never a statement that is skipped: a policy that cannot be read allows
// nothing.
//
// The package is a library of its own: standard library only.
package iam

// A Decision is what a policy says of a request. The zero value is the
// implicit deny: it says nothing.
type Decision uint8

// The decisions.
const (
	Implicit Decision = iota // no statement applies
	Allow
	Deny // a statement denies: it wins over every Allow
)

func (d Decision) String() string {
	return [...]string{"implicit deny", "allow", "explicit deny"}[d]
}

// And joins the decisions of policies of one kind: an explicit deny wins, then
// an Allow.
func (d Decision) And(other Decision) Decision {
	switch {
	case d == Deny || other == Deny:
		return Deny
	case d == Allow || other == Allow:
		return Allow
	}
	return Implicit
}

// SameAccount joins what identity-based policies and a resource-based policy
// say where the caller is of the resource's account: either may allow.
func SameAccount(identity, resource Decision) Decision { return identity.And(resource) }

// CrossAccount joins them where the caller is of another account: both must
// allow.
func CrossAccount(identity, resource Decision) Decision {
	switch {
	case identity == Deny || resource == Deny:
		return Deny
	case identity == Allow && resource == Allow:
		return Allow
	}
	return Implicit
}

// A Request is what a policy is asked about.
type Request struct {
	Principal Principal
	Action    string // "service:Name", in any case
	Resource  string // an ARN
	Keys      Keys   // of conditions and policy variables; nil: there are none
}

// Keys returns the values of a condition key, which is named in lower case
// ("aws:sourceip", "aws:principaltag/team"); none for a key that the request
// does not have. Keys know no case.
type Keys func(name string) []string

func (k Keys) values(name string) []string {
	if k == nil {
		return nil
	}
	return k(name)
}

// Evaluate is what the policy says of r.
func (p *Policy) Evaluate(r *Request) Decision {
	decision := Implicit
	for i := range p.statements {
		s := &p.statements[i]
		if decision == Allow && s.effect == Allow || !s.applies(r) {
			continue
		}
		if s.effect == Deny {
			return Deny
		}
		decision = Allow
	}
	return decision
}

// Evaluate is what policies of one kind, of one identity for instance, say
// together.
func Evaluate(r *Request, policies ...*Policy) Decision {
	decision := Implicit
	for _, p := range policies {
		if decision = decision.And(p.Evaluate(r)); decision == Deny {
			break
		}
	}
	return decision
}

func (s *statement) applies(r *Request) bool {
	return s.names(&r.Principal) &&
		matchesAny(s.actions, r.Action, r.Keys) != s.notActions &&
		matchesAny(s.resources, r.Resource, r.Keys) != s.notResources &&
		s.holds(r.Keys)
}

func matchesAny(patterns []pattern, s string, keys Keys) bool {
	for i := range patterns {
		if patterns[i].matches(s, keys) {
			return true
		}
	}
	return false
}

func (s *statement) holds(keys Keys) bool {
	for i := range s.conditions {
		if !s.conditions[i].holds(keys) {
			return false
		}
	}
	return true
}
