package authorizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/iam"
)

// A result is what a Lambda function answered, read. It is immutable.
type result struct {
	principal string
	policy    *iam.Policy
	document  string            // of policy, without blanks
	context   mapping.ParamList // values as texts
	usageKey  string
}

// maxResult bounds what is read of a function: a policy takes a few kilobytes.
const maxResult = 256 << 10

// readResult reads a function's answer; what it cannot read is no decision
// (data plane §5.3, §5.4).
func readResult(body []byte) (*result, error) {
	invalid := func(err error) error {
		return misconfigured("Invalid JSON in response", err)
	}
	if len(body) > maxResult {
		return nil, invalid(fmt.Errorf("%d bytes are too many", len(body)))
	}
	var answer map[string]json.RawMessage // names have their case
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, invalid(err)
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, answer["policyDocument"]) // what was read can be written shorter
	r := &result{document: compact.String()}
	var ok bool
	if r.principal, ok = rawScalar(answer["principalId"]); !ok {
		return nil, invalid(errors.New("no principalId"))
	}
	if r.document == "" {
		return nil, invalid(errors.New("no policyDocument"))
	}
	var err error
	if r.policy, err = iam.Parse(r.document, iam.IdentityPolicy); err != nil {
		return nil, invalid(fmt.Errorf("policyDocument:%w", err))
	}
	if r.context, err = readContext(answer["context"]); err != nil {
		return nil, invalid(err)
	}
	r.usageKey, _ = rawScalar(answer["usageIdentifierKey"])
	return r, nil
}

func rawScalar(raw json.RawMessage) (string, bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil {
		return "", false
	}
	return scalarText(value)
}

// readContext reads the context in order; its values must be texts, numbers or
// Booleans, and become texts.
func readContext(raw json.RawMessage) (list mapping.ParamList, err error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("the context is no object")
	}
	seen := map[string]int{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		text, ok := scalarText(value)
		if !ok {
			return nil, fmt.Errorf("the context's %q is neither a text nor a number nor a Boolean", name)
		}
		if at, twice := seen[name]; twice {
			list[at].Value = text
			continue
		}
		seen[name] = len(list)
		list = append(list, mapping.Param{Name: name, Value: text})
	}
	return list, nil
}

// scalarText is a text, a number as it was written, or a Boolean, as a text.
func scalarText(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}

// errorMessage is that of a function that failed.
func errorMessage(body []byte) string {
	var failed struct {
		ErrorMessage string `json:"errorMessage"`
	}
	_ = json.Unmarshal(body, &failed) // what is no JSON has no message
	return failed.ErrorMessage
}

// tokenEvent is what a TOKEN authorizer's function is asked with (data plane
// §5.2).
func tokenEvent(token, arn string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	text := func(s string) string {
		b.Reset()
		_ = e.Encode(s) // a text encodes
		return strings.TrimSuffix(b.String(), "\n")
	}
	return []byte(`{"type":"TOKEN","authorizationToken":` + text(token) + `,"methodArn":` + text(arn) + `}`)
}
