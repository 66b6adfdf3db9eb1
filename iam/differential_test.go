package iam

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A plainStatement is a statement as the second evaluator has it, which was
// written from IAM's user guide alone: slow, and in other means where there are
// any.
type plainStatement struct {
	effect                  string
	actions, resources      []string
	notActions, notResource bool
	conditions              []plainCondition
}

type plainCondition struct {
	quantifier string // "", "ForAllValues:" or "ForAnyValue:"
	name       string
	ifExists   bool
	key        string
	values     []string
}

type plainKeys map[string][]string

// TestEvaluatorsAgree: both evaluators decide the same on random documents and
// requests; POTERNE_POLICIES says on how many. (Security abuse case 50.)
func TestEvaluatorsAgree(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("POTERNE_POLICIES"))
	if err != nil {
		n = 20_000
	}
	g := &policyGenerator{rand.New(rand.NewPCG(3, 4))}
	decided := map[Decision]int{}
	for range n {
		statements := make([]plainStatement, 1+g.IntN(3))
		for i := range statements {
			statements[i] = g.statement()
		}
		document := documentOf(statements)
		policy, err := Parse(document, IdentityPolicy)
		if err != nil {
			t.Fatalf("%s: %v", document, err)
		}
		for range 4 {
			keys, action, resource := g.keys(), g.pick("s3:GetObject", "S3:getobject", "s3:Put", "iam:Get"), g.pick("a/b", "a/*", "a", "b/alice/x", "b/?/x", "")
			want := plainEvaluate(statements, action, resource, keys)
			got := policy.Evaluate(&Request{Action: action, Resource: resource, Keys: func(name string) []string { return keys[name] }})
			if got != want {
				t.Fatalf("%s\n%s on %q with %v: %v, the second evaluator says %v", document, action, resource, keys, got, want)
			}
			decided[got]++
		}
	}
	for _, d := range []Decision{Implicit, Allow, Deny} {
		if decided[d] < n/20 {
			t.Errorf("of %d decisions %d are %v: the documents are too much alike", 4*n, decided[d], d)
		}
	}
}

// A policyGenerator draws from few values, so that they meet.
type policyGenerator struct{ *rand.Rand }

func (g *policyGenerator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g *policyGenerator) some(from ...string) []string {
	list := make([]string, 1+g.IntN(2))
	for i := range list {
		list[i] = g.pick(from...)
	}
	return list
}

func (g *policyGenerator) statement() plainStatement {
	s := plainStatement{
		effect:  g.pick("Allow", "Allow", "Deny"),
		actions: g.some("*", "s3:*", "s3:Get*", "S3:GETOBJECT", "iam:*", "s?:Put"), notActions: g.IntN(4) == 0,
		resources: g.some("*", "a/*", "a/?", "a", "b/${user}/*", "b/${user, 'alice'}/x", "b/${*}/x", "b/${?}/x", "a/${none}"), notResource: g.IntN(4) == 0,
	}
	for range g.IntN(3) {
		c := g.condition()
		same := func(other plainCondition) bool { return other.element() == c.element() }
		if !slices.ContainsFunc(s.conditions, same) {
			s.conditions = append(s.conditions, c)
		}
	}
	return s
}

func (g *policyGenerator) condition() plainCondition {
	c := plainCondition{quantifier: g.pick("", "", "ForAllValues:", "ForAnyValue:"), ifExists: g.IntN(4) == 0}
	switch g.IntN(6) {
	case 0:
		c.name, c.key, c.values = g.pick("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"), "text", g.some("x", "X", "y", "${user}", "x*")
	case 1:
		c.name, c.key, c.values = g.pick("StringLike", "StringNotLike"), "text", g.some("x*", "?", "*y", "${user}*", "${*}")
	case 2:
		c.name, c.key, c.values = g.pick("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"), "number", g.some("1", "1.0", "2.5", "-3")
	case 3:
		c.name, c.key, c.values = g.pick("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"), "date", g.some("2026-03-03T12:00:00Z", "2026-03-03T13:00:00+01:00", "2026-03-04T00:00:00Z")
	case 4:
		c.name, c.key, c.values = g.pick("IpAddress", "NotIpAddress"), "address", g.some("10.0.0.0/8", "10.1.0.0/16", "192.0.2.7", "2001:db8::/32", "0.0.0.0/0")
	default:
		c.name, c.key, c.values = "Bool", "flag", g.some("true", "false")
		if g.IntN(2) == 0 {
			c = plainCondition{name: "Null", key: g.pick("text", "flag", "none"), values: []string{g.pick("true", "false")}}
		}
	}
	return c
}

