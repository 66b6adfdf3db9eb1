package server

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/restjson"
	"github.com/poterne/poterne/wire/sigv4"
)

// admit finds out who makes a call, and whether it may. Without identities any
// credentials are accepted: the listener is on the loopback address, or was
// told to.
func (s *Server) admit(ctx context.Context, call *restjson.Call) error {
	identity, err := s.whoSigned(call.HTTP, call.Body, "apigateway")
	if err == nil {
		call.Caller = identity
		err = s.authorise(ctx, call, identity)
	} else {
		code, message := refusalOf(err)
		err = &apigw.Error{Code: code, Message: message}
	}
	if err != nil {
		s.audit(call, principalOf(identity), err)
	}
	return err
}

func principalOf(identity *iam.Identity) string {
	if identity == nil {
		return "unknown"
	}
	return identity.ARN
}

// whoSigned is the identity that signed r for service. Where none are
// configured it is the account's root, signature or not. The error is a
// *sigv4.Error.
func (s *Server) whoSigned(r *http.Request, body []byte, service string) (*iam.Identity, error) {
	if s.identities.current() == nil {
		return iam.Root(s.config.Account), nil
	}
	path, query, _ := strings.Cut(r.RequestURI, "?")
	signed := &sigv4.Request{Method: r.Method, Path: path, RawQuery: query, Host: r.Host, Header: r.Header.Values, Body: body}
	return s.identities.authenticate(signed, sigv4.Service{Name: service}, s.config.now())
}

// refusalOf is what AWS answers for a refused signature.
func refusalOf(err error) (code, message string) {
	var refused *sigv4.Error
	if errors.As(err, &refused) {
		return refused.Code, refused.Message
	}
	return apigw.InternalFailureException, "The signature could not be checked."
}

// caller is who makes a call that was admitted, and which region it means.
func (s *Server) caller(ctx context.Context, call *restjson.Call) control.Caller {
	identity, _ := call.Caller.(*iam.Identity)
	return control.Caller{Region: s.regionOf(ctx, call), AccountId: s.config.Account,
		Arn: principalOf(identity), RequestId: call.RequestId}
}

// scopeRegion is the region that a call is signed for, or the configured one.
func (s *Server) scopeRegion(call *restjson.Call) string {
	if found := scopeOf(call.HTTP); found.Region != "" {
		return found.Region
	}
	return s.config.Region
}

// regionOf is the region that a call is signed for. An unsigned one about a
// RestApi means that RestApi's region, since its id is unique; another one
// means the configured region.
func (s *Server) regionOf(ctx context.Context, call *restjson.Call) string {
	if found := scopeOf(call.HTTP); found.Region != "" {
		return found.Region
	}
	rest, ok := strings.CutPrefix(call.HTTP.URL.Path, "/restapis/")
	if !ok {
		return s.config.Region
	}
	id, _, _ := strings.Cut(rest, "/")
	region, err := s.control.RegionOf(ctx, id)
	if err != nil || region == "" {
		return s.config.Region // the operation will say what is wrong
	}
	return region
}
