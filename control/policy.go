package control

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// normalisePolicy writes a RestApi's resource policy as it is stored: compact
// JSON in the order given, with the short ARNs execute-api:/… spelled out
// (AF-034). It gives the same for what it has given.
func normalisePolicy(t *tx, api *apigw.RestApi) error {
	if api.Policy == nil {
		return nil
	}
	if limit := t.deps.Quotas.PolicyBytes; len(*api.Policy) > limit {
		return rule.TooLong("The resource policy", limit)
	}
	var document policyDocument
	var compact bytes.Buffer
	text := []byte(*api.Policy)
	if json.Unmarshal(text, &document) != nil || !document.valid() || json.Compact(&compact, text) != nil {
		return apigw.BadRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.")
	}
	policy := compact.String()
	if api.Id != nil {
		full := t.arn("execute-api", *api.Id)
		policy = strings.ReplaceAll(policy, `"execute-api:/`, `"`+full+`/`)
	}
	api.Policy = &policy
	return nil
}

// A policyDocument is as much of a policy as says whether it is one.
type policyDocument struct {
	Statement oneOrMore[policyStatement]
}

type policyStatement struct {
	Effect                  string
	Principal, NotPrincipal json.RawMessage
	Action, NotAction       json.RawMessage
	Resource, NotResource   json.RawMessage
}

func (d policyDocument) valid() bool {
	for _, s := range d.Statement {
		effective := s.Effect == "Allow" || s.Effect == "Deny"
		bothResources := s.Resource != nil && s.NotResource != nil // neither: all of the RestApi
		if !effective || !oneOf(s.Principal, s.NotPrincipal) || !oneOf(s.Action, s.NotAction) || bothResources {
			return false
		}
	}
	return len(d.Statement) > 0
}

// oneOf says whether just one of a and b was given.
func oneOf(a, b json.RawMessage) bool { return (a == nil) != (b == nil) }

// oneOrMore is a list that may be written as its only element.
type oneOrMore[T any] []T

// UnmarshalJSON reads an element or a list.
func (l *oneOrMore[T]) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte("[")) {
		return json.Unmarshal(b, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.Unmarshal(b, &(*l)[0])
}

// escapePolicy escapes a policy as the inside of a JSON string, which is how
// answers show it.
func escapePolicy(policy string) string {
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(policy); err != nil {
		return policy // not reached: a string encodes
	}
	return strings.TrimSuffix(quoted.String()[1:], "\"\n")
}
