package iam

import (
	"strconv"
	"strings"
	"time"
)

// sessionFacts are particular to the credentials that an Identity signs with.
type sessionFacts struct {
	temporary bool
	issued    time.Time // zero: not known
	mfa       time.Time // when the caller showed a second factor; zero: it did not
}

// PrincipalType is the value of the condition key aws:PrincipalType.
func (id *Identity) PrincipalType() string {
	switch {
	case id.IsRoot():
		return "Account"
	case strings.Contains(id.ARN, ":assumed-role/"):
		return "AssumedRole"
	}
	return "User"
}

// Keys are the condition keys of a call that the identity makes: its own, then
// those of the call.
func (id *Identity) Keys(call Keys) Keys {
	return func(name string) []string {
		if name == "aws:multifactorauthage" {
			return id.session.mfaAge(call)
		}
		if values := id.values(name); values != nil {
			return values
		}
		return call(name)
	}
}

// values are those of the condition keys that are about the caller; none for
// another key. Names are in lower case.
func (id *Identity) values(name string) []string {
	value := ""
	switch name {
	case "aws:principalarn":
		value = roleOf(id.ARN)
	case "aws:principalaccount":
		value = id.Account
	case "aws:principaltype":
		value = id.PrincipalType()
	case "aws:principalorgid":
		value = id.Org
	case "aws:principalorgpaths":
		return id.OrgPaths
	case "aws:userid":
		value = id.Id
	case "aws:username":
		value = id.Name
	case "aws:tokenissuetime":
		value = id.session.issueTime()
	case "aws:multifactorauthpresent":
		value = id.session.mfaPresent()
	default:
		if tag, ok := strings.CutPrefix(name, "aws:principaltag/"); ok {
			value = id.Tags[tag]
		}
	}
	if value == "" {
		return nil
	}
	return []string{value}
}

func (s *sessionFacts) issueTime() string {
	if s.issued.IsZero() {
		return ""
	}
	return s.issued.UTC().Format(time.RFC3339)
}

// mfaPresent is known of temporary credentials alone, as IAM documents it.
func (s *sessionFacts) mfaPresent() string {
	if !s.temporary {
		return ""
	}
	return strconv.FormatBool(!s.mfa.IsZero())
}

// mfaAge is how many seconds ago the caller showed a second factor.
func (s *sessionFacts) mfaAge(call Keys) []string {
	now := call.values("aws:epochtime")
	if !s.temporary || s.mfa.IsZero() || len(now) == 0 {
		return nil
	}
	at, err := strconv.ParseInt(now[0], 10, 64)
	if err != nil {
		return nil
	}
	return []string{strconv.FormatInt(at-s.mfa.Unix(), 10)}
}
