package iam

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

// keysOf makes Keys of "name=value" texts; a name may stand several times.
func keysOf(pairs ...string) Keys {
	all := map[string][]string{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		all[strings.ToLower(name)] = append(all[strings.ToLower(name)], value)
	}
	return func(name string) []string { return all[name] }
}

const (
	alice   = "arn:aws:iam::123456789012:user/alice"
	session = "arn:aws:sts::123456789012:assumed-role/deploy/ci"
	petsARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod/GET/pets"
)

// mustParse adds the version that has variables.
func mustParse(t *testing.T, kind Kind, statements string) *Policy {
	t.Helper()
	p, err := Parse(`{"Version": "2012-10-17", "Statement": [`+statements+`]}`, kind)
	if err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
	return p
}

// IAM's user guide: policy elements, evaluation logic.
func TestElements(t *testing.T) {
	for _, c := range []struct {
		name       string
		statements string
		action     string
		resource   string
		want       Decision
	}{
		{"nothing applies", `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, "", "", Implicit},
		{"allow", `{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}`, "", "", Allow},
		{"actions know no case", `{"Effect": "Allow", "Action": "EXECUTE-API:invoke", "Resource": "*"}`, "", "", Allow},
		{"resources know case", `{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:execute-api:eu-west-1:123456789012:A1B2C3/*"}`, "", "", Implicit},
		{"deny wins, whatever the order", `{"Effect": "Deny", "Action": "*", "Resource": "*"}, {"Effect": "Allow", "Action": "*", "Resource": "*"}`, "", "", Deny},
		{"deny wins, in the other order", `{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*", "Resource": "*"}`, "", "", Deny},
		{"a list of actions", `{"Effect": "Allow", "Action": ["s3:Get*", "execute-api:I*"], "Resource": "*"}`, "", "", Allow},
		{"? is one character", `{"Effect": "Allow", "Action": "execute-api:Invok?", "Resource": "*"}`, "", "", Allow},
		{"? is not none", `{"Effect": "Allow", "Action": "execute-api:Invoke?", "Resource": "*"}`, "", "", Implicit},
		{"* spans / and :", `{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:execute-api:*/pets"}`, "", "", Allow},
		{"* spans nothing too", `{"Effect": "Allow", "Action": "*", "Resource": "` + petsARN + `*"}`, "", "", Allow},
		{"several *", `{"Effect": "Allow", "Action": "*", "Resource": "arn:*:a1b2c3/*/GET/*"}`, "", "", Allow},
		{"* steps back", `{"Effect": "Allow", "Action": "*", "Resource": "*aab"}`, "", "aaaaab", Allow},
		{"an exact resource is no prefix", `{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod/GET"}`, "", "", Implicit},
		{"NotAction spares its own", `{"Effect": "Deny", "NotAction": "execute-api:*", "Resource": "*"}`, "", "", Implicit},
		{"NotAction takes the others", `{"Effect": "Deny", "NotAction": ["s3:*", "iam:*"], "Resource": "*"}`, "", "", Deny},
		{"NotResource spares its own", `{"Effect": "Deny", "Action": "*", "NotResource": "*/GET/*"}`, "", "", Implicit},
		{"NotResource takes the others", `{"Effect": "Deny", "Action": "*", "NotResource": "*/POST/*"}`, "", "", Deny},
		{"NotAction in an Allow", `{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}`, "", "", Allow},
		{"an encoded slash is none", `{"Effect": "Allow", "Action": "*", "Resource": "*/a/b"}`, "", "x/a%2Fb", Implicit},
	} {
		r := Request{Action: "execute-api:Invoke", Resource: petsARN}
		if c.action != "" {
			r.Action = c.action
		}
		if c.resource != "" {
			r.Resource = c.resource
		}
		if got := mustParse(t, IdentityPolicy, c.statements).Evaluate(&r); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Patterns agree with Go's regular expressions over a small alphabet, where
// most of them nearly match.
func TestPatternsAgreeWithRegularExpressions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func(alphabet string, n int) string {
		b := make([]byte, random.IntN(n))
		for i := range b {
			b[i] = alphabet[random.IntN(len(alphabet))]
		}
		return string(b)
	}
	for range 20_000 {
		pattern, s := text("ab*?:/", 8), text("ab:/", 10)
		want := regexp.MustCompile("(?s)^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern)) + "$").MatchString(s)
		p := compilePattern(pattern, dialect{wildcards: true})
		if got := p.matches(s, nil); got != want {
			t.Fatalf("%q against %q: %v, want %v", pattern, s, got, want)
		}
	}
}

// IAM's user guide, overview of JSON policies: a statement of a resource's
// policy that names no resource is about the one that bears it.
func TestStatementWithoutResource(t *testing.T) {
	r := Request{Action: "execute-api:Invoke", Resource: petsARN}
	for effect, want := range map[string]Decision{"Allow": Allow, "Deny": Deny} {
		p := mustParse(t, ResourcePolicy, `{"Effect": "`+effect+`", "Principal": "*", "Action": "execute-api:Invoke"}`)
		if got := p.Evaluate(&r); got != want {
			t.Errorf("%s: %v", effect, got)
		}
	}
}

func TestPrincipals(t *testing.T) {
	user := Principal{ARN: alice, Account: "123456789012"}
	role := Principal{ARN: session, Account: "123456789012"}
	for _, c := range []struct {
		name      string
		element   string
		principal Principal
		want      bool
	}{
		{"everybody, signed", `"Principal": "*"`, user, true},
		{"everybody, unsigned", `"Principal": "*"`, Anonymous, true},
		{"AWS *", `"Principal": {"AWS": "*"}`, Anonymous, true},
		{"AWS list with *", `"Principal": {"AWS": ["999999999999", "*"]}`, Anonymous, true},
		{"a user", `"Principal": {"AWS": "` + alice + `"}`, user, true},
		{"another user", `"Principal": {"AWS": "arn:aws:iam::123456789012:user/bob"}`, user, false},
		{"a user is not its prefix", `"Principal": {"AWS": "arn:aws:iam::123456789012:user/alic"}`, user, false},
		{"an account by number", `"Principal": {"AWS": "123456789012"}`, user, true},
		{"an account by root", `"Principal": {"AWS": "arn:aws:iam::123456789012:root"}`, role, true},
		{"another account", `"Principal": {"AWS": "210987654321"}`, user, false},
		{"a role, for its session", `"Principal": {"AWS": "arn:aws:iam::123456789012:role/deploy"}`, role, true},
		{"the session itself", `"Principal": {"AWS": "` + session + `"}`, role, true},
		{"another session", `"Principal": {"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/x"}`, role, false},
		{"an account is nobody unsigned", `"Principal": {"AWS": "123456789012"}`, Anonymous, false},
		{"a service", `"Principal": {"Service": "apigateway.amazonaws.com"}`, Principal{Service: "apigateway.amazonaws.com"}, true},
		{"a service is no user", `"Principal": {"Service": "apigateway.amazonaws.com"}`, user, false},
		{"federated is nobody here", `"Principal": {"Federated": "cognito-identity.amazonaws.com"}`, user, false},
		{"NotPrincipal spares whom it names", `"NotPrincipal": {"AWS": "` + alice + `"}`, user, false},
		{"NotPrincipal takes others", `"NotPrincipal": {"AWS": "` + alice + `"}`, role, true},
		{"NotPrincipal takes the unsigned", `"NotPrincipal": {"AWS": "` + alice + `"}`, Anonymous, true},
	} {
		p := mustParse(t, ResourcePolicy, `{"Effect": "Allow", `+c.element+`, "Action": "*", "Resource": "*"}`)
		got := p.Evaluate(&Request{Principal: c.principal, Action: "a:b", Resource: "r"}) == Allow
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// IAM's user guide: condition operators, with keys that are there.
func TestOperators(t *testing.T) {
	for _, c := range []struct {
		operator string
		value    string // JSON
		keys     string // values of k, separated by "|"
		want     bool
	}{
		{"StringEquals", `"a"`, "a", true},
		{"StringEquals", `"a"`, "A", false},
		{"StringEquals", `["x", "a"]`, "a", true},
		{"StringEquals", `"a*"`, "ab", false},
		{"StringEquals", `"a*"`, "a*", true},
		{"StringNotEquals", `["x", "a"]`, "a", false},
		{"StringNotEquals", `["x", "y"]`, "a", true},
		{"StringEqualsIgnoreCase", `"aÉ"`, "Aé", true},
		{"StringNotEqualsIgnoreCase", `"a"`, "A", false},
		{"StringLike", `"a*d?f"`, "abcdef", true},
		{"StringLike", `"a*d?f"`, "abcdf", false},
		{"StringNotLike", `"a*"`, "abc", false},
		{"NumericEquals", `10`, "10.0", true},
		{"NumericNotEquals", `"10"`, "11", true},
		{"NumericLessThan", `"10"`, "9.5", true},
		{"NumericLessThanEquals", `10`, "10", true},
		{"NumericGreaterThan", `10`, "10", false},
		{"NumericGreaterThanEquals", `10`, "10", true},
		{"NumericLessThan", `10`, "x", false},
		{"NumericLessThan", `10`, "NaN", false},
		{"NumericNotEquals", `10`, "x", true},
		{"DateGreaterThan", `"2026-01-01"`, "2026-01-01T00:00:01Z", true},
		{"DateLessThan", `"2026-01-01T00:00:00Z"`, "2025-12-31T23:59:59Z", true},
		{"DateEquals", `"2026-01-01T01:00:00+01:00"`, "2026-01-01T00:00:00Z", true},
		{"DateLessThanEquals", `"1767225600"`, "2026-01-01T00:00:00Z", true},
		{"DateGreaterThanEquals", `"2026-01-01"`, "1767225599", false},
		{"DateNotEquals", `"2026-01-01"`, "2026-01-02", true},
		{"Bool", `"true"`, "true", true},
		{"Bool", `true`, "TRUE", true},
		{"Bool", `"false"`, "true", false},
		{"Bool", `"false"`, "junk", false},
		{"BinaryEquals", `"QmluYXJ5VmFsdWVJbkJhc2U2NA=="`, "QmluYXJ5VmFsdWVJbkJhc2U2NA==", true},
		{"IpAddress", `"203.0.113.0/24"`, "203.0.113.9", true},
		{"IpAddress", `"203.0.113.77/24"`, "203.0.113.9", true},
		{"IpAddress", `"203.0.113.0/24"`, "::ffff:203.0.113.9", true},
		{"IpAddress", `"::ffff:203.0.113.0/120"`, "203.0.113.9", true},
		{"IpAddress", `"203.0.113.9"`, "203.0.113.9", true},
		{"IpAddress", `"203.0.113.9"`, "203.0.113.10", false},
		{"IpAddress", `["10.0.0.0/8", "2001:db8::/32"]`, "2001:db8:1::7", true},
		{"IpAddress", `"2001:db8::/32"`, "2001:db9::1", false},
		{"IpAddress", `"0.0.0.0/0"`, "2001:db9::1", false},
		{"NotIpAddress", `"203.0.113.0/24"`, "203.0.113.9", false},
		{"NotIpAddress", `"203.0.113.0/24"`, "198.51.100.1", true},
		{"ArnLike", `"arn:aws:iam::*:user/a*"`, alice, true},
		{"ArnEquals", `"arn:aws:iam::*:user/a*"`, alice, true},
		{"ArnLike", `"arn:aws:i*2:*:*:user/alice"`, alice, false},
		{"ArnLike", `"arn:aws:sns:*:*:a:b"`, "arn:aws:sns:eu-west-1:123456789012:a:b", true},
		{"ArnLike", `"arn:*:*:*:*:*"`, "no arn", false},
		{"ArnLike", `"*"`, alice, true},
		{"ArnNotLike", `"arn:aws:iam::*:user/a*"`, alice, false},
		{"ArnNotEquals", `"arn:aws:iam::*:user/b*"`, alice, true},
		{"Null", `"true"`, "a", false},
		{"Null", `"false"`, "a", true},
		{"StringEqualsIfExists", `"a"`, "b", false},
		{"ForAllValues:StringEquals", `["a", "b"]`, "a|b", true},
		{"ForAllValues:StringEquals", `["a", "b"]`, "a|c", false},
		{"ForAnyValue:StringEquals", `["a", "b"]`, "c|b", true},
		{"ForAnyValue:StringEquals", `["a", "b"]`, "c|d", false},
		{"ForAllValues:StringNotEquals", `["a", "b"]`, "c|d", true},
		{"ForAllValues:StringNotEquals", `["a", "b"]`, "c|b", false},
		{"ForAnyValue:StringNotEquals", `["a", "b"]`, "a|c", true},
		{"ForAnyValue:StringNotEquals", `["a", "b"]`, "a|b", false},
		{"ForAllValues:StringLike", `"x*"`, "xa|xb", true},
		{"StringEquals", `"a"`, "b|a", true},
		{"StringNotEquals", `"a"`, "b|a", false},
	} {
		pairs := strings.Split("k="+strings.ReplaceAll(c.keys, "|", "|k="), "|")
		p := mustParse(t, IdentityPolicy, fmt.Sprintf(`{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {%q: {"K": %s}}}`, c.operator, c.value))
		if got := p.Evaluate(&Request{Action: "a:b", Resource: "r", Keys: keysOf(pairs...)}) == Allow; got != c.want {
			t.Errorf("%s %s with %s: %v, want %v", c.operator, c.value, c.keys, got, c.want)
		}
	}
}

// IAM's user guide: what becomes of an operator where the key is missing.
func TestOperatorsWithoutTheKey(t *testing.T) {
	values := map[string]string{"Bool": `"true"`, "BinaryEquals": `"QQ=="`, "IpAddress": `"10.0.0.0/8"`, "NotIpAddress": `"10.0.0.0/8"`, "Null": `"false"`}
	for _, o := range operators {
		value, ok := values[o.name]
		switch {
		case ok:
		case strings.HasPrefix(o.name, "Numeric"), strings.HasPrefix(o.name, "Date"):
			value = `"2026"`
		case strings.HasPrefix(o.name, "Arn"):
			value = `"arn:aws:iam::1:x"`
		default:
			value = `"a"`
		}
		for form, want := range map[string]bool{"%s": o.negated, "%sIfExists": true, "ForAllValues:%s": true, "ForAnyValue:%s": false, "ForAnyValue:%sIfExists": true} {
			if o.name == "Null" && form != "%s" {
				continue
			}
			name := fmt.Sprintf(form, o.name)
			p := mustParse(t, IdentityPolicy, fmt.Sprintf(`{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {%q: {"k": %s}}}`, name, value))
			if got := p.Evaluate(&Request{Action: "a:b", Resource: "r"}) == Allow; got != want {
				t.Errorf("%s without the key: %v, want %v", name, got, want)
			}
		}
	}
	p := mustParse(t, IdentityPolicy, `{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Null": {"k": true}}}`)
	if p.Evaluate(&Request{Action: "a:b", Resource: "r"}) != Allow {
		t.Error("Null true without the key must hold")
	}
}

func TestConditionsAreAllToHold(t *testing.T) {
	p := mustParse(t, IdentityPolicy, `{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
		"StringEquals": {"a": "1", "b": ["2", "3"]}, "Bool": {"c": "true"}}}`)
	for keys, want := range map[string]Decision{"a=1 b=3 c=true": Allow, "a=1 b=3 c=false": Implicit, "a=1 b=4 c=true": Implicit, "b=2 c=true": Implicit} {
		if got := p.Evaluate(&Request{Action: "a:b", Resource: "r", Keys: keysOf(strings.Fields(keys)...)}); got != want {
			t.Errorf("%s: %v, want %v", keys, got, want)
		}
	}
}

// IAM's user guide: policy variables and tags.
func TestVariables(t *testing.T) {
	for _, c := range []struct {
		name, resource, asked string
		keys                  []string
		want                  Decision
	}{
		{"a user's own", "home/${aws:username}/*", "home/alice/x", []string{"aws:username=alice"}, Allow},
		{"another's", "home/${aws:username}/*", "home/bob/x", []string{"aws:username=alice"}, Implicit},
		{"no value: nothing fits", "home/${aws:username}/*", "home//x", nil, Implicit},
		{"a default", "home/${aws:PrincipalTag/team, 'company-wide'}/*", "home/company-wide/x", nil, Allow},
		{"a value before the default", "home/${aws:PrincipalTag/team, 'company-wide'}/*", "home/blue/x", []string{"aws:principaltag/team=blue"}, Allow},
		{"names know no case", "home/${AWS:UserName}", "home/alice", []string{"aws:username=alice"}, Allow},
		{"a value's * is no wildcard", "home/${aws:username}", "home/bob", []string{"aws:username=*"}, Implicit},
		{"an escaped *", "home/${*}", "home/bob", nil, Implicit},
		{"an escaped * is itself", "home/${*}", "home/*", nil, Allow},
		{"an escaped ?", "home/${?}", "home/?", nil, Allow},
		{"an escaped $", "home/${$}{aws:username}", "home/${aws:username}", []string{"aws:username=alice"}, Allow},
		{"several values: nothing fits", "home/${k}", "home/a", []string{"k=a", "k=b"}, Implicit},
		{"unfinished is text", "home/${k", "home/${k", []string{"k=a"}, Allow},
	} {
		p := mustParse(t, IdentityPolicy, fmt.Sprintf(`{"Effect": "Allow", "Action": "*", "Resource": %q}`, c.resource))
		if got := p.Evaluate(&Request{Action: "a:b", Resource: c.asked, Keys: keysOf(c.keys...)}); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	old, err := Parse(`{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "${aws:username}"}}`, IdentityPolicy)
	if err != nil {
		t.Fatal(err)
	}
	if got := old.Evaluate(&Request{Action: "a:b", Resource: "alice", Keys: keysOf("aws:username=alice")}); got != Implicit {
		t.Errorf("the language of 2008 has no variables, yet %v", got)
	}
	in := mustParse(t, IdentityPolicy, `{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
		"StringLike": {"path": "home/${aws:username}/*"}, "ArnLike": {"arn": "arn:aws:iam::${aws:PrincipalAccount}:user/*"}}}`)
	if got := in.Evaluate(&Request{Action: "a:b", Resource: "r", Keys: keysOf("path=home/alice/x", "aws:username=alice", "arn="+alice, "aws:principalaccount=123456789012")}); got != Allow {
		t.Errorf("variables in conditions: %v", got)
	}
}

// Tables A and B of API Gateway's authorization flow (data plane §4.1).
func TestAccounts(t *testing.T) {
	for _, c := range []struct{ identity, resource, same, cross Decision }{
		{Allow, Allow, Allow, Allow},
		{Allow, Implicit, Allow, Implicit},
		{Allow, Deny, Deny, Deny},
		{Implicit, Allow, Allow, Implicit},
		{Implicit, Implicit, Implicit, Implicit},
		{Implicit, Deny, Deny, Deny},
		{Deny, Allow, Deny, Deny},
		{Deny, Implicit, Deny, Deny},
		{Deny, Deny, Deny, Deny},
	} {
		if got := SameAccount(c.identity, c.resource); got != c.same {
			t.Errorf("same account, %v × %v: %v, want %v", c.identity, c.resource, got, c.same)
		}
		if got := CrossAccount(c.identity, c.resource); got != c.cross {
			t.Errorf("another account, %v × %v: %v, want %v", c.identity, c.resource, got, c.cross)
		}
	}
}

func TestRefusedDocuments(t *testing.T) {
	statement := func(s string) string { return "{\"Statement\": [\n" + s + "]}" }
	for _, c := range []struct{ document, want string }{
		{``, "1:1: the document ends here, unfinished"},
		{`[]`, "1:1: a policy is an object with a Statement"},
		{`{}`, "1:1: no Statement"},
		{`{"Statement": [], "Statements": 1}`, "1:33: Statements: unknown element; there are Version, Id, Statement"},
		{`{"Version": "2012", "Statement": []}`, `1:13: Version: there are the versions "2012-10-17" and "2008-10-17"`},
		{`{"Statement": []} x`, "1:19: more text after the end of the document"},
		{`{"Statement": [}`, "1:16: Statement: invalid character '}' looking for beginning of value"},
		{`{"Statement": []`, "1:17: the document ends here, unfinished"},
		{`{"Id": 1, "Id": 2}`, `1:11: "Id" stands here twice`},
		{statement(`{"Effect": "allow", "Action": "*", "Resource": "*"}`), "2:12: Statement[0].Effect: an Effect is Allow or Deny"},
		{statement(`{"Action": "*", "Resource": "*"}`), "2:1: Statement[0]: no Effect"},
		{statement(`{"Effect": "Allow", "Resource": "*"}`), "2:1: Statement[0]: no Action"},
		{statement(`{"Effect": "Allow", "Action": "*"}`), "2:1: Statement[0]: no Resource"},
		{statement(`{"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}`), "2:49: Statement[0].NotAction: Action and NotAction exclude one another"},
		{statement(`{"Effect": "Allow", "Action": ["a:b", "Invoke"], "Resource": "*"}`), `2:39: Statement[0].Action[1]: an action is "*" or "service:Name"`},
		{statement(`{"Effect": "Allow", "Action": [], "Resource": "*"}`), "2:31: Statement[0].Action: must not be empty"},
		{statement(`{"Effect": "Allow", "Action": "*", "Resource": 1}`), "2:48: Statement[0].Resource: must be a text"},
		{statement(`{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}`), "2:34: Statement[0].Principal: a policy of an identity names no Principal"},
		{statement(`{"Effect": "Allow", "Action": "*", "Resource": "*", "Conditions": {}}`), "2:67: Statement[0].Conditions: unknown element; there are Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition"},
		{statement(`{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringSimilar": {"a": "b"}}}`), `2:84: Statement[0].Condition.StringSimilar: unknown condition operator "StringSimilar"`},
		{statement(`{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NullIfExists": {"a": "true"}}}`), `2:83: Statement[0].Condition.NullIfExists: unknown condition operator "NullIfExists"`},
		{statement(`{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"a": "10.0.0.0/33"}}}`), `2:86: Statement[0].Condition.IpAddress.a: "10.0.0.0/33" is no IP address and no range: write 203.0.113.0/24`},
		{statement(`{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"a": "yes"}}}`), `2:81: Statement[0].Condition.Bool.a: "yes" is neither true nor false`},
		{statement(`{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"a": null}}}`), "2:81: Statement[0].Condition.Bool.a: a value of a condition is a text, a number or true or false"},
		{strings.Repeat("[", 100), "1:18: [0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: nested too deeply"},
	} {
		_, err := Parse(c.document, IdentityPolicy)
		var at *Error
		if !errors.As(err, &at) || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.document, err, c.want)
		}
	}
	for _, document := range []string{
		statement(`{"Effect": "Allow", "Action": "*", "Resource": "*"}`),
		statement(`{"Effect": "Allow", "Principal": "alice", "Action": "*", "Resource": "*"}`),
		statement(`{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/*"}, "Action": "*", "Resource": "*"}`),
		statement(`{"Effect": "Allow", "Principal": {"Service": "*"}, "Action": "*", "Resource": "*"}`),
		statement(`{"Effect": "Allow", "Principal": {"Robot": "x"}, "Action": "*", "Resource": "*"}`),
	} {
		if _, err := Parse(document, ResourcePolicy); err == nil {
			t.Errorf("accepted as a resource policy: %s", document)
		}
	}
}

const identitiesFile = `{"identities": [
  {"arn": "arn:aws:iam::123456789012:user/ops/alice", "tags": {"Team": "blue"}, "organization": "o-1", "organizationPaths": ["o-1/r-a/ou-b/", "o-1/r-a/ou-c/"],
   "accessKeys": [{"id": "AKIAALICE", "secret": "s3cr3t"}, {"id": "ASIAALICE", "secret": "x", "sessionToken": "t", "issued": "2026-03-03T11:00:00Z", "mfa": "2026-03-03T10:59:00Z"}],
   "policies": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:*", "Resource": "${aws:username}/*"}}]},
  {"arn": "arn:aws:sts::123456789012:assumed-role/deploy/ci", "id": "AROAX:ci",
   "accessKeys": [{"id": "ASIACI", "secret": "x", "sessionToken": "t", "expires": "2026-12-31T00:00:00Z"}]},
  {"arn": "arn:aws:iam::123456789012:root", "accessKeys": [{"id": "AKIAROOT", "secret": "x"}]}
]}`

func TestIdentities(t *testing.T) {
	all, err := ParseIdentities(identitiesFile)
	if err != nil {
		t.Fatal(err)
	}
	key, ok := all.Find("AKIAALICE")
	if !ok || all.Len() != 4 {
		t.Fatalf("found %v of %d", ok, all.Len())
	}
	user := key.Identity
	if user.Name != "alice" || user.Account != "123456789012" || !strings.HasPrefix(user.Id, "AIDA") || len(user.Id) != 21 {
		t.Errorf("user %+v", user)
	}
	for name, want := range map[string]string{
		"aws:username": "alice", "aws:principaltag/team": "blue", "aws:principaltype": "User", "aws:principalorgid": "o-1",
		"aws:principalaccount": "123456789012", "aws:userid": user.Id, "aws:principalarn": user.ARN, "aws:sourceip": "",
	} {
		if got := strings.Join(user.values(name), "|"); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := user.Decide(&Request{Action: "a:b", Resource: "alice/x", Keys: user.values}); got != Allow {
		t.Errorf("alice: %v", got)
	}
	session, _ := all.Find("ASIAALICE")
	for name, want := range map[string][2]string{ // of the user's own key, of the session's
		"aws:principalorgpaths":      {"o-1/r-a/ou-b/|o-1/r-a/ou-c/", "o-1/r-a/ou-b/|o-1/r-a/ou-c/"},
		"aws:tokenissuetime":         {"", "2026-03-03T11:00:00Z"},
		"aws:multifactorauthpresent": {"", "true"},
		"aws:multifactorauthage":     {"", "3660"},
		"aws:epochtime":              {"1772539200", "1772539200"},
	} {
		for i, id := range []*Identity{user, session.Identity} {
			if got := strings.Join(id.Keys(keysOf("aws:epochtime=1772539200"))(name), "|"); got != want[i] {
				t.Errorf("%s of %d is %q, want %q", name, i, got, want[i])
			}
		}
	}
	ci, _ := all.Find("ASIACI")
	if age := ci.Identity.Keys(keysOf("aws:epochtime=1772539200"))("aws:multifactorauthage"); len(age) != 0 {
		t.Errorf("a session without a second factor has one of %s seconds", age)
	}
	if ci.Identity.Id != "AROAX:ci" || !ci.Expires.Equal(time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)) || ci.Identity.Decide(&Request{}) != Implicit {
		t.Errorf("session %+v", ci.Identity)
	}
	if root, _ := all.Find("AKIAROOT"); root.Identity.Decide(&Request{}) != Allow {
		t.Error("a root may do everything")
	}
	if text := fmt.Sprintf("%v %+v %#v", *key, *key, *key); strings.Contains(text, "s3cr3t") {
		t.Errorf("the secret prints: %s", text)
	}
}

func TestRefusedIdentities(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{`{}`, `1:1: write {"identities": [ … ]}`},
		{`{"identities": [{"arn": "arn:aws:iam::1:user/a"}]}`, "arn must be one of a user"},
		{`{"identities": [{"arn": "arn:aws:iam::123456789012:role/deploy"}]}`, "arn must be one of a user"},
		{`{"identities": [{"arn": "arn:aws:iam::123456789012:user/"}]}`, "arn must be one of a user"},
		{`{"identities": [{"arn": "arn:aws:sts::123456789012:user/a"}]}`, "arn must be one of a user"},
		{`{"identities": [{"arn": "arn:aws:sts::123456789012:assumed-role/deploy"}]}`, "arn must be one of a user"},
		{`{"identities": [{"arn": "arn:aws:sts::123456789012:assumed-role/deploy/"}]}`, "arn must be one of a user"},
		{`{"identities": [{"arn": "` + alice + `"}]}`, "identities[0]: no accessKeys"},
		{`{"identities": [{"arn": "` + alice + `", "accessKeys": [{"id": "A"}]}]}`, "an access key has an id and a secret"},
		{`{"identities": [{"arn": "` + alice + `", "accessKeys": [{"id": "A", "secret": "x"}, {"id": "A", "secret": "y"}]}]}`, "A stands here twice"},
		{`{"identities": [{"arn": "` + alice + `", "accessKeys": [{"id": "A", "secret": 1}]}]}`, "accessKeys[0].secret: must be a text"},
		{`{"identities": [{"arn": "` + alice + `", "accessKeys": [{"id": "A", "secret": "x", "expires": "soon"}]}]}`, "no date"},
		{`{"identities": [{"arn": "` + alice + `", "policies": [{"Statement": {"Effect": "No"}}], "accessKeys": []}]}`, "identities[0].policies[0].Statement.Effect: an Effect is Allow or Deny"},
	} {
		if _, err := ParseIdentities(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.file, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "${a, 'b'}*?"}}`, "a:b", "r", "k")
	f.Add(`{"Statement": [{"Effect": "Deny", "NotAction": ["a:*"], "NotResource": "x", "Condition": {"ForAnyValue:IpAddressIfExists": {"k": ["10.0.0.0/8"]}}}]}`, "a:b", "r", "10.0.0.1")
	f.Fuzz(func(t *testing.T, document, action, resource, value string) {
		p, err := Parse(document, IdentityPolicy)
		if err != nil {
			var at *Error
			if !errors.As(err, &at) || at.Line < 1 || at.Column < 1 {
				t.Fatalf("%v without a place", err)
			}
			return
		}
		r := Request{Action: action, Resource: resource, Keys: keysOf("k=" + value)}
		// One more Deny of everything makes every decision a Deny.
		all := mustParse(t, IdentityPolicy, `{"Effect": "Deny", "Action": "*", "Resource": "*"}`)
		if p.Evaluate(&r); Evaluate(&r, p, all) != Deny {
			t.Error("a Deny did not win")
		}
	})
}
