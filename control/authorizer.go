package control

import (
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/store"
)

// An Authorizer is a document under its id (control plane §2.9).

func (t *tx) authorizerKey(api, id string) store.Key {
	return t.key("restapis", api, "authorizers", id)
}

func (t *tx) authorizer(api, id string) (*apigw.Authorizer, error) {
	authorizer, err := load[apigw.Authorizer](t, t.authorizerKey(api, id))
	if err == nil && authorizer == nil {
		err = apigw.NotFound("Invalid Authorizer identifier specified")
	}
	return authorizer, err
}

func (t *tx) createAuthorizer(in *apigw.CreateAuthorizerInput) (*apigw.Authorizer, error) {
	authorizer := newAuthorizer(in)
	if err := rule.AuthorizerUri(authorizer); err != nil { // AF-097: before the API
		return nil, err
	}
	exists, err := t.has(t.apiKey(in.RestApiId))
	if err != nil {
		return nil, err
	}
	if !exists { // AF-015: not the usual 404
		return nil, apigw.Conflict("Unable to complete operation due to concurrent modification. Please try again later.")
	}
	if err := t.checkNewAuthorizer(in.RestApiId, authorizer); err != nil {
		return nil, err
	}
	id, err := t.newID("authorizer", func(id string) store.Key { return t.authorizerKey(in.RestApiId, id) })
	if err != nil {
		return nil, err
	}
	authorizer.Id = &id
	return authorizer, t.save(t.authorizerKey(in.RestApiId, id), authorizer)
}

// newAuthorizer is what is stored for in. A TTL that was not given is not
// shown, though 300 seconds count (AF-096).
func newAuthorizer(in *apigw.CreateAuthorizerInput) *apigw.Authorizer {
	authorizer := &apigw.Authorizer{
		Name:                         &in.Name,
		Type:                         &in.Type,
		ProviderARNs:                 omitEmpty(in.ProviderARNs),
		AuthType:                     optional(deref(in.AuthType)),
		AuthorizerUri:                optional(deref(in.AuthorizerUri)),
		AuthorizerCredentials:        optional(deref(in.AuthorizerCredentials)),
		IdentitySource:               optional(deref(in.IdentitySource)),
		IdentityValidationExpression: optional(deref(in.IdentityValidationExpression)),
		AuthorizerResultTtlInSeconds: in.AuthorizerResultTtlInSeconds,
	}
	if isPool(authorizer) {
		authorizer.AuthorizerCredentials = nil // an Update stores them
		setDefault(&authorizer.AuthType, "cognito_user_pools")
	}
	setDefault(&authorizer.AuthType, "custom")
	return authorizer
}

// isPool: the authorizer asks a Cognito user pool, no Lambda function.
func isPool(a *apigw.Authorizer) bool {
	return deref(a.Type) == apigw.AuthorizerTypeCognitoUserPools
}

func (t *tx) checkNewAuthorizer(api string, authorizer *apigw.Authorizer) error {
	if err := t.checkFullAuthorizer(api, authorizer); err != nil {
		return err
	}
	return t.checkRoom(t.key("restapis", api, "authorizers"), t.deps.Quotas.AuthorizersPerApi, "Authorizers", "this API")
}

func (t *tx) checkFullAuthorizer(api string, authorizer *apigw.Authorizer) error {
	if err := rule.Authorizer(authorizer); err != nil {
		return err
	}
	for other, err := range scan[apigw.Authorizer](t, t.key("restapis", api, "authorizers")) {
		if err != nil {
			return err
		}
		if *other.Name == *authorizer.Name && *other.Id != deref(authorizer.Id) {
			return apigw.BadRequest("Authorizer name must be unique. Authorizer %s already exists in this RestApi.", *authorizer.Name)
		}
	}
	return nil
}

func (t *tx) getAuthorizer(in *apigw.GetAuthorizerInput) (*apigw.Authorizer, error) {
	return t.authorizer(in.RestApiId, in.AuthorizerId)
}

