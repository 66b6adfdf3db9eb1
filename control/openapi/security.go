package openapi

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// A scheme is a declared security scheme, by what a Method makes of it.
type scheme struct {
	authorizationType string // NONE for one that protects nothing
	authorizer        string // name, for CUSTOM and COGNITO_USER_POOLS
	apiKey            bool
}

// readSchemes makes an Authorizer of each scheme that has one, used or not
// (AF-098).
func (im *importer) readSchemes() {
	im.schemes, im.refused = map[string]scheme{}, map[position]bool{}
	at := strings.Join(im.dialect.schemes, ".")
	for _, f := range im.object(im.root.at(im.dialect.schemes...), at).members() {
		here := at + "." + f.name
		if n := im.object(im.resolve(f.value, here), here); n != nil {
			im.schemes[f.name] = im.readScheme(f, n, here)
			im.parts.describe(im, n, apigw.DocumentationPartLocation{Type: "AUTHORIZER", Name: &f.name})
		}
	}
}

func (im *importer) readScheme(f field, n *node, at string) scheme {
	kind := im.text(n.get("type"), at+".type")
	authType := im.text(n.get("x-amazon-apigateway-authtype"), at+".x-amazon-apigateway-authtype")
	extension := im.object(n.get("x-amazon-apigateway-authorizer"), at+".x-amazon-apigateway-authorizer")
	switch {
	case strings.EqualFold(authType, "awsSigv4"):
		return scheme{authorizationType: "AWS_IAM"}
	case extension != nil:
		return im.readAuthorizer(f.name, n, extension, authType)
	case kind == "apiKey" && n.get("in").scalar() == "header" && strings.EqualFold(n.get("name").scalar(), "x-api-key"):
		return scheme{authorizationType: "NONE", apiKey: true} // AF-174
	}
	im.found.add("unsupported-scheme", f.position, "Unsupported security definition type '%s' for '%s'. Ignoring.", kind, f.name)
	return scheme{authorizationType: "NONE"}
}

// authorizerTypes are the extension's types, without regard to case, and what
// a new Authorizer of the type has as its authType if the document has none.
var authorizerTypes = map[string]struct{ name, authType, authorization string }{
	"token":              {"TOKEN", "custom", "CUSTOM"},
	"request":            {"REQUEST", "custom", "CUSTOM"},
	"cognito_user_pools": {"COGNITO_USER_POOLS", "cognito_user_pools", "COGNITO_USER_POOLS"},
}

func (im *importer) readAuthorizer(name string, n, ext *node, authType string) scheme {
	at := "x-amazon-apigateway-authorizer"
	unable := "Unable to create authorizer '" + name + "': "
	t, ok := authorizerTypes[strings.ToLower(im.text(ext.get("type"), at+".type"))]
	if !ok {
		im.found.add("authorizer", ext.position, "%sInvalid authorizer type specified: %s", unable, ext.get("type").scalar())
		return scheme{authorizationType: "NONE"}
	}
	if authType == "" {
		authType = t.authType
	}
	a := apigw.Authorizer{
		Name: &name, Type: &t.name, AuthType: &authType,
		AuthorizerUri:                optional(im.text(ext.get("authorizerUri"), at+".authorizerUri")),
		AuthorizerCredentials:        optional(im.text(ext.get("authorizerCredentials"), at+".authorizerCredentials")),
		IdentityValidationExpression: optional(im.text(ext.get("identityValidationExpression"), at+".identityValidationExpression")),
		IdentitySource:               optional(im.identitySource(t.name, n, ext)),
		ProviderARNs:                 im.texts(ext.get("providerARNs"), at+".providerARNs"),
		AuthorizerResultTtlInSeconds: im.integer(ext.get("authorizerResultTtlInSeconds"), at+".authorizerResultTtlInSeconds"),
	}
	if err := rule.Authorizer(&a); err != nil {
		im.found.refuse("authorizer", ext.position, unable, err)
	}
	im.def.Authorizers = append(im.def.Authorizers, a)
	return scheme{authorizationType: t.authorization, authorizer: name}
}

// identitySource is the scheme's header, except that a REQUEST authorizer
// names its own sources (AF-098 to AF-100).
func (im *importer) identitySource(kind string, n, ext *node) string {
	own := im.text(ext.get("identitySource"), "x-amazon-apigateway-authorizer.identitySource")
	header := n.get("name").scalar()
	if kind == "REQUEST" || header == "" || n.get("in").scalar() != "header" {
		return own
	}
	return "method.request.header." + header
}

// readSecurity applies the operation's security, or the document's if it has
// none of its own (AF-101).
func (im *importer) readSecurity(o *operation) {
	at := o.at + ".security"
	n := o.node.get("security")
	if n == nil {
		n, at = im.root.get("security"), "security"
	}
	for _, requirement := range im.array(n, at).elements() {
		for _, f := range im.object(requirement, at).members() {
			im.require(o, f, at)
		}
	}
	im.readAuth(o)
}

// require lets one entry of security take effect: an API key and one
// authorizer both count; of two authorizers the first.
func (im *importer) require(o *operation, f field, at string) {
	s, declared := im.schemes[f.name]
	m := o.method
	switch {
	case !declared && (f.name == apiKeyScheme || f.name == samNone):
	case !declared:
		im.refuseUndeclared(o, f)
	case s.apiKey:
		m.ApiKeyRequired = new(true)
	case s.authorizationType == "NONE":
	case *m.AuthorizationType != "NONE" && (s.authorizer == "" || deref(m.AuthorizerId) != s.authorizer):
		im.found.add("second-authorizer", f.position, "Method '%s' on resource at path '%s' already has an authorizer. Ignoring '%s'.", o.verb, o.path, f.name)
	default:
		m.AuthorizationType = &s.authorizationType
		m.AuthorizerId = optional(s.authorizer)
		m.AuthorizationScopes = im.texts(f.value, at+"."+f.name)
	}
}

// samNone is the scheme that SAM names for `Authorizer: NONE`. AWS takes it
// undeclared, and apiKeyScheme too: the Developer Guide's "ReqValidators
// Sample", imported with failonwarning, has that.
const samNone = "NONE"

// refuseUndeclared refuses rather than let a slip of the pen leave a method
// open; what AWS does is not known. The document's own security is refused
// once, not for each method that it is for.
func (im *importer) refuseUndeclared(o *operation, f field) {
	if im.refused[f.position] {
		return
	}
	im.refused[f.position] = true
	im.found.add("undeclared-scheme", f.position, "%ssecurity names '%s', which the document does not declare", o.unableToPut("method"), f.name)
}

// readAuth is x-amazon-apigateway-auth, which has the last word.
func (im *importer) readAuth(o *operation) {
	auth := im.object(o.node.get("x-amazon-apigateway-auth"), o.at+".x-amazon-apigateway-auth")
	switch kind := strings.ToUpper(im.text(auth.get("type"), o.at+".x-amazon-apigateway-auth.type")); kind {
	case "":
	case "NONE", "AWS_IAM":
		o.method.AuthorizationType = &kind
		o.method.AuthorizerId, o.method.AuthorizationScopes = nil, nil
	default:
		im.refuseMethod(o, rule.ErrAuthorizationType())
	}
}

// deref is the value of p, zero for nil.
func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
