package control

import (
	"context"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// testInvokeMethod runs a Method as it is edited, without a deployment
// (control plane §2.27). The transaction is over before the Method runs.
func (s *Service) testInvokeMethod(ctx context.Context, c Caller, in *apigw.TestInvokeMethodInput) (*apigw.TestInvokeMethodResponse, error) {
	var definition *apigw.Definition
	err := s.view(ctx, c, func(t *tx) (err error) {
		definition, err = t.testDefinition(methodRef{in.RestApiId, in.ResourceId, in.HttpMethod})
		return err
	})
	if err != nil {
		return nil, err
	}
	if s.deps.Tester == nil {
		return nil, &apigw.Error{Code: apigw.NotImplementedException, Message: "TestInvokeMethod needs a gateway in the same process, and this one runs without"}
	}
	return s.deps.Tester.TestInvokeMethod(ctx, definition, in)
}

// testDefinition is what a test runs on: http_method is the request's, so a
// Resource without a Method of that name is tested by its ANY.
func (t *tx) testDefinition(ref methodRef) (*apigw.Definition, error) {
	method, err := t.method(ref)
	if isMissing(err, noMethod) && rule.Verbs.Has(ref.verb) {
		ref.verb = "ANY"
		method, err = t.method(ref)
	}
	if err != nil {
		return nil, err
	}
	if method.MethodIntegration == nil {
		return nil, apigw.NotFound(noIntegration)
	}
	return t.methodDefinition(ref, method)
}

// testInvokeAuthorizer asks an Authorizer as it is edited (control plane
// §2.27).
func (s *Service) testInvokeAuthorizer(ctx context.Context, c Caller, in *apigw.TestInvokeAuthorizerInput) (*apigw.TestInvokeAuthorizerResponse, error) {
	var authorizer *apigw.Authorizer
	err := s.view(ctx, c, func(t *tx) (err error) {
		authorizer, err = t.authorizer(in.RestApiId, in.AuthorizerId)
		return err
	})
	if err != nil {
		return nil, err
	}
	if s.deps.AuthorizerTester == nil {
		return nil, &apigw.Error{Code: apigw.NotImplementedException, Message: "TestInvokeAuthorizer needs a gateway in the same process, and this one runs without"}
	}
	return s.deps.AuthorizerTester.TestInvokeAuthorizer(ctx, c.Region, authorizer, in)
}
