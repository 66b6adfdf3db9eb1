package iam

import (
	"slices"
	"strings"
)

// A Principal is who asks.
type Principal struct {
	ARN     string // "" for who did not sign
	Account string // twelve digits
	Service string // "apigateway.amazonaws.com" where a service asks
}

// Anonymous is who did not say who it is.
var Anonymous = Principal{}

// principals are the values of a Principal element.
type principals struct {
	all      bool     // "*", or {"AWS": "*"}
	arns     []string // of users, roles and sessions
	accounts []string
	services []string
}

// names reports whether a statement is about p. A statement of an identity's
// policy has no Principal: it is about whom it is attached to.
//
// A NotPrincipal spares those whom Principal would name, and nobody else; it
// says nothing of who is spared because its account is.
func (s *statement) names(p *Principal) bool {
	if s.principals == nil {
		return true
	}
	return s.principals.include(p) != s.notPrincipals
}

func (l *principals) include(p *Principal) bool {
	switch {
	case l.all:
		return true
	case p.Service != "" && slices.Contains(l.services, p.Service):
		return true
	case p.Account != "" && slices.Contains(l.accounts, p.Account):
		return true
	case p.ARN == "":
		return false
	}
	return slices.Contains(l.arns, p.ARN) || slices.Contains(l.arns, roleOf(p.ARN))
}

// roleOf is the role whose session an ARN names: arn:aws:sts::1:assumed-role/R/s
// is of arn:aws:iam::1:role/R. Of another ARN it is that ARN.
func roleOf(arn string) string {
	before, rest, ok := strings.Cut(arn, ":assumed-role/")
	if !ok {
		return arn
	}
	role, _, _ := strings.Cut(rest, "/")
	return strings.Replace(before, ":sts:", ":iam:", 1) + ":role/" + role
}

// add reads one value of {"kind": value}.
func (l *principals) add(kind, value string) string {
	switch {
	case value == "*":
		l.all = l.all || kind == "AWS"
		if kind != "AWS" {
			return `"*" stands for everybody only under AWS`
		}
	case kind == "AWS":
		return l.addAWS(value)
	case kind == "Service":
		l.services = append(l.services, value)
	case kind == "Federated" || kind == "CanonicalUser":
		// Nobody who calls with a key of this server is one.
	default:
		return "unknown kind of principal; there are AWS, Service, Federated and CanonicalUser"
	}
	return ""
}

func (l *principals) addAWS(value string) string {
	if isAccount(value) {
		l.accounts = append(l.accounts, value)
		return ""
	}
	parts := strings.SplitN(value, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" && parts[2] != "sts" || !isAccount(parts[4]) {
		return "no principal: write an account, or the ARN of a user, a role or a session"
	}
	if strings.ContainsAny(value, "*?") {
		return "a principal's ARN has no wildcards"
	}
	if parts[5] == "root" {
		l.accounts = append(l.accounts, parts[4])
	} else {
		l.arns = append(l.arns, value)
	}
	return ""
}

func isAccount(s string) bool {
	if len(s) != 12 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}
