package integration

import (
	"errors"
	"fmt"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
)

// A signer says whose credentials sign the calls of an Integration (data plane
// §11.3): those of a role, those of the caller, or with none poterne's own.
type signer struct {
	role   *mapping.URI // stage variables may stand in it
	fixed  string       // the role, where it is the same for every request
	caller bool
}

// callerCredentials, and the same for another partition, pass the caller's
// credentials on.
const callerCredentials = ":iam::*:user/*"

func newSigner(def *apigw.Integration) signer {
	if def.Credentials == nil || *def.Credentials == "" {
		return signer{}
	}
	text := *def.Credentials
	s := signer{role: mapping.ParseURI(text), caller: strings.HasSuffix(text, callerCredentials)}
	if s.role.IsStatic() {
		s.fixed = text
	}
	return s
}

// notEnforced says that the role does not sign calls to service, if so.
func (s *signer) notEnforced(aws *egress.AWS, service string) []string {
	if s.role == nil || s.caller || aws.Assumes(service) {
		return nil
	}
	return []string{"credentials: the role is not assumed, calls are signed with poterne's own; --aws-roles always assumes it"}
}

var errNoCaller = errors.New("credentials arn:aws:iam::*:user/* sign with the caller's keys, and this caller is none that the server has keys of: the method needs authorizationType AWS_IAM, the server identities")

func (s *signer) identity(c *Call) (egress.Identity, error) {
	switch {
	case s.caller && c.Caller == nil:
		return egress.Identity{}, &ConfigurationError{Reason: "Unable to sign with the credentials of the caller", Err: errNoCaller}
	case s.caller:
		return egress.Identity{Caller: c.Caller}, nil
	case s.role == nil:
		return egress.Identity{}, nil
	}
	role := s.fixed
	if role == "" {
		role = string(s.role.Append(nil, c.Scope.StageVariables, nil))
	}
	if own := c.Scope.Context.AccountID; own != noAccount && accountOf(role) != own {
		return egress.Identity{}, &ConfigurationError{Reason: "Cross-account pass role is not allowed.", Err: fmt.Errorf("%w: %s", errForeignRole, role)}
	}
	return egress.Identity{Role: role}, nil
}

// noAccount is the account of a server that stands for none in particular: it
// takes the roles of all.
const noAccount = "000000000000"

var errForeignRole = errors.New("the role is of another account than the server's, --account")

// accountOf is the account of an ARN.
func accountOf(arn string) string {
	account, _, _ := strings.Cut(afterColons(arn, 4), ":")
	return account
}

// signingError translates what goes wrong before a call of AWS leaves.
func signingError(err error, identity egress.Identity) error {
	switch {
	case err == nil || !errors.Is(err, egress.ErrRequest):
		return err
	case errors.Is(err, egress.ErrCredentials) && identity.Role != "":
		return &ConfigurationError{Reason: "API Gateway does not have permission to assume the provided role " + identity.Role, Err: err}
	case errors.Is(err, egress.ErrCredentials):
		return &ConfigurationError{Reason: "There are no AWS credentials to sign the request with", Err: err,
			Change: "give credentials in the environment, or serve a Lambda function from here: --function NAME=COMMAND"}
	}
	return &ConfigurationError{Reason: "Invalid endpoint address", Err: err}
}
