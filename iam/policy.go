package iam

import (
	"fmt"
	"strings"
)

// A Policy is a document, read. It is immutable and safe for concurrent use.
type Policy struct {
	statements []statement
}

type statement struct {
	effect                   Decision
	principals               *principals // nil in an identity's policy
	notPrincipals            bool
	actions, resources       []pattern
	notActions, notResources bool
	conditions               []condition
}

// A Kind says what a policy is attached to.
type Kind uint8

// The kinds.
const (
	IdentityPolicy Kind = iota // to a user or a role, which is its principal
	ResourcePolicy             // to a resource: each statement names its principals
)

// variablesVersion is the version of the language that has policy variables;
// in the other one ${…} is text.
const variablesVersion = "2012-10-17"

// Parse reads a policy document. The error is an *Error.
func Parse(text string, kind Kind) (*Policy, error) {
	d, root, err := readDocument(text)
	if err != nil {
		return nil, err
	}
	return d.policy(root, kind)
}

func (d *document) policy(root *node, kind Kind) (*Policy, error) {
	if root.kind != object {
		return nil, d.at(root, "a policy is an object with a Statement")
	}
	if err := d.only(root, "Version", "Id", "Statement"); err != nil {
		return nil, err
	}
	p := parser{document: d, kind: kind}
	if version := root.get("Version"); version != nil {
		text, _ := version.text()
		if text != variablesVersion && text != "2008-10-17" {
			return nil, d.at(version, `there are the versions "2012-10-17" and "2008-10-17"`)
		}
		p.variables = text == variablesVersion
	}
	statements := root.get("Statement")
	if statements == nil {
		return nil, d.at(root, "no Statement")
	}
	policy := &Policy{}
	for _, n := range statements.elements() {
		s, err := p.statement(n)
		if err != nil {
			return nil, err
		}
		policy.statements = append(policy.statements, s)
	}
	return policy, nil
}

func (d *document) at(n *node, message string) error { return d.fail(n.offset, n.path, message) }

// only refuses members that are not among names: what is not understood must
// not be left out.
func (d *document) only(n *node, names ...string) error {
	for _, m := range n.members {
		known := false
		for _, name := range names {
			known = known || name == m.name
		}
		if !known {
			return d.at(m.value, "unknown element; there are "+strings.Join(names, ", "))
		}
	}
	return nil
}

// A parser reads the statements of one policy.
type parser struct {
	*document
	kind      Kind
	variables bool
}

func (p *parser) statement(n *node) (s statement, err error) {
	if n.kind != object {
		return s, p.at(n, "a statement is an object")
	}
	if err = p.only(n, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"); err != nil {
		return s, err
	}
	if s.effect, err = p.effect(n); err != nil {
		return s, err
	}
	if err = p.principals(&s, n); err != nil {
		return s, err
	}
	if s.actions, s.notActions, err = p.patterns(n, "Action", p.action); err != nil {
		return s, err
	}
	if s.resources, s.notResources, err = p.resources(n); err != nil {
		return s, err
	}
	s.conditions, err = p.conditions(n.get("Condition"))
	return s, err
}

func (p *parser) effect(n *node) (Decision, error) {
	effect := n.get("Effect")
	if effect == nil {
		return 0, p.at(n, "no Effect")
	}
	switch effect.value {
	case "Allow":
		return Allow, nil
	case "Deny":
		return Deny, nil
	}
	return 0, p.at(effect, "an Effect is Allow or Deny")
}

// oneOf finds the element of that name or of its Not form.
func (p *parser) oneOf(n *node, name string) (value *node, not bool, err error) {
	positive, negative := n.get(name), n.get("Not"+name)
	switch {
	case positive != nil && negative != nil:
		return nil, false, p.at(negative, name+" and Not"+name+" exclude one another")
	case negative != nil:
		return negative, true, nil
	}
	return positive, false, nil
}