// keys are those of a request: each absent, of one value or of two.
func (g *policyGenerator) keys() plainKeys {
	keys := plainKeys{}
	for key, from := range map[string][]string{
		"text": {"x", "X", "y", "xy", "alice", "*"}, "number": {"1", "2", "2.5", "-3.0", "none"}, "flag": {"true", "FALSE", "yes"},
		"date": {"2026-03-03T12:00:00Z", "2026-03-03T23:59:59Z", "2026-03-05T00:00:00Z"}, "address": {"10.1.2.3", "10.9.9.9", "192.0.2.7", "2001:db8::1", "::ffff:10.1.2.3"},
		"user": {"alice", "*", "?"},
	} {
		switch g.IntN(4) {
		case 0:
		case 1:
			keys[key] = []string{g.pick(from...), g.pick(from...)}
		default:
			keys[key] = []string{g.pick(from...)}
		}
	}
	return keys
}

// documentOf writes statements as a document.
func documentOf(statements []plainStatement) string {
	var all []map[string]any
	for _, s := range statements {
		element := map[string]any{"Effect": s.effect}
		element[map[bool]string{false: "Action", true: "NotAction"}[s.notActions]] = s.actions
		element[map[bool]string{false: "Resource", true: "NotResource"}[s.notResource]] = s.resources
		conditions := map[string]map[string][]string{}
		for _, c := range s.conditions {
			if conditions[c.element()] == nil {
				conditions[c.element()] = map[string][]string{}
			}
			conditions[c.element()][c.key] = c.values
		}
		if len(conditions) > 0 {
			element["Condition"] = conditions
		}
		all = append(all, element)
	}
	text, _ := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": all})
	return string(text)
}

func (c *plainCondition) element() string {
	if c.ifExists {
		return c.quantifier + c.name + "IfExists"
	}
	return c.quantifier + c.name
}

func plainEvaluate(statements []plainStatement, action, resource string, keys plainKeys) Decision {
	decision := Implicit
	for _, s := range statements {
		lower := func(text string, _ plainKeys) (string, bool) { return strings.ToLower(text), true }
		applies := plainAny(s.actions, strings.ToLower(action), nil, lower) != s.notActions &&
			plainAny(s.resources, resource, keys, nil) != s.notResource
		for i := range s.conditions {
			applies = applies && s.conditions[i].holds(keys)
		}
		switch {
		case applies && s.effect == "Deny":
			return Deny
		case applies:
			decision = Allow
		}
	}
	return decision
}

func plainAny(patterns []string, text string, keys plainKeys, change func(string, plainKeys) (string, bool)) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if change != nil {
			pattern, _ = change(pattern, keys)
		}
		return plainMatch(plainTokens(pattern, keys, true), text)
	})
}