func (t *tx) getAuthorizers(in *apigw.GetAuthorizersInput) (*apigw.Authorizers, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	items, position, err := listDocuments(t, t.key("restapis", in.RestApiId, "authorizers"),
		func(a *apigw.Authorizer) string { return *a.Id }, in.Position, in.Limit)
	return &apigw.Authorizers{Items: items, Position: position}, err
}

var authorizerPatches = patchTable[apigw.Authorizer]{familyA, []patchRule[apigw.Authorizer]{
	{path: "/name", ops: replace,
		apply: setText(func(a *apigw.Authorizer) **string { return &a.Name })},
	{path: "/type", ops: replace, apply: patchAuthorizerType},
	{path: "/authType", ops: replace,
		apply: setOptional(func(a *apigw.Authorizer) **string { return &a.AuthType })},
	{path: "/authorizerUri", ops: replace,
		apply: setOptional(func(a *apigw.Authorizer) **string { return &a.AuthorizerUri })},
	{path: "/authorizerCredentials", ops: replace,
		apply: setOptional(func(a *apigw.Authorizer) **string { return &a.AuthorizerCredentials })},
	{path: "/authorizerResultTtlInSeconds", ops: replace, apply: patchAuthorizerTtl},
	{path: "/identitySource", ops: add | replace | remove, apply: patchIdentitySource},
	{path: "/identityValidationExpression", ops: replace,
		apply: setOptional(func(a *apigw.Authorizer) **string { return &a.IdentityValidationExpression })},
	{path: "/providerARNs", ops: add | remove,
		apply: setElement(func(a *apigw.Authorizer) *[]string { return &a.ProviderARNs })},
}}

var authorizerTypes = []string{apigw.AuthorizerTypeToken, apigw.AuthorizerTypeRequest, apigw.AuthorizerTypeCognitoUserPools}

func patchAuthorizerType(a *apigw.Authorizer, p *patch) error {
	if !slices.Contains(authorizerTypes, p.text()) {
		return apigw.BadRequest("Invalid Authorizer type specified. Must be one of: [%s]", strings.Join(authorizerTypes, ", "))
	}
	a.Type = p.value
	return nil
}

// patchAuthorizerTtl leaves a text that is no number to the rules.
func patchAuthorizerTtl(a *apigw.Authorizer, p *patch) error {
	ttl, err := strconv.Atoi(p.text())
	if err != nil {
		ttl = -1
	}
	a.AuthorizerResultTtlInSeconds = &ttl
	return nil
}

// patchIdentitySource: add appends an expression to the list, remove takes one
// out of it (control plane §3.5).
func patchIdentitySource(a *apigw.Authorizer, p *patch) error {
	if p.op == replace {
		a.IdentitySource = optional(p.text())
		return nil
	}
	sources := []string{}
	if a.IdentitySource != nil {
		sources = without(strings.Split(*a.IdentitySource, ","), p.text())
	}
	if p.op == add {
		sources = append(sources, p.text())
	}
	a.IdentitySource = optional(strings.Join(sources, ","))
	return nil
}

func (t *tx) updateAuthorizer(in *apigw.UpdateAuthorizerInput) (*apigw.Authorizer, error) {
	authorizer, err := t.authorizer(in.RestApiId, in.AuthorizerId)
	if err != nil {
		return nil, err
	}
	if err := authorizerPatches.apply(authorizer, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.checkFullAuthorizer(in.RestApiId, authorizer); err != nil {
		return nil, err
	}
	return authorizer, t.save(t.authorizerKey(in.RestApiId, in.AuthorizerId), authorizer)
}

func (t *tx) deleteAuthorizer(in *apigw.DeleteAuthorizerInput) error {
	authorizer, err := t.authorizer(in.RestApiId, in.AuthorizerId)
	if err != nil {
		return err
	}
	uses := func(m *apigw.Method) bool { return deref(m.AuthorizerId) == in.AuthorizerId }
	if err := t.checkMethodsWithout(in.RestApiId, "authorizer", *authorizer.Name, uses); err != nil {
		return err
	}
	return t.Delete(t.authorizerKey(in.RestApiId, in.AuthorizerId))
}
