package openapi

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/internal/lazyregexp"
	"github.com/poterne/poterne/template/vtl"
)

// The notes of this file are about what is accepted as it stands and will
// surprise: Lint reports them. What each surprise is comes from the data plane
// (§8 validation, §10 integration requests, §13 responses).

func (im *importer) noteCORS(n *node, at string) {
	im.found.add("cors", n.position, "%s is for HTTP APIs: no CORS header will be sent", at)
}

func (im *importer) noteHTTPAPI(n *node, at string) {
	im.found.add("http-api-extension", n.position, "%s is for HTTP APIs", at)
}

func (im *importer) noteNotEnforced(n *node, at string) {
	im.found.add("not-enforced", n.position, "%s is not enforced here", at)
}

func (im *importer) noteNoIntegration(o *operation) {
	im.found.add("no-integration", o.position, "%s %s has no integration", o.verb, o.path)
}

// noteMethod looks at a Method without its integration.
func (im *importer) noteMethod(o *operation) {
	im.noteUnprotected(o)
	im.noteUnchecked(o)
	if len(o.method.RequestModels) > 0 && !im.validates(o, func(v apigw.RequestValidator) *bool { return v.ValidateRequestBody }) {
		im.found.add("unvalidated-body", o.position, "The body of %s %s has a model, and no validator looks at it", o.verb, o.path)
	}
}

// noteUnprotected tells of a method that is open in an API where others are
// not. A document says that it means it with "security: []".
func (im *importer) noteUnprotected(o *operation) {
	protects := slices.ContainsFunc(slices.Sorted(maps.Keys(im.schemes)), func(name string) bool {
		return im.schemes[name].apiKey || im.schemes[name].authorizationType != "NONE"
	})
	meant := o.node.get("security") != nil || o.node.get("x-amazon-apigateway-auth") != nil || o.verb == "OPTIONS"
	if protects && !meant && *o.method.AuthorizationType == "NONE" && !*o.method.ApiKeyRequired {
		im.found.add("unprotected", o.position, "%s %s is open to everyone", o.verb, o.path)
	}
}

