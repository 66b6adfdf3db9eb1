package control

import (
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// A Method is one document, with its Integration and both kinds of responses
// inside, as GetMethod returns it (control plane §2.3).

// A methodRef addresses a Method.
type methodRef struct{ api, resource, verb string }

const noMethod = "Invalid Method identifier specified"

// method reads a Method. The error says which part of the address is missing,
// from the outside in; a RestApi that is not there is a missing Resource
// (AF-014, AF-016).
func (t *tx) method(ref methodRef) (*apigw.Method, error) {
	method, err := load[apigw.Method](t, t.methodKey(ref))
	if err != nil || method != nil {
		return method, err
	}
	if _, err := t.resource(ref.api, ref.resource); err != nil {
		return nil, err
	}
	return nil, apigw.NotFound(noMethod)
}

func (t *tx) putMethod(in *apigw.PutMethodInput) (*apigw.Method, error) {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	if _, err := t.resource(ref.api, ref.resource); err != nil {
		return nil, err
	}
	if err := rule.Verbs.Check(ref.verb); err != nil {
		return nil, err
	}
	exists, err := t.has(t.methodKey(ref))
	if err != nil {
		return nil, err
	}
	if exists {
		return nil, rule.ErrMethodExists()
	}
	method := newMethod(in)
	if err := t.checkGivenMethod(ref.api, method); err != nil {
		return nil, err
	}
	return method, t.save(t.methodKey(ref), method)
}

func newMethod(in *apigw.PutMethodInput) *apigw.Method {
	return &apigw.Method{
		HttpMethod:          &in.HttpMethod,
		AuthorizationType:   &in.AuthorizationType,
		AuthorizerId:        in.AuthorizerId,
		ApiKeyRequired:      new(deref(in.ApiKeyRequired)),
		OperationName:       in.OperationName,
		RequestParameters:   omitEmptyMap(in.RequestParameters),
		RequestModels:       omitEmptyMap(in.RequestModels),
		RequestValidatorId:  in.RequestValidatorId,
		AuthorizationScopes: omitEmpty(in.AuthorizationScopes),
	}
}

func (t *tx) getMethod(in *apigw.GetMethodInput) (*apigw.Method, error) {
	return t.method(methodRef{in.RestApiId, in.ResourceId, in.HttpMethod})
}

func (t *tx) deleteMethod(in *apigw.DeleteMethodInput) error {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	if _, err := t.method(ref); err != nil {
		return err
	}
	return t.Delete(t.methodKey(ref))
}

var methodPatches = patchTable[apigw.Method]{familyB, []patchRule[apigw.Method]{
	{path: "/authorizationType", ops: replace,
		apply: setText(func(m *apigw.Method) **string { return &m.AuthorizationType })},
	{path: "/authorizerId", ops: replace,
		apply: setOptional(func(m *apigw.Method) **string { return &m.AuthorizerId })},
	{path: "/apiKeyRequired", ops: replace,
		apply: setBool(func(m *apigw.Method) **bool { return &m.ApiKeyRequired })},
	{path: "/operationName", ops: replace,
		apply: setOptional(func(m *apigw.Method) **string { return &m.OperationName })},
	{path: "/requestValidatorId", ops: replace,
		apply: setOptional(func(m *apigw.Method) **string { return &m.RequestValidatorId })},
	{path: "/requestParameters/*", ops: add | replace | remove,
		apply: patchMethodParameter},
	{path: "/requestModels/*", ops: add | replace | remove,
		apply: setEntry(func(m *apigw.Method) *map[string]string { return &m.RequestModels }, (*patch).text, noContentType)},
	{path: "/authorizationScopes", ops: add | remove,
		apply: setElement(func(m *apigw.Method) *[]string { return &m.AuthorizationScopes })},
}}

// patchMethodParameter: a parameter that is removed is no cache key of the
// Integration any more (control plane §2.5.4), nor is one that is replaced
// (Terraform, issue 39360, tried with the CLI; pull request 29991).
func patchMethodParameter(m *apigw.Method, p *patch) error {
	if p.op != add && m.MethodIntegration != nil {
		m.MethodIntegration.CacheKeyParameters = without(m.MethodIntegration.CacheKeyParameters, p.key())
	}
	return setEntry(func(m *apigw.Method) *map[string]bool { return &m.RequestParameters }, isTrue, noParameter)(m, p)
}

// updateMethod lets a parameter go that a mapping of the Integration reads:
// Terraform takes it from the Method first, and from the Integration next
// (Terraform, issue 39801).
func (t *tx) updateMethod(in *apigw.UpdateMethodInput) (*apigw.Method, error) {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if err != nil {
		return nil, err
	}
	if err := methodPatches.apply(method, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.checkGivenMethod(ref.api, method); err != nil {
		return nil, err
	}
	return method, t.save(t.methodKey(ref), method)
}

// checkGivenMethod also refuses scopes that no user pool's authorizer looks at,
// which an import lets pass (cdk-preflight; aws-cdk, issue 29781; SAM, issue
// 3325).
func (t *tx) checkGivenMethod(api string, method *apigw.Method) error {
	if err := t.checkMethod(api, method); err != nil {
		return err
	}
	if len(method.AuthorizationScopes) > 0 && *method.AuthorizationType != "COGNITO_USER_POOLS" {
		return apigw.BadRequest("Invalid Method authorization type specified. Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type")
	}
	return nil
}

// methodChecks are what PutMethod, UpdateMethod and import hold a Method
// against, in AWS's order (control plane §2.3).
var methodChecks = []func(t *tx, api string, method *apigw.Method) error{
	checkAuthorization,
	checkParameters,
	checkRequestValidator,
	checkRequestModels,
}

func (t *tx) checkMethod(api string, method *apigw.Method) error {
	for _, check := range methodChecks {
		if err := check(t, api, method); err != nil {
			return err
		}
	}
	return nil
}

// checkAuthorization writes the type in upper case (AF-047) and drops the
// authorizer of a type that has none (AF-057).
func checkAuthorization(t *tx, api string, method *apigw.Method) error {
	kind := strings.ToUpper(deref(method.AuthorizationType))
	method.AuthorizationType = &kind
	switch kind {
	case "NONE", "AWS_IAM":
		method.AuthorizerId = nil
		return nil
	case "CUSTOM", "COGNITO_USER_POOLS":
		return t.checkAuthorizer(api, kind, deref(method.AuthorizerId))
	}
	return rule.ErrAuthorizationType()
}

// checkAuthorizer wants an authorizer of the kind that the type means (AF-050).
func (t *tx) checkAuthorizer(api, kind, id string) error {
	if id != "" {
		authorizer, err := load[apigw.Authorizer](t, t.key("restapis", api, "authorizers", id))
		if err != nil {
			return err
		}
		wantsPool := kind == "COGNITO_USER_POOLS"
		if authorizer != nil && wantsPool == (deref(authorizer.Type) == apigw.AuthorizerTypeCognitoUserPools) {
			return nil
		}
	}
	return apigw.BadRequest("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.")
}

func checkParameters(_ *tx, _ string, method *apigw.Method) error { return rule.Method(method) }

// checkRequestValidator: AF-051.
func checkRequestValidator(t *tx, api string, method *apigw.Method) error {
	if method.RequestValidatorId == nil {
		return nil
	}
	exists, err := t.has(t.key("restapis", api, "requestvalidators", *method.RequestValidatorId))
	if err != nil || exists {
		return err
	}
	return apigw.BadRequest(rule.NoRequestValidator)
}

func checkRequestModels(t *tx, api string, method *apigw.Method) error {
	return t.checkModels(api, method.RequestModels)
}

// checkModels wants every model of a map content type → name to exist (AF-051).
func (t *tx) checkModels(api string, models map[string]string) error {
	for _, contentType := range slices.Sorted(maps.Keys(models)) {
		exists, err := t.has(t.key("restapis", api, "models", models[contentType]))
		if err != nil {
			return err
		}
		if !exists {
			return apigw.BadRequest("Invalid model identifier specified: %s", models[contentType])
		}
	}
	return nil
}

// methods are the Methods of a Resource by verb.
func (t *tx) methods(api, resource string) (map[string]*apigw.Method, error) {
	methods := map[string]*apigw.Method{}
	for method, err := range scan[apigw.Method](t, t.key("restapis", api, "methods", resource)) {
		if err != nil {
			return nil, err
		}
		methods[*method.HttpMethod] = method
	}
	return omitEmptyMap(methods), nil
}

// allMethods are the Methods of an API by Resource and verb.
func (t *tx) allMethods(api string) (map[string]map[string]*apigw.Method, error) {
	methods := map[string]map[string]*apigw.Method{}
	for found, err := range scanFound[apigw.Method](t.Tx, t.key("restapis", api, "methods")) {
		if err != nil {
			return nil, err
		}
		resource := found.key.Segments()[4]
		if methods[resource] == nil {
			methods[resource] = map[string]*apigw.Method{}
		}
		methods[resource][found.name()] = found.document
	}
	return methods, nil
}