func (p *parser) principals(s *statement, n *node) error {
	value, not, err := p.oneOf(n, "Principal")
	switch {
	case err != nil:
		return err
	case value == nil && p.kind == IdentityPolicy:
		return nil
	case value == nil:
		return p.at(n, "no Principal")
	case p.kind == IdentityPolicy:
		return p.at(value, "a policy of an identity names no Principal")
	}
	s.principals, s.notPrincipals = &principals{}, not
	if value.kind != object {
		if value.value != "*" {
			return p.at(value, `a Principal is "*" or an object such as {"AWS": "123456789012"}`)
		}
		s.principals.all = true
		return nil
	}
	for _, m := range value.members {
		for _, element := range m.value.elements() {
			text, ok := element.value.(string)
			if !ok {
				return p.at(element, "a principal is a text")
			}
			if wrong := s.principals.add(m.name, text); wrong != "" {
				return p.at(element, wrong)
			}
		}
	}
	return nil
}

// resources reads what a statement is about: in a resource's policy that does
// not say, the resource itself, all of it. (IAM's user guide: overview of JSON
// policies.)
func (p *parser) resources(n *node) (all []pattern, not bool, err error) {
	if p.kind == ResourcePolicy && n.get("Resource") == nil && n.get("NotResource") == nil {
		return nil, true, nil
	}
	return p.patterns(n, "Resource", p.resource)
}

func (p *parser) patterns(n *node, name string, compile func(*node, string) (pattern, error)) (all []pattern, not bool, err error) {
	value, not, err := p.oneOf(n, name)
	if err != nil {
		return nil, false, err
	}
	if value == nil {
		return nil, false, p.at(n, "no "+name)
	}
	for _, element := range value.elements() {
		text, ok := element.value.(string)
		if !ok || text == "" {
			return nil, false, p.at(element, "must be a text")
		}
		compiled, err := compile(element, text)
		if err != nil {
			return nil, false, err
		}
		all = append(all, compiled)
	}
	if len(all) == 0 {
		return nil, false, p.at(value, "must not be empty")
	}
	return all, not, nil
}

// action compiles "service:Name", whose case does not matter.
func (p *parser) action(n *node, text string) (pattern, error) {
	service, name, ok := strings.Cut(text, ":")
	if text != "*" && (!ok || service == "" || name == "") {
		return pattern{}, p.at(n, `an action is "*" or "service:Name"`)
	}
	return compilePattern(text, dialect{wildcards: true, fold: true}), nil
}

func (p *parser) resource(_ *node, text string) (pattern, error) {
	return compilePattern(text, dialect{wildcards: true, variables: p.variables}), nil
}

func (p *parser) conditions(n *node) (all []condition, err error) {
	if n == nil {
		return nil, nil
	}
	if n.kind != object {
		return nil, p.at(n, `a Condition is an object such as {"StringEquals": {"aws:username": "alice"}}`)
	}
	for _, m := range n.members {
		blank, ok := parseOperator(m.name)
		if !ok {
			return nil, p.at(m.value, fmt.Sprintf("unknown condition operator %q", m.name))
		}
		if m.value.kind != object {
			return nil, p.at(m.value, "an operator is an object of condition keys")
		}
		for _, key := range m.value.members {
			c := blank
			c.key = strings.ToLower(key.name)
			if err := p.values(&c, key.value); err != nil {
				return nil, err
			}
			all = append(all, c)
		}
	}
	return all, nil
}

func (p *parser) values(c *condition, n *node) error {
	for _, element := range n.elements() {
		text, ok := element.text()
		if !ok {
			return p.at(element, "a value of a condition is a text, a number or true or false")
		}
		compare, wrong := c.operator.compile(text, p.variables)
		if wrong != "" {
			return p.at(element, fmt.Sprintf("%q is %s", text, wrong))
		}
		c.values = append(c.values, compare)
	}
	return nil
}