// constraints are the members of a parameter's schema, or in Swagger 2 of the
// parameter itself, that nothing enforces.
var constraints = []string{"enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "format"}

func (im *importer) noteUnchecked(o *operation) {
	variables := rule.PathVariables(o.path)
	checked := im.validates(o, func(v apigw.RequestValidator) *bool { return v.ValidateRequestParameters })
	for _, p := range o.parameters {
		if p.in == "path" && !slices.Contains(variables, p.name) {
			im.found.add("stray-path-parameter", p.position, "The path parameter %s of %s %s is not in the path: it will always be empty", p.name, o.verb, o.path)
		}
		if p.in != "query" && p.in != "header" {
			continue
		}
		if p.get("required").isTrue() && !checked {
			im.found.add("unchecked-parameter", p.position, "The required parameter %s of %s %s is not checked: no validator looks at parameters", p.name, o.verb, o.path)
		}
		for _, name := range constraints {
			if p.get(name) != nil || p.at("schema", name) != nil {
				im.found.add("unchecked-constraint", p.position, "The %s of parameter %s of %s %s is not checked", name, p.name, o.verb, o.path)
				break
			}
		}
	}
}

// validates is whether the method's validator has a flag on.
func (im *importer) validates(o *operation, flag func(apigw.RequestValidator) *bool) bool {
	for _, v := range im.def.RequestValidators {
		if *v.Name == deref(o.method.RequestValidatorId) {
			return deref(flag(v))
		}
	}
	return false
}

// integrationNotes are what may surprise about an Integration, each looked at
// on its own.
var integrationNotes = []func(im *importer, o *operation, n *node, in *apigw.Integration){
	(*importer).notePlaceholders, (*importer).noteLambdaMethod, (*importer).noteMockTemplate,
	(*importer).noteProxy, (*importer).noteResponses,
}

func (im *importer) noteIntegration(o *operation, n *node, in *apigw.Integration) {
	for _, note := range integrationNotes {
		note(im, o, n, in)
	}
}

var (
	stageVariable = lazyregexp.New(`\$\{stageVariables\.[A-Za-z0-9_]+\}`)
	pathVariable  = lazyregexp.New(`\{([^{}/$]+)\}`)
)

// notePlaceholders: a placeholder takes the integration's path parameter, not
// the method's of the same name.
func (im *importer) notePlaceholders(o *operation, n *node, in *apigw.Integration) {
	uri := stageVariable.ReplaceAllString(deref(in.Uri), "")
	for _, m := range pathVariable.FindAllStringSubmatch(uri, -1) {
		if _, mapped := in.RequestParameters["integration.request.path."+m[1]]; !mapped {
			im.found.add("unmapped-placeholder", n.get("uri").where(), "{%s} in the uri of %s %s is not mapped", m[1], o.verb, o.path)
		}
	}
}

func (im *importer) noteLambdaMethod(o *operation, n *node, in *apigw.Integration) {
	if rule.InvokesFunction(deref(in.Uri)) && deref(in.HttpMethod) != "POST" && in.HttpMethod != nil { // AF-252
		im.found.add("lambda-method", n.get("httpMethod").where(), "%s %s invokes its function with %s: every request will end in a 500", o.verb, o.path, *in.HttpMethod)
	}
}

// noteMockTemplate: a MOCK integration takes its status from a template.
func (im *importer) noteMockTemplate(o *operation, n *node, in *apigw.Integration) {
	if deref(in.Type) == "MOCK" && len(in.RequestTemplates) == 0 {
		im.found.add("mock-without-status", n.position, "The MOCK integration of %s %s has no template that gives a status: requests without a body that does will end in a 500", o.verb, o.path)
	}
}

func isProxy(in *apigw.Integration) bool {
	return deref(in.Type) == "HTTP_PROXY" || deref(in.Type) == "AWS_PROXY"
}

func (im *importer) noteProxy(o *operation, n *node, in *apigw.Integration) {
	if !isProxy(in) {
		return
	}
	for _, f := range n.get("responses").members() {
		if len(f.value.get("responseTemplates").members())+len(f.value.get("responseParameters").members()) > 0 {
			im.found.add("proxy-responses", f.position, "The integration response %s of %s %s is not used", f.name, o.verb, o.path)
		}
	}
	if len(in.RequestTemplates) > 0 {
		im.found.add("proxy-templates", n.get("requestTemplates").where(), "The request templates of %s %s are not used", o.verb, o.path)
	}
}

// noteResponses looks for answers of a back end that will find no mapping.
func (im *importer) noteResponses(o *operation, n *node, in *apigw.Integration) {
	if isProxy(in) {
		return
	}
	if len(in.IntegrationResponses) == 0 {
		im.found.add("no-integration-response", n.position, "The integration of %s %s has no responses: every request will end in a 500", o.verb, o.path)
		return
	}
	hasDefault := false
	for _, code := range slices.Sorted(maps.Keys(in.IntegrationResponses)) {
		pattern := deref(in.IntegrationResponses[code].SelectionPattern)
		hasDefault = hasDefault || pattern == "" || pattern == ".*"
		if o.method.MethodResponses[code] == nil {
			im.found.add("undeclared-status", n.get("responses").where(), "%s %s maps to status %s, which the method does not declare", o.verb, o.path, code)
		}
	}
	if !hasDefault {
		im.found.add("no-default-response", n.get("responses").where(), "The integration of %s %s has no default response: what no pattern matches will end in a 500", o.verb, o.path)
	}
}

// integrationMembers and responseMembers are what the extension has; the
// members of HTTP APIs are told apart.
var (
	integrationMembers = []string{"$ref", "type", "httpMethod", "uri", "connectionType", "connectionId", "credentials", "requestParameters", "requestTemplates",
		"passthroughBehavior", "contentHandling", "timeoutInMillis", "cacheNamespace", "cacheKeyParameters", "responses", "tlsConfig", "responseTransferMode",
		"integrationTarget", "payloadFormatVersion", "integrationSubtype"}
	responseMembers = []string{"statusCode", "responseParameters", "responseTemplates", "contentHandling"}
	httpAPIMembers  = []string{"payloadFormatVersion", "integrationSubtype"}
)

// noteIntegrationMembers tells of members that AWS ignores without a word.
func (im *importer) noteIntegrationMembers(n *node) {
	for _, f := range n.fields {
		im.noteMember(f, integrationMembers)
		if slices.Contains(httpAPIMembers, f.name) {
			im.found.add("http-api-extension", f.position, "%s is for HTTP APIs", f.name)
		}
	}
	for _, response := range n.get("responses").members() {
		for _, f := range response.value.members() {
			im.noteMember(f, responseMembers)
		}
	}
}

func (im *importer) noteMember(f field, known []string) {
	if !slices.Contains(known, f.name) && !strings.HasPrefix(f.name, "x-") {
		im.found.add("unknown-member", f.position, "%s is not a member that API Gateway knows here", f.name)
	}
}

// noteTemplate parses a mapping template: AWS takes one that does not parse
// and answers each request with a 500. Lines count from the template's first.
func (im *importer) noteTemplate(o *operation, name string, f field) {
	_, err := vtl.Parse(f.name, f.value.scalar(), nil)
	var fault *vtl.Error
	if errors.As(err, &fault) {
		im.found.add("template", f.position, "%s %s of %s %s does not parse: line %d, column %d: %s",
			name, f.name, o.verb, o.path, fault.Line, fault.Column, fault.Message)
	}
}
