package authorizer

import (
	"errors"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/sigv4"
)

// InvokeAction is the action that a call of an API is.
const InvokeAction = "execute-api:Invoke"

const signingName = "execute-api"

// signed is AWS_IAM: the caller signs with Signature Version 4, in a header or
// in the query (data plane §4.3).
type signed struct {
	identities   func() *iam.Identities
	anySignature bool
}

func newSigned(_ *apigw.Method, _ *apigw.Authorizer, deps Deps) (Authorizer, error) {
	s := &signed{identities: deps.Identities, anySignature: deps.AnySignature}
	if s.identities == nil {
		s.identities = func() *iam.Identities { return nil }
	}
	return s, nil
}

// Authorize verifies the signature and asks the caller's policies.
func (s *signed) Authorize(r *Request) (Outcome, error) {
	request, err := signedRequest(r)
	if err != nil {
		return Outcome{}, err
	}
	key, err := s.who(r, request)
	if err != nil {
		return Outcome{}, refused(err)
	}
	caller := key.Identity
	describeCaller(&r.Scope.Context.Identity, key)
	out := Outcome{Principal: caller.Principal, Identity: caller, Keys: caller.Keys(r.Keys)}
	out.Decision = caller.Decide(&iam.Request{Principal: caller.Principal, Action: InvokeAction, Resource: r.ARN, Keys: out.Keys})
	if key.Secret != "" {
		out.Caller = &sigv4.Credentials{AccessKey: key.Id, Secret: string(key.Secret), SessionToken: string(key.Token)}
	}
	return out, nil
}

// signedRequest is r as signatures cover it.
func signedRequest(r *Request) (*sigv4.Request, error) {
	body, err := r.HTTP.Body()
	if err != nil {
		return nil, err
	}
	return &sigv4.Request{
		Method: r.HTTP.Method, Path: r.HTTP.Path, RawQuery: r.HTTP.RawQuery, Host: r.HTTP.Host, Body: body,
		Header: func(name string) (values []string) {
			for n, value := range r.HTTP.Header.All() {
				if strings.EqualFold(n, name) {
					values = append(values, value)
				}
			}
			return values
		},
	}, nil
}

// who is the access key that signed. The error is a *sigv4.Error.
func (s *signed) who(r *Request, request *sigv4.Request) (*iam.AccessKey, error) {
	service := sigv4.Service{Name: signingName, Regions: []string{r.Region}, UnsignedPayload: r.HTTP.TLS != nil}
	all := s.identities()
	if all == nil {
		return s.unknown(r, request, service)
	}
	claim, err := sigv4.Authenticate(request, func(accessKey string) (sigv4.Key, bool) {
		key, ok := all.Find(accessKey)
		if !ok {
			return sigv4.Key{}, false
		}
		return sigv4.Key{Secret: string(key.Secret), SessionToken: string(key.Token), Expires: key.Expires}, true
	}, service, r.Now)
	if err != nil {
		return nil, err
	}
	key, _ := all.Find(claim.AccessKey)
	return key, nil
}

// unknown is where no identities are: on a machine of one's own, a well-formed
// signature passes as the account's root; elsewhere no key is known.
func (s *signed) unknown(r *Request, request *sigv4.Request, service sigv4.Service) (*iam.AccessKey, error) {
	claim, err := sigv4.Parse(request)
	if err != nil {
		return nil, err
	}
	if !s.anySignature {
		return nil, &sigv4.Error{Code: sigv4.CodeUnrecognized, Message: "The security token included in the request is invalid."}
	}
	if err := claim.CheckScope(service); err != nil {
		return nil, err
	}
	return &iam.AccessKey{Id: strings.Clone(claim.AccessKey), Identity: iam.Root(r.Scope.Context.AccountID)}, nil
}

// refusals are the codes of package sigv4 with what they are answered as.
var refusals = map[string]Kind{
	sigv4.CodeMissing:      MissingToken,
	sigv4.CodeIncomplete:   Unreadable,
	sigv4.CodeInvalid:      BadSignature,
	sigv4.CodeUnrecognized: BadSignature,
	sigv4.CodeExpired:      ExpiredToken,
}

func refused(err error) error {
	var e *sigv4.Error
	if !errors.As(err, &e) {
		return err
	}
	message := e.Message
	if e.Canonical != "" {
		message += "\n\nThe Canonical String for this request should have been\n'" + e.Canonical +
			"'\n\nThe String-to-Sign should have been\n'" + e.ToSign + "'\n"
	}
	return &Refusal{Kind: refusals[e.Code], Code: e.Code, Message: message}
}

// describeCaller fills $context.identity.
func describeCaller(to *mapping.Identity, key *iam.AccessKey) {
	caller := key.Identity
	to.AccountID, to.AccessKey = caller.Account, key.Id
	to.Caller, to.User, to.UserARN = caller.Id, caller.Id, caller.ARN
	to.PrincipalOrgID = caller.Org
	pool := &caller.Cognito
	to.CognitoIdentityPoolID, to.CognitoIdentityID = pool.IdentityPoolId, pool.IdentityId
	to.CognitoAuthenticationType, to.CognitoAuthenticationProvider = pool.AuthenticationType, pool.AuthenticationProvider
}