// plainTokens are the parts of a pattern: "*", "?", and texts behind "=". A
// variable without one value is a part that nothing matches.
func plainTokens(pattern string, keys plainKeys, wildcards bool) (tokens []string) {
	for pattern != "" {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(pattern, "${"), "}"); ok && strings.HasPrefix(pattern, "${") {
			pattern = rest
			name, fallback, hasFallback := strings.Cut(name, ", ")
			switch values := keys[name]; {
			case name == "*" || name == "?":
				tokens = append(tokens, "="+name)
			case len(values) == 1:
				tokens = append(tokens, "="+values[0])
			case len(values) == 0 && hasFallback:
				tokens = append(tokens, "="+strings.Trim(fallback, "'"))
			default:
				tokens = append(tokens, "!")
			}
			continue
		}
		token := pattern[:1]
		if !wildcards || token != "*" && token != "?" {
			token = "=" + token
		}
		tokens, pattern = append(tokens, token), pattern[1:]
	}
	return tokens
}

func plainMatch(tokens []string, text string) bool {
	if len(tokens) == 0 {
		return text == ""
	}
	switch token := tokens[0]; token[0] {
	case '*':
		return plainMatch(tokens[1:], text) || text != "" && plainMatch(tokens, text[1:])
	case '?':
		return text != "" && plainMatch(tokens[1:], text[1:])
	case '=':
		rest, ok := strings.CutPrefix(text, token[1:])
		return ok && plainMatch(tokens[1:], rest)
	}
	return false
}

func (c *plainCondition) holds(keys plainKeys) bool {
	values := keys[c.key]
	if c.name == "Null" {
		return (len(values) == 0) == (c.values[0] == "true")
	}
	negated := strings.Contains(c.name, "Not")
	meets := func(value string) bool {
		one := slices.ContainsFunc(c.values, func(wanted string) bool { return c.compares(value, wanted, keys) })
		return one != negated
	}
	misses := func(value string) bool { return !meets(value) }
	switch {
	case len(values) == 0 && c.quantifier == "ForAllValues:", len(values) == 0 && c.ifExists:
		return true
	case len(values) == 0 && c.quantifier == "ForAnyValue:":
		return false
	case len(values) == 0:
		return negated
	case c.quantifier == "ForAllValues:", c.quantifier == "" && negated:
		return !slices.ContainsFunc(values, misses)
	}
	return slices.ContainsFunc(values, meets)
}

// compares is one value of the request against one of the policy, without the
// operator's Not.
func (c *plainCondition) compares(value, wanted string, keys plainKeys) bool {
	switch name := strings.Replace(c.name, "Not", "", 1); {
	case name == "StringLike":
		return plainMatch(plainTokens(wanted, keys, true), value)
	case name == "StringEqualsIgnoreCase":
		lower := plainKeys{}
		for key, values := range keys {
			for _, v := range values {
				lower[key] = append(lower[key], strings.ToLower(v))
			}
		}
		return plainMatch(plainTokens(strings.ToLower(wanted), lower, false), strings.ToLower(value))
	case name == "StringEquals":
		return plainMatch(plainTokens(wanted, keys, false), value)
	case name == "Bool":
		return strings.ToLower(value) == wanted
	case name == "IpAddress":
		return plainContains(wanted, net.ParseIP(value))
	case strings.HasPrefix(name, "Numeric"):
		a, ok := new(big.Rat).SetString(value)
		b, _ := new(big.Rat).SetString(wanted)
		return ok && plainOrder(strings.TrimPrefix(name, "Numeric"), a.Cmp(b))
	default:
		a, err := time.Parse(time.RFC3339, value)
		b, _ := time.Parse(time.RFC3339, wanted)
		return err == nil && plainOrder(strings.TrimPrefix(name, "Date"), int(a.Sub(b)/time.Second))
	}
}

func plainContains(block string, address net.IP) bool {
	if !strings.Contains(block, "/") {
		return net.ParseIP(block).Equal(address)
	}
	_, network, err := net.ParseCIDR(block)
	return err == nil && network.Contains(address)
}

func plainOrder(name string, order int) bool {
	switch name {
	case "Equals":
		return order == 0
	case "LessThan":
		return order < 0
	case "LessThanEquals":
		return order <= 0
	case "GreaterThan":
		return order > 0
	case "GreaterThanEquals":
		return order >= 0
	}
	panic(fmt.Sprintf("no order %s", name))
}
